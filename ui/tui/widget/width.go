package widget

import (
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// Width is the number of cells s takes. A frame measures text thousands of times,
// so the usual characters (ASCII, box drawing, colour sequences) are counted here
// and ansi.StringWidth is left to the rest.
func Width(s string) int {
	n := 0
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case ' ' <= c && c <= '~':
			n++
			i++
		case c == '\x1b':
			end := sgrEnd(s, i)
			if end < 0 {
				return ansi.StringWidth(s)
			}
			i = end
		case c >= utf8.RuneSelf:
			r, size := utf8.DecodeRuneInString(s[i:])
			if !oneCell(r) {
				return ansi.StringWidth(s)
			}
			n++
			i += size
		default:
			return ansi.StringWidth(s)
		}
	}
	return n
}

// sgrEnd is the end of the colour sequence at i, or -1 if there is none.
func sgrEnd(s string, i int) int {
	if i+1 >= len(s) || s[i+1] != '[' {
		return -1
	}
	for i += 2; i < len(s); i++ {
		switch c := s[i]; {
		case c == 'm':
			return i + 1
		case '0' <= c && c <= '9', c == ';', c == ':':
		default:
			return -1
		}
	}
	return -1
}

// oneCell reports the characters that frames are drawn with.
func oneCell(r rune) bool {
	return 0x2500 <= r && r <= 0x25a0 || // lines and blocks
		r == '…' || r == '·' || r == '•' || r == '–' || r == '›' || r == '×'
}
