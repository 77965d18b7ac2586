package inspect

import (
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"keydeck/model"
)

var update = flag.Bool("update", false, "write the golden files")

func b64(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

// jws makes a token whose signature has the length that its algorithm makes.
func jws(header, payload string) string {
	signature := strings.Repeat("signature", 4)[:32]
	if strings.Contains(header, `"alg":"RS`) {
		signature = strings.Repeat(signature, 8)
	}
	return b64(header) + "." + b64(payload) + "." + b64(signature)
}

// jwe makes an encrypted token without an encrypted key.
func jwe(header string) string {
	return b64(header) + ".." + b64("twelve bytes") + "." + b64("ciphertext") + "." + b64("sixteen bytes ok")
}

var (
	goodKey = model.FormatAPIKey(strings.Repeat("Ab3", 12) + "x")
	now     = time.Unix(1_700_000_000, 0)
)

func TestClean(t *testing.T) {
	const token = "eyJh.eyJi.c2ln"
	tests := []struct{ name, input, want string }{
		{"bare", token, token},
		{"white space around", " \t" + token + "\r\n", token},
		{"line breaks inside", "eyJh.\n  eyJi.\r\n\tc2ln", token},
		{"zero-width space", "eyJh.\u200beyJi.c2ln\ufeff", token},
		{"no-break space", "\u00a0" + token, token},
		{"quotes", `"` + token + `"`, token},
		{"curly quotes", "“" + token + "”", token},
		{"JSON member's end", `"` + token + `",`, token},
		{"bearer", "Bearer " + token, token},
		{"bearer in capitals", "BEARER\t" + token, token},
		{"bearer twice", "Bearer Bearer " + token, token},
		{"header", "Authorization: Bearer " + token, token},
		{"quoted header", "'authorization:Bearer " + token + "'", token},
		{"x-api-key", "X-API-Key: sk_abc", "sk_abc"},
		{"bearer without a space is no scheme", "Bearerabc", "Bearerabc"},
		{"ApiKey stays", "Authorization:  APIKEY \n QUJD\nREVG", "ApiKey QUJDREVG"},
		{"empty", "", ""},
		{"only wrapping", `"Bearer "`, "Bearer"},
		{"invalid UTF-8", "\xff\xfe", "\ufffd\ufffd"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got, _ := clean(tt.input); got != tt.want {
				t.Errorf("clean(%q) = %q, want %q", tt.input, got, tt.want)
			}
		})
	}
}

func TestDecodeKind(t *testing.T) {
	wrong := goodKey[:10] + "Z" + goodKey[11:]
	pair := "ABC123:" + goodKey
	tests := []struct {
		name, input string
		want        Kind
		key         *APIKey
		problems    string
	}{
		{"JWS", jws(`{"alg":"HS256"}`, `{}`), KindJWS, nil, "[]"},
		{"unknown algorithm", jws(`{"alg":"XY999"}`, `{}`), KindJWS, nil, "[]"},
		{"JWE", jwe(`{"alg":"dir","enc":"A256GCM"}`), KindJWE, nil, "[]"},
		{"header alone", b64(`{"alg":"HS256"}`), KindJWS, nil, "[token: 1 segments, a signed token has 3 and an encrypted one 5 payload: missing signature: missing]"},
		{"six segments", jws(`{"alg":"HS256"}`, `{}`) + ".a.b.c.d", KindJWS, nil, "[token: 7 segments, a signed token has 3 and an encrypted one 5]"},
		{"API key", goodKey, KindAPIKey, &APIKey{"sk_Ab3A…" + goodKey[len(goodKey)-5:], ChecksumGood, ""}, "[]"},
		{"API key, mistyped", wrong, KindAPIKey, &APIKey{model.MaskAPIKey(wrong), ChecksumWrong, ""},
			"[key: the check digits do not fit: a typing error, or not a key of Keydeck]"},
		{"API key, cut", "sk_abc", KindAPIKey, &APIKey{"…", ChecksumNone, ""},
			"[key: not sk_ and 43 letters and digits: incomplete, or not a key of Keydeck]"},
		{"ApiKey header", "ApiKey " + base64.StdEncoding.EncodeToString([]byte(pair)), KindAPIKeyHeader,
			&APIKey{model.MaskAPIKey(goodKey), ChecksumGood, "ABC123"}, "[]"},
		{"ApiKey value without its word", base64.RawURLEncoding.EncodeToString([]byte(pair)), KindAPIKeyHeader,
			&APIKey{model.MaskAPIKey(goodKey), ChecksumGood, "ABC123"}, "[]"},
		{"ApiKey, the key as it is", "ApiKey " + goodKey, KindAPIKeyHeader, &APIKey{Masked: model.MaskAPIKey(goodKey), Checksum: ChecksumGood},
			"[credential: the key stands there as it is: it has to be base64 of the account id, a colon and the key]"},
		{"ApiKey, bad base64", "ApiKey QUJD*EVG", KindAPIKeyHeader, nil, "[credential: invalid base64 at byte 4]"},
		{"ApiKey, no colon", "ApiKey QUJDREVG", KindAPIKeyHeader, nil, "[credential: no colon between account id and key]"},
		{"refresh token", strings.Repeat("aZ0-_", 17) + "x", KindRefreshToken, nil, "[]"},
		{"one character short of one", strings.Repeat("aZ0-_", 17), KindUnknown, nil, "[input: neither a token in segments nor a key of a known form]"},
		{"text", "hello", KindUnknown, nil, "[input: neither a token in segments nor a key of a known form]"},
		{"empty", " ", KindUnknown, nil, "[input: empty]"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := Decode(tt.input)
			if got.Kind != tt.want {
				t.Errorf("kind %q, want %q", got.Kind, tt.want)
			}
			if fmt.Sprint(got.Problems) != tt.problems {
				t.Errorf("problems %v, want %s", got.Problems, tt.problems)
			}
			if (got.APIKey == nil) != (tt.key == nil) || tt.key != nil && *got.APIKey != *tt.key {
				t.Errorf("key %+v, want %+v", got.APIKey, tt.key)
			}
		})
	}
}

func TestDecodeShowsTheRest(t *testing.T) {
	header, payload := b64(`{"alg":"HS256","kid":"k"}`), b64(`{"sub":"me","exp":1700000060}`)
	tests := []struct {
		name, input string
		problem     string
		alg, sub    string
	}{
		{"whole", header + "." + payload + ".c2ln", "", "HS256", "me"},
		{"header not base64", "e*" + header + "." + payload + ".c2ln", "header: invalid base64 at byte 1", "", "me"},
		{"header not JSON", b64(`{"a {`) + "." + payload + ".c2ln", "header: invalid JSON at byte 1: string without a closing quote", "", "me"},
		{"header an array", b64(`[]`) + "." + payload + ".c2ln", "header: invalid JSON at byte 0: not an object", "", "me"},
		{"header empty", "." + payload + ".c2ln", "header: invalid JSON at byte 0: empty", "", "me"},
		{"payload cut", header + "." + payload[:20] + "!" + payload[20:] + ".c2ln", "payload: invalid base64 at byte 20", "HS256", "me"},
		{"payload not JSON", header + "." + b64("hello") + ".c2ln", "payload: invalid JSON at byte 0: not an object", "HS256", ""},
		{"JSON cut", header + "." + b64(`{"sub":"me","exp":17000`) + ".c2ln", "payload: invalid JSON at byte 23: ends where a comma or } should be", "HS256", "me"},
		{"padding", header + "." + b64(`{"sub":"me"}x`)[:16] + ".c2k=", "signature: base64 with padding at byte 3", "HS256", "me"},
		{"standard alphabet", header + "." + payload + ".a+/b", "signature: standard base64 alphabet instead of the URL-safe one at byte 1", "HS256", "me"},
		{"one character over", header + "." + payload + ".c2lna", "signature: invalid base64 at byte 5: a character is missing or one too many", "HS256", "me"},
		{"spare bits", header + "." + payload + ".c2l", "signature: base64 with spare bits that are not zero at byte 2", "HS256", "me"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := Decode(tt.input)
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
	got := Decode("Bearer " + jws(`{"alg":"HS256"}`, `{"a":1}`))
	want := map[string]string{SegmentHeader: b64(`{"alg":"HS256"}`), SegmentPayload: b64(`{"a":1}`), SegmentSignature: b64("signaturesignaturesignaturesigna"), SegmentTag: ""}
	for name, text := range want {
		if got.Text(name) != text {
			t.Errorf("segment %s is %q, want %q", name, got.Text(name), text)
		}
	}
	if string(got.Signature) != "signaturesignaturesignaturesigna" {
		t.Errorf("signature %q", got.Signature)
	}
}

func TestVerdict(t *testing.T) {
	tests := []struct {
		name, claims string
		want         Verdict
		hints        int
	}{
		{"active", `{"iat":1699999990,"nbf":1699999990,"exp":1700000060}`, VerdictActive, 0},
		{"over at exp itself", `{"exp":1700000000}`, VerdictExpired, 0},
		{"fraction", `{"exp":1700000000.5}`, VerdictActive, 0},
		{"exponent", `{"exp":1.8e9}`, VerdictActive, 0},
		{"expired beats not yet valid", `{"nbf":1800000000,"exp":1600000000}`, VerdictExpired, 0},
		{"not yet valid", `{"nbf":1700000001,"exp":1800000000}`, VerdictNotYetValid, 0},
		{"nbf now", `{"nbf":1700000000,"exp":1800000000}`, VerdictActive, 0},
		{"issued in the future", `{"iat":1700000005,"exp":1800000000}`, VerdictNotYetValid, 1},
		{"no expiry", `{"iat":1600000000}`, VerdictNoExpiry, 0},
		{"nothing", `{}`, VerdictNoExpiry, 0},
		{"milliseconds", `{"exp":1700000060000}`, VerdictMilliseconds, 1},
		{"iat in milliseconds", `{"iat":1600000000000,"exp":1700000060}`, VerdictMilliseconds, 1},
		{"a span", `{"exp":3600}`, VerdictExpired, 1},
		{"exp zero", `{"exp":0}`, VerdictExpired, 1},
		{"iat zero", `{"iat":0,"exp":1800000000}`, VerdictInvalid, 0},
		{"a string", `{"exp":"1800000000"}`, VerdictInvalid, 0},
		{"null", `{"exp":null}`, VerdictInvalid, 0},
		{"negative", `{"exp":-1}`, VerdictInvalid, 0},
		{"out of range", `{"exp":1e400}`, VerdictInvalid, 0},
		{"microseconds", `{"exp":1700000060000000}`, VerdictMicroseconds, 1},
		{"nanoseconds", `{"exp":1700000060000000000}`, VerdictNanoseconds, 1},
		{"beyond nanoseconds, as the door takes it", `{"exp":1e300}`, VerdictActive, 0},
		{"beyond a float", `{"exp":1e400}`, VerdictInvalid, 0},
		{"twice", `{"exp":1800000000,"exp":1600000000}`, VerdictInvalid, 0},
		{"broken JSON", `{"exp":1800000000,`, VerdictUnreadable, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := Decode(jws(`{"alg":"HS256"}`, tt.claims)).Clocks(now)
			if got.Verdict != tt.want || len(got.Hints) != tt.hints {
				t.Errorf("verdict %q hints %v, want %q and %d hints", got.Verdict, got.Hints, tt.want, tt.hints)
			}
		})
	}
	for _, input := range []string{goodKey, b64(`{"alg":"dir"}`) + "....", "a"} {
		if got := Decode(input).Clocks(now).Verdict; got != VerdictUnreadable {
			t.Errorf("verdict for %.12q is %q, want %q", input, got, VerdictUnreadable)
		}
	}
}

func TestElapsed(t *testing.T) {
	tests := []struct {
		name, claims string
		want         float64
		ok           bool
	}{
		{"a quarter", `{"iat":1699999970,"exp":1700000090}`, 0.25, true},
		{"from nbf", `{"nbf":1699999940,"exp":1700000060}`, 0.5, true},
		{"iat counts before nbf", `{"iat":1699999970,"nbf":1699999990,"exp":1700000090}`, 0.25, true},
		{"milliseconds too", `{"iat":1699999970000,"exp":1700000090000}`, 0.25, true},
		{"not begun", `{"iat":1700000010,"exp":1700000090}`, 0, true},
		{"over", `{"iat":1600000000,"exp":1600000090}`, 1, true},
		{"no beginning", `{"exp":1700000090}`, 0, false},
		{"no end", `{"iat":1699999970}`, 0, false},
		{"ends before it begins", `{"iat":1700000090,"exp":1699999970}`, 0, false},
		{"no time at all", `{"iat":1700000000,"exp":1700000000}`, 0, false},
		{"nothing", `{}`, 0, false},
	}
	for _, tt := range tests {
		c := Decode(jws(`{"alg":"HS256"}`, tt.claims)).Clocks(now)
		if got, ok := c.Elapsed(); got != tt.want || ok != tt.ok {
			t.Errorf("%s: %v %v, want %v %v", tt.name, got, ok, tt.want, tt.ok)
		}
	}
}

func TestClockHints(t *testing.T) {
	tests := []struct{ claims, want string }{
		{`{"iat":1700000005}`, "iat lies 5 seconds in the future: one of the two clocks is wrong, this one or the issuer's; see whether NTP runs on both"},
		{`{"iat":1700007200}`, "iat lies 2 hours in the future: one of the two clocks is wrong, this one or the issuer's; see whether NTP runs on both"},
		{`{"iat":1700000000.5}`, "iat lies 1 second in the future: one of the two clocks is wrong, this one or the issuer's; see whether NTP runs on both"},
		{`{"iat":1800000000000000}`, "iat is in microseconds; tokens count seconds, and in those it lies after the year 9999; if microseconds were meant, in 3 years"},
		{`{"exp":3600}`, "exp looks like a span of time; it must be a date, in seconds since 1970"},
	}
	for _, tt := range tests {
		got := Decode(jws(`{"alg":"HS256"}`, tt.claims)).Clocks(now).Hints
		if len(got) != 1 || got[0] != tt.want {
			t.Errorf("%s: hints %q, want %q", tt.claims, got, tt.want)
		}
	}
}

func TestClocks(t *testing.T) {
	c := Decode(jws(`{"alg":"HS256"}`, `{"iat":1699999940,"exp":1700000060.25}`)).Clocks(now)
	if c.NotBefore != nil {
		t.Errorf("nbf %v, want none", c.NotBefore)
	}
	if got, want := c.ExpiresAt.Until(), 60250*time.Millisecond; got != want {
		t.Errorf("expires in %v, want %v", got, want)
	}
	if got, want := c.IssuedAt.Until(), -time.Minute; got != want {
		t.Errorf("issued in %v, want %v", got, want)
	}
	if got, want := c.Lifetime, 120250*time.Millisecond; got != want {
		t.Errorf("lifetime %v, want %v", got, want)
	}
}

func TestFindings(t *testing.T) {
	const plain = `{"alg":"HS256","typ":"JWT"}`
	const claims = `{"aud":"a","iat":1700000000,"exp":1700000060}`
	tests := []struct{ name, header, claims, want string }{
		{"nothing to say", plain, claims, ""},
		{"none", `{"alg":"nOnE","typ":"JWT"}`, claims, "danger alg_none, warn alg_none"},
		{"alg missing", `{"typ":"JWT"}`, claims, "danger alg"},
		{"alg a number", `{"alg":1,"typ":"JWT"}`, claims, "danger alg"},
		{"crit", `{"alg":"HS256","typ":"JWT","crit":["b64"],"b64":false}`, claims, "warn crit, warn b64"},
		{"own keys", `{"alg":"HS256","typ":"JWT","x5c":[],"jwk":{},"jku":"u","x5u":"u"}`, claims, "warn jku, warn jwk, warn x5u, warn x5c"},
		{"typ missing", `{"alg":"HS256"}`, claims, "note typ"},
		{"kid a number", `{"alg":"HS256","typ":"JWT","kid":1}`, claims, "danger kid"},
		{"kid a UUID", `{"alg":"HS256","typ":"JWT","kid":"0193a1b2-0000-7000-8000-000000000000"}`, claims, ""},
		{"kid empty", `{"alg":"HS256","typ":"JWT","kid":""}`, claims, "warn kid"},
		{"kid a path", `{"alg":"HS256","typ":"JWT","kid":"../../dev/null"}`, claims, "warn kid"},
		{"kid a query", `{"alg":"HS256","typ":"JWT","kid":"' OR 1=1"}`, claims, "warn kid"},
		{"kid a URL", `{"alg":"HS256","typ":"JWT","kid":"http://x/"}`, claims, "warn kid"},
		{"duplicates", `{"alg":"none","typ":"JWT","alg":"HS256"}`, `{"aud":"a","x":{"y":1,"y":2},"iat":1700000000,"exp":1700000060}`, "danger duplicate, danger alg_none, warn alg_none, danger duplicate"},
		{"no exp", plain, `{"aud":"a"}`, "warn no_exp"},
		{"no aud", plain, `{"iat":1700000000,"exp":1700000060}`, "note aud"},
		{"milliseconds", plain, `{"aud":"a","exp":1700000060000}`, "warn exp_milliseconds"},
		{"exp a string", plain, `{"aud":"a","exp":"never"}`, "danger exp"},
		{"24 hours", plain, `{"aud":"a","iat":1700000000,"exp":1700086400}`, ""},
		{"over 24 hours", plain, `{"aud":"a","iat":1700000000,"exp":1700086401}`, "note lifetime"},
		{"lifetime from nbf", plain, `{"aud":"a","nbf":1700000000,"exp":1800000000}`, "note lifetime"},
		{"ends before it begins", plain, `{"aud":"a","nbf":1700000061,"exp":1700000060}`, "warn never_valid"},
		{"broken header", `{`, claims, ""},
		{"broken payload", plain, `[]`, ""},
		{"cut before exp", plain, `{"iat":1700000000,"ex`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, f := range Decode(jws(tt.header, tt.claims)).Findings {
				got = append(got, string(f.Severity)+" "+f.Rule)
				if !strings.HasPrefix(f.Reference, "RFC ") || f.Text == "" {
					t.Errorf("finding without text or reference: %+v", f)
				}
			}
			if s := strings.Join(got, ", "); s != tt.want {
				t.Errorf("findings %q, want %q", s, tt.want)
			}
		})
	}
}

func TestFindingsBeyondTheParts(t *testing.T) {
	header := b64(`{"alg":"HS256","typ":"JWT"}`)
	has := func(token Token, rule string) bool {
		for _, f := range token.Findings {
			if f.Rule == rule {
				return true
			}
		}
		return false
	}
	tests := []struct{ name, input, rule string }{
		{"stripped signature", header + "." + b64(`{}`) + ".", "no_signature"},
		{"huge", header + "." + b64(`{"a":"`+strings.Repeat("x", model.MaxTokenBytes)+`"}`) + ".c2ln", "size"},
		{"encrypted", header + ".a.b.c.d", "encrypted"},
	}
	for _, tt := range tests {
		if !has(Decode(tt.input), tt.rule) {
			t.Errorf("%s: no finding %s", tt.name, tt.rule)
		}
	}
	if has(Decode(jws(`{"alg":"HS256"}`, `{}`)), "no_signature") {
		t.Error("a token with a signature is said to have none")
	}
}

// TestReportGolden pins the form for scripts.
func TestReportGolden(t *testing.T) {
	tests := map[string]string{
		"active":    jws(`{"typ":"JWT","alg":"RS512","kid":"0193"}`, `{"z":1.50,"sub":"<me>","aud":["a"],"exp":1700000060,"iat":1699999940}`),
		"hostile":   jws(`{"alg":"none","jku":"http://x","kid":"../x"}`, `{"exp":1700000060000,"a":1,"a":2}`),
		"broken":    b64(`{"alg":"HS256"}`) + "." + b64(`{"sub":"me","exp":`) + ".a*",
		"encrypted": jwe(`{"alg":"dir","enc":"A256GCM"}`),
		"key":       "ApiKey " + base64.StdEncoding.EncodeToString([]byte("ABC123:"+goodKey)),
		"unknown":   "hello",
	}
	for name, input := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := json.MarshalIndent(Decode(input).Report(now), "", "  ")
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
			if strings.Contains(string(got), goodKey) {
				t.Error("the report shows the whole key")
			}
		})
	}
}

func FuzzDecode(f *testing.F) {
	for _, s := range []string{
		jws(`{"alg":"HS256","kid":"k"}`, `{"exp":1700000060,"a":{"b":[1]}}`), jws(`{"alg":"none","alg":1}`, `{"exp":1e400,"iat":-0}`),
		"Bearer eyJ.eyJ.=+/", "ApiKey QUJDMTIzOnNrX2E=", goodKey, "a.b.c.d.e", ".....", "Authorization: \"\u200b\xff", strings.Repeat("[", 100),
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, input string) {
		token := Decode(input)
		if again, _ := clean(token.Raw); again != token.Raw {
			t.Errorf("cleaning %q again gives %q", token.Raw, again)
		}
		if _, err := json.Marshal(token.Report(now)); err != nil {
			t.Errorf("report of %q: %v", input, err)
		}
		if c := token.Clocks(now); c.Verdict == VerdictActive && (len(token.Claims.Members) == 0 || c.ExpiresAt == nil) {
			t.Errorf("active without exp: %q", input)
		}
		holds(t, token)
		holds(t, DecodeExact(input))
	})
}

func TestDescription(t *testing.T) {
	tests := []struct{ name, input, want string }{
		{"signed", jws(`{"alg":"HS256"}`, `{}`), "signed token (JWS, compact)"},
		{"alg none", b64(`{"alg":"none"}`) + "." + b64(`{}`) + ".", "unsigned token (alg none)"},
		{"alg None, and a signature", jws(`{"alg":"None"}`, `{}`), "unsigned token (alg none)"},
		{"an empty signature", b64(`{"alg":"HS256"}`) + "." + b64(`{}`) + ".", "unsigned token (the signature is empty)"},
		{"cut off", b64(`{"alg":"HS256"}`) + "." + b64(`{}`), "signed token (JWS, compact)"},
		{"encrypted", b64(`{"alg":"none"}`) + "....", "encrypted token (JWE, compact)"},
		{"key", goodKey, "API key"},
		{"nothing", "", "nothing known"},
	}
	for _, tt := range tests {
		token := Decode(tt.input)
		if got := token.Description(); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestLifetimeOfMillennia(t *testing.T) {
	token := Decode(jws(`{"alg":"HS256","typ":"JWT"}`, `{"aud":"a","iat":1700000000,"exp":95617584000}`))
	for _, f := range token.Findings {
		if f.Rule == "lifetime" {
			if want := "lives for 2978 years: who finds it can use it that long"; f.Text != want {
				t.Errorf("got %q, want %q", f.Text, want)
			}
			return
		}
	}
	t.Errorf("no finding of its lifetime: %v", token.Findings)
}

// holds checks what is promised of every token: offsets that lie in the text, and
// sentences that are fit to be shown.
func holds(t *testing.T, token Token) {
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
	clocks := token.Clocks(now)
	for _, h := range clocks.Hints {
		shown(t, h)
	}
	if part, ok := clocks.Elapsed(); !(part >= 0 && part <= 1) || !ok && part != 0 {
		t.Errorf("elapsed %v %v", part, ok)
	}
	around := len(token.Claims.Text)
	if token.Kind == KindKeyPair {
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
	if !isVisibleASCII(strings.NewReplacer(" ", "", "…", "").Replace(s)) {
		t.Errorf("not fit to be shown: %q", s)
	}
}
