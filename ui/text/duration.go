package text

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

const day = 24 * time.Hour

// ParseLeeway reads by how much clocks may differ, up to a day: a duration, or whole
// seconds, as most libraries take.
func ParseLeeway(v string) (time.Duration, error) {
	if _, err := strconv.ParseUint(v, 10, 32); err == nil {
		v += "s"
	}
	return ParseDuration(v, 0, day)
}

// ParseDuration reads a Go duration, or a number of days such as 7d.
func ParseDuration(v string, least, most time.Duration) (time.Duration, error) {
	d, err := time.ParseDuration(v)
	if days, ok := strings.CutSuffix(v, "d"); ok {
		var n float64
		if n, err = strconv.ParseFloat(days, 64); err == nil {
			if n < 0 || n > math.MaxInt32 || math.IsNaN(n) {
				err = strconv.ErrRange
			} else {
				d = time.Duration(n * float64(day))
			}
		}
	}
	if err != nil || d < least || d > most {
		return 0, fmt.Errorf("want a time from %s to %s, such as 90s, 30m, 12h or 7d", formatDuration(least), formatDuration(most))
	}
	return d, nil
}

// formatDuration writes a duration as ParseDuration reads it, as a whole number of its
// largest unit: 90s, 30m, 12h, 7d.
func formatDuration(d time.Duration) string {
	switch {
	case d >= day && d%day == 0:
		return strconv.FormatInt(int64(d/day), 10) + "d"
	case d >= time.Hour && d%time.Hour == 0:
		return strconv.FormatInt(int64(d/time.Hour), 10) + "h"
	case d >= time.Minute && d%time.Minute == 0:
		return strconv.FormatInt(int64(d/time.Minute), 10) + "m"
	}
	return d.String()
}
