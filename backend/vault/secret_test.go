package vault

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"math"
	mathrand "math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"

	"keydeck/model"
)

var makers = []struct {
	name string
	make func(io.Reader) (string, error)
	form string
}{
	{"API key", func(r io.Reader) (string, error) { return NewStaticKey(r, model.KindAPIKey) }, `^sk_[0-9A-Za-z]{43}$`},
	{"refresh token", NewRefreshToken, `^[0-9A-Za-z_-]{86}$`},
	{"JWT secret", NewJWTSecret, `^[0-9A-Za-z]{64}$`},
	{"code", NewCode, `^[0-9]{6}$`},
	{"account id", NewAccountID, `^[A-Z0-9]{6}$`},
}

func TestMakers(t *testing.T) {
	for _, m := range makers {
		t.Run(m.name, func(t *testing.T) {
			form := regexp.MustCompile(m.form)
			for range 200 {
				got, err := m.make(rand.Reader)
				if err != nil || !form.MatchString(got) {
					t.Fatalf("made %q, %v, want %s", got, err, m.form)
				}
			}
			if got, err := m.make(iotest.ErrReader(io.ErrUnexpectedEOF)); !errors.Is(err, io.ErrUnexpectedEOF) || got != "" {
				t.Errorf("without randomness: %q, %v", got, err)
			}
		})
	}
}

func TestAPIKeyChecks(t *testing.T) {
	key, err := NewStaticKey(rand.Reader, model.KindAPIKey)
	if err != nil {
		t.Fatal(err)
	}
	if reason := model.CheckKey(key); reason != "" {
		t.Errorf("CheckAPIKey says %s", reason)
	}
}

// stuck is a source that gives one byte for ever.
type stuck byte

func (s stuck) Read(p []byte) (int, error) {
	copy(p, bytes.Repeat([]byte{byte(s)}, len(p)))
	return len(p), nil
}

func TestDrawFromAStuckSource(t *testing.T) {
	if got, err := NewCode(stuck(255)); !errors.Is(err, errStuck) {
		t.Errorf("NewCode = %q, %v, want %v", got, err, errStuck)
	}
	if got, err := NewCode(stuck(249)); got != "999999" || err != nil {
		t.Errorf("NewCode = %q, %v, want the last code there is", got, err)
	}
}

// TestRandomStringIsUniform counts the characters at each position and compares the
// counts with chi-squared. A remainder without rejection fails it by far: with 62 characters
// the first 8 would come 25 % more often. The source is seeded, so it cannot fail
// by chance.
func TestRandomStringIsUniform(t *testing.T) {
	random := mathrand.NewChaCha8([32]byte{1})
	for _, alphabet := range []string{digits, upperCase + digits, model.Base62} {
		const rounds, chars = 20_000, 6
		var counts [chars]map[rune]int
		for i := range counts {
			counts[i] = map[rune]int{}
		}
		for range rounds {
			s, err := randomString(random, "a text", alphabet, chars)
			if err != nil {
				t.Fatal(err)
			}
			for i, r := range s {
				counts[i][r]++
			}
		}
		want := float64(rounds) / float64(len(alphabet))
		free := float64(len(alphabet) - 1)
		limit := free + 5*math.Sqrt(2*free) // five standard deviations
		for i := range counts {
			var chi float64
			for _, r := range alphabet {
				d := float64(counts[i][r]) - want
				chi += d * d / want
			}
			if chi > limit {
				t.Errorf("%d characters, place %d: chi-squared %.0f, want under %.0f", len(alphabet), i, chi, limit)
			}
		}
	}
}

func TestCodesCoverTheirRange(t *testing.T) {
	random := mathrand.NewChaCha8([32]byte{2})
	var low, high bool
	for range 100_000 {
		code, err := NewCode(random)
		if err != nil {
			t.Fatal(err)
		}
		low = low || strings.HasPrefix(code, "000")
		high = high || strings.HasPrefix(code, "999")
	}
	if !low || !high {
		t.Errorf("codes from 000… came: %v, from 999…: %v", low, high)
	}
}

func BenchmarkMakers(b *testing.B) {
	for _, m := range makers {
		b.Run(m.name, func(b *testing.B) {
			for b.Loop() {
				if _, err := m.make(rand.Reader); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
