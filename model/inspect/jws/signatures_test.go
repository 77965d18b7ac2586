package jws_test

import (
	_ "embed"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"filippo.io/mldsa"

	"keydeck/model/inspect/internal/tokentest"
	"keydeck/model/inspect/jwa"
	"keydeck/model/inspect/jwk"
	"keydeck/model/inspect/jws"
	"keydeck/model/inspect/jwt"
	"keydeck/model/inspect/lint"
	"keydeck/model/inspect/strict"
)

func TestExpected(t *testing.T) {
	k := jwk.Key{Family: jwa.FamilyHMAC, Secret: []byte("an uncommonly good secret, is it?")}
	signed := jwt.Decode(tokentest.Sign(t, k, "HS256", `{"alg":"HS256","typ":"JWT"}`, `{"iss":"me","aud":["a","b"],"sub":7}`))
	for _, tt := range []struct {
		name   string
		token  jwt.Token
		expect jws.Expect
		want   []jws.Check
	}{
		{"nothing", signed, jws.Expect{}, []jws.Check{}},
		{"all of it", signed, jws.Expect{Issuer: "me", Audience: "b", Type: "jwt"}, []jws.Check{{Claim: "typ", Good: true, Text: `typ is "JWT", as expected`}, {Claim: "iss", Good: true, Text: `iss is "me", as expected`}, {Claim: "aud", Good: true, Text: `aud is "b", as expected`}}},
		{"none of it", signed, jws.Expect{Issuer: "you", Audience: "c"}, []jws.Check{{Claim: "iss", Text: `iss is "me", expected is "you"`}, {Claim: "aud", Text: `aud is ["a","b"], expected is "c"`}}},
		{"no signed token", jwt.Decode("sk_1"), jws.Expect{Issuer: "me", Type: "JWT"}, []jws.Check{{Claim: "typ", Text: `typ is "", expected is "JWT"`}, {Claim: "iss", Text: `no iss, expected is "me"`}}},
	} {
		if got := jws.Expected(tt.token, tt.expect); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %+v, want %+v", tt.name, got, tt.want)
		}
	}
}

func TestInteropTokens(t *testing.T) {
	ran := map[string]int{}
	for _, v := range tokentest.Interop().Tokens {
		ran[v.By]++
		k := tokentest.Interop().Keys[v.Key]
		for _, forms := range []map[string]string{k.PrivateForms, k.PublicForms} {
			for form, text := range forms {
				got := jws.Verify(jwt.Decode(v.Token), []jwk.Key{tokentest.ReadKey(t, text)}, jws.Expect{Now: tokentest.Now, Issuer: "https://issuer.example", Audience: "b", Strict: true})
				if !got.Good || got.Outcome != jws.Verified || got.Key != "test" {
					t.Errorf("%s of %s with %s: %+v", v.Alg, v.By, form, got)
				}
			}
		}
		if k.Secret != "" {
			secret, err := jwk.ReadSecret(k.Secret, jwk.EncodingPlain)
			if got := jws.Verify(jwt.Decode(v.Token), []jwk.Key{secret}, jws.Expect{Now: tokentest.Now}); err != nil || !got.Good {
				t.Errorf("%s of %s with the plain secret: %+v, %v", v.Alg, v.By, got, err)
			}
		}
	}
	if want := map[string]int{"PyJWT": 13, "jsonwebtoken": 12, "jose": 13}; !reflect.DeepEqual(ran, want) {
		t.Errorf("tokens by library %v, want %v", ran, want)
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
		k := tokentest.ReadKey(t, tt.key)
		got := jws.Verify(jwt.Decode(tt.token), []jwk.Key{k}, jws.Expect{Now: tokentest.Now})
		if got.Outcome != jws.Verified || got.Good {
			t.Errorf("%s: %+v, want verified and not good", tt.name, got)
		}
		changed := tt.token[:len(tt.token)-4] + "AAAA"
		if got := jws.Verify(jwt.Decode(changed), []jwk.Key{k}, jws.Expect{Now: tokentest.Now}); got.Outcome != jws.BadSignature {
			t.Errorf("%s with its signature changed: %+v", tt.name, got)
		}
	}
	// HMAC is deterministic: signed again it is the example to the letter.
	parts := strings.Split(tests[0].token, ".")
	header, _ := strict.Base64URL.DecodeString(parts[0])
	payload, _ := strict.Base64URL.DecodeString(parts[1])
	if got, err := jws.Sign(string(header), string(payload), tokentest.ReadKey(t, tests[0].key)); got != tests[0].token {
		t.Errorf("%s signed again: %s, %v", tests[0].name, got, err)
	}
	none := "eyJhbGciOiJub25lIn0." + joe + "."
	if got := jws.Verify(jwt.Decode(none), []jwk.Key{tokentest.Key(t, "HS256")}, jws.Expect{Now: tokentest.Now}); got.Outcome != jws.CannotVerify || got.Good {
		t.Errorf("RFC 7515 A.5: %+v", got)
	}
	thumbprints := map[string]string{ // RFC 7638 section 3.1, RFC 8037 appendix A.3
		`{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"}`: "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs",
		tests[3].key: "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
	}
	for key, want := range thumbprints {
		if got := tokentest.ReadKey(t, key).Thumbprint(); got != want {
			t.Errorf("thumbprint %s, want %s", got, want)
		}
	}
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
	k := jwk.Key{Family: jwa.FamilyMLDSA, Public: private.PublicKey(), Private: private}
	const kid = "T4xl70S7MT6Zeq6r9V9fPJGVn76wfnXJ21-gyo0Gu6o" // as the RFC has it
	if k.ID = k.Thumbprint(); k.ID != kid {
		t.Errorf("thumbprint %s, want %s", k.ID, kid)
	}
	written, err := k.JWK(true)
	if err != nil {
		t.Fatal(err)
	}
	var members map[string]string
	if err := json.Unmarshal(written, &members); err != nil {
		t.Fatal(err)
	}
	if members["kty"] != "AKP" || members["alg"] != "ML-DSA-44" || members["priv"] != strings.Repeat("A", 43) || !strings.HasPrefix(members["pub"], "unH59k4RuutY-pxvu24U5h8Y") {
		t.Errorf("JWK %.200s", written)
	}
	keys, skipped, err := jwk.Read(written, "rfc")
	if err != nil || len(skipped) > 0 {
		t.Fatal(err, skipped)
	}
	token := strings.TrimSpace(rfc9964Token)
	if v := jws.Verify(jwt.Decode(token), keys, jws.Expect{}); v.Outcome != jws.Verified || v.KeyID != kid {
		t.Errorf("%+v", v)
	}
	changed := token[:len(token)-20] + "B" + token[len(token)-19:]
	if v := jws.Verify(jwt.Decode(changed), keys, jws.Expect{}); v.Outcome != jws.BadSignature {
		t.Errorf("a changed signature: %+v", v)
	}
	header, rest, _ := strings.Cut(token, ".")
	_, signature, _ := strings.Cut(rest, ".")
	if v := jws.Verify(jwt.Decode(header+".e30."+signature), keys, jws.Expect{}); v.Outcome != jws.BadSignature {
		t.Errorf("another payload: %+v", v)
	}
}

func TestMLDSAKeys(t *testing.T) {
	for _, name := range []string{"ML-DSA-44", "ML-DSA-65", "ML-DSA-87"} {
		k := tokentest.Key(t, name)
		if !strings.HasPrefix(k.Describe(), name+" private key, kid ") {
			t.Errorf("it is %q", k.Describe())
		}
		for _, private := range []bool{false, true} {
			pem, err := k.PEM(private)
			if err != nil {
				t.Fatal(err)
			}
			got, _, err := jwk.Read(pem, "pem")
			if err != nil || len(got) != 1 || got[0].Thumbprint() != k.Thumbprint() || got[0].Algorithm != name || (got[0].Private != nil) != private {
				t.Errorf("%s in PEM, private %v: %v, %v", name, private, got, err)
			}
		}
	}
	token, err := jws.Sign(`{"alg":"ML-DSA-44"}`, `{}`, tokentest.Key(t, "ML-DSA-44"))
	if err != nil {
		t.Fatal(err)
	}
	if v := jws.Verify(jwt.Decode(token), []jwk.Key{tokentest.Key(t, "ML-DSA-65")}, jws.Expect{}); v.Outcome != jws.WrongKey {
		t.Errorf("with the key of other parameters: %+v", v)
	}
	if _, err := jws.Sign(`{"alg":"ML-DSA-65"}`, `{}`, tokentest.Key(t, "ML-DSA-44")); err == nil {
		t.Error("signed with the key of other parameters")
	}
}

func TestWellKnownSecret(t *testing.T) {
	forged := func(alg, secret string) string {
		return tokentest.Sign(t, jwk.Key{Family: jwa.FamilyHMAC, Secret: []byte(secret)}, alg, `{"alg":"`+alg+`"}`, tokentest.Claims)
	}
	rfc, err := jwk.ReadSecret("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow", jwk.EncodingBase64)
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
		{"a good secret", tokentest.Sign(t, tokentest.Key(t, "HS256"), "HS256", `{"alg":"HS256"}`, tokentest.Claims), ""},
		{"not quite", forged("HS256", "secret\n"), ""},
		{"an RSA token", tokentest.Sign(t, tokentest.Key(t, "RS256"), "RS256", `{"alg":"RS256"}`, tokentest.Claims), ""},
		{"a broken header", tokentest.Sign(t, jwk.Key{Family: jwa.FamilyHMAC, Secret: []byte("secret")}, "HS256", `{"alg":"HS256","crit":[]}`, tokentest.Claims), ""},
		{"no signature", tokentest.Base64URL(`{"alg":"HS256"}`) + "." + tokentest.Base64URL(tokentest.Claims) + ".", ""},
		{"an API key", tokentest.StaticKey, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			token := jwt.Decode(tt.token)
			got, ok := jws.WellKnownSecret(token)
			if ok != (tt.want != "") || !strings.HasPrefix(got, tt.want) {
				t.Errorf("%s, %v, want %s", got, ok, tt.want)
			}
			findings := lint.Secret(token)
			if ok != (len(findings) == 1 && findings[0].Severity == jwt.Danger && findings[0].Rule == "known_secret" && strings.Contains(findings[0].Text, got)) {
				t.Errorf("findings %v", findings)
			}
		})
	}
}

// selfContradicting are vectors that call one thing valid and invalid: the two
// called invalid are the very token of 357, the two called valid hold a character
// that 361 and 371 are invalid for.
var selfContradicting = map[int]bool{367: true, 370: true, 372: true, 373: true}

// TestWycheproofSignatures holds Keys, Decode and Verify against every vector with
// a JWS. Their payloads are no claims, so that none is ever good.
func TestWycheproofSignatures(t *testing.T) {
	for name, want := range map[string]int{
		"json_web_signature_test.json": 401 - len(selfContradicting),
		"json_web_key_test.json":       26,
		"json_web_crypto_test.json":    49,
	} {
		ran := 0
		for _, g := range tokentest.LoadVectors(t, name).TestGroups {
			private, _, privateErr := jwk.Read(g.Private, "group")
			halves := map[string][]jwk.Key{"private": private}
			if g.Public != nil {
				public, _, publicErr := jwk.Read(g.Public, "group")
				halves["public"] = public
				if (privateErr == nil) != (publicErr == nil) {
					t.Errorf("%s: %s: private key: %v, public key: %v", name, g.Comment, privateErr, publicErr)
				}
			}
			for _, v := range g.Tests {
				if v.JWS == nil || name == "json_web_signature_test.json" && selfContradicting[v.ID] {
					continue
				}
				ran++
				for half, keys := range halves {
					for door, read := range map[string]func(string) jwt.Token{"Decode": jwt.Decode, "DecodeExact": jwt.DecodeExact} {
						got := jws.Verify(read(v.Text(v.JWS)), keys, jws.Expect{Now: tokentest.Now})
						if (got.Outcome == jws.Verified) != (v.Result == "valid") {
							t.Errorf("%s %d %q (%s, %s key): %+v, want %s", name, v.ID, v.Comment, door, half, got, v.Result)
						}
						if got.Good {
							t.Errorf("%s %d %q: good, and its payload is no claims", name, v.ID, v.Comment)
						}
					}
				}
			}
		}
		if ran != want {
			t.Errorf("%d vectors of %s ran, want %d", ran, name, want)
		}
	}
}
