package jwt_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"keydeck/model"
	"keydeck/model/inspect/internal/tokentest"
	"keydeck/model/inspect/jwt"
)

func TestBroken(t *testing.T) {
	long := tokentest.JWS(`{"alg":"HS256"}`, `{"a":"`+strings.Repeat("x", 40_000)+`"}`)
	tests := []struct {
		name, input string
		want        bool
	}{
		{"good", tokentest.JWS(`{"alg":"HS256"}`, `{}`), false},
		{"alg none", tokentest.Base64URL(`{"alg":"none"}`) + "." + tokentest.Base64URL(`{}`) + ".", false},
		{"too long for a server", long, false},
		{"a key", tokentest.StaticKey, false},
		{"a key mistyped", tokentest.StaticKey[:len(tokentest.StaticKey)-1] + "!", true},
		{"cut off", tokentest.Base64URL(`{"alg":"HS256"}`) + "." + tokentest.Base64URL(`{}`), true},
		{"bad JSON", tokentest.JWS(`{"alg":"HS256"}`, `{"a"`), true},
		{"a member twice", tokentest.JWS(`{"alg":"HS256"}`, `{"a":1,"a":2}`), true},
		{"too long, and bad JSON", long[:len(long)/2] + "." + tokentest.Base64URL("x"), true},
		{"a token in it", tokentest.Base64URL(`{"alg":"HS256","cty":"JWT"}`) + "." + tokentest.Base64URL(tokentest.JWS(`{"alg":"HS256"}`, `{}`)) + ".c2ln", false},
		{"crit", tokentest.JWS(`{"alg":"HS256","crit":["x"],"x":1}`, `{}`), false},
		{"crit, and bad JSON", tokentest.JWS(`{"alg":"HS256","crit":["x"],"x":1}`, `{"a"`), true},
		{"nothing", "", true},
		{"rubbish", "rubbish", true},
	}
	for _, tt := range tests {
		token := jwt.Decode(tt.input)
		if got := token.Broken(); got != tt.want {
			t.Errorf("%s: %t, want %t: %v", tt.name, got, tt.want, token.Problems)
		}
	}
	if token := jwt.Decode(long); len(token.Problems) == 0 {
		t.Error("a long token has no problem any more: Broken need not look for it")
	}
}

func TestEncryptedProblems(t *testing.T) {
	gcm := tokentest.Base64URL(`{"alg":"dir","enc":"A256GCM"}`)
	tests := []struct{ name, input, want string }{
		{"good", tokentest.JWE(`{"alg":"dir","enc":"A256GCM"}`), "[]"},
		{"iv and tag cut", gcm + "..aXY.Y3Q.dGFn", "[initialization vector: 2 bytes; A256GCM has 12 authentication tag: 3 bytes; A256GCM has 16]"},
		{"key with dir", strings.Replace(tokentest.JWE(`{"alg":"dir","enc":"A256GCM"}`), "..", ".AA.", 1), "[encrypted key: there must be none with dir]"},
		{"no key", tokentest.JWE(`{"alg":"A128KW","enc":"A256GCM"}`), "[encrypted key: empty, and A128KW has one]"},
		{"half a block", tokentest.Base64URL(`{"alg":"dir","enc":"A128CBC-HS256"}`) + ".." + tokentest.Base64URL("sixteen bytes ok") + ".AA." + tokentest.Base64URL("sixteen bytes ok"), "[ciphertext: 1 bytes; A128CBC-HS256 makes whole blocks of 16]"},
		{"crit", tokentest.JWE(`{"alg":"dir","enc":"A256GCM","crit":["x"]}`), "[header: crit at byte 29: a Keydeck server knows no extension, so it must refuse the token]"},
	}
	for _, tt := range tests {
		if got := tokentest.Problems(jwt.Decode(tt.input)); got != tt.want {
			t.Errorf("%s: problems %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestOtherKinds(t *testing.T) {
	pair := tokentest.JWS(`{"alg":"HS256","typ":"JWT","kid":"k"}`, `{"CustomerId":"ABC123","nNodeLicenseExpiry":"1700000060","iat":1700000000,"jti":"x"}`)
	tests := []struct {
		name, input string
		kind        jwt.Kind
		credential  model.Kind
		problem     string
	}{
		{"key pair", `{"apiKey":"` + pair + `","secretKey":"` + pair + `"}`, jwt.KindKeyPair, model.KindKeyPair, ""},
		{"key pair in an answer", `{"success":true,"data":{"id":"1","api_key":"` + pair + `","secret_key":"` + pair + `"},"error":null}`, jwt.KindKeyPair, model.KindKeyPair, ""},
		{"half of it", pair, jwt.KindJWS, model.KindKeyPair, ""},
		{"JWT secret", strings.Repeat("aB3dEfGh", 8), jwt.KindJWTSecret, model.KindJWTSecret, ""},
		{"a digest is no secret", strings.Repeat("0123456789abcdef", 4), jwt.KindUnknown, "", "input: neither a token in segments nor a key of a known form"},
		{"refresh token", tokentest.RefreshToken, jwt.KindRefreshToken, model.KindRefreshToken, ""},
		{"JWK", `{"kty":"oct","k":"AA"}`, jwt.KindUnknown, "", "input: a JSON Web Key or a set of them, no token: it can be used to verify one"},
		{"JSON", `{"a":1}`, jwt.KindUnknown, "", "input: JSON, and no token in it"},
		{"PEM", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", jwt.KindUnknown, "", "input: a key or a certificate in PEM, no token: it can be used to verify one"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, problem := jwt.Decode(tt.input), ""
			if len(got.Problems) > 0 {
				problem = got.Problems[0].String()
			}
			if got.Kind != tt.kind || got.Credential != tt.credential || problem != tt.problem {
				t.Errorf("kind %q credential %q problems %v", got.Kind, got.Credential, got.Problems)
			}
			if got.Kind == jwt.KindKeyPair && (len(got.Nested) != 2 || !strings.HasPrefix(got.Raw[got.Nested[1].Offset:], pair)) {
				t.Errorf("nested %+v", got.Nested)
			}
		})
	}
}

func TestDecodeKind(t *testing.T) {
	wrong := tokentest.StaticKey[:10] + "Z" + tokentest.StaticKey[11:]
	pair := "ABC123:" + tokentest.StaticKey
	tests := []struct {
		name, input string
		want        jwt.Kind
		key         *jwt.StaticKey
		problems    string
	}{
		{"JWS", tokentest.JWS(`{"alg":"HS256"}`, `{}`), jwt.KindJWS, nil, "[]"},
		{"unknown algorithm", tokentest.JWS(`{"alg":"XY999"}`, `{}`), jwt.KindJWS, nil, "[]"},
		{"JWE", tokentest.JWE(`{"alg":"dir","enc":"A256GCM"}`), jwt.KindJWE, nil, "[]"},
		{"header alone", tokentest.Base64URL(`{"alg":"HS256"}`), jwt.KindJWS, nil, "[token: 1 segments, a signed token has 3 and an encrypted one 5 payload: missing signature: missing]"},
		{"six segments", tokentest.JWS(`{"alg":"HS256"}`, `{}`) + ".a.b.c.d", jwt.KindJWS, nil, "[token: 7 segments, a signed token has 3 and an encrypted one 5]"},
		{"API key", tokentest.StaticKey, jwt.Kind(model.KindAPIKey), &jwt.StaticKey{Masked: "sk_Ab3A…" + tokentest.StaticKey[len(tokentest.StaticKey)-5:], Checksum: jwt.ChecksumGood, AccountID: ""}, "[]"},
		{"API key, mistyped", wrong, jwt.Kind(model.KindAPIKey), &jwt.StaticKey{Masked: model.Mask(wrong), Checksum: jwt.ChecksumWrong, AccountID: ""},
			"[key: the check digits do not fit: a typing error, or not a key of Keydeck]"},
		{"API key, cut", "sk_abc", jwt.Kind(model.KindAPIKey), &jwt.StaticKey{Masked: "…", Checksum: jwt.ChecksumNone, AccountID: ""},
			"[key: not sk_ and 43 letters and digits: incomplete, or not a key of Keydeck]"},
		{"ApiKey header", "ApiKey " + base64.StdEncoding.EncodeToString([]byte(pair)), jwt.KindAPIKeyHeader,
			&jwt.StaticKey{Masked: model.Mask(tokentest.StaticKey), Checksum: jwt.ChecksumGood, AccountID: "ABC123"}, "[]"},
		{"ApiKey value without its word", base64.RawURLEncoding.EncodeToString([]byte(pair)), jwt.KindAPIKeyHeader,
			&jwt.StaticKey{Masked: model.Mask(tokentest.StaticKey), Checksum: jwt.ChecksumGood, AccountID: "ABC123"}, "[]"},
		{"ApiKey, the key as it is", "ApiKey " + tokentest.StaticKey, jwt.KindAPIKeyHeader, &jwt.StaticKey{Masked: model.Mask(tokentest.StaticKey), Checksum: jwt.ChecksumGood},
			"[credential: the key stands there as it is: it has to be base64 of the account id, a colon and the key]"},
		{"ApiKey, bad base64", "ApiKey QUJD*EVG", jwt.KindAPIKeyHeader, nil, "[credential: invalid base64 at byte 4]"},
		{"ApiKey, no colon", "ApiKey QUJDREVG", jwt.KindAPIKeyHeader, nil, "[credential: no colon between account id and key]"},
		{"refresh token", strings.Repeat("aZ0-_", 17) + "x", jwt.KindRefreshToken, nil, "[]"},
		{"one character short of one", strings.Repeat("aZ0-_", 17), jwt.KindUnknown, nil, "[input: neither a token in segments nor a key of a known form]"},
		{"text", "hello", jwt.KindUnknown, nil, "[input: neither a token in segments nor a key of a known form]"},
		{"empty", " ", jwt.KindUnknown, nil, "[input: empty]"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := jwt.Decode(tt.input)
			if got.Kind != tt.want {
				t.Errorf("kind %q, want %q", got.Kind, tt.want)
			}
			if fmt.Sprint(got.Problems) != tt.problems {
				t.Errorf("problems %v, want %s", got.Problems, tt.problems)
			}
			if (got.StaticKey == nil) != (tt.key == nil) || tt.key != nil && *got.StaticKey != *tt.key {
				t.Errorf("key %+v, want %+v", got.StaticKey, tt.key)
			}
		})
	}
}

func TestDecodeShowsTheRest(t *testing.T) {
	header, payload := tokentest.Base64URL(`{"alg":"HS256","kid":"k"}`), tokentest.Base64URL(`{"sub":"me","exp":1700000060}`)
	tests := []struct {
		name, input string
		problem     string
		alg, sub    string
	}{
		{"whole", header + "." + payload + ".c2ln", "", "HS256", "me"},
		{"header not base64", "e*" + header + "." + payload + ".c2ln", "header: invalid base64 at byte 1", "", "me"},
		{"header not JSON", tokentest.Base64URL(`{"a {`) + "." + payload + ".c2ln", "header: invalid JSON at byte 1: string without a closing quote", "", "me"},
		{"header an array", tokentest.Base64URL(`[]`) + "." + payload + ".c2ln", "header: invalid JSON at byte 0: not an object", "", "me"},
		{"header empty", "." + payload + ".c2ln", "header: invalid JSON at byte 0: empty", "", "me"},
		{"payload cut", header + "." + payload[:20] + "!" + payload[20:] + ".c2ln", "payload: invalid base64 at byte 20", "HS256", "me"},
		{"payload not JSON", header + "." + tokentest.Base64URL("hello") + ".c2ln", "payload: invalid JSON at byte 0: not an object", "HS256", ""},
		{"JSON cut", header + "." + tokentest.Base64URL(`{"sub":"me","exp":17000`) + ".c2ln", "payload: invalid JSON at byte 23: ends where a comma or } should be", "HS256", "me"},
		{"padding", header + "." + tokentest.Base64URL(`{"sub":"me"}x`)[:16] + ".c2k=", "signature: base64 with padding at byte 3", "HS256", "me"},
		{"standard alphabet", header + "." + payload + ".a+/b", "signature: standard base64 alphabet instead of the URL-safe one at byte 1", "HS256", "me"},
		{"one character over", header + "." + payload + ".c2lna", "signature: invalid base64 at byte 5: a character is missing or one too many", "HS256", "me"},
		{"spare bits", header + "." + payload + ".c2l", "signature: base64 with spare bits that are not zero at byte 2", "HS256", "me"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := jwt.Decode(tt.input)
			var problem string
			if len(got.Problems) > 0 {
				problem = got.Problems[0].String()
			}
			if problem != tt.problem || len(got.Problems) > 1 {
				t.Errorf("problems %v, want %q", got.Problems, tt.problem)
			}
			m, _ := got.Claims.Get("sub")
			sub, _ := m.Text()
			if got.Algorithm != tt.alg || sub != tt.sub {
				t.Errorf("alg %q sub %q, want %q and %q", got.Algorithm, sub, tt.alg, tt.sub)
			}
		})
	}
}

func TestSegments(t *testing.T) {
	got := jwt.Decode("Bearer " + tokentest.JWS(`{"alg":"HS256"}`, `{"a":1}`))
	want := map[string]string{jwt.SegmentHeader: tokentest.Base64URL(`{"alg":"HS256"}`), jwt.SegmentPayload: tokentest.Base64URL(`{"a":1}`), jwt.SegmentSignature: tokentest.Base64URL("signaturesignaturesignaturesigna"), jwt.SegmentTag: ""}
	for name, text := range want {
		if got.Text(name) != text {
			t.Errorf("segment %s is %q, want %q", name, got.Text(name), text)
		}
	}
	if string(got.Signature) != "signaturesignaturesignaturesigna" {
		t.Errorf("signature %q", got.Signature)
	}
}

func TestDescription(t *testing.T) {
	tests := []struct{ name, input, want string }{
		{"signed", tokentest.JWS(`{"alg":"HS256"}`, `{}`), "signed token (JWS, compact)"},
		{"alg none", tokentest.Base64URL(`{"alg":"none"}`) + "." + tokentest.Base64URL(`{}`) + ".", "unsigned token (alg none)"},
		{"alg None, and a signature", tokentest.JWS(`{"alg":"None"}`, `{}`), "unsigned token (alg none)"},
		{"an empty signature", tokentest.Base64URL(`{"alg":"HS256"}`) + "." + tokentest.Base64URL(`{}`) + ".", "unsigned token (the signature is empty)"},
		{"cut off", tokentest.Base64URL(`{"alg":"HS256"}`) + "." + tokentest.Base64URL(`{}`), "signed token (JWS, compact)"},
		{"encrypted", tokentest.Base64URL(`{"alg":"none"}`) + "....", "encrypted token (JWE, compact)"},
		{"key", tokentest.StaticKey, "API key"},
		{"nothing", "", "nothing known"},
	}
	for _, tt := range tests {
		token := jwt.Decode(tt.input)
		if got := token.Description(); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}
