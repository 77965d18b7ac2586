// Package ascii classifies bytes.
package ascii

import "strings"

// Span is the length of the longest prefix of s that is in the class, at most limit.
func Span(s string, is func(byte) bool, limit int) int {
	n := 0
	for n < len(s) && n < limit && is(s[n]) {
		n++
	}
	return n
}

// Set is a set of bytes.
type Set [256]bool

func SetOf(is func(c byte) bool) *Set {
	var out Set
	for c := range out {
		out[c] = is(byte(c))
	}
	return &out
}

func (c *Set) Has(b byte) bool { return c[b] }

var base64URLClass = SetOf(func(c byte) bool {
	return 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '-' || c == '_'
})

func IsBase64URL(c byte) bool { return base64URLClass.Has(c) }

func IsBase64(c byte) bool { return IsBase64URL(c) || c == '+' || c == '/' || c == '=' }

func IsSpace(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' }

// NotBase64URL reports whether r is outside of base64url (RFC 4648, section 5).
func NotBase64URL(r rune) bool {
	return !('A' <= r && r <= 'Z' || 'a' <= r && r <= 'z' || '0' <= r && r <= '9' || r == '-' || r == '_')
}

// Hex reads n hexadecimal digits at the start of s.
func Hex(s string, n int) (v int, ok bool) {
	if len(s) < n {
		return 0, false
	}
	for i := range n {
		d := strings.IndexByte("0123456789abcdef", s[i]|0x20)
		if d < 0 || s[i] < '0' {
			return 0, false
		}
		v = v<<4 | d
	}
	return v, true
}
