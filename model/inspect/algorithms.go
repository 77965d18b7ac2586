package inspect

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	_ "crypto/sha256" // for crypto.Hash.New
	_ "crypto/sha512"
	"errors"
	"fmt"
	"math/big"

	"filippo.io/mldsa"
)

// Family of keys that algorithms share.
type Family string

const (
	FamilyHMAC  Family = "HMAC"    // HS256, HS384, HS512
	FamilyRSA   Family = "RSA"     // RS256 to RS512, PS256 to PS512
	FamilyEC    Family = "EC"      // ES256, ES384, ES512, each with its one curve
	FamilyEd    Family = "Ed25519" // EdDSA
	FamilyMLDSA Family = "ML-DSA"  // ML-DSA-44, ML-DSA-65, ML-DSA-87, each with keys of its own
)

// Algorithms that Verify and Sign know, in the order in which they are offered.
var Algorithms = []string{"HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "ML-DSA-44", "ML-DSA-65", "ML-DSA-87"}

// algorithm is what RFC 7518 section 3, RFC 8037 section 3.1 and RFC 9964 section 4
// lay down for one value of alg.
type algorithm struct {
	name    string
	family  Family
	hash    crypto.Hash      // 0 for EdDSA and ML-DSA, which hash by themselves
	pss     bool             // RSASSA-PSS instead of PKCS #1 v1.5
	curve   elliptic.Curve   // of ES256, ES384, ES512
	lattice mldsa.Parameters // of ML-DSA
}

var algorithms = func() map[string]algorithm {
	all := map[string]algorithm{}
	for _, a := range []algorithm{
		{name: "HS256", family: FamilyHMAC, hash: crypto.SHA256},
		{name: "HS384", family: FamilyHMAC, hash: crypto.SHA384},
		{name: "HS512", family: FamilyHMAC, hash: crypto.SHA512},
		{name: "RS256", family: FamilyRSA, hash: crypto.SHA256},
		{name: "RS384", family: FamilyRSA, hash: crypto.SHA384},
		{name: "RS512", family: FamilyRSA, hash: crypto.SHA512},
		{name: "PS256", family: FamilyRSA, hash: crypto.SHA256, pss: true},
		{name: "PS384", family: FamilyRSA, hash: crypto.SHA384, pss: true},
		{name: "PS512", family: FamilyRSA, hash: crypto.SHA512, pss: true},
		{name: "ES256", family: FamilyEC, hash: crypto.SHA256, curve: elliptic.P256()},
		{name: "ES384", family: FamilyEC, hash: crypto.SHA384, curve: elliptic.P384()},
		{name: "ES512", family: FamilyEC, hash: crypto.SHA512, curve: elliptic.P521()},
		{name: "EdDSA", family: FamilyEd},
		{name: "ML-DSA-44", family: FamilyMLDSA, lattice: mldsa.MLDSA44()},
		{name: "ML-DSA-65", family: FamilyMLDSA, lattice: mldsa.MLDSA65()},
		{name: "ML-DSA-87", family: FamilyMLDSA, lattice: mldsa.MLDSA87()},
	} {
		all[a.name] = a
	}
	return all
}()

// algorithmNamed finds an algorithm by alg, whose values are case-sensitive. The
// name Ed25519 means EdDSA with that curve (RFC 9864, section 2.2).
func algorithmNamed(name string) (algorithm, bool) {
	if name == "Ed25519" {
		name = "EdDSA"
	}
	a, ok := algorithms[name]
	return a, ok
}

// FamilyOf is the family of keys that the algorithm takes, "" if it is unknown.
func FamilyOf(algorithm string) Family {
	a, _ := algorithmNamed(algorithm)
	return a.family
}

// minSecret is how many bytes a secret must have: as many as the hash (RFC 7518,
// section 3.2).
func (a algorithm) minSecret() int { return a.hash.Size() }

// takes says in plain words which keys the algorithm takes.
func (a algorithm) takes() string {
	switch a.family {
	case FamilyHMAC:
		return a.name + " takes a secret"
	case FamilyEC:
		return fmt.Sprintf("%s takes a key on the curve %s", a.name, curveName(a.curve))
	case FamilyMLDSA:
		return fmt.Sprintf("%s takes a key of its own", a.name)
	default:
		return fmt.Sprintf("%s takes an %s key", a.name, a.family)
	}
}

// suits reports whether the key is of the algorithm's family, and on its curve or
// with its parameters.
func (a algorithm) suits(k Key) bool {
	if a.family != k.Family {
		return false
	}
	if lattice, ok := k.Public.(*mldsa.PublicKey); ok {
		return lattice.Parameters() == a.lattice
	}
	public, ok := k.Public.(*ecdsa.PublicKey)
	return a.curve == nil || ok && public.Curve == a.curve
}

// digest hashes what is signed, once for however many keys are tried. HMAC, EdDSA
// and ML-DSA take the text itself.
func (a algorithm) digest(signed []byte) []byte {
	if a.hash == 0 || a.family == FamilyHMAC {
		return signed
	}
	h := a.hash.New()
	h.Write(signed)
	return h.Sum(nil)
}

var errNoPrivate = errors.New("the private half of the key is missing")

// verify reports whether the key made the signature over what digest gave.
func (a algorithm) verify(k Key, digest, signature []byte) bool {
	switch a.family {
	case FamilyHMAC:
		return len(k.Secret) > 0 && hmac.Equal(a.mac(k.Secret, digest), signature)
	case FamilyRSA:
		public, ok := k.Public.(*rsa.PublicKey)
		switch {
		case !ok:
			return false
		case a.pss:
			// The salt is as long as the hash (RFC 7518, section 3.5), not of any length.
			return rsa.VerifyPSS(public, a.hash, digest, signature, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: a.hash}) == nil
		}
		return rsa.VerifyPKCS1v15(public, a.hash, digest, signature) == nil
	case FamilyEC:
		public, ok := k.Public.(*ecdsa.PublicKey)
		// r and s at the curve's full width (RFC 7518, section 3.4), never DER.
		if !ok || public.Curve != a.curve || len(signature) != 2*a.width() {
			return false
		}
		r := new(big.Int).SetBytes(signature[:a.width()])
		s := new(big.Int).SetBytes(signature[a.width():])
		return ecdsa.Verify(public, digest, r, s)
	case FamilyEd:
		public, ok := k.Public.(ed25519.PublicKey)
		return ok && len(public) == ed25519.PublicKeySize && ed25519.Verify(public, digest, signature)
	case FamilyMLDSA:
		public, ok := k.Public.(*mldsa.PublicKey)
		return ok && public.Parameters() == a.lattice && mldsa.Verify(public, digest, signature, nil) == nil
	}
	return false
}

// sign is verify's counterpart.
func (a algorithm) sign(k Key, digest []byte) ([]byte, error) {
	switch a.family {
	case FamilyHMAC:
		return a.mac(k.Secret, digest), nil
	case FamilyRSA:
		private, ok := k.Private.(*rsa.PrivateKey)
		switch {
		case !ok:
			return nil, errNoPrivate
		case a.pss:
			return rsa.SignPSS(rand.Reader, private, a.hash, digest, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: a.hash})
		}
		return rsa.SignPKCS1v15(nil, private, a.hash, digest)
	case FamilyEC:
		private, ok := k.Private.(*ecdsa.PrivateKey)
		if !ok {
			return nil, errNoPrivate
		}
		r, s, err := ecdsa.Sign(rand.Reader, private, digest)
		if err != nil {
			return nil, err
		}
		signature := make([]byte, 2*a.width())
		r.FillBytes(signature[:a.width()])
		s.FillBytes(signature[a.width():])
		return signature, nil
	case FamilyMLDSA:
		private, ok := k.Private.(*mldsa.PrivateKey)
		if !ok {
			return nil, errNoPrivate
		}
		return private.Sign(nil, digest, nil)
	default:
		private, ok := k.Private.(ed25519.PrivateKey)
		if !ok || len(private) != ed25519.PrivateKeySize {
			return nil, errNoPrivate
		}
		return ed25519.Sign(private, digest), nil
	}
}

func (a algorithm) mac(secret, text []byte) []byte {
	h := hmac.New(a.hash.New, secret)
	h.Write(text)
	return h.Sum(nil)
}

// width is how many bytes one coordinate of the curve has.
func (a algorithm) width() int { return (a.curve.Params().BitSize + 7) / 8 }
