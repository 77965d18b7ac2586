package inspect

import (
	"cmp"
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

// Clock is one time claim. Milliseconds is true if the claim makes sense only as
// milliseconds; At is then read so.
type Clock struct {
	Claim        string    `json:"claim"`
	Raw          string    `json:"raw"`
	At           time.Time `json:"at"`
	Milliseconds bool      `json:"milliseconds"`
	now          time.Time
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
	timeInvalid
)

// Clocks reads iat, nbf and exp and says what they mean at now. A token that the
// server's verifier refuses for its times is never active here.
func (t Token) Clocks(now time.Time) Clocks {
	c := Clocks{Now: now.UTC(), Hints: []string{}}
	issued, iat := t.clock("iat", now)
	notBefore, nbf := t.clock("nbf", now)
	expires, exp := t.clock("exp", now)
	c.IssuedAt, c.NotBefore, c.ExpiresAt = issued, notBefore, expires
	c.Lifetime = lifetime(issued, notBefore, expires)

	has := func(s timeState) bool { return iat == s || nbf == s || exp == s }
	ahead := func(k *Clock) bool { return k != nil && k.At.After(now) }
	switch {
	case t.broken(SegmentPayload) || t.Kind != KindJWS:
		c.Verdict = VerdictUnreadable
	case has(timeInvalid):
		c.Verdict = VerdictInvalid
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
		case k.Milliseconds:
			c.Hints = append(c.Hints, k.Claim+" is in milliseconds; tokens count seconds")
		case k.At.Unix() < aDuration:
			c.Hints = append(c.Hints, k.Claim+" looks like a span of time; it must be a date, in seconds since 1970")
		}
	}
	if issued != nil && !issued.Milliseconds && issued.Until() > 0 {
		c.Hints = append(c.Hints, "iat lies in the future: one of the two clocks is wrong")
	}
}

func lifetime(issued, notBefore, expires *Clock) time.Duration {
	from := cmp.Or(issued, notBefore)
	if from == nil || expires == nil {
		return 0
	}
	return expires.At.Sub(from.At)
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
	return &Clock{Claim: name, Raw: m.Raw, At: at, Milliseconds: state == timeMillis, now: now}, state
}

// readTime reads a time claim. 0 is a date for exp, one that has passed, and
// none for the others.
func readTime(name, raw string) (time.Time, timeState) {
	if at, ok := NumericDate(raw); ok {
		if at.Equal(epoch) && name != "exp" {
			return time.Time{}, timeInvalid
		}
		return at, timeGood
	}
	millis, err := strconv.ParseFloat(raw, 64)
	if err == nil && millis >= lastSecond && millis < lastSecond*1000 {
		return time.UnixMilli(int64(millis)).UTC(), timeMillis
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
