package server

import (
	"fmt"
	"math"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"keydeck/model"
)

// A detail is one error of family C's 422 body, in pydantic 2's members.
type detail struct {
	Type  string         `json:"type"`
	Loc   []any          `json:"loc"`
	Msg   string         `json:"msg"`
	Input any            `json:"input"`
	Ctx   map[string]any `json:"ctx,omitempty"`
}

// invalidInput is every validation error of one request.
type invalidInput []detail

func (e invalidInput) Error() string {
	return fmt.Sprintf("%d validation errors, the first at %v: %s", len(e), e[0].Loc, e[0].Msg)
}

// A checker validates one request as FastAPI with pydantic 2 does, in its lax
// mode. Ask it for path, query, header and body values in that order (FastAPI
// reports them so); every answer is usable, and err tells at the end whether
// anything was wrong.
type checker struct {
	w       *exchange
	r       *http.Request
	queries []queryValue
	details invalidInput
	fatal   error // ends validation at once: an unreadable body
}

func check(w *exchange, r *http.Request) *checker {
	return &checker{w: w, r: r, queries: parseQuery(r.URL.RawQuery)}
}

func (c *checker) err() error {
	switch {
	case c.fatal != nil:
		return c.fatal
	case len(c.details) > 0:
		return c.details
	}
	return nil
}

func (c *checker) add(kind string, loc []any, msg string, input any, ctx map[string]any) {
	c.details = append(c.details, detail{Type: kind, Loc: loc, Msg: msg, Input: input, Ctx: ctx})
}

func (c *checker) missing(loc []any, input any) { c.add("missing", loc, "Field required", input, nil) }

// pathUUID is a path parameter of type UUID, in canonical form.
func (c *checker) pathUUID(name string) string {
	return c.uuid([]any{"path", name}, c.r.PathValue(name))
}

func (c *checker) uuid(loc []any, s string) string {
	id, why := parseUUID(s)
	if why != "" {
		c.add("uuid_parsing", loc, "Input should be a valid UUID, "+why, s, map[string]any{"error": why})
	}
	return id
}

// project is the required header x-project-id, a string. An empty one is there.
func (c *checker) project() string {
	values := c.r.Header.Values(projectHeader)
	if len(values) == 0 {
		c.missing([]any{"header", projectHeader}, nil)
		return ""
	}
	return values[0]
}

// query finds a query parameter; of several the last one counts.
func (c *checker) query(name string) (string, bool) {
	for i := len(c.queries) - 1; i >= 0; i-- {
		if c.queries[i].name == name {
			return c.queries[i].value, true
		}
	}
	return "", false
}

// page reads page and limit with the documented defaults. A limit over the
// maximum is capped, not refused.
func (c *checker) page() model.PageRequest {
	return model.PageRequest{
		Page:  c.queryInt("page", 1, 1),
		Limit: min(c.queryInt("limit", model.DefaultPageLimit, 1), model.MaxPageLimit),
	}
}

func (c *checker) queryInt(name string, missing, least int) int {
	s, ok := c.query(name)
	if !ok {
		return missing
	}
	return c.integer([]any{"query", name}, s, s, least, math.MaxInt)
}

// laxInt is what pydantic takes for an integer in a string.
var laxInt = regexp.MustCompile(`^[+-]?[0-9]+(_[0-9]+)*(\.0+)?$`)

// pythonDigits is how many digits Python converts before it refuses.
const pythonDigits = 4300

// integer reads s, which was sent as input. most of math.MaxInt is no bound:
// what does not fit is cut to it.
func (c *checker) integer(loc []any, s string, input any, least, most int) int {
	s = strings.TrimSpace(s)
	if !laxInt.MatchString(s) {
		c.add("int_parsing", loc, "Input should be a valid integer, unable to parse string as an integer", input, nil)
		return 0
	}
	if len(s) > pythonDigits {
		c.add("int_parsing_size", loc, "Unable to parse input string as an integer, exceeded maximum size", input, nil)
		return 0
	}
	s, _, _ = strings.Cut(strings.ReplaceAll(s, "_", ""), ".")
	n, _ := strconv.Atoi(s) // out of range gives the nearest int, which the bounds below judge
	switch {
	case n < least:
		c.add("greater_than_equal", loc, fmt.Sprintf("Input should be greater than or equal to %d", least), input, map[string]any{"ge": least})
	case n > most:
		c.add("less_than_equal", loc, fmt.Sprintf("Input should be less than or equal to %d", most), input, map[string]any{"le": most})
	}
	return n
}

// queryFloat is an optional number of at least 0.
func (c *checker) queryFloat(name string) float64 {
	s, ok := c.query(name)
	if !ok {
		return 0
	}
	loc := []any{"query", name}
	trimmed := strings.TrimSpace(s)
	f, err := strconv.ParseFloat(trimmed, 64)
	switch {
	case err != nil && !math.IsInf(f, 0), strings.ContainsAny(trimmed, "xXpP_"):
		c.add("float_parsing", loc, "Input should be a valid number, unable to parse string as a number", s, nil)
	case math.IsInf(f, 0) || math.IsNaN(f):
		c.add("finite_number", loc, "Input should be a finite number", s, nil)
	case f < 0:
		c.add("greater_than_equal", loc, "Input should be greater than or equal to 0", s, map[string]any{"ge": 0})
	default:
		return f
	}
	return 0
}

func (c *checker) queryTime(name string) *model.Time {
	s, ok := c.query(name)
	if !ok {
		return nil
	}
	return c.time([]any{"query", name}, s, s)
}

// time reads RFC 3339 with or without a zone (UTC then), a bare date, or unix
// seconds (beyond 2e10: milliseconds), as pydantic does.
func (c *checker) time(loc []any, s string, input any) *model.Time {
	const watershed = 2e10
	s = strings.TrimSpace(s)
	if n, err := strconv.ParseFloat(s, 64); err == nil && !strings.ContainsAny(s, "xXpP_nN") {
		if math.Abs(n) > watershed {
			n /= 1000
		}
		if n >= 0 && n < maxUnix {
			return model.Ptr(time.UnixMilli(int64(math.Round(n * 1000))))
		}
		c.badTime(loc, input, "the unix time is out of range")
		return nil
	}
	for _, layout := range timeLayouts {
		if t, err := time.Parse(layout, s); err == nil {
			return model.Ptr(t)
		}
	}
	if len(s) < len(time.DateOnly) {
		c.badTime(loc, input, "input is too short")
	} else {
		c.badTime(loc, input, "not a time such as 2026-01-31T12:00:00Z")
	}
	return nil
}

// maxUnix is the end of the year 9999, the last that RFC 3339 can write.
const maxUnix = 253402300800

var timeLayouts = []string{
	time.RFC3339Nano, "2006-01-02 15:04:05.999999999Z07:00", "2006-01-02T15:04:05.999999999",
	"2006-01-02 15:04:05.999999999", "2006-01-02T15:04", "2006-01-02 15:04", time.DateOnly,
}

func (c *checker) badTime(loc []any, input any, why string) {
	c.add("datetime_from_date_parsing", loc, "Input should be a valid datetime or date, "+why, input, map[string]any{"error": why})
}

// queryPattern is an optional string that must match. The pattern is part of the message.
func (c *checker) queryPattern(name string, pattern *regexp.Regexp) string {
	s, ok := c.query(name)
	if ok && !pattern.MatchString(s) {
		c.add("string_pattern_mismatch", []any{"query", name}, "String should match pattern '"+pattern.String()+"'", s,
			map[string]any{"pattern": pattern.String()})
	}
	return s
}
