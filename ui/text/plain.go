package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Plain removes from a server's message the prefixes that only say which of
// pydantic's validators rejected the input.
func Plain(message string) string {
	for _, mark := range []string{"value is not a valid email address: ", "Value error, "} {
		message = strings.ReplaceAll(message, mark, "")
	}
	return message
}

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
