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
