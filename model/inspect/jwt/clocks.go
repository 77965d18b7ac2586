package jwt

import (
	"cmp"
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"time"

	"keydeck/model"
	"keydeck/model/inspect/strict"
)

// Verdict is what the times of a token say. It says nothing about the signature.
type Verdict string

const (
	VerdictActive       Verdict = "active"
	VerdictExpired      Verdict = "expired"
	VerdictNotYetValid  Verdict = "not yet valid"
	VerdictNoExpiry     Verdict = "no expiry"
	VerdictMilliseconds Verdict = "milliseconds mistaken for seconds"
	VerdictMicroseconds Verdict = "microseconds mistaken for seconds"
	VerdictNanoseconds  Verdict = "nanoseconds mistaken for seconds"
	VerdictInvalid      Verdict = "invalid time" // of the wrong type, out of range, or a duplicate
	VerdictUnreadable   Verdict = "unreadable"   // the payload is broken or missing
)

// Clocks is a token's times as seen at Now, without leeway. A time that is missing or
// cannot be read is nil. Lifetime is from iat, or else nbf, to exp; 0 if unknown, and
// at most 292 years.
type Clocks struct {
	Now       time.Time     `json:"now"`
	Verdict   Verdict       `json:"verdict"`
	IssuedAt  *Clock        `json:"issued_at"`
	NotBefore *Clock        `json:"not_before"`
	ExpiresAt *Clock        `json:"expires_at"`
	Lifetime  time.Duration `json:"-"`
	Hints     []string      `json:"hints"`
}

// Clock is one time claim. Unit is the only unit in which it makes sense, and At is
// the time in that unit. If it is not Seconds, AsSeconds is the time that every
// verifier sees: MaxDate.
type Clock struct {
	Claim        string    `json:"claim"`
	Raw          string    `json:"raw"`
	At           time.Time `json:"at"`
	AsSeconds    time.Time `json:"as_seconds,omitzero"` // zero if Unit is Seconds
	Unit         Unit      `json:"unit"`
	Milliseconds bool      `json:"milliseconds"`
	now          time.Time
}

// AfterYear9999 describes a number that is too large for a date.
const AfterYear9999 = "after the year 9999"

// MaxDate stands for every time from the year 10000 on, as in a Keydeck server: an exp
// that far off is still an exp.
var MaxDate = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)

// Until is the time left, negative once it has passed. A time.Duration holds at most
// 292 years.
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

const leastDate = 100_000_000 // in 1973; a smaller number is a duration, not a date

// Unit is the unit of a time claim.
type Unit string

const (
	Seconds      Unit = "seconds" // the right one (RFC 7519, section 2)
	Milliseconds Unit = "milliseconds"
	Microseconds Unit = "microseconds"
	Nanoseconds  Unit = "nanoseconds"
)

// Clocks reads iat, nbf and exp and says what they mean at now. A token that a Keydeck
// server rejects for its times is never active.
func (t Token) Clocks(now time.Time) Clocks {
	c := Clocks{Now: now.UTC(), Hints: []string{}}
	issued, iatOK := t.clock("iat", now)
	notBefore, nbfOK := t.clock("nbf", now)
	expires, expOK := t.clock("exp", now)
	c.IssuedAt, c.NotBefore, c.ExpiresAt = issued, notBefore, expires
	if from := cmp.Or(issued, notBefore); from != nil && expires != nil {
		c.Lifetime = expires.At.Sub(from.At)
	}

	has := func(u Unit) bool {
		return slices.ContainsFunc([]*Clock{issued, notBefore, expires}, func(k *Clock) bool { return k != nil && k.Unit == u })
	}
	ahead := func(k *Clock) bool { return k != nil && k.At.After(now) }
	switch {
	case t.Incomplete(SegmentPayload) || !t.Kind.hasClaims():
		c.Verdict = VerdictUnreadable
	case !iatOK || !nbfOK || !expOK:
		c.Verdict = VerdictInvalid
	case has(Nanoseconds):
		c.Verdict = VerdictNanoseconds
	case has(Microseconds):
		c.Verdict = VerdictMicroseconds
	case has(Milliseconds):
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
	add := func(hint string) { c.Hints = append(c.Hints, hint) }
	for _, k := range []*Clock{issued, notBefore, expires} {
		switch {
		case k == nil:
		case k.Unit != Seconds:
			add(k.Claim + " is in " + string(k.Unit) + "; tokens count seconds, and in those it lies " + AfterYear9999 + "; if " + string(k.Unit) + " were meant, " + model.Distance(k.At, k.now))
		case k.At.Unix() < leastDate:
			add(k.Claim + " looks like a span of time; it must be a date, in seconds since 1970")
		}
	}
	if issued != nil && issued.Unit == Seconds && issued.Until() > 0 {
		add("iat lies " + model.Between(c.Now, issued.At) + " in the future: one of the two clocks is wrong, this one or the issuer's; see whether NTP runs on both")
	}
}

// clock reads one time claim. c is nil if there is no time to show; ok is false if
// there is a claim that is not a date.
func (t *Token) clock(name string, now time.Time) (c *Clock, ok bool) {
	m, there := t.Claims.Get(name)
	if !there {
		return nil, true
	}
	at, unit := ReadTime(name, m.Raw)
	if unit == "" || slices.ContainsFunc(t.Claims.Members, func(m strict.Member) bool { return m.Duplicate && m.Name == name }) {
		return nil, false
	}
	c = &Clock{Claim: name, Raw: m.Raw, At: at, Unit: unit, Milliseconds: unit == Milliseconds, now: now}
	if unit != Seconds {
		c.AsSeconds = MaxDate
	}
	return c, true
}

// ReadTime reads a time claim; unit is "" if it is not a date. 0 is a date for exp, in
// the past, but not for the other claims. A number too large for a date in any unit is
// MaxDate, as in a Keydeck server.
func ReadTime(name, raw string) (at time.Time, unit Unit) {
	if at, ok := strict.NumericDate(raw); ok {
		if at.Equal(time.Unix(0, 0)) && name != "exp" {
			return time.Time{}, ""
		}
		return at, Seconds
	}
	n, err := strconv.ParseFloat(raw, 64)
	switch {
	case err != nil || !(n >= strict.Year10000):
	case n < strict.Year10000*1e3:
		return time.UnixMilli(int64(n)).UTC(), Milliseconds
	case n < strict.Year10000*1e6:
		return time.UnixMicro(int64(n)).UTC(), Microseconds
	case n < math.MaxInt64: // which ends in the year 2262
		return time.Unix(0, int64(n)).UTC(), Nanoseconds
	default:
		return MaxDate, Seconds
	}
	return time.Time{}, ""
}
