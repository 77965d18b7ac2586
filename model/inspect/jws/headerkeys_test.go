package jws_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"keydeck/model/inspect/internal/tokentest"
	"keydeck/model/inspect/jwk"
	"keydeck/model/inspect/jws"
	"keydeck/model/inspect/jwt"
	"keydeck/model/inspect/verdict"
)

func TestOwnKeys(t *testing.T) {
	k := tokentest.Key(t, "ES256")
	public, err := k.JWK(false)
	if err != nil {
		t.Fatal(err)
	}
	private, err := k.JWK(true)
	if err != nil {
		t.Fatal(err)
	}
	other, err := jwk.Generate(nil, "ES256")
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := other.JWK(false)
	if err != nil {
		t.Fatal(err)
	}
	chain := func(list ...string) string {
		text, err := json.Marshal(list)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	for _, tt := range []struct{ name, header, want string }{ // want begins the error or the verdict
		{"its jwk", `"jwk":` + string(public), "verified by the token's own jwk, and yet not good: the key came with the token"},
		{"its jwk, and a kid", `"kid":"x","jwk":` + string(public), "verified by the token's own jwk"},
		{"the jwk of another", `"jwk":` + string(foreign), "bad signature"},
		{"a private jwk", `"jwk":` + string(private), "read the token's own key: jwk: it is a private key or a secret"},
		{"a secret", `"jwk":{"kty":"oct","k":"AAAA"}`, "read the token's own key: jwk: it is a private key or a secret"},
		{"no key", `"jwk":"x"`, "read the token's own key: jwk: "},
		{"none", `"jku":"https://example.com/"`, "read the token's own key: it brings none"},
		{"an empty chain", `"x5c":[]`, "read the token's own key: x5c: it is no array"},
		{"no certificate", `"x5c":` + chain(base64.StdEncoding.EncodeToString([]byte("hello"))), "read the token's own key: x5c: "},
		{"no base64", `"x5c":` + chain("%"), "read the token's own key: x5c: "},
		{"crit", `"crit":["x"],"jwk":` + string(public), "read the token's own key: crit is not supported"},
	} {
		token := jwt.Decode(tokentest.Sign(t, k, "ES256", `{"alg":"ES256",`+tt.header+`}`, tokentest.Claims))
		keys, err := jws.HeaderKeys(token)
		var got string
		if err != nil {
			got = err.Error()
		} else {
			v := jws.Verify(token, keys, jws.Expect{Now: tokentest.Now})
			got = verdict.Of(verdict.Case{Token: &token, Keys: &v}).String()
			if v.Good {
				t.Errorf("%s: it is good", tt.name)
			}
		}
		if !strings.HasPrefix(got, tt.want) {
			t.Errorf("%s: %s, want %q", tt.name, got, tt.want)
		}
	}
	encrypted := jwt.Decode(tokentest.Interop().Encrypted[0].Token)
	if _, err := jws.HeaderKeys(encrypted); err == nil {
		t.Error("an encrypted token has brought a key")
	}
}
