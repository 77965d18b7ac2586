package jwt

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"time"

	"keydeck/model/inspect/internal/display"
	"keydeck/model/inspect/strict"
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
	Brief     []string      `json:"-"` // Hints, without what a date in another unit would mean, for whoever shows the date beside them
}

// Clock is one time claim. Unit is Seconds, or what the claim makes sense as
// only; At is then read so, and
// AsSeconds is where every verifier sees it: at the end of the year 9999, which
// stands for all that lies after it.
type Clock struct {
	Claim        string    `json:"claim"`
	Raw          string    `json:"raw"`
	At           time.Time `json:"at"`
	AsSeconds    time.Time `json:"as_seconds,omitzero"` // zero if Unit is Seconds
	Unit         Unit      `json:"unit"`
	Milliseconds bool      `json:"milliseconds"`
	now          time.Time
}

// Words is the distance to now, and of a time in another unit than seconds both
// readings: "1 minute ago", "after the year 9999; if milliseconds were meant, 1
// minute ago".
func (c *Clock) Words() string {
	switch {
	case !c.AsSeconds.IsZero():
		return AfterAll + c.meant()
	case c.At.Equal(Farthest):
		return AfterAll
	}
	return c.distance()
}

// meant is the second reading of a time in another unit than seconds.
func (c *Clock) meant() string { return "; if " + string(c.Unit) + " were meant, " + c.distance() }

func (c *Clock) distance() string {
	if c.At.After(c.now) {
		return "in " + display.Span(c.now, c.At)
	}
	return display.Span(c.At, c.now) + " ago"
}

// AfterAll is where a number too large for a date lies, in words.
const AfterAll = "after the year 9999"

// Farthest stands for every time from the year 10000 on, as a Keydeck server has it:
// an exp that far off is an exp.
var Farthest = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)

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
	aDuration = 100_000_000 // the year 1973: below it a number is a span, not a date
)

// Unit is what a time claim counts, as far as it makes sense.
type Unit string

const (
	Seconds      Unit = "seconds" // as RFC 7519, section 2, has it
	Milliseconds Unit = "milliseconds"
	Microseconds Unit = "microseconds"
	Nanoseconds  Unit = "nanoseconds"
)

// Clocks reads iat, nbf and exp and says what they mean at now. A token that the
// server's verifier refuses for its times is never active here.
func (t Token) Clocks(now time.Time) Clocks {
	c := Clocks{Now: now.UTC(), Hints: []string{}}
	issued, iatOK := t.clock("iat", now)
	notBefore, nbfOK := t.clock("nbf", now)
	expires, expOK := t.clock("exp", now)
	c.IssuedAt, c.NotBefore, c.ExpiresAt = issued, notBefore, expires
	if from := c.begin(); from != nil && expires != nil {
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
	add := func(brief, more string) {
		c.Hints, c.Brief = append(c.Hints, brief+more), append(c.Brief, brief)
	}
	for _, k := range []*Clock{issued, notBefore, expires} {
		switch {
		case k == nil:
		case k.Unit != Seconds:
			add(k.Claim+" is in "+string(k.Unit)+"; tokens count seconds, and in those it lies "+AfterAll, k.meant())
		case k.At.Unix() < aDuration:
			add(k.Claim+" looks like a span of time; it must be a date, in seconds since 1970", "")
		}
	}
	if issued != nil && issued.Unit == Seconds && issued.Until() > 0 {
		add("iat lies "+display.Span(c.Now, issued.At)+" in the future: one of the two clocks is wrong, this one or the issuer's; see whether NTP runs on both", "")
	}
}

// clock reads one time claim. It is nil unless there is a time to show, and not ok
// if there is a claim that is no time.
func (t *Token) clock(name string, now time.Time) (c *Clock, ok bool) {
	m, there := t.Claims.Get(name)
	if !there {
		return nil, true
	}
	at, unit := ReadTime(name, m.Raw)
	if unit == "" || t.twice(name) {
		return nil, false
	}
	c = &Clock{Claim: name, Raw: m.Raw, At: at, Unit: unit, Milliseconds: unit == Milliseconds, now: now}
	if unit != Seconds {
		c.AsSeconds = Farthest
	}
	return c, true
}

// ReadTime reads a time claim; the unit is "" if it is no date. 0 is a date for exp,
// one that has passed, and none for the others. A number too large for a date in any
// unit is Farthest, as a Keydeck server has it.
func ReadTime(name, raw string) (at time.Time, unit Unit) {
	if at, ok := strict.NumericDate(raw); ok {
		if at.Equal(epoch) && name != "exp" {
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
		return Farthest, Seconds
	}
	return time.Time{}, ""
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

// epoch is the NumericDate 0.
var epoch = time.Unix(0, 0)
