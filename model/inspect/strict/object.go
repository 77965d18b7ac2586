// Package strict reads JSON objects, base64url, dates and the header of a compact JWS
// to the letter of their RFCs, and says at which byte a text departs from them.
//
// The server's verifier (backend/token) and the packages that take tokens apart for
// people read with it, so that what is verified and what is shown cannot differ.
package strict

import (
	"fmt"
	"strings"
	"unicode/utf16"
)

// Member is one member of a JSON object, as it stands in the text.
type Member struct {
	Name        string // unescaped
	Raw         string // the value's JSON, without white space around it
	Offset      int    // of the name's opening quote, in bytes from the start of the JSON text
	ValueOffset int    // of Raw
	Duplicate   bool   // an earlier member has the same name
}

// Object is a JSON object with its members in the order of the text.
type Object struct {
	Members    []Member
	Duplicates []Duplicate // at any depth, in the order of the text
}

// Duplicate is a member whose name an earlier member of the same object has.
type Duplicate struct {
	Name   string
	Offset int // of the name's opening quote
	Depth  int // 1 for the object itself, 2 for an object inside it
}

// Get finds the first member with the given name.
func (o *Object) Get(name string) (Member, bool) {
	for i := range o.Members { // which are too large to be copied one by one
		if o.Members[i].Name == name {
			return o.Members[i], true
		}
	}
	return Member{}, false
}

// SyntaxError says at which byte of the JSON text reading stopped, and why.
type SyntaxError struct {
	Offset  int
	Message string
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("%s at byte %d", e.Message, e.Offset) }

// ParseObject reads text as one JSON object by the letter of RFC 8259, in one
// pass and linear time: valid UTF-8, no lone surrogates, no control characters
// in strings, nothing behind the closing brace, at most maxDepth levels of
// objects and arrays. Duplicate names are no error here: they are listed, after
// unescaping, so that "\u0061lg" counts as "alg".
//
// The verifier in backend/token reads with it too, so that what is shown and
// what is verified cannot differ. With an error (a *SyntaxError) the Object holds
// the members that were read whole before it.
func ParseObject(text string, maxDepth int) (Object, error) {
	s := scanner{text: text, maxDepth: maxDepth}
	s.space()
	if s.pos == len(text) {
		return s.object, &SyntaxError{s.pos, "empty"}
	}
	if text[s.pos] != '{' {
		return s.object, &SyntaxError{s.pos, "not an object"}
	}
	s.value(1)
	s.space()
	if !s.failed && s.pos < len(text) {
		s.fail(s.pos, "unexpected text behind the object")
	}
	if s.failed {
		err := s.err // by itself, so that the scanner need not be kept
		return s.object, &err
	}
	return s.object, nil
}

// unquote decodes a string that str has checked, quotes and all.
func unquote(quoted string) string {
	if len(quoted) < 2 {
		return ""
	}
	text := quoted[1 : len(quoted)-1]
	if strings.IndexByte(text, '\\') < 0 {
		return text
	}
	var b strings.Builder
	b.Grow(len(text))
	for i := 0; i < len(text); {
		if text[i] != '\\' {
			b.WriteByte(text[i])
			i++
			continue
		}
		switch c := text[i+1]; c {
		case 'u':
			r, _ := hex4(text[i:])
			i += 6
			if utf16.IsSurrogate(r) {
				second, _ := hex4(text[i:])
				r = utf16.DecodeRune(r, second)
				i += 6
			}
			b.WriteRune(r)
			continue
		case 'b':
			b.WriteByte('\b')
		case 'f':
			b.WriteByte('\f')
		case 'n':
			b.WriteByte('\n')
		case 'r':
			b.WriteByte('\r')
		case 't':
			b.WriteByte('\t')
		default:
			b.WriteByte(c)
		}
		i += 2
	}
	return b.String()
}

// nameSet remembers names: a few in place, which is nearly every object, more
// in a map, so that an object with a hundred thousand names stays linear.
type nameSet struct {
	few  [8]string
	n    int
	many map[string]struct{}
}

// add reports whether name was there already.
func (set *nameSet) add(name string) bool {
	if set.many != nil {
		before := len(set.many)
		set.many[name] = struct{}{}
		return len(set.many) == before
	}
	for _, n := range set.few[:set.n] {
		if n == name {
			return true
		}
	}
	if set.n < len(set.few) {
		set.few[set.n] = name
		set.n++
		return false
	}
	set.many = make(map[string]struct{}, 2*len(set.few))
	for _, n := range set.few {
		set.many[n] = struct{}{}
	}
	set.many[name] = struct{}{}
	return false
}

// Text is the member's value as plain text and true if it is a JSON string,
// else its JSON and false.
func (m Member) Text() (string, bool) {
	if strings.HasPrefix(m.Raw, `"`) {
		return unquote(m.Raw), true
	}
	return m.Raw, false
}
