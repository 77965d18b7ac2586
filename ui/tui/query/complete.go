package query

import (
	"slices"
	"strings"
)

// Values are what is known to stand in the log, by field, best first.
type Values map[string][]string

// fixed are values that are known without looking.
var fixed = Values{
	"status": {"2xx", "3xx", "4xx", "5xx", "401", "403", "404", "500"},
	"method": {"GET", "POST", "PATCH", "DELETE"},
}

// Complete gives what the word that ends at byte pos may become: whole words,
// to be put in place of s[from:pos].
func Complete(s string, pos int, seen Values) (from int, choices []string) {
	pos = max(0, min(pos, len(s)))
	from = pos
	if ws := words(s[:pos]); len(ws) > 0 && ws[len(ws)-1].end == pos {
		from = ws[len(ws)-1].pos
	}
	body, not := strings.CutPrefix(s[from:pos], "-")
	sign := ""
	if not {
		sign = "-"
	}
	name, value, ok := strings.Cut(body, ":")
	if !ok {
		for _, f := range fields {
			if strings.HasPrefix(f.name, strings.ToLower(body)) {
				choices = append(choices, sign+f.name+":")
			}
		}
		return from, choices
	}
	name = strings.ToLower(name)
	done := ""
	if i := strings.LastIndexByte(value, ','); i >= 0 && !strings.Contains(value, `"`) {
		done, value = value[:i+1], value[i+1:]
	}
	value = strings.ToLower(unquote(value))
	for _, v := range slices.Concat(fixed[name], seen[name]) {
		choice := sign + name + ":" + done + Quote(v)
		if strings.HasPrefix(strings.ToLower(v), value) && !slices.Contains(choices, choice) {
			choices = append(choices, choice)
		}
	}
	return from, choices
}
