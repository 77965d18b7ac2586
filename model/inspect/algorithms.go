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

// algorithm is what RFC 7518 section 3 and RFC 8037 section 3.1 lay down for one
// value of alg.
type algorithm struct {
	name   string
	family Family
	hash   crypto.Hash    // 0 for EdDSA, which hashes by itself
	pss    bool           // RSASSA-PSS instead of PKCS #1 v1.5
	curve  elliptic.Curve // of ES256, ES384, ES512
}

var algorithms = map[string]algorithm{
	"HS256": {"HS256", FamilyHMAC, crypto.SHA256, false, nil},
	"HS384": {"HS384", FamilyHMAC, crypto.SHA384, false, nil},
	"HS512": {"HS512", FamilyHMAC, crypto.SHA512, false, nil},
	"RS256": {"RS256", FamilyRSA, crypto.SHA256, false, nil},
	"RS384": {"RS384", FamilyRSA, crypto.SHA384, false, nil},
	"RS512": {"RS512", FamilyRSA, crypto.SHA512, false, nil},
	"PS256": {"PS256", FamilyRSA, crypto.SHA256, true, nil},
	"PS384": {"PS384", FamilyRSA, crypto.SHA384, true, nil},
	"PS512": {"PS512", FamilyRSA, crypto.SHA512, true, nil},
	"ES256": {"ES256", FamilyEC, crypto.SHA256, false, elliptic.P256()},
	"ES384": {"ES384", FamilyEC, crypto.SHA384, false, elliptic.P384()},
	"ES512": {"ES512", FamilyEC, crypto.SHA512, false, elliptic.P521()},
	"EdDSA": {"EdDSA", FamilyEd, 0, false, nil},
}

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
	default:
		return fmt.Sprintf("%s takes an %s key", a.name, a.family)
	}
}

// suits reports whether the key is of the algorithm's family and on its curve.
func (a algorithm) suits(k Key) bool {
	if a.family != k.Family {
		return false
	}
	public, ok := k.Public.(*ecdsa.PublicKey)
	return a.curve == nil || ok && public.Curve == a.curve
}

// digest hashes what is signed, once for however many keys are tried. HMAC and
// EdDSA take the text itself.
func (a algorithm) digest(signed []byte) []byte {
	if a.family == FamilyHMAC || a.family == FamilyEd {
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
