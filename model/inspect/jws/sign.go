package jws

import (
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"

	"keydeck/model"
	"keydeck/model/inspect/internal/display"
	"keydeck/model/inspect/jwa"
	"keydeck/model/inspect/jwk"
	"keydeck/model/inspect/jwt"
	"keydeck/model/inspect/strict"
)

// Sign signs claims with the key. header and claims are JSON objects, signed byte for
// byte as they are; alg must be in the header and fit the key. alg none is an error.
// So is whatever Verify would reject for its form, its length or its key, except that
// the kid may name another key.
func Sign(header, claims string, key jwk.Key) (string, error) {
	h, err := strict.ReadHeader([]byte(header))
	if err != nil {
		return "", err
	}
	if _, err := strict.ReadObject("claims", []byte(claims)); err != nil {
		return "", err
	}
	a, known := jwa.Lookup(h.Algorithm)
	switch {
	case strings.EqualFold(h.Algorithm, "none"):
		return "", errors.New("alg none means that nobody signs it")
	case !known:
		return "", fmt.Errorf("the algorithm %s is not known here; known are %s", display.Quote(h.Algorithm), strings.Join(jwa.Algorithms, ", "))
	}
	if err := maySign(key, a); err != nil {
		return "", err
	}
	encode := base64.RawURLEncoding.EncodeToString
	signed := encode([]byte(header)) + "." + encode([]byte(claims))
	made, err := signature(a, key, digestOf(a, []byte(signed)))
	if err != nil {
		return "", err
	}
	token := signed + "." + encode(made)
	if len(token) > jwt.MaxBytes {
		return "", fmt.Errorf("the token would be %s bytes long; the limit is %s", model.Count(int64(len(token))), model.Count(jwt.MaxBytes))
	}
	return token, nil
}

// maySign says why the key must not sign with the algorithm.
func maySign(k jwk.Key, a jwa.Algorithm) error {
	ops := k.Operations
	k.Operations = nil // mismatch would demand verify
	if why := mismatch(k, a); why != "" {
		return errors.New(why)
	}
	if own, ok := jwa.Lookup(k.Algorithm); ok && own.Name != a.Name {
		return fmt.Errorf("the key is for %s, not for %s", own.Name, a.Name)
	}
	if _, _, weak := k.Weakness(a); weak != "" {
		return errors.New(weak)
	}
	switch {
	case k.Family != jwa.FamilyHMAC && k.Private == nil:
		return jwk.ErrNoPrivate
	case ops != nil && !slices.Contains(ops, "sign"):
		return fmt.Errorf("its key_ops are %.64q, not sign", ops)
	}
	return nil
}
