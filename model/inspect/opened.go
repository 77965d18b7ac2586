package inspect

import (
	"slices"
	"time"
	"unicode/utf8"
)

// Opened is what an encrypted token held.
type Opened struct {
	Plaintext []byte
	Nested    *Token    // Plaintext taken apart, if it is a token itself
	Claims    *Token    // Plaintext as the claims of a token without header and signature, if it is an object; for its Clocks and Findings
	KeyID     string    // of the key that opened it
	Key       string    // whose that is, in words: Key.Source
	Findings  []Finding // about that key
}

// Text is the plaintext if it is text, else "".
func (o Opened) Text() string {
	if utf8.Valid(o.Plaintext) {
		return string(o.Plaintext)
	}
	return ""
}

// bareClaims reads a text as claims alone, nil if it is no object. Its Kind is
// KindJWS, which is what Clocks reads times of; there is nothing in it to verify.
func bareClaims(text string) *Token {
	t := Token{Kind: KindJWS, Problems: []Problem{}, Findings: []Finding{}}
	if t.Claims = t.readObject(SegmentPayload, text, 0); t.Incomplete(SegmentPayload) {
		return nil
	}
	t.nestClaims(0)
	LintClaims(&t)
	return &t
}

// OpenAndVerify opens an encrypted token as Decrypt does, and verifies the signed
// token that it holds as Verify does. The verdict is on that one, and never good:
// this server takes no encrypted token. What holds no signed token cannot be
// verified, since with a public key anyone can have written it.
//
// An error is Decrypt's. The Verification then says that nothing was verified.
func (t Token) OpenAndVerify(opening, keys []Key, e Expect) (Opened, Verification, error) {
	cannot := func(because string) Verification {
		return Verification{Outcome: CannotVerify, Because: because, Checks: []Check{}, Expect: e.settings()}
	}
	opened, err := t.Decrypt(opening)
	switch {
	case err != nil:
		return opened, cannot("it is encrypted, and was not opened"), err
	case opened.Nested == nil:
		return opened, cannot("what was encrypted is no signed token: with the key to encrypt anyone can have written it"), nil
	}
	v := opened.Nested.Verify(keys, e)
	v.Good = false
	v.Checks = append(v.Checks, Check{"form", false, "it came encrypted; a Keydeck server takes signed tokens alone"})
	return opened, v, nil
}

func (e Expect) settings() Settings {
	return Settings{int64(e.Leeway / time.Second), e.Issuer, e.Audience, e.Type}
}

// Expected holds the token against the issuer, the audience and the type that are
// expected, and against nothing else: for a signature that somebody else has
// verified. Without expectations there is nothing to check; what is no signed
// token meets none.
func (t Token) Expected(e Expect) []Check {
	checks := []Check{}
	c, why := t.compact()
	if why != "" {
		c = Compact{}
	}
	if e.Type != "" {
		checks = append(checks, typeCheck(c.Header, e.Type))
	}
	var claims Object
	if payload, err := DecodeStrict(SegmentPayload, c.Payload); err == nil {
		claims, _ = ReadStrictObject(SegmentPayload, payload)
	}
	asked := func(c Check) bool {
		return c.Claim == "iss" && e.Issuer != "" || c.Claim == "aud" && e.Audience != ""
	}
	return append(checks, slices.DeleteFunc(e.issuerChecks(claims), func(c Check) bool { return !asked(c) })...)
}
