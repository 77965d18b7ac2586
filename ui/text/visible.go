// Package text turns what Keydeck knows into words on a terminal, for the
// commands and for the dashboard: foreign text made visible, times and
// durations as people say them, reasons in plain English. Pure functions, no
// styles.
package text

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// zwj joins emoji to one: man, woman and girl to a family.
const zwj = '\u200d'

// maxJoined is how many emoji may be joined: as many as Unicode's longest sequence has.
const maxJoined = 4

// maxMarks is how many combining marks one character may carry: enough for
// every living script, too few to reach into the neighbouring lines.
const maxMarks = 3

// Visible makes foreign text safe to draw on one line: it escapes what is not a
// visible character (\x1b, \u202e, \xff), so nobody can move the cursor,
// recolour the screen, hide characters or reverse the reading direction through
// a name, a path or a user agent.
//
// Guarantees: the result is valid UTF-8 without control, format, private-use or
// unassigned characters, but for a joiner between two emoji, and with at most maxMarks
// combining marks in a row.
// ASCII letters, digits and signs stay as they are. Visible(Visible(s)) is
// Visible(s).
func Visible(s string) string {
	if plain(s) {
		return s
	}
	var out strings.Builder
	out.Grow(len(s) + 16)
	marks, based := 0, false
	last, joined := rune(0), 1 // the character before r, the last of so many
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if next, _ := utf8.DecodeRuneInString(s[i+size:]); r == zwj && isEmoji(last) && joined < maxJoined && isEmoji(next) {
			out.WriteRune(r)
			i, last, joined = i+size, r, joined+1
			continue
		}
		if last != zwj {
			joined = 1
		}
		last = r
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&out, `\x%02x`, s[i])
			marks, based = 0, true
		case unicode.Is(unicode.M, r) && drawable(r):
			if marks++; !based || marks > maxMarks {
				escape(&out, r)
				marks, based = 0, true
			} else {
				out.WriteRune(r)
			}
		case drawable(r):
			out.WriteRune(r)
			marks, based = 0, true
		default:
			escape(&out, r)
			marks, based = 0, true
		}
		i += size
	}
	return out.String()
}

// plain reports whether s is printable ASCII, as nearly all text is.
func plain(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

func escape(out *strings.Builder, r rune) {
	switch {
	case r == '\n':
		out.WriteString(`\n`)
	case r == '\r':
		out.WriteString(`\r`)
	case r == '\t':
		out.WriteString(`\t`)
	case r < 0x80:
		fmt.Fprintf(out, `\x%02x`, r)
	case r <= 0xffff:
		fmt.Fprintf(out, `\u%04x`, r)
	default:
		fmt.Fprintf(out, `\U%08x`, r)
	}
}

// drawable reports whether r shows something of its own and changes nothing
// else.
func drawable(r rune) bool {
	switch {
	case r == ' ':
		return true
	case r == 0x034f, // combining grapheme joiner
		r >= 0x115f && r <= 0x11ff, r >= 0xd7b0 && r <= 0xd7ff, // jamo that fuse with what stands before
		r == 0x2800,              // braille blank
		r == 0x3164, r == 0xffa0, // Hangul fillers
		r >= 0x17b4 && r <= 0x17b5,   // Khmer inherent vowels
		r >= 0x180b && r <= 0x180f,   // Mongolian variation selectors
		r >= 0xfe00 && r <= 0xfe0f,   // variation selectors
		r >= 0xe0100 && r <= 0xe01ef, // more of them
		r >= 0xfff9 && r <= 0xfffd,   // annotation, object replacement, replacement
		r >= 0x1d173 && r <= 0x1d17a, // musical format characters
		r >= 0x1f1e6 && r <= 0x1f1ff, // regional indicators: a pair is one flag, or two letters
		r >= 0x1f3fb && r <= 0x1f3ff, // skin tones fuse with what stands before
		r >= 0xe0000 && r <= 0xe0fff: // tags
		return false
	}
	return unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S)
}

// isEmoji reports whether r is one of the pictures that sequences of emoji are made of.
func isEmoji(r rune) bool {
	return (r >= 0x2600 && r <= 0x27bf || r >= 0x1f300 && r <= 0x1faff) && unicode.Is(unicode.So, r)
}

// VisibleAll is Visible for each of the strings. nil stays nil.
func VisibleAll(in []string) []string {
	if in == nil {
		return nil
	}
	out := make([]string, len(in))
	for i, s := range in {
		out[i] = Visible(s)
	}
	return out
}

// Prefix is the first n bytes of s at most, without a character that would be cut.
func Prefix(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for i := n; i > n-utf8.UTFMax; i-- {
		if utf8.RuneStart(s[i]) {
			return s[:i]
		}
	}
	return s[:n]
}
