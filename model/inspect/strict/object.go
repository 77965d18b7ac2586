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
	Raw         string // the value's JSON, without surrounding white space
	Offset      int    // of the name's opening quote, in bytes from the start of the JSON text
	ValueOffset int    // of Raw
	Duplicate   bool   // an earlier member has the same name
}

// Object is a JSON object with its members in the order of the text.
type Object struct {
	Members    []Member
	Duplicates []Duplicate // at any depth, in the order of the text
}

// Duplicate is a member with the name of an earlier member of the same object.
type Duplicate struct {
	Name   string
	Offset int // of the name's opening quote
	Depth  int // 1 for the object itself, 2 for an object inside it
}

// Get finds the first member with the given name.
func (o *Object) Get(name string) (Member, bool) {
	for i := range o.Members { // by index: a Member is too large to copy for each
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

// ParseObject reads text as one JSON object to the letter of RFC 8259, in one pass and
// in linear time: valid UTF-8, no lone surrogates, no control characters in strings,
// nothing after the closing brace, at most maxDepth levels of objects and arrays.
// Duplicate names are not an error here; they are listed, compared after unescaping,
// so that "\u0061lg" counts as "alg".
//
// An error is a *SyntaxError. The Object then holds the members that were complete
// before it.
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
		err := s.err // a copy, so that the scanner can be freed
		return s.object, &err
	}
	return s.object, nil
}

// unquote decodes a string, with its quotes, that str has checked.
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

// nameSet remembers names. The first few are in an array, which is enough for nearly
// every object; more go into a map, so that a hundred thousand names take linear time.
type nameSet struct {
	few  [8]string
	n    int
	many map[string]struct{}
}

// add adds name and reports whether it was there already.
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

// Text is the value of a member that is a JSON string, and true; of any other it is
// the JSON, and false.
func (m Member) Text() (string, bool) {
	if strings.HasPrefix(m.Raw, `"`) {
		return unquote(m.Raw), true
	}
	return m.Raw, false
}
