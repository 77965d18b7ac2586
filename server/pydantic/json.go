package pydantic

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"keydeck/model"
)

// A Value is one JSON value of a request's body.
type Value struct {
	kind    kind
	raw     string // as it was sent, for a validation error to echo
	text    string // the value of a string
	lone    bool   // the string holds half of a surrogate pair
	items   []Value
	members []member
}

type member struct {
	name  string
	value Value
}

type kind uint8

const (
	kindNull kind = iota
	kindBool
	kindInt
	kindFloat
	kindString
	kindArray
	kindObject
)

// IsObject reports whether v is a JSON object.
func (v *Value) IsObject() bool { return v.kind == kindObject }

// Text returns the text of a string; ok is false for any other value.
func (v *Value) Text() (text string, ok bool) { return v.text, v.kind == kindString }

// Member finds a member of an object. If several have that name, the last one
// counts, as in Python and JavaScript.
func (v *Value) Member(name string) (*Value, bool) {
	for i := len(v.members) - 1; i >= 0; i-- {
		if v.members[i].name == name {
			return &v.members[i].value, true
		}
	}
	return nil, false
}

// echo is the value as a validation error repeats it.
func (v *Value) echo() json.RawMessage { return json.RawMessage(v.raw) }

// A SyntaxError says where and why a text is not JSON, in the words of Python's
// json module. Pos counts characters.
type SyntaxError struct {
	Pos int
	Msg string
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("%s at character %d", e.Msg, e.Pos) }

// ParseJSON reads exactly one JSON value. Errors are *SyntaxError, or
// model.CodeTooLarge when the text nests deeper than model.MaxJSONDepth.
//
// No library reports everything that pydantic's answers need: Python's positions
// and words, integers apart from floats, the order of members, and a bound on the
// depth. Unlike Python it rejects NaN and Infinity, which no JSON answer can echo.
func ParseJSON(text string) (*Value, error) {
	text = strings.TrimPrefix(text, "\ufeff")
	if !utf8.ValidString(text) {
		pos := 0
		for _, r := range text {
			if r == utf8.RuneError && !strings.HasPrefix(text[pos:], "\ufffd") {
				break
			}
			pos += utf8.RuneLen(r)
		}
		return nil, &SyntaxError{Pos: utf8.RuneCountInString(text[:pos]), Msg: "Invalid UTF-8"}
	}
	p := parser{text: text}
	p.space()
	v, err := p.value(0)
	if err != nil {
		return nil, err
	}
	p.space()
	if p.at < len(text) {
		return nil, p.fail(p.at, "Extra data")
	}
	return &v, nil
}

type parser struct {
	text string
	at   int
}

func (p *parser) fail(at int, msg string) error {
	return &SyntaxError{Pos: utf8.RuneCountInString(p.text[:at]), Msg: msg}
}

func (p *parser) space() {
	for p.at < len(p.text) {
		switch p.text[p.at] {
		case ' ', '\t', '\n', '\r':
			p.at++
		default:
			return
		}
	}
}

// peek gives the next byte, 0 at the end.
func (p *parser) peek() byte {
	if p.at < len(p.text) {
		return p.text[p.at]
	}
	return 0
}

func (p *parser) value(depth int) (Value, error) {
	start := p.at
	var v Value
	var err error
	switch c := p.peek(); {
	case c == '{' || c == '[':
		if depth == model.MaxJSONDepth {
			return v, &model.Error{Code: model.CodeTooLarge, Reason: model.ReasonTooLarge,
				Message: fmt.Sprintf("JSON is nested deeper than %d", model.MaxJSONDepth)}
		}
		if c == '{' {
			err = p.object(&v, depth+1)
		} else {
			err = p.array(&v, depth+1)
		}
	case c == '"':
		v.kind = kindString
		v.text, v.lone, err = p.str()
	case p.word("null"):
		v.kind = kindNull
	case p.word("true"), p.word("false"):
		v.kind = kindBool
	default:
		v.kind, err = p.number()
	}
	if err != nil {
		return v, err
	}
	v.raw = p.text[start:p.at]
	return v, nil
}

func (p *parser) word(w string) bool {
	if strings.HasPrefix(p.text[p.at:], w) {
		p.at += len(w)
		return true
	}
	return false
}

func (p *parser) object(v *Value, depth int) error {
	v.kind = kindObject
	p.at++
	for p.space(); p.peek() != '}'; {
		if p.peek() != '"' {
			return p.fail(p.at, "Expecting property name enclosed in double quotes")
		}
		name, _, err := p.str()
		if err != nil {
			return err
		}
		p.space()
		if p.peek() != ':' {
			return p.fail(p.at, "Expecting ':' delimiter")
		}
		p.at++
		p.space()
		value, err := p.value(depth)
		if err != nil {
			return err
		}
		v.members = append(v.members, member{name, value})
		p.space()
		if p.peek() == '}' {
			break
		}
		if p.peek() != ',' {
			return p.fail(p.at, "Expecting ',' delimiter")
		}
		p.at++
		p.space()
		if p.peek() == '}' {
			return p.fail(p.at, "Expecting property name enclosed in double quotes")
		}
	}
	p.at++
	return nil
}

func (p *parser) array(v *Value, depth int) error {
	v.kind = kindArray
	p.at++
	for p.space(); p.peek() != ']'; {
		item, err := p.value(depth)
		if err != nil {
			return err
		}
		v.items = append(v.items, item)
		p.space()
		if p.peek() == ']' {
			break
		}
		if p.peek() != ',' {
			return p.fail(p.at, "Expecting ',' delimiter")
		}
		p.at++
		p.space()
		if p.peek() == ']' {
			return p.fail(p.at, "Expecting value")
		}
	}
	p.at++
	return nil
}

// number reads -?int frac? exp?; anything else is not a value.
func (p *parser) number() (kind, error) {
	start := p.at
	at := start
	digits := func() int {
		from := at
		for at < len(p.text) && '0' <= p.text[at] && p.text[at] <= '9' {
			at++
		}
		return at - from
	}
	if at < len(p.text) && p.text[at] == '-' {
		at++
	}
	if at < len(p.text) && p.text[at] == '0' {
		at++ // a leading zero stands alone: 01 is 0 and extra data
	} else if digits() == 0 {
		return kindNull, p.fail(start, "Expecting value")
	}
	kind, end := kindInt, at
	if at < len(p.text) && p.text[at] == '.' {
		at++
		if digits() > 0 {
			kind, end = kindFloat, at
		}
		at = end
	}
	if at < len(p.text) && (p.text[at] == 'e' || p.text[at] == 'E') {
		at++
		if at < len(p.text) && (p.text[at] == '+' || p.text[at] == '-') {
			at++
		}
		if digits() > 0 {
			kind, end = kindFloat, at
		}
	}
	p.at = end
	return kind, nil
}

// str reads a string literal; lone tells of half a surrogate pair in it.
func (p *parser) str() (text string, lone bool, err error) {
	begin := p.at
	p.at++
	var b strings.Builder
	for {
		from := p.at
		for p.at < len(p.text) && p.text[p.at] != '"' && p.text[p.at] != '\\' && p.text[p.at] >= ' ' {
			p.at++
		}
		b.WriteString(p.text[from:p.at])
		switch {
		case p.at >= len(p.text):
			return "", false, p.fail(begin, "Unterminated string starting at")
		case p.text[p.at] == '"':
			p.at++
			return b.String(), lone, nil
		case p.text[p.at] < ' ':
			return "", false, p.fail(p.at, "Invalid control character at")
		}
		r, half, err := p.escape(begin)
		if err != nil {
			return "", false, err
		}
		lone = lone || half
		b.WriteRune(r)
	}
}

func (p *parser) escape(begin int) (r rune, lone bool, err error) {
	slash := p.at
	if slash+1 == len(p.text) {
		return 0, false, p.fail(begin, "Unterminated string starting at")
	}
	p.at += 2
	switch c := p.text[slash+1]; c {
	case '"', '\\', '/':
		return rune(c), false, nil
	case 'b':
		return '\b', false, nil
	case 'f':
		return '\f', false, nil
	case 'n':
		return '\n', false, nil
	case 'r':
		return '\r', false, nil
	case 't':
		return '\t', false, nil
	case 'u':
	default:
		return 0, false, p.fail(slash, "Invalid \\escape")
	}
	r, ok := p.hex4()
	if !ok {
		return 0, false, p.fail(slash+1, "Invalid \\uXXXX escape")
	}
	if !utf16.IsSurrogate(r) {
		return r, false, nil
	}
	back := p.at
	if p.word(`\u`) {
		if low, ok := p.hex4(); ok {
			if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
				return pair, false, nil
			}
		}
	}
	p.at = back
	return utf8.RuneError, true, nil
}

func (p *parser) hex4() (rune, bool) {
	if len(p.text)-p.at < 4 {
		return 0, false
	}
	var r rune
	for _, c := range []byte(p.text[p.at : p.at+4]) {
		d, ok := hexDigit(c)
		if !ok {
			return 0, false
		}
		r = r<<4 | rune(d)
	}
	p.at += 4
	return r, true
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10, true
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}
