package query

import (
	"slices"
	"strings"

	"keydeck/model"
)

// Values are known values of the log by field, the best first.
type Values map[string][]string

// fixedValues are common values of any log.
var fixedValues = Values{
	"status": {"2xx", "3xx", "4xx", "5xx", "401", "403", "404", "500"},
	"method": {"GET", "POST", "PATCH", "DELETE"},
}

// Complete gives completions of the word that ends at byte pos: whole words to
// replace s[from:pos].
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
			if strings.HasPrefix(f[0], strings.ToLower(body)) {
				choices = append(choices, sign+f[0]+":")
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
	values := slices.Concat(fixedValues[name], seen[name])
	if name == "reason" {
		for _, r := range model.Reasons() {
			values = append(values, string(r))
		}
	}
	for _, v := range values {
		choice := sign + name + ":" + done + Quote(v)
		hit := strings.HasPrefix(strings.ToLower(v), value) || name == "reason" && strings.HasPrefix(model.Reason(v).Text().Label, value)
		if hit && !slices.Contains(choices, choice) {
			choices = append(choices, choice)
		}
	}
	return from, choices
}

// About explains a completion of Complete, "" if it explains itself.
func About(choice string) string {
	name, value, _ := strings.Cut(strings.TrimPrefix(choice, "-"), ":")
	if name != "reason" {
		return ""
	}
	value = value[strings.LastIndexByte(value, ',')+1:]
	if word := model.Reason(value).Text().Label; word != strings.ReplaceAll(value, "_", " ") {
		return word
	}
	return ""
}
