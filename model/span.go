package model

import (
	"fmt"
	"time"
)

const daySeconds, yearSeconds = 86_400, 31_556_952 // a Gregorian year, on average

// units are those of a span, in seconds.
var units = []struct {
	name    string
	seconds int64
}{{"d", daySeconds}, {"h", 3600}, {"min", 60}, {"s", 1}}

// Span is a duration in words: its largest unit, and below ten days the next one: 42 s,
// 9 min 58 s, 12 h, 2 d 4 h, 41 d, 3 years. It is rounded up to the second and ignores the
// sign.
func Span(d time.Duration) string { return span(int64((d.Abs()+time.Second-1)/time.Second), 2) }

// Between is the Span from one instant to a later one. The two may lie further apart than
// a time.Duration is long.
func Between(from, to time.Time) string { return span(-secondsBetween(to, from), 2) }

// Distance is an instant as seen from now: in 5 h 12 min, 3 min ago, just now.
func Distance(t, now time.Time) string {
	if t.After(now) {
		return "in " + Between(now, t)
	}
	if ago := Ago(t, now); ago != "now" {
		return ago + " ago"
	}
	return "just now"
}

// Ago is how long ago t was, in one unit: now, 12 s, 3 min, 5 h, 112 d. A time in the
// future, which clocks that differ produce, is now.
func Ago(t, now time.Time) string {
	if seconds := secondsBetween(t, now); seconds >= 2 {
		return span(seconds, 1)
	}
	return "now"
}

// secondsBetween is rounded down.
func secondsBetween(from, to time.Time) int64 {
	seconds := to.Unix() - from.Unix()
	if to.Nanosecond() < from.Nanosecond() {
		seconds--
	}
	return seconds
}

func span(seconds int64, parts int) string {
	if seconds >= 2*yearSeconds {
		return fmt.Sprintf("%d years", seconds/yearSeconds)
	}
	i := 0
	for i < len(units)-1 && seconds < units[i].seconds {
		i++
	}
	n, rest := seconds/units[i].seconds, seconds%units[i].seconds
	out := fmt.Sprintf("%d %s", n, units[i].name)
	if rest > 0 && parts > 1 && seconds < 10*daySeconds {
		if next := units[i+1]; rest >= next.seconds {
			out += fmt.Sprintf(" %d %s", rest/next.seconds, next.name)
		}
	}
	return out
}
