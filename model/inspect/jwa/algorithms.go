// Package jwa is the table of JOSE algorithms: what they are in words, which keys they
// take, and the sizes of what they make (RFC 7518, RFC 8037, RFC 9964).
package jwa

import (
	"crypto"
	"crypto/elliptic"
	_ "crypto/sha256" // for crypto.Hash.New
	_ "crypto/sha512"
	"fmt"
	"slices"

	"filippo.io/mldsa"
)

// Family is the kind of key that an algorithm takes.
type Family string

const (
	FamilyHMAC  Family = "HMAC"    // HS256, HS384, HS512
	FamilyRSA   Family = "RSA"     // RS256 to RS512, PS256 to PS512
	FamilyEC    Family = "EC"      // ES256, ES384, ES512, each with its one curve
	FamilyEd    Family = "Ed25519" // EdDSA
	FamilyMLDSA Family = "ML-DSA"  // ML-DSA-44, ML-DSA-65, ML-DSA-87, each with keys of its own
)

// Algorithm is what RFC 7518, section 3, RFC 8037, section 3.1, and RFC 9964, section
// 4, say about one value of alg.
type Algorithm struct {
	Name       string
	Family     Family
	Hash       crypto.Hash      // 0 for EdDSA and ML-DSA, which do their own hashing
	PSS        bool             // RSASSA-PSS instead of PKCS #1 v1.5
	Curve      elliptic.Curve   // of ES256, ES384, ES512
	Parameters mldsa.Parameters // of ML-DSA
}

var algorithms = []Algorithm{
	{Name: "HS256", Family: FamilyHMAC, Hash: crypto.SHA256},
	{Name: "HS384", Family: FamilyHMAC, Hash: crypto.SHA384},
	{Name: "HS512", Family: FamilyHMAC, Hash: crypto.SHA512},
	{Name: "RS256", Family: FamilyRSA, Hash: crypto.SHA256},
	{Name: "RS384", Family: FamilyRSA, Hash: crypto.SHA384},
	{Name: "RS512", Family: FamilyRSA, Hash: crypto.SHA512},
	{Name: "PS256", Family: FamilyRSA, Hash: crypto.SHA256, PSS: true},
	{Name: "PS384", Family: FamilyRSA, Hash: crypto.SHA384, PSS: true},
	{Name: "PS512", Family: FamilyRSA, Hash: crypto.SHA512, PSS: true},
	{Name: "ES256", Family: FamilyEC, Hash: crypto.SHA256, Curve: elliptic.P256()},
	{Name: "ES384", Family: FamilyEC, Hash: crypto.SHA384, Curve: elliptic.P384()},
	{Name: "ES512", Family: FamilyEC, Hash: crypto.SHA512, Curve: elliptic.P521()},
	{Name: "EdDSA", Family: FamilyEd},
	{Name: "ML-DSA-44", Family: FamilyMLDSA, Parameters: mldsa.MLDSA44()},
	{Name: "ML-DSA-65", Family: FamilyMLDSA, Parameters: mldsa.MLDSA65()},
	{Name: "ML-DSA-87", Family: FamilyMLDSA, Parameters: mldsa.MLDSA87()},
}

// Algorithms are the names of those that package jws verifies and signs with, in the
// order to offer them.
var Algorithms = func() (names []string) {
	for _, a := range algorithms {
		names = append(names, a.Name)
	}
	return names
}()

// Lookup finds an algorithm by its alg value. Case counts. Ed25519 means EdDSA on that
// curve (RFC 9864, section 2.2).
func Lookup(name string) (Algorithm, bool) {
	if name == "Ed25519" {
		name = "EdDSA"
	}
	i := slices.Index(Algorithms, name)
	if i < 0 {
		return Algorithm{}, false
	}
	return algorithms[i], true
}

// FamilyOf is the family of keys that the algorithm takes, "" if the algorithm is
// unknown.
func FamilyOf(algorithm string) Family {
	a, _ := Lookup(algorithm)
	return a.Family
}

// MinSecret is the least size of a secret in bytes: that of the hash (RFC 7518,
// section 3.2).
func (a Algorithm) MinSecret() int { return a.Hash.Size() }

// Takes says which keys the algorithm takes: "ES256 takes a key on the curve P-256".
func (a Algorithm) Takes() string {
	switch a.Family {
	case FamilyHMAC:
		return a.Name + " takes a secret"
	case FamilyEC:
		return fmt.Sprintf("%s takes a key on the curve %s", a.Name, a.Curve.Params().Name)
	case FamilyMLDSA:
		return fmt.Sprintf("%s takes a key of its own", a.Name)
	default:
		return fmt.Sprintf("%s takes an %s key", a.Name, a.Family)
	}
}
