package token

import (
	"strings"
	"testing"
	"time"

	"keydeck/model"
	"keydeck/model/inspect"
	"keydeck/model/inspect/jwa"
	"keydeck/model/inspect/jwk"
	"keydeck/model/inspect/jws"
)

// agree compares the workbench's verdict with Verify's, for the same token and key:
// what one calls good, the other accepts.
func agree(t *testing.T, raw string, key Key) {
	t.Helper()
	rules := Rules{Now: now, Type: TypeJWT, Issuer: "me", Leeway: 30 * time.Second}
	// Verify gets a key that was looked up; the workbench looks by kid, so this one has no ID.
	shown := jwk.Key{Algorithm: key.Algorithm, Family: jwa.FamilyOf(key.Algorithm), Secret: key.Secret}
	if key.Public != nil {
		shown.Public = key.Public
	}
	_, err := Verify(raw, key, rules)
	got := jws.Verify(inspect.DecodeExact(raw), []jwk.Key{shown},
		jws.Expect{Now: rules.Now, Leeway: rules.Leeway, Issuer: rules.Issuer, Type: rules.Type, Strict: true})
	if got.Good != (err == nil) {
		t.Errorf("%.200q: the workbench says %+v, Verify %v", raw, got, err)
	}
	if made := got.Outcome == jws.Verified; made && (reason(t, err) == model.ReasonBadSignature || reason(t, err) == model.ReasonBadAlgorithm) {
		t.Errorf("%.200q: the workbench says %+v, Verify %v", raw, got, err)
	}
}

// TestWorkbenchAgrees takes every header with every payload and every change.
func TestWorkbenchAgrees(t *testing.T) {
	headers := []string{
		`{"alg":"HS256","typ":"JWT","kid":"k"}`, `{"alg":"HS256","typ":"application/jwt"}`, `{"alg":"HS256"}`, `{"alg":"HS512","typ":"JWT"}`, `{"alg":"none","typ":"JWT"}`,
		`{"alg":"HS256","typ":"JWT","kid":"another"}`, `{"alg":"HS256","typ":"JWT","kid":""}`, `{"alg":"HS256","typ":"JWT","kid":1}`, `{"alg":"HS256","typ":"JWT","crit":[]}`,
		`{"alg":"HS256","typ":"JWT","b64":true}`, `{"alg":"HS256","typ":"JWT","typ":"JWT"}`, `{"alg":"HS256","typ":"JWT","x":{"a":1,"a":1}}`, `{"alg":"HS256","typ":"at+jwt"}`,
		`{"alg":"HS256","typ":"JWT","cty":"JWT"}`, `{"alg":"HS256","typ":"JWT","jwk":{"kty":"oct","k":"AA"}}`, `{"alg":"HS256","typ":"JWT","zip":"DEF"}`, `{"alg":"HS256","typ":"JWT"} `, `[]`, ``,
	}
	payloads := []string{
		`{"iss":"me","exp":1700000060}`, `{"iss":"me","exp":1700000000}`, `{"iss":"me","exp":1699999990}`, `{"iss":"me","exp":1700000000.25}`, `{"iss":"me"}`, `{"exp":1700000060}`, `{"iss":"us","exp":1700000060}`,
		`{"iss":1,"exp":1700000060}`, `{"iss":"me","exp":0}`, `{"iss":"me","exp":-0}`, `{"iss":"me","exp":-1}`, `{"iss":"me","exp":1e18}`, `{"iss":"me","exp":1e400}`, `{"iss":"me","exp":1e-400}`, `{"iss":"me","exp":253402300799}`, `{"iss":"me","exp":253402300799.5}`, `{"iss":"me","exp":253402300800}`,
		`{"iss":"me","exp":1700000060000}`, `{"iss":"me","exp":"1700000060"}`, `{"iss":"me","exp":null}`, `{"iss":"me","exp":true}`, `{"iss":"me","exp":[1]}`,
		`{"iss":"me","exp":1700000060,"nbf":1700000030}`, `{"iss":"me","exp":1700000060,"nbf":1700000031}`, `{"iss":"me","exp":1700000060,"iat":1700000030}`, `{"iss":"me","exp":1700000060,"iat":1700000030.5}`,
		`{"iss":"me","exp":1700000060,"iat":0}`, `{"iss":"me","exp":1700000060,"nbf":0.5}`, `{"iss":"me","exp":1700000060,"nbf":1700000000000}`, `{"iss":"me","exp":1700000060,"iat":1e400}`,
		`{"iss":"me","exp":1700000060,"aud":"a"}`, `{"iss":"me","exp":1700000060,"aud":["a"]}`, `{"iss":"me","exp":1700000060,"aud":[]}`, `{"iss":"me","exp":1700000060,"aud":[1]}`, `{"iss":"me","exp":1700000060,"aud":["a",null]}`, `{"iss":"me","exp":1700000060,"aud":null}`, `{"iss":"me","exp":1700000060,"aud":{}}`,
		`{"iss":"me","exp":1700000060,"sub":1}`, `{"iss":"me","exp":1700000060,"sub":null}`, `{"iss":"me","exp":1700000060,"jti":[]}`, `{"iss":"me","exp":1700000060,"x":1,"x":1}`, `{"iss":"me","exp":1700000060,"x":{"a":1,"a":1}}`,
		`{"iss":"me","exp":1700000060,"x":"eyJhbGciOiJub25lIn0.e30."}`, `{"\u0069ss":"me","exp":1700000060}`, `{"iss":"me","exp":1700000060,"Exp":1}`, `{"iss":"me","exp":1700000060,"password":"x"}`,
		`eyJhbGciOiJub25lIn0.e30.`, `hello`, `[]`, `null`, ``, "{\"iss\":\"me\xff\",\"exp\":1700000060}", `{"iss":"me","exp":1700000060,"x":"` + strings.Repeat("x", model.MaxTokenBytes) + `"}`,
	}
	changes := []func(string) string{
		func(s string) string { return s },
		func(s string) string { return s[:strings.LastIndexByte(s, '.')+1] },
		func(s string) string { return s + "=" },
		func(s string) string { return s + "\n" },
		func(s string) string { return " " + s },
		func(s string) string { return s + ".AA" },
		func(s string) string { return s[:len(s)-1] },
		func(s string) string { return s[:len(s)/2] + " " + s[len(s)/2:] },
		func(s string) string { return strings.Replace(s, ".", "=.", 1) },
		func(s string) string { return "Bearer " + s },
	}
	good := 0
	for _, h := range headers {
		for _, p := range payloads {
			raw := forge(t, hmacID, h, p)
			for _, change := range changes {
				agree(t, change(raw), hmacID)
			}
			if _, err := Verify(raw, hmacID, Rules{Now: now, Type: TypeJWT, Issuer: "me", Leeway: 30 * time.Second}); err == nil {
				good++
			}
		}
	}
	if good < 20 {
		t.Errorf("only %d of the tokens are good: the test tests little", good)
	}
	raw := forge(t, testRSA(), `{"alg":"RS512","typ":"JWT"}`, payloads[0])
	agree(t, raw, testRSA())
	agree(t, raw, hmacID)
	agree(t, raw, Key{Algorithm: RS512})
	short := Key{Algorithm: HS256, Secret: secret[:31]}
	agree(t, sign31(t, payloads[0]), short)
}

// sign31 is a token signed with a secret that is one byte too short.
func sign31(t *testing.T, payload string) string {
	t.Helper()
	long := Key{Algorithm: HS256, Secret: append(append([]byte{}, secret[:31]...), 0)} // HMAC pads with zeros: the same key
	return forge(t, long, `{"alg":"HS256","typ":"JWT"}`, payload)
}

func FuzzWorkbenchAgrees(f *testing.F) {
	f.Add(`{"alg":"HS256","typ":"JWT","kid":"k"}`, `{"iss":"me","exp":1700000060}`, "")
	f.Add(`{"alg":"HS256","typ":"JWT"}`, `{"iss":"me","exp":1.7e9,"nbf":1700000030.0,"aud":["a"]}`, "=")
	f.Fuzz(func(t *testing.T, header, payload, tail string) {
		agree(t, forge(t, hmacID, header, payload)+tail, hmacID)
	})
}
