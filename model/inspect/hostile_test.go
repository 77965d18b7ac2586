package inspect

import (
	"encoding/base64"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"keydeck/model"
	"keydeck/model/inspect/internal/tokentest"
)

const megabyte = 1 << 20

// The limits of package jwt, which these inputs reach.
const (
	nestedLimit = 16       // tokens in one token
	entryLimit  = 32       // signatures
	basicLimit  = 64 << 10 // bytes of a Basic credential
)

// mega repeats s up to a megabyte.
func mega(s string) string { return strings.Repeat(s, megabyte/len(s)) }

// real is a realistic token of a megabyte, with a long list of groups and permissions.
func real() string {
	var claims strings.Builder
	claims.WriteString(`{"iss":"https://issuer.example","sub":"0193a1b2-0000-7000-8000-000000000001","aud":"api","iat":1700000000,"exp":1700000060,"groups":[`)
	for i := 0; claims.Len() < megabyte*3/4-200; i++ {
		fmt.Fprintf(&claims, `{"id":%d,"name":"group %d of the department","rights":["read","write"],"admin":%t},`, i, i, i%7 == 0)
	}
	claims.WriteString(`{}]}`)
	return tokentest.Base64URL(`{"alg":"RS256","typ":"JWT","kid":"0193"}`) + "." + tokentest.Base64URL(claims.String()) + "." + tokentest.Base64URL(strings.Repeat("s", 256))
}

// hostile has inputs of about a megabyte, by name, that are slow to parse carelessly.
func hostile() map[string]string {
	const size = megabyte
	of := mega
	var names strings.Builder
	for i := range 60_000 {
		fmt.Fprintf(&names, `"k%d":%d,`, i, i)
	}
	nested := tokentest.JWS(`{"alg":"HS256"}`, `{"a":1}`)
	for len(nested) < size*3/4 {
		nested = tokentest.Base64URL(`{"alg":"HS256","cty":"JWT"}`) + "." + tokentest.Base64URL(nested+strings.Repeat(" ", len(nested)/4)) + ".c2ln"
	}
	claims := func(text string) string { return tokentest.JWS(`{"alg":"HS256"}`, text) }
	within := claims(`{"a":"` + strings.Repeat(`\u0061`, size/6*9/16/nestedLimit) + `"}`)
	short := claims(`{}`)
	return map[string]string{
		// tokens
		"string":            claims(`{"a":"` + strings.Repeat("x", size*3/4) + `"}`),
		"escaped string":    claims(`{"a":"` + strings.Repeat(`\u0061`, size/8) + `"}`),
		"names":             claims(`{` + names.String() + `"exp":1}`),
		"same name":         claims(`{` + strings.Repeat(`"a":1,`, size/8) + `"exp":1}`),
		"same name deep":    claims(`{"o":{` + strings.Repeat(`"a":1,`, size/8) + `"a":1}}`),
		"no name":           claims(`{` + strings.Repeat(`"":1,`, size/7) + `"":1}`),
		"numbers":           claims(`{"a":[` + strings.Repeat(`1,`, size*3/8) + `1]}`),
		"arrays":            claims(`{"a":[` + strings.Repeat(`[],`, size/4) + `[]]}`),
		"objects in claims": claims(`{"a":[` + strings.Repeat(`{},`, size/4) + `{}]}`),
		"members in claims": claims(`{"a":[` + strings.Repeat(`{"":1},`, size*3/28) + `{}]}`),
		"spaces in claims":  claims(`{"a":1` + strings.Repeat(" ", size*3/4) + `}`),
		"spaces as claims":  claims(strings.Repeat(" ", size*3/4)),
		"claims of no text": claims(`{"a":"` + strings.Repeat("\xff", size*3/4)),
		"emails":            claims(`{"a":[` + strings.Repeat(`"a@b.cd",`, size/13) + `1]}`),
		"cards":             claims(`{"a":[` + strings.Repeat(`"4111 1111 1111 1111",`, size/29) + `1]}`),
		"tokens in claims":  claims(`{"a":[` + strings.Repeat(`"e30.e30.",`, size/15) + `1]}`),
		"sixteen in claims": claims(`{"a":[` + strings.Repeat(`"`+within+`",`, nestedLimit) + `1]}`),
		"near tokens":       claims(`{"a":[` + strings.Repeat(`"eyJ`+strings.Repeat("a", 1000)+`.a",`, size/1400) + `1]}`),
		"nested":            nested,
		"long header":       tokentest.Base64URL(`{"alg":"HS256","kid":"`+strings.Repeat("k", size*3/4)+`"}`) + ".e30.c2ln",
		"percent kid":       tokentest.Base64URL(`{"alg":"HS256","kid":"`+strings.Repeat("%41", size/4)+`"}`) + ".e30.c2ln",
		"kid of no ASCII":   tokentest.Base64URL(`{"alg":"HS256","kid":"`+strings.Repeat("\u00e9", size*3/8)+`"}`) + ".e30.c2ln",
		"names of header":   tokentest.Base64URL(`{`+names.String()+`"alg":"HS256"}`) + ".e30.c2ln",
		"algs of header":    tokentest.Base64URL(`{`+strings.Repeat(`"alg":1,`, size*3/32)+`"alg":"HS256"}`) + ".e30.c2ln",
		"crits of header":   tokentest.Base64URL(`{`+strings.Repeat(`"crit":1,`, size*3/36)+`"alg":"HS256"}`) + ".e30.c2ln",
		"deep header":       tokentest.Base64URL(`{"alg":"HS256","jwk":`+strings.Repeat(`{"a":`, size/8)) + ".e30.c2ln",
		"not encoded":       tokentest.Base64URL(`{"alg":"HS256","b64":false}`) + "." + of(`{"a":`) + ".c2ln",
		"padding":           short + of("="),
		"slashes in it":     tokentest.Base64URL(`{"alg":"HS256"}`) + "." + of("/") + ".",
		"broken over lines": tokentest.Wrap(claims(`{"a":"`+strings.Repeat("x", size/2)+`"}`), 1, ""),
		"blanks in it":      strings.Join(strings.Split(claims(`{"a":"`+strings.Repeat("x", size/4)+`"}`), ""), " "),
		"zero width in it":  strings.Join(strings.Split(claims(`{"a":"`+strings.Repeat("x", size/8)+`"}`), ""), "\u200b"),
		"escapes in it":     "a=" + strings.ReplaceAll(claims(`{"a":"`+strings.Repeat("x", size/8)+`"}`), "e", `\u0065`),
		"tokens":            of(short + "\n"),
		"tokens in quotes":  of(`"` + short + `",`),
		"token, then lines": tokentest.JWS(`{"alg":"RS256"}`, `{}`) + "\n" + of("a\n"),
		"header, lines":     tokentest.Base64URL(`{"alg":"HS256"}`) + "\n" + of("a\n"),
		"lines, token":      of("a\n") + short,
		"encrypted":         tokentest.Base64URL(`{"alg":"dir","enc":"A128GCM"}`) + ".." + tokentest.Base64URL("twelve bytes") + "." + of("A") + "." + tokentest.Base64URL("sixteen bytes 16"),

		// JSON form
		"signatures":   `{"payload":"e30","signatures":[` + strings.Repeat(`{"protected":"e30","signature":"AA"},`, size/38) + `{}]}`,
		"recipients":   `{"ciphertext":"e30","recipients":[` + strings.Repeat(`{"header":{}},`, size/14) + `{}]}`,
		"few, of many": `{"payload":"e30","signatures":[` + strings.Repeat(`{"header":{`+strings.Repeat(`"":1,`, size/entryLimit/5)+`"":1}},`, entryLimit) + `{}]}`,
		"form, broken": `{"payload":"e30","signatures":[` + of(`{"a":1},`),
		"form, deep":   `{"a":{"a":{"payload":"` + of("e") + `","protected":"e30"}}}`,
		"forms":        of(`{"payload":"e30"} `),
		"pair":         `{"apiKey":"` + claims(`{"a":"`+strings.Repeat("x", size/4)+`"}`) + `","secretKey":"` + of("e30 ") + `"}`,

		// letters and signs
		"dots":              of("."),
		"brackets":          of("["),
		"braces":            of("{"),
		"quotes":            of(`"`),
		"commas":            of(","),
		"colons":            of("a:"),
		"equals":            of("="),
		"assignments":       of("a="),
		"pluses":            of("+"),
		"letters":           of("e"),
		"letters by blank":  of("e "),
		"letters by dot":    of("e."),
		"ampersands":        of("a&"),
		"percent":           of("%"),
		"percent 25":        of("%25"),
		"percent 2525":      of("%2525"),
		"percent 25%25":     of("%25%25 "),
		"percent layers":    "%" + of("25"),
		"percent letters":   of("%65%79"),
		"backslashes":       of(`\`),
		"backslash n":       of(`\n`),
		"backslash quotes":  of(`\"`),
		"unicode escapes":   of(`\u0065`),
		"high escapes":      of(`\uffff`),
		"hex escapes":       of(`\x25`),
		"slashes":           of("a/"),
		"curly quotes":      of("“"),
		"zero width":        of("\u200b"),
		"zero width, words": of("ab\u200b"),
		"no-break spaces":   of("\u00a0a"),
		"line separators":   of("\u2028a"),
		"accents":           of("\u00e9"),
		"emoji":             of("😀"),
		"not UTF-8":         of("\xff"),
		"not UTF-8, words":  of("a\xff "),
		"half a rune":       of("\xe2\x80"),
		"replaced":          of("\ufffd"),
		"NUL":               of("\x00"),
		"escape sequences":  of("\x1b[31m"),
		"only blanks":       of(" "),
		"only line breaks":  of("\r\n"),
		"blanks":            "a" + of(" ") + "b",
		"words":             of("a "),
		"line breaks":       of("e30\n"),
		"lines of one":      of("a\n"),
		"prose":             of("Here is what I was given, is it any good? "),
		"random":            of("\x00\x01{\"%\\eyJ.=:sk_"),

		// beginnings of what is none
		"bearers":            of("Bearer "),
		"bearers glued":      of("Bearer"),
		"headers":            of("authorization:"),
		"nested names":       of("a uthorization:"),
		"glued beginnings":   of("=eyJbasic "),
		"beginning lines":    of("=eyJ\n"),
		"pieces":             "eyJhbGciOiJIUzI1NiJ9 " + of("abcd "),
		"pieces with dots":   of("e30. "),
		"signatures apart":   of(tokentest.Base64URL(`{"alg":"RS256"}`) + "..\n" + strings.Repeat("ab\n", 700) + "!\n"),
		"signatures cut":     of(tokentest.Base64URL(`{"alg":"RS256"}`) + "..a\n"),
		"signature of gaps":  tokentest.Base64URL(`{"alg":"RS256"}`) + "..\n" + strings.Repeat("ab"+strings.Repeat("\n", 1000), size/1002),
		"letters at a token": tokentest.Base64URL(`{"alg":"HS256"}`) + ".e30." + of("\u00e9"),
		"headers by blank":   of("eyJhbGciOiJIUzI1NiJ9 "),
		"headers by slash":   of("e30/"),
		"headers by comma":   of("eyJhbGciOiJIUzI1NiJ9,"),
		"headers and dots":   of("eyJ9."),
		"keys":               of("sk_"),
		"keys by line":       of("sk_abc\n"),
		"whole keys":         of(tokentest.StaticKey + " "),
		"basics":             of("basic a"),
		"basic":              "x basic " + of("QUJD"),
		"basic of basics":    "x basic " + base64.StdEncoding.EncodeToString([]byte(strings.Repeat("basic QQ ", size/12))),
		"basic credential":   of("Basic dXNlcjpwYXNzd29yZA== "),
		"basics of 64K":      of("Basic " + strings.Repeat("QUJD", basicLimit/4-10) + " "),
		"api keys":           of("ApiKey QQ "),
		"api keys of 64K":    of("ApiKey " + strings.Repeat("QUJD", basicLimit/4-10) + " "),
		"ApiKey":             "ApiKey " + of("QUJD"),
		"accounts":           of("QUJDMTIzOnNr/"),
		"account words":      of("QUJDMTIzOnNr "),
		"accounts in one":    of("QUJDMTIzOnNr"),
		"near accounts":      of("MMMMMMMMMMMM/"),
		"whole accounts":     of(tokentest.Account + " "),
		"objects":            of(`{"a":`),
		"objects, spaced":    of(`{ "a" : `),
		"objects, closed":    strings.Repeat(`{"a":`, size/6) + strings.Repeat("}", size/6),
		"objects, whole":     of(`{"a":1}`),
		"objects, nested":    of(strings.Repeat(`{"a":`, model.MaxJSONDepth) + "1" + strings.Repeat("}", model.MaxJSONDepth)),
		"objects, empty":     of(`{"a":{}} `),
		"object":             `{"a":[` + strings.Repeat("1,", size/2) + "1]}",
		"open strings":       of(`{"`),
		"open objects":       of("{ "),
		"objects in lines":   of("{}\n"),
		"refresh":            of(strings.Repeat("a", 86) + "/"),
	}
}

// TestHostileTime gives each hostile input a bound that linear code meets even on a
// busy machine and quadratic code, which takes minutes, does not. BenchmarkDecode
// measures the actual time.
func TestHostileTime(t *testing.T) {
	if testing.Short() {
		t.Skip("measures time")
	}
	const bound = 10 * time.Second
	for name, input := range hostile() {
		t.Run(name, func(t *testing.T) {
			for what, f := range map[string]func(){
				"Decode": func() { Decode(input) }, "DecodeExact": func() { DecodeExact(input) },
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

// BenchmarkDecode decodes each hostile input and, in the same run, a realistic token of
// the same size: tokens/op is how many of the latter take as long.
func BenchmarkDecode(b *testing.B) {
	token := real()
	took := func(input string) time.Duration {
		start := time.Now()
		Decode(input)
		return time.Since(start)
	}
	b.Run("a real token", func(b *testing.B) {
		b.SetBytes(int64(len(token)))
		for b.Loop() {
			Decode(token)
		}
	})
	inputs := hostile()
	for _, name := range slices.Sorted(maps.Keys(inputs)) {
		input := inputs[name]
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(input)))
			var beside time.Duration
			for b.Loop() {
				b.StopTimer()
				beside += took(token)
				b.StartTimer()
				Decode(input)
			}
			b.ReportMetric(float64(b.Elapsed())/float64(beside), "tokens/op")
		})
	}
}
