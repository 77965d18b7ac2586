// Package jwk reads and writes keys in every container they come in: JWK and JWKS,
// PEM, DER, certificates, encrypted private keys, and secrets.
//
// A key that Read returns is safe to calculate with: on its curve, of a sensible size,
// its halves matching. Whether it is strong is a separate question; see Key.Weakness.
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

	"keydeck/model"
	"keydeck/model/inspect/jwa"
	"keydeck/model/inspect/jwt"
)

// Key is a key to verify, sign or decrypt with.
type Key struct {
	ID         string   // kid, "" if it has none
	Algorithm  string   // JWK "alg"; "" for any of its family
	Use        string   // JWK "use"
	Operations []string // JWK "key_ops"; nil for any
	Source     string   // where it comes from, such as "file jwks.json"; may hold foreign text
	Family     jwa.Family
	Secret     []byte            // HMAC
	Public     crypto.PublicKey  // *rsa.PublicKey, *ecdsa.PublicKey, ed25519.PublicKey, *mldsa.PublicKey
	Private    crypto.PrivateKey // or nil

	InHeader            bool      // it was in the token's own header
	NotBefore, NotAfter time.Time // of its certificate; zero without one
}

// Encoding of an HMAC secret.
type Encoding string

const (
	EncodingPlain  Encoding = "plain"
	EncodingBase64 Encoding = "base64" // either alphabet, padded or not
	EncodingHex    Encoding = "hex"
)

// ReadSecret reads an HMAC secret. A plain one is taken byte for byte; from the other
// encodings white space is removed first, and from hex the colons and 0x. A PEM key is
// rejected: as a secret it would be one that everybody knows.
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

// decodeBase64 decodes the standard or the URL-safe alphabet, not a mixture, padded or
// not.
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

// Limits on what Read accepts, so that no file takes long to read.
const (
	maxKeysBytes = 8 << 20
	maxKeys      = 10_000
	maxPrivate   = 100 // private keys in one text; checking one takes about a millisecond
)

// Read reads keys in any form, which it recognises: PEM (PKCS 1, PKCS 8, SEC 1, PKIX,
// certificates; any number of blocks), DER of the same, or its bare base64, a JWK, or
// a JWKS. The error for anything else says what was tried and what is wrong; a text is
// never taken for a plain secret.
//
// Keys of a JWKS that cannot be used for signatures (unknown kty or curve, use enc)
// are left out and described in skipped; so are different keys with the same kid, and
// secrets among public keys. It is an error if none is left. skipped may quote foreign
// text.
func Read(data []byte, source string) (keys []Key, skipped []string, err error) {
	return keysFor(data, source, Key.ForSignatures)
}

// keysFor reads keys and skips those that use returns an error for.
func keysFor(data []byte, source string, use func(Key) error) (keys []Key, skipped []string, err error) {
	keys, faults, err := readKeys(data, use)
	if err == nil && len(keys) == 0 {
		err = noneLeft(faults)
	}
	for _, fault := range faults {
		skipped = append(skipped, fault.Error())
	}
	if err != nil {
		return nil, skipped, fmt.Errorf("read keys: %w", err)
	}
	for i := range keys {
		keys[i].Source = source
	}
	return keys, skipped, nil
}

func readKeys(data []byte, use func(Key) error) ([]Key, []error, error) {
	trimmed := bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\ufeff")))
	switch {
	case len(data) > maxKeysBytes:
		return nil, nil, fmt.Errorf("%s bytes; the limit is %s", model.Count(int64(len(data))), model.Count(maxKeysBytes))
	case len(trimmed) == 0:
		return nil, nil, errors.New("empty")
	case jwt.IsJWE(string(trimmed)):
		return nil, nil, errEncryptedJWK
	case trimmed[0] == '{':
		return readJSONKeys(trimmed, use)
	case isPEM(trimmed):
		return readPEM(trimmed)
	case data[0] == 0x30: // an ASN.1 SEQUENCE, which every DER form begins with
		k, err := parseDER(data)
		return []Key{k}, nil, err
	case isOpenSSH(trimmed):
		return nil, nil, errors.New(`an OpenSSH public key; "ssh-keygen -e -m PKCS8" writes it as PEM`)
	}
	if der, ok := bareDER(trimmed); ok {
		k, err := parseDER(der)
		if err != nil {
			err = fmt.Errorf("base64 without the lines of PEM around it: %w", err)
		}
		return []Key{k}, nil, err
	}
	return nil, nil, errors.New("neither PEM (no -----BEGIN), nor DER (does not begin with 0x30), nor a JWK or JWKS (does not begin with {); a secret must be called one")
}

// bareDER decodes PEM without its first and last line, which is how many issuers show
// their key.
func bareDER(text []byte) ([]byte, bool) {
	const shortest = 44 // Ed25519
	if text[0] != 'M' { // 0x30
		return nil, false
	}
	der, err := decodeBase64(string(bytes.Join(bytes.Fields(text), nil)))
	return der, err == nil && len(der) >= shortest && der[0] == 0x30
}

func noneLeft(skipped []error) error {
	if len(skipped) == 0 {
		return errors.New("there is no key in it")
	}
	if more := len(skipped) - 1; more > 0 {
		return fmt.Errorf("none of use: %w; and %d more", skipped[0], more)
	}
	return skipped[0]
}

// Generate makes a key for the algorithm: HMAC as long as the hash, RSA 2048, or the
// curve or parameters of the algorithm. Its ID is its thumbprint (RFC 7638). A nil
// random means the system's. Since Go 1.26 another source may be ignored for RSA and
// elliptic curves; for ML-DSA it always is.
func Generate(random io.Reader, algorithm string) (Key, error) {
	a, ok := jwa.Lookup(algorithm)
	if !ok {
		return Key{}, fmt.Errorf("generate a key: unknown algorithm %.64q; known are %s", algorithm, strings.Join(jwa.Algorithms, ", "))
	}
	if random == nil {
		random = rand.Reader
	}
	var k Key
	var err error
	switch a.Family {
	case jwa.FamilyHMAC:
		k = Key{Family: a.Family, Secret: make([]byte, a.MinSecret())}
		_, err = io.ReadFull(random, k.Secret)
	case jwa.FamilyRSA:
		k, err = fromParser(rsa.GenerateKey(random, MinRSABits))
	case jwa.FamilyEC:
		k, err = fromParser(ecdsa.GenerateKey(a.Curve, random))
	case jwa.FamilyEd:
		_, private, failed := ed25519.GenerateKey(random)
		k, err = fromParser(private, failed)
	case jwa.FamilyMLDSA:
		k, err = fromParser(mldsa.GenerateKey(a.Parameters))
	}
	if err != nil {
		return Key{}, fmt.Errorf("generate a key for %s: %w", a.Name, err)
	}
	k.Algorithm, k.Use, k.ID = a.Name, "sig", k.Thumbprint()
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

// Summary is Describe without the kid.
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
		return fmt.Sprintf("EC %s %s key", public.Curve.Params().Name, half)
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

// Suits reports whether the algorithm takes the key: one of its family, on its curve
// or with its parameters.
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

// Usual is the first algorithm that takes the key, which demands least of it.
func (k Key) Usual() jwa.Algorithm {
	for _, name := range jwa.Algorithms {
		if a, _ := jwa.Lookup(name); k.Suits(a) {
			return a
		}
	}
	return jwa.Algorithm{}
}

// ErrNoPrivate means that a key has no private half.
var ErrNoPrivate = errors.New("the private half of the key is missing")
