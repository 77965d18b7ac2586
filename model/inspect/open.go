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
	Nested    *jwt.Token    // Plaintext taken apart, if it is a token itself
	Claims    *jwt.Token    // Plaintext as the claims of a token without header and signature, if it is an object; for its Clocks and Findings
	KeyID     string        // of the key that opened it
	Key       string        // whose that is, in words: Key.Source
	Findings  []jwt.Finding // about that key
}

// Text is the plaintext if it is text, else "".
func (o Opened) Text() string {
	if utf8.Valid(o.Plaintext) {
		return string(o.Plaintext)
	}
	return ""
}

// Open opens an encrypted token as Decrypt does, and takes apart what it held.
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

// OpenAndVerify opens an encrypted token as Decrypt does, and verifies the signed
// token that it holds as Verify does. The verdict is on that one, and never good:
// this server takes no encrypted token. What holds no signed token cannot be
// verified, since with a public key anyone can have written it.
//
// An error is Decrypt's. The Verification then says that nothing was verified.
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
