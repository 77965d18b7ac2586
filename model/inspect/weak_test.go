package inspect

import (
	"crypto/rsa"
	"io/fs"
	"math/big"
	"strings"
	"testing"

	"github.com/c2sp/wycheproof"
)

func TestWeakSecrets(t *testing.T) {
	list := weakSecrets()
	if len(list) < 200 {
		t.Errorf("%d secrets", len(list))
	}
	seen := map[string]bool{}
	for _, s := range list {
		if len(s.bytes) == 0 || seen[string(s.bytes)] || strings.TrimSpace(s.shown) != s.shown {
			t.Errorf("%s is empty, there twice, or has white space around it", s.shown)
		}
		seen[string(s.bytes)] = true
	}
}

func TestWellKnownSecret(t *testing.T) {
	forged := func(alg, secret string) string {
		return forge(t, Key{Family: FamilyHMAC, Secret: []byte(secret)}, alg, `{"alg":"`+alg+`"}`, goodClaims)
	}
	rfc, err := Secret("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow", EncodingBase64)
	if err != nil {
		t.Fatal(err)
	}
	const example = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c"
	tests := []struct{ name, token, want string }{
		{"the example everybody knows", example, `"your-256-bit-secret"`},
		{"secret", forged("HS256", "secret"), `"secret"`},
		{"HS384", forged("HS384", "changeme"), `"changeme"`},
		{"HS512", forged("HS512", "your-512-bit-secret"), `"your-512-bit-secret"`},
		{"a phrase", forged("HS256", "keyboard cat"), `"keyboard cat"`},
		{"the key of RFC 7515", forged("HS256", string(rfc.Secret)), "base64 AyM1"},
		{"a good secret", forge(t, testKey(t, "HS256"), "HS256", `{"alg":"HS256"}`, goodClaims), ""},
		{"not quite", forged("HS256", "secret\n"), ""},
		{"an RSA token", forge(t, testKey(t, "RS256"), "RS256", `{"alg":"RS256"}`, goodClaims), ""},
		{"a broken header", forge(t, Key{Family: FamilyHMAC, Secret: []byte("secret")}, "HS256", `{"alg":"HS256","crit":[]}`, goodClaims), ""},
		{"no signature", b64(`{"alg":"HS256"}`) + "." + b64(goodClaims) + ".", ""},
		{"an API key", goodKey, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			token := Decode(tt.token)
			got, ok := WellKnownSecret(token)
			if ok != (tt.want != "") || !strings.HasPrefix(got, tt.want) {
				t.Errorf("%s, %v, want %s", got, ok, tt.want)
			}
			findings := SecretFindings(token)
			if ok != (len(findings) == 1 && findings[0].Severity == Danger && findings[0].Rule == "known_secret" && strings.Contains(findings[0].Text, got)) {
				t.Errorf("findings %v", findings)
			}
		})
	}
}

func TestKeyFindings(t *testing.T) {
	hs, rs, es := testKey(t, "HS256"), testKey(t, "RS256"), testKey(t, "ES256")
	secret := func(s string) Key { return Key{Family: FamilyHMAC, Secret: []byte(s)} }
	change := func(k Key, f func(*Key)) Key { f(&k); return k }
	small := Key{Family: FamilyRSA, Public: &rsa.PublicKey{N: new(big.Int).Add(new(big.Int).Lsh(big.NewInt(1), 1023), big.NewInt(1)), E: 3}}
	pem, err := rs.PEM(false)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, alg string
		key       Key
		want      string
	}{
		{"nothing to say", "HS256", hs, ""},
		{"nothing to say of an unknown algorithm", "XY", hs, ""},
		{"short", "HS256", secret("0f9d8e7c6b5a4938271605f4e3d2c1b"), "danger short_secret"},
		{"long enough for HS256 alone", "HS512", secret("0f9d8e7c6b5a4938271605f4e3d2c1b0"), "danger short_secret"},
		{"well known", "HS256", secret("secret"), "danger short_secret, danger known_secret"},
		{"well known and long", "HS256", secret("a-string-secret-at-least-256-bits-long"), "danger known_secret"},
		{"well known, for an unknown algorithm", "XY", secret("secret"), "danger short_secret, danger known_secret"},
		{"monotonous", "HS256", secret(strings.Repeat("xyz", 20)), "danger guessable_secret"},
		{"a public key for a secret", "HS256", secret(string(pem)), "danger public_secret"},
		{"an RSA key for HS256", "HS256", rs, "danger key_family"},
		{"a secret for RS256", "RS256", hs, "danger key_family"},
		{"P-256 for ES384", "ES384", es, "danger key_family"},
		{"small RSA key", "RS256", small, "danger rsa_bits, note rsa_exponent"},
		{"another algorithm", "RS256", change(rs, func(k *Key) { k.Algorithm = "RS512" }), "warn key_algorithm"},
		{"for encryption", "RS256", change(rs, func(k *Key) { k.Use = "enc" }), "warn key_use"},
		{"only signs", "RS256", change(rs, func(k *Key) { k.Operations = []string{"sign"} }), "note key_ops"},
		{"no key at all", "EdDSA", Key{}, "danger key_family"},
		{"half a key", "EdDSA", Key{Family: FamilyEd}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, f := range KeyFindings(Decode(jws(`{"alg":"`+tt.alg+`"}`, `{}`)), tt.key) {
				got = append(got, string(f.Severity)+" "+f.Rule)
				if f.Text == "" || f.Reference == "" {
					t.Errorf("finding without text or reference: %+v", f)
				}
			}
			if s := strings.Join(got, ", "); s != tt.want {
				t.Errorf("findings %q, want %q", s, tt.want)
			}
		})
	}
}

// TestROCA knows the one key of the vectors that has the fingerprint, and takes
// none of the others for one.
func TestROCA(t *testing.T) {
	found := 0
	err := fs.WalkDir(wycheproof.TestVectors, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasPrefix(name, "json_web_") {
			return err
		}
		for _, g := range loadVectors(t, name).TestGroups {
			roca := strings.Contains(g.Comment, "roca")
			keys, _, _ := Keys(g.Private, "")
			for _, k := range keys {
				public, ok := k.Public.(*rsa.PublicKey)
				if !ok {
					continue
				}
				if isROCA(public.N) != roca {
					t.Errorf("%s, %s: fingerprint %v", name, g.Comment, !roca)
				}
				if roca {
					found++
				}
			}
		}
		return nil
	})
	if err != nil || found == 0 {
		t.Errorf("%d keys with the fingerprint, %v", found, err)
	}
}
