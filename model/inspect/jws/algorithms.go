package jws

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"math/big"

	"filippo.io/mldsa"

	"keydeck/model/inspect/jwa"
	"keydeck/model/inspect/jwk"
)

// digestOf hashes the signed text, once for however many keys are tried. HMAC, EdDSA
// and ML-DSA take the text itself.
func digestOf(a jwa.Algorithm, signed []byte) []byte {
	if a.Hash == 0 || a.Family == jwa.FamilyHMAC {
		return signed
	}
	h := a.Hash.New()
	h.Write(signed)
	return h.Sum(nil)
}

// verifies reports whether the key made the signature. digest is what digestOf
// returned.
func verifies(a jwa.Algorithm, k jwk.Key, digest, signature []byte) bool {
	switch a.Family {
	case jwa.FamilyHMAC:
		return len(k.Secret) > 0 && hmac.Equal(mac(a, k.Secret, digest), signature)
	case jwa.FamilyRSA:
		public, ok := k.Public.(*rsa.PublicKey)
		switch {
		case !ok:
			return false
		case a.PSS:
			// The salt is exactly as long as the hash (RFC 7518, section 3.5).
			return rsa.VerifyPSS(public, a.Hash, digest, signature, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: a.Hash}) == nil
		}
		return rsa.VerifyPKCS1v15(public, a.Hash, digest, signature) == nil
	case jwa.FamilyEC:
		public, ok := k.Public.(*ecdsa.PublicKey)
		// r and s have the full width of the curve (RFC 7518, section 3.4); DER is
		// rejected.
		if !ok || public.Curve != a.Curve || len(signature) != 2*width(a) {
			return false
		}
		r := new(big.Int).SetBytes(signature[:width(a)])
		s := new(big.Int).SetBytes(signature[width(a):])
		return ecdsa.Verify(public, digest, r, s)
	case jwa.FamilyEd:
		public, ok := k.Public.(ed25519.PublicKey)
		return ok && len(public) == ed25519.PublicKeySize && ed25519.Verify(public, digest, signature)
	case jwa.FamilyMLDSA:
		public, ok := k.Public.(*mldsa.PublicKey)
		return ok && public.Parameters() == a.Parameters && mldsa.Verify(public, digest, signature, nil) == nil
	}
	return false
}

// signature signs what digestOf returned.
func signature(a jwa.Algorithm, k jwk.Key, digest []byte) ([]byte, error) {
	switch a.Family {
	case jwa.FamilyHMAC:
		return mac(a, k.Secret, digest), nil
	case jwa.FamilyRSA:
		private, ok := k.Private.(*rsa.PrivateKey)
		switch {
		case !ok:
			return nil, jwk.ErrNoPrivate
		case a.PSS:
			return rsa.SignPSS(rand.Reader, private, a.Hash, digest, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: a.Hash})
		}
		return rsa.SignPKCS1v15(nil, private, a.Hash, digest)
	case jwa.FamilyEC:
		private, ok := k.Private.(*ecdsa.PrivateKey)
		if !ok {
			return nil, jwk.ErrNoPrivate
		}
		r, s, err := ecdsa.Sign(rand.Reader, private, digest)
		if err != nil {
			return nil, err
		}
		signature := make([]byte, 2*width(a))
		r.FillBytes(signature[:width(a)])
		s.FillBytes(signature[width(a):])
		return signature, nil
	case jwa.FamilyMLDSA:
		private, ok := k.Private.(*mldsa.PrivateKey)
		if !ok {
			return nil, jwk.ErrNoPrivate
		}
		return private.Sign(nil, digest, nil)
	default:
		private, ok := k.Private.(ed25519.PrivateKey)
		if !ok || len(private) != ed25519.PrivateKeySize {
			return nil, jwk.ErrNoPrivate
		}
		return ed25519.Sign(private, digest), nil
	}
}

func mac(a jwa.Algorithm, secret, text []byte) []byte {
	h := hmac.New(a.Hash.New, secret)
	h.Write(text)
	return h.Sum(nil)
}

// width is the bytes of a coordinate on the curve.
func width(a jwa.Algorithm) int { return (a.Curve.Params().BitSize + 7) / 8 }
