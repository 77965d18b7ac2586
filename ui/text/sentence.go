package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Sentence makes s begin with a capital and end with a full stop.
func Sentence(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return s
	}
	s = string(unicode.ToUpper(r)) + s[size:]
	if !strings.HasSuffix(s, ".") {
		s += "."
	}
	return s
}
