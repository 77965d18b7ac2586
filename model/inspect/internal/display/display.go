// Package display makes values of a token fit for a sentence: short, escaped, quoted.
package display

import (
	"fmt"
	"strconv"
	"strings"
	"time"
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

// Span is the time from one instant to a later one in its largest sensible unit,
// rounded down: "3 days". Less than a second is "1 second". It may be longer than a
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
