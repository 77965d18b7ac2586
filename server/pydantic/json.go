package pydantic

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
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
		if err := p.separator('}', "Expecting property name enclosed in double quotes"); err != nil {
			return err
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
		if err := p.separator(']', "Expecting value"); err != nil {
			return err
		}
	}
	p.at++
	return nil
}

// separator goes over a comma, or up to the closing bracket. After a comma there must
// be more, or it fails with the message.
func (p *parser) separator(closing byte, more string) error {
	p.space()
	if p.peek() == closing {
		return nil
	}
	if p.peek() != ',' {
		return p.fail(p.at, "Expecting ',' delimiter")
	}
	p.at++
	p.space()
	if p.peek() == closing {
		return p.fail(p.at, more)
	}
	return nil
}

// numberForm is how far Python's json reads a number: of 01 it takes the 0, of 1.e the 1.
var numberForm = regexp.MustCompile(`^-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?`)

func (p *parser) number() (kind, error) {
	at := numberForm.FindStringSubmatchIndex(p.text[p.at:])
	if at == nil {
		return kindNull, p.fail(p.at, "Expecting value")
	}
	p.at += at[1]
	if at[2] >= 0 || at[4] >= 0 {
		return kindFloat, nil
	}
	return kindInt, nil
}

// str reads a string literal; lone tells of half a surrogate pair in it.
func (p *parser) str() (text string, lone bool, err error) {
	begin := p.at
	p.at++
	for p.at < len(p.text) {
		switch c := p.text[p.at]; {
		case c == '"':
			p.at++
			err := json.Unmarshal([]byte(p.text[begin:p.at]), &text) // which makes U+FFFD of half a pair
			return text, lone, err
		case c < ' ':
			return "", false, p.fail(p.at, "Invalid control character at")
		case c == '\\':
			half, err := p.escape(begin)
			if err != nil {
				return "", false, err
			}
			lone = lone || half
		default:
			p.at++
		}
	}
	return "", false, p.fail(begin, "Unterminated string starting at")
}

// escape goes over an escape in the string that begins at begin.
func (p *parser) escape(begin int) (lone bool, err error) {
	slash := p.at
	if slash+1 == len(p.text) {
		return false, p.fail(begin, "Unterminated string starting at")
	}
	p.at += 2
	switch c := p.text[slash+1]; {
	case strings.IndexByte(`"\/bfnrt`, c) >= 0:
		return false, nil
	case c != 'u':
		return false, p.fail(slash, "Invalid \\escape")
	}
	r, ok := p.hex4()
	if !ok {
		return false, p.fail(slash+1, "Invalid \\uXXXX escape")
	}
	if !utf16.IsSurrogate(r) {
		return false, nil
	}
	back := p.at
	if p.word(`\u`) {
		if low, ok := p.hex4(); ok && utf16.DecodeRune(r, low) != utf8.RuneError {
			return false, nil
		}
	}
	p.at = back
	return true, nil
}

func (p *parser) hex4() (rune, bool) {
	if len(p.text)-p.at < 4 {
		return 0, false
	}
	n, err := strconv.ParseUint(p.text[p.at:p.at+4], 16, 16)
	if err == nil {
		p.at += 4
	}
	return rune(n), err == nil
}
