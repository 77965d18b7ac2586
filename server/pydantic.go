package server

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

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

// header is a required header of type string. An empty one is there.
func (c *checker) header(name string) string {
	values := c.r.Header.Values(name)
	if len(values) == 0 {
		c.missing([]any{"header", name}, nil)
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

// body reads the JSON object in the body. Anything else is reported, and the
// answer is a body whose members nobody misses.
func (c *checker) body() *bodyChecker {
	b := &bodyChecker{c: c}
	raw, err := readBody(c.w, c.r)
	if err != nil {
		c.fatal = err
		return b
	}
	loc := []any{"body"}
	if len(raw) == 0 {
		c.missing(loc, nil)
		return b
	}
	const noObject = "Input should be a valid dictionary or object to extract fields from"
	if !isJSON(c.r.Header.Get("Content-Type")) {
		// What a form in somebody's web page could send: never read as JSON.
		c.add("model_attributes_type", loc, noObject, strings.ToValidUTF8(string(raw), "\ufffd"), nil)
		return b
	}
	v, err := parseJSON(string(raw))
	if bad, ok := err.(*jsonError); ok {
		c.fatal = invalidInput{{Type: "json_invalid", Loc: []any{"body", bad.Pos}, Msg: "JSON decode error",
			Input: struct{}{}, Ctx: map[string]any{"error": bad.Msg}}}
		return b
	}
	switch {
	case err != nil:
		c.fatal = err
	case v.kind == jsonNull:
		c.missing(loc, nil)
	case v.kind != jsonObject:
		c.add("model_attributes_type", loc, noObject, v.echo(), nil)
	default:
		b.object = v
	}
	return b
}

// readBody reads at most model.MaxBodyBytes.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, model.MaxBodyBytes))
	if _, ok := err.(*http.MaxBytesError); ok {
		return nil, errBodyTooLarge
	}
	if err != nil {
		return nil, &model.Error{Code: model.CodeBadRequest, Reason: model.ReasonInvalidInput, Message: "the body ended early", Cause: err}
	}
	return raw, nil
}

// isJSON reports whether FastAPI reads a body of this content type as JSON. No
// content type at all is taken for JSON, as curl users expect.
func isJSON(contentType string) bool {
	if contentType == "" {
		return true
	}
	media, _, _ := strings.Cut(strings.ToLower(contentType), ";")
	media = strings.TrimSpace(media)
	return media == "application/json" || strings.HasPrefix(media, "application/") && strings.HasSuffix(media, "+json")
}

// A bodyChecker validates the members of a JSON object.
type bodyChecker struct {
	c      *checker
	object *jsonValue // nil: the body was refused as a whole
}

// find gives a member. A required one that is missing is reported.
func (b *bodyChecker) find(name string, required bool) *jsonValue {
	if b.object == nil {
		return nil
	}
	v, ok := b.object.member(name)
	if !ok && required {
		b.c.missing([]any{"body", name}, b.object.echo())
	}
	if !ok {
		return nil
	}
	return v
}

func (b *bodyChecker) has(name string) bool { return b.find(name, false) != nil }

// str is a required string of least to most characters; most 0 is no bound.
func (b *bodyChecker) str(name string, least, most int) string {
	v := b.find(name, true)
	if v == nil {
		return ""
	}
	return b.c.text([]any{"body", name}, v, least, most)
}

func (c *checker) text(loc []any, v *jsonValue, least, most int) string {
	if v.kind != jsonString {
		c.add("string_type", loc, "Input should be a valid string", v.echo(), nil)
		return ""
	}
	if v.lone {
		c.add("string_unicode", loc, "Input should be a valid string, unable to parse raw data as a unicode string", v.text, nil)
		return ""
	}
	n := utf8.RuneCountInString(v.text)
	switch {
	case n < least:
		c.add("string_too_short", loc, "String should have at least "+count(least, "character"), v.echo(), map[string]any{"min_length": least})
	case most > 0 && n > most:
		c.add("string_too_long", loc, "String should have at most "+count(most, "character"), v.echo(), map[string]any{"max_length": most})
	}
	return v.text
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}

// email is a required e-mail address, white space around it dropped.
func (b *bodyChecker) email(name string) string {
	v := b.find(name, true)
	if v == nil {
		return ""
	}
	loc := []any{"body", name}
	if v.kind != jsonString || v.lone {
		return b.c.text(loc, v, 0, 0)
	}
	address := strings.TrimSpace(v.text)
	if why := checkEmail(address); why != "" {
		b.c.add("value_error", loc, "value is not a valid email address: "+why, v.echo(), map[string]any{"reason": why})
	}
	return address
}

// optionalInt is an integer, null, or missing.
func (b *bodyChecker) optionalInt(name string, least, most int) *int {
	v := b.find(name, false)
	if v == nil || v.kind == jsonNull {
		return nil
	}
	loc := []any{"body", name}
	n := 0
	switch v.kind {
	case jsonInt:
		n = b.c.integer(loc, v.raw, v.echo(), least, most)
	case jsonString:
		n = b.c.integer(loc, v.text, v.echo(), least, most)
	case jsonFloat:
		f, _ := strconv.ParseFloat(v.raw, 64)
		switch {
		case math.Abs(f) >= 1<<63:
			b.c.add("int_parsing_size", loc, "Unable to parse input string as an integer, exceeded maximum size", v.echo(), nil)
		case f != math.Trunc(f):
			b.c.add("int_from_float", loc, "Input should be a valid integer, got a number with a fractional part", v.echo(), nil)
		default:
			n = b.c.integer(loc, strconv.FormatFloat(f, 'f', 0, 64), v.echo(), least, most)
		}
	default:
		b.c.add("int_type", loc, "Input should be a valid integer", v.echo(), nil)
	}
	return &n
}

// scopes is a list of strings, null, or missing (nil for both).
func (b *bodyChecker) scopes(name string) []string {
	v := b.find(name, false)
	if v == nil || v.kind == jsonNull {
		return nil
	}
	loc := []any{"body", name}
	if v.kind != jsonArray {
		b.c.add("list_type", loc, "Input should be a valid list", v.echo(), nil)
		return nil
	}
	if n := len(v.items); n > model.MaxScopes {
		b.c.add("too_long", loc, fmt.Sprintf("List should have at most %d items after validation, not %d", model.MaxScopes, n), v.echo(),
			map[string]any{"field_type": "List", "max_length": model.MaxScopes, "actual_length": n})
		return nil
	}
	list := make([]string, 0, len(v.items))
	for i := range v.items {
		list = append(list, b.c.text([]any{"body", name, i}, &v.items[i], 1, model.MaxScopeChars))
	}
	return list
}

// optionalTime is a time, or null (nil); ok is false when it is missing.
func (b *bodyChecker) optionalTime(name string) (t *model.Time, ok bool) {
	v := b.find(name, false)
	if v == nil {
		return nil, false
	}
	loc := []any{"body", name}
	switch v.kind {
	case jsonNull:
		return nil, true
	case jsonString:
		return b.c.time(loc, v.text, v.echo()), true
	case jsonInt, jsonFloat:
		return b.c.time(loc, v.raw, v.echo()), true
	}
	b.c.add("datetime_type", loc, "Input should be a valid datetime", v.echo(), nil)
	return nil, true
}

// role is one of the three roles; missing is member.
func (b *bodyChecker) role(name string) model.Role {
	v := b.find(name, false)
	if v == nil {
		return model.RoleMember
	}
	role := model.Role(v.text)
	if v.kind != jsonString || !role.Valid() {
		const expected = "'owner', 'member' or 'viewer'"
		b.c.add("enum", []any{"body", name}, "Input should be "+expected, v.echo(), map[string]any{"expected": expected})
	}
	return role
}

// reject reports a rule that spans members, as a model validator does.
func (b *bodyChecker) reject(msg string) {
	var input any
	if b.object != nil {
		input = b.object.echo()
	}
	b.c.add("value_error", []any{"body"}, "Value error, "+msg, input, map[string]any{"error": struct{}{}})
}

// fromBackend dresses a rule that the backend found broken.
func fromBackend(e *model.Error) invalidInput {
	return invalidInput{{Type: "value_error", Loc: []any{"body", e.Field}, Msg: "Value error, " + e.Message,
		Input: json.RawMessage("null"), Ctx: map[string]any{"error": struct{}{}}}}
}
