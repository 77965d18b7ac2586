package token

import (
	"time"

	"keydeck/model"
	"keydeck/model/inspect/strict"
)

// Rules for Verify. Zero Leeway is allowed.
type Rules struct {
	Now      time.Time
	Type     string        // required typ, "" for any (compared without regard to case, "application/" prefix dropped)
	Issuer   string        // required iss, "" for any
	NoExpiry bool          // exp may be missing (key pairs carry none); otherwise it is required
	Leeway   time.Duration // on nbf and iat only, never on exp
}

// Verify checks raw with a key, in this order: the header, that alg is the key's,
// that the key is fit for use (HMAC at least 32 bytes, RSA at least 2048 bits), the
// signature, the claims and their times. The caller has chosen the key by the
// header's kid, which Verify ignores. Of aud, only the form is checked.
//
// The error is an *Error with one of the reasons malformed, bad_algorithm (also
// for a key that is not fit), bad_signature, expired, not_yet_valid, missing_exp,
// bad_claims, wrong_kind (typ).
func Verify(raw string, key Key, rules Rules) (Claims, error) {
	t, err := verifySignature(raw, key)
	if err != nil {
		return Claims{}, err
	}
	if rules.Type != "" && !strict.SameType(t.Header.Type, rules.Type) {
		return Claims{}, refuse(model.ReasonWrongKind, "typ is %.32q, want %q", t.Header.Type, rules.Type)
	}
	claims, err := readClaims(t.Payload)
	if err != nil {
		return Claims{}, err
	}
	if err := rules.check(claims); err != nil {
		return Claims{}, err
	}
	return claims, nil
}

// VerifySignature is Verify up to the signature: nil means that the key made it, and
// says nothing about type, claims and times. The error is an *Error with the
// reason malformed, bad_algorithm or bad_signature.
func VerifySignature(raw string, key Key) error {
	_, err := verifySignature(raw, key)
	return err
}

// verifySignature returns a token that the key has signed. Its claims are not
// decoded.
func verifySignature(raw string, key Key) (strict.Compact, error) {
	t, err := parse(raw)
	if err != nil {
		return strict.Compact{}, err
	}
	if t.Header.Algorithm != key.Algorithm {
		return strict.Compact{}, refuse(model.ReasonBadAlgorithm, "alg is %.32q, the key is for %s", t.Header.Algorithm, key.Algorithm)
	}
	method, material, err := key.verifier()
	if err != nil {
		return strict.Compact{}, err
	}
	signature, err := decode("signature", t.Signature)
	if err != nil {
		return strict.Compact{}, err
	}
	if method.Verify(t.Signed, signature, material) != nil {
		return strict.Compact{}, refuse(model.ReasonBadSignature, "the signature does not fit the key")
	}
	return t, nil
}

// check compares verified claims with the rules. A token has expired at exp, not
// only after it (RFC 7519, section 4.1.4).
func (r Rules) check(c Claims) error {
	switch {
	case c.ExpiresAt == nil && !r.NoExpiry:
		return refuse(model.ReasonMissingExp, "no exp")
	case c.ExpiresAt != nil && !r.Now.Before(*c.ExpiresAt):
		return refuse(model.ReasonExpired, "exp was %s", c.ExpiresAt.Format(time.RFC3339))
	case c.NotBefore != nil && r.Now.Add(r.Leeway).Before(*c.NotBefore):
		return refuse(model.ReasonNotYetValid, "nbf is %s", c.NotBefore.Format(time.RFC3339))
	case c.IssuedAt != nil && r.Now.Add(r.Leeway).Before(*c.IssuedAt):
		return refuse(model.ReasonNotYetValid, "iat is %s", c.IssuedAt.Format(time.RFC3339))
	case r.Issuer != "" && c.Issuer != r.Issuer:
		return refuse(model.ReasonBadClaims, "iss is %.64q, want %q", c.Issuer, r.Issuer)
	}
	return nil
}
