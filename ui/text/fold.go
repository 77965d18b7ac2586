package text

import (
	"strings"
	"unicode/utf8"
)

// ContainsFold reports whether s contains part, which must be in lower case,
// ignoring case. If part is ASCII it makes no copy and looks at each byte only
// once or twice, many at a time: between two frames a search applies it to
// every field of tens of thousands of rows.
func ContainsFold(s, part string) bool {
	if part == "" {
		return true
	}
	if !isASCII(part) || strings.ContainsAny(part, "ki") && (strings.Contains(s, kelvin) || strings.Contains(s, dotted)) {
		return strings.Contains(strings.ToLower(s), part)
	}
	first, capital := part[0], upper(part[0])
	for len(s) >= len(part) {
		at := strings.IndexByte(s, first)
		if capital != first {
			within := s
			if at >= 0 {
				within = s[:at]
			}
			if i := strings.IndexByte(within, capital); i >= 0 {
				at = i
			}
		}
		if at < 0 {
			return false
		}
		if hasPrefixFold(s[at:], part) {
			return true
		}
		s = s[at+1:]
	}
	return false
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// The two characters beyond ASCII whose lower case contains ASCII: the Kelvin
// sign (k) and the dotted capital I (i).
const (
	kelvin = "\u212a"
	dotted = "\u0130"
)

// hasPrefixFold compares with a prefix that is lower-case ASCII, byte by byte.
func hasPrefixFold(s, prefix string) bool {
	if len(s) < len(prefix) {
		return false
	}
	for i := range len(prefix) {
		if lower(s[i]) != prefix[i] {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

func upper(c byte) byte {
	if 'a' <= c && c <= 'z' {
		return c - 'a' + 'A'
	}
	return c
}
