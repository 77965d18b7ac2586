package text

import (
	"strings"
	"unicode/utf8"
)

// ContainsFold reports whether part, given in lower case, is in s without regard
// to case. For a part in ASCII it makes no copy and looks at each byte but once
// or twice, many at a time: a search holds it against every field of tens of
// thousands of rows between two frames.
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

// The two characters beyond ASCII that have ASCII in their lower case: k, and i
// with a dot of its own.
const (
	kelvin = "\u212a"
	dotted = "\u0130"
)

// hasPrefixFold compares byte by byte with a prefix in ASCII, in lower case.
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
