package inspect

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"strings"
	"testing"

	"filippo.io/mldsa"
)

// latticeKey is the private key for the algorithm whose seed is all ones.
func latticeKey(t testing.TB, a algorithm) Key {
	t.Helper()
	private, err := mldsa.NewPrivateKey(a.Parameters, bytes.Repeat([]byte{1}, mldsa.PrivateKeySize))
	if err != nil {
		t.Fatal(err)
	}
	k := Key{Algorithm: a.Name, Family: FamilyMLDSA, Public: private.PublicKey(), Private: private}
	k.ID = k.Thumbprint()
	return k
}

// The token of RFC 9964, appendix A.1, by the key whose seed is all zeros.
//
//go:embed testdata/rfc9964_ml_dsa_44.jws
var rfc9964Token string

func TestMLDSAOfTheRFC(t *testing.T) {
	private, err := mldsa.NewPrivateKey(mldsa.MLDSA44(), make([]byte, mldsa.PrivateKeySize))
	if err != nil {
		t.Fatal(err)
	}
	k := Key{Family: FamilyMLDSA, Public: private.PublicKey(), Private: private}
	const kid = "T4xl70S7MT6Zeq6r9V9fPJGVn76wfnXJ21-gyo0Gu6o" // as the RFC has it
	if k.ID = k.Thumbprint(); k.ID != kid {
		t.Errorf("thumbprint %s, want %s", k.ID, kid)
	}
	jwk, err := k.JWK(true)
	if err != nil {
		t.Fatal(err)
	}
	var members map[string]string
	if err := json.Unmarshal(jwk, &members); err != nil {
		t.Fatal(err)
	}
	if members["kty"] != "AKP" || members["alg"] != "ML-DSA-44" || members["priv"] != strings.Repeat("A", 43) || !strings.HasPrefix(members["pub"], "unH59k4RuutY-pxvu24U5h8Y") {
		t.Errorf("JWK %.200s", jwk)
	}
	keys, skipped, err := Keys(jwk, "rfc")
	if err != nil || len(skipped) > 0 {
		t.Fatal(err, skipped)
	}
	token := strings.TrimSpace(rfc9964Token)
	if v := Verify(Decode(token), keys, Expect{}); v.Outcome != Verified || v.KeyID != kid {
		t.Errorf("%s", v)
	}
	changed := token[:len(token)-20] + "B" + token[len(token)-19:]
	if v := Verify(Decode(changed), keys, Expect{}); v.Outcome != BadSignature {
		t.Errorf("a changed signature: %s", v)
	}
	header, rest, _ := strings.Cut(token, ".")
	_, signature, _ := strings.Cut(rest, ".")
	if v := Verify(Decode(header+".e30."+signature), keys, Expect{}); v.Outcome != BadSignature {
		t.Errorf("another payload: %s", v)
	}
}

func TestMLDSAKeys(t *testing.T) {
	for _, name := range []string{"ML-DSA-44", "ML-DSA-65", "ML-DSA-87"} {
		k := testKey(t, name)
		if !strings.HasPrefix(k.Describe(), name+" private key, kid ") {
			t.Errorf("it is %q", k.Describe())
		}
		for _, private := range []bool{false, true} {
			pem, err := k.PEM(private)
			if err != nil {
				t.Fatal(err)
			}
			got, _, err := Keys(pem, "pem")
			if err != nil || len(got) != 1 || got[0].Thumbprint() != k.Thumbprint() || got[0].Algorithm != name || (got[0].Private != nil) != private {
				t.Errorf("%s in PEM, private %v: %v, %v", name, private, got, err)
			}
		}
	}
	token, err := Sign(`{"alg":"ML-DSA-44"}`, `{}`, testKey(t, "ML-DSA-44"))
	if err != nil {
		t.Fatal(err)
	}
	if v := Verify(Decode(token), []Key{testKey(t, "ML-DSA-65")}, Expect{}); v.Outcome != WrongKey {
		t.Errorf("with the key of other parameters: %s", v)
	}
	if _, err := Sign(`{"alg":"ML-DSA-65"}`, `{}`, testKey(t, "ML-DSA-44")); err == nil {
		t.Error("signed with the key of other parameters")
	}
}

func TestMLDSABadJWK(t *testing.T) {
	good, err := testKey(t, "ML-DSA-44").JWK(true)
	if err != nil {
		t.Fatal(err)
	}
	other, err := GenerateKey(nil, "ML-DSA-44")
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := other.JWK(true)
	if err != nil {
		t.Fatal(err)
	}
	member := func(jwk []byte, name string) string {
		o, err := ParseObject(string(jwk), 2)
		if err != nil {
			t.Fatal(err)
		}
		m, _ := o.Get(name)
		return m.Raw
	}
	change := func(old, replacement string) []byte { return bytes.Replace(good, []byte(old), []byte(replacement), 1) }
	for _, tt := range []struct {
		name string
		jwk  []byte
		want string
	}{
		{"another alg", change(`"ML-DSA-44"`, `"ML-DSA-65"`), "pub is no key for ML-DSA-65: it has 1312 bytes, such a one has 1952"},
		{"no alg", change(`"alg":"ML-DSA-44",`, ``), `unknown alg "" of an AKP key`},
		{"an alg of another kind", change(`"ML-DSA-44"`, `"ES256"`), `unknown alg "ES256" of an AKP key`},
		{"a short seed", change(member(good, "priv"), `"AAAA"`), "priv has 3 bytes, the seed of ML-DSA-44 has 32"},
		{"the seed of another", change(member(good, "priv"), member(foreign, "priv")), "priv and the public half do not belong together"},
		{"no pub", change(`"pub":`, `"bup":`), "pub"},
	} {
		if _, _, err := Keys(tt.jwk, "x"); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
	}
}
