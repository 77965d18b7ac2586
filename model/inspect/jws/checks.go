package jws

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"keydeck/model"
	"keydeck/model/inspect/internal/display"
	"keydeck/model/inspect/jwt"
	"keydeck/model/inspect/strict"
)

// checks compares everything but the signature with what is expected, and with what a
// Keydeck server demands of every token. Checks of times and expectations are always
// listed, others only if they fail.
func checks(t *jwt.Token, h strict.Header, payload []byte, e Expect) []Check {
	list := []Check{}
	if e.Now.IsZero() {
		list = append(list, bad("now", "no time was given to hold it against"))
	}
	if len(t.Raw) > model.MaxTokenBytes {
		list = append(list, bad("size", fmt.Sprintf("%s bytes long; a Keydeck server takes at most %s", model.Count(int64(len(t.Raw))), model.Count(model.MaxTokenBytes))))
	}
	if e.Type != "" {
		list = append(list, typeCheck(h, e.Type))
	}
	claims, err := strict.ReadObject(jwt.SegmentPayload, payload)
	if len(payload) == 0 {
		err = errors.New("payload: empty, or kept elsewhere")
	}
	if t.HoldsToken() {
		err = errors.New("payload: holds another token, no claims")
	}
	if err != nil {
		return append(list, bad("payload", err.Error()))
	}
	list = append(list, e.timeChecks(claims)...)
	list = append(list, e.issuerChecks(claims)...)
	if len(t.Problems) > 0 && !slices.ContainsFunc(list, func(c Check) bool { return !c.Good }) {
		list = append(list, bad("form", t.Problems[0].String()))
	}
	return list
}

func typeCheck(h strict.Header, want string) Check {
	c := Check{Claim: "typ", Good: strict.SameType(h.Type, want)}
	if c.Text = fmt.Sprintf("typ is %s, as expected", display.Quote(h.Type)); !c.Good {
		c.Text = fmt.Sprintf("typ is %s, expected is %s", display.Quote(h.Type), display.Quote(want))
	}
	return c
}

// timeChecks compares exp, nbf and iat with the clock. A token expires at exp, not
// after it (RFC 7519, section 4.1.4).
func (e Expect) timeChecks(claims strict.Object) []Check {
	checks := []Check{e.expiryCheck(claims)}
	for _, name := range []string{"nbf", "iat"} {
		if m, ok := claims.Get(name); ok {
			checks = append(checks, e.beginCheck(m))
		}
	}
	return checks
}

func (e Expect) expiryCheck(claims strict.Object) Check {
	m, ok := claims.Get("exp")
	switch {
	case !ok && !e.NoExpiry:
		return bad("exp", "no exp: it never expires, and a Keydeck server takes none like that")
	case !ok:
		return good("exp", "no exp: it never expires")
	}
	at, ok := claimTime(m)
	if !ok {
		return noDate(m)
	}
	leeway := max(e.Leeway, 0)
	if e.Strict {
		leeway = 0
	}
	if late := e.Now.Sub(at); late >= 0 {
		return e.dated(m, at, "expired", late < leeway)
	}
	return e.dated(m, at, "expires", true)
}

// beginCheck is for nbf and iat, before which a token is not valid yet.
func (e Expect) beginCheck(m strict.Member) Check {
	at, ok := claimTime(m)
	if !ok {
		return noDate(m)
	}
	ahead := at.Sub(e.Now)
	verb := "began"
	switch {
	case m.Name == "iat" && ahead > 0:
		verb = "will be issued"
	case m.Name == "iat":
		verb = "issued"
	case ahead > 0:
		verb = "begins"
	}
	return e.dated(m, at, verb, ahead <= max(e.Leeway, 0))
}

// dated is the check of a time claim that is a date.
func (e Expect) dated(m strict.Member, at time.Time, verb string, ok bool) Check {
	meant, unit := jwt.ReadTime(m.Name, m.Raw)
	c := Check{Claim: m.Name, Good: ok, Verb: verb, At: at, Meant: meant, Unit: unit}
	// A good date on the wrong side of now owes it to the leeway.
	c.Leeway = ok && (verb == "expired" || m.Name != "exp" && at.After(e.Now))
	c.Text = c.Words(e.Now)
	return c
}

// Words is the check's Text as told at another time.
func (c Check) Words(now time.Time) string {
	if c.Verb == "" {
		return c.Text
	}
	words := c.Verb + " " + model.Distance(c.At, now)
	if c.At.Equal(jwt.MaxDate) {
		words = c.Verb + " " + jwt.AfterYear9999
	}
	if c.Unit != jwt.Seconds {
		words += fmt.Sprintf("; if %s were meant, %s", c.Unit, model.Distance(c.Meant, now))
	}
	if c.Leeway {
		words += ", within the leeway"
	}
	return words
}

// claimTime reads a time claim as a Keydeck server does: in seconds, with MaxDate for a
// number that is too large for a date.
func claimTime(m strict.Member) (time.Time, bool) {
	at, unit := jwt.ReadTime(m.Name, m.Raw)
	if unit != jwt.Seconds || at.After(jwt.MaxDate) {
		at = jwt.MaxDate
	}
	return at, unit != ""
}

func noDate(m strict.Member) Check {
	return bad(m.Name, fmt.Sprintf("%s %s is no date in seconds since 1970", m.Name, display.Short(m.Raw)))
}

// issuerChecks compares iss, aud, sub and jti with what is expected, and with their
// types (RFC 7519, section 4.1).
func (e Expect) issuerChecks(claims strict.Object) []Check {
	var checks []Check
	for _, name := range []string{"iss", "sub", "jti"} {
		if m, ok := claims.Get(name); ok {
			if _, isString := m.Text(); !isString {
				checks = append(checks, bad(name, name+" is not a string"))
			}
		}
	}
	if e.Issuer != "" {
		m, _ := claims.Get("iss")
		iss, isString := m.Text()
		checks = append(checks, expected("iss", iss, e.Issuer, isString && iss == e.Issuer))
	}
	m, ok := claims.Get("aud")
	audience, wellFormed := readAudience(m)
	switch {
	case ok && !wellFormed:
		checks = append(checks, bad("aud", "aud is neither a string nor an array of strings"))
	case e.Audience != "":
		checks = append(checks, expectedAudience(m, e.Audience, slices.Contains(audience, e.Audience)))
	}
	return checks
}

func expected(claim, got, want string, ok bool) Check {
	switch {
	case ok:
		return good(claim, fmt.Sprintf("%s is %s, as expected", claim, display.Quote(want)))
	case got == "":
		return bad(claim, fmt.Sprintf("no %s, expected is %s", claim, display.Quote(want)))
	}
	return bad(claim, fmt.Sprintf("%s is %s, expected is %s", claim, display.Quote(got), display.Quote(want)))
}

// expectedAudience quotes aud as JSON, which has quotes already.
func expectedAudience(m strict.Member, want string, ok bool) Check {
	if ok || m.Raw == "" {
		return expected("aud", m.Raw, want, ok)
	}
	return bad("aud", fmt.Sprintf("aud is %s, expected is %s", display.Escape(display.Short(m.Raw)), display.Quote(want)))
}

// readAudience reads aud: a string or an array of strings (RFC 7519, section 4.1.3).
func readAudience(m strict.Member) ([]string, bool) {
	if one, isString := m.Text(); isString {
		return []string{one}, true
	}
	var many []*string // pointers, because null is not a string
	if err := json.Unmarshal([]byte(m.Raw), &many); err != nil || many == nil {
		return nil, false
	}
	out := make([]string, 0, len(many))
	for _, one := range many {
		if one == nil {
			return nil, false
		}
		out = append(out, *one)
	}
	return out, true
}

// Settings is what is expected, for a Verification.
func (e Expect) Settings() Settings {
	return Settings{int64(e.Leeway / time.Second), e.Issuer, e.Audience, e.Type}
}

// Expected compares the token with the issuer, audience and type that are expected,
// and with nothing else. It is for a signature that somebody else has verified.
// Without expectations there are no checks; a token that is not signed fails all of
// them.
func Expected(t jwt.Token, e Expect) []Check {
	checks := []Check{}
	c, why := compactOf(&t)
	if why != "" {
		c = strict.Compact{}
	}
	if e.Type != "" {
		checks = append(checks, typeCheck(c.Header, e.Type))
	}
	var claims strict.Object
	if payload, err := strict.Decode(jwt.SegmentPayload, c.Payload); err == nil {
		claims, _ = strict.ReadObject(jwt.SegmentPayload, payload)
	}
	asked := func(c Check) bool {
		return c.Claim == "iss" && e.Issuer != "" || c.Claim == "aud" && e.Audience != ""
	}
	return append(checks, slices.DeleteFunc(e.issuerChecks(claims), func(c Check) bool { return !asked(c) })...)
}
