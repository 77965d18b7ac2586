// Package display makes values of a token fit for a sentence: short, escaped, quoted.
package display

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Short cuts a quoted value to what fits into a line.
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

// Span writes how long it is from one time to a later one in its largest sensible
// unit, rounded down; what is under a second is one. It may be more than a
// time.Duration holds.
func Span(from, to time.Time) string {
	const minute, hour, day, year = 60, 3600, 86400, 365 * 86400
	seconds := to.Unix() - from.Unix()
	if to.Nanosecond() < from.Nanosecond() {
		seconds--
	}
	for _, unit := range []struct {
		size int64
		name string
	}{{year, "year"}, {day, "day"}, {hour, "hour"}, {minute, "minute"}} {
		if seconds >= 2*unit.size {
			return fmt.Sprintf("%d %ss", seconds/unit.size, unit.name)
		}
	}
	if seconds > 1 {
		return fmt.Sprintf("%d seconds", seconds)
	}
	return "1 second"
}

// Escape escapes what is no printable ASCII, but for the ellipsis of short, so
// that no finding or problem carries what a token's author wrote to be obeyed.
func Escape(s string) string {
	if isPrintable(s) {
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

func isPrintable(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// Quote writes a foreign name in quotes, cut to what fits into a line.
func Quote(s string) string { return Short(strconv.QuoteToASCII(s)) }

// Name is quote without the quotes.
func Name(name string) string {
	q := Quote(name)
	return strings.Trim(q, `"`)
}
