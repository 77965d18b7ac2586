package jws

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"

	"keydeck/model/inspect/jwa"
	"keydeck/model/inspect/jwk"
	"keydeck/model/inspect/jwt"
	"keydeck/model/inspect/strict"
)

// HeaderKeys returns the keys in the header of a signed token: jwk, and the first
// certificate of x5c (RFC 7515, sections 4.1.3 and 4.1.6). That a token matches its
// own key tells who made it only if the key is known from elsewhere, as with DPoP (RFC
// 9449, section 4.2); a token verified with such a key is never good. Nothing is
// fetched, so jku and x5u yield no key.
func HeaderKeys(t jwt.Token) ([]jwk.Key, error) {
	keys, err := headerKeys(&t)
	if err != nil {
		return nil, fmt.Errorf("read the token's own key: %w", err)
	}
	return keys, nil
}

func headerKeys(t *jwt.Token) (keys []jwk.Key, err error) {
	if _, why := compactOf(t); why != "" {
		return nil, errors.New(why)
	}
	for _, brought := range []struct {
		name string
		read func(strict.Member) (jwk.Key, error)
	}{{"jwk", ownJWK}, {"x5c", ownCertificate}} {
		m, ok := t.Header.Get(brought.name)
		if !ok {
			continue
		}
		k, err := brought.read(m)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", brought.name, err)
		}
		// The kid names a key of some set; this one is the token's.
		k.ID, k.Source, k.InHeader = "", "the token's own "+brought.name, true
		keys = append(keys, k)
	}
	if len(keys) == 0 {
		return nil, errors.New("it brings none: there is no jwk and no x5c in its header")
	}
	return keys, nil
}

func ownJWK(m strict.Member) (jwk.Key, error) {
	object, err := strict.ReadObject("the key", []byte(m.Raw))
	if err != nil {
		return jwk.Key{}, err
	}
	k, err := jwk.Parse(object)
	switch {
	case err != nil:
		return jwk.Key{}, err
	case k.Private != nil || k.Family == jwa.FamilyHMAC:
		return jwk.Key{}, errors.New("it is a private key or a secret: everybody who sees the token can sign with it")
	}
	return k, nil
}

func ownCertificate(m strict.Member) (jwk.Key, error) {
	var chain []string
	if err := json.Unmarshal([]byte(m.Raw), &chain); err != nil || len(chain) == 0 {
		return jwk.Key{}, errors.New("it is no array of certificates")
	}
	der, err := base64.StdEncoding.DecodeString(chain[0])
	if err != nil {
		return jwk.Key{}, err
	}
	return jwk.ParseCertificate(der)
}
