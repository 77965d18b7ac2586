package inspect

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"keydeck/model"
)

// checks holds everything beside the signature against what is expected and what
// this server's door asks of every token. Those on times and expectations are
// there whatever they say; the others only if they are not good.
func (t *Token) checks(h StrictHeader, payload []byte, e Expect) []Check {
	checks := []Check{}
	if e.Now.IsZero() {
		checks = append(checks, Check{"now", false, "no time was given to hold it against"})
	}
	if len(t.Raw) > model.MaxTokenBytes {
		checks = append(checks, sizeCheck(t.Raw))
	}
	if e.Type != "" {
		checks = append(checks, typeCheck(h, e.Type))
	}
	claims, err := ReadStrictObject(SegmentPayload, payload)
	if len(payload) == 0 {
		err = fmt.Errorf("payload: empty, or kept elsewhere")
	}
	if t.HoldsToken() {
		err = fmt.Errorf("payload: %s, no claims", holdsToken)
	}
	if err != nil {
		return append(checks, Check{"payload", false, err.Error()})
	}
	checks = append(checks, e.timeChecks(claims)...)
	checks = append(checks, e.issuerChecks(claims)...)
	if len(t.Problems) > 0 && !slices.ContainsFunc(checks, func(c Check) bool { return !c.Good }) {
		checks = append(checks, Check{"form", false, t.Problems[0].String()})
	}
	return checks
}

func typeCheck(h StrictHeader, want string) Check {
	c := Check{Claim: "typ", Good: SameType(h.Type, want)}
	if c.Text = fmt.Sprintf("typ is %s, as expected", quote(h.Type)); !c.Good {
		c.Text = fmt.Sprintf("typ is %s, expected is %s", quote(h.Type), quote(want))
	}
	return c
}

// timeChecks hold exp, nbf and iat against the clock. A token is over at exp, not
// after it (RFC 7519, section 4.1.4).
func (e Expect) timeChecks(claims Object) []Check {
	checks := []Check{e.expiryCheck(claims)}
	for _, name := range []string{"nbf", "iat"} {
		if m, ok := claims.Get(name); ok {
			checks = append(checks, e.beginCheck(m))
		}
	}
	return checks
}

func (e Expect) expiryCheck(claims Object) Check {
	m, ok := claims.Get("exp")
	switch {
	case !ok && !e.NoExpiry:
		return Check{"exp", false, "no exp: it never expires, and a Keydeck server takes none like that"}
	case !ok:
		return Check{"exp", true, "no exp: it never expires"}
	}
	at, ok := claimTime(m)
	if !ok {
		return noDate(m)
	}
	leeway := max(e.Leeway, 0)
	if e.Strict {
		leeway = 0
	}
	ago := apart(at, e.Now)
	switch late := e.Now.Sub(at); {
	case late < 0:
		return Check{"exp", true, "expires " + e.ahead(m, at, "it expired")}
	case late < leeway:
		return Check{"exp", true, "expired " + ago + " ago, within the leeway"}
	default:
		return Check{"exp", false, "expired " + ago + " ago"}
	}
}

// beginCheck is for nbf and iat, before which a token is not yet valid.
func (e Expect) beginCheck(m Member) Check {
	at, ok := claimTime(m)
	if !ok {
		return noDate(m)
	}
	past, meant := "began %s ago", "it began"
	when := "begins " + e.ahead(m, at, meant)
	if m.Name == "iat" {
		past, meant = "issued %s ago", "it was issued"
		if when = "issued " + e.ahead(m, at, meant); !at.Equal(farthest) {
			when = fmt.Sprintf("issued %s in the future", apart(e.Now, at))
		}
	}
	switch ahead := at.Sub(e.Now); {
	case ahead <= 0:
		return Check{m.Name, true, fmt.Sprintf(past, apart(at, e.Now))}
	case ahead <= max(e.Leeway, 0):
		return Check{m.Name, true, when + ", within the leeway"}
	default:
		return Check{m.Name, false, when}
	}
}

// ahead is how far the time lies in the future; of a number too large for a date
// also what it would be in the unit in which it makes sense, as Clock has it.
func (e Expect) ahead(m Member, at time.Time, meant string) string {
	if !at.Equal(farthest) {
		return "in " + apart(e.Now, at)
	}
	switch in, state := readTime(m.Name, m.Raw); {
	case state == timeGood:
		return AfterAll
	case in.After(e.Now):
		return fmt.Sprintf("%s; if %s were meant, in %s", AfterAll, state.unit(), apart(e.Now, in))
	default:
		return fmt.Sprintf("%s; if %s were meant, %s %s ago", AfterAll, state.unit(), meant, apart(in, e.Now))
	}
}

// apart is the time between two moments in words. A Duration ends after 292 years.
func apart(from, to time.Time) string {
	if to.Sub(from) == math.MaxInt64 {
		return "centuries"
	}
	return spell(from, to)
}

// farthest stands for every time from the year 10000 on, as at the server's door:
// an exp that far off is an exp.
var farthest = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)

// claimTime reads a time claim by the rules of the server's door: NumericDate,
// but that a number too large for a date is the farthest one, and that 0 is a
// date for exp alone.
func claimTime(m Member) (time.Time, bool) {
	if _, isString := m.Text(); isString {
		return time.Time{}, false
	}
	if seconds, err := strconv.ParseFloat(m.Raw, 64); err == nil && seconds > float64(farthest.Unix()) {
		return farthest, true
	}
	at, ok := NumericDate(m.Raw)
	return at, ok && (m.Name == "exp" || !at.Equal(epoch))
}

func noDate(m Member) Check {
	return Check{m.Name, false, fmt.Sprintf("%s %s is no date in seconds since 1970", m.Name, short(m.Raw))}
}

// issuerChecks hold iss, aud, sub and jti against what is expected and against
// their types (RFC 7519, section 4.1).
func (e Expect) issuerChecks(claims Object) []Check {
	var checks []Check
	for _, name := range []string{"iss", "sub", "jti"} {
		if m, ok := claims.Get(name); ok {
			if _, isString := m.Text(); !isString {
				checks = append(checks, Check{name, false, name + " is not a string"})
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
		checks = append(checks, Check{"aud", false, "aud is neither a string nor an array of strings"})
	case e.Audience != "":
		checks = append(checks, expectedAudience(m, e.Audience, slices.Contains(audience, e.Audience)))
	}
	return checks
}

func expected(claim, got, want string, good bool) Check {
	switch {
	case good:
		return Check{claim, true, fmt.Sprintf("%s is %s, as expected", claim, quote(want))}
	case got == "":
		return Check{claim, false, fmt.Sprintf("no %s, expected is %s", claim, quote(want))}
	}
	return Check{claim, false, fmt.Sprintf("%s is %s, expected is %s", claim, quote(got), quote(want))}
}

// expectedAudience shows aud as it stands: its JSON has quotes already.
func expectedAudience(m Member, want string, good bool) Check {
	if good || m.Raw == "" {
		return expected("aud", m.Raw, want, good)
	}
	return Check{"aud", false, fmt.Sprintf("aud is %s, expected is %s", harmless(short(m.Raw)), quote(want))}
}

// readAudience reads aud: a string or an array of strings (RFC 7519, section 4.1.3).
func readAudience(m Member) ([]string, bool) {
	if one, isString := m.Text(); isString {
		return []string{one}, true
	}
	var many []*string // a null among them is no string
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
