package cli

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"keydeck/model/inspect"
	"keydeck/model/inspect/jwk"
	"keydeck/model/inspect/jws"
	"keydeck/ui/text"
)

const testSecret = "0123456789abcdef0123456789abcdef"

func signedFor(t testing.TB, claims string) string {
	t.Helper()
	key, err := jwk.ReadSecret(testSecret, jwk.EncodingPlain)
	if err != nil {
		t.Fatal(err)
	}
	token, err := jws.Sign(`{"alg":"HS256","typ":"JWT"}`, claims, key)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// Each verdict leaves before the next but one token comes: a pipe that never ends
// is judged as it flows.
func TestVerifyStreams(t *testing.T) {
	s := newShell(t, map[string]string{"SECRET": testSecret})
	in, feed := io.Pipe()
	results, out := io.Pipe()
	s.Stdin, s.Stdout = in, out
	code := make(chan int, 1)
	go func() {
		code <- s.Run(t.Context(), []string{"jwt", "verify", "--secret-env", "SECRET", "--lines", "--json"})
		_ = out.Close()
	}()
	lines := bufio.NewScanner(results)
	lines.Buffer(nil, 1<<20)
	token := signedFor(t, `{"exp":1767323046}`)
	for i := range 3 {
		if _, err := io.WriteString(feed, token+"\n"); err != nil {
			t.Fatal(err)
		}
		if !lines.Scan() {
			t.Fatalf("no verdict on line %d: %v", i+1, lines.Err())
		}
		var got verified
		if err := json.Unmarshal(lines.Bytes(), &struct {
			Line *int  `json:"line"`
			Good *bool `json:"good"`
		}{&got.Line, &got.Good}); err != nil || got.Line != i+1 || !got.Good {
			t.Errorf("line %d: %s, %v", i+1, lines.Bytes(), err)
		}
	}
	_ = feed.Close()
	if got := <-code; got != 0 {
		t.Errorf("exit code %d: %s", got, s.err.String())
	}
}

// What is one token and what are many.
func TestTokenInputIsOneOrMany(t *testing.T) {
	a, b := signedFor(t, `{"sub":"a"}`), signedFor(t, `{"sub":"b"}`)
	tests := []struct {
		name, input string
		lines       []int // of the tokens; 0 for the only one
	}{
		{"one", a, []int{0}},
		{"one and a line break", a + "\r\n", []int{0}},
		{"after a byte order mark", "\ufeff" + a, []int{0}},
		{"two", a + "\n" + b, []int{1, 2}},
		{"with blank lines", "\n\n" + a + "\n \n" + b + "\n\n", []int{3, 5}},
		{"with comments", "# mine\n" + a + "\n  # " + a + "\n" + b + "\n#", []int{2, 4}},
		{"one with comments around", "# mine\n" + a + "\n#yours\n", []int{0}},
		{"broken over lines with a comment between", a[:30] + "\n# half\n" + a[30:], []int{0}},
		{"rubbish behind", a + "\nrubbish", []int{1, 2}},
		{"rubbish before", "rubbish\n" + a, []int{1, 2}},
		{"rubbish alone", "rubbish", []int{0}},
		{"broken over lines", a[:30] + "\n" + a[30:60] + "\n" + a[60:], []int{0}},
		{"broken at its dots", strings.ReplaceAll(a, ".", ".\n"), []int{0}},
		{"JSON over lines", "{\n\"token\": \"" + a + "\"\n}", []int{0}},
		{"broken JSON, then a token", "{\n" + a + "\n" + b, []int{1, 2, 3}},
		{"curl over lines", "curl -H 'Authorization: Bearer " + a + "' \\\n  https://example.com", []int{0}},
		{"keys", "sk_" + strings.Repeat("a", 43) + "\nsk_" + strings.Repeat("b", 43), []int{1, 2}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := &lineReader{ctx: t.Context(), from: bufio.NewReaderSize(strings.NewReader(tt.input), 16)}
			var got []int
			if err := r.detect(func(p rawToken) error { got = append(got, p.line); return nil }); err != nil {
				t.Fatal(err)
			}
			if len(got) != len(tt.lines) {
				t.Fatalf("lines %v, want %v", got, tt.lines)
			}
			for i := range got {
				if got[i] != tt.lines[i] {
					t.Errorf("lines %v, want %v", got, tt.lines)
				}
			}
		})
	}
}

func TestBesides(t *testing.T) {
	a, b := signedFor(t, `{"sub":"a"}`), signedFor(t, `{"sub":"b"}`)
	tests := []struct {
		name, input string
		want        bool
	}{
		{"alone", a, false},
		{"twice", a + " " + a, false},
		{"with a host", "curl https://api.accounts.example.com -H 'Authorization: Bearer " + a + "'", false},
		{"over lines", a[:40] + "\n" + a[40:], false},
		{"two", a + " " + b, true},
		{"two in JSON", `{"access_token":"` + a + `","id_token":"` + b + `"}`, true},
		{"more than anybody looks at", a + strings.Repeat(" example.com.x", 200), true},
	}
	for _, tt := range tests {
		if got := hasOtherToken(tt.input, inspect.Decode(tt.input)); got != tt.want {
			t.Errorf("%s: %t, want %t", tt.name, got, tt.want)
		}
	}
}

func TestParseMoment(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	tests := []struct {
		in   string
		want time.Time // zero for an error
	}{
		{"2026-01-02T03:04:05Z", now}, {"2026-01-02 08:34:05+05:30", now}, {"1767323045", now}, {"0s", now},
		{"+1h", now.Add(time.Hour)}, {"15m", now.Add(15 * time.Minute)}, {"-2d", now.Add(-2 * day)},
		{"0", time.Unix(0, 0)},
		{"", time.Time{}}, {"soon", time.Time{}}, {"--1h", time.Time{}}, {"+-1h", time.Time{}}, {"99999999999999", time.Time{}}, {"200000d", time.Time{}},
	}
	for _, tt := range tests {
		got, err := parseMoment(tt.in, now)
		if !got.Equal(tt.want) || (err == nil) == tt.want.IsZero() {
			t.Errorf("%q: %s, %v, want %s", tt.in, got, err, tt.want)
		}
	}
}

// Every flag of another program that is refused is none of ours.
func TestForeignFlagsAreRefused(t *testing.T) {
	for command, flags := range unsupportedFlags {
		for _, f := range flags {
			args := []string{"jwt", command, "--" + f.name}
			if f.value {
				args = append(args, "hunter2")
			}
			s := newShell(t, nil)
			if code := s.Run(t.Context(), args); code != 2 || !strings.Contains(s.err.String(), f.instead) || strings.Contains(s.err.String(), "hunter2") {
				t.Errorf("%v: exit code %d, said %q", args, code, s.err.String())
			}
		}
	}
}

// A line break that an editor left behind a plain secret is none of it; a second
// one is.
func TestSecretFileEnds(t *testing.T) {
	token := signedFor(t, `{"sub":"a","exp":4102444800}`)
	for content, want := range map[string]int{testSecret: 0, testSecret + "\n": 0, testSecret + "\r\n": 0, testSecret + "\n\n": 1, testSecret + " ": 1, "": 2} {
		file := filepath.Join(t.TempDir(), "secret")
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		s := newShell(t, nil)
		if code := s.Run(t.Context(), []string{"jwt", "verify", "--secret-file", file, token}); code != want {
			t.Errorf("%q: exit code %d, want %d: %s", content, code, want, s.err.String())
		}
	}
}

// A flag that is given and empty is a shell variable that is not set: what it was
// to hold the token against must not go unchecked.
func TestEmptyFlagsAreRefused(t *testing.T) {
	token := signedFor(t, `{"sub":"a","aud":"b"}`)
	tests := map[string][]string{
		"verify": {"iss", "aud", "typ", "alg", "at", "leeway", "key", "jwks", "issuer", "secret-file", "secret-env", "server"},
		"decode": {"key", "secret-file", "secret-env"},
		"sign":   {"key", "secret-file", "secret-env", "claims", "preset", "alg", "out"},
		"jwks":   {"issuer", "server"},
	}
	for command, flags := range tests {
		for _, flag := range flags {
			for _, value := range []string{"", " "} {
				s := newShell(t, map[string]string{"SECRET": testSecret})
				args := []string{"jwt", command, "--" + flag + "=" + value}
				switch {
				case command == "sign":
					args = append(args, "--sub", "a")
				case command != "jwks":
					args = append(args, token)
				}
				if command != "jwks" && flag != "server" && flag != "secret-env" {
					args = append(args, "--secret-env", "SECRET")
				}
				if code := s.Run(t.Context(), args); code != 2 || s.out.Len() > 0 || !strings.Contains(s.err.String(), "--"+flag+" is given and empty") {
					t.Errorf("%q: exit code %d, printed %q, said %q", args, code, s.out.String(), s.err.String())
				}
			}
		}
	}
	for name, args := range map[string][]string{
		"one of two keys":      {"--key", "nosuch", "--key="},
		"an empty secret":      {"--secret-env", "EMPTY"},
		"an empty one of algs": {"--secret-env", "SECRET", "--alg", "HS256,"},
	} {
		s := newShell(t, map[string]string{"SECRET": testSecret, "EMPTY": ""})
		flag := args[len(args)-2]
		if flag == "nosuch" {
			flag = "--key"
		}
		if code := s.Run(t.Context(), append([]string{"jwt", "verify", token}, args...)); code != 2 || !strings.Contains(s.err.String(), flag) {
			t.Errorf("%s: exit code %d, said %q", name, code, s.err.String())
		}
	}
}

// A server that was asked and gave no verdict leaves nothing to hold against.
func TestVerdictOfNobodyIsShown(t *testing.T) {
	token := inspect.Decode(signedFor(t, `{"sub":"a"}`))
	for _, because := range []string{"the token is over 16 KiB, and the server takes no more", ""} {
		for _, line := range []int{0, 3} {
			for _, asJSON := range []bool{false, true} {
				s := newShell(t, nil)
				s.json = asJSON
				r := verified{Line: line, Token: token.Report(s.Now())}
				r.Outcome, r.Because = jws.CannotVerify, because
				(&verifier{}).conclude(&token, s.Now(), &r)
				if err := s.printVerified(r); err != nil {
					t.Fatal(err)
				}
				if got := s.out.String(); !strings.Contains(got, "cannot verify, because "+because) || strings.Contains(got, "Held against") {
					t.Errorf("line %d, JSON %t: %q", line, asJSON, got)
				}
			}
		}
	}
}

// What stands within a token is shown as whole as what is around it.
func TestDecodeShowsTheTokenWithin(t *testing.T) {
	inner := signedFor(t, `{"sub":"in","exp":1767323046}`)
	outer := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"HS256","cty":"JWT"}`)) + "." + base64.RawURLEncoding.EncodeToString([]byte(inner)) + ".AAAA"
	s := newShell(t, nil)
	if code := s.Run(t.Context(), []string{"jwt", "decode", "--utc", outer}); code != 0 {
		t.Errorf("exit code %d: it can be read", code)
	}
	got := s.out.String()
	for _, want := range []string{"\nIts header\n  alg  HS256\n  typ  JWT\n", "\nIts claims\n  sub  in\n",
		"\nIts time: active\n  exp  2026-01-02 03:04:06Z  in 1 s\n", "\nIts findings\n  note "} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

// A time that is no date is signed as asked, and not without a word.
func TestSignWarnsOfTimes(t *testing.T) {
	tests := []struct {
		claims string
		want   string // "" for silence
	}{
		{`{"exp":1e300}`, "warning: exp is no date"},
		{`{"exp":1767323045000}`, "warning: exp is no date"},
		{`{"exp":1767323045,"nbf":0,"iat":1.5}`, ""},
		{`{"sub":"a"}`, ""},
	}
	for _, tt := range tests {
		s := newShell(t, map[string]string{"SECRET": testSecret})
		code := s.Run(t.Context(), []string{"jwt", "sign", "--secret-env", "SECRET", "--claims", tt.claims})
		if code != 0 || !strings.HasPrefix(s.err.String(), tt.want) || tt.want == "" && s.err.Len() > 0 {
			t.Errorf("%s: exit code %d, said %q, want %q", tt.claims, code, s.err.String(), tt.want)
		}
	}
}

// Whatever comes in, what goes out can be shown and, as JSON, read; and nothing is
// good that the package does not find good. It goes without the command around it,
// which takes longer than all the rest.
func FuzzVerify(f *testing.F) {
	good := signedFor(f, `{"sub":"a"}`)
	for _, seed := range []string{"", good, good + "\n" + good, "{\n" + good, good + "\x1b[31m", "\u202e" + good, "curl " + good, "sk_x\nsk_y",
		signedFor(f, `{"iss":"\u001b\u202e"}`), "eyJhbGciOiJub25lIn0.e30.", strings.Repeat("a", 5000)} {
		f.Add(seed)
	}
	key, err := jwk.ReadSecret(testSecret, jwk.EncodingPlain)
	if err != nil {
		f.Fatal(err)
	}
	v := verifier{keys: []jwk.Key{key}, expect: jws.Expect{Issuer: "\x1b"}, allowed: []string{"HS256"}}
	f.Fuzz(func(t *testing.T, input string) {
		s := &shell{App: App{Now: func() time.Time { return time.Unix(1767323045, 0) }}}
		var raw bytes.Buffer
		r := &lineReader{ctx: t.Context(), from: bufio.NewReader(strings.NewReader(input))}
		err := r.detect(func(p rawToken) error {
			got, err := v.verify(t.Context(), &s.App, p)
			if err != nil || got.Good {
				t.Errorf("%q: good %t, %v: the issuer cannot be", p.text, got.Good, err)
			}
			s.Stdout, s.json = &raw, true
			if err := errors.Join(s.printVerified(got), s.printDecoded(decoded{Line: p.line, Report: got.Token})); err != nil {
				return err
			}
			s.Stdout, s.json = &s.out, false
			return errors.Join(s.printVerified(got), s.printDecoded(decoded{Line: p.line, Report: got.Token}))
		})
		if err != nil && !errors.Is(err, errNoToken) {
			t.Fatal(err)
		}
		for line := range strings.Lines(s.out.String() + raw.String()) {
			if line = strings.TrimSuffix(line, "\n"); text.Visible(line) != line {
				t.Fatalf("not fit to be shown: %q", line)
			}
		}
		for d := json.NewDecoder(&raw); ; {
			var v any
			if err := d.Decode(&v); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("no JSON: %v", err)
			}
		}
	})
}
