package server

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"keydeck/model"
)

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
	if bad, ok := errors.AsType[*jsonError](err); ok {
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
		b.object, c.w.posted = v, v
	}
	return b
}

// readBody reads at most model.MaxBodyBytes.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, model.MaxBodyBytes))
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
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

// email is the member email, a required e-mail address, white space around it dropped.
func (b *bodyChecker) email() string {
	const name = "email"
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

// optionalInt is an integer of at least 1, null, or missing.
func (b *bodyChecker) optionalInt(name string, most int) *int {
	v := b.find(name, false)
	if v == nil || v.kind == jsonNull {
		return nil
	}
	n := b.c.number([]any{"body", name}, v, 1, most)
	return &n
}

// integer is an integer of least to most; missing is its default.
func (b *bodyChecker) integer(name string, missing, least, most int) int {
	v := b.find(name, false)
	if v == nil {
		return missing
	}
	return b.c.number([]any{"body", name}, v, least, most)
}

func (c *checker) number(loc []any, v *jsonValue, least, most int) int {
	switch v.kind {
	case jsonInt:
		return c.integer(loc, v.raw, v.echo(), least, most)
	case jsonString:
		return c.integer(loc, v.text, v.echo(), least, most)
	case jsonFloat:
		f, _ := strconv.ParseFloat(v.raw, 64)
		switch {
		case math.Abs(f) >= 1<<63:
			c.add("int_parsing_size", loc, "Unable to parse input string as an integer, exceeded maximum size", v.echo(), nil)
		case f != math.Trunc(f):
			c.add("int_from_float", loc, "Input should be a valid integer, got a number with a fractional part", v.echo(), nil)
		default:
			return c.integer(loc, strconv.FormatFloat(f, 'f', 0, 64), v.echo(), least, most)
		}
	default:
		c.add("int_type", loc, "Input should be a valid integer", v.echo(), nil)
	}
	return 0
}

// scopes is the member scopes: a list of strings, null, or missing (nil for both).
func (b *bodyChecker) scopes() []string {
	const name = "scopes"
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

// objectAsSent is a required member that is a JSON object, as it was sent.
func (b *bodyChecker) objectAsSent(name string) json.RawMessage {
	v := b.find(name, true)
	if v == nil {
		return nil
	}
	if v.kind != jsonObject {
		b.c.add("dict_type", []any{"body", name}, "Input should be a valid dictionary", v.echo(), nil)
		return nil
	}
	return v.echo()
}

// fromBackend dresses a rule that the backend found broken. A field with dots is
// a member of a member. posted is the body that was read, nil for none.
func fromBackend(e *model.Error, posted *jsonValue) invalidInput {
	loc, at := []any{"body"}, posted
	for name := range strings.SplitSeq(e.Field, ".") {
		loc = append(loc, name)
		if at != nil {
			at, _ = at.member(name)
		}
	}
	input := json.RawMessage("null")
	if at != nil {
		input = at.echo()
	}
	return invalidInput{{Type: "value_error", Loc: loc, Msg: "Value error, " + e.Message,
		Input: input, Ctx: map[string]any{"error": struct{}{}}}}
}
