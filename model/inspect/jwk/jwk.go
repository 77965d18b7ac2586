package jwk

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"filippo.io/mldsa"

	"keydeck/model/inspect/internal/display"
	"keydeck/model/inspect/jwa"
	"keydeck/model/inspect/strict"
)

// readJSONKeys reads a JWK (RFC 7517, section 4) or a JWKS (section 5).
func readJSONKeys(text []byte, use func(Key) error) (keys []Key, skipped []error, err error) {
	object, err := strict.ReadObject("JWK", text)
	if err != nil {
		return nil, nil, err
	}
	set, ok := object.Get("keys")
	if !ok {
		k, err := Parse(object)
		if err == nil {
			err = use(k)
		}
		if err != nil {
			return nil, nil, fmt.Errorf("JWK: %w", err)
		}
		return []Key{k}, nil, nil
	}
	var items []json.RawMessage
	if err := json.Unmarshal([]byte(set.Raw), &items); err != nil || items == nil {
		return nil, nil, errors.New("JWKS: keys is not an array")
	}
	if len(items) > maxKeys {
		return nil, nil, fmt.Errorf("JWKS: %d keys, at most %d are taken", len(items), maxKeys)
	}
	private := 0
	broken := map[string]bool{} // kids of keys that could not be read
	for i, item := range items {
		object, err := strict.ReadObject("JWK", item)
		if _, is := object.Get("d"); is {
			if private++; private > maxPrivate {
				return nil, nil, fmt.Errorf("JWKS: more than %d private keys", maxPrivate)
			}
		}
		var k Key
		if err == nil {
			k, err = Parse(object)
		}
		if err == nil {
			err = use(k)
		} else {
			broken[kidOf(object)] = true
		}
		if err != nil {
			skipped = append(skipped, fmt.Errorf("key %s: %w", nameOf(object, i), err))
			continue
		}
		keys = append(keys, k)
	}
	keys, more := unambiguous(keys, broken)
	return keys, append(skipped, more...), nil
}

// nameOf identifies a key of a set by its kid, or else by its position from 1.
func nameOf(o strict.Object, i int) string {
	if kid := kidOf(o); kid != "" {
		return display.Quote(kid)
	}
	return strconv.Itoa(i + 1)
}

func kidOf(o strict.Object) string {
	m, _ := o.Get("kid")
	if kid, isString := m.Text(); isString {
		return kid
	}
	return ""
}

// unambiguous removes from a set what leaves open which key is meant: secrets among
// public keys, since a published set holds no secrets and a private one needs no
// public keys; and different keys with the same kid (RFC 7517, section 4.5), one of
// which may be among those that could not be read.
func unambiguous(keys []Key, broken map[string]bool) (kept []Key, skipped []error) {
	isSecret := func(k Key) bool { return k.Family == jwa.FamilyHMAC }
	mixed := slices.ContainsFunc(keys, isSecret) && slices.ContainsFunc(keys, func(k Key) bool { return !isSecret(k) })
	first := map[string]Key{}
	twice := map[string]bool{}
	for _, k := range keys {
		name := string(k.Family) + " " + k.ID
		if other, ok := first[name]; ok && k.ID != "" && !sameKey(k, other) {
			twice[name] = true
		}
		first[name] = k
	}
	for _, k := range keys {
		switch {
		case mixed && isSecret(k):
			skipped = append(skipped, fmt.Errorf("key %s: a secret in a set that also has public keys", display.Quote(k.ID)))
		case twice[string(k.Family)+" "+k.ID], k.ID != "" && broken[k.ID]:
			skipped = append(skipped, fmt.Errorf("key %s: another key in the set has the same kid", display.Quote(k.ID)))
		default:
			kept = append(kept, k)
		}
	}
	return kept, skipped
}

// sameKey reports whether two keys of one family are the same to a verifier.
func sameKey(a, b Key) bool {
	if public, ok := a.Public.(interface{ Equal(crypto.PublicKey) bool }); ok {
		return public.Equal(b.Public)
	}
	return a.Public == nil && b.Public == nil && bytes.Equal(a.Secret, b.Secret)
}

// jwkReader reads the members of a JWK.
type jwkReader struct{ strict.MemberReader }

func (r *jwkReader) number(name string, maxBits int) *big.Int {
	n := new(big.Int).SetBytes(r.Bytes(name))
	if r.Err == nil && n.Sign() == 0 {
		r.Fail("%s is zero", name)
	}
	if r.Err == nil && n.BitLen() > maxBits {
		r.Fail("%s has %d bits; there must be 1 to %d", name, n.BitLen(), maxBits)
	}
	return n
}

// Parse reads one JWK (RFC 7517, section 4) for any use. ES521, which does not exist,
// is read as ES512 if the curve is right: there are JWKs with it in the wild.
func Parse(o strict.Object) (Key, error) {
	r := jwkReader{strict.MemberReader{Object: o}}
	k := Key{ID: r.Text("kid"), Algorithm: r.Text("alg"), Use: r.Text("use")}
	if m, ok := o.Get("key_ops"); ok {
		k.Operations = r.operations(m)
	}
	switch kty := r.Text("kty"); kty {
	case "oct":
		k.Family = jwa.FamilyHMAC
		if k.Secret = r.Bytes("k"); r.Err == nil && len(k.Secret) == 0 {
			r.Fail("k is empty")
		}
	case "RSA":
		k.Family = jwa.FamilyRSA
		r.rsa(&k)
	case "EC":
		k.Family = jwa.FamilyEC
		r.ec(&k)
	case "OKP":
		k.Family = jwa.FamilyEd
		r.okp(&k)
	case "AKP":
		k.Family = jwa.FamilyMLDSA
		r.akp(&k)
	case "":
		r.Fail("kty is missing")
	default:
		r.Fail("unknown kty %.32q", kty)
	}
	if r.Err != nil {
		return Key{}, r.Err
	}
	if es512, _ := jwa.Lookup("ES512"); k.Algorithm == "ES521" && k.Suits(es512) {
		k.Algorithm = es512.Name
	}
	return k, nil
}

// operations reads key_ops (RFC 7517, section 4.3). Two in one string, "sign, verify",
// are two: a key in Wycheproof has them so.
func (r *jwkReader) operations(m strict.Member) []string {
	var list []string
	if err := json.Unmarshal([]byte(m.Raw), &list); err != nil || list == nil {
		r.Fail("key_ops is not an array of strings")
		return nil
	}
	out := make([]string, 0, len(list))
	for _, one := range list {
		out = append(out, strings.FieldsFunc(one, func(c rune) bool { return c == ',' || c == ' ' })...)
	}
	return out
}

// rsa reads the members of RFC 7518, section 6.3.
func (r *jwkReader) rsa(k *Key) {
	public := &rsa.PublicKey{N: r.number("n", math.MaxInt)}
	public.E = int(r.number("e", 62).Int64())
	if r.Err == nil {
		r.Err = checkRSA(public)
	}
	if k.Public = public; r.Err != nil || !r.Has("d") {
		return
	}
	if r.Has("oth") {
		r.Fail("an RSA key of more than two primes is not taken")
	}
	bits := public.N.BitLen()
	private := &rsa.PrivateKey{PublicKey: *public, D: r.number("d", bits), Primes: []*big.Int{r.number("p", bits), r.number("q", bits)}}
	if r.Err != nil {
		return
	}
	if err := private.Validate(); err != nil {
		r.Fail("its private half is wrong: %w", err)
		return
	}
	private.Precompute()
	k.Public, k.Private = &private.PublicKey, private
}

// ec reads the members of RFC 7518, section 6.2. Coordinates have the full length of
// the curve, and the point must be on it.
func (r *jwkReader) ec(k *Key) {
	var curve elliptic.Curve
	switch crv := r.Text("crv"); crv {
	case "P-256":
		curve = elliptic.P256()
	case "P-384":
		curve = elliptic.P384()
	case "P-521":
		curve = elliptic.P521()
	default:
		r.Fail("unknown crv %.32q", crv)
		return
	}
	size := (curve.Params().BitSize + 7) / 8
	point := []byte{4} // uncompressed
	for _, name := range []string{"x", "y"} {
		coordinate := r.Bytes(name)
		if r.Err == nil && len(coordinate) != size {
			r.Fail("%s has %d bytes, on %s it has %d", name, len(coordinate), curve.Params().Name, size)
		}
		point = append(point, coordinate...)
	}
	if r.Err != nil {
		return
	}
	public, err := ecdsa.ParseUncompressedPublicKey(curve, point)
	if err != nil {
		r.Fail("x and y are no point on %s", curve.Params().Name)
		return
	}
	if k.Public = public; !r.Has("d") {
		return
	}
	private, err := ecdsa.ParseRawPrivateKey(curve, r.Bytes("d"))
	switch {
	case r.Err != nil:
	case err != nil:
		r.Fail("d is no private key on %s", curve.Params().Name)
	case !private.PublicKey.Equal(public):
		r.Fail("d and the public half do not belong together")
	default:
		k.Private = private
	}
}

// okp reads the members of RFC 8037, section 2.
func (r *jwkReader) okp(k *Key) {
	if crv := r.Text("crv"); crv != "Ed25519" {
		r.Fail("unknown crv %.32q", crv)
		return
	}
	public := ed25519.PublicKey(r.Bytes("x"))
	if r.Err == nil {
		r.Err = checkEd25519(public)
	}
	if k.Public = public; r.Err != nil || !r.Has("d") {
		return
	}
	seed := r.Bytes("d")
	if r.Err == nil && len(seed) != ed25519.SeedSize {
		r.Fail("d has %d bytes, on Ed25519 it has %d", len(seed), ed25519.SeedSize)
	}
	if r.Err != nil {
		return
	}
	private := ed25519.NewKeyFromSeed(seed)
	if !public.Equal(private.Public()) {
		r.Fail("d and the public half do not belong together")
		return
	}
	k.Private = private
}

// akp reads the members of RFC 9964, section 3: alg says what kind of key it is, and
// the private half is the seed.
func (r *jwkReader) akp(k *Key) {
	a, _ := jwa.Lookup(k.Algorithm)
	if a.Family != jwa.FamilyMLDSA {
		r.Fail("unknown alg %.32q of an AKP key", k.Algorithm)
		return
	}
	encoded := r.Bytes("pub")
	if r.Err != nil {
		return
	}
	public, err := mldsa.NewPublicKey(a.Parameters, encoded)
	if err != nil {
		r.Fail("pub is no key for %s: it has %d bytes, such a one has %d", a.Name, len(encoded), a.Parameters.PublicKeySize())
		return
	}
	if k.Public = public; !r.Has("priv") {
		return
	}
	seed := r.Bytes("priv")
	if r.Err != nil {
		return
	}
	switch private, err := mldsa.NewPrivateKey(a.Parameters, seed); {
	case err != nil:
		r.Fail("priv has %d bytes, the seed of %s has %d", len(seed), a.Name, mldsa.PrivateKeySize)
	case !private.PublicKey().Equal(public):
		r.Fail("priv and the public half do not belong together")
	default:
		k.Private = private
	}
}
