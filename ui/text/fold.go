package text

import (
	"strings"
	"unicode"
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
	if !IsASCII(part) || strings.ContainsAny(part, "ki") && (strings.Contains(s, kelvin) || strings.Contains(s, dotted)) {
		return strings.Contains(strings.ToLower(s), part)
	}
	first, capital := part[0], byte(unicode.ToUpper(rune(part[0])))
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
		// No character beyond ASCII is as short as the ASCII that it folds to.
		if s = s[at:]; len(s) >= len(part) && strings.EqualFold(s[:len(part)], part) {
			return true
		}
		s = s[1:]
	}
	return false
}

// IsASCII reports whether s has no character beyond ASCII.
func IsASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}

// The two characters beyond ASCII whose lower case contains ASCII: the Kelvin
// sign (k) and the dotted capital I (i).
const (
	kelvin = "\u212a"
	dotted = "\u0130"
)
