package server

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"keydeck/model"
)

// A jsonValue is one value of a request body. raw is the value as it was sent,
// so that a validation error can echo it to the letter.
type jsonValue struct {
	kind    jsonKind
	raw     string
	text    string // the value of a string
	lone    bool   // the string holds half of a surrogate pair
	items   []jsonValue
	members []jsonMember
}

type jsonMember struct {
	name  string
	value jsonValue
}

type jsonKind uint8

const (
	jsonNull jsonKind = iota
	jsonBool
	jsonInt
	jsonFloat
	jsonString
	jsonArray
	jsonObject
)

// member finds a member by name; of members with one name the last one counts,
// as in Python and JavaScript.
func (v *jsonValue) member(name string) (*jsonValue, bool) {
	for i := len(v.members) - 1; i >= 0; i-- {
		if v.members[i].name == name {
			return &v.members[i].value, true
		}
	}
	return nil, false
}

// echo is the value as a validation error repeats it.
func (v *jsonValue) echo() json.RawMessage { return json.RawMessage(v.raw) }

// A jsonError says where and why a text is not JSON, in the words of Python's
// json module, which is what family C's clients see. Pos counts characters.
type jsonError struct {
	Pos int
	Msg string
}

func (e *jsonError) Error() string { return fmt.Sprintf("%s at character %d", e.Msg, e.Pos) }

// parseJSON reads exactly one JSON value. Errors are *jsonError, or
// model.CodeTooLarge when the text nests deeper than model.MaxJSONDepth.
//
// It is a parser of its own because no library reports all that family C's
// documented answers need: Python's positions and words, integers told from
// floats, the order of members, and a bound on the depth. It is stricter than
// Python in refusing NaN and Infinity, which no JSON answer could echo.
func parseJSON(text string) (*jsonValue, error) {
	text = strings.TrimPrefix(text, "\ufeff")
	if !utf8.ValidString(text) {
		pos := 0
		for _, r := range text {
			if r == utf8.RuneError && !strings.HasPrefix(text[pos:], "\ufffd") {
				break
			}
			pos += utf8.RuneLen(r)
		}
		return nil, &jsonError{Pos: utf8.RuneCountInString(text[:pos]), Msg: "Invalid UTF-8"}
	}
	p := jsonParser{text: text}
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

type jsonParser struct {
	text string
	at   int
}

func (p *jsonParser) fail(at int, msg string) error {
	return &jsonError{Pos: utf8.RuneCountInString(p.text[:at]), Msg: msg}
}

func (p *jsonParser) space() {
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
func (p *jsonParser) peek() byte {
	if p.at < len(p.text) {
		return p.text[p.at]
	}
	return 0
}

func (p *jsonParser) value(depth int) (jsonValue, error) {
	start := p.at
	var v jsonValue
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
		v.kind = jsonString
		v.text, v.lone, err = p.str()
	case p.word("null"):
		v.kind = jsonNull
	case p.word("true"), p.word("false"):
		v.kind = jsonBool
	default:
		v.kind, err = p.number()
	}
	if err != nil {
		return v, err
	}
	v.raw = p.text[start:p.at]
	return v, nil
}

func (p *jsonParser) word(w string) bool {
	if strings.HasPrefix(p.text[p.at:], w) {
		p.at += len(w)
		return true
	}
	return false
}

func (p *jsonParser) object(v *jsonValue, depth int) error {
	v.kind = jsonObject
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
		v.members = append(v.members, jsonMember{name, value})
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

func (p *jsonParser) array(v *jsonValue, depth int) error {
	v.kind = jsonArray
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

// number reads -?int frac? exp?; anything else is no value at all.
func (p *jsonParser) number() (jsonKind, error) {
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
		return jsonNull, p.fail(start, "Expecting value")
	}
	kind, end := jsonInt, at
	if at < len(p.text) && p.text[at] == '.' {
		at++
		if digits() > 0 {
			kind, end = jsonFloat, at
		}
		at = end
	}
	if at < len(p.text) && (p.text[at] == 'e' || p.text[at] == 'E') {
		at++
		if at < len(p.text) && (p.text[at] == '+' || p.text[at] == '-') {
			at++
		}
		if digits() > 0 {
			kind, end = jsonFloat, at
		}
	}
	p.at = end
	return kind, nil
}

// str reads a string literal; lone tells of half a surrogate pair in it.
func (p *jsonParser) str() (text string, lone bool, err error) {
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

func (p *jsonParser) escape(begin int) (r rune, lone bool, err error) {
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

func (p *jsonParser) hex4() (rune, bool) {
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
