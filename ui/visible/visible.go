// Package visible makes foreign text safe to put on a terminal. It is the one
// sanitiser: whatever came from a server, a file or a person goes through
// Visible once, at the point where it enters the interface.
package visible

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Visible returns s with everything replaced that could steer a terminal,
// reorder the line or hide: control characters (C0, DEL, C1, so no escape
// sequence survives), bidirectional controls, zero-width and other format
// characters, line and paragraph separators, private-use and unassigned code
// points, and bytes that are not UTF-8. The replacement is itself visible: the
// Unicode control picture for C0 (␛ for ESC, ␊ for a line feed), else an
// escape such as \u202e. The result is always one line of valid UTF-8, and
// Visible(Visible(s)) == Visible(s).
func Visible(s string) string {
	i := firstUnsafe(s)
	if i < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 16)
	b.WriteString(s[:i])
	for i < len(s) {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case safe(r):
			b.WriteRune(r)
		case r < ' ':
			b.WriteRune('␀' + r)
		case r == 0x7f:
			b.WriteRune('␡')
		case r <= 0xffff:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
		i += size
	}
	return b.String()
}

// firstUnsafe is the index of the first byte that needs replacing, -1 for none:
// nearly all text is clean and is handed back as it is.
func firstUnsafe(s string) int {
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			if c < ' ' || c == 0x7f {
				return i
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if (r == utf8.RuneError && size == 1) || !safe(r) {
			return i
		}
		i += size
	}
	return -1
}

// safe reports whether a terminal draws r and does nothing else with it.
// unicode.IsPrint leaves out controls, format characters (bidi and zero width
// among them), surrogates, private use, unassigned code points and every space
// but U+0020. Characters that print as nothing at all are left out here.
func safe(r rune) bool {
	return unicode.IsPrint(r) && !blank(r)
}

// blank reports whether r is a letter or mark by its category but is drawn as
// nothing: fillers, and variation selectors.
func blank(r rune) bool {
	switch r {
	case 0x034f, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x2800, 0x3164, 0xffa0:
		return true
	}
	return unicode.Is(unicode.Variation_Selector, r)
}
