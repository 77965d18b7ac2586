package jwa

import "strings"

// signatureAlgorithm is a signature algorithm in words, and the sizes of its
// signatures in bytes, ascending; none if they vary.
type signatureAlgorithm struct {
	text  string
	Sizes []int
}

// rsaSizes are for keys of 1024 bits, which is too short, to 8192.
var rsaSizes = []int{128, 256, 384, 512, 1024}

// SignatureAlgorithms are those registered for "alg" of a JWS (RFC 7518, section
// 3.1; RFC 8037; RFC 8812; RFC 9864; RFC 9964).
var SignatureAlgorithms = map[string]signatureAlgorithm{
	"HS256":   {"HMAC with SHA-256: whoever can check it can also sign", []int{32}},
	"HS384":   {"HMAC with SHA-384: whoever can check it can also sign", []int{48}},
	"HS512":   {"HMAC with SHA-512: whoever can check it can also sign", []int{64}},
	"RS256":   {"RSA PKCS #1 v1.5 with SHA-256", rsaSizes},
	"RS384":   {"RSA PKCS #1 v1.5 with SHA-384", rsaSizes},
	"RS512":   {"RSA PKCS #1 v1.5 with SHA-512", rsaSizes},
	"PS256":   {"RSA-PSS with SHA-256", rsaSizes},
	"PS384":   {"RSA-PSS with SHA-384", rsaSizes},
	"PS512":   {"RSA-PSS with SHA-512", rsaSizes},
	"ES256":   {"ECDSA on P-256 with SHA-256", []int{64}},
	"ES384":   {"ECDSA on P-384 with SHA-384", []int{96}},
	"ES512":   {"ECDSA on P-521 with SHA-512", []int{132}},
	"ES256K":  {"ECDSA on secp256k1 with SHA-256", []int{64}},
	"EdDSA":   {"EdDSA, on Ed25519 or Ed448", []int{64, 114}},
	"Ed25519": {"EdDSA on Ed25519", []int{64}},
	"Ed448":   {"EdDSA on Ed448", []int{114}},
	"none":    {"not signed", nil},

	"ML-DSA-44": {"ML-DSA-44, which quantum computers do not break", []int{2420}},
	"ML-DSA-65": {"ML-DSA-65, which quantum computers do not break", []int{3309}},
	"ML-DSA-87": {"ML-DSA-87, which quantum computers do not break", []int{4627}},
}

// KeyAlgorithms are those registered for "alg" of a JWE (RFC 7518, section 4.1).
var KeyAlgorithms = map[string]string{
	"dir":                "the shared key itself encrypts",
	"RSA1_5":             "the key is encrypted with RSA PKCS #1 v1.5",
	"RSA-OAEP":           "the key is encrypted with RSA-OAEP and SHA-1",
	"RSA-OAEP-256":       "the key is encrypted with RSA-OAEP and SHA-256",
	"RSA-OAEP-384":       "the key is encrypted with RSA-OAEP and SHA-384",
	"RSA-OAEP-512":       "the key is encrypted with RSA-OAEP and SHA-512",
	"A128KW":             "the key is wrapped with a shared key, AES 128",
	"A192KW":             "the key is wrapped with a shared key, AES 192",
	"A256KW":             "the key is wrapped with a shared key, AES 256",
	"A128GCMKW":          "the key is encrypted with a shared key, AES-GCM 128",
	"A192GCMKW":          "the key is encrypted with a shared key, AES-GCM 192",
	"A256GCMKW":          "the key is encrypted with a shared key, AES-GCM 256",
	"ECDH-ES":            "the key is agreed on by Diffie-Hellman",
	"ECDH-ES+A128KW":     "the key is wrapped, AES 128, with one agreed on by Diffie-Hellman",
	"ECDH-ES+A192KW":     "the key is wrapped, AES 192, with one agreed on by Diffie-Hellman",
	"ECDH-ES+A256KW":     "the key is wrapped, AES 256, with one agreed on by Diffie-Hellman",
	"PBES2-HS256+A128KW": "the key is wrapped, AES 128, with one made from a password",
	"PBES2-HS384+A192KW": "the key is wrapped, AES 192, with one made from a password",
	"PBES2-HS512+A256KW": "the key is wrapped, AES 256, with one made from a password",
}

// contentEncryption is a value of enc (RFC 7518, section 5.1) in words, and the bytes
// of its initialization vector and its tag.
type contentEncryption struct {
	Text    string
	IV, Tag int
}

var ContentEncryptions = map[string]contentEncryption{
	"A128CBC-HS256": {"AES 128 in CBC mode with HMAC SHA-256", 16, 16},
	"A192CBC-HS384": {"AES 192 in CBC mode with HMAC SHA-384", 16, 24},
	"A256CBC-HS512": {"AES 256 in CBC mode with HMAC SHA-512", 16, 32},
	"A128GCM":       {"AES 128 in GCM mode", 12, 16},
	"A192GCM":       {"AES 192 in GCM mode", 12, 16},
	"A256GCM":       {"AES 256 in GCM mode", 12, 16},
}

// Limits on PBES2. A password with fewer iterations is too easily guessed (RFC 7518,
// section 4.8.1.2); more would keep a server busy for seconds with any token that
// anybody sends.
const (
	MinIterations = 1000
	MaxIterations = 1_000_000
	MinSalt       = 8 // bytes, RFC 7518, section 4.8.1.1
)

// Describe is the algorithm in words, "" if it is unknown.
func Describe(name string) string {
	if a, ok := SignatureAlgorithms[name]; ok {
		return a.text
	}
	return KeyAlgorithms[name]
}

// Respell finds the registered name that differs from the given one in case only.
func Respell[T any](names map[string]T, given string) (string, bool) {
	for name := range names {
		if name != given && strings.EqualFold(name, given) {
			return name, true
		}
	}
	return "", false
}
