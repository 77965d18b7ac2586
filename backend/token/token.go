// Package token is a strict wrapper around golang-jwt: every token that the server
// signs or accepts goes through Sign and Verify.
//
// On its own, the library accepts an empty HMAC key, tokens without exp, unknown
// crit, a kid that is not a string and line breaks inside base64. This package
// checks size and alphabet before it decodes anything, and reads the header as
// strict JSON before anybody looks for a key. The key decides the algorithm, and
// must be fit for it before the library is called. Claims are read after the
// signature has been verified.
package token

import (
	"crypto/rsa"
	"fmt"

	"github.com/golang-jwt/jwt/v5"

	"keydeck/model"
)

// Algorithms of the server. A key has exactly one.
const (
	RS512 = "RS512"
	HS256 = "HS256"
)

// Types in the header's typ.
const (
	TypeJWT    = "JWT"    // service tokens, session keys, key pairs
	TypeAccess = "at+jwt" // login access tokens (RFC 9068)
)

// Minimum key sizes (RFC 7518, sections 3.2 and 3.3).
const (
	minSecretBytes = 32
	minRSABits     = 2048
)

// Key is a key with its algorithm.
type Key struct {
	ID        string
	Algorithm string
	Secret    []byte          // HS256, at least 32 bytes
	Private   *rsa.PrivateKey // RS512, to sign
	Public    *rsa.PublicKey  // RS512, to verify
}

// Error is a refusal. Both members are for the log. Detail quotes at most the value
// at fault of a token, and nothing of a key.
type Error struct {
	Reason model.Reason
	Detail string
}

func (e *Error) Error() string { return fmt.Sprintf("token: %s: %s", e.Reason, e.Detail) }

func refuse(reason model.Reason, format string, args ...any) error {
	return &Error{Reason: reason, Detail: fmt.Sprintf(format, args...)}
}

// verifier returns the library's method and key to verify with, or refuses a key
// that is not fit for its algorithm.
func (k Key) verifier() (jwt.SigningMethod, any, error) {
	switch k.Algorithm {
	case HS256:
		if err := checkSecret(k.Secret); err != nil {
			return nil, nil, err
		}
		return jwt.SigningMethodHS256, k.Secret, nil
	case RS512:
		if err := checkRSA(k.Public); err != nil {
			return nil, nil, err
		}
		return jwt.SigningMethodRS512, k.Public, nil
	}
	return nil, nil, refuse(model.ReasonBadAlgorithm, "key with unknown algorithm %q", k.Algorithm)
}

// signer is verifier for signing: of an RSA key, it takes the private half.
func (k Key) signer() (jwt.SigningMethod, any, error) {
	if k.Algorithm != RS512 {
		return k.verifier()
	}
	if k.Private == nil {
		return nil, nil, refuse(model.ReasonBadAlgorithm, "RS512 key without its private half")
	}
	return jwt.SigningMethodRS512, k.Private, checkRSA(&k.Private.PublicKey)
}

func checkSecret(secret []byte) error {
	if len(secret) < minSecretBytes {
		return refuse(model.ReasonBadAlgorithm, "HS256 secret of %d bytes, at least %d are needed", len(secret), minSecretBytes)
	}
	return nil
}

func checkRSA(public *rsa.PublicKey) error {
	switch {
	case public == nil || public.N == nil:
		return refuse(model.ReasonBadAlgorithm, "RS512 key without its public half")
	case public.N.BitLen() < minRSABits:
		return refuse(model.ReasonBadAlgorithm, "RSA key of %d bits, at least %d are needed", public.N.BitLen(), minRSABits)
	}
	return nil
}
