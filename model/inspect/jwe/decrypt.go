// Package jwe decrypts compact JWE (RFC 7516) with the keys it is given.
package jwe

import (
	"bytes"
	"compress/flate"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // RSA-OAEP is defined with it (RFC 7518, section 4.3), where it is safe
	"crypto/sha256"
	"crypto/sha512"
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"

	"keydeck/model"
	"keydeck/model/inspect/internal/display"
	"keydeck/model/inspect/jwa"
	"keydeck/model/inspect/jwk"
	"keydeck/model/inspect/jwt"
	"keydeck/model/inspect/strict"
)

var (
	errNotOpened = errors.New("no key opens it: it is for another key, or it was changed")
	errKeySize   = errors.New("the key has another length than the algorithm needs")
)

// Decrypt decrypts a compact JWE (RFC 7516, section 5.2) and returns the key that did
// it. It tries the keys with the token's kid, or else those without an ID; for a token
// without a kid, all that fit. It supports RSA-OAEP, AES key wrap, AES-GCM key wrap,
// dir, ECDH-ES and PBES2, and every enc of RFC 7518, section 5. It does not support
// RSA1_5, which leaks through its errors (RFC 8725, section 3.2), nor crit. A
// compressed plaintext may have up to 1 MiB.
//
// That a token can be decrypted says nothing about who wrote it: with a public key
// anyone can.
func Decrypt(t jwt.Token, keys []jwk.Key) (plaintext []byte, by jwk.Key, err error) {
	e, err := encrypted(&t)
	if err != nil {
		return nil, by, err
	}
	if len(keys) == 0 {
		return nil, by, errors.New("there is no key")
	}
	named := jwk.ForKeyID(keys, e.kid)
	if len(named) == 0 {
		return nil, by, errors.New(jwk.NoneFor(e.kid, keys))
	}
	err = errNotOpened
	tries := 0
	for _, k := range named {
		if why := mayOpen(k, e); why != nil {
			if errors.Is(err, errNotOpened) && tries == 0 {
				err = why
			}
			continue
		}
		if tries++; tries > jwk.MaxTries {
			break
		}
		plaintext, tried := e.open(k)
		if tried == nil {
			return plaintext, k, nil
		}
		if _, visible := errors.AsType[*headerError](tried); !visible && !errors.Is(tried, errKeySize) && !errors.Is(tried, errTooLarge) {
			tried = errNotOpened // one error for everything that depends on the key
		}
		err = tried
	}
	return nil, by, err
}

// encryptedToken is a compact JWE in parts.
type encryptedToken struct {
	header        strict.Object
	alg, enc, kid string
	aad           string // the encoded header
	key           []byte
	iv            []byte
	ciphertext    []byte
	tag           []byte
	zip           bool // DEF (RFC 7516, section 4.1.3)
	content       content
}

// encrypted reads the token strictly.
func encrypted(t *jwt.Token) (e encryptedToken, err error) {
	switch {
	case t.Kind != jwt.KindJWE:
		return e, errors.New("it is no encrypted token in compact form")
	case len(t.Raw) > jwt.MaxBytes:
		return e, fmt.Errorf("it is %d bytes long, more than %d", len(t.Raw), jwt.MaxBytes)
	}
	for _, p := range t.Problems {
		if p.Part == "token" && !p.AboutSize() {
			return e, errors.New(p.Message)
		}
	}
	parts := strings.Split(t.Raw, ".")
	names := [...]string{jwt.SegmentHeader, jwt.SegmentEncryptedKey, jwt.SegmentIV, jwt.SegmentCiphertext, jwt.SegmentTag}
	var decoded [len(names)][]byte
	for i, name := range names {
		if decoded[i], err = strict.Decode(name, parts[i]); err != nil {
			return e, err
		}
	}
	if e.header, err = strict.ReadObject(jwt.SegmentHeader, decoded[0]); err != nil {
		return e, err
	}
	r := strict.MemberReader{Object: e.header}
	e.alg, e.enc, e.kid = r.Text("alg"), r.Text("enc"), r.Text("kid")
	if r.Has("crit") {
		r.Fail("crit is not supported")
	}
	if e.zip = r.Has("zip"); e.zip && r.Text("zip") != "DEF" {
		r.Fail("zip is not DEF")
	}
	if r.Err != nil {
		return e, r.Err
	}
	e.aad, e.key, e.iv, e.ciphertext, e.tag = parts[0], decoded[1], decoded[2], decoded[3], decoded[4]
	var known bool
	if e.content, known = contents[e.enc]; !known {
		return e, fmt.Errorf("the content encryption %s is not known here", display.Quote(e.enc))
	}
	if _, known := openers[e.alg]; !known {
		return e, fmt.Errorf("the algorithm %s is not opened here", display.Quote(e.alg))
	}
	return e, nil
}

// mayOpen says why a key is not tried on the token.
func mayOpen(k jwk.Key, e encryptedToken) error {
	o := openers[e.alg]
	if o.family != k.Family || k.Family != jwa.FamilyHMAC && k.Private == nil {
		return fmt.Errorf("%s takes %s, and this is %s", e.alg, o.takes, model.Article(k.Summary()))
	}
	if k.Algorithm != "" && k.Algorithm != e.alg && (e.alg != "dir" || k.Algorithm != e.enc) {
		return fmt.Errorf("the key is for %.32q, the token for %s", k.Algorithm, e.alg)
	}
	if private, ok := k.Private.(*rsa.PrivateKey); ok {
		if err := (jwk.Key{Public: &private.PublicKey}).Usable(); err != nil {
			return err
		}
	}
	return k.ForEncryption()
}

// opener finds the content encryption key for one alg.
type opener struct {
	family jwa.Family
	takes  string
	find   func(e encryptedToken, k jwk.Key) ([]byte, error)
}

var openers = func() map[string]opener {
	const shared, private, agreed = "a shared key", "a private RSA key", "a private EC key"
	all := map[string]opener{
		"dir":                {jwa.FamilyHMAC, shared, direct},
		"RSA-OAEP":           {jwa.FamilyRSA, private, oaep(sha1.New)},
		"RSA-OAEP-256":       {jwa.FamilyRSA, private, oaep(sha256.New)},
		"ECDH-ES":            {jwa.FamilyEC, agreed, agreeDirectly},
		"PBES2-HS256+A128KW": {jwa.FamilyHMAC, "a password", password(sha256.New, 16)},
		"PBES2-HS384+A192KW": {jwa.FamilyHMAC, "a password", password(sha512.New384, 24)},
		"PBES2-HS512+A256KW": {jwa.FamilyHMAC, "a password", password(sha512.New, 32)},
	}
	for name, size := range map[string]int{"A128": 16, "A192": 24, "A256": 32} {
		all[name+"KW"] = opener{jwa.FamilyHMAC, shared, func(e encryptedToken, k jwk.Key) ([]byte, error) {
			return unwrap(k.Secret, size, e.key)
		}}
		all[name+"GCMKW"] = opener{jwa.FamilyHMAC, shared, func(e encryptedToken, k jwk.Key) ([]byte, error) {
			return unwrapGCM(e, k.Secret, size)
		}}
		all["ECDH-ES+"+name+"KW"] = opener{jwa.FamilyEC, agreed, func(e encryptedToken, k jwk.Key) ([]byte, error) {
			wrapping, err := agreeOn(e, k, e.alg, size)
			if err != nil {
				return nil, err
			}
			return unwrap(wrapping, size, e.key)
		}}
	}
	return all
}()

func direct(e encryptedToken, k jwk.Key) ([]byte, error) {
	if len(e.key) > 0 {
		return nil, errors.New("an encrypted key beside dir")
	}
	return k.Secret, nil
}

func oaep(h func() hash.Hash) func(encryptedToken, jwk.Key) ([]byte, error) {
	return func(e encryptedToken, k jwk.Key) ([]byte, error) {
		private, ok := k.Private.(*rsa.PrivateKey)
		if !ok {
			return nil, jwk.ErrNoPrivate
		}
		return rsa.DecryptOAEP(h(), nil, private, e.key, nil)
	}
}

// agreeDirectly is ECDH-ES without key wrapping (RFC 7518, section 4.6).
func agreeDirectly(e encryptedToken, k jwk.Key) ([]byte, error) {
	if len(e.key) > 0 {
		return nil, errors.New("an encrypted key beside ECDH-ES")
	}
	return agreeOn(e, k, e.enc, e.content.keySize)
}

// open finds the content encryption key and decrypts.
func (e encryptedToken) open(k jwk.Key) ([]byte, error) {
	key, err := openers[e.alg].find(e, k)
	if err != nil {
		return nil, err
	}
	if len(key) != e.content.keySize {
		return nil, errKeySize
	}
	plaintext, err := e.content.open(key, e)
	if err != nil || !e.zip {
		return plaintext, err
	}
	return inflate(plaintext)
}

var errTooLarge = fmt.Errorf("unpacked it is over %d bytes long", jwt.MaxBytes)

// inflate decompresses up to the limit: a few bytes can expand to gigabytes.
func inflate(packed []byte) ([]byte, error) {
	plaintext, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(packed)), jwt.MaxBytes+1))
	if err != nil {
		return nil, err
	}
	if len(plaintext) > jwt.MaxBytes {
		return nil, errTooLarge
	}
	return plaintext, nil
}
