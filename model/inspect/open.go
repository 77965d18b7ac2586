package inspect

import (
	"unicode/utf8"

	"keydeck/model/inspect/jwe"
	"keydeck/model/inspect/jwk"
	"keydeck/model/inspect/jws"
	"keydeck/model/inspect/jwt"
	"keydeck/model/inspect/lint"
)

// Opened is what an encrypted token held.
type Opened struct {
	Plaintext []byte
	Nested    *jwt.Token    // Plaintext decoded, if it is a token itself
	Claims    *jwt.Token    // Plaintext as claims without header and signature, if it is an object; for Clocks and Findings
	KeyID     string        // of the key that decrypted it
	Key       string        // its Source
	Findings  []jwt.Finding // on that key
}

// Text is the plaintext, "" if it is not text.
func (o Opened) Text() string {
	if utf8.Valid(o.Plaintext) {
		return string(o.Plaintext)
	}
	return ""
}

// Open decrypts an encrypted token as jwe.Decrypt does, and decodes what it held.
func Open(t jwt.Token, keys []jwk.Key) (Opened, error) {
	plaintext, by, err := jwe.Decrypt(t, keys)
	if err != nil {
		return Opened{}, err
	}
	o := Opened{Plaintext: plaintext, KeyID: by.ID, Key: by.Source, Findings: lint.DecryptionKey(t, by)}
	if inner := DecodeExact(o.Text()); inner.Kind.IsToken() && len(inner.Header.Members) > 0 { // any text has a dot
		o.Nested = &inner
	} else if claims, ok := jwt.DecodeClaims(o.Text()); ok {
		lint.Claims(&claims)
		o.Claims = &claims
	}
	return o, nil
}

// OpenAndVerify decrypts an encrypted token as Open does, and verifies the signed
// token in it as jws.Verify does. The verdict is on the inner token and never good,
// since a Keydeck server accepts no encrypted tokens. Content that is not a signed
// token cannot be verified: with a public key anyone can have written it.
//
// After an error the Verification says that nothing was verified.
func OpenAndVerify(t jwt.Token, opening, keys []jwk.Key, e jws.Expect) (Opened, jws.Verification, error) {
	cannot := func(because string) jws.Verification {
		return jws.Verification{Outcome: jws.CannotVerify, Because: because, Checks: []jws.Check{}, Expect: e.Settings()}
	}
	opened, err := Open(t, opening)
	switch {
	case err != nil:
		return opened, cannot("it is encrypted, and was not opened"), err
	case opened.Nested == nil:
		return opened, cannot("what was encrypted is no signed token: with the key to encrypt anyone can have written it"), nil
	}
	v := jws.Verify(*opened.Nested, keys, e)
	v.Good = false
	v.Checks = append(v.Checks, jws.Check{Claim: "form", Text: "it came encrypted; a Keydeck server takes signed tokens alone"})
	return opened, v, nil
}
