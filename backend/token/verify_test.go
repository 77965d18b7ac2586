package token

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"keydeck/model"
)

const goodClaims = `{"sub":"me","exp":1700000060}`

func TestVerifyHeaderAttacks(t *testing.T) {
	key := testRSA()
	der, err := x509.MarshalPKIXPublicKey(key.Public)
	if err != nil {
		t.Fatal(err)
	}
	publicPEM := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	pkcs1PEM := pem.EncodeToMemory(&pem.Block{Type: "RSA PUBLIC KEY", Bytes: x509.MarshalPKCS1PublicKey(key.Public)})
	sign := func(method jwt.SigningMethod, material any, header string) string {
		signed := b64(header) + "." + b64(goodClaims)
		signature, err := method.Sign(signed, material)
		if err != nil {
			t.Fatal(err)
		}
		return signed + "." + base64.RawURLEncoding.EncodeToString(signature)
	}
	unsigned := func(alg string) string { return b64(`{"alg":"`+alg+`"}`) + "." + b64(goodClaims) + "." }
	good := forge(t, hmacID, goodHeader, goodClaims)

	tests := []struct {
		name, raw string
		key       Key
		want      model.Reason
	}{
		{"good", good, hmacID, ""},
		{"good RS512", forge(t, key, `{"alg":"RS512"}`, goodClaims), key, ""},
		{"brings its own jwk, signed with ours", forge(t, hmacID, `{"alg":"HS256","jwk":{"kty":"oct","k":"AA"}}`, goodClaims), hmacID, ""},
		{"none", unsigned("none"), hmacID, model.ReasonBadAlgorithm},
		{"None", unsigned("None"), hmacID, model.ReasonBadAlgorithm},
		{"NONE", unsigned("NONE"), hmacID, model.ReasonBadAlgorithm},
		{"nOnE", unsigned("nOnE"), hmacID, model.ReasonBadAlgorithm},
		{"none with a signature", strings.Replace(good, b64(goodHeader), b64(`{"alg":"none"}`), 1), hmacID, model.ReasonBadAlgorithm},
		{"none against RSA", unsigned("none"), key, model.ReasonBadAlgorithm},
		{"empty alg", unsigned(""), hmacID, model.ReasonBadAlgorithm},
		{"empty alg and a key without one", unsigned(""), Key{}, model.ReasonBadAlgorithm},
		{"none and a key for none", unsigned("none"), Key{Algorithm: "none"}, model.ReasonBadAlgorithm},
		{"hs256 in small letters", forge(t, hmacID, `{"alg":"hs256"}`, goodClaims), hmacID, model.ReasonBadAlgorithm},
		{"HS512 with the right secret", sign(jwt.SigningMethodHS512, secret, `{"alg":"HS512"}`), hmacID, model.ReasonBadAlgorithm},
		{"HS512 called HS256", sign(jwt.SigningMethodHS512, secret, `{"alg":"HS256"}`), hmacID, model.ReasonBadSignature},
		{"RS256 with the right key", sign(jwt.SigningMethodRS256, key.Private, `{"alg":"RS256"}`), key, model.ReasonBadAlgorithm},
		{"RS256 called RS512", sign(jwt.SigningMethodRS256, key.Private, `{"alg":"RS512"}`), key, model.ReasonBadSignature},
		{"PS512 called RS512", sign(jwt.SigningMethodPS512, key.Private, `{"alg":"RS512"}`), key, model.ReasonBadSignature},
		{"HS256 with the public key's PEM", sign(jwt.SigningMethodHS256, publicPEM, `{"alg":"HS256"}`), key, model.ReasonBadAlgorithm},
		{"HS256 with the PKCS #1 PEM", sign(jwt.SigningMethodHS256, pkcs1PEM, `{"alg":"HS256"}`), key, model.ReasonBadAlgorithm},
		{"HS256 with the PEM, called RS512", sign(jwt.SigningMethodHS256, publicPEM, `{"alg":"RS512"}`), key, model.ReasonBadSignature},
		{"empty secret", sign(jwt.SigningMethodHS256, []byte{}, goodHeader), Key{Algorithm: HS256}, model.ReasonBadAlgorithm},
		{"31 bytes of secret", sign(jwt.SigningMethodHS256, secret[:31], goodHeader), Key{Algorithm: HS256, Secret: secret[:31]}, model.ReasonBadAlgorithm},
		{"32 bytes of secret", sign(jwt.SigningMethodHS256, secret[:32], goodHeader), Key{Algorithm: HS256, Secret: secret[:32]}, ""},
		{"RS512 key without a public half", forge(t, key, `{"alg":"RS512"}`, goodClaims), Key{Algorithm: RS512, Private: key.Private}, model.ReasonBadAlgorithm},
		{"HS256 key with only an RSA half", good, Key{Algorithm: HS256, Public: key.Public}, model.ReasonBadAlgorithm},
		{"signed with an empty secret", sign(jwt.SigningMethodHS256, []byte{}, goodHeader), hmacID, model.ReasonBadSignature},
		{"another secret", forge(t, Key{Algorithm: HS256, Secret: []byte(strings.Repeat("x", 32))}, goodHeader, goodClaims), hmacID, model.ReasonBadSignature},
		{"signature stripped", good[:strings.LastIndexByte(good, '.')+1], hmacID, model.ReasonBadSignature},
		{"signature cut to a multiple of four", good[:len(good)-3], hmacID, model.ReasonBadSignature},
		{"signature with spare bits", good[:len(good)-1] + next(good[len(good)-1]), hmacID, model.ReasonMalformed},
		{"signature with an impossible length", good[:len(good)-2], hmacID, model.ReasonMalformed},
		{"payload replaced", strings.Replace(good, b64(goodClaims), b64(`{"sub":"you","exp":1700000060}`), 1), hmacID, model.ReasonBadSignature},
		{"header replaced", strings.Replace(good, b64(goodHeader), b64(`{"alg":"HS256","typ":"JWT","kid":"x"}`), 1), hmacID, model.ReasonBadSignature},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, err := Verify(tt.raw, tt.key, rules)
			if got := reason(t, err); got != tt.want {
				t.Fatalf("reason %q (%v), want %q", got, err, tt.want)
			}
			if (c.Raw != nil) != (tt.want == "") {
				t.Errorf("claims %+v with reason %q", c, tt.want)
			}
		})
	}
}

// next is the base64url character with the lowest bit, a spare one at the end of
// a signature, turned over.
func next(c byte) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	i := strings.IndexByte(alphabet, c) ^ 1
	return alphabet[i : i+1]
}

func TestVerifySmallRSA(t *testing.T) {
	private, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	key := rsaKey("small", private)
	signed := b64(`{"alg":"RS512"}`) + "." + b64(goodClaims)
	signature, err := jwt.SigningMethodRS512.Sign(signed, private)
	if err != nil {
		t.Fatal(err)
	}
	raw := signed + "." + base64.RawURLEncoding.EncodeToString(signature)
	if _, err := Verify(raw, key, rules); reason(t, err) != model.ReasonBadAlgorithm {
		t.Errorf("Verify says %v", err)
	}
	if _, err := Sign(key, TypeJWT, struct{}{}); reason(t, err) != model.ReasonBadAlgorithm {
		t.Errorf("Sign says %v", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ParseRSA("small", der); reason(t, err) != model.ReasonBadAlgorithm {
		t.Errorf("ParseRSA says %v", err)
	}
}

func TestVerifyClaims(t *testing.T) {
	tests := []struct {
		name, payload string
		want          model.Reason
	}{
		{"exp ahead", `{"exp":1700000001}`, ""},
		{"exp far ahead", `{"exp":253402300799}`, ""},
		{"exp with a fraction", `{"exp":1700000000.5}`, ""},
		{"exp with an exponent", `{"exp":1.8e9}`, ""},
		{"exp now", `{"exp":1700000000}`, model.ReasonExpired},
		{"exp within the leeway", `{"exp":1699999999}`, model.ReasonExpired},
		{"exp 0", `{"exp":0}`, model.ReasonExpired},
		{"exp -0", `{"exp":-0}`, model.ReasonExpired},
		{"exp 1e-400", `{"exp":1e-400}`, model.ReasonExpired},
		{"exp missing", `{}`, model.ReasonMissingExp},
		{"exp under another name", `{"EXP":1800000000}`, model.ReasonMissingExp},
		{"exp null", `{"exp":null}`, model.ReasonBadClaims},
		{"exp a string", `{"exp":"1800000000"}`, model.ReasonBadClaims},
		{"exp true", `{"exp":true}`, model.ReasonBadClaims},
		{"exp an array", `{"exp":[1800000000]}`, model.ReasonBadClaims},
		{"exp negative", `{"exp":-1}`, model.ReasonBadClaims},
		{"exp 1e400", `{"exp":1e400}`, model.ReasonBadClaims},
		{"exp in milliseconds", `{"exp":1800000000000}`, ""},
		{"exp in the year 10000", `{"exp":253402300800}`, ""},
		{"exp over 64 bits", `{"exp":18446744073709551616}`, ""},
		{"exp NaN", `{"exp":NaN}`, model.ReasonMalformed},
		{"exp Infinity", `{"exp":Infinity}`, model.ReasonMalformed},
		{"exp in hex", `{"exp":0x7fffffff}`, model.ReasonMalformed},
		{"exp twice", `{"exp":1800000000,"exp":1600000000}`, model.ReasonMalformed},
		{"exp twice, escaped", `{"exp":1600000000,"\u0065xp":1800000000}`, model.ReasonMalformed},
		{"any member twice, deep inside", `{"exp":1800000000,"a":[{"b":1,"b":2}]}`, model.ReasonMalformed},
		{"nbf now", `{"exp":1800000000,"nbf":1700000000}`, ""},
		{"nbf within the leeway", `{"exp":1800000000,"nbf":1700000030}`, ""},
		{"nbf beyond the leeway", `{"exp":1800000000,"nbf":1700000031}`, model.ReasonNotYetValid},
		{"nbf a string", `{"exp":1800000000,"nbf":"0"}`, model.ReasonBadClaims},
		{"nbf 0", `{"exp":1800000000,"nbf":0}`, model.ReasonBadClaims},
		{"iat within the leeway", `{"exp":1800000000,"iat":1700000030}`, ""},
		{"iat beyond the leeway", `{"exp":1800000000,"iat":1700000031}`, model.ReasonNotYetValid},
		{"iat null", `{"exp":1800000000,"iat":null}`, model.ReasonBadClaims},
		{"aud a string", `{"exp":1800000000,"aud":"a"}`, ""},
		{"aud an array", `{"exp":1800000000,"aud":["a","b"]}`, ""},
		{"aud empty", `{"exp":1800000000,"aud":[]}`, ""},
		{"aud a number", `{"exp":1800000000,"aud":1}`, model.ReasonBadClaims},
		{"aud null", `{"exp":1800000000,"aud":null}`, model.ReasonBadClaims},
		{"aud mixed", `{"exp":1800000000,"aud":["a",1]}`, model.ReasonBadClaims},
		{"aud nested", `{"exp":1800000000,"aud":[["a"]]}`, model.ReasonBadClaims},
		{"sub a number", `{"exp":1800000000,"sub":1}`, model.ReasonBadClaims},
		{"iss null", `{"exp":1800000000,"iss":null}`, model.ReasonBadClaims},
		{"jti an object", `{"exp":1800000000,"jti":{}}`, model.ReasonBadClaims},
		{"an array", `[{"exp":1800000000}]`, model.ReasonMalformed},
		{"null", `null`, model.ReasonMalformed},
		{"a string", `"exp"`, model.ReasonMalformed},
		{"text", `hello`, model.ReasonMalformed},
		{"text behind", `{"exp":1800000000}{}`, model.ReasonMalformed},
		{"invalid UTF-8", "{\"exp\":1800000000,\"a\":\"\xff\"}", model.ReasonMalformed},
		{"lone surrogate", `{"exp":1800000000,"a":"\udfff"}`, model.ReasonMalformed},
		{"too deep", `{"exp":1800000000,"a":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + `}`, model.ReasonMalformed},
		{"prototype pollution is a claim like any", `{"exp":1800000000,"__proto__":{"admin":true}}`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Verify(forge(t, hmacID, goodHeader, tt.payload), hmacID, rules)
			if got := reason(t, err); got != tt.want {
				t.Errorf("reason %q (%v), want %q", got, err, tt.want)
			}
		})
	}
}

func TestVerifyRules(t *testing.T) {
	tests := []struct {
		name, header, payload string
		rules                 Rules
		want                  model.Reason
	}{
		{"no expiry allowed", goodHeader, `{}`, Rules{Now: now, NoExpiry: true}, ""},
		{"no expiry allowed, but there and over", goodHeader, `{"exp":1}`, Rules{Now: now, NoExpiry: true}, model.ReasonExpired},
		{"no expiry allowed, but 0", goodHeader, `{"exp":0}`, Rules{Now: now, NoExpiry: true}, model.ReasonExpired},
		{"no leeway", goodHeader, `{"exp":1800000000,"nbf":1700000001}`, Rules{Now: now}, model.ReasonNotYetValid},
		{"issuer", goodHeader, `{"exp":1800000000,"iss":"a"}`, Rules{Now: now, Issuer: "a"}, ""},
		{"another issuer", goodHeader, `{"exp":1800000000,"iss":"A"}`, Rules{Now: now, Issuer: "a"}, model.ReasonBadClaims},
		{"no issuer", goodHeader, `{"exp":1800000000}`, Rules{Now: now, Issuer: "a"}, model.ReasonBadClaims},
		{"type", `{"alg":"HS256","typ":"at+jwt"}`, goodClaims, Rules{Now: now, Type: TypeAccess}, ""},
		{"type in capitals", `{"alg":"HS256","typ":"AT+JWT"}`, goodClaims, Rules{Now: now, Type: TypeAccess}, ""},
		{"type in full", `{"alg":"HS256","typ":"Application/at+jwt"}`, goodClaims, Rules{Now: now, Type: TypeAccess}, ""},
		{"another type", goodHeader, goodClaims, Rules{Now: now, Type: TypeAccess}, model.ReasonWrongKind},
		{"no type", `{"alg":"HS256"}`, goodClaims, Rules{Now: now, Type: TypeJWT}, model.ReasonWrongKind},
		{"the bare prefix", `{"alg":"HS256","typ":"application/"}`, goodClaims, Rules{Now: now, Type: TypeJWT}, model.ReasonWrongKind},
		{"any type", `{"alg":"HS256"}`, goodClaims, Rules{Now: now}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Verify(forge(t, hmacID, tt.header, tt.payload), hmacID, tt.rules)
			if got := reason(t, err); got != tt.want {
				t.Errorf("reason %q (%v), want %q", got, err, tt.want)
			}
		})
	}
}

func TestVerifyGivesClaims(t *testing.T) {
	payload := `{"iss":"i","sub":"s","jti":"j","iat":1699999999,"nbf":1699999998.5,"exp":1700000060,"n":12345678901234567890,"apiKey":{"CustomerId":"ABC123"}}`
	raw := forge(t, hmacID, goodHeader, payload)
	verified, err := Verify(raw, hmacID, rules)
	if err != nil {
		t.Fatal(err)
	}
	peeked, err := PeekClaims(raw[:strings.LastIndexByte(raw, '.')] + ".AA")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]Claims{"Verify": verified, "PeekClaims": peeked} {
		if c.Issuer != "i" || c.Subject != "s" || c.ID != "j" {
			t.Errorf("%s: %q %q %q, want i s j", name, c.Issuer, c.Subject, c.ID)
		}
		if c.IssuedAt.Unix() != 1699999999 || c.ExpiresAt.Unix() != 1700000060 || !c.NotBefore.Equal(time.UnixMilli(1699999998500)) {
			t.Errorf("%s: times %v %v %v", name, c.IssuedAt, c.NotBefore, c.ExpiresAt)
		}
		if got := c.Raw["n"]; got != json.Number("12345678901234567890") {
			t.Errorf("%s: a large number became %v", name, got)
		}
		if got := c.Raw["apiKey"].(map[string]any)["CustomerId"]; got != "ABC123" {
			t.Errorf("%s: nested claim %v", name, got)
		}
	}
}

func TestPeekClaimsRefuses(t *testing.T) {
	for name, raw := range map[string]string{
		"not a token": "hello",
		"bad payload": b64(goodHeader) + "." + b64("[]") + ".AA",
		"bad header":  b64(`{}`) + "." + b64("{}") + ".AA",
	} {
		if _, err := PeekClaims(raw); reason(t, err) != model.ReasonMalformed {
			t.Errorf("%s: %v, want malformed", name, err)
		}
	}
}

// TestErrorsKeepSecrets looks into every refusal for the token's signature and
// the key.
func TestErrorsKeepSecrets(t *testing.T) {
	raw := forge(t, hmacID, goodHeader, `{"exp":1}`)
	_, err := Verify(raw, hmacID, rules)
	if err == nil {
		t.Fatal("accepted")
	}
	for _, s := range []string{raw, raw[strings.LastIndexByte(raw, '.')+1:], string(secret)} {
		if strings.Contains(err.Error(), s) {
			t.Errorf("the error shows %q", s)
		}
	}
}

// FuzzVerify changes a good token in any way: nothing but the signed bytes
// themselves may pass.
func FuzzVerify(f *testing.F) {
	good := forge(f, hmacID, goodHeader, goodClaims)
	f.Add(good)
	f.Add(good + "=")
	f.Add(good[:len(good)-1] + next(good[len(good)-1]))
	f.Add(strings.Replace(good, ".", ".\n", 1))
	f.Add(b64(`{"alg":"none"}`) + "." + b64(goodClaims) + ".")
	f.Fuzz(func(t *testing.T, raw string) {
		_, err := Verify(raw, hmacID, rules)
		if reason(t, err) == "" && raw != good {
			t.Errorf("accepted %q", raw)
		}
	})
}

// TestVerifyEveryByte changes each byte of a token to each other character that
// a token may hold.
func TestVerifyEveryByte(t *testing.T) {
	good := forge(t, hmacID, goodHeader, goodClaims)
	for i := range good {
		for _, c := range "AQgw09-_.=\n" {
			changed := good[:i] + string(c) + good[i+1:]
			if _, err := Verify(changed, hmacID, rules); err == nil && changed != good {
				t.Errorf("byte %d as %q is accepted", i, c)
			}
		}
	}
}

// VerifySignature looks at the signature and at nothing behind it.
func TestVerifySignature(t *testing.T) {
	key := Key{ID: "k", Algorithm: HS256, Secret: []byte(strings.Repeat("s", 64))}
	signed, err := Sign(key, TypeJWT, map[string]any{"exp": 1})
	if err != nil {
		t.Fatal(err)
	}
	other := Key{ID: "k", Algorithm: HS256, Secret: []byte(strings.Repeat("t", 64))}
	for _, tt := range []struct {
		name, raw string
		key       Key
		want      model.Reason
	}{
		{"expired, and good", signed, key, ""},
		{"another key", signed, other, model.ReasonBadSignature},
		{"short key", signed, Key{Algorithm: HS256, Secret: []byte("short")}, model.ReasonBadAlgorithm},
		{"no signature", signed[:strings.LastIndexByte(signed, '.')+1], key, model.ReasonBadSignature},
		{"no token", "x", key, model.ReasonMalformed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := VerifySignature(tt.raw, tt.key)
			var got *Error
			if errors.As(err, &got); (got == nil) != (tt.want == "") || got != nil && got.Reason != tt.want {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}
