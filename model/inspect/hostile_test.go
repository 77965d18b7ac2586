package inspect

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// hostile is a megabyte of what takes a careless reader long.
func hostile() map[string]string {
	const size = 1 << 20
	of := func(s string) string { return strings.Repeat(s, size/len(s)) }
	var names strings.Builder
	for i := range 60_000 {
		fmt.Fprintf(&names, `"k%d":%d,`, i, i)
	}
	nested := jws(`{"alg":"HS256"}`, `{"a":1}`)
	for len(nested) < size*3/4 {
		nested = b64(`{"alg":"HS256","cty":"JWT"}`) + "." + b64(nested+strings.Repeat(" ", len(nested)/4)) + ".c2ln"
	}
	return map[string]string{
		"string":            jws(`{"alg":"HS256"}`, `{"a":"`+strings.Repeat("x", size*3/4)+`"}`),
		"names":             jws(`{"alg":"HS256"}`, `{`+names.String()+`"exp":1}`),
		"same name":         jws(`{"alg":"HS256"}`, `{`+strings.Repeat(`"a":1,`, size/8)+`"exp":1}`),
		"emails":            jws(`{"alg":"HS256"}`, `{"a":[`+strings.Repeat(`"a@b.cd",`, size/13)+`1]}`),
		"tokens in claims":  jws(`{"alg":"HS256"}`, `{"a":[`+strings.Repeat(`"e30.e30.",`, size/15)+`1]}`),
		"nested":            nested,
		"long header":       b64(`{"alg":"HS256","kid":"`+strings.Repeat("k", size*3/4)+`"}`) + ".e30.c2ln",
		"deep header":       b64(`{"alg":"HS256","jwk":`+strings.Repeat(`{"a":`, size/8)) + ".e30.c2ln",
		"dots":              of("."),
		"brackets":          of("["),
		"braces":            of("{"),
		"quotes":            of(`"`),
		"percent":           of("%"),
		"percent 25":        of("%25"),
		"percent layers":    "%" + of("25"),
		"backslashes":       of(`\`),
		"unicode escapes":   of(`\u0065`),
		"bearers":           of("Bearer "),
		"bearers glued":     of("Bearer"),
		"headers":           of("authorization:"),
		"nested names":      of("a uthorization:"),
		"blanks":            "a" + of(" ") + "b",
		"line breaks":       of("e30\n"),
		"lines of one":      of("a\n"),
		"token, then lines": jws(`{"alg":"RS256"}`, `{}`) + "\n" + of("a\n"),
		"header, lines":     b64(`{"alg":"HS256"}`) + "\n" + of("a\n"),
		"glued beginnings":  of("=eyJbasic "),
		"beginning lines":   of("=eyJ\n"),
		"pieces":            "eyJhbGciOiJIUzI1NiJ9 " + of("abcd "),
		"pieces with dots":  of("e30. "),
		"headers by blank":  of("eyJhbGciOiJIUzI1NiJ9 "),
		"headers by slash":  of("e30/"),
		"headers and dots":  of("eyJ9."),
		"keys":              of("sk_"),
		"keys by line":      of("sk_abc\n"),
		"slashes":           of("a/"),
		"basics":            of("basic a"),
		"basic":             "x basic " + of("QUJD"),
		"api keys":          of("ApiKey QQ "),
		"ApiKey":            "ApiKey " + of("QUJD"),
		"accounts":          of("QUJDMTIzOnNr/"),
		"objects":           of(`{"a":`),
		"objects, closed":   strings.Repeat(`{"a":`, size/6) + strings.Repeat("}", size/6),
		"open strings":      of(`{"`),
		"objects in lines":  of("{}\n"),
		"signatures":        `{"payload":"e30","signatures":[` + strings.Repeat(`{"protected":"e30","signature":"AA"},`, size/38) + `{}]}`,
		"recipients":        `{"ciphertext":"e30","recipients":[` + strings.Repeat(`{"header":{}},`, size/14) + `{}]}`,
		"tokens":            of(jws(`{"alg":"HS256"}`, `{}`) + "\n"),
		"tokens in quotes":  of(`"` + jws(`{"alg":"HS256"}`, `{}`) + `",`),
		"zero width":        of("\u200b"),
		"not UTF-8":         of("\xff"),
		"refresh":           of(strings.Repeat("a", 86) + "/"),
		"random":            of("\x00\x01{\"%\\eyJ.=:sk_"),
	}
}

// TestHostileTime holds every hostile megabyte to a bound that only what is not
// linear breaks, also on a machine that has other things to do: a thousand times
// a thousand steps for each of them take minutes. BenchmarkDecode says how long
// they really take.
func TestHostileTime(t *testing.T) {
	if testing.Short() {
		t.Skip("measures time")
	}
	const bound = 10 * time.Second
	for name, input := range hostile() {
		t.Run(name, func(t *testing.T) {
			for what, f := range map[string]func(){
				"Decode": func() { Decode(input) }, "Find": func() { Find(input) }, "DecodeExact": func() { DecodeExact(input) },
			} {
				start := time.Now()
				f()
				if took := time.Since(start); took > bound {
					t.Errorf("%s takes %v for %d bytes", what, took, len(input))
				}
			}
		})
	}
}

// TestGatherIsBounded counts what is gathered in vain, of texts in which every
// word may begin a token that all that follows may belong to.
func TestGatherIsBounded(t *testing.T) {
	for _, unit := range []string{"=eyJbasic ", "=eyJ\n", "=eyJ=\n", "/eyJh\r\n"} {
		work := func(n int) int {
			s := strings.Repeat(unit, n)
			left := patience(len(s))
			most := left + 2*len(s) // and a word at every beginning
			for i := 1; i < len(s); i += len(unit) {
				if _, _, ok := compactAt(s, i, &left); ok {
					t.Fatalf("%q: a token", unit)
				}
			}
			steps := patience(len(s)) - left
			if steps > most {
				t.Errorf("%q: %d bytes gathered, want at most %d", unit, steps, most)
			}
			return steps
		}
		if small, large := work(20_000), work(80_000); large > 8*small {
			t.Errorf("%q: %d steps for n, %d for 4n", unit, small, large)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	inputs := hostile()
	inputs["token"] = jws(`{"alg":"RS512","typ":"JWT","kid":"0193"}`, `{"iss":"keydeck","sub":"me","iat":1699999940,"exp":1700000060}`)
	for name, input := range inputs {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(input)))
			for b.Loop() {
				Decode(input)
			}
		})
	}
}

func BenchmarkFind(b *testing.B) {
	for name, input := range hostile() {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(input)))
			for b.Loop() {
				Find(input)
			}
		})
	}
}
