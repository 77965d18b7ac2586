package reading

import (
	"time"

	"keydeck/model"
	"keydeck/model/inspect/jwt"
	"keydeck/model/inspect/verdict"
)

// Clock is what a token's times say: first Label, then Word, which is what counts, then
// Rest.
type Clock struct {
	Label, Word, Rest string
	Grade             verdict.Grade // of Word and Rest
}

// Clock is shown beside the verdict: the token's own, or the most urgent
// one of its nested tokens. In brief it is no more than a span.
func (c *Context) Clock(t *Token, brief bool) Clock {
	k := t.Decoded.Kind
	if !k.IsToken() && len(t.Nested) == 0 {
		switch in := t.Answer.Server; {
		case in == nil || !in.Valid:
		case in.ExpiresAt == nil:
			return Clock{Label: "no expiry"}
		case in.ExpiresAt.After(c.Now):
			return Clock{Rest: "expires " + model.Distance(in.ExpiresAt.Time, c.Now)}
		}
		return Clock{}
	}
	ofClaims := t.Opened != nil && t.Opened.Claims
	if n := t.mostUrgent(c.Now); n != nil && len(t.Decoded.Claims.Members) == 0 && !ofClaims {
		clock := n.Clock(c.Now, brief)
		clock.Label = n.Where + ": "
		return clock
	}
	switch {
	case t.IsOpen() && !ofClaims, !k.IsToken():
		return Clock{}
	case !t.IsOpen() && (k == jwt.KindJWE || k == jwt.KindJWEJSON):
		return Clock{Label: "encrypted"}
	}
	return clock(t.Clocks(c.Now), brief)
}

// Clock is the nested token's own.
func (n *Nested) Clock(now time.Time, brief bool) Clock { return clock(n.Clocks(now), brief) }

func clock(c jwt.Clocks, brief bool) Clock {
	switch c.Verdict {
	case jwt.VerdictActive:
		if brief {
			return Clock{Rest: model.Distance(c.ExpiresAt.At, c.Now)}
		}
		return Clock{Rest: "expires " + model.Distance(c.ExpiresAt.At, c.Now)}
	case jwt.VerdictExpired:
		return Clock{Word: "EXPIRED", Rest: " " + model.Distance(c.ExpiresAt.At, c.Now), Grade: verdict.Bad}
	case jwt.VerdictNotYetValid:
		when := c.IssuedAt
		if c.NotBefore != nil && c.NotBefore.At.After(c.Now) {
			when = c.NotBefore
		}
		return Clock{Word: "NOT YET VALID", Rest: ", " + model.Distance(when.At, c.Now), Grade: verdict.Bad}
	case jwt.VerdictNoExpiry:
		return Clock{Rest: string(c.Verdict), Grade: verdict.Warn}
	default:
		return Clock{Rest: string(c.Verdict), Grade: verdict.Bad}
	}
}

// mostUrgent is the first nested token whose times speak against it, or else the first
// that has times, nil for none.
func (t *Token) mostUrgent(now time.Time) *Nested {
	var first *Nested
	for i := range t.Nested {
		n := &t.Nested[i]
		if !n.HasTimes() {
			continue
		}
		if v := n.Clocks(now).Verdict; v != jwt.VerdictActive && v != jwt.VerdictNoExpiry {
			return n
		}
		if first == nil {
			first = n
		}
	}
	return first
}
