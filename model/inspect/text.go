package inspect

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// epoch stands in for now where now makes no difference.
var epoch = time.Unix(0, 0)

// short cuts a quoted value to what fits into a line.
func short(s string) string {
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

// spell writes a span in its largest sensible unit, rounded down; what is under a
// second is one.
func spell(d time.Duration) string {
	const day, year = 24 * time.Hour, 365 * 24 * time.Hour
	for _, unit := range []struct {
		size time.Duration
		name string
		from time.Duration // of this on it is counted so
	}{{year, "year", 2 * year}, {day, "day", 2 * day}, {time.Hour, "hour", 2 * time.Hour}, {time.Minute, "minute", 2 * time.Minute}} {
		if d >= unit.from {
			return fmt.Sprintf("%d %ss", d/unit.size, unit.name)
		}
	}
	if s := int64(d / time.Second); s > 1 {
		return fmt.Sprintf("%d seconds", s)
	}
	return "1 second"
}

// harmless escapes what is no printable ASCII, but for the ellipsis of short, so
// that no finding or problem carries what a token's author wrote to be obeyed.
func harmless(s string) string {
	if isVisibleASCII(strings.ReplaceAll(s, " ", "")) {
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
