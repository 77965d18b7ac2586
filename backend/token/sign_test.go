package token

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"keydeck/model"
)

type claims struct {
	Z   string `json:"z"`
	A   string `json:"a"`
	Exp int64  `json:"exp"`
}

func TestSign(t *testing.T) {
	anonymous := hmacID
	anonymous.ID = ""
	tests := []struct {
		name, typ, header string
		key               Key
	}{
		{"HS256", TypeJWT, `{"alg":"HS256","typ":"JWT","kid":"k"}`, hmacID},
		{"RS512", TypeAccess, `{"alg":"RS512","typ":"at+jwt","kid":"r"}`, testRSA()},
		{"no kid", TypeJWT, `{"alg":"HS256","typ":"JWT"}`, anonymous},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			raw, err := Sign(tt.key, tt.typ, claims{"1", "2", 1700000060})
			if err != nil {
				t.Fatal(err)
			}
			if want := b64(tt.header) + "." + b64(`{"z":"1","a":"2","exp":1700000060}`) + "."; !strings.HasPrefix(raw, want) {
				t.Errorf("token %s, want it to begin with %s", raw, want)
			}
			if _, err := Verify(raw, tt.key, Rules{Now: now, Type: tt.typ}); err != nil {
				t.Errorf("Verify refuses it: %v", err)
			}
			public := tt.key
			public.Private = nil
			if _, err := Verify(raw, public, rules); err != nil {
				t.Errorf("Verify needs the private half: %v", err)
			}
			parsed, err := jwt.Parse(raw, func(*jwt.Token) (any, error) {
				if tt.key.Public != nil {
					return tt.key.Public, nil
				}
				return tt.key.Secret, nil
			}, jwt.WithoutClaimsValidation())
			if err != nil || !parsed.Valid {
				t.Errorf("the library's parser refuses it: %v", err)
			}
		})
	}
}

func TestSignRefuses(t *testing.T) {
	tests := []struct {
		name   string
		key    Key
		claims any
		want   model.Reason
	}{
		{"empty secret", Key{Algorithm: HS256}, claims{}, model.ReasonBadAlgorithm},
		{"short secret", Key{Algorithm: HS256, Secret: secret[:31]}, claims{}, model.ReasonBadAlgorithm},
		{"public half alone", Key{Algorithm: RS512, Public: testRSA().Public}, claims{}, model.ReasonBadAlgorithm},
		{"no algorithm", Key{Secret: secret}, claims{}, model.ReasonBadAlgorithm},
		{"none", Key{Algorithm: "none", Secret: secret}, claims{}, model.ReasonBadAlgorithm},
		{"claims no object", hmacID, []string{"a"}, model.ReasonMalformed},
		{"claims null", hmacID, nil, model.ReasonMalformed},
		{"too long", hmacID, claims{A: strings.Repeat("x", model.MaxTokenBytes)}, model.ReasonTooLarge},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			raw, err := Sign(tt.key, TypeJWT, tt.claims)
			if got := reason(t, err); got != tt.want || raw != "" {
				t.Errorf("Sign = %q, %v, want %s", raw, err, tt.want)
			}
		})
	}
	if _, err := Sign(hmacID, TypeJWT, map[string]any{"f": func() {}}); err == nil {
		t.Error("claims that cannot be marshalled were signed")
	}
}

// TestVectors verifies tokens made elsewhere: RFC 7515 appendix A.1, and tokens by
// npm's jose 6 and jsonwebtoken 9 with keys made for this test.
func TestVectors(t *testing.T) {
	decode := func(enc *base64.Encoding, text string) []byte {
		b, err := enc.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	rfc := Key{Algorithm: HS256, Secret: decode(base64.RawURLEncoding, "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow")}
	public, err := x509.ParsePKIXPublicKey(decode(base64.StdEncoding, vectorPublicKey))
	if err != nil {
		t.Fatal(err)
	}
	npm := Key{Algorithm: RS512, Public: public.(*rsa.PublicKey)}
	tests := []struct {
		name, raw string
		key       Key
		now       int64
	}{
		{"RFC 7515 A.1", "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", rfc, 1300819379},
		{"jose, HS256", "eyJhbGciOiJIUzI1NiIsImtpZCI6ImsifQ.eyJzdWIiOiJtZSIsImV4cCI6MjAwMDAwMDAwMH0.6wHrfgA5RxJFSOgqskiKMPuGFot0QZ5PJjXcbMSQlTE", hmacID, 1700000000},
		{"jsonwebtoken, HS256", "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImsifQ.eyJzdWIiOiJtZSIsImV4cCI6MjAwMDAwMDAwMCwiaWF0IjoxNjAwMDAwMDAwfQ.9sDBbe8PsA6NbshlEU3N_Ml1e3u3IrqStL452xGVQUY", hmacID, 1700000000},
		{"jose, RS512", "eyJhbGciOiJSUzUxMiIsImtpZCI6ImsifQ.eyJzdWIiOiJtZSIsImV4cCI6MjAwMDAwMDAwMH0.EavU2oUfxcTobt7MDkXfiWi-7FLq_CKgiF7s2U7swF4cUf6kT0Yu3cKSZo-huZ2mBA2PlLV33LH-pQIrkq-rvK5yUvyl2ioynuwCMaEdOZVcuU-IPy34bDz1fioj-Rb4ISgscLMEOC_r_goNKQzrk50nIZPr4ZyIAM1gFVNKCTNYnema1dYdlTopOcxhsxP7kMl38IHHCjQtp6lrU1UJ_ia4lkrQEwhOwIzJCH1Uarl1Mf0XFYL5_hYqd3qz5GMPTkxJLPD3nTRx7Dy6tVFQf_Waoohvmif6jbY-5ybK0hJlZcYNvSpQygd54Nfx3NTxib0jBcVLwIQimz7v1pxLGQ", npm, 1700000000},
		{"jsonwebtoken, RS512", "eyJhbGciOiJSUzUxMiIsInR5cCI6IkpXVCIsImtpZCI6ImsifQ.eyJzdWIiOiJtZSIsImV4cCI6MjAwMDAwMDAwMCwiaWF0IjoxNjAwMDAwMDAwfQ.cOcKKKhJ6es2ldLqWHg6qt-5tOXY_EKfHzJok_2EmqevDr9SZQqHhvc-r5UB1lJSzEZ1FYcqCZhAemJ-0t1clXJ7oNLmf0yIgYnGLOvyCucapvDNm0UvYn7UEAxk0WoJ1azk85zripZQBkwXTOV_KBPiIbFDKOWDX1cvrn5ZReO_63l2g17V0zXMj4nWFmKXjEYoZsuS99jSOC8kgWNfk4n0jSt_PXlE4yjztV-PYzhR25wdlGotPsUuYgKyMEMvQqbjmN_jhrZTagAL7XOLKhJZEbqc9gQ7dgMhtB8Ju4QBrnYOc0lrJa3KpebkVwlX3oM1rA2Fi2NHeNiePGw4vw", npm, 1700000000},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := Verify(tt.raw, tt.key, Rules{Now: time.Unix(tt.now, 0)}); err != nil {
				t.Error(err)
			}
		})
	}
}

const vectorPublicKey = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAvR2ghU6BF9zMupmd2saw1ympBLV/MM/xRnXrCLdYffotR1bUtb4dRX000YFwhnMXEfHPnC6zf9DZaF/gq4I+La5G9+97Eh9Vbc+BgNfUDUYgpbYyoNgjFD/8FEyJ21tWgvrg4sbDeFyZ0mk6ecc1Wo9IfgqOuHMQdmYF3zEfrNAiUPrdew27To9f8dLaSEU+oyOyZ5M5miKHN8osfehiFhGBnwaoiT2gQGd0OBIBkAHSa1jR5bXubUXq07Y4vDYAJ0E7dhUtFlRW3+2zxHJm+PGz1W9GjaXpFM537rqYpYAv9wUPcwkmCGEGOc5ufF8C/nNVr+fIlaKlEpVLQ+YUgwIDAQAB"

func TestRSA(t *testing.T) {
	der, err := NewRSA(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	key, err := ParseRSA("id", der)
	if err != nil {
		t.Fatal(err)
	}
	if got := key.Public.N.BitLen(); got != newRSABits {
		t.Errorf("%d bits, want %d", got, newRSABits)
	}
	if key.ID != "id" || key.Algorithm != RS512 || key.Private == nil {
		t.Error("the key that was read is not the one that was made")
	}
	raw, err := Sign(key, TypeJWT, claims{Exp: 1700000060})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Verify(raw, key, rules); err != nil {
		t.Error(err)
	}
}

func TestParseRSARefuses(t *testing.T) {
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	other, err := x509.MarshalPKCS8PrivateKey(curve)
	if err != nil {
		t.Fatal(err)
	}
	for name, der := range map[string][]byte{"nothing": nil, "rubbish": []byte("rubbish"), "another kind of key": other} {
		if key, err := ParseRSA("id", der); err == nil || key.Private != nil {
			t.Errorf("%s: %v, want an error", name, err)
		}
	}
}

func TestPublicJWK(t *testing.T) {
	key := testRSA()
	got := PublicJWK(key)
	n, err := base64.RawURLEncoding.DecodeString(got.N)
	if err != nil {
		t.Fatal(err)
	}
	if new(big.Int).SetBytes(n).Cmp(key.Public.N) != 0 {
		t.Error("n is not the modulus")
	}
	got.N = ""
	if want := (model.JWK{KeyType: "RSA", Use: "sig", Algorithm: "RS512", KeyID: "r", E: "AQAB"}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func BenchmarkSign(b *testing.B) {
	for _, key := range benchKeys(b) {
		b.Run(key.Algorithm, func(b *testing.B) {
			for b.Loop() {
				if _, err := Sign(key, TypeJWT, claims{"1", "2", 1700000060}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkVerify(b *testing.B) {
	for _, key := range benchKeys(b) {
		raw, err := Sign(key, TypeJWT, claims{"1", "2", 1700000060})
		if err != nil {
			b.Fatal(err)
		}
		b.Run(key.Algorithm, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Verify(raw, key, rules); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkParseHeader(b *testing.B) {
	raw := forge(b, hmacID, goodHeader, goodClaims)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParseHeader(raw); err != nil {
			b.Fatal(err)
		}
	}
}

func benchKeys(b *testing.B) []Key {
	b.Helper()
	private, err := rsa.GenerateKey(rand.Reader, newRSABits)
	if err != nil {
		b.Fatal(err)
	}
	return []Key{hmacID, rsaKey("r", private)}
}
