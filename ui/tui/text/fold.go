package text

import (
	"strings"
	"unicode/utf8"
)

// ContainsFold reports whether part, given in lower case, is in s without regard
// to case. For a part in ASCII it makes no copy: a search holds it against every
// field of tens of thousands of rows between two frames.
func ContainsFold(s, part string) bool {
	if part == "" {
		return true
	}
	for i := range len(part) {
		if part[i] >= utf8.RuneSelf {
			return strings.Contains(strings.ToLower(s), part)
		}
	}
	for i := range len(s) {
		switch c := s[i]; {
		case c == kelvin[0] && strings.HasPrefix(s[i:], kelvin), c == dotted[0] && strings.HasPrefix(s[i:], dotted):
			return strings.Contains(strings.ToLower(s), part)
		case lower(c) == part[0] && hasPrefixFold(s[i:], part):
			return true
		}
	}
	return false
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
