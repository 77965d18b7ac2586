package inspect

import (
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"keydeck/model/inspect/internal/tokentest"
	"keydeck/model/inspect/jwa"
	"keydeck/model/inspect/jwk"
	"keydeck/model/inspect/jws"
	"keydeck/model/inspect/jwt"
	"keydeck/model/inspect/verdict"
)

// What is encrypted may be any text, and any text may have a dot in it.
func TestDecryptedTextIsNoToken(t *testing.T) {
	key := []byte("0123456789abcdef")
	for _, text := range []string{"Dear Ada. Yours.", "a.b.c", "..", "x"} {
		o, err := Open(Decode(tokentest.Encrypt(t, key, `{"alg":"dir","enc":"A128GCM"}`, []byte(text))), []jwk.Key{{Family: jwa.FamilyHMAC, Secret: key}})
		if err != nil || o.Nested != nil || o.Claims != nil || o.Text() != text {
			t.Errorf("%q: %+v, %v", text, o, err)
		}
	}
}

func TestDecryptedClaims(t *testing.T) {
	key := []byte("0123456789abcdef")
	k := jwk.Key{Family: jwa.FamilyHMAC, Secret: key}
	open := func(plain string) Opened {
		t.Helper()
		got, err := Open(Decode(tokentest.Encrypt(t, key, `{"alg":"dir","enc":"A128GCM"}`, []byte(plain))), []jwk.Key{k})
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	bare := open(`{"exp":1}`)
	if bare.Nested != nil || bare.Claims == nil {
		t.Fatalf("bare claims: nested %v, claims %v", bare.Nested, bare.Claims)
	}
	if got := bare.Claims.Clocks(time.Unix(2, 0)).Verdict; got != jwt.VerdictExpired {
		t.Errorf("verdict %q, want expired", got)
	}
	if len(bare.Claims.Findings) == 0 {
		t.Error("no aud, and no finding")
	}
	signer := jwk.Key{Family: jwa.FamilyHMAC, Secret: []byte("an uncommonly good secret, is it?")}
	nested := open(tokentest.Sign(t, signer, "HS256", `{"alg":"HS256"}`, `{"exp":9}`))
	if nested.Claims != nil || nested.Nested == nil {
		t.Fatalf("nested %v, claims %v", nested.Nested, nested.Claims)
	}
	if v := jws.Verify(*nested.Nested, []jwk.Key{signer}, jws.Expect{Now: time.Unix(2, 0)}); !v.Good {
		t.Errorf("the token within: %+v", v)
	}
	if text := open("plain"); text.Claims != nil || text.Nested != nil {
		t.Errorf("text: nested %v, claims %v", text.Nested, text.Claims)
	}
}

func TestOpenAndVerify(t *testing.T) {
	key := []byte("0123456789abcdef")
	opening := []jwk.Key{{Family: jwa.FamilyHMAC, Secret: key}}
	signer := jwk.Key{ID: "s", Family: jwa.FamilyHMAC, Secret: []byte("an uncommonly good secret, is it?")}
	within := tokentest.Sign(t, signer, "HS256", `{"alg":"HS256"}`, `{"exp":9,"iss":"me"}`)
	sealed := func(plain string) jwt.Token {
		return Decode(tokentest.Encrypt(t, key, `{"alg":"dir","enc":"A128GCM","cty":"JWT"}`, []byte(plain)))
	}
	e := jws.Expect{Now: time.Unix(2, 0), Issuer: "me"}
	for _, tt := range []struct {
		name    string
		token   jwt.Token
		opening []jwk.Key
		keys    []jwk.Key
		want    string // of the verdict
		fails   bool
	}{
		{"signed within", sealed(within), opening, []jwk.Key{signer}, "verified by kid s, and yet not good: it came encrypted; a Keydeck server takes signed tokens alone", false},
		{"signed by another", sealed(within), opening, []jwk.Key{{Family: jwa.FamilyHMAC, Secret: []byte("another uncommonly good secret...")}}, "bad signature: ", false},
		{"no key to verify with", sealed(within), opening, nil, "not verified", false},
		{"not opened", sealed(within), nil, []jwk.Key{signer}, "cannot verify, because it is encrypted, and was not opened", true},
		{"bare claims", sealed(`{"exp":9}`), opening, []jwk.Key{signer}, "cannot verify, because what was encrypted is no signed token", false},
		{"encrypted twice", sealed(sealed(within).Raw), opening, []jwk.Key{signer}, "cannot verify, because it is encrypted, not signed", false},
		{"not encrypted", Decode(within), opening, []jwk.Key{signer}, "cannot verify, because it is encrypted, and was not opened", true},
	} {
		_, v, err := OpenAndVerify(tt.token, tt.opening, tt.keys, e)
		said := verdict.Of(verdict.Case{Token: &tt.token, Keys: &v})
		if (err != nil) != tt.fails || v.Good || !strings.HasPrefix(said.String(), tt.want) {
			t.Errorf("%s: %s, good %v, %v, want %q", tt.name, said, v.Good, err, tt.want)
		}
	}
}

func TestDecodeSaysWhatWasTakenOut(t *testing.T) {
	blank := strings.Replace(tokentest.Sample, ".", ".    ", 1)
	tests := []struct {
		name    string
		token   jwt.Token
		problem bool
		cleaned bool
	}{
		{"nothing", Decode(tokentest.Sample), false, false},
		{"white space around", Decode(" " + tokentest.Sample + "\n"), false, false},
		{"line breaks", Decode(tokentest.Wrap(tokentest.Sample, 60, "  ")), false, true},
		{"blanks", Decode(blank), true, true},
		{"blanks, as it stands", DecodeExact(blank), true, false},
		{"line breaks, as they stand", DecodeExact(tokentest.Wrap(tokentest.Sample, 60, "")), true, false},
		{"white space around, as it stands", DecodeExact(tokentest.Sample + " "), true, false},
	}
	for _, tt := range tests {
		if got := len(tt.token.Problems) > 0; got != tt.problem {
			t.Errorf("%s: problems %v, want some: %v", tt.name, tt.token.Problems, tt.problem)
		}
		if got := tokentest.HasRule(tt.token, "cleaned"); got != tt.cleaned {
			t.Errorf("%s: finding that it was cleaned: %v, want %v", tt.name, got, tt.cleaned)
		}
	}
}

// TestSentencesAreHarmless: whatever a token says, what is said of it can be shown.
func TestSentencesAreHarmless(t *testing.T) {
	for _, evil := range []string{"\x1b[2J", "\u202e", "\u009b31m", "\x7f", "é", "\u200b", "😀"} {
		text := `"` + strings.ReplaceAll(evil, "\x1b", `\u001b`) + `"` // which JSON wants escaped
		for _, member := range []string{"alg", "kid", "enc", "crit", "typ", "exp", "zip"} {
			holds(t, Decode(tokentest.JWS(`{"`+member+`":`+text+`,`+text+`:1,`+text+`:2}`, `{"`+member+`":`+text+`,"aud":{`+text+`:`+text+`},`+text+`:"a@b.example",`+text+`:"`+tokentest.Sample+`"}`)))
			holds(t, Decode(tokentest.JWE(`{"`+member+`":`+text+`}`)))
		}
	}
}

func TestJWSInJSON(t *testing.T) {
	hs, rs := tokentest.Base64URL(`{"alg":"HS256","typ":"JWT"}`), tokentest.Base64URL(`{"typ":"JWT"}`)
	claims := tokentest.Base64URL(`{"aud":"a","iat":1700000000,"exp":1700000060}`)
	flat := `{"payload":"` + claims + `","protected":"` + hs + `","signature":"` + tokentest.Signature + `"}`
	tests := []struct {
		name, input, alg string
		signatures       int
		problems, rules  string
	}{
		{"flattened", flat, "HS256", 1, "[]", "note json_form"},
		{"white space", "\n  " + strings.ReplaceAll(flat, ",", ",\n  ") + "\n", "HS256", 1, "[]", "note json_form"},
		{"general", `{"payload":"` + claims + `","signatures":[{"protected":"` + hs + `","signature":"` + tokentest.Signature + `"},{"protected":"` + rs + `","header":{"alg":"none","kid":"../x"},"signature":"AA"}]}`,
			"HS256", 2, "[]", "danger alg_none, warn kid, warn unprotected, warn alg_none, note json_form"},
		{"unprotected alone", `{"payload":"` + claims + `","header":{"alg":"HS256","typ":"JWT"},"signature":"` + tokentest.Signature + `"}`,
			"HS256", 1, "[]", "warn unprotected, note json_form"},
		{"in both headers", `{"payload":"` + claims + `","protected":"` + hs + `","header":{"alg":"none"},"signature":"` + tokentest.Signature + `"}`,
			"HS256", 1, `[header: "alg" stands in two headers]`, "danger duplicate, warn unprotected, note json_form"},
		{"crit unprotected", `{"payload":"` + claims + `","protected":"` + hs + `","header":{"crit":["b64"]},"signature":"` + tokentest.Signature + `"}`,
			"HS256", 1, "[header: crit at byte 1: a Keydeck server knows no extension, so it must refuse the token header: crit must be protected]", "warn crit, note json_form"},
		{"detached", `{"protected":"` + hs + `","signature":"` + tokentest.Signature + `"}`,
			"HS256", 1, "[payload: empty: it is kept elsewhere, or it was taken out]", "note json_form, note detached"},
		{"no signature", `{"payload":"` + claims + `","signatures":[{"protected":"` + hs + `"}]}`,
			"HS256", 1, "[signature: missing]", "note json_form"},
		{"no signatures", `{"payload":"` + claims + `","signatures":[]}`,
			"", 0, "[token: signatures is empty, or no array]", "note json_form"},
		{"an element that is no object", `{"payload":"` + claims + `","signatures":[1,{"protected":"` + hs + `","signature":"` + tokentest.Signature + `"}]}`,
			"HS256", 1, "[token: element 1 of signatures is not an object]", "note json_form"},
		{"cut off", flat[:len(flat)-4], "HS256", 1, fmt.Sprintf("[token: invalid JSON at byte %d: string without a closing quote signature: missing]", len(flat)-len(tokentest.Signature)-3), "note json_form"},
		{"twice", flat[:len(flat)-1] + `,"payload":"e30"}`, "HS256", 1, fmt.Sprintf(`[token: member "payload" at byte %d is there twice]`, len(flat)), "danger duplicate, note json_form"},
		{"bad base64", strings.Replace(flat, claims, claims[:8]+"*"+claims[8:], 1), "HS256", 1, "[payload: invalid base64 at byte 8]", "note json_form"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := Decode(tt.input)
			if got.Kind != jwt.KindJWSJSON || got.Algorithm != tt.alg || len(got.Signatures) != tt.signatures {
				t.Errorf("kind %q alg %q, %d signatures", got.Kind, got.Algorithm, len(got.Signatures))
			}
			if tokentest.Problems(got) != tt.problems {
				t.Errorf("problems\n got %s\nwant %s", tokentest.Problems(got), tt.problems)
			}
			if tokentest.Rules(got) != tt.rules {
				t.Errorf("findings\n got %s\nwant %s", tokentest.Rules(got), tt.rules)
			}
		})
	}
	got := Decode(flat)
	if want := hs + "." + claims + "." + tokentest.Signature; got.Signatures[0].Compact != want {
		t.Errorf("compact %q, want %q", got.Signatures[0].Compact, want)
	}
	for name, want := range map[string]string{jwt.SegmentHeader: hs, jwt.SegmentPayload: claims, jwt.SegmentSignature: tokentest.Signature} {
		if got.Text(name) != want {
			t.Errorf("segment %s is %q, want %q", name, got.Text(name), want)
		}
	}
	if c := got.Clocks(tokentest.Now); c.Verdict != jwt.VerdictActive {
		t.Errorf("verdict %q", c.Verdict)
	}
}

func TestJWEInJSON(t *testing.T) {
	header := tokentest.Base64URL(`{"enc":"A256GCM","typ":"JWT"}`)
	rest := `"iv":"` + tokentest.Base64URL("twelve bytes") + `","ciphertext":"` + tokentest.Base64URL("secret") + `","tag":"` + tokentest.Base64URL("sixteen bytes ok") + `"}`
	tests := []struct {
		name, input, alg string
		recipients       int
		problems, rules  string
	}{
		{"flattened", `{"protected":"` + header + `","header":{"alg":"dir"},` + rest, "dir", 1, "[]", "note encrypted, note json_form"},
		{"general", `{"protected":"` + header + `","unprotected":{"jku":"https://x.example/"},"recipients":[{"header":{"alg":"A128KW","kid":"a"},"encrypted_key":"` + tokentest.Base64URL("key") + `"},{"header":{"alg":"RSA1_5","kid":"b"},"encrypted_key":"AA"}],` + rest,
			"A128KW", 2, "[]", "warn jku, note encrypted, warn alg_weak, warn jku, note encrypted, note json_form"},
		{"no alg", `{"protected":"` + header + `",` + rest, "", 1, "[header: no alg]", "danger alg, note encrypted, note json_form"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := Decode(tt.input)
			if got.Kind != jwt.KindJWEJSON || got.Algorithm != tt.alg || got.Encryption != "A256GCM" || len(got.Recipients) != tt.recipients {
				t.Errorf("kind %q alg %q enc %q, %d recipients", got.Kind, got.Algorithm, got.Encryption, len(got.Recipients))
			}
			if tokentest.Problems(got) != tt.problems {
				t.Errorf("problems\n got %s\nwant %s", tokentest.Problems(got), tt.problems)
			}
			if tokentest.Rules(got) != tt.rules {
				t.Errorf("findings\n got %s\nwant %s", tokentest.Rules(got), tt.rules)
			}
		})
	}
}

// nestingLimit is how many tokens within one another package jwt takes apart.
const nestingLimit = 4

func TestNested(t *testing.T) {
	inner := tokentest.JWS(`{"alg":"HS256","typ":"JWT"}`, `{"aud":"a","iat":1700000000,"exp":1700000060}`)
	nest := func(raw string) string { return tokentest.JWS(`{"alg":"HS256","typ":"JWT","cty":"JWT"}`, raw) }
	tests := []struct {
		name, input string
		where       string
		offset      int
		problem     bool
		rules       string
	}{
		{"payload", nest(inner), "payload", 0, true, "note nested"},
		{"payload without cty", tokentest.JWS(`{"alg":"HS256","typ":"JWT"}`, inner), "payload", 0, true, "note nested, warn cty"},
		{"cty without a token", tokentest.JWS(`{"alg":"HS256","typ":"JWT","cty":"JWT"}`, `{"aud":"a","exp":1700000060}`), "", 0, false, "warn cty"},
		{"claim", tokentest.JWS(`{"alg":"HS256","typ":"JWT"}`, `{"aud":"a","exp":1700000060,"act":{"id_token":"`+inner+`"}}`), "id_token", 47, false, "note token_in_claim"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := Decode(tt.input)
			if tokentest.Rules(got) != tt.rules || (len(got.Problems) > 0) != tt.problem {
				t.Errorf("findings %q problems %v, want %q", tokentest.Rules(got), got.Problems, tt.rules)
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
	for range 2 * nestingLimit {
		deep = nest(deep)
	}
	token, levels := Decode(deep), 0
	for len(token.Nested) > 0 {
		token, levels = token.Nested[0].Token, levels+1
	}
	if levels != nestingLimit-1 || !tokentest.HasRule(token, "nesting") {
		t.Errorf("%d levels, findings %s", levels, tokentest.Rules(token))
	}
	if _, err := json.Marshal(Decode(deep).Report(tokentest.Now)); err != nil {
		t.Error(err)
	}
}

func TestUnusualPayloads(t *testing.T) {
	header := tokentest.Base64URL(`{"alg":"HS256","typ":"JWT"}`)
	got := Decode(header + ".." + tokentest.Signature)
	if !got.Detached || tokentest.Problems(got) != "[payload: empty: it is kept elsewhere, or it was taken out]" || tokentest.Rules(got) != "note detached" {
		t.Errorf("detached: %v %s %s", got.Detached, tokentest.Problems(got), tokentest.Rules(got))
	}
	raw := Decode(tokentest.Base64URL(`{"alg":"HS256","typ":"JWT","b64":false,"crit":["b64"]}`) + `.{"aud":"a"}.` + tokentest.Signature)
	if m, ok := raw.Claims.Get("aud"); !ok || m.Raw != `"a"` || len(raw.Problems) != 2 {
		t.Errorf("unencoded payload: claims %q problems %v", raw.Claims.Text, raw.Problems)
	}
	bytes := Decode(header + "." + tokentest.Base64URL("\x00\x01\x02") + "." + tokentest.Signature)
	if tokentest.Problems(bytes) != `[payload: invalid JSON at byte 0: not an object]` {
		t.Errorf("bytes: %s", tokentest.Problems(bytes))
	}
}

var update = flag.Bool("update", false, "write the golden files")

// TestReportGolden pins the form for scripts.
func TestReportGolden(t *testing.T) {
	tests := map[string]string{
		"active":    tokentest.JWS(`{"typ":"JWT","alg":"RS512","kid":"0193"}`, `{"z":1.50,"sub":"<me>","aud":["a"],"exp":1700000060,"iat":1699999940}`),
		"hostile":   tokentest.JWS(`{"alg":"none","jku":"http://x","kid":"../x"}`, `{"exp":1700000060000,"a":1,"a":2}`),
		"broken":    tokentest.Base64URL(`{"alg":"HS256"}`) + "." + tokentest.Base64URL(`{"sub":"me","exp":`) + ".a*",
		"encrypted": tokentest.JWE(`{"alg":"dir","enc":"A256GCM"}`),
		"key":       "ApiKey " + base64.StdEncoding.EncodeToString([]byte("ABC123:"+tokentest.StaticKey)),
		"unknown":   "hello",
	}
	for name, input := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := json.MarshalIndent(Decode(input).Report(tokentest.Now), "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, '\n')
			path := filepath.Join("testdata", name+".golden.json")
			if *update {
				if err := os.WriteFile(path, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != string(want) {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
			if strings.Contains(strings.ToLower(string(got)), "verified") {
				t.Error("the report speaks of verification")
			}
			if strings.Contains(string(got), tokentest.StaticKey) {
				t.Error("the report shows the whole key")
			}
		})
	}
}

func FuzzDecode(f *testing.F) {
	for _, s := range []string{
		tokentest.JWS(`{"alg":"HS256","kid":"k"}`, `{"exp":1700000060,"a":{"b":[1]}}`), tokentest.JWS(`{"alg":"none","alg":1}`, `{"exp":1e400,"iat":-0}`),
		"Bearer eyJ.eyJ.=+/", "ApiKey QUJDMTIzOnNrX2E=", tokentest.StaticKey, "a.b.c.d.e", ".....", "Authorization: \"\u200b\xff", strings.Repeat("[", 100),
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, input string) {
		token := Decode(input)
		if again := Decode(token.Raw).Raw; again != token.Raw {
			t.Errorf("cleaning %q again gives %q", token.Raw, again)
		}
		if _, err := json.Marshal(token.Report(tokentest.Now)); err != nil {
			t.Errorf("report of %q: %v", input, err)
		}
		if c := token.Clocks(tokentest.Now); c.Verdict == jwt.VerdictActive && (len(token.Claims.Members) == 0 || c.ExpiresAt == nil) {
			t.Errorf("active without exp: %q", input)
		}
		holds(t, token)
		holds(t, DecodeExact(input))
	})
}

// holds checks what is promised of every token: offsets that lie in the text, and
// sentences that are fit to be shown.
func holds(t *testing.T, token jwt.Token) {
	t.Helper()
	last := 0
	for _, s := range token.Segments {
		if s.Start < last || s.End < s.Start || s.End > len(token.Raw) {
			t.Errorf("segment %+v outside of %d bytes or out of order", s, len(token.Raw))
		}
		last = s.End
	}
	for _, p := range token.Problems {
		if p.Offset < -1 || p.Offset > len(token.Raw) {
			t.Errorf("problem %+v of %d bytes", p, len(token.Raw))
		}
		shown(t, p.Part+p.Message)
	}
	for _, f := range token.Findings {
		shown(t, f.Text+f.Rule+f.Reference)
	}
	clocks := token.Clocks(tokentest.Now)
	for _, h := range clocks.Hints {
		shown(t, h)
	}
	around := len(token.Claims.Text)
	if token.Kind == jwt.KindKeyPair {
		around = len(token.Raw)
	}
	for _, n := range token.Nested {
		if n.Offset < 0 || n.Offset >= around {
			t.Errorf("nested token at %d of %d bytes", n.Offset, around)
		}
		shown(t, n.Where)
		holds(t, n.Token)
	}
}

func shown(t *testing.T, s string) {
	t.Helper()
	if strings.ContainsFunc(s, func(r rune) bool { return (r < ' ' || r > '~') && r != '…' }) {
		t.Errorf("not fit to be shown: %q", s)
	}
}

// One character that is no base64 spoils three bytes, and what stands behind them is
// shown.
func TestBrokenBase64ShowsTheRest(t *testing.T) {
	payload := tokentest.Base64URL(`{"iss":"the issuer","sub":"ada","exp":1800000000}`)
	for at := range len(payload) {
		broken := payload[:at] + "!" + payload[at+1:]
		got := Decode(tokentest.Base64URL(`{"alg":"HS256"}`) + "." + broken + "." + tokentest.Base64URL(strings.Repeat("s", 32)))
		if len(got.Problems) == 0 || got.Problems[0].Offset != at || got.Problems[0].Part != jwt.SegmentPayload {
			t.Fatalf("byte %d: problems %v", at, got.Problems)
		}
		if whole := len(payload) / 4 * 4; at < whole && !strings.Contains(got.Claims.Text, "\ufffd") {
			t.Errorf("byte %d: %q has no sign", at, got.Claims.Text)
		}
		if sub, ok := got.Claims.Get("sub"); at >= 12 && at < 20 && (!ok || sub.Raw != `"ada"`) {
			t.Errorf("byte %d: sub is not shown in %q", at, got.Claims.Text)
		}
		if v := jws.Verify(got, []jwk.Key{{Family: jwa.FamilyHMAC, Secret: []byte(strings.Repeat("k", 32))}}, jws.Expect{Now: tokentest.Now}); v.Outcome != jws.CannotVerify {
			t.Errorf("byte %d: %+v", at, v)
		}
		if verdict := got.Clocks(tokentest.Now).Verdict; verdict != jwt.VerdictUnreadable {
			t.Errorf("byte %d: the clock says %s", at, verdict)
		}
	}
}

// What clings to a token is not what somebody put around it.
func TestWhatClingsToAToken(t *testing.T) {
	k := tokentest.Key(t, "ES256")
	token := tokentest.Sign(t, k, "ES256", `{"alg":"ES256"}`, tokentest.Claims)
	middle := len(token) - 20
	for _, tt := range []struct {
		name, input string
		verified    bool
		finding     string
	}{
		{"as it is", token, true, ""},
		{"scheme and quotes", `Authorization: Bearer "` + token + `",`, true, ""},
		{"a table", "| " + token + " |", true, "beside"},
		{"a URL", "https://a.example/?token=" + token + "&x=1", true, "beside"},
		{"a full stop of another script", token + "。", true, "beside"},
		{"NUL", token + "\x00", false, ""},
		{"NUL and more", token + "\x00AAAA", false, ""},
		{"ESC", token + "\x1bAAAA", false, ""},
		{"DEL", token + "\x7fAAAA", false, ""},
		{"a letter", token + "éAAAA", false, ""},
		{"no UTF-8", token + "\x80", false, ""},
		{"an override of direction", token + "\u202eAAAA", false, ""},
		{"zero width within", token[:middle] + "\u200b" + token[middle:], false, ""},
		{"a soft hyphen within", token[:middle] + "\u00ad" + token[middle:], false, ""},
		{"a word joiner within", token[:10] + "\u2060" + token[10:], false, ""},
		{"zero width around", "\ufeff" + token + "\u200b", true, ""},
		{"a blank within", token[:middle] + " " + token[middle:], false, ""},
		{"a line break within", token[:middle] + "\n" + token[middle:], true, "cleaned"},
		{"a line break within, and text behind", token[:middle] + "\n" + token[middle:] + "\nAAAA", true, "beside"},
		{"a line break within, and the scheme", "Authorization: Bearer " + token[:middle] + "\n" + token[middle:] + "\n", true, "cleaned"},
	} {
		got := Decode(tt.input)
		v := jws.Verify(got, []jwk.Key{k}, jws.Expect{Now: tokentest.Now})
		if (v.Outcome == jws.Verified) != tt.verified {
			t.Errorf("%s: %+v", tt.name, v)
		}
		for _, rule := range []string{"beside", "cleaned"} {
			has := false
			for _, f := range got.Findings {
				has = has || f.Rule == rule
			}
			if tt.verified && has != (rule == tt.finding) {
				t.Errorf("%s: finding %s: %v", tt.name, rule, has)
			}
		}
	}
}
