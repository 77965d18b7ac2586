// Package jwk reads and writes keys in every container they come in: JWK and JWKS, PEM,
// DER, certificates, encrypted private keys, and secrets.
//
// A key that is read is one to calculate with: on a curve, of a sensible size, with
// halves that belong together. Whether it is strong is another question; see
// Key.Weakness.
package jwk

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"filippo.io/mldsa"

	"keydeck/model/inspect/jwa"
	"keydeck/model/inspect/jwt"
)

// Key is one key to verify or to sign with.
type Key struct {
	ID         string   // kid, "" if it has none
	Algorithm  string   // the one it is for (JWK "alg"), "" for any of its family
	Use        string   // JWK "use"; one that is not "" or "sig" is not used
	Operations []string // JWK "key_ops"; nil for any
	Source     string   // whose it is, in words, for example "file jwks.json"; foreign text
	Family     jwa.Family
	Secret     []byte            // HMAC
	Public     crypto.PublicKey  // *rsa.PublicKey, *ecdsa.PublicKey, ed25519.PublicKey, *mldsa.PublicKey
	Private    crypto.PrivateKey // or nil

	InHeader            bool      // the token itself brought it
	NotBefore, NotAfter time.Time // of its certificate, zero without one
}

// Encoding of an HMAC secret.
type Encoding string

const (
	EncodingPlain  Encoding = "plain"
	EncodingBase64 Encoding = "base64" // any of the four alphabets and paddings
	EncodingHex    Encoding = "hex"
)

// ReadSecret reads an HMAC secret. A plain one is its bytes as they stand; in the
// other encodings white space is taken out first, and so are the colons and the
// 0x of hex. A key in PEM is refused: as a secret it would be one that everybody
// knows.
func ReadSecret(text string, e Encoding) (Key, error) {
	secret := []byte(text)
	var err error
	switch e {
	case EncodingPlain:
	case EncodingBase64:
		secret, err = decodeBase64(strings.Join(strings.Fields(text), ""))
	case EncodingHex:
		text = strings.Join(strings.Fields(text), "")
		text = strings.TrimPrefix(strings.TrimPrefix(text, "0x"), "0X")
		secret, err = hex.DecodeString(strings.ReplaceAll(text, ":", ""))
	default:
		return Key{}, fmt.Errorf("read a secret: no encoding %q; there are plain, base64 and hex", string(e))
	}
	switch {
	case err != nil:
		return Key{}, fmt.Errorf("read a secret as %s: %w", e, err)
	case len(secret) == 0:
		return Key{}, errors.New("read a secret: it is empty")
	case isPEM(secret):
		return Key{}, errors.New("read a secret: this is a key in PEM, not a secret")
	}
	return Key{Family: jwa.FamilyHMAC, Secret: secret}, nil
}

// decodeBase64 decodes the standard or the URL-safe alphabet, not both mixed,
// with padding or without.
func decodeBase64(text string) ([]byte, error) {
	body := strings.TrimRight(text, "=")
	if len(text)-len(body) > 2 || len(text) > len(body) && len(text)%4 != 0 {
		return nil, errors.New("wrong padding")
	}
	if strings.ContainsAny(body, "-_") {
		return base64.RawURLEncoding.DecodeString(body)
	}
	return base64.RawStdEncoding.DecodeString(body)
}

// Limits on what Keys takes, so that no file of keys takes long to read.
const (
	maxKeysBytes = 8 << 20
	maxKeys      = 10_000
	maxPrivate   = 100 // private keys in one text: each is checked, which takes about a millisecond
)

// Read reads keys of any form by looking: PEM (PKCS 1, PKCS 8, SEC 1, PKIX,
// certificates; any number of blocks), DER of the same or its bare base64, a JWK, a
// JWKS. Anything
// else is an error that says what was tried and what is wrong with it; a plain
// secret is never guessed. The keys of a JWKS that are of no use here (unknown kty
// or curve, use enc) are left out and named in skipped; so are two different keys
// with one kid, and secrets among public keys. If nothing is left it is an error.
// skipped quotes foreign text.
func Read(data []byte, source string) (keys []Key, skipped []string, err error) {
	return keysFor(data, source, Key.ForSignatures)
}

// keysFor reads keys and leaves out those that use says are of none.
func keysFor(data []byte, source string, use func(Key) error) (keys []Key, skipped []string, err error) {
	keys, skipped, err = readKeys(data, use)
	if err == nil && len(keys) == 0 {
		err = noneLeft(skipped)
	}
	if err != nil {
		return nil, skipped, fmt.Errorf("read keys: %w", err)
	}
	for i := range keys {
		keys[i].Source = source
	}
	return keys, skipped, nil
}

func readKeys(data []byte, use func(Key) error) ([]Key, []string, error) {
	trimmed := bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\ufeff")))
	switch {
	case len(data) > maxKeysBytes:
		return nil, nil, fmt.Errorf("%d bytes, at most %d are taken", len(data), maxKeysBytes)
	case len(trimmed) == 0:
		return nil, nil, errors.New("empty")
	case jwt.IsJWE(string(trimmed)):
		return nil, nil, errLockedJWK
	case trimmed[0] == '{':
		return readJSONKeys(trimmed, use)
	case isPEM(trimmed):
		return readPEM(trimmed)
	case data[0] == 0x30: // an ASN.1 SEQUENCE, which all DER forms begin with
		k, err := parseDER(data)
		if err != nil {
			return nil, nil, err
		}
		return []Key{k}, nil, nil
	case isOpenSSH(trimmed):
		return nil, nil, errors.New(`an OpenSSH public key; "ssh-keygen -e -m PKCS8" writes it as PEM`)
	}
	if der, ok := bareDER(trimmed); ok {
		k, err := parseDER(der)
		if err != nil {
			return nil, nil, fmt.Errorf("base64 without the lines of PEM around it: %w", err)
		}
		return []Key{k}, nil, nil
	}
	return nil, nil, errors.New("neither PEM (no -----BEGIN), nor DER (does not begin with 0x30), nor a JWK or JWKS (does not begin with {); a secret must be called one")
}

// bareDER decodes what is left of PEM without its first and its last line, which is
// how many an issuer shows its key.
func bareDER(text []byte) ([]byte, bool) {
	const shortest = 44 // Ed25519
	if text[0] != 'M' { // 0x30
		return nil, false
	}
	der, err := decodeBase64(string(bytes.Join(bytes.Fields(text), nil)))
	return der, err == nil && len(der) >= shortest && der[0] == 0x30
}

func noneLeft(skipped []string) error {
	if len(skipped) == 0 {
		return errors.New("there is no key in it")
	}
	if more := len(skipped) - 1; more > 0 {
		return fmt.Errorf("none of use: %s; and %d more", skipped[0], more)
	}
	return errors.New(skipped[0])
}

// Generate makes a key for the algorithm: HMAC as long as the hash, RSA 2048,
// the curve or the parameters of the algorithm. Its ID is its thumbprint (RFC 7638). random is nil
// for the system's own; another one may be read, or, since Go 1.26, be ignored
// for RSA and elliptic curves, and always for ML-DSA.
func Generate(random io.Reader, algorithm string) (Key, error) {
	a, ok := jwa.Lookup(algorithm)
	if !ok {
		return Key{}, fmt.Errorf("generate a key: unknown algorithm %.64q; known are %s", algorithm, strings.Join(jwa.Algorithms, ", "))
	}
	if random == nil {
		random = rand.Reader
	}
	k := Key{Algorithm: a.Name, Use: "sig", Family: a.Family}
	var err error
	switch a.Family {
	case jwa.FamilyHMAC:
		k.Secret = make([]byte, a.MinSecret())
		_, err = io.ReadFull(random, k.Secret)
	case jwa.FamilyRSA:
		var private *rsa.PrivateKey
		if private, err = rsa.GenerateKey(random, MinRSABits); err == nil {
			k.Private, k.Public = private, &private.PublicKey
		}
	case jwa.FamilyEC:
		var private *ecdsa.PrivateKey
		if private, err = ecdsa.GenerateKey(a.Curve, random); err == nil {
			k.Private, k.Public = private, &private.PublicKey
		}
	case jwa.FamilyEd:
		var private ed25519.PrivateKey
		var public ed25519.PublicKey
		if public, private, err = ed25519.GenerateKey(random); err == nil {
			k.Private, k.Public = private, public
		}
	case jwa.FamilyMLDSA:
		var private *mldsa.PrivateKey
		if private, err = mldsa.GenerateKey(a.Parameters); err == nil {
			k.Private, k.Public = private, private.PublicKey()
		}
	}
	if err != nil {
		return Key{}, fmt.Errorf("generate a key for %s: %w", a.Name, err)
	}
	k.ID = k.Thumbprint()
	return k, nil
}

// Describe is the key in words: "RSA 2048 public key, kid k1". The kid is foreign
// text.
func (k Key) Describe() string {
	text := k.Summary()
	if k.ID != "" {
		text += ", kid " + k.ID
	}
	return text
}

// Summary is the key in words without its kid: "RSA 2048 public key".
func (k Key) Summary() string {
	half := "public"
	if k.Private != nil {
		half = "private"
	}
	switch public := k.Public.(type) {
	case *rsa.PublicKey:
		if public.N != nil {
			return fmt.Sprintf("RSA %d %s key", public.N.BitLen(), half)
		}
	case *ecdsa.PublicKey:
		return fmt.Sprintf("EC %s %s key", jwa.CurveName(public.Curve), half)
	case ed25519.PublicKey:
		return fmt.Sprintf("Ed25519 %s key", half)
	case *mldsa.PublicKey:
		return fmt.Sprintf("%s %s key", public.Parameters(), half)
	}
	if k.Family == jwa.FamilyHMAC {
		return fmt.Sprintf("secret of %d bytes", len(k.Secret))
	}
	return "no key"
}

// Suits reports whether the key is of the algorithm's family, and on its curve or
// with its parameters.
func (k Key) Suits(a jwa.Algorithm) bool {
	if a.Family != k.Family {
		return false
	}
	if lattice, ok := k.Public.(*mldsa.PublicKey); ok {
		return lattice.Parameters() == a.Parameters
	}
	public, ok := k.Public.(*ecdsa.PublicKey)
	return a.Curve == nil || ok && public.Curve == a.Curve
}

// ErrNoPrivate says that a key has no private half.
var ErrNoPrivate = errors.New("the private half of the key is missing")
