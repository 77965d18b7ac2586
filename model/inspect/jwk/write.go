package jwk

import (
	"cmp"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"slices"

	"filippo.io/mldsa"

	"keydeck/model/inspect/jwa"
)

// jwk is the members of a JWK in the order they are written.
type jwk struct {
	Type       string   `json:"kty,omitempty"`
	ID         string   `json:"kid,omitempty"`
	Use        string   `json:"use,omitempty"`
	Operations []string `json:"key_ops,omitempty"`
	Algorithm  string   `json:"alg,omitempty"`
	Curve      string   `json:"crv,omitempty"`
	K          string   `json:"k,omitempty"`
	N          string   `json:"n,omitempty"`
	E          string   `json:"e,omitempty"`
	X          string   `json:"x,omitempty"`
	Y          string   `json:"y,omitempty"`
	D          string   `json:"d,omitempty"`
	P          string   `json:"p,omitempty"`
	Q          string   `json:"q,omitempty"`
	DP         string   `json:"dp,omitempty"`
	DQ         string   `json:"dq,omitempty"`
	QI         string   `json:"qi,omitempty"`
	Pub        string   `json:"pub,omitempty"`
	Priv       string   `json:"priv,omitempty"`
}

var base64url = base64.RawURLEncoding.EncodeToString

// public is the members that identify the key (RFC 7638, section 3.2; RFC 9964,
// section 6). For a secret that is the secret itself.
func (k Key) public() (jwk, error) {
	switch public := k.Public.(type) {
	case *rsa.PublicKey:
		return jwk{Type: "RSA", N: base64url(public.N.Bytes()), E: base64url(big.NewInt(int64(public.E)).Bytes())}, nil
	case *ecdsa.PublicKey:
		point, err := public.Bytes()
		if err != nil {
			return jwk{}, err
		}
		size := (len(point) - 1) / 2
		return jwk{Type: "EC", Curve: public.Curve.Params().Name, X: base64url(point[1 : 1+size]), Y: base64url(point[1+size:])}, nil
	case ed25519.PublicKey:
		return jwk{Type: "OKP", Curve: "Ed25519", X: base64url(public)}, nil
	case *mldsa.PublicKey:
		return jwk{Type: "AKP", Algorithm: public.Parameters().String(), Pub: base64url(public.Bytes())}, nil
	}
	if len(k.Secret) == 0 {
		return jwk{}, errors.New("there is no key")
	}
	return jwk{Type: "oct", K: base64url(k.Secret)}, nil
}

// JWK is the key as a JSON Web Key (RFC 7517), with its private half if private. A
// secret has no public half. Of the key_ops of a private key its public half keeps
// verify only.
func (k Key) JWK(private bool) ([]byte, error) {
	out, err := k.public()
	switch {
	case err != nil:
	case k.Family == jwa.FamilyHMAC && !private:
		err = errors.New("a secret has no public half")
	case k.Family != jwa.FamilyHMAC && private && k.Private == nil:
		err = ErrNoPrivate
	case private:
		err = out.addPrivate(k.Private)
		out.Operations = k.Operations
	case slices.Contains(k.Operations, "verify"):
		out.Operations = []string{"verify"}
	}
	if err != nil {
		return nil, fmt.Errorf("write a JWK: %w", err)
	}
	out.ID, out.Use, out.Algorithm = k.ID, k.Use, cmp.Or(out.Algorithm, k.Algorithm)
	return json.Marshal(out)
}

func (j *jwk) addPrivate(key any) error {
	switch private := key.(type) {
	case *rsa.PrivateKey:
		if len(private.Primes) != 2 {
			return fmt.Errorf("an RSA key of %d primes", len(private.Primes))
		}
		private.Precompute()
		number := func(n *big.Int) string { return base64url(n.Bytes()) }
		j.D, j.P, j.Q = number(private.D), number(private.Primes[0]), number(private.Primes[1])
		j.DP, j.DQ, j.QI = number(private.Precomputed.Dp), number(private.Precomputed.Dq), number(private.Precomputed.Qinv)
	case *ecdsa.PrivateKey:
		d, err := private.Bytes()
		if err != nil {
			return err
		}
		j.D = base64url(d)
	case ed25519.PrivateKey:
		j.D = base64url(private.Seed())
	case *mldsa.PrivateKey:
		j.Priv = base64url(private.Bytes())
	}
	return nil
}

// Thumbprint is base64url of the SHA-256 of RFC 7638, "" without a key. That of a
// secret reveals its hash (section 7), which is harmless if the secret has full
// length.
func (k Key) Thumbprint() string {
	j, err := k.public()
	if err != nil {
		return ""
	}
	members := map[string]string{"kty": j.Type, "crv": j.Curve, "k": j.K, "n": j.N, "e": j.E, "x": j.X, "y": j.Y, "alg": j.Algorithm, "pub": j.Pub}
	maps.DeleteFunc(members, func(_, value string) bool { return value == "" })
	text, err := json.Marshal(members) // sorts the names
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(text)
	return base64url(sum[:])
}
