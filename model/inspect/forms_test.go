package inspect

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"keydeck/model"
)

const goodSignature = "c2lnbmF0dXJlc2lnbmF0dXJlc2lnbmF0dXJlc2lnbmE" // 32 bytes

func problems(t Token) string { return fmt.Sprint(t.Problems) }

func rules(t Token) string {
	var out []string
	for _, f := range t.Findings {
		out = append(out, string(f.Severity)+" "+f.Rule)
	}
	return strings.Join(out, ", ")
}

func TestJWSInJSON(t *testing.T) {
	hs, rs := b64(`{"alg":"HS256","typ":"JWT"}`), b64(`{"typ":"JWT"}`)
	claims := b64(`{"aud":"a","iat":1700000000,"exp":1700000060}`)
	flat := `{"payload":"` + claims + `","protected":"` + hs + `","signature":"` + goodSignature + `"}`
	tests := []struct {
		name, input, alg string
		signatures       int
		problems, rules  string
	}{
		{"flattened", flat, "HS256", 1, "[]", "note json_form"},
		{"white space", "\n  " + strings.ReplaceAll(flat, ",", ",\n  ") + "\n", "HS256", 1, "[]", "note json_form"},
		{"general", `{"payload":"` + claims + `","signatures":[{"protected":"` + hs + `","signature":"` + goodSignature + `"},{"protected":"` + rs + `","header":{"alg":"none","kid":"../x"},"signature":"AA"}]}`,
			"HS256", 2, "[]", "danger alg_none, warn kid, warn unprotected, warn alg_none, note json_form"},
		{"unprotected alone", `{"payload":"` + claims + `","header":{"alg":"HS256","typ":"JWT"},"signature":"` + goodSignature + `"}`,
			"HS256", 1, "[]", "warn unprotected, note json_form"},
		{"in both headers", `{"payload":"` + claims + `","protected":"` + hs + `","header":{"alg":"none"},"signature":"` + goodSignature + `"}`,
			"HS256", 1, `[header: "alg" stands in two headers]`, "danger duplicate, warn unprotected, note json_form"},
		{"crit unprotected", `{"payload":"` + claims + `","protected":"` + hs + `","header":{"crit":["b64"]},"signature":"` + goodSignature + `"}`,
			"HS256", 1, "[header: crit at byte 1: a Keydeck server knows no extension, so it must refuse the token header: crit must be protected]", "warn crit, note json_form"},
		{"detached", `{"protected":"` + hs + `","signature":"` + goodSignature + `"}`,
			"HS256", 1, "[payload: empty: it is kept elsewhere, or it was taken out]", "note json_form, note detached"},
		{"no signature", `{"payload":"` + claims + `","signatures":[{"protected":"` + hs + `"}]}`,
			"HS256", 1, "[signature: missing]", "note json_form"},
		{"no signatures", `{"payload":"` + claims + `","signatures":[]}`,
			"", 0, "[token: signatures is empty, or no array]", "note json_form"},
		{"an element that is no object", `{"payload":"` + claims + `","signatures":[1,{"protected":"` + hs + `","signature":"` + goodSignature + `"}]}`,
			"HS256", 1, "[token: element 1 of signatures is not an object]", "note json_form"},
		{"cut off", flat[:len(flat)-4], "HS256", 1, fmt.Sprintf("[token: invalid JSON at byte %d: string without a closing quote signature: missing]", len(flat)-len(goodSignature)-3), "note json_form"},
		{"twice", flat[:len(flat)-1] + `,"payload":"e30"}`, "HS256", 1, fmt.Sprintf(`[token: member "payload" at byte %d is there twice]`, len(flat)), "danger duplicate, note json_form"},
		{"bad base64", strings.Replace(flat, claims, claims[:8]+"*"+claims[8:], 1), "HS256", 1, "[payload: invalid base64 at byte 8]", "note json_form"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := Decode(tt.input)
			if got.Kind != KindJWSJSON || got.Algorithm != tt.alg || len(got.Signatures) != tt.signatures {
				t.Errorf("kind %q alg %q, %d signatures", got.Kind, got.Algorithm, len(got.Signatures))
			}
			if problems(got) != tt.problems {
				t.Errorf("problems\n got %s\nwant %s", problems(got), tt.problems)
			}
			if rules(got) != tt.rules {
				t.Errorf("findings\n got %s\nwant %s", rules(got), tt.rules)
			}
		})
	}
	got := Decode(flat)
	if want := hs + "." + claims + "." + goodSignature; got.Signatures[0].Compact != want {
		t.Errorf("compact %q, want %q", got.Signatures[0].Compact, want)
	}
	for name, want := range map[string]string{SegmentHeader: hs, SegmentPayload: claims, SegmentSignature: goodSignature} {
		if got.Text(name) != want {
			t.Errorf("segment %s is %q, want %q", name, got.Text(name), want)
		}
	}
	if c := got.Clocks(now); c.Verdict != VerdictActive {
		t.Errorf("verdict %q", c.Verdict)
	}
}

func TestJWEInJSON(t *testing.T) {
	header := b64(`{"enc":"A256GCM","typ":"JWT"}`)
	rest := `"iv":"` + b64("twelve bytes") + `","ciphertext":"` + b64("secret") + `","tag":"` + b64("sixteen bytes ok") + `"}`
	tests := []struct {
		name, input, alg string
		recipients       int
		problems, rules  string
	}{
		{"flattened", `{"protected":"` + header + `","header":{"alg":"dir"},` + rest, "dir", 1, "[]", "note encrypted, note json_form"},
		{"general", `{"protected":"` + header + `","unprotected":{"jku":"https://x.example/"},"recipients":[{"header":{"alg":"A128KW","kid":"a"},"encrypted_key":"` + b64("key") + `"},{"header":{"alg":"RSA1_5","kid":"b"},"encrypted_key":"AA"}],` + rest,
			"A128KW", 2, "[]", "warn jku, note encrypted, warn alg_weak, warn jku, note encrypted, note json_form"},
		{"no alg", `{"protected":"` + header + `",` + rest, "", 1, "[header: no alg]", "danger alg, note encrypted, note json_form"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := Decode(tt.input)
			if got.Kind != KindJWEJSON || got.Algorithm != tt.alg || got.Encryption != "A256GCM" || len(got.Recipients) != tt.recipients {
				t.Errorf("kind %q alg %q enc %q, %d recipients", got.Kind, got.Algorithm, got.Encryption, len(got.Recipients))
			}
			if problems(got) != tt.problems {
				t.Errorf("problems\n got %s\nwant %s", problems(got), tt.problems)
			}
			if rules(got) != tt.rules {
				t.Errorf("findings\n got %s\nwant %s", rules(got), tt.rules)
			}
		})
	}
}

func TestEncryptedFindings(t *testing.T) {
	const rest = `,"typ":"JWT"}`
	tests := []struct{ name, header, want string }{
		{"nothing to say", `{"alg":"dir","enc":"A256GCM"` + rest, ""},
		{"RSA1_5", `{"alg":"RSA1_5","enc":"A256GCM"` + rest, "warn alg_weak"},
		{"zip", `{"alg":"dir","enc":"A256GCM","zip":"DEF"` + rest, "warn zip"},
		{"zip unknown", `{"alg":"dir","enc":"A256GCM","zip":"GZ"` + rest, "warn zip"},
		{"enc missing", `{"alg":"dir"` + rest, "danger enc"},
		{"enc a number", `{"alg":"dir","enc":1` + rest, "danger enc"},
		{"enc in small letters", `{"alg":"dir","enc":"a256gcm"` + rest, "warn enc_case"},
		{"enc without authentication", `{"alg":"dir","enc":"A128CBC"` + rest, "danger enc_weak"},
		{"enc of a draft", `{"alg":"dir","enc":"A128CBC+HS256"` + rest, "danger enc_weak"},
		{"enc unknown", `{"alg":"dir","enc":"XYZ"` + rest, "warn enc_unknown"},
		{"signing alg", `{"alg":"HS256","enc":"A256GCM"` + rest, "danger alg_kind"},
		{"alg unknown", `{"alg":"XYZ","enc":"A256GCM"` + rest, "warn alg_unknown"},
		{"PBES2", `{"alg":"PBES2-HS256+A128KW","enc":"A256GCM","p2c":10000,"p2s":"AAAAAAAAAAAAAAAAAAAAAA"` + rest, "note password"},
		{"PBES2, billions of rounds", `{"alg":"PBES2-HS256+A128KW","enc":"A256GCM","p2c":2147483647,"p2s":"AAAAAAAAAAAAAAAAAAAAAA"` + rest, "danger p2c, note password"},
		{"PBES2, more than any number", `{"alg":"PBES2-HS256+A128KW","enc":"A256GCM","p2c":1e999,"p2s":"AAAAAAAAAAAAAAAAAAAAAA"` + rest, "danger p2c, note password"},
		{"PBES2, few rounds", `{"alg":"PBES2-HS256+A128KW","enc":"A256GCM","p2c":10,"p2s":"AAAAAAAAAAAAAAAAAAAAAA"` + rest, "warn p2c, note password"},
		{"PBES2, bare", `{"alg":"PBES2-HS256+A128KW","enc":"A256GCM"` + rest, "danger p2c, warn p2s, note password"},
		{"PBES2, p2c a string", `{"alg":"PBES2-HS256+A128KW","enc":"A256GCM","p2c":"10000","p2s":"AA"` + rest, "danger p2c, warn p2s, note password"},
		{"ECDH-ES", `{"alg":"ECDH-ES","enc":"A256GCM","apu":"QQ","apv":"Qg","epk":{"kty":"EC"}` + rest, ""},
		{"ECDH-ES without epk", `{"alg":"ECDH-ES","enc":"A256GCM"` + rest, "danger epk"},
		{"ECDH-ES with the private half", `{"alg":"ECDH-ES","enc":"A256GCM","epk":{"kty":"EC","d":"AA"}` + rest, "danger epk_private"},
		{"apu not base64", `{"alg":"ECDH-ES","enc":"A256GCM","apu":"a b","epk":{}` + rest, "warn apu"},
		{"apv elsewhere", `{"alg":"dir","enc":"A256GCM","apv":"QQ"` + rest, "note apv"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			token := Decode(jwe(tt.header))
			var got []string
			for _, f := range token.Findings {
				if f.Rule != "encrypted" {
					got = append(got, string(f.Severity)+" "+f.Rule)
				}
			}
			if s := strings.Join(got, ", "); s != tt.want {
				t.Errorf("findings %q, want %q", s, tt.want)
			}
		})
	}
}

func TestEncryptedProblems(t *testing.T) {
	gcm := b64(`{"alg":"dir","enc":"A256GCM"}`)
	tests := []struct{ name, input, want string }{
		{"good", jwe(`{"alg":"dir","enc":"A256GCM"}`), "[]"},
		{"iv and tag cut", gcm + "..aXY.Y3Q.dGFn", "[initialization vector: 2 bytes; A256GCM has 12 authentication tag: 3 bytes; A256GCM has 16]"},
		{"key with dir", strings.Replace(jwe(`{"alg":"dir","enc":"A256GCM"}`), "..", ".AA.", 1), "[encrypted key: there must be none with dir]"},
		{"no key", jwe(`{"alg":"A128KW","enc":"A256GCM"}`), "[encrypted key: empty, and A128KW has one]"},
		{"half a block", b64(`{"alg":"dir","enc":"A128CBC-HS256"}`) + ".." + b64("sixteen bytes ok") + ".AA." + b64("sixteen bytes ok"), "[ciphertext: 1 bytes; A128CBC-HS256 makes whole blocks of 16]"},
		{"crit", jwe(`{"alg":"dir","enc":"A256GCM","crit":["x"]}`), "[header: crit at byte 29: a Keydeck server knows no extension, so it must refuse the token]"},
	}
	for _, tt := range tests {
		if got := problems(Decode(tt.input)); got != tt.want {
			t.Errorf("%s: problems %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestNested(t *testing.T) {
	inner := jws(`{"alg":"HS256","typ":"JWT"}`, `{"aud":"a","iat":1700000000,"exp":1700000060}`)
	nest := func(raw string) string { return jws(`{"alg":"HS256","typ":"JWT","cty":"JWT"}`, raw) }
	tests := []struct {
		name, input string
		where       string
		offset      int
		problem     bool
		rules       string
	}{
		{"payload", nest(inner), "payload", 0, true, "note nested"},
		{"payload without cty", jws(`{"alg":"HS256","typ":"JWT"}`, inner), "payload", 0, true, "note nested, warn cty"},
		{"cty without a token", jws(`{"alg":"HS256","typ":"JWT","cty":"JWT"}`, `{"aud":"a","exp":1700000060}`), "", 0, false, "warn cty"},
		{"claim", jws(`{"alg":"HS256","typ":"JWT"}`, `{"aud":"a","exp":1700000060,"act":{"id_token":"`+inner+`"}}`), "id_token", 47, false, "note token_in_claim"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := Decode(tt.input)
			if rules(got) != tt.rules || (len(got.Problems) > 0) != tt.problem {
				t.Errorf("findings %q problems %v, want %q", rules(got), got.Problems, tt.rules)
			}
			if tt.where == "" {
				if got.Nested != nil {
					t.Errorf("nested %v", got.Nested)
				}
				return
			}
			if len(got.Nested) != 1 || got.Nested[0].Where != tt.where || got.Nested[0].Offset != tt.offset || got.Nested[0].Token.Raw != inner {
				t.Fatalf("nested %+v", got.Nested)
			}
			if !strings.HasPrefix(got.Claims.Text[tt.offset:], inner) {
				t.Errorf("offset %d points elsewhere", tt.offset)
			}
			if p := got.Nested[0].Token.Problems; len(p) > 0 {
				t.Errorf("problems of the inner one: %v", p)
			}
		})
	}
	deep := inner
	for range 2 * maxNesting {
		deep = nest(deep)
	}
	token, levels := Decode(deep), 0
	for len(token.Nested) > 0 {
		token, levels = token.Nested[0].Token, levels+1
	}
	if levels != maxNesting-1 || !hasRule(token, "nesting") {
		t.Errorf("%d levels, findings %s", levels, rules(token))
	}
	if _, err := json.Marshal(Decode(deep).Report(now)); err != nil {
		t.Error(err)
	}
}

func TestUnusualPayloads(t *testing.T) {
	header := b64(`{"alg":"HS256","typ":"JWT"}`)
	got := Decode(header + ".." + goodSignature)
	if !got.Detached || problems(got) != "[payload: empty: it is kept elsewhere, or it was taken out]" || rules(got) != "note detached" {
		t.Errorf("detached: %v %s %s", got.Detached, problems(got), rules(got))
	}
	raw := Decode(b64(`{"alg":"HS256","typ":"JWT","b64":false,"crit":["b64"]}`) + `.{"aud":"a"}.` + goodSignature)
	if m, ok := raw.Claims.Get("aud"); !ok || m.Raw != `"a"` || len(raw.Problems) != 2 {
		t.Errorf("unencoded payload: claims %q problems %v", raw.Claims.Text, raw.Problems)
	}
	bytes := Decode(header + "." + b64("\x00\x01\x02") + "." + goodSignature)
	if problems(bytes) != `[payload: invalid JSON at byte 0: not an object]` {
		t.Errorf("bytes: %s", problems(bytes))
	}
}

func TestOtherKinds(t *testing.T) {
	pair := jws(`{"alg":"HS256","typ":"JWT","kid":"k"}`, `{"CustomerId":"ABC123","nNodeLicenseExpiry":"1700000060","iat":1700000000,"jti":"x"}`)
	tests := []struct {
		name, input string
		kind        Kind
		credential  model.Kind
		problem     string
	}{
		{"key pair", `{"apiKey":"` + pair + `","secretKey":"` + pair + `"}`, KindKeyPair, model.KindKeyPair, ""},
		{"key pair in an answer", `{"success":true,"data":{"id":"1","api_key":"` + pair + `","secret_key":"` + pair + `"},"error":null}`, KindKeyPair, model.KindKeyPair, ""},
		{"half of it", pair, KindJWS, model.KindKeyPair, ""},
		{"JWT secret", strings.Repeat("aB3dEfGh", 8), KindJWTSecret, model.KindJWTSecret, ""},
		{"a digest is no secret", strings.Repeat("0123456789abcdef", 4), KindUnknown, "", "input: neither a token in segments nor a key of a known form"},
		{"refresh token", refresh, KindRefreshToken, model.KindRefreshToken, ""},
		{"JWK", `{"kty":"oct","k":"AA"}`, KindUnknown, "", "input: a JSON Web Key or a set of them, no token: it can be used to verify one"},
		{"JSON", `{"a":1}`, KindUnknown, "", "input: JSON, and no token in it"},
		{"PEM", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", KindUnknown, "", "input: a key or a certificate in PEM, no token: it can be used to verify one"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, problem := Decode(tt.input), ""
			if len(got.Problems) > 0 {
				problem = got.Problems[0].String()
			}
			if got.Kind != tt.kind || got.Credential != tt.credential || problem != tt.problem {
				t.Errorf("kind %q credential %q problems %v", got.Kind, got.Credential, got.Problems)
			}
			if got.Kind == KindKeyPair && (len(got.Nested) != 2 || !strings.HasPrefix(got.Raw[got.Nested[1].Offset:], pair)) {
				t.Errorf("nested %+v", got.Nested)
			}
		})
	}
}
