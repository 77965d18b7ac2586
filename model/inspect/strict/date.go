package strict

import (
	"math"
	"strconv"
	"time"
)

// Year10000 is the first second of the year 10000, which RFC 3339 cannot show.
const Year10000 = 253402300800

// NumericDate reads a JSON value as a NumericDate (RFC 7519, section 2): seconds since
// 1970, with or without a fraction, before the year 10000. A later date is usually
// milliseconds taken for seconds, and RFC 3339 could not show it. 0 is the epoch.
func NumericDate(raw string) (time.Time, bool) {
	seconds, err := strconv.ParseFloat(raw, 64)
	// NaN fails both comparisons.
	if err != nil || !(seconds >= 0 && seconds < Year10000) {
		return time.Time{}, false
	}
	whole, fraction := math.Modf(seconds)
	return time.Unix(int64(whole), int64(fraction*1e9)).UTC(), true
}
