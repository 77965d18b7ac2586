package pydantic

import (
	"math"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"keydeck/model"
)

// A Param is one pair of a query string.
type Param struct{ Name, Value string }

// ParseQuery splits a query string as FastAPI and ASP.NET Core do: what is badly
// escaped is taken literally, so that it is rejected as a value instead of being
// overlooked.
func ParseQuery(raw string) []Param {
	if raw == "" {
		return nil
	}
	var params []Param
	for part := range strings.SplitSeq(raw, "&") {
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		params = append(params, Param{unescapeQuery(name), unescapeQuery(value)})
	}
	return params
}

func unescapeQuery(s string) string {
	plain, err := url.QueryUnescape(s)
	if err != nil {
		plain = s
	}
	return strings.ToValidUTF8(plain, "\ufffd")
}

// Query returns a query parameter. If it is repeated, the last one counts.
func (r *Request) Query(name string) (string, bool) {
	for i := len(r.query) - 1; i >= 0; i-- {
		if r.query[i].Name == name {
			return r.query[i].Value, true
		}
	}
	return "", false
}

// QueryInt returns an integer of at least least, or missing without one.
func (r *Request) QueryInt(name string, missing, least int) int {
	s, ok := r.Query(name)
	if !ok {
		return missing
	}
	return r.integer([]any{"query", name}, s, s, least, math.MaxInt)
}

// QueryFloat returns a finite number of at least 0, or 0 without one.
func (r *Request) QueryFloat(name string) float64 {
	s, ok := r.Query(name)
	if !ok {
		return 0
	}
	return r.float([]any{"query", name}, s)
}

// QueryTime returns a time, or nil without one.
func (r *Request) QueryTime(name string) *model.Time {
	s, ok := r.Query(name)
	if !ok {
		return nil
	}
	return r.time([]any{"query", name}, s, s)
}

// QueryPattern returns an optional string that must match pattern, which is part
// of the message.
func (r *Request) QueryPattern(name string, pattern *regexp.Regexp) string {
	s, ok := r.Query(name)
	if ok && !pattern.MatchString(s) {
		r.add("string_pattern_mismatch", []any{"query", name}, "String should match pattern '"+pattern.String()+"'", s,
			map[string]any{"pattern": pattern.String()})
	}
	return s
}

// QueryEnum returns one of at least two values, or missing without one.
func QueryEnum[T ~string](r *Request, name string, missing T, values []T) T {
	s, ok := r.Query(name)
	if !ok {
		return missing
	}
	if !slices.Contains(values, T(s)) {
		texts := make([]string, len(values))
		for i, v := range values {
			texts[i] = string(v)
		}
		r.notIn(texts, []any{"query", name}, s)
	}
	return T(s)
}

// RejectQuery reports that a rule which this package doesn't know is broken by a
// query parameter.
func (r *Request) RejectQuery(name, input, msg string) {
	r.add("value_error", []any{"query", name}, "Value error, "+msg, input, map[string]any{"error": map[string]any{}})
}
