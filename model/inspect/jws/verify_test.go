package jws_test

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/base64"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"keydeck/model"
	"keydeck/model/inspect/internal/tokentest"
	"keydeck/model/inspect/jwa"
	"keydeck/model/inspect/jwk"
	"keydeck/model/inspect/jws"
	"keydeck/model/inspect/jwt"
	"keydeck/model/inspect/lint"
)

// TestVerifyHostile is the table of tokens that others have fallen for.
func TestVerifyUnknownKeyID(t *testing.T) {
	keys := []jwk.Key{{ID: "k", Family: jwa.FamilyHMAC, Secret: bytes.Repeat([]byte("k"), 32)}, {ID: "r", Family: jwa.FamilyHMAC, Secret: bytes.Repeat([]byte("r"), 32)}}
	token := jwt.Decode(tokentest.Sign(t, keys[0], "HS256", `{"alg":"HS256","kid":"zz"}`, `{}`))
	for n, want := range map[int]string{1: `its kid "zz" is not that of the key (k)`, 2: `its kid "zz" names none of the 2 keys (k, r)`} {
		if got := jws.Verify(token, keys[:n], jws.Expect{Now: time.Unix(1, 0)}); got.Outcome != jws.CannotVerify || got.Because != want {
			t.Errorf("with %d keys: %+v, want %s", n, got, want)
		}
	}
}

func TestVerifyHostile(t *testing.T) {
	hs, rs, es, ed := tokentest.Key(t, "HS256"), tokentest.Key(t, "RS256"), tokentest.Key(t, "ES256"), tokentest.Key(t, "EdDSA")
	es384 := tokentest.Key(t, "ES384")
	header := func(alg string) string { return `{"alg":"` + alg + `","typ":"JWT"}` }
	unsigned := func(alg string) string {
		return tokentest.Base64URL(header(alg)) + "." + tokentest.Base64URL(tokentest.Claims) + "."
	}
	good := map[string]string{}
	for _, alg := range jwa.Algorithms {
		good[alg] = tokentest.Sign(t, tokentest.Key(t, alg), alg, header(alg), tokentest.Claims)
	}
	text := func(k jwk.Key) []byte {
		pem, err := k.PEM(false)
		if err != nil {
			t.Fatal(err)
		}
		return pem
	}
	secretOf := func(b []byte) jwk.Key { return jwk.Key{Family: jwa.FamilyHMAC, Secret: b} }
	publicJWK, err := rs.JWK(false)
	if err != nil {
		t.Fatal(err)
	}
	es256 := func(r, s *big.Int) []byte {
		out := make([]byte, 64)
		r.FillBytes(out[:32])
		s.FillBytes(out[32:])
		return out
	}
	order := elliptic.P256().Params().N
	rawES := jwt.Decode(good["ES256"]).Signature
	der, err := asn1.Marshal(struct{ R, S *big.Int }{new(big.Int).SetBytes(rawES[:32]), new(big.Int).SetBytes(rawES[32:])})
	if err != nil {
		t.Fatal(err)
	}
	pss := func(salt int) string {
		signed := tokentest.Base64URL(header("PS256")) + "." + tokentest.Base64URL(tokentest.Claims)
		digest := sha256.Sum256([]byte(signed))
		signature, err := rsa.SignPSS(rand.Reader, rs.Private.(*rsa.PrivateKey), crypto.SHA256, digest[:], &rsa.PSSOptions{SaltLength: salt})
		if err != nil {
			t.Fatal(err)
		}
		return signed + "." + base64.RawURLEncoding.EncodeToString(signature)
	}
	own, err := jwk.Generate(nil, "ES256")
	if err != nil {
		t.Fatal(err)
	}
	ownJWK, err := own.JWK(false)
	if err != nil {
		t.Fatal(err)
	}
	as := func(k jwk.Key, change func(*jwk.Key)) jwk.Key { change(&k); return k }
	signed := func(h, p string) string { return tokentest.Sign(t, hs, "HS256", h, p) }

	tests := []struct {
		name, token string
		keys        []jwk.Key
		want        jws.Outcome
	}{
		{"none", unsigned("none"), []jwk.Key{hs, rs, es, ed}, jws.CannotVerify},
		{"None", unsigned("None"), []jwk.Key{hs}, jws.CannotVerify},
		{"NONE", unsigned("NONE"), []jwk.Key{hs}, jws.CannotVerify},
		{"nOnE", unsigned("nOnE"), []jwk.Key{hs}, jws.CannotVerify},
		{"none with a blank", unsigned("none "), []jwk.Key{hs}, jws.CannotVerify},
		{"none with a signature", strings.Replace(good["HS256"], tokentest.Base64URL(header("HS256")), tokentest.Base64URL(header("none")), 1), []jwk.Key{hs}, jws.CannotVerify},
		{"none without a key", unsigned("none"), nil, jws.CannotVerify},
		{"empty alg", unsigned(""), []jwk.Key{hs}, jws.CannotVerify},
		{"small letters", tokentest.Sign(t, hs, "HS256", header("hs256"), tokentest.Claims), []jwk.Key{hs}, jws.CannotVerify},
		{"unknown alg", tokentest.Sign(t, hs, "HS256", header("HS257"), tokentest.Claims), []jwk.Key{hs}, jws.CannotVerify},
		{"no key", good["HS256"], nil, jws.NotVerified},

		{"HS256 with an RSA key", good["HS256"], []jwk.Key{rs}, jws.WrongKey},
		{"HS256 with every other kind of key", good["HS256"], []jwk.Key{rs, es, ed}, jws.WrongKey},
		{"RS256 with a secret", good["RS256"], []jwk.Key{hs}, jws.WrongKey},
		{"ES256 with an RSA key", good["ES256"], []jwk.Key{rs}, jws.WrongKey},
		{"EdDSA with an EC key", good["EdDSA"], []jwk.Key{es}, jws.WrongKey},
		{"ES256 with a key on P-384", good["ES256"], []jwk.Key{es384}, jws.WrongKey},
		{"ES384 by a key on P-256", tokentest.Sign(t, es, "ES256", header("ES384"), tokentest.Claims), []jwk.Key{es}, jws.WrongKey},
		{"signed with the PEM of the public key", tokentest.Sign(t, secretOf(text(rs)), "HS256", header("HS256"), tokentest.Claims), []jwk.Key{rs}, jws.WrongKey},
		{"the same, and the PEM given as the secret", tokentest.Sign(t, secretOf(text(rs)), "HS256", header("HS256"), tokentest.Claims), []jwk.Key{secretOf(text(rs))}, jws.WrongKey},
		{"signed with the JWK of the public key, given as the secret", tokentest.Sign(t, secretOf(publicJWK), "HS256", header("HS256"), tokentest.Claims), []jwk.Key{secretOf(publicJWK)}, jws.WrongKey},
		{"signed with the DER of the public key, given as the secret", tokentest.Sign(t, secretOf([]byte(tokentest.Interop().Keys["RSA"].PublicForms["PKIX DER"])), "HS256", header("HS256"), tokentest.Claims),
			[]jwk.Key{secretOf([]byte(tokentest.Interop().Keys["RSA"].PublicForms["PKIX DER"]))}, jws.WrongKey},
		{"signed with an empty secret", tokentest.Sign(t, secretOf(nil), "HS256", header("HS256"), tokentest.Claims), []jwk.Key{secretOf(nil)}, jws.WrongKey},
		{"signed with a short secret", tokentest.Sign(t, secretOf([]byte("secret")), "HS256", header("HS256"), tokentest.Claims), []jwk.Key{secretOf([]byte("secret"))}, jws.CannotVerify},
		{"HS512 with a secret for HS256", tokentest.Sign(t, secretOf(hs.Secret[:32]), "HS512", header("HS512"), tokentest.Claims), []jwk.Key{secretOf(hs.Secret[:32])}, jws.CannotVerify},
		{"not signed with the short secret", good["HS256"], []jwk.Key{secretOf([]byte("secret"))}, jws.BadSignature},

		{"stripped signature", good["HS256"][:strings.LastIndexByte(good["HS256"], '.')+1], []jwk.Key{hs}, jws.BadSignature},
		{"stripped RSA signature", good["RS256"][:strings.LastIndexByte(good["RS256"], '.')+1], []jwk.Key{rs}, jws.BadSignature},
		{"half a signature", tokentest.WithSignature(good["HS256"], jwt.Decode(good["HS256"]).Signature[:16]), []jwk.Key{hs}, jws.BadSignature},
		{"another claim", strings.Replace(good["HS256"], tokentest.Base64URL(tokentest.Claims), tokentest.Base64URL(strings.Replace(tokentest.Claims, "me", "us", 1)), 1), []jwk.Key{hs}, jws.BadSignature},
		{"another header", strings.Replace(good["HS256"], tokentest.Base64URL(header("HS256")), tokentest.Base64URL(`{"alg":"HS256","typ":"at+jwt"}`), 1), []jwk.Key{hs}, jws.BadSignature},
		{"signature over the payload encoded again", strings.Replace(good["HS256"], tokentest.Base64URL(tokentest.Claims), tokentest.Base64URL(tokentest.Claims+" "), 1), []jwk.Key{hs}, jws.BadSignature},
		{"RS256 called PS256", tokentest.Sign(t, rs, "RS256", header("PS256"), tokentest.Claims), []jwk.Key{rs}, jws.BadSignature},
		{"PS256 called RS256", tokentest.Sign(t, rs, "PS256", header("RS256"), tokentest.Claims), []jwk.Key{rs}, jws.BadSignature},
		{"RS512 called RS256", tokentest.Sign(t, rs, "RS512", header("RS256"), tokentest.Claims), []jwk.Key{rs}, jws.BadSignature},
		{"HS512 called HS256", tokentest.Sign(t, hs, "HS512", header("HS256"), tokentest.Claims), []jwk.Key{hs}, jws.BadSignature},
		{"PSS without salt", pss(0), []jwk.Key{rs}, jws.BadSignature},
		{"PSS with a longer salt", pss(64), []jwk.Key{rs}, jws.BadSignature},
		{"PSS with the right salt", pss(32), []jwk.Key{rs}, jws.Verified},
		{"DER in an ES256 token", tokentest.WithSignature(good["ES256"], der), []jwk.Key{es}, jws.BadSignature},
		{"r and s zero", tokentest.WithSignature(good["ES256"], make([]byte, 64)), []jwk.Key{es}, jws.BadSignature},
		{"r and s the order", tokentest.WithSignature(good["ES256"], es256(order, order)), []jwk.Key{es}, jws.BadSignature},
		{"r zero, s one", tokentest.WithSignature(good["ES256"], es256(new(big.Int), big.NewInt(1))), []jwk.Key{es}, jws.BadSignature},
		{"a zero byte in front of r and s", tokentest.WithSignature(good["ES256"], append([]byte{0}, rawES...)), []jwk.Key{es}, jws.BadSignature},
		{"a byte behind", tokentest.WithSignature(good["ES256"], append(bytes.Clone(rawES), 0)), []jwk.Key{es}, jws.BadSignature},
		{"Ed25519 with S above the order", tokentest.WithSignature(good["EdDSA"], append(bytes.Clone(jwt.Decode(good["EdDSA"]).Signature[:32]), bytes.Repeat([]byte{0xff}, 32)...)), []jwk.Key{ed}, jws.BadSignature},
		{"Ed25519 key of small order", tokentest.WithSignature(good["EdDSA"], append([]byte{1}, make([]byte, 63)...)),
			[]jwk.Key{{Family: jwa.FamilyEd, Public: append(ed25519.PublicKey{1}, make([]byte, 31)...)}}, jws.WrongKey},

		{"padding", good["HS256"] + "=", []jwk.Key{hs}, jws.CannotVerify},
		{"padding within", tokentest.SignText(t, hs, "HS256", tokentest.Base64URL(`{"alg":"HS256"} `)+"=="+"."+tokentest.Base64URL(tokentest.Claims)), []jwk.Key{hs}, jws.CannotVerify},
		{"standard alphabet", strings.NewReplacer("-", "+", "_", "/").Replace(tokentest.SignText(t, hs, "HS256", tokentest.Base64URL(header("HS256"))+"."+tokentest.Base64URL(`{"a":"ÿÿÿ???>>>"}`))), []jwk.Key{hs}, jws.CannotVerify},
		{"spare bits in the payload", tokentest.SignText(t, hs, "HS256", tokentest.Base64URL(header("HS256"))+"."+"AB"), []jwk.Key{hs}, jws.CannotVerify},
		{"spare bits in the signature", good["HS256"][:len(good["HS256"])-1] + string(spare(good["HS256"])), []jwk.Key{hs}, jws.CannotVerify},
		{"a blank within", good["HS256"][:30] + " " + good["HS256"][30:], []jwk.Key{hs}, jws.CannotVerify},
		{"a tab behind a dot", strings.Replace(good["HS256"], ".", ".\t", 1), []jwk.Key{hs}, jws.CannotVerify},
		{"a fourth segment", good["HS256"] + ".AA", []jwk.Key{hs}, jws.CannotVerify},
		{"two segments", tokentest.Base64URL(header("HS256")) + "." + tokentest.Base64URL(tokentest.Claims), []jwk.Key{hs}, jws.CannotVerify},
		{"encrypted", tokentest.Base64URL(`{"alg":"dir","enc":"A256GCM"}`) + "..aXYaXYaXYaXY.Y3Q.dGFndGFndGFndGFndGFnAA", []jwk.Key{hs}, jws.CannotVerify},
		{"alg twice", signed(`{"alg":"none","alg":"HS256"}`, tokentest.Claims), []jwk.Key{hs}, jws.CannotVerify},
		{"alg twice, escaped", signed(`{"alg":"HS256","\u0061lg":"none"}`, tokentest.Claims), []jwk.Key{hs}, jws.CannotVerify},
		{"alg an array", signed(`{"alg":["HS256"]}`, tokentest.Claims), []jwk.Key{hs}, jws.CannotVerify},
		{"alg missing", signed(`{"typ":"JWT"}`, tokentest.Claims), []jwk.Key{hs}, jws.CannotVerify},
		{"typ a number", signed(`{"alg":"HS256","typ":1}`, tokentest.Claims), []jwk.Key{hs}, jws.CannotVerify},
		{"kid a number", signed(`{"alg":"HS256","kid":1}`, tokentest.Claims), []jwk.Key{hs}, jws.CannotVerify},
		{"kid null", signed(`{"alg":"HS256","kid":null}`, tokentest.Claims), []jwk.Key{hs}, jws.CannotVerify},
		{"crit", signed(`{"alg":"HS256","crit":["exp"],"exp":1}`, tokentest.Claims), []jwk.Key{hs}, jws.CannotVerify},
		{"crit empty", signed(`{"alg":"HS256","crit":[]}`, tokentest.Claims), []jwk.Key{hs}, jws.CannotVerify},
		{"b64 true", signed(`{"alg":"HS256","b64":true}`, tokentest.Claims), []jwk.Key{hs}, jws.CannotVerify},
		{"b64 false", tokentest.SignText(t, hs, "HS256", tokentest.Base64URL(`{"alg":"HS256","b64":false,"crit":["b64"]}`)+"."+"payload"), []jwk.Key{hs}, jws.CannotVerify},
		{"header not UTF-8", signed("{\"alg\":\"HS256\",\"x\":\"\xff\"}", tokentest.Claims), []jwk.Key{hs}, jws.CannotVerify},
		{"header with a byte order mark", signed("\ufeff"+header("HS256"), tokentest.Claims), []jwk.Key{hs}, jws.CannotVerify},
		{"header too deep", signed(`{"alg":"HS256","x":`+strings.Repeat("[", 64)+strings.Repeat("]", 64)+`}`, tokentest.Claims), []jwk.Key{hs}, jws.CannotVerify},

		{"brings its own key", tokentest.Sign(t, own, "ES256", `{"alg":"ES256","typ":"JWT","jwk":`+string(ownJWK)+`}`, tokentest.Claims), []jwk.Key{es}, jws.BadSignature},
		{"brings its own key, and there is none", tokentest.Sign(t, own, "ES256", `{"alg":"ES256","typ":"JWT","jwk":`+string(ownJWK)+`}`, tokentest.Claims), nil, jws.NotVerified},
		{"kid of a path", signed(`{"alg":"HS256","kid":"../../dev/null"}`, tokentest.Claims), []jwk.Key{as(hs, func(k *jwk.Key) { k.ID = "k"; k.Secret = bytes.Repeat([]byte("x"), 32) })}, jws.CannotVerify},
		{"kid of another key", signed(`{"alg":"HS256","kid":"k2"}`, tokentest.Claims),
			[]jwk.Key{as(hs, func(k *jwk.Key) { k.ID = "k1" }), as(hs, func(k *jwk.Key) { k.ID, k.Secret = "k2", bytes.Repeat([]byte("x"), 32) })}, jws.BadSignature},
		{"kid of a key of another kind", signed(`{"alg":"HS256","kid":"k2"}`, tokentest.Claims), []jwk.Key{as(hs, func(k *jwk.Key) { k.ID = "k1" }), as(rs, func(k *jwk.Key) { k.ID = "k2" })}, jws.WrongKey},
		{"kid of no key", signed(`{"alg":"HS256","kid":"k9"}`, tokentest.Claims), []jwk.Key{as(rs, func(k *jwk.Key) { k.ID = "r" }), as(hs, func(k *jwk.Key) { k.ID = "k1" })}, jws.CannotVerify},
		{"kid of no key, and one of another kind without a name", signed(`{"alg":"HS256","kid":"k9"}`, tokentest.Claims), []jwk.Key{rs, as(hs, func(k *jwk.Key) { k.ID = "k1" })}, jws.CannotVerify},
		{"kid of no key, and one without a name", signed(`{"alg":"HS256","kid":"k9"}`, tokentest.Claims), []jwk.Key{hs, as(hs, func(k *jwk.Key) { k.ID = "k1" })}, jws.Verified},
		{"empty kid", signed(`{"alg":"HS256","kid":""}`, tokentest.Claims), []jwk.Key{rs, as(hs, func(k *jwk.Key) { k.ID = "k1" })}, jws.Verified},

		{"key for another algorithm", good["RS256"], []jwk.Key{as(rs, func(k *jwk.Key) { k.Algorithm = "RS512" })}, jws.WrongKey},
		{"key for PS256", good["RS256"], []jwk.Key{as(rs, func(k *jwk.Key) { k.Algorithm = "PS256" })}, jws.WrongKey},
		{"key for a longer hash of PSS", good["PS256"], []jwk.Key{as(rs, func(k *jwk.Key) { k.Algorithm = "PS512" })}, jws.WrongKey},
		{"key for encryption by alg", good["HS256"], []jwk.Key{as(hs, func(k *jwk.Key) { k.Algorithm = "A256KW" })}, jws.WrongKey},
		{"key for encryption by use", good["RS256"], []jwk.Key{as(rs, func(k *jwk.Key) { k.Use = "enc" })}, jws.WrongKey},
		{"key for encryption by key_ops", good["RS256"], []jwk.Key{as(rs, func(k *jwk.Key) { k.Operations = []string{"encrypt"} })}, jws.WrongKey},
		{"key that only signs", good["RS256"], []jwk.Key{as(rs, func(k *jwk.Key) { k.Operations = []string{"sign"} })}, jws.WrongKey},
		{"key for nothing", good["RS256"], []jwk.Key{as(rs, func(k *jwk.Key) { k.Operations = []string{} })}, jws.WrongKey},
		{"key without anything", good["RS256"], []jwk.Key{{}}, jws.WrongKey},
		{"key without its public half", good["RS256"], []jwk.Key{{Family: jwa.FamilyRSA}}, jws.WrongKey},
		{"RSA key without a modulus", good["RS256"], []jwk.Key{{Family: jwa.FamilyRSA, Public: &rsa.PublicKey{E: 3}}}, jws.WrongKey},
		{"RSA exponent 1", good["RS256"], []jwk.Key{{Family: jwa.FamilyRSA, Public: &rsa.PublicKey{N: rs.Public.(*rsa.PublicKey).N, E: 1}}}, jws.WrongKey},
		{"an EC key called RSA", good["RS256"], []jwk.Key{{Family: jwa.FamilyRSA, Public: es.Public}}, jws.BadSignature},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := jws.Verify(jwt.Decode(tt.token), tt.keys, jws.Expect{Now: tokentest.Now})
			if got.Outcome != tt.want {
				t.Errorf("%+v, want %s", got, tt.want)
			}
			if got.Good != (tt.want == jws.Verified) {
				t.Errorf("good is %v: %+v", got.Good, got)
			}
			if silent := tt.want == jws.Verified || tt.want == jws.NotVerified; (got.Because == "") != silent {
				t.Errorf("because %q", got.Because)
			}
		})
	}
}

// spare is the last character of the token with a spare bit set.
func spare(token string) byte {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	return alphabet[strings.IndexByte(alphabet, token[len(token)-1])|1]
}

func TestVerifyGood(t *testing.T) {
	for _, alg := range append([]string{"Ed25519"}, jwa.Algorithms...) {
		a, _ := jwa.Lookup(alg)
		k := tokentest.Key(t, a.Name)
		k.ID, k.Source = "k1", "file jwks.json"
		others := []jwk.Key{tokentest.Key(t, "HS256"), tokentest.Key(t, "RS256"), tokentest.Key(t, "ES256"), tokentest.Key(t, "ES384"), tokentest.Key(t, "ES512"), tokentest.Key(t, "EdDSA")}
		token := tokentest.Sign(t, k, a.Name, `{"alg":"`+alg+`","typ":"JWT","kid":"k1"}`, tokentest.Claims)
		got := jws.Verify(jwt.Decode("Authorization: Bearer "+token+"\r\n"), append(others, k), jws.Expect{Now: tokentest.Now, Issuer: "me", Audience: "a", Type: "jwt", Strict: true, Leeway: time.Minute})
		if !got.Good || got.KeyID != "k1" || got.Key != "file jwks.json" {
			t.Errorf("%s: %+v, want it good by k1 of jwks.json", alg, got)
		}
		if want := (jws.Settings{LeewaySeconds: 60, Issuer: "me", Audience: "a", Type: "jwt"}); got.Expect != want {
			t.Errorf("settings %+v, want %+v", got.Expect, want)
		}
	}
}

func TestChecks(t *testing.T) {
	k := tokentest.Key(t, "HS256")
	long := `{"exp":1700000060,"x":"` + strings.Repeat("x", model.MaxTokenBytes) + `"}`
	tests := []struct {
		name, header, claims string
		expect               jws.Expect
		good                 bool
		want                 string // a text among the checks
	}{
		{"nothing asked", "", `{}`, jws.Expect{}, true, "no exp: it never expires"},
		{"no exp", "", `{}`, jws.Expect{}, false, "no exp: it never expires, and a Keydeck server takes none like that"},
		{"alive", "", `{"exp":1700000060}`, jws.Expect{Strict: true}, true, "expires in 1 min"},
		{"expired", "", `{"exp":1699999820}`, jws.Expect{}, false, "expired 3 min ago"},
		{"expired right now", "", `{"exp":1700000000}`, jws.Expect{}, false, "expired just now"},
		{"within the leeway", "", `{"exp":1699999990}`, jws.Expect{Leeway: 11 * time.Second}, true, "expired 10 s ago, within the leeway"},
		{"at the end of the leeway", "", `{"exp":1699999990}`, jws.Expect{Leeway: 10 * time.Second}, false, "expired 10 s ago"},
		{"this server gives exp no leeway", "", `{"exp":1699999990}`, jws.Expect{Leeway: time.Hour, Strict: true}, false, "expired 10 s ago"},
		{"a leeway below zero is none", "", `{"exp":1700000001}`, jws.Expect{Leeway: -time.Hour}, true, "expires in 1 s"},
		{"exp zero", "", `{"exp":0}`, jws.Expect{}, false, "expired 53 years ago"},
		{"exp a string", "", `{"exp":"1700000060"}`, jws.Expect{}, false, `exp "1700000060" is no date in seconds since 1970`},
		{"exp null", "", `{"exp":null}`, jws.Expect{}, false, "exp null is no date in seconds since 1970"},
		{"exp true", "", `{"exp":true}`, jws.Expect{}, false, "exp true is no date in seconds since 1970"},
		{"exp negative", "", `{"exp":-1}`, jws.Expect{}, false, "exp -1 is no date in seconds since 1970"},
		{"exp out of range", "", `{"exp":1e400}`, jws.Expect{}, false, "exp 1e400 is no date in seconds since 1970"},
		{"exp far off, as a Keydeck server takes it", "", `{"exp":1e300}`, jws.Expect{Strict: true}, true, "expires after the year 9999"},
		{"not yet valid", "", `{"nbf":1700000060,"exp":1800000000}`, jws.Expect{}, false, "begins in 1 min"},
		{"not yet valid, within the leeway", "", `{"nbf":1700000060,"exp":1800000000}`, jws.Expect{Leeway: time.Minute}, true, "begins in 1 min, within the leeway"},
		{"nbf now", "", `{"nbf":1700000000,"exp":1800000000}`, jws.Expect{}, true, "began just now"},
		{"issued in the future", "", `{"iat":1700003600,"exp":1800000000}`, jws.Expect{}, false, "will be issued in 1 h"},
		{"iat zero", "", `{"iat":0,"exp":1800000000}`, jws.Expect{}, false, "iat 0 is no date in seconds since 1970"},
		{"nbf in milliseconds", "", `{"nbf":1700000000000,"exp":1800000000}`, jws.Expect{}, false, "begins after the year 9999; if milliseconds were meant, just now"},
		{"exp in milliseconds", "", `{"exp":1699999900000}`, jws.Expect{}, true, "expires after the year 9999; if milliseconds were meant, 1 min ago"},
		{"issuer", "", `{"iss":"me"}`, jws.Expect{Issuer: "me"}, true, `iss is "me", as expected`},
		{"another issuer", "", `{"iss":"me/"}`, jws.Expect{Issuer: "me"}, false, `iss is "me/", expected is "me"`},
		{"no issuer", "", `{}`, jws.Expect{Issuer: "me"}, false, `no iss, expected is "me"`},
		{"issuer a number", "", `{"iss":1}`, jws.Expect{}, false, "iss is not a string"},
		{"subject null", "", `{"sub":null}`, jws.Expect{}, false, "sub is not a string"},
		{"jti an array", "", `{"jti":["a"]}`, jws.Expect{}, false, "jti is not a string"},
		{"audience", "", `{"aud":"a"}`, jws.Expect{Audience: "a"}, true, `aud is "a", as expected`},
		{"one of several", "", `{"aud":["b","a"]}`, jws.Expect{Audience: "a"}, true, `aud is "a", as expected`},
		{"another audience", "", `{"aud":["b","A"]}`, jws.Expect{Audience: "a"}, false, `aud is ["b","A"], expected is "a"`},
		{"audience a part of one", "", `{"aud":"abc"}`, jws.Expect{Audience: "a"}, false, `aud is "abc", expected is "a"`},
		{"no audience", "", `{}`, jws.Expect{Audience: "a"}, false, `no aud, expected is "a"`},
		{"no audience at all", "", `{"aud":[]}`, jws.Expect{Audience: "a"}, false, `aud is [], expected is "a"`},
		{"audience a number", "", `{"aud":1}`, jws.Expect{}, false, "aud is neither a string nor an array of strings"},
		{"audience null", "", `{"aud":null}`, jws.Expect{}, false, "aud is neither a string nor an array of strings"},
		{"audience with a null", "", `{"aud":["a",null]}`, jws.Expect{Audience: "a"}, false, "aud is neither a string nor an array of strings"},
		{"type", `{"alg":"HS256","typ":"application/AT+JWT"}`, `{}`, jws.Expect{Type: "at+jwt"}, true, `typ is "application/AT+JWT", as expected`},
		{"another type", `{"alg":"HS256","typ":"JWT"}`, `{}`, jws.Expect{Type: "at+jwt"}, false, `typ is "JWT", expected is "at+jwt"`},
		{"no type", `{"alg":"HS256"}`, `{}`, jws.Expect{Type: "JWT"}, false, `typ is "", expected is "JWT"`},
		{"too long for this server", "", long, jws.Expect{}, false, fmt.Sprintf("%s bytes long; a Keydeck server takes at most 16,384", model.Count(int64(len(tokentest.Sign(t, k, "HS256", `{"alg":"HS256","typ":"JWT"}`, long)))))},
		{"a claim twice", "", `{"exp":1,"exp":1800000000}`, jws.Expect{}, false, `payload: member "exp" appears twice, at byte 9`},
		{"a claim twice, further in", "", `{"x":{"a":1,"a":2}}`, jws.Expect{}, false, `payload: member "a" appears twice, at byte 12`},
		{"not an object", "", `[]`, jws.Expect{}, false, "payload: invalid JSON: not an object at byte 0"},
		{"text", "", `hello`, jws.Expect{}, false, "payload: invalid JSON: not an object at byte 0"},
		{"not UTF-8", "", "{\"a\":\"\xff\"}", jws.Expect{}, false, "payload: invalid JSON: invalid UTF-8 at byte 6"},
		{"empty", "", "", jws.Expect{}, false, "payload: empty, or kept elsewhere"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.header == "" {
				tt.header = `{"alg":"HS256","typ":"JWT"}`
			}
			tt.expect.Now, tt.expect.NoExpiry = tokentest.Now, tt.name != "no exp"
			got := jws.Verify(jwt.Decode(tokentest.Sign(t, k, "HS256", tt.header, tt.claims)), []jwk.Key{k}, tt.expect)
			if got.Outcome != jws.Verified || got.Good != tt.good {
				t.Errorf("%+v, want good %v", got, tt.good)
			}
			found := false
			for _, c := range got.Checks {
				found = found || c.Text == tt.want && (c.Good || !tt.good)
			}
			if !found {
				t.Errorf("checks %+v, want %q among them", got.Checks, tt.want)
			}
		})
	}
	good := jwt.Decode(tokentest.Sign(t, k, "HS256", `{"alg":"HS256"}`, `{}`))
	if got := jws.Verify(good, []jwk.Key{k}, jws.Expect{}); got.Good {
		t.Error("good without a time to hold it against")
	}
}

// TestVerifyIsBounded feeds what would take long.
func TestVerifyIsBounded(t *testing.T) {
	k := tokentest.Key(t, "ES512")
	many := make([]jwk.Key, 10_000)
	for i := range many {
		many[i] = k
	}
	token := tokentest.WithSignature(tokentest.Sign(t, k, "ES512", `{"alg":"ES512"}`, `{}`), bytes.Repeat([]byte{0, 1}, 66))
	start := time.Now()
	if got := jws.Verify(jwt.Decode(token), many, jws.Expect{Now: tokentest.Now}); got.Outcome != jws.CannotVerify || !strings.Contains(got.Because, "10000 keys fit") {
		t.Errorf("10,000 keys: %+v", got)
	}
	hs := tokentest.Key(t, "HS256")
	for i := range many {
		many[i] = jwk.Key{Family: jwa.FamilyHMAC, Secret: bytes.Repeat([]byte{byte(i), byte(i >> 8)}, 16)}
	}
	big := tokentest.Sign(t, hs, "HS256", `{"alg":"HS256"}`, `{"x":"`+strings.Repeat("x", 700_000)+`"}`)
	if got := jws.Verify(jwt.Decode(big), many, jws.Expect{Now: tokentest.Now}); got.Outcome != jws.CannotVerify {
		t.Errorf("10,000 secrets: %+v", got)
	}
	if got := jws.Verify(jwt.Decode(big), []jwk.Key{hs}, jws.Expect{Now: tokentest.Now}); got.Outcome != jws.Verified || got.Good {
		t.Errorf("a token of 900 KB: %+v", got)
	}
	huge := tokentest.Sign(t, hs, "HS256", `{"alg":"HS256"}`, `{"x":"`+strings.Repeat("x", 1<<20)+`"}`)
	if got := jws.Verify(jwt.Decode(huge), []jwk.Key{hs}, jws.Expect{Now: tokentest.Now}); got.Outcome != jws.CannotVerify {
		t.Errorf("a token over 1 MiB: %+v", got)
	}
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("it took %v", took)
	}
}

func FuzzVerify(f *testing.F) {
	var keys []jwk.Key
	for _, alg := range []string{"HS256", "RS256", "ES256", "ES384", "ES512", "EdDSA"} {
		keys = append(keys, tokentest.Key(f, alg))
	}
	signed := map[string]bool{}
	for _, alg := range jwa.Algorithms {
		token := tokentest.Sign(f, tokentest.Key(f, alg), alg, `{"alg":"`+alg+`","typ":"JWT"}`, tokentest.Claims)
		signed[token] = true
		f.Add(token, uint16(0), byte(0))
		f.Add(token, uint16(len(token)-3), byte('x'))
		f.Add(token, uint16(5), byte('.'))
	}
	f.Fuzz(func(t *testing.T, token string, at uint16, with byte) {
		if len(token) > 0 {
			changed := []byte(token)
			changed[int(at)%len(changed)] = with
			token = string(changed)
		}
		decoded := jwt.Decode(token)
		got := jws.Verify(decoded, keys, jws.Expect{Now: tokentest.Now})
		if got.Outcome == jws.Verified && !signed[decoded.Raw] {
			t.Errorf("%q: %+v", token, got)
		}
		if got.Good && got.Outcome != jws.Verified {
			t.Errorf("%q is good: %+v", token, got)
		}
		if len(got.Because) == 0 && got.Outcome != jws.Verified && got.Outcome != jws.NotVerified {
			t.Errorf("%q: %s without a reason", token, got.Outcome)
		}
		_ = lint.Secret(decoded)
	})
}

func BenchmarkVerify(b *testing.B) {
	for _, alg := range jwa.Algorithms {
		k := tokentest.Key(b, alg)
		token := jwt.Decode(tokentest.Sign(b, k, alg, `{"alg":"`+alg+`","typ":"JWT"}`, tokentest.Claims))
		b.Run(alg, func(b *testing.B) {
			for b.Loop() {
				if !jws.Verify(token, []jwk.Key{k}, jws.Expect{Now: tokentest.Now}).Good {
					b.Fatal("not good")
				}
			}
		})
	}
}
