package text

import (
	"strconv"
	"time"

	"keydeck/model"
)

// Moment formats t in now's time zone: only the time if it is today, else date
// and time.
func Moment(t, now time.Time) string {
	if Date(t, now) == now.Format(time.DateOnly) {
		return Clock(t, now)
	}
	return Date(t, now) + " " + Clock(t, now)
}

// Clock formats the time of day of t in now's time zone.
func Clock(t, now time.Time) string { return t.In(now.Location()).Format(time.TimeOnly) }

// Date formats the day of t in now's time zone.
func Date(t, now time.Time) string { return t.In(now.Location()).Format(time.DateOnly) }

// Took formats a duration in microseconds, with one decimal where it matters.
func Took(us int64) string {
	switch ms := float64(us) / 1000; {
	case us < 1000:
		return strconv.FormatInt(us, 10) + " µs"
	case ms < 100:
		return strconv.FormatFloat(ms, 'f', 1, 64) + " ms"
	case ms < 10_000:
		return strconv.FormatFloat(ms, 'f', 0, 64) + " ms"
	default:
		return strconv.FormatFloat(ms/1000, 'f', 1, 64) + " s"
	}
}

// Count is model.Count.
func Count(n int64) string { return model.Count(n) }

// Plural says 1 key, 2 keys. many is the word for every number but one.
func Plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Count(int64(n)) + " " + many
}
