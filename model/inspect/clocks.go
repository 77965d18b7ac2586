package inspect

import (
	"encoding/json"
	"math"
	"strconv"
	"time"
)

// Verdict is what the clock says of a token, in a word. It says nothing of the
// signature.
type Verdict string

const (
	VerdictActive       Verdict = "active"
	VerdictExpired      Verdict = "expired"
	VerdictNotYetValid  Verdict = "not yet valid"
	VerdictNoExpiry     Verdict = "no expiry"
	VerdictMilliseconds Verdict = "milliseconds mistaken for seconds"
	VerdictMicroseconds Verdict = "microseconds mistaken for seconds"
	VerdictNanoseconds  Verdict = "nanoseconds mistaken for seconds"
	VerdictInvalid      Verdict = "invalid time" // a time of the wrong type, out of range, or there twice
	VerdictUnreadable   Verdict = "unreadable"   // the payload is broken, or there is none
)

// Clocks are a token's times as seen at Now, without any leeway. A time that is
// missing or cannot be read is nil. Lifetime is from iat, or else nbf, to exp; 0
// if that cannot be told, and 292 years at most.
type Clocks struct {
	Now       time.Time     `json:"now"`
	Verdict   Verdict       `json:"verdict"`
	IssuedAt  *Clock        `json:"issued_at"`
	NotBefore *Clock        `json:"not_before"`
	ExpiresAt *Clock        `json:"expires_at"`
	Lifetime  time.Duration `json:"-"`
	Hints     []string      `json:"hints"`
}

// Clock is one time claim. Unit is "seconds", or what the claim makes sense as
// only: "milliseconds", "microseconds" or "nanoseconds"; At is then read so, and
// AsSeconds is where every verifier sees it: at the end of the year 9999, which
// stands for all that lies after it.
type Clock struct {
	Claim        string    `json:"claim"`
	Raw          string    `json:"raw"`
	At           time.Time `json:"at"`
	AsSeconds    time.Time `json:"as_seconds,omitzero"` // zero if Unit is "seconds"
	Unit         string    `json:"unit"`
	Milliseconds bool      `json:"milliseconds"`
	now          time.Time
}

// Words is the distance to now, and of a time in another unit than seconds both
// readings: "1 minute ago", "after the year 9999; if milliseconds were meant, 1
// minute ago".
func (c *Clock) Words() string {
	distance := "in " + spell(c.now, c.At)
	if !c.At.After(c.now) {
		distance = spell(c.At, c.now) + " ago"
	}
	switch {
	case !c.AsSeconds.IsZero():
		return AfterAll + "; if " + c.Unit + " were meant, " + distance
	case c.At.Equal(farthest):
		return AfterAll
	}
	return distance
}

// AfterAll is where a number too large for a date lies, in words.
const AfterAll = "after the year 9999"

// Elapsed is how much of the token's life is over: 0 at its beginning (iat, or
// else nbf) or before it, 1 at its end or after it. It is false if the token has
// no beginning, no end, or none that lies after the beginning.
func (c *Clocks) Elapsed() (float64, bool) {
	from := c.begin()
	if from == nil || c.ExpiresAt == nil || c.Lifetime <= 0 {
		return 0, false
	}
	return min(1, max(0, float64(c.Now.Sub(from.At))/float64(c.Lifetime))), true
}

// begin is where the life of the token is counted from.
func (c *Clocks) begin() *Clock {
	if c.IssuedAt != nil {
		return c.IssuedAt
	}
	return c.NotBefore
}

// Until is how far the time lies ahead; below 0 it is past. Beyond 292 years it
// stays there: that is all a time.Duration holds.
func (c *Clock) Until() time.Duration { return c.At.Sub(c.now) }

// inSeconds is Until in whole seconds, rounded down, for any distance.
func (c *Clock) inSeconds() int64 {
	seconds := c.At.Unix() - c.now.Unix()
	if c.At.Nanosecond() < c.now.Nanosecond() {
		seconds--
	}
	return seconds
}

// MarshalJSON adds the distance to now in whole seconds, rounded down.
func (c Clock) MarshalJSON() ([]byte, error) {
	type plain Clock
	return json.Marshal(struct {
		plain
		InSeconds int64 `json:"in_seconds"`
	}{plain(c), c.inSeconds()})
}

const (
	lastSecond   = 253402300800 // the first second of the year 10000
	aDuration    = 100_000_000  // the year 1973: below it a number is a span, not a date
	longLifetime = 24 * time.Hour
)

// NumericDate reads a JSON value as a NumericDate (RFC 7519, section 2): a number
// of seconds since 1970, with or without a fraction, before the year 10000. What
// lies after it is no date but milliseconds taken for seconds, and RFC 3339 could
// not show it. backend/token reads times with it too. 0 is the epoch.
func NumericDate(raw string) (time.Time, bool) {
	seconds, err := strconv.ParseFloat(raw, 64)
	// The comparisons are false for NaN, so it cannot slip through.
	if err != nil || !(seconds >= 0 && seconds < lastSecond) {
		return time.Time{}, false
	}
	whole, fraction := math.Modf(seconds)
	return time.Unix(int64(whole), int64(fraction*1e9)).UTC(), true
}

// timeState says how a time claim turned out.
type timeState int

const (
	timeMissing timeState = iota
	timeGood
	timeMillis
	timeMicros
	timeNanos
	timeInvalid
)

// unit is the unit that a time claim was read in.
func (s timeState) unit() string {
	return map[timeState]string{timeGood: "seconds", timeMillis: "milliseconds", timeMicros: "microseconds", timeNanos: "nanoseconds"}[s]
}

// Clocks reads iat, nbf and exp and says what they mean at now. A token that the
// server's verifier refuses for its times is never active here.
func (t Token) Clocks(now time.Time) Clocks {
	c := Clocks{Now: now.UTC(), Hints: []string{}}
	issued, iat := t.clock("iat", now)
	notBefore, nbf := t.clock("nbf", now)
	expires, exp := t.clock("exp", now)
	c.IssuedAt, c.NotBefore, c.ExpiresAt = issued, notBefore, expires
	if from := c.begin(); from != nil && expires != nil {
		c.Lifetime = expires.At.Sub(from.At)
	}

	has := func(s timeState) bool { return iat == s || nbf == s || exp == s }
	ahead := func(k *Clock) bool { return k != nil && k.At.After(now) }
	switch {
	case t.Incomplete(SegmentPayload) || !t.Kind.hasClaims():
		c.Verdict = VerdictUnreadable
	case has(timeInvalid):
		c.Verdict = VerdictInvalid
	case has(timeNanos):
		c.Verdict = VerdictNanoseconds
	case has(timeMicros):
		c.Verdict = VerdictMicroseconds
	case has(timeMillis):
		c.Verdict = VerdictMilliseconds
	case expires != nil && !expires.At.After(now):
		c.Verdict = VerdictExpired
	case ahead(notBefore) || ahead(issued):
		c.Verdict = VerdictNotYetValid
	case expires == nil:
		c.Verdict = VerdictNoExpiry
	default:
		c.Verdict = VerdictActive
	}
	c.hint(issued, notBefore, expires)
	return c
}

func (c *Clocks) hint(issued, notBefore, expires *Clock) {
	for _, k := range []*Clock{issued, notBefore, expires} {
		switch {
		case k == nil:
		case k.Unit != timeGood.unit():
			c.Hints = append(c.Hints, k.Claim+" is in "+k.Unit+"; tokens count seconds, and in those it lies "+k.Words())
		case k.At.Unix() < aDuration:
			c.Hints = append(c.Hints, k.Claim+" looks like a span of time; it must be a date, in seconds since 1970")
		}
	}
	if issued != nil && issued.Unit == timeGood.unit() && issued.Until() > 0 {
		c.Hints = append(c.Hints, "iat lies "+spell(c.Now, issued.At)+" in the future: one of the two clocks is wrong, this one or the issuer's; see whether NTP runs on both")
	}
}

// clock reads one time claim. It is nil unless there is a time to show.
func (t *Token) clock(name string, now time.Time) (*Clock, timeState) {
	m, ok := t.Claims.Get(name)
	if !ok {
		return nil, timeMissing
	}
	at, state := readTime(name, m.Raw)
	if state == timeInvalid || t.twice(name) {
		return nil, timeInvalid
	}
	c := &Clock{Claim: name, Raw: m.Raw, At: at, Unit: state.unit(), Milliseconds: state == timeMillis, now: now}
	if state != timeGood {
		c.AsSeconds = farthest
	}
	return c, state
}

// readTime reads a time claim. 0 is a date for exp, one that has passed, and
// none for the others. A number too large for a date in any unit is the farthest
// date, as at the server's door.
func readTime(name, raw string) (time.Time, timeState) {
	if at, ok := NumericDate(raw); ok {
		if at.Equal(epoch) && name != "exp" {
			return time.Time{}, timeInvalid
		}
		return at, timeGood
	}
	n, err := strconv.ParseFloat(raw, 64)
	switch {
	case err != nil || !(n >= lastSecond):
	case n < lastSecond*1e3:
		return time.UnixMilli(int64(n)).UTC(), timeMillis
	case n < lastSecond*1e6:
		return time.UnixMicro(int64(n)).UTC(), timeMicros
	case n < math.MaxInt64: // which ends in the year 2262
		return time.Unix(0, int64(n)).UTC(), timeNanos
	default:
		return farthest, timeGood
	}
	return time.Time{}, timeInvalid
}

// twice reports whether two claims at the top level have the name.
func (t *Token) twice(name string) bool {
	for _, m := range t.Claims.Members {
		if m.Duplicate && m.Name == name {
			return true
		}
	}
	return false
}
