package jwk

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/hex"
	"fmt"
	"math"
	"math/big"
	"slices"

	"keydeck/model/inspect/jwa"
)

// Limits on RSA keys.
const (
	MinRSABits   = 2048 // smaller keys are weak (RFC 7518, section 3.3)
	leastRSABits = 1024 // smaller keys are rejected by crypto/rsa
	maxRSABits   = 8192 // larger keys take too long for each signature
)

// checkRSA rejects keys that cannot be used, or not in reasonable time. A key that is
// merely weak passes; see Weakness.
func checkRSA(public *rsa.PublicKey) error {
	if public.N == nil {
		return &unusableKeyError{"an RSA key without a modulus"}
	}
	switch bits := public.N.BitLen(); {
	case bits > maxRSABits:
		return &unusableKeyError{fmt.Sprintf("an RSA key of %d bits; at most %d are taken", bits, maxRSABits)}
	case bits < leastRSABits:
		return &unusableKeyError{fmt.Sprintf("an RSA key of %d bits, which can be broken in days; at least %d are needed", bits, leastRSABits)}
	case public.N.Bit(0) == 0:
		return &unusableKeyError{"an RSA key whose modulus is even"}
	case public.E < 3 || public.E > math.MaxInt32 || public.E%2 == 0:
		return &unusableKeyError{fmt.Sprintf("an RSA key with the exponent %d; odd ones from 3 to %d are taken", public.E, math.MaxInt32)}
	}
	return nil
}

func checkEC(public *ecdsa.PublicKey) error {
	switch public.Curve {
	case elliptic.P256(), elliptic.P384(), elliptic.P521():
		return nil
	}
	return &unusableKeyError{fmt.Sprintf("a key on the curve %s, which no algorithm takes", public.Curve.Params().Name)}
}

// Usable says why a public key cannot be used at all, nil if it can. A key that is
// merely weak is usable; see Weakness.
func (k Key) Usable() error {
	switch public := k.Public.(type) {
	case *rsa.PublicKey:
		return checkRSA(public)
	case ed25519.PublicKey:
		return checkEd25519(public)
	}
	return nil
}

// smallOrder is the y coordinates of the points of small order on Ed25519, in every
// encoding, without the sign bit. With such a key one signature fits many texts.
var smallOrder = []string{
	"0000000000000000000000000000000000000000000000000000000000000000",
	"0100000000000000000000000000000000000000000000000000000000000000",
	"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
	"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
	"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
}

func checkEd25519(public ed25519.PublicKey) error {
	if len(public) != ed25519.PublicKeySize {
		return &unusableKeyError{fmt.Sprintf("an Ed25519 key of %d bytes instead of %d", len(public), ed25519.PublicKeySize)}
	}
	y := [32]byte(public)
	y[31] &= 0x7f
	if slices.Contains(smallOrder, hex.EncodeToString(y[:])) {
		return &unusableKeyError{"an Ed25519 key of small order, with which one signature fits many texts"}
	}
	return nil
}

// Weakness says why a signature by the key proves nothing even if it fits, "" if it
// does prove something. rule and reference are for a finding.
func (k Key) Weakness(a jwa.Algorithm) (rule, reference, text string) {
	if k.Family == jwa.FamilyHMAC {
		if n, least := len(k.Secret), a.MinSecret(); n < least {
			return "short_secret", "RFC 7518, section 3.2", fmt.Sprintf("the secret has %d bytes, %s needs at least %d", n, a.Name, least)
		}
	}
	if public, ok := k.Public.(*rsa.PublicKey); ok && public.N != nil {
		switch bits := public.N.BitLen(); {
		case bits < MinRSABits:
			return "rsa_bits", "RFC 7518, section 3.3", fmt.Sprintf("the RSA key has %d bits, %s needs at least %d", bits, a.Name, MinRSABits)
		case isROCA(public.N):
			return "roca", "CVE-2017-15361", "the RSA key comes from a chip with a known defect (ROCA): its private half can be calculated"
		}
	}
	return "", "", ""
}

// rocaPrimes are the primes that divide the generator's M at every key size.
var rocaPrimes = []int64{
	3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97,
	101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
}

// isROCA recognises the moduli of CVE-2017-15361 by their fingerprint: modulo every
// small prime they are a power of 65537 (Nemec et al., "The Return of Coppersmith's
// Attack", section 2.2). One in 2^27 other moduli matches by chance.
func isROCA(n *big.Int) bool {
	for _, p := range rocaPrimes {
		rest, power := new(big.Int).Mod(n, big.NewInt(p)).Int64(), int64(1)
		for tries := p; power != rest; tries-- {
			if tries == 0 {
				return false
			}
			power = power * 65537 % p
		}
	}
	return true
}
