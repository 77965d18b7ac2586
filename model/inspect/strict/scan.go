package strict

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"keydeck/model/inspect/internal/ascii"
)

// scanner reads the text once. After the first error every method returns at once, so
// callers need not check after each step.
type scanner struct {
	text     string
	pos      int
	maxDepth int
	object   Object
	items    []Member // elements, if the text is an array
	failed   bool
	err      SyntaxError // set if failed

	quiet bool // errors have no message, and duplicates are not looked for

	leaf func(Leaf) bool // called with every value that is not a container, if set; false stops
	name string          // of the member being read
}

// Leaf is a value that is neither an object nor an array. Elements of an array have
// the name of the array.
type Leaf struct {
	Name   string
	Raw    string
	Offset int // in bytes from the start of the text
}

func (s *scanner) fail(at int, message string) {
	if !s.failed {
		s.failed, s.err = true, SyntaxError{at, message}
	}
}

// peek is the byte at pos, 0 at the end. A NUL is not valid JSON either, so the two
// need not be told apart.
func (s *scanner) peek() byte {
	if s.pos < len(s.text) {
		return s.text[s.pos]
	}
	return 0
}

func (s *scanner) space() {
	for s.pos < len(s.text) && s.text[s.pos] <= ' ' {
		switch s.text[s.pos] {
		case ' ', '\t', '\n', '\r':
			s.pos++
		default:
			return
		}
	}
}

// value reads one value; depth is the level that a container would have here.
func (s *scanner) value(depth int) {
	start, c := s.pos, s.peek()
	switch {
	case (c == '{' || c == '[') && depth > s.maxDepth:
		s.fail(s.pos, fmt.Sprintf("nested deeper than %d levels", s.maxDepth))
	case c == '{':
		s.pos++
		s.members(depth)
		return
	case c == '[':
		s.pos++
		s.elements(depth)
		return
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
	if s.leaf != nil && !s.failed && !s.leaf(Leaf{s.name, s.text[start:s.pos], start}) {
		s.failed = true
	}
}

func (s *scanner) members(depth int) {
	var seen nameSet
	s.space()
	if s.peek() == '}' {
		s.pos++
		return
	}
	for !s.failed {
		s.space()
		if s.peek() != '"' {
			s.unexpected("a member name in quotes")
			return
		}
		m := Member{Offset: s.pos}
		m.Name = unquote(s.str())
		s.space()
		if !s.failed && s.peek() != ':' {
			s.unexpected("a colon")
		}
		if s.failed {
			return
		}
		s.pos++
		s.space()
		m.ValueOffset = s.pos
		s.name = m.Name
		s.value(depth + 1)
		if !s.failed && s.pos == len(s.text) && '0' <= s.text[s.pos-1] && s.text[s.pos-1] <= '9' { // a number may have been cut off
			s.unexpected("a comma or }")
		}
		if s.failed {
			return
		}
		m.Raw = s.text[m.ValueOffset:s.pos]
		if s.leaf != nil || s.quiet {
			// Names are compared when the object itself is read.
		} else if m.Duplicate = seen.add(m.Name); m.Duplicate {
			s.object.Duplicates = keep(s, s.object.Duplicates, Duplicate{m.Name, m.Offset, depth})
		}
		if depth == 1 && s.leaf == nil {
			s.object.Members = keep(s, s.object.Members, m)
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
	name := s.name
	for !s.failed {
		s.space()
		start := s.pos
		s.name = name
		s.value(depth + 1)
		if depth == 1 && !s.failed {
			s.items = keep(s, s.items, Member{Raw: s.text[start:s.pos], Offset: start, ValueOffset: start})
		}
		if s.failed || !s.more(']') {
			return
		}
	}
}

// keep appends to a list that may get very long. It grows in fewer steps than append
// would, and to no more than the rest of the text can fill.
func keep[T any](s *scanner, list []T, item T) []T {
	const many, least = 64, 2 // items, and the least bytes of an item with its comma
	if n := len(list); n >= many && n == cap(list) {
		list = slices.Grow(list, min(3*n, (len(s.text)-s.pos)/least+1))
	}
	return append(list, item)
}

// more steps over a comma and returns true, or over the closing byte and returns
// false.
func (s *scanner) more(closing byte) bool {
	s.space()
	switch s.peek() {
	case ',':
		s.pos++
		return true
	case closing:
		s.pos++
	default:
		s.unexpected("a comma or " + string(closing))
	}
	return false
}

// str reads a string and returns it with its quotes.
func (s *scanner) str() string {
	start := s.pos
	s.pos++
	for s.pos < len(s.text) {
		for s.pos < len(s.text) && plainClass.Has(s.text[s.pos]) {
			s.pos++
		}
		if s.pos == len(s.text) {
			break
		}
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

// plainClass is the bytes that stand for themselves in a string.
var plainClass = ascii.SetOf(func(c byte) bool { return ' ' <= c && c < utf8.RuneSelf && c != '"' && c != '\\' })

// escape steps over one escape sequence, or over the two of a surrogate pair.
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
	digits, escape := strings.CutPrefix(text, `\u`)
	if !escape {
		return 0, false
	}
	r, ok := ascii.Hex(digits, 4)
	return rune(r), ok
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
	start, end := s.pos, s.pos
	for end < len(s.text) && '0' <= s.text[end] && s.text[end] <= '9' {
		end++
	}
	if s.pos = end; end == start {
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
	if s.quiet {
		s.fail(s.pos, "")
		return
	}
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
