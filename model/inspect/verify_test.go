package inspect

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
)

// TestVerifyHostile is the table of tokens that others have fallen for.
func TestVerifyUnknownKeyID(t *testing.T) {
	keys := []Key{{ID: "k", Family: FamilyHMAC, Secret: bytes.Repeat([]byte("k"), 32)}, {ID: "r", Family: FamilyHMAC, Secret: bytes.Repeat([]byte("r"), 32)}}
	token := decode(forge(t, keys[0], "HS256", `{"alg":"HS256","kid":"zz"}`, `{}`))
	for n, want := range map[int]string{1: `its kid "zz" is not that of the key (k)`, 2: `its kid "zz" names none of the 2 keys (k, r)`} {
		if got := Verify(token, keys[:n], Expect{Now: time.Unix(1, 0)}); got.Outcome != CannotVerify || got.Because != want {
			t.Errorf("with %d keys: %s, want %s", n, got, want)
		}
	}
}

func TestVerifyHostile(t *testing.T) {
	hs, rs, es, ed := testKey(t, "HS256"), testKey(t, "RS256"), testKey(t, "ES256"), testKey(t, "EdDSA")
	es384 := testKey(t, "ES384")
	header := func(alg string) string { return `{"alg":"` + alg + `","typ":"JWT"}` }
	unsigned := func(alg string) string { return b64(header(alg)) + "." + b64(goodClaims) + "." }
	good := map[string]string{}
	for _, alg := range Algorithms {
		good[alg] = forge(t, testKey(t, alg), alg, header(alg), goodClaims)
	}
	text := func(k Key) []byte {
		pem, err := k.PEM(false)
		if err != nil {
			t.Fatal(err)
		}
		return pem
	}
	secretOf := func(b []byte) Key { return Key{Family: FamilyHMAC, Secret: b} }
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
	rawES := decode(good["ES256"]).Signature
	der, err := asn1.Marshal(struct{ R, S *big.Int }{new(big.Int).SetBytes(rawES[:32]), new(big.Int).SetBytes(rawES[32:])})
	if err != nil {
		t.Fatal(err)
	}
	pss := func(salt int) string {
		signed := b64(header("PS256")) + "." + b64(goodClaims)
		digest := sha256.Sum256([]byte(signed))
		signature, err := rsa.SignPSS(rand.Reader, rs.Private.(*rsa.PrivateKey), crypto.SHA256, digest[:], &rsa.PSSOptions{SaltLength: salt})
		if err != nil {
			t.Fatal(err)
		}
		return signed + "." + base64.RawURLEncoding.EncodeToString(signature)
	}
	own, err := GenerateKey(nil, "ES256")
	if err != nil {
		t.Fatal(err)
	}
	ownJWK, err := own.JWK(false)
	if err != nil {
		t.Fatal(err)
	}
	as := func(k Key, change func(*Key)) Key { change(&k); return k }
	signed := func(h, p string) string { return forge(t, hs, "HS256", h, p) }

	tests := []struct {
		name, token string
		keys        []Key
		want        Outcome
	}{
		{"none", unsigned("none"), []Key{hs, rs, es, ed}, CannotVerify},
		{"None", unsigned("None"), []Key{hs}, CannotVerify},
		{"NONE", unsigned("NONE"), []Key{hs}, CannotVerify},
		{"nOnE", unsigned("nOnE"), []Key{hs}, CannotVerify},
		{"none with a blank", unsigned("none "), []Key{hs}, CannotVerify},
		{"none with a signature", strings.Replace(good["HS256"], b64(header("HS256")), b64(header("none")), 1), []Key{hs}, CannotVerify},
		{"none without a key", unsigned("none"), nil, CannotVerify},
		{"empty alg", unsigned(""), []Key{hs}, CannotVerify},
		{"small letters", forge(t, hs, "HS256", header("hs256"), goodClaims), []Key{hs}, CannotVerify},
		{"unknown alg", forge(t, hs, "HS256", header("HS257"), goodClaims), []Key{hs}, CannotVerify},
		{"no key", good["HS256"], nil, NotVerified},

		{"HS256 with an RSA key", good["HS256"], []Key{rs}, WrongKey},
		{"HS256 with every other kind of key", good["HS256"], []Key{rs, es, ed}, WrongKey},
		{"RS256 with a secret", good["RS256"], []Key{hs}, WrongKey},
		{"ES256 with an RSA key", good["ES256"], []Key{rs}, WrongKey},
		{"EdDSA with an EC key", good["EdDSA"], []Key{es}, WrongKey},
		{"ES256 with a key on P-384", good["ES256"], []Key{es384}, WrongKey},
		{"ES384 by a key on P-256", forge(t, es, "ES256", header("ES384"), goodClaims), []Key{es}, WrongKey},
		{"signed with the PEM of the public key", forge(t, secretOf(text(rs)), "HS256", header("HS256"), goodClaims), []Key{rs}, WrongKey},
		{"the same, and the PEM given as the secret", forge(t, secretOf(text(rs)), "HS256", header("HS256"), goodClaims), []Key{secretOf(text(rs))}, WrongKey},
		{"signed with the JWK of the public key, given as the secret", forge(t, secretOf(publicJWK), "HS256", header("HS256"), goodClaims), []Key{secretOf(publicJWK)}, WrongKey},
		{"signed with the DER of the public key, given as the secret", forge(t, secretOf([]byte(interop().Keys["RSA"].publicForms["PKIX DER"])), "HS256", header("HS256"), goodClaims),
			[]Key{secretOf([]byte(interop().Keys["RSA"].publicForms["PKIX DER"]))}, WrongKey},
		{"signed with an empty secret", forge(t, secretOf(nil), "HS256", header("HS256"), goodClaims), []Key{secretOf(nil)}, WrongKey},
		{"signed with a short secret", forge(t, secretOf([]byte("secret")), "HS256", header("HS256"), goodClaims), []Key{secretOf([]byte("secret"))}, CannotVerify},
		{"HS512 with a secret for HS256", forge(t, secretOf(hs.Secret[:32]), "HS512", header("HS512"), goodClaims), []Key{secretOf(hs.Secret[:32])}, CannotVerify},
		{"not signed with the short secret", good["HS256"], []Key{secretOf([]byte("secret"))}, BadSignature},

		{"stripped signature", good["HS256"][:strings.LastIndexByte(good["HS256"], '.')+1], []Key{hs}, BadSignature},
		{"stripped RSA signature", good["RS256"][:strings.LastIndexByte(good["RS256"], '.')+1], []Key{rs}, BadSignature},
		{"half a signature", withSignature(good["HS256"], decode(good["HS256"]).Signature[:16]), []Key{hs}, BadSignature},
		{"another claim", strings.Replace(good["HS256"], b64(goodClaims), b64(strings.Replace(goodClaims, "me", "us", 1)), 1), []Key{hs}, BadSignature},
		{"another header", strings.Replace(good["HS256"], b64(header("HS256")), b64(`{"alg":"HS256","typ":"at+jwt"}`), 1), []Key{hs}, BadSignature},
		{"signature over the payload encoded again", strings.Replace(good["HS256"], b64(goodClaims), b64(goodClaims+" "), 1), []Key{hs}, BadSignature},
		{"RS256 called PS256", forge(t, rs, "RS256", header("PS256"), goodClaims), []Key{rs}, BadSignature},
		{"PS256 called RS256", forge(t, rs, "PS256", header("RS256"), goodClaims), []Key{rs}, BadSignature},
		{"RS512 called RS256", forge(t, rs, "RS512", header("RS256"), goodClaims), []Key{rs}, BadSignature},
		{"HS512 called HS256", forge(t, hs, "HS512", header("HS256"), goodClaims), []Key{hs}, BadSignature},
		{"PSS without salt", pss(0), []Key{rs}, BadSignature},
		{"PSS with a longer salt", pss(64), []Key{rs}, BadSignature},
		{"PSS with the right salt", pss(32), []Key{rs}, Verified},
		{"DER in an ES256 token", withSignature(good["ES256"], der), []Key{es}, BadSignature},
		{"r and s zero", withSignature(good["ES256"], make([]byte, 64)), []Key{es}, BadSignature},
		{"r and s the order", withSignature(good["ES256"], es256(order, order)), []Key{es}, BadSignature},
		{"r zero, s one", withSignature(good["ES256"], es256(new(big.Int), big.NewInt(1))), []Key{es}, BadSignature},
		{"a zero byte in front of r and s", withSignature(good["ES256"], append([]byte{0}, rawES...)), []Key{es}, BadSignature},
		{"a byte behind", withSignature(good["ES256"], append(bytes.Clone(rawES), 0)), []Key{es}, BadSignature},
		{"Ed25519 with S above the order", withSignature(good["EdDSA"], append(bytes.Clone(decode(good["EdDSA"]).Signature[:32]), bytes.Repeat([]byte{0xff}, 32)...)), []Key{ed}, BadSignature},
		{"Ed25519 key of small order", withSignature(good["EdDSA"], append([]byte{1}, make([]byte, 63)...)),
			[]Key{{Family: FamilyEd, Public: append(ed25519.PublicKey{1}, make([]byte, 31)...)}}, WrongKey},

		{"padding", good["HS256"] + "=", []Key{hs}, CannotVerify},
		{"padding within", forgeRaw(t, hs, "HS256", b64(`{"alg":"HS256"} `)+"=="+"."+b64(goodClaims)), []Key{hs}, CannotVerify},
		{"standard alphabet", strings.NewReplacer("-", "+", "_", "/").Replace(forgeRaw(t, hs, "HS256", b64(header("HS256"))+"."+b64(`{"a":"ÿÿÿ???>>>"}`))), []Key{hs}, CannotVerify},
		{"spare bits in the payload", forgeRaw(t, hs, "HS256", b64(header("HS256"))+"."+"AB"), []Key{hs}, CannotVerify},
		{"spare bits in the signature", good["HS256"][:len(good["HS256"])-1] + string(spare(good["HS256"])), []Key{hs}, CannotVerify},
		{"a blank within", good["HS256"][:30] + " " + good["HS256"][30:], []Key{hs}, CannotVerify},
		{"a tab behind a dot", strings.Replace(good["HS256"], ".", ".\t", 1), []Key{hs}, CannotVerify},
		{"a fourth segment", good["HS256"] + ".AA", []Key{hs}, CannotVerify},
		{"two segments", b64(header("HS256")) + "." + b64(goodClaims), []Key{hs}, CannotVerify},
		{"encrypted", b64(`{"alg":"dir","enc":"A256GCM"}`) + "..aXYaXYaXYaXY.Y3Q.dGFndGFndGFndGFndGFnAA", []Key{hs}, CannotVerify},
		{"alg twice", signed(`{"alg":"none","alg":"HS256"}`, goodClaims), []Key{hs}, CannotVerify},
		{"alg twice, escaped", signed(`{"alg":"HS256","\u0061lg":"none"}`, goodClaims), []Key{hs}, CannotVerify},
		{"alg an array", signed(`{"alg":["HS256"]}`, goodClaims), []Key{hs}, CannotVerify},
		{"alg missing", signed(`{"typ":"JWT"}`, goodClaims), []Key{hs}, CannotVerify},
		{"typ a number", signed(`{"alg":"HS256","typ":1}`, goodClaims), []Key{hs}, CannotVerify},
		{"kid a number", signed(`{"alg":"HS256","kid":1}`, goodClaims), []Key{hs}, CannotVerify},
		{"kid null", signed(`{"alg":"HS256","kid":null}`, goodClaims), []Key{hs}, CannotVerify},
		{"crit", signed(`{"alg":"HS256","crit":["exp"],"exp":1}`, goodClaims), []Key{hs}, CannotVerify},
		{"crit empty", signed(`{"alg":"HS256","crit":[]}`, goodClaims), []Key{hs}, CannotVerify},
		{"b64 true", signed(`{"alg":"HS256","b64":true}`, goodClaims), []Key{hs}, CannotVerify},
		{"b64 false", forgeRaw(t, hs, "HS256", b64(`{"alg":"HS256","b64":false,"crit":["b64"]}`)+"."+"payload"), []Key{hs}, CannotVerify},
		{"header not UTF-8", signed("{\"alg\":\"HS256\",\"x\":\"\xff\"}", goodClaims), []Key{hs}, CannotVerify},
		{"header with a byte order mark", signed("\ufeff"+header("HS256"), goodClaims), []Key{hs}, CannotVerify},
		{"header too deep", signed(`{"alg":"HS256","x":`+strings.Repeat("[", 64)+strings.Repeat("]", 64)+`}`, goodClaims), []Key{hs}, CannotVerify},

		{"brings its own key", forge(t, own, "ES256", `{"alg":"ES256","typ":"JWT","jwk":`+string(ownJWK)+`}`, goodClaims), []Key{es}, BadSignature},
		{"brings its own key, and there is none", forge(t, own, "ES256", `{"alg":"ES256","typ":"JWT","jwk":`+string(ownJWK)+`}`, goodClaims), nil, NotVerified},
		{"kid of a path", signed(`{"alg":"HS256","kid":"../../dev/null"}`, goodClaims), []Key{as(hs, func(k *Key) { k.ID = "k"; k.Secret = bytes.Repeat([]byte("x"), 32) })}, CannotVerify},
		{"kid of another key", signed(`{"alg":"HS256","kid":"k2"}`, goodClaims),
			[]Key{as(hs, func(k *Key) { k.ID = "k1" }), as(hs, func(k *Key) { k.ID, k.Secret = "k2", bytes.Repeat([]byte("x"), 32) })}, BadSignature},
		{"kid of a key of another kind", signed(`{"alg":"HS256","kid":"k2"}`, goodClaims), []Key{as(hs, func(k *Key) { k.ID = "k1" }), as(rs, func(k *Key) { k.ID = "k2" })}, WrongKey},
		{"kid of no key", signed(`{"alg":"HS256","kid":"k9"}`, goodClaims), []Key{as(rs, func(k *Key) { k.ID = "r" }), as(hs, func(k *Key) { k.ID = "k1" })}, CannotVerify},
		{"kid of no key, and one of another kind without a name", signed(`{"alg":"HS256","kid":"k9"}`, goodClaims), []Key{rs, as(hs, func(k *Key) { k.ID = "k1" })}, CannotVerify},
		{"kid of no key, and one without a name", signed(`{"alg":"HS256","kid":"k9"}`, goodClaims), []Key{hs, as(hs, func(k *Key) { k.ID = "k1" })}, Verified},
		{"empty kid", signed(`{"alg":"HS256","kid":""}`, goodClaims), []Key{rs, as(hs, func(k *Key) { k.ID = "k1" })}, Verified},

		{"key for another algorithm", good["RS256"], []Key{as(rs, func(k *Key) { k.Algorithm = "RS512" })}, WrongKey},
		{"key for PS256", good["RS256"], []Key{as(rs, func(k *Key) { k.Algorithm = "PS256" })}, WrongKey},
		{"key for a longer hash of PSS", good["PS256"], []Key{as(rs, func(k *Key) { k.Algorithm = "PS512" })}, WrongKey},
		{"key for encryption by alg", good["HS256"], []Key{as(hs, func(k *Key) { k.Algorithm = "A256KW" })}, WrongKey},
		{"key for encryption by use", good["RS256"], []Key{as(rs, func(k *Key) { k.Use = "enc" })}, WrongKey},
		{"key for encryption by key_ops", good["RS256"], []Key{as(rs, func(k *Key) { k.Operations = []string{"encrypt"} })}, WrongKey},
		{"key that only signs", good["RS256"], []Key{as(rs, func(k *Key) { k.Operations = []string{"sign"} })}, WrongKey},
		{"key for nothing", good["RS256"], []Key{as(rs, func(k *Key) { k.Operations = []string{} })}, WrongKey},
		{"key without anything", good["RS256"], []Key{{}}, WrongKey},
		{"key without its public half", good["RS256"], []Key{{Family: FamilyRSA}}, WrongKey},
		{"RSA key without a modulus", good["RS256"], []Key{{Family: FamilyRSA, Public: &rsa.PublicKey{E: 3}}}, WrongKey},
		{"RSA exponent 1", good["RS256"], []Key{{Family: FamilyRSA, Public: &rsa.PublicKey{N: rs.Public.(*rsa.PublicKey).N, E: 1}}}, WrongKey},
		{"an EC key called RSA", good["RS256"], []Key{{Family: FamilyRSA, Public: es.Public}}, BadSignature},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := Verify(decode(tt.token), tt.keys, Expect{Now: now})
			if got.Outcome != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
			if got.Good != (tt.want == Verified) {
				t.Errorf("good is %v: %s", got.Good, got)
			}
			if silent := tt.want == Verified || tt.want == NotVerified; (got.Because == "") != silent {
				t.Errorf("because %q", got.Because)
			}
			if !strings.HasPrefix(got.String(), string(tt.want)) {
				t.Errorf("it reads %q", got)
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
	for _, alg := range append([]string{"Ed25519"}, Algorithms...) {
		a, _ := algorithmNamed(alg)
		k := testKey(t, a.Name)
		k.ID, k.Source = "k1", "file jwks.json"
		others := []Key{testKey(t, "HS256"), testKey(t, "RS256"), testKey(t, "ES256"), testKey(t, "ES384"), testKey(t, "ES512"), testKey(t, "EdDSA")}
		token := forge(t, k, a.Name, `{"alg":"`+alg+`","typ":"JWT","kid":"k1"}`, goodClaims)
		got := Verify(decode("Authorization: Bearer "+token+"\r\n"), append(others, k), Expect{Now: now, Issuer: "me", Audience: "a", Type: "jwt", Strict: true, Leeway: time.Minute})
		if want := "verified by kid k1 (file jwks.json)"; !got.Good || got.String() != want {
			t.Errorf("%s: %s, want %s", alg, got, want)
		}
		if want := (Settings{60, "me", "a", "jwt"}); got.Expect != want {
			t.Errorf("settings %+v, want %+v", got.Expect, want)
		}
	}
}

func TestChecks(t *testing.T) {
	k := testKey(t, "HS256")
	long := `{"exp":1700000060,"x":"` + strings.Repeat("x", model.MaxTokenBytes) + `"}`
	tests := []struct {
		name, header, claims string
		expect               Expect
		good                 bool
		want                 string // a text among the checks
	}{
		{"nothing asked", "", `{}`, Expect{}, true, "no exp: it never expires"},
		{"no exp", "", `{}`, Expect{}, false, "no exp: it never expires, and a Keydeck server takes none like that"},
		{"alive", "", `{"exp":1700000060}`, Expect{Strict: true}, true, "expires in 60 seconds"},
		{"expired", "", `{"exp":1699999820}`, Expect{}, false, "expired 3 minutes ago"},
		{"expired right now", "", `{"exp":1700000000}`, Expect{}, false, "expired 1 second ago"},
		{"within the leeway", "", `{"exp":1699999990}`, Expect{Leeway: 11 * time.Second}, true, "expired 10 seconds ago, within the leeway"},
		{"at the end of the leeway", "", `{"exp":1699999990}`, Expect{Leeway: 10 * time.Second}, false, "expired 10 seconds ago"},
		{"this server gives exp no leeway", "", `{"exp":1699999990}`, Expect{Leeway: time.Hour, Strict: true}, false, "expired 10 seconds ago"},
		{"a leeway below zero is none", "", `{"exp":1700000001}`, Expect{Leeway: -time.Hour}, true, "expires in 1 second"},
		{"exp zero", "", `{"exp":0}`, Expect{}, false, "expired 53 years ago"},
		{"exp a string", "", `{"exp":"1700000060"}`, Expect{}, false, `exp "1700000060" is no date in seconds since 1970`},
		{"exp null", "", `{"exp":null}`, Expect{}, false, "exp null is no date in seconds since 1970"},
		{"exp true", "", `{"exp":true}`, Expect{}, false, "exp true is no date in seconds since 1970"},
		{"exp negative", "", `{"exp":-1}`, Expect{}, false, "exp -1 is no date in seconds since 1970"},
		{"exp out of range", "", `{"exp":1e400}`, Expect{}, false, "exp 1e400 is no date in seconds since 1970"},
		{"exp far off, as a Keydeck server takes it", "", `{"exp":1e300}`, Expect{Strict: true}, true, "expires after the year 9999"},
		{"not yet valid", "", `{"nbf":1700000060,"exp":1800000000}`, Expect{}, false, "begins in 60 seconds"},
		{"not yet valid, within the leeway", "", `{"nbf":1700000060,"exp":1800000000}`, Expect{Leeway: time.Minute}, true, "begins in 60 seconds, within the leeway"},
		{"nbf now", "", `{"nbf":1700000000,"exp":1800000000}`, Expect{}, true, "began 1 second ago"},
		{"issued in the future", "", `{"iat":1700003600,"exp":1800000000}`, Expect{}, false, "issued 60 minutes in the future"},
		{"iat zero", "", `{"iat":0,"exp":1800000000}`, Expect{}, false, "iat 0 is no date in seconds since 1970"},
		{"nbf in milliseconds", "", `{"nbf":1700000000000,"exp":1800000000}`, Expect{}, false, "begins after the year 9999; if milliseconds were meant, it began 1 second ago"},
		{"exp in milliseconds", "", `{"exp":1699999900000}`, Expect{}, true, "expires after the year 9999; if milliseconds were meant, it expired 100 seconds ago"},
		{"issuer", "", `{"iss":"me"}`, Expect{Issuer: "me"}, true, `iss is "me", as expected`},
		{"another issuer", "", `{"iss":"me/"}`, Expect{Issuer: "me"}, false, `iss is "me/", expected is "me"`},
		{"no issuer", "", `{}`, Expect{Issuer: "me"}, false, `no iss, expected is "me"`},
		{"issuer a number", "", `{"iss":1}`, Expect{}, false, "iss is not a string"},
		{"subject null", "", `{"sub":null}`, Expect{}, false, "sub is not a string"},
		{"jti an array", "", `{"jti":["a"]}`, Expect{}, false, "jti is not a string"},
		{"audience", "", `{"aud":"a"}`, Expect{Audience: "a"}, true, `aud is "a", as expected`},
		{"one of several", "", `{"aud":["b","a"]}`, Expect{Audience: "a"}, true, `aud is "a", as expected`},
		{"another audience", "", `{"aud":["b","A"]}`, Expect{Audience: "a"}, false, `aud is ["b","A"], expected is "a"`},
		{"audience a part of one", "", `{"aud":"abc"}`, Expect{Audience: "a"}, false, `aud is "abc", expected is "a"`},
		{"no audience", "", `{}`, Expect{Audience: "a"}, false, `no aud, expected is "a"`},
		{"no audience at all", "", `{"aud":[]}`, Expect{Audience: "a"}, false, `aud is [], expected is "a"`},
		{"audience a number", "", `{"aud":1}`, Expect{}, false, "aud is neither a string nor an array of strings"},
		{"audience null", "", `{"aud":null}`, Expect{}, false, "aud is neither a string nor an array of strings"},
		{"audience with a null", "", `{"aud":["a",null]}`, Expect{Audience: "a"}, false, "aud is neither a string nor an array of strings"},
		{"type", `{"alg":"HS256","typ":"application/AT+JWT"}`, `{}`, Expect{Type: "at+jwt"}, true, `typ is "application/AT+JWT", as expected`},
		{"another type", `{"alg":"HS256","typ":"JWT"}`, `{}`, Expect{Type: "at+jwt"}, false, `typ is "JWT", expected is "at+jwt"`},
		{"no type", `{"alg":"HS256"}`, `{}`, Expect{Type: "JWT"}, false, `typ is "", expected is "JWT"`},
		{"too long for this server", "", long, Expect{}, false, fmt.Sprintf("%d bytes long; a Keydeck server takes at most 16384", len(forge(t, k, "HS256", `{"alg":"HS256","typ":"JWT"}`, long)))},
		{"a claim twice", "", `{"exp":1,"exp":1800000000}`, Expect{}, false, `payload: member "exp" appears twice, at byte 9`},
		{"a claim twice, further in", "", `{"x":{"a":1,"a":2}}`, Expect{}, false, `payload: member "a" appears twice, at byte 12`},
		{"not an object", "", `[]`, Expect{}, false, "payload: invalid JSON: not an object at byte 0"},
		{"text", "", `hello`, Expect{}, false, "payload: invalid JSON: not an object at byte 0"},
		{"not UTF-8", "", "{\"a\":\"\xff\"}", Expect{}, false, "payload: invalid JSON: invalid UTF-8 at byte 6"},
		{"empty", "", "", Expect{}, false, "payload: empty, or kept elsewhere"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.header == "" {
				tt.header = `{"alg":"HS256","typ":"JWT"}`
			}
			tt.expect.Now, tt.expect.NoExpiry = now, tt.name != "no exp"
			got := Verify(decode(forge(t, k, "HS256", tt.header, tt.claims)), []Key{k}, tt.expect)
			if got.Outcome != Verified || got.Good != tt.good {
				t.Errorf("%s, good %v, want %v", got, got.Good, tt.good)
			}
			found := false
			for _, c := range got.Checks {
				found = found || c.Text == tt.want && (c.Good || !tt.good)
			}
			if !found {
				t.Errorf("checks %+v, want %q among them", got.Checks, tt.want)
			}
			if !tt.good && !strings.Contains(got.String(), "not good") {
				t.Errorf("it reads %q", got)
			}
		})
	}
	good := decode(forge(t, k, "HS256", `{"alg":"HS256"}`, `{}`))
	if got := Verify(good, []Key{k}, Expect{}); got.Good {
		t.Error("good without a time to hold it against")
	}
}

// TestVerifyIsBounded feeds what would take long.
func TestVerifyIsBounded(t *testing.T) {
	k := testKey(t, "ES512")
	many := make([]Key, 10_000)
	for i := range many {
		many[i] = k
	}
	token := withSignature(forge(t, k, "ES512", `{"alg":"ES512"}`, `{}`), bytes.Repeat([]byte{0, 1}, 66))
	start := time.Now()
	if got := Verify(decode(token), many, Expect{Now: now}); got.Outcome != CannotVerify || !strings.Contains(got.Because, "10000 keys fit") {
		t.Errorf("10,000 keys: %s", got)
	}
	hs := testKey(t, "HS256")
	for i := range many {
		many[i] = Key{Family: FamilyHMAC, Secret: bytes.Repeat([]byte{byte(i), byte(i >> 8)}, 16)}
	}
	big := forge(t, hs, "HS256", `{"alg":"HS256"}`, `{"x":"`+strings.Repeat("x", 700_000)+`"}`)
	if got := Verify(decode(big), many, Expect{Now: now}); got.Outcome != CannotVerify {
		t.Errorf("10,000 secrets: %s", got)
	}
	if got := Verify(decode(big), []Key{hs}, Expect{Now: now}); got.Outcome != Verified || got.Good {
		t.Errorf("a token of 900 KB: %s", got)
	}
	huge := forge(t, hs, "HS256", `{"alg":"HS256"}`, `{"x":"`+strings.Repeat("x", 1<<20)+`"}`)
	if got := Verify(decode(huge), []Key{hs}, Expect{Now: now}); got.Outcome != CannotVerify {
		t.Errorf("a token over 1 MiB: %s", got)
	}
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("it took %v", took)
	}
}

func FuzzVerify(f *testing.F) {
	var keys []Key
	for _, alg := range []string{"HS256", "RS256", "ES256", "ES384", "ES512", "EdDSA"} {
		keys = append(keys, testKey(f, alg))
	}
	signed := map[string]bool{}
	for _, alg := range Algorithms {
		token := forge(f, testKey(f, alg), alg, `{"alg":"`+alg+`","typ":"JWT"}`, goodClaims)
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
		decoded := decode(token)
		got := Verify(decoded, keys, Expect{Now: now})
		if got.Outcome == Verified && !signed[decoded.Raw] {
			t.Errorf("%q: %s", token, got)
		}
		if got.Good && got.Outcome != Verified {
			t.Errorf("%q is good: %s", token, got)
		}
		if len(got.Because) == 0 && got.Outcome != Verified && got.Outcome != NotVerified {
			t.Errorf("%q: %s without a reason", token, got.Outcome)
		}
		_ = SecretFindings(decoded)
	})
}

func BenchmarkVerify(b *testing.B) {
	for _, alg := range Algorithms {
		k := testKey(b, alg)
		token := decode(forge(b, k, alg, `{"alg":"`+alg+`","typ":"JWT"}`, goodClaims))
		b.Run(alg, func(b *testing.B) {
			for b.Loop() {
				if !Verify(token, []Key{k}, Expect{Now: now}).Good {
					b.Fatal("not good")
				}
			}
		})
	}
}
