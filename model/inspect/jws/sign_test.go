package jws_test

import (
	"strings"
	"testing"

	"keydeck/model/inspect/internal/tokentest"
	"keydeck/model/inspect/jwa"
	"keydeck/model/inspect/jwk"
	"keydeck/model/inspect/jws"
	"keydeck/model/inspect/jwt"
)

func TestSignRefuses(t *testing.T) {
	hs, rs := tokentest.Key(t, "HS256"), tokentest.Key(t, "RS256")
	public := rs
	public.Private = nil
	only := func(k jwk.Key, change func(*jwk.Key)) jwk.Key { change(&k); return k }
	tests := []struct {
		name, header, claims string
		key                  jwk.Key
		want                 string
	}{
		{"none", `{"alg":"none"}`, `{}`, hs, "nobody signs it"},
		{"None", `{"alg":"None"}`, `{}`, hs, "nobody signs it"},
		{"unknown alg", `{"alg":"HS257"}`, `{}`, hs, `the algorithm "HS257" is not known`},
		{"no alg", `{}`, `{}`, hs, "alg is missing"},
		{"alg twice", `{"alg":"HS256","alg":"HS256"}`, `{}`, hs, "appears twice"},
		{"crit", `{"alg":"HS256","crit":["x"],"x":1}`, `{}`, hs, "crit is not supported"},
		{"b64", `{"alg":"HS256","b64":false}`, `{}`, hs, "b64 is not supported"},
		{"header not JSON", `alg`, `{}`, hs, "header: invalid JSON"},
		{"claims not JSON", `{"alg":"HS256"}`, `{"a":}`, hs, "claims: invalid JSON"},
		{"claims an array", `{"alg":"HS256"}`, `[]`, hs, "claims: invalid JSON: not an object"},
		{"claims empty", `{"alg":"HS256"}`, ``, hs, "claims: invalid JSON: empty"},
		{"a claim twice", `{"alg":"HS256"}`, `{"a":1,"a":1}`, hs, "claims: member"},
		{"another kind of key", `{"alg":"RS256"}`, `{}`, hs, "RS256 takes an RSA key"},
		{"another curve", `{"alg":"ES256"}`, `{}`, tokentest.Key(t, "ES384"), "ES256 takes a key on the curve P-256"},
		{"half a key", `{"alg":"RS256"}`, `{}`, public, "the private half of the key is missing"},
		{"no key", `{"alg":"RS256"}`, `{}`, jwk.Key{}, "RS256 takes an RSA key"},
		{"short secret", `{"alg":"HS256"}`, `{}`, jwk.Key{Family: jwa.FamilyHMAC, Secret: []byte("secret")}, "the secret has 6 bytes, HS256 needs at least 32"},
		{"empty secret", `{"alg":"HS256"}`, `{}`, jwk.Key{Family: jwa.FamilyHMAC}, "the secret is empty"},
		{"key for another algorithm", `{"alg":"RS256"}`, `{}`, only(rs, func(k *jwk.Key) { k.Algorithm = "RS512" }), "the key is for RS512"},
		{"key for a shorter hash of PSS", `{"alg":"PS512"}`, `{}`, only(rs, func(k *jwk.Key) { k.Algorithm = "PS256" }), "the key is for PS256"},
		{"key for encryption", `{"alg":"RS256"}`, `{}`, only(rs, func(k *jwk.Key) { k.Use = "enc" }), `it is for use "enc"`},
		{"key that only verifies", `{"alg":"RS256"}`, `{}`, only(rs, func(k *jwk.Key) { k.Operations = []string{"verify"} }), "not sign"},
		{"over 1 MiB", `{"alg":"HS256"}`, `{"a":"` + strings.Repeat("a", 1<<20) + `"}`, hs, "bytes long"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			token, err := jws.Sign(tt.header, tt.claims, tt.key)
			if err == nil || token != "" || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%.40q, %v, want %q", token, err, tt.want)
			}
		})
	}
	sign := only(rs, func(k *jwk.Key) { k.Operations = []string{"sign"} })
	if _, err := jws.Sign(`{"alg":"RS256"}`, `{}`, sign); err != nil {
		t.Errorf("a key that only signs: %v", err)
	}
}

// FuzzSign wants whatever is signed to be verified, with the text as it was given.
func FuzzSign(f *testing.F) {
	for i := range jwa.Algorithms {
		f.Add(uint8(i), `,"typ":"JWT"}`, tokentest.Claims)
	}
	f.Add(uint8(0), ` , "kid" : "é" }`, "{ \"a\" : 1.50 ,\n\"b\":[{}]}")
	f.Fuzz(func(t *testing.T, which uint8, rest, claims string) {
		alg := jwa.Algorithms[int(which)%len(jwa.Algorithms)]
		header := `{"alg":"` + alg + `"` + rest
		k := tokentest.Key(t, alg)
		k.ID = "" // the kid may name another key
		token, err := jws.Sign(header, claims, k)
		if err != nil {
			return
		}
		decoded := jwt.Decode(token)
		if decoded.Header.Text != header || decoded.Claims.Text != claims {
			t.Errorf("signed %q %q, decoded %q %q", header, claims, decoded.Header.Text, decoded.Claims.Text)
		}
		if got := jws.Verify(decoded, []jwk.Key{k}, jws.Expect{Now: tokentest.Now}); got.Outcome != jws.Verified {
			t.Errorf("%q %q: %+v", header, claims, got)
		}
	})
}
