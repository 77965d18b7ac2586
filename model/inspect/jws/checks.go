package jws

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
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
		list = append(list, bad("size", fmt.Sprintf("%d bytes long; a Keydeck server takes at most %d", len(t.Raw), model.MaxTokenBytes)))
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
	late := e.Now.Sub(at)
	if late < 0 {
		return e.dated(m, at, "expires", "expires "+e.ahead(m, at, "it expired"), true)
	}
	c := e.dated(m, at, "expired", "expired "+apart(at, e.Now)+" ago", late < leeway)
	c.allow()
	return c
}

// beginCheck is for nbf and iat, before which a token is not valid yet.
func (e Expect) beginCheck(m strict.Member) Check {
	at, ok := claimTime(m)
	if !ok {
		return noDate(m)
	}
	begins, began, meant := "begins", "began", "it began"
	if m.Name == "iat" {
		begins, began, meant = "issued", "issued", "it was issued"
	}
	ahead := at.Sub(e.Now)
	if ahead <= 0 {
		return e.dated(m, at, began, began+" "+apart(at, e.Now)+" ago", true)
	}
	when := begins + " " + e.ahead(m, at, meant)
	if m.Name == "iat" && !at.Equal(jwt.MaxDate) {
		when = "issued " + apart(e.Now, at) + " in the future"
	}
	c := e.dated(m, at, begins, when, ahead <= max(e.Leeway, 0))
	c.allow()
	return c
}

// dated is the check of a time claim that is a date.
func (e Expect) dated(m strict.Member, at time.Time, verb, text string, ok bool) Check {
	_, unit := jwt.ReadTime(m.Name, m.Raw)
	return Check{Claim: m.Name, Good: ok, Text: text, Verb: verb, At: at, Unit: unit}
}

// allow notes that a check passes only because of the leeway. It is for a date on the
// wrong side of now.
func (c *Check) allow() {
	if c.Leeway = c.Good; c.Leeway {
		c.Text += ", within the leeway"
	}
}

// ahead is how far in the future the time is. For a number too large for a date it
// adds what the date would be in the unit that makes sense, like Clock.
func (e Expect) ahead(m strict.Member, at time.Time, meant string) string {
	if !at.Equal(jwt.MaxDate) {
		return "in " + apart(e.Now, at)
	}
	switch in, unit := jwt.ReadTime(m.Name, m.Raw); {
	case unit == jwt.Seconds:
		return jwt.AfterYear9999
	case in.After(e.Now):
		return fmt.Sprintf("%s; if %s were meant, in %s", jwt.AfterYear9999, unit, apart(e.Now, in))
	default:
		return fmt.Sprintf("%s; if %s were meant, %s %s ago", jwt.AfterYear9999, unit, meant, apart(in, e.Now))
	}
}

// apart is the time between two instants in words. A Duration ends after 292 years.
func apart(from, to time.Time) string {
	if to.Sub(from) == math.MaxInt64 {
		return "centuries"
	}
	return display.Span(from, to)
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
