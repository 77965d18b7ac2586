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

// spell writes a long span in its largest sensible unit.
func spell(d time.Duration) string {
	switch hours := int64(d / time.Hour); {
	case hours < 48:
		return fmt.Sprintf("%d hours", hours)
	case hours < 2*365*24:
		return fmt.Sprintf("%d days", hours/24)
	default:
		return fmt.Sprintf("%d years", hours/(365*24))
	}
}
