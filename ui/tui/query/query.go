// Package query is the filter language of the request log:
//
//	status:4xx,500 method:POST path:/v1 key:sk_GDje ip:127.0.0.1 reason:expired >100ms <1s curl -path:/v1/healthz
//
// All terms must match. A term is a field with a value, a comparison with a
// duration, or plain text; a minus in front negates it. A value that starts with =
// must be the whole of the field (route:=/); of values separated by commas one
// must match; double quotes keep spaces, commas and colons, with \" and \\ inside.
//
// All functions are pure. Filter is the part of a Query the server can test, Match
// is all of it. Filter passes every record that Match passes, so testing the
// server's records with Match loses none.
package query

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"keydeck/model"
	"keydeck/ui/text"
)

// MaxLen is the maximal length of a query in bytes.
const MaxLen = 1000

// Error says what is wrong with a query, from byte Pos to End.
type Error struct {
	Pos, End int
	Message  string
}

func (e *Error) Error() string { return fmt.Sprintf("at %d: %s", e.Pos+1, e.Message) }

// Query is a parsed filter. The zero Query matches everything.
type Query struct{ terms []term }

type term struct {
	not    bool
	field  string // "" for text, ">" and the like for a duration
	values []string
	micros float64 // of a comparison
}

// fields are the field names, each with what it looks at.
var fields = [][2]string{
	{"status", "404, or 4xx for all of a class"},
	{"method", "GET, POST and so on"},
	{"path", "start of the path"},
	{"route", "start of the route; =/ is exactly that route"},
	{"key", "name, hint or id of the credential"},
	{"ip", "start of the address"},
	{"reason", "why it was refused, such as expired or \"typing error\""},
	{"kind", "kind of credential, such as api_key"},
	{"agent", "any part of the user agent"},
	{"id", "start of the id of the record or the request"},
}

// Fields are the field names in the order of the documentation, each with what it
// looks at.
func Fields() [][2]string { return slices.Clone(fields) }

func isField(name string) bool {
	return slices.ContainsFunc(fields, func(f [2]string) bool { return f[0] == name })
}

// Parse reads a query. Errors are *Error.
func Parse(s string) (Query, error) {
	if len(s) > MaxLen {
		return Query{}, &Error{MaxLen, len(s), fmt.Sprintf("a filter has at most %d characters", MaxLen)}
	}
	var q Query
	for _, w := range words(s) {
		t, err := w.term()
		if err != nil {
			return Query{}, err
		}
		q.terms = append(q.terms, t)
	}
	return q, nil
}

// word is a part of the query between spaces outside of quotes.
type word struct {
	text     string
	pos, end int
	open     bool // a quote was not closed
}

func words(s string) (out []word) {
	start, quoted := -1, false
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case quoted && r == '\\' && i+1 < len(s):
			_, next := utf8.DecodeRuneInString(s[i+1:])
			size += next
		case r == '"':
			quoted = !quoted
			if start < 0 {
				start = i
			}
		case !quoted && unicode.IsSpace(r):
			if start >= 0 {
				out = append(out, word{text: s[start:i], pos: start, end: i})
			}
			start = -1
		case start < 0:
			start = i
		}
		i += size
	}
	if start >= 0 {
		out = append(out, word{s[start:], start, len(s), quoted})
	}
	return out
}

func (w word) fail(format string, args ...any) error {
	return &Error{w.pos, w.end, fmt.Sprintf(format, args...)}
}

func (w word) term() (term, error) {
	body, not := strings.CutPrefix(w.text, "-")
	t := term{not: not}
	switch {
	case w.open:
		return t, w.fail("the quote is not closed")
	case body == "":
		return t, w.fail("a minus needs something to exclude")
	case body[0] == '>' || body[0] == '<':
		return w.comparison(t, body)
	}
	name, value, ok := cutField(body)
	if !ok {
		t.values = []string{unquote(body)}
		if t.values[0] == "" {
			return t, w.fail("there is nothing between the quotes")
		}
		return t, nil
	}
	t.field = strings.ToLower(name)
	if !isField(t.field) {
		return t, w.fail("there is no field %s; quotes make it text", name)
	}
	t.values = split(value)
	if slices.Contains(t.values, "") {
		return t, w.fail("%s: needs a value", t.field)
	}
	return t, w.check(t)
}

// cutField splits at the first colon after a name: ::1 and http://x are text.
func cutField(body string) (name, value string, ok bool) {
	name, value, ok = strings.Cut(body, ":")
	if !ok || name == "" || strings.HasPrefix(value, "//") {
		return "", "", false
	}
	for i := range len(name) {
		if c := name[i] | 0x20; c < 'a' || c > 'z' {
			return "", "", false
		}
	}
	return name, value, true
}

// check checks the values of status, the one field that takes only some.
func (w word) check(t term) error {
	if t.field != "status" {
		return nil
	}
	for _, v := range t.values {
		if _, _, ok := status(v); !ok {
			return w.fail("status: %s is not a status; write 404 or 4xx", v)
		}
	}
	return nil
}

// status parses 404 (a code) or 4xx (a class).
func status(v string) (code, class int, ok bool) {
	if len(v) == 3 && v[0] >= '1' && v[0] <= '5' {
		if strings.EqualFold(v[1:], "xx") {
			return 0, int(v[0] - '0'), true
		}
		n, err := strconv.Atoi(v)
		return n, 0, err == nil
	}
	return 0, 0, false
}

// comparison parses >100ms and the like. A bare number is milliseconds.
func (w word) comparison(t term, body string) (term, error) {
	t.field = body[:1]
	rest := body[1:]
	if after, ok := strings.CutPrefix(rest, "="); ok {
		t.field, rest = body[:2], after
	}
	digits := strings.TrimRight(rest, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZµ")
	units := map[string]float64{"": 1e3, "us": 1, "µs": 1, "ms": 1e3, "s": 1e6, "m": 6e7, "min": 6e7}
	factor, ok := units[strings.ToLower(rest[len(digits):])]
	n, err := strconv.ParseFloat(digits, 64)
	if err != nil || !ok || n < 0 || math.IsInf(n, 0) || math.IsNaN(n) || strings.ContainsAny(digits, "+_xX") {
		return t, w.fail("%s needs a duration, such as %s100ms or %s1.5s", t.field, t.field, t.field)
	}
	t.micros = n * factor
	return t, nil
}

// split cuts a value at the commas outside of quotes, and removes the quotes.
func split(value string) (out []string) {
	var part strings.Builder
	quoted := false
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case c == '"':
			quoted = !quoted
		case quoted && c == '\\' && i+1 < len(value):
			i++
			part.WriteByte(value[i])
		case c == ',' && !quoted:
			out = append(out, part.String())
			part.Reset()
		default:
			part.WriteByte(c)
		}
	}
	return append(out, part.String())
}

func unquote(s string) string { return strings.Join(split(s), ",") }

// Quote quotes a value for Parse where it needs that.
func Quote(v string) string {
	if v != "" && !strings.ContainsFunc(v, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(`",:\`, r) }) && !strings.ContainsRune("-<>", rune(v[0])) {
		return v
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(v) + `"`
}

// IsZero reports a query that matches everything.
func (q Query) IsZero() bool { return len(q.terms) == 0 }

// UsesNames reports whether Match depends on the names of credentials.
func (q Query) UsesNames() bool {
	return slices.ContainsFunc(q.terms, func(t term) bool { return t.field == "key" })
}

// Text is the plain text that a record must contain, for highlighting.
func (q Query) Text() (out []string) {
	for _, t := range q.terms {
		if t.field == "" && !t.not {
			out = append(out, t.values...)
		}
	}
	return out
}

// Filter adds the part that the server can test to f: of several terms for one
// field the first. Values with a backslash are left out: text.Visible shows text
// with escapes that the server does not know.
func (q Query) Filter(f model.RequestFilter) model.RequestFilter {
	for _, t := range q.terms {
		if t.not || len(t.values) > 1 {
			continue
		}
		v := ""
		if len(t.values) == 1 {
			v = t.values[0]
		}
		if strings.Contains(v, `\`) || !text.IsASCII(v) {
			continue
		}
		switch {
		case t.field == "status" && f.Status == 0 && f.StatusClass == 0:
			f.Status, f.StatusClass, _ = status(v)
		case t.field == "method" && f.Method == "":
			f.Method = v
		case t.field == "path" && f.Path == "":
			f.Path = strings.TrimPrefix(v, "=")
		case t.field == "route" && f.Route == "" && v[0] == '=':
			f.Route = v[1:]
		case t.field == "key" && model.IsUUID(v) && f.CredentialID == "":
			f.CredentialID = strings.ToLower(v)
		case f.Q == "" && t.serverText(v) != "":
			f.Q = t.serverText(v)
		case strings.HasPrefix(t.field, ">"):
			f.MinMillis = max(f.MinMillis, t.micros/1000)
		}
	}
	return f
}

// serverText is the text that is in some field of every record the term matches
// with the value v, "" if there is none.
func (t *term) serverText(v string) string {
	switch t.field {
	case "agent":
		return v
	case "ip":
		return strings.TrimPrefix(v, "=")
	case "reason":
		v = strings.ReplaceAll(strings.TrimPrefix(v, "="), "-", "_")
	case "":
	default:
		return ""
	}
	// Only this side knows the labels of reasons.
	for _, r := range model.Reasons() {
		if foldContains(r.Text().Label, v) && !foldContains(string(r), v) {
			return ""
		}
	}
	return v
}

// Match reports whether a record matches. name is that of its credential, "" if it
// is not known.
func (q Query) Match(r *model.RequestRecord, name string) bool {
	for i := range q.terms {
		if q.terms[i].matches(r, name) == q.terms[i].not {
			return false
		}
	}
	return true
}

func (t *term) matches(r *model.RequestRecord, name string) bool {
	switch t.field {
	case ">":
		return float64(r.DurationUS) > t.micros
	case ">=":
		return float64(r.DurationUS) >= t.micros
	case "<":
		return float64(r.DurationUS) < t.micros
	case "<=":
		return float64(r.DurationUS) <= t.micros
	}
	return slices.ContainsFunc(t.values, func(v string) bool { return t.matchesValue(v, r, name) })
}

func (t *term) matchesValue(v string, r *model.RequestRecord, name string) bool {
	switch t.field {
	case "status":
		code, class, _ := status(v)
		return class == 0 && r.Status == code || class != 0 && r.Status/100 == class
	case "method":
		f := model.RequestFilter{Method: v}
		return f.Match(r)
	case "path":
		f := model.RequestFilter{Path: v}
		return f.Match(r) || hasPrefix(r.Path, v)
	case "route":
		return hasPrefix(r.Route, v)
	case "key":
		if model.IsUUID(v) {
			return r.CredentialID == strings.ToLower(v)
		}
		return r.CredentialID == v || r.CredentialHint != "" && model.HasPrefixFold(r.CredentialHint, v) || foldContains(name, v)
	case "ip":
		return hasPrefix(r.RemoteIP, v)
	case "reason":
		return r.Reason != "" && (hasPrefix(string(r.Reason), strings.ReplaceAll(v, "-", "_")) || hasPrefix(r.Reason.Text().Label, v))
	case "kind":
		return r.Scheme != "" && hasPrefix(string(r.Scheme), strings.ReplaceAll(v, "-", "_"))
	case "agent":
		return foldContains(r.UserAgent, v)
	case "id":
		return hasPrefix(r.ID, v) || hasPrefix(r.RequestID, v)
	}
	f := model.RequestFilter{Q: v}
	return f.Match(r) || foldContains(r.Reason.Text().Label, v)
}

// hasPrefix reports whether s starts with v, ignoring case, or for =v is exactly v.
func hasPrefix(s, v string) bool {
	if whole, ok := strings.CutPrefix(v, "="); ok {
		return s == whole
	}
	return model.HasPrefixFold(s, v)
}

func foldContains(s, part string) bool {
	return s != "" && text.ContainsFold(s, strings.ToLower(part))
}
