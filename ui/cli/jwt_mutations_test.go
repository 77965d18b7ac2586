package cli

import (
	"bytes"
	"encoding/base64"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"keydeck/model/inspect"
	"keydeck/ui/text"
)

// TestMutations damages tokens in every way it can think of, cleans, decodes and
// prints them, and looks for a panic and for what must not reach a terminal. What
// it makes depends on its number alone. KEYDECK_MUTATIONS=10000000 makes ten
// million, in minutes; the fuzz targets find their way by coverage and make fewer.
func TestMutations(t *testing.T) {
	n := 20_000
	if v, err := strconv.Atoi(os.Getenv("KEYDECK_MUTATIONS")); err == nil {
		n = v
	}
	m := newMutator(t)
	now := time.Unix(1767323045, 0)
	workers := runtime.GOMAXPROCS(0)
	var all sync.WaitGroup
	for w := range workers {
		all.Go(func() {
			var out bytes.Buffer
			app := App{Stdout: &out, Now: func() time.Time { return now }}
			for i := w; i < n && !t.Failed(); i += workers {
				input := m.make(i)
				func() {
					defer func() {
						if p := recover(); p != nil {
							t.Errorf("mutation %d, %q: panic: %v", i, input, p)
						}
					}()
					out.Reset()
					if err := app.printReport(decoded{Report: inspect.Decode(input).Report(now)}); err != nil {
						t.Errorf("mutation %d: %v", i, err)
					}
				}()
				for line := range strings.Lines(out.String()) {
					if line = strings.TrimSuffix(line, "\n"); !fit(line) {
						t.Errorf("mutation %d, %q: not fit to be shown: %q", i, input, line)
						break
					}
				}
			}
		})
	}
	all.Wait()
}

// fit is a quick look before the thorough one: nearly every line is ASCII.
func fit(line string) bool {
	for i := range len(line) {
		if c := line[i]; c < ' ' || c > '~' {
			return text.Visible(line) == line
		}
	}
	return true
}

type mutator struct{ seeds, pieces []string }

func newMutator(t *testing.T) mutator {
	b64 := base64.RawURLEncoding.EncodeToString
	good := signedFor(t, `{"iss":"k","sub":"\u001b[31m\u202e","aud":["a"],"iat":1767323000,"nbf":1,"exp":1767329000123,"email":"a@b.c","n":{"a":[1,2]}}`)
	none := b64([]byte(`{"alg":"none","crit":["x"],"jwk":{},"kid":"../x"}`)) + "." + b64([]byte(`{"exp":1e300,"exp":-1}`)) + "."
	jwe := b64([]byte(`{"alg":"PBES2-HS256+A128KW","enc":"A128GCM","zip":"DEF","p2c":9999999}`)) + ".AAAA.AAAA.AAAA.AAAA"
	return mutator{
		seeds: []string{good, none, jwe, "Authorization: Bearer " + good, "curl -H 'Authorization: Bearer " + good + "' \\\n https://x/y?token=" + none,
			`{"access_token":"` + good + `","expires_in":3}`, "Cookie: a=b; session=" + good, "ApiKey " + base64.StdEncoding.EncodeToString([]byte("ABC123:sk_GDjeKTfAaJwi4sLo2AdimcKYa4l0KtU4as2nJ4UhOuN")),
			`{"payload":"` + strings.Split(good, ".")[1] + `","signatures":[{"protected":"` + strings.Split(good, ".")[0] + `","signature":"AA"}]}`,
			b64([]byte(`{"alg":"HS256","cty":"JWT"}`)) + "." + b64([]byte(good)) + ".AA", strings.ReplaceAll(good, ".", ".\n  ")},
		pieces: []string{"", ".", "..", "=", "%2E", "%", "\n", "\r", "\x00", "\x1b[2J", "\x1b]0;t\x07", "\u202e", "\u200b", "\xff", "\xc2\x9b", "\"", "'", "\\", "{", "}", "[", "]", ":", ",", " ", "eyJ", "sk_",
			"Bearer ", "-H ", "$'", "A", "AA", "-", "_", "+", "/", "\ufeff", "é", "日", "0", "-1", "1e999", "null", "\U0001f511", "#", "&", "?"},
	}
}

// make is the mutation with the number.
func (m mutator) make(i int) string {
	r := rand.New(rand.NewPCG(uint64(i), 7))
	s := m.seeds[r.IntN(len(m.seeds))]
	for range 1 + r.IntN(6) {
		at := r.IntN(len(s) + 1)
		to := min(len(s), at+r.IntN(12))
		switch r.IntN(8) {
		case 0: // a byte changed
			if at < len(s) {
				s = s[:at] + string([]byte{byte(r.IntN(256))}) + s[at+1:]
			}
		case 1: // cut out
			s = s[:at] + s[to:]
		case 2: // cut off
			s = s[:at]
		case 3: // twice
			s = s[:to] + s[at:]
		case 4: // joined with another
			s = s[:at] + m.seeds[r.IntN(len(m.seeds))]
		case 5: // inside the base64: decoded, damaged, encoded again
			parts := strings.Split(s, ".")
			k := r.IntN(len(parts))
			if raw, err := base64.RawURLEncoding.DecodeString(parts[k]); err == nil && len(raw) > 0 {
				at := r.IntN(len(raw))
				raw = append(raw[:at:at], m.pieces[r.IntN(len(m.pieces))]+string(raw[at:])...)
				parts[k] = base64.RawURLEncoding.EncodeToString(raw)
				s = strings.Join(parts, ".")
			}
		default:
			s = s[:at] + m.pieces[r.IntN(len(m.pieces))] + s[at:]
		}
	}
	return s
}
