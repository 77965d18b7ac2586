// Package display makes values of a token fit for a sentence: short, escaped, quoted.
package display

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Short cuts a value to fit into a line.
func Short(s string) string {
	const limit = 60
	if len(s) <= limit {
		return s
	}
	cut := limit
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}

// Escape escapes everything but printable ASCII and the ellipsis of Short, so that no
// message can carry control sequences out of a token.
func Escape(s string) string {
	if strings.IndexFunc(s, func(r rune) bool { return r < ' ' || r > '~' }) < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case ' ' <= r && r <= '~', r == '…':
			b.WriteRune(r)
		default:
			quoted := strconv.QuoteRuneToASCII(r)
			b.WriteString(quoted[1 : len(quoted)-1])
		}
		i += size
	}
	return b.String()
}

// Quote puts a value from a token in quotes, escaped and cut to fit into a line.
func Quote(s string) string { return Short(strconv.QuoteToASCII(s)) }

// Name is Quote without the quotes.
func Name(name string) string { return strings.Trim(Quote(name), `"`) }
