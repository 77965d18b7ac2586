package pydantic

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"keydeck/model"
)

// A Body validates the members of a JSON object.
type Body struct {
	request *Request
	object  *Value // nil: the body was rejected as a whole
}

// Body validates raw, which was read from the request's body, or why it could not
// be read. If it is not a JSON object, that is reported once and none of its
// members are missed.
func (r *Request) Body(raw []byte, err error) *Body {
	b := &Body{request: r}
	if err != nil {
		r.fatal = err
		return b
	}
	loc := []any{"body"}
	if len(raw) == 0 {
		r.missing(loc, nil)
		return b
	}
	const notObject = "Input should be a valid dictionary or object to extract fields from"
	if !isJSON(r.http.Header.Get("Content-Type")) {
		// A form on somebody's web page can send this: never read it as JSON.
		r.add("model_attributes_type", loc, notObject, strings.ToValidUTF8(string(raw), "\ufffd"), nil)
		return b
	}
	v, err := ParseJSON(string(raw))
	if bad, ok := errors.AsType[*SyntaxError](err); ok {
		r.fatal = Errors{{Type: "json_invalid", Loc: []any{"body", bad.Pos}, Msg: "JSON decode error",
			Input: struct{}{}, Ctx: map[string]any{"error": bad.Msg}}}
		return b
	}
	switch {
	case err != nil:
		r.fatal = err
	case v.kind == kindNull:
		r.missing(loc, nil)
	case v.kind != kindObject:
		r.add("model_attributes_type", loc, notObject, v.echo(), nil)
	default:
		b.object = v
	}
	return b
}

// isJSON reports whether FastAPI reads a body of this content type as JSON. No
// content type at all counts as JSON, as curl users expect.
func isJSON(contentType string) bool {
	if contentType == "" {
		return true
	}
	media, _, _ := strings.Cut(strings.ToLower(contentType), ";")
	media = strings.TrimSpace(media)
	return media == "application/json" || strings.HasPrefix(media, "application/") && strings.HasSuffix(media, "+json")
}

// find returns a member, nil for none. A required one that is missing is reported.
func (b *Body) find(name string, required bool) *Value {
	if b.object == nil {
		return nil
	}
	v, ok := b.object.Member(name)
	if !ok && required {
		b.request.missing([]any{"body", name}, b.object.echo())
	}
	if !ok {
		return nil
	}
	return v
}

// Has reports whether there is a member of that name, null or not.
func (b *Body) Has(name string) bool { return b.find(name, false) != nil }

// IsNull reports whether a member is null.
func (b *Body) IsNull(name string) bool {
	v := b.find(name, false)
	return v != nil && v.kind == kindNull
}

// Text is a required string of least to most characters; most 0 is no bound.
func (b *Body) Text(name string, least, most int) string {
	v := b.find(name, true)
	if v == nil {
		return ""
	}
	return b.request.text([]any{"body", name}, v, least, most)
}

// Email is a required e-mail address, trimmed of white space.
func (b *Body) Email(name string) string {
	v := b.find(name, true)
	if v == nil {
		return ""
	}
	loc := []any{"body", name}
	if v.kind != kindString || v.lone {
		return b.request.text(loc, v, 0, 0)
	}
	address := strings.TrimSpace(v.text)
	if why := checkEmail(address); why != "" {
		b.request.add("value_error", loc, "value is not a valid email address: "+why, v.echo(), map[string]any{"reason": why})
	}
	return address
}

// OptionalInt is an integer of at least 1; nil if it is null or missing.
func (b *Body) OptionalInt(name string, most int) *int {
	v := b.find(name, false)
	if v == nil || v.kind == kindNull {
		return nil
	}
	n := b.request.number([]any{"body", name}, v, 1, most)
	return &n
}

// Int is an integer of least to most, or missing without one.
func (b *Body) Int(name string, missing, least, most int) int {
	v := b.find(name, false)
	if v == nil {
		return missing
	}
	return b.request.number([]any{"body", name}, v, least, most)
}

// Strings is a list of at most maxItems strings of 1 to maxChars characters; nil if
// it is null or missing.
func (b *Body) Strings(name string, maxItems, maxChars int) []string {
	v := b.find(name, false)
	if v == nil || v.kind == kindNull {
		return nil
	}
	loc := []any{"body", name}
	if v.kind != kindArray {
		b.request.add("list_type", loc, "Input should be a valid list", v.echo(), nil)
		return nil
	}
	if n := len(v.items); n > maxItems {
		b.request.add("too_long", loc, fmt.Sprintf("List should have at most %d items after validation, not %d", maxItems, n), v.echo(),
			map[string]any{"field_type": "List", "max_length": maxItems, "actual_length": n})
		return nil
	}
	list := make([]string, 0, len(v.items))
	for i := range v.items {
		list = append(list, b.request.text([]any{"body", name, i}, &v.items[i], 1, maxChars))
	}
	return list
}

// OptionalTime is a time, nil if it is null; ok is false if it is missing.
func (b *Body) OptionalTime(name string) (t *model.Time, ok bool) {
	v := b.find(name, false)
	if v == nil {
		return nil, false
	}
	loc := []any{"body", name}
	switch v.kind {
	case kindNull:
		return nil, true
	case kindString:
		return b.request.time(loc, v.text, v.echo()), true
	case kindInt, kindFloat:
		return b.request.time(loc, v.raw, v.echo()), true
	}
	b.request.add("datetime_type", loc, "Input should be a valid datetime", v.echo(), nil)
	return nil, true
}

// Enum is one of at least two values, or missing without one.
func (b *Body) Enum(name, missing string, values ...string) string {
	v := b.find(name, false)
	if v == nil {
		return missing
	}
	if v.kind != kindString || !slices.Contains(values, v.text) {
		b.request.notIn(values, []any{"body", name}, v.echo())
	}
	return v.text
}

// Object is a required JSON object, as it was sent.
func (b *Body) Object(name string) json.RawMessage {
	v := b.find(name, true)
	if v == nil {
		return nil
	}
	if v.kind != kindObject {
		b.request.add("dict_type", []any{"body", name}, "Input should be a valid dictionary", v.echo(), nil)
		return nil
	}
	return v.echo()
}

// OneOf returns the name of the one member that was sent, "" for none. null counts
// as not sent; more than one is reported.
func (b *Body) OneOf(names ...string) string {
	var sent []string
	for _, name := range names {
		if v := b.find(name, false); v != nil && v.kind != kindNull {
			sent = append(sent, name)
		}
	}
	switch len(sent) {
	case 0:
		return ""
	case 1:
		return sent[0]
	}
	tooMany := "all"
	if len(sent) == 2 {
		tooMany = "both"
	}
	b.Reject("send " + model.AnyOf(names) + ", not " + tooMany)
	return sent[0]
}

// Reject reports a broken rule that spans members, as a model validator does.
func (b *Body) Reject(msg string) {
	b.request.errors = append(b.request.errors, b.ValueError("", msg)...)
}

// ValueError is a broken rule that this package doesn't know. field is a member,
// with dots for a member of a member, "" for the body itself. b may be nil: no
// body was read.
func (b *Body) ValueError(field, msg string) Errors {
	loc := []any{"body"}
	var at *Value
	if b != nil {
		at = b.object
	}
	if field != "" {
		for name := range strings.SplitSeq(field, ".") {
			loc = append(loc, name)
			if at != nil {
				at, _ = at.Member(name)
			}
		}
	}
	input := json.RawMessage("null")
	if at != nil {
		input = at.echo()
	}
	return Errors{{Type: "value_error", Loc: loc, Msg: "Value error, " + msg, Input: input, Ctx: map[string]any{"error": struct{}{}}}}
}
