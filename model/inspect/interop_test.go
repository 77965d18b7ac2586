package inspect

import (
	"encoding/json"
	"encoding/pem"
	"os"
	"reflect"
	"strings"
	"sync"
	"testing"
)

// interopKey is a key as OpenSSL and jose wrote it, in every form they have.
type interopKey struct {
	Secret       string
	Private      string          // PKCS 8
	Public       string          // PKIX
	PKCS1        string          // RSA
	PKCS1Public  string          // RSA
	SEC1         string          // EC
	Encrypted    string          // PKCS 8 with a password
	Encrypted1   string          // SEC 1 with a password
	JWK          json.RawMessage // of jose
	PublicJWK    json.RawMessage
	Thumbprint   string
	privateForms map[string]string
	publicForms  map[string]string
}

// interop holds keys of OpenSSL and jose, and tokens that PyJWT, jsonwebtoken and
// jose signed with them.
var interop = sync.OnceValue(func() (out struct {
	Keys      map[string]*interopKey
	Tokens    []struct{ By, Alg, Key, Token string }
	Encrypted []struct{ Alg, Key, Token string }
}) {
	data, err := os.ReadFile("testdata/interop.json")
	if err == nil {
		err = json.Unmarshal(data, &out)
	}
	if err != nil {
		panic(err)
	}
	for _, k := range out.Keys {
		k.privateForms = map[string]string{"JWK": string(k.JWK), "PKCS 8": k.Private, "PKCS 1": k.PKCS1, "SEC 1": k.SEC1}
		k.publicForms = map[string]string{"JWK": string(k.PublicJWK), "PKIX": k.Public, "PKCS 1 public": k.PKCS1Public}
		if k.PublicJWK != nil {
			k.publicForms["JWKS"] = `{"keys":[` + string(k.PublicJWK) + `]}`
			k.publicForms["PEM in an environment variable"] = strings.ReplaceAll(k.Public, "\n", `\n`)
			k.publicForms["PEM with Windows line breaks"] = strings.ReplaceAll(k.Public, "\n", "\r\n")
		}
		for _, forms := range []map[string]string{k.privateForms, k.publicForms} {
			for form, text := range forms {
				if block, _ := pem.Decode([]byte(text)); block != nil {
					forms[form+" DER"] = string(block.Bytes)
				} else if text == "" {
					delete(forms, form)
				}
			}
		}
	}
	return out
})

// keyOf reads a key of interop in one form.
func keyOf(t testing.TB, text string) Key {
	t.Helper()
	keys, skipped, err := Keys([]byte(text), "test")
	if err != nil || len(keys) != 1 || len(skipped) != 0 {
		t.Fatalf("%d keys, skipped %v, %v", len(keys), skipped, err)
	}
	return keys[0]
}

// testKey is a private key or secret for the algorithm.
func testKey(t testing.TB, alg string) Key {
	t.Helper()
	if a := algorithms[alg]; a.Family == FamilyMLDSA {
		return latticeKey(t, a)
	}
	names := map[Family]string{FamilyHMAC: "secret", FamilyRSA: "RSA", FamilyEd: "Ed25519"}
	name := names[FamilyOf(alg)]
	if name == "" {
		name = curveName(algorithms[alg].Curve)
	}
	return keyOf(t, string(interop().Keys[name].JWK))
}

func TestInteropTokens(t *testing.T) {
	ran := map[string]int{}
	for _, v := range interop().Tokens {
		ran[v.By]++
		k := interop().Keys[v.Key]
		for _, forms := range []map[string]string{k.privateForms, k.publicForms} {
			for form, text := range forms {
				got := Verify(Decode(v.Token), []Key{keyOf(t, text)}, Expect{Now: now, Issuer: "https://issuer.example", Audience: "b", Strict: true})
				if !got.Good || got.Outcome != Verified || got.Key != "test" {
					t.Errorf("%s of %s with %s: %s", v.Alg, v.By, form, got)
				}
			}
		}
		if k.Secret != "" {
			secret, err := Secret(k.Secret, EncodingPlain)
			if got := Verify(Decode(v.Token), []Key{secret}, Expect{Now: now}); err != nil || !got.Good {
				t.Errorf("%s of %s with the plain secret: %s, %v", v.Alg, v.By, got, err)
			}
		}
	}
	if want := map[string]int{"PyJWT": 13, "jsonwebtoken": 12, "jose": 13}; !reflect.DeepEqual(ran, want) {
		t.Errorf("tokens by library %v, want %v", ran, want)
	}
}

func TestKeyForms(t *testing.T) {
	for name, k := range interop().Keys {
		whole := keyOf(t, string(k.JWK))
		if got := whole.Thumbprint(); got != k.Thumbprint {
			t.Errorf("%s: thumbprint %s, want %s", name, got, k.Thumbprint)
		}
		for form, text := range k.privateForms {
			got := keyOf(t, text)
			if !sameKey(got, whole) || got.Family != whole.Family || (got.Private == nil) != (got.Family == FamilyHMAC) {
				t.Errorf("%s as %s: %s", name, form, got.Describe())
			}
		}
		for form, text := range k.publicForms {
			if got := keyOf(t, text); !sameKey(got, whole) || got.Private != nil {
				t.Errorf("%s as %s: %s", name, form, got.Describe())
			}
		}
	}
}

// TestKeyWriting wants what is written to be what jose and OpenSSL write, and to
// be read back.
func TestKeyWriting(t *testing.T) {
	members := func(text []byte) (m map[string]any) {
		if err := json.Unmarshal(text, &m); err != nil {
			t.Fatalf("%v in %s", err, text)
		}
		return m
	}
	for name, k := range interop().Keys {
		whole := keyOf(t, string(k.JWK))
		if got, err := whole.JWK(true); err != nil || !reflect.DeepEqual(members(got), members(k.JWK)) {
			t.Errorf("%s: private JWK %s, %v, want %s", name, got, err, k.JWK)
		}
		if k.Secret != "" {
			if _, err := whole.JWK(false); err == nil {
				t.Error("a secret is written as a public JWK")
			}
			if _, err := whole.PEM(true); err == nil {
				t.Error("a secret is written as PEM")
			}
			continue
		}
		if got, err := whole.JWK(false); err != nil || !reflect.DeepEqual(members(got), members(k.PublicJWK)) {
			t.Errorf("%s: public JWK %s, %v, want %s", name, got, err, k.PublicJWK)
		}
		if got, err := whole.PEM(true); err != nil || string(got) != k.Private {
			t.Errorf("%s: private PEM %s, %v, want %s", name, got, err, k.Private)
		}
		if got, err := whole.PEM(false); err != nil || string(got) != k.Public {
			t.Errorf("%s: public PEM %s, %v, want %s", name, got, err, k.Public)
		}
		public := keyOf(t, k.Public)
		if _, err := public.JWK(true); err == nil {
			t.Errorf("%s: a public key is written as a private JWK", name)
		}
		if _, err := public.PEM(true); err == nil {
			t.Errorf("%s: a public key is written as a private PEM", name)
		}
	}
}

// TestRFCVectors holds Verify and Sign against the examples of the standards.
func TestRFCVectors(t *testing.T) {
	const joe = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
	tests := []struct{ name, key, token string }{
		{"RFC 7515 A.1", `{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}`,
			"eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." + joe + ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"},
		{"RFC 7515 A.2", `{"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ","e":"AQAB"}`,
			"eyJhbGciOiJSUzI1NiJ9." + joe + ".cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"},
		{"RFC 7515 A.3", `{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}`,
			"eyJhbGciOiJFUzI1NiJ9." + joe + ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"},
		{"RFC 8037 A.4", `{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`,
			"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"},
	}
	for _, tt := range tests {
		k := keyOf(t, tt.key)
		got := Verify(Decode(tt.token), []Key{k}, Expect{Now: now})
		if got.Outcome != Verified || got.Good {
			t.Errorf("%s: %s, want verified and not good", tt.name, got)
		}
		changed := tt.token[:len(tt.token)-4] + "AAAA"
		if got := Verify(Decode(changed), []Key{k}, Expect{Now: now}); got.Outcome != BadSignature {
			t.Errorf("%s with its signature changed: %s", tt.name, got)
		}
	}
	// HMAC is deterministic: signed again it is the example to the letter.
	parts := strings.Split(tests[0].token, ".")
	header, _ := strictBase64.DecodeString(parts[0])
	payload, _ := strictBase64.DecodeString(parts[1])
	if got, err := Sign(string(header), string(payload), keyOf(t, tests[0].key)); got != tests[0].token {
		t.Errorf("%s signed again: %s, %v", tests[0].name, got, err)
	}
	none := "eyJhbGciOiJub25lIn0." + joe + "."
	if got := Verify(Decode(none), []Key{testKey(t, "HS256")}, Expect{Now: now}); got.Outcome != CannotVerify || got.Good {
		t.Errorf("RFC 7515 A.5: %s", got)
	}
	thumbprints := map[string]string{ // RFC 7638 section 3.1, RFC 8037 appendix A.3
		`{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"}`: "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs",
		tests[3].key: "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
	}
	for key, want := range thumbprints {
		if got := keyOf(t, key).Thumbprint(); got != want {
			t.Errorf("thumbprint %s, want %s", got, want)
		}
	}
}
