// Package jws signs tokens, and verifies them with the keys it is given and no others
// (RFC 7515). It also compares their claims with what is expected (RFC 7519).
package jws

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"keydeck/model"
	"keydeck/model/inspect/internal/display"
	"keydeck/model/inspect/jwa"
	"keydeck/model/inspect/jwk"
	"keydeck/model/inspect/jwt"
	"keydeck/model/inspect/strict"
)

// Outcome is the result for the signature alone; what time, issuer and audience say
// about the token is in Checks.
type Outcome string

const (
	NotVerified  Outcome = "not verified"      // there were no keys
	Verified     Outcome = "verified"          // the named key made the signature
	BadSignature Outcome = "bad signature"     // none of the keys that fit made it
	WrongKey     Outcome = "wrong kind of key" // no key is of the family that the token's algorithm takes
	CannotVerify Outcome = "cannot verify"     // encrypted, alg none, malformed, crit, unknown algorithm…: see Because
)

// Expect is what to compare a token with. Now must not be zero.
type Expect struct {
	Now      time.Time
	Leeway   time.Duration // 0 or more, for nbf, iat and exp
	Issuer   string        // "" for any
	Audience string        // "" for any
	Type     string        // of the header, "" for any
	NoExpiry bool          // a token without exp can be good, unlike at a Keydeck server
	Strict   bool          // exp has no leeway, as at a Keydeck server
}

// Check is one comparison beside the signature.
type Check struct {
	Claim string `json:"claim"` // exp, nbf, iat, iss, sub, jti, aud, typ; also alg, key, size, payload, form, now
	Good  bool   `json:"good"`
	Text  string `json:"text"` // "expired 3 minutes ago"

	// For a time claim that is a date: what Words are made of.
	Verb   string    `json:"-"` // "expires", "expired", "begins", "began", …; "" for any other check
	At     time.Time `json:"-"` // jwt.MaxDate for everything after the year 9999
	Unit   jwt.Unit  `json:"-"` // the unit in which the claim makes sense
	Meant  time.Time `json:"-"` // the date in that unit
	Leeway bool      `json:"-"` // good only because of the leeway
}

func good(claim, text string) Check { return Check{Claim: claim, Good: true, Text: text} }

func bad(claim, text string) Check { return Check{Claim: claim, Text: text} }

// Verification is the verdict. Good is true only for Verified with every check good,
// and never for a token that has a Problem.
type Verification struct {
	Outcome Outcome  `json:"outcome"`
	Good    bool     `json:"good"`
	Because string   `json:"because,omitempty"` // empty for Verified and NotVerified
	KeyID   string   `json:"kid,omitempty"`     // of the key that made the signature
	Key     string   `json:"key,omitempty"`     // its Source
	Checks  []Check  `json:"checks"`
	Expect  Settings `json:"expected"`

	by *jwk.Key
}

// By is the key that made the signature, nil if none did.
func (v Verification) By() *jwk.Key { return v.by }

// Settings is what was expected, to show beside the verdict.
type Settings struct {
	LeewaySeconds int64  `json:"leeway_seconds"`
	Issuer        string `json:"iss,omitempty"`
	Audience      string `json:"aud,omitempty"`
	Type          string `json:"typ,omitempty"`
}

// Verify checks the token's signature with the keys that fit: those with its kid, or
// else those without an ID; for a token without a kid, all of the right family. A key
// in the token itself is used only if the caller got it from HeaderKeys. The header
// must pass the strict reading: with a problem in it, crit, or b64, the outcome is
// CannotVerify whatever the signature.
//
// A signature that fits but proves nothing, because the key is too short or known to
// be broken, is CannotVerify too, and Because says both. A key whose alg, use or
// key_ops say what it is for is used for nothing else.
func Verify(t jwt.Token, keys []jwk.Key, e Expect) Verification {
	v := Verification{Checks: []Check{}, Expect: e.Settings()}
	c, why := compactOf(&t)
	if why != "" {
		v.Outcome, v.Because = CannotVerify, why
		return v
	}
	payload, err := strict.Decode(jwt.SegmentPayload, c.Payload)
	if err != nil {
		v.Outcome, v.Because = CannotVerify, err.Error()
		return v
	}
	v.Checks = checks(&t, c.Header, payload, e)
	v.Outcome, v.Because = v.signature(c, keys)
	if v.by != nil {
		v.Checks = slices.Insert(v.Checks, 0, certificateChecks(v.by, e.Now)...)
	}
	v.Good = v.Outcome == Verified && len(t.Problems) == 0 && !slices.ContainsFunc(v.Checks, func(c Check) bool { return !c.Good })
	return v
}

// compactOf reads the token as strictly as a Keydeck server does. why is what prevents
// its verification.
func compactOf(t *jwt.Token) (c strict.Compact, why string) {
	switch t.Kind {
	case jwt.KindJWS:
	case jwt.KindJWE, jwt.KindJWEJSON:
		return c, "it is encrypted, not signed"
	case jwt.KindJWSJSON:
		return c, "it is in JSON form; a Keydeck server takes the compact form alone (RFC 7515, section 3.1)"
	default:
		return c, "it is no signed token"
	}
	if len(t.Raw) > jwt.MaxBytes {
		return c, fmt.Sprintf("it is %s bytes long; the limit is %s", model.Count(int64(len(t.Raw))), model.Count(jwt.MaxBytes))
	}
	c, err := strict.ReadCompact(t.Raw)
	if err != nil {
		return c, err.Error()
	}
	// What cleaning removed is no longer in Raw, but noted as a problem.
	for _, p := range t.Problems {
		if p.Part == "token" && !p.AboutSize() {
			return c, p.Message
		}
	}
	return c, ""
}

// signature finds the key that made the signature.
func (v *Verification) signature(c strict.Compact, keys []jwk.Key) (Outcome, string) {
	a, known := jwa.Lookup(c.Header.Algorithm)
	switch {
	case strings.EqualFold(c.Header.Algorithm, "none"):
		return CannotVerify, "alg is none: nobody has signed it"
	case !known:
		return CannotVerify, fmt.Sprintf("the algorithm %s is not known here", display.Quote(c.Header.Algorithm))
	case len(keys) == 0:
		return NotVerified, ""
	}
	named := jwk.ForKeyID(keys, c.Header.KeyID)
	fitting, why := candidateKeys(named, a)
	switch others := len(named) < len(keys) && !slices.ContainsFunc(named, func(k jwk.Key) bool { return k.ID != "" }); {
	case len(fitting) > 0:
	case others:
		return CannotVerify, jwk.NoneFor(c.Header.KeyID, keys)
	default:
		return WrongKey, why
	}
	signature, err := strict.Decode(jwt.SegmentSignature, c.Signature)
	switch {
	case err != nil:
		return CannotVerify, err.Error()
	case len(signature) == 0:
		return BadSignature, "it is missing"
	}
	digest := digestOf(a, []byte(c.Signed))
	for _, k := range fitting[:min(len(fitting), jwk.MaxTries)] {
		if verifies(a, k, digest, signature) {
			return v.madeBy(k, a)
		}
	}
	switch n := len(fitting); {
	case n > jwk.MaxTries:
		return CannotVerify, fmt.Sprintf("%d keys fit, and none of the first %d made it; a kid in the token would say which it is", n, jwk.MaxTries)
	case n == 1:
		return BadSignature, fmt.Sprintf("the key (%s) did not make it", fitting[0].Describe())
	default:
		return BadSignature, fmt.Sprintf("none of the %d keys that fit made it", n)
	}
}

// madeBy is the outcome for a signature that k made.
func (v *Verification) madeBy(k jwk.Key, a jwa.Algorithm) (Outcome, string) {
	if _, _, weak := k.Weakness(a); weak != "" {
		return CannotVerify, "the signature fits, and proves nothing: " + weak
	}
	v.KeyID, v.Key, v.by = k.ID, k.Source, &k
	if k.InHeader {
		v.Checks = slices.Insert(v.Checks, 0, bad("key", "the key came with the token: anyone can make one that fits its own key"))
	}
	if own, ok := jwa.Lookup(k.Algorithm); ok && own.Name != a.Name {
		v.Checks = append(v.Checks, bad("alg", fmt.Sprintf("the key is for %s, the token is signed with %s", own.Name, a.Name)))
	}
	return Verified, ""
}

// certificateChecks compares a key from a certificate with the validity of the
// certificate (RFC 5280, section 4.1.2.5).
func certificateChecks(k *jwk.Key, now time.Time) []Check {
	switch {
	case k.NotAfter.IsZero() || now.IsZero():
	case now.After(k.NotAfter):
		return []Check{bad("key", "the key's certificate expired "+model.Distance(k.NotAfter, now))}
	case now.Before(k.NotBefore):
		return []Check{bad("key", "the key's certificate begins "+model.Distance(k.NotBefore, now))}
	}
	return nil
}

// candidateKeys returns the keys to try. If there are none, why says what is wrong
// with the first.
func candidateKeys(keys []jwk.Key, a jwa.Algorithm) (fitting []jwk.Key, why string) {
	for _, k := range keys {
		reason := mismatch(k, a)
		if reason == "" {
			fitting = append(fitting, k)
		} else if why == "" {
			why = reason
		}
	}
	if n := len(keys); n > 1 {
		why = fmt.Sprintf("none of the %d keys fits; of the first: %s", n, why)
	}
	return fitting, why
}

// mismatch says why the key must not verify a signature by the algorithm, "" if it
// may.
func mismatch(k jwk.Key, a jwa.Algorithm) string {
	if !k.Suits(a) {
		return fmt.Sprintf("%s, and this is %s", a.Takes(), model.Article(k.Summary()))
	}
	err := k.Usable()
	if k.Public == nil {
		switch {
		case len(k.Secret) == 0:
			return "the secret is empty"
		case jwk.IsPublicKey(k.Secret):
			// RFC 8725, section 2.1: what everybody has is not a secret.
			return fmt.Sprintf("%s, and this is the text of a key taken for one", a.Takes())
		}
	}
	if err == nil {
		err = k.ForSignatures()
	}
	switch {
	case err != nil:
		return err.Error()
	case k.Operations != nil && !slices.Contains(k.Operations, "verify"):
		return fmt.Sprintf("its key_ops are %.64q, not verify", k.Operations)
	case !isFor(k, a):
		return fmt.Sprintf("the key is for %s, the token is signed with %s", k.Algorithm, a.Name)
	}
	return ""
}

// isFor reports whether the key's alg allows a signature by a. A key for RSA-PSS is
// also allowed for RSA-PSS with a longer hash, never a shorter one, which is how
// Wycheproof reads RFC 7517, section 4.4 ("intended for use"); such a token is
// verified but not good.
func isFor(k jwk.Key, a jwa.Algorithm) bool {
	own, ok := jwa.Lookup(k.Algorithm)
	return !ok || own.Name == a.Name || own.PSS && a.PSS && a.Hash.Size() > own.Hash.Size()
}
