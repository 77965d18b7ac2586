package text

import (
	"fmt"
	"math"
	"strconv"
	"time"
)

const day = 24 * time.Hour

// Span writes a duration in its one or two largest units: 42 s, 9:58 min, 5 h
// 12 min, 2 d 4 h, 41 d. It ignores the sign.
func Span(d time.Duration) string {
	if d < 0 {
		d = -d
	}
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d/time.Second))
	case d < time.Hour:
		return fmt.Sprintf("%d:%02d min", int(d/time.Minute), int(d%time.Minute/time.Second))
	case d < day:
		return fmt.Sprintf("%d h %02d min", int(d/time.Hour), int(d%time.Hour/time.Minute))
	case d < 10*day:
		return fmt.Sprintf("%d d %d h", int(d/day), int(d%day/time.Hour))
	}
	return Count(int64(d/day)) + " d"
}

// Distance says how far t is from now: in 5 h 12 min, 41 d ago. The distance
// may exceed the 292 years of a time.Duration.
func Distance(t, now time.Time) string {
	if t.After(now) {
		return "in " + between(now, t)
	}
	return between(t, now) + " ago"
}

func between(from, to time.Time) string {
	if d := to.Sub(from); d < math.MaxInt64 {
		return Span(d)
	}
	return Count((to.Unix()-from.Unix())/int64(day/time.Second)) + " d"
}

// Ago says how long ago t was, in one unit: now, 12 s, 3 min, 5 h, 112 d. A
// time in the future, which clocks that differ produce, is now.
func Ago(t, now time.Time) string {
	switch d := now.Sub(t); {
	case d < 2*time.Second:
		return "now"
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d/time.Second))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d/time.Minute))
	case d < day:
		return fmt.Sprintf("%d h", int(d/time.Hour))
	default:
		return Count(int64(d/day)) + " d"
	}
}

// AgoWords is Ago for the middle of a sentence: just now, 3 min ago.
func AgoWords(t, now time.Time) string {
	if s := Ago(t, now); s != "now" {
		return s + " ago"
	}
	return "just now"
}

// Countdown is m:ss, for a wait that somebody watches.
func Countdown(d time.Duration) string {
	seconds := max(0, int((d+time.Second-1)/time.Second))
	return fmt.Sprintf("%d:%02d", seconds/60, seconds%60)
}

// Moment formats t in now's time zone: only the time if it is today, else date
// and time.
func Moment(t, now time.Time) string {
	t = t.In(now.Location())
	if t.Year() == now.Year() && t.YearDay() == now.YearDay() {
		return t.Format("15:04:05")
	}
	return t.Format("2006-01-02 15:04:05")
}

// Date formats the day of t in now's time zone.
func Date(t, now time.Time) string { return t.In(now.Location()).Format("2006-01-02") }

// Took formats a duration in microseconds, with one decimal where it matters.
func Took(us int64) string {
	switch ms := float64(us) / 1000; {
	case ms < 100:
		return strconv.FormatFloat(ms, 'f', 1, 64) + " ms"
	case ms < 10_000:
		return strconv.FormatFloat(ms, 'f', 0, 64) + " ms"
	default:
		return strconv.FormatFloat(ms/1000, 'f', 1, 64) + " s"
	}
}

// Count groups digits by thousands: 151,204.
func Count(n int64) string {
	s := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}

// Plural says 1 key, 2 keys. many is the word for every number but one.
func Plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Count(int64(n)) + " " + many
}
