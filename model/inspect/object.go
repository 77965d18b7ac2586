package inspect

import (
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
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
	for _, m := range o.Members {
		if m.Name == name {
			return m, true
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
	if s.err == nil && s.pos < len(text) {
		s.fail(s.pos, "unexpected text behind the object")
	}
	if s.err != nil {
		return s.object, s.err
	}
	return s.object, nil
}

// scanner walks over the text once. After the first error every method returns
// at once, so callers need not check after each step.
type scanner struct {
	text     string
	pos      int
	maxDepth int
	object   Object
	err      *SyntaxError
}

func (s *scanner) fail(at int, message string) {
	if s.err == nil {
		s.err = &SyntaxError{at, message}
	}
}

// peek is the byte at pos, 0 at the end. A NUL in the text is no token of JSON
// either, so the two need not be told apart.
func (s *scanner) peek() byte {
	if s.pos < len(s.text) {
		return s.text[s.pos]
	}
	return 0
}

func (s *scanner) space() {
	for s.pos < len(s.text) {
		switch s.text[s.pos] {
		case ' ', '\t', '\n', '\r':
			s.pos++
		default:
			return
		}
	}
}

// value reads one value; depth is the level a container here would have.
func (s *scanner) value(depth int) {
	switch c := s.peek(); {
	case c == '{' || c == '[':
		if depth > s.maxDepth {
			s.fail(s.pos, fmt.Sprintf("nested deeper than %d levels", s.maxDepth))
			return
		}
		s.pos++
		if c == '{' {
			s.members(depth)
		} else {
			s.elements(depth)
		}
	case c == '"':
		s.str()
	case c == '-' || '0' <= c && c <= '9':
		s.number()
	case c == 't':
		s.word("true")
	case c == 'f':
		s.word("false")
	case c == 'n':
		s.word("null")
	default:
		s.unexpected("a value")
	}
}

func (s *scanner) members(depth int) {
	var seen nameSet
	s.space()
	if s.peek() == '}' {
		s.pos++
		return
	}
	for s.err == nil {
		s.space()
		if s.peek() != '"' {
			s.unexpected("a member name in quotes")
			return
		}
		m := Member{Offset: s.pos}
		m.Name = unquote(s.str())
		s.space()
		if s.err == nil && s.peek() != ':' {
			s.unexpected("a colon")
		}
		if s.err != nil {
			return
		}
		s.pos++
		s.space()
		m.ValueOffset = s.pos
		s.value(depth + 1)
		if s.err != nil {
			return
		}
		m.Raw = s.text[m.ValueOffset:s.pos]
		if m.Duplicate = seen.add(m.Name); m.Duplicate {
			s.object.Duplicates = append(s.object.Duplicates, Duplicate{m.Name, m.Offset, depth})
		}
		if depth == 1 {
			s.object.Members = append(s.object.Members, m)
		}
		if !s.more('}') {
			return
		}
	}
}

func (s *scanner) elements(depth int) {
	s.space()
	if s.peek() == ']' {
		s.pos++
		return
	}
	for s.err == nil {
		s.space()
		s.value(depth + 1)
		if s.err != nil || !s.more(']') {
			return
		}
	}
}

// more steps over a comma and reports true, or over the closing byte and
// reports false.
func (s *scanner) more(closing byte) bool {
	s.space()
	switch s.peek() {
	case ',':
		s.pos++
		return true
	case closing:
		s.pos++
	default:
		s.unexpected(fmt.Sprintf("a comma or %c", closing))
	}
	return false
}

// str reads a string and returns it with its quotes.
func (s *scanner) str() string {
	start := s.pos
	s.pos++
	for s.pos < len(s.text) {
		switch c := s.text[s.pos]; {
		case c == '"':
			s.pos++
			return s.text[start:s.pos]
		case c == '\\':
			if !s.escape() {
				return ""
			}
		case c < ' ':
			s.fail(s.pos, fmt.Sprintf("control character 0x%02x in a string", c))
			return ""
		case c < utf8.RuneSelf:
			s.pos++
		default:
			r, size := utf8.DecodeRuneInString(s.text[s.pos:])
			if r == utf8.RuneError && size == 1 {
				s.fail(s.pos, "invalid UTF-8")
				return ""
			}
			s.pos += size
		}
	}
	s.fail(start, "string without a closing quote")
	return ""
}

// escape steps over one escape sequence, or over two that are a surrogate pair.
func (s *scanner) escape() bool {
	rest := s.text[s.pos:]
	if len(rest) < 2 {
		s.fail(s.pos, "unfinished escape")
		return false
	}
	switch rest[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		s.pos += 2
		return true
	case 'u':
		first, ok := hex4(rest)
		if !ok {
			s.fail(s.pos, "invalid \\u escape")
			return false
		}
		if !utf16.IsSurrogate(first) {
			s.pos += 6
			return true
		}
		second, ok := hex4(rest[6:])
		if !ok || utf16.DecodeRune(first, second) == utf8.RuneError {
			s.fail(s.pos, "lone surrogate")
			return false
		}
		s.pos += 12
		return true
	}
	s.fail(s.pos, "invalid escape")
	return false
}

// hex4 reads a \uXXXX escape at the start of text.
func hex4(text string) (rune, bool) {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return 0, false
	}
	var r rune
	for i := 2; i < 6; i++ {
		d := strings.IndexByte("0123456789abcdef", text[i]|0x20)
		if d < 0 || text[i] < '0' {
			return 0, false
		}
		r = r<<4 | rune(d)
	}
	return r, true
}

func (s *scanner) number() {
	if s.peek() == '-' {
		s.pos++
	}
	if s.peek() == '0' {
		s.pos++
	} else {
		s.digits()
	}
	if s.peek() == '.' {
		s.pos++
		s.digits()
	}
	if c := s.peek(); c == 'e' || c == 'E' {
		s.pos++
		if c := s.peek(); c == '+' || c == '-' {
			s.pos++
		}
		s.digits()
	}
}

func (s *scanner) digits() {
	start := s.pos
	for c := s.peek(); '0' <= c && c <= '9'; c = s.peek() {
		s.pos++
	}
	if s.pos == start {
		s.unexpected("a digit")
	}
}

func (s *scanner) word(w string) {
	if !strings.HasPrefix(s.text[s.pos:], w) {
		s.unexpected("a value")
		return
	}
	s.pos += len(w)
}

func (s *scanner) unexpected(want string) {
	if s.pos >= len(s.text) {
		s.fail(len(s.text), "ends where "+want+" should be")
		return
	}
	r, size := utf8.DecodeRuneInString(s.text[s.pos:])
	if r == utf8.RuneError && size == 1 {
		s.fail(s.pos, "invalid UTF-8")
		return
	}
	s.fail(s.pos, fmt.Sprintf("%+q where %s should be", r, want))
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
