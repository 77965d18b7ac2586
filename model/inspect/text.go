package inspect

import (
	"fmt"
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

// spell writes how long it is from one time to a later one, in the largest
// sensible unit. It may be more than a time.Duration holds.
func spell(from, to time.Time) string {
	switch hours := (to.Unix() - from.Unix()) / 3600; {
	case hours < 48:
		return fmt.Sprintf("%d hours", hours)
	case hours < 2*365*24:
		return fmt.Sprintf("%d days", hours/24)
	default:
		return fmt.Sprintf("%d years", hours/(365*24))
	}
}
