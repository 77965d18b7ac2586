package inspect

import (
	"crypto"
	"io"
)

// Family of keys that algorithms share.
type Family string

const (
	FamilyHMAC Family = "HMAC"    // HS256, HS384, HS512
	FamilyRSA  Family = "RSA"     // RS256 to RS512, PS256 to PS512
	FamilyEC   Family = "EC"      // ES256, ES384, ES512, each with its one curve
	FamilyEd   Family = "Ed25519" // EdDSA
)

// Algorithms that Verify and Sign know, in the order in which they are offered.
var Algorithms = []string{"HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}

// FamilyOf is the family of keys that the algorithm takes, "" if it is unknown.
func FamilyOf(algorithm string) Family { panic("x") }

// Key is one key to verify or to sign with.
type Key struct {
	ID        string // kid, "" if it has none
	Algorithm string // the one it is for (JWK "alg"), "" for any of its family
	Use       string // JWK "use"; one that is not "" or "sig" is not used
	Source    string // whose it is, in words, for example "file jwks.json"; foreign text
	Family    Family
	Secret    []byte            // HMAC
	Public    crypto.PublicKey  // *rsa.PublicKey, *ecdsa.PublicKey, ed25519.PublicKey
	Private   crypto.PrivateKey // or nil
}

// Encoding of an HMAC secret.
type Encoding string

const (
	EncodingPlain  Encoding = "plain"
	EncodingBase64 Encoding = "base64" // any of the four alphabets and paddings
	EncodingHex    Encoding = "hex"
)

// Secret reads an HMAC secret.
func Secret(text string, e Encoding) (Key, error) { panic("x") }

// Keys reads keys of any form by looking: PEM (PKCS 1, PKCS 8, SEC 1, PKIX,
// certificates; any number of blocks), DER of the same, a JWK, a JWKS. Anything
// else is an error that says what was tried and what is wrong with it; a plain
// secret is never guessed. The keys of a JWKS that are of no use here (unknown kty
// or curve, use enc) are left out and named in skipped.
func Keys(data []byte, source string) (keys []Key, skipped []string, err error) { panic("x") }

// Sign signs claims with the key: header and claims are JSON objects, alg must be
// in the header and fit the key. They are signed as they stand, byte for byte. alg
// none is signed by nobody: the error says so.
func Sign(header, claims string, key Key) (string, error) { panic("x") }

// GenerateKey makes a key for the algorithm: HMAC as long as the hash, RSA 2048,
// the curve of the algorithm. Its ID is its thumbprint (RFC 7638).
func GenerateKey(random io.Reader, algorithm string) (Key, error) { panic("x") }

// JWK is the key as a JSON Web Key (RFC 7517), the private one if asked.
func (k Key) JWK(private bool) ([]byte, error) { panic("x") }

// PEM is the key as PKIX, or as PKCS 8 if the private one is asked; HMAC has none.
func (k Key) PEM(private bool) ([]byte, error) { panic("x") }

// Thumbprint is base64url of the SHA-256 of RFC 7638.
func (k Key) Thumbprint() string { panic("x") }

// Describe is the key in words: "RSA 2048 public key, kid k1".
func (k Key) Describe() string { panic("x") }
