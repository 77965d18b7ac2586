package token

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"io"
	"math/big"

	"keydeck/model"
)

// newRSABits is the size of a new signing key.
const newRSABits = 3072

// NewRSA makes an RSA-3072 key for RS512, as PKCS #8 DER. It takes about a second of
// one core. Seal it: it is a secret.
func NewRSA(random io.Reader) ([]byte, error) {
	private, err := rsa.GenerateKey(random, newRSABits)
	if err != nil {
		return nil, fmt.Errorf("token: generate an RSA key: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return nil, fmt.Errorf("token: marshal the private key: %w", err)
	}
	return der, nil
}

// ParseRSA reads what NewRSA made. A key under 2048 bits is refused.
func ParseRSA(id string, der []byte) (Key, error) {
	parsed, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return Key{}, fmt.Errorf("token: parse the private key: %w", err)
	}
	private, ok := parsed.(*rsa.PrivateKey)
	if !ok {
		return Key{}, fmt.Errorf("token: the private key is a %T, not RSA", parsed)
	}
	if err := checkRSA(&private.PublicKey); err != nil {
		return Key{}, err
	}
	return rsaKey(id, private), nil
}

// PublicJWK is the public half of an RSA key, for the JWKS (RFC 7518, section
// 6.3.1).
func PublicJWK(k Key) model.JWK {
	b64 := base64.RawURLEncoding
	return model.JWK{
		KeyType:   "RSA",
		Use:       "sig",
		Algorithm: k.Algorithm,
		KeyID:     k.ID,
		N:         b64.EncodeToString(k.Public.N.Bytes()),
		E:         b64.EncodeToString(big.NewInt(int64(k.Public.E)).Bytes()),
	}
}

func rsaKey(id string, private *rsa.PrivateKey) Key {
	return Key{ID: id, Algorithm: RS512, Private: private, Public: &private.PublicKey}
}
