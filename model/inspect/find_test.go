package inspect

import (
	"encoding/base64"
	"net/url"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"keydeck/model"
)

func TestCleanPastes(t *testing.T) {
	other := jws(`{"alg":"HS256"}`, `{"sub":"another"}`)
	form := `{"payload":"e30","protected":"eyJhbGciOiJIUzI1NiJ9","signature":"c2ln"}`
	basic := base64.StdEncoding.EncodeToString([]byte("x-token:" + sample))
	tests := []struct{ name, input, want string }{
		{"cookie", "Cookie: a=b; token=" + sample + "; c=d", sample},
		{"cookie with quotes", `Cookie: a=b; token="` + sample + `"`, sample},
		{"Set-Cookie", "Set-Cookie: session=" + sample + "; Path=/; HttpOnly; Max-Age=3600", sample},
		{"cookie with Bearer, encoded", "Cookie: auth=Bearer%20" + sample + "; x=y", sample},
		{"query", "https://example.com/cb?state=1&token=" + sample + "&x=1", sample},
		{"fragment", "https://example.com/cb#access_token=" + sample + "&token_type=bearer", sample},
		{"path", "https://example.com/reset/" + sample, sample},
		{"path without a scheme", "example.com/reset/" + sample, sample},
		{"assignment", "TOKEN=" + sample, sample},
		{"export", "export TOKEN='" + sample + "'", sample},
		{"percent-encoded", "https://example.com/?next=" + url.QueryEscape("https://api.example/?token="+sample+"&x=y"), sample},
		{"percent-encoded twice", url.QueryEscape(url.QueryEscape("https://api.example/?token=" + sample)), sample},
		{"rest of a URL", sample + "&state=xyz", sample},
		{"curl -H", `curl -s -H "Authorization: Bearer ` + sample + `" https://api.example/`, sample},
		{"curl, single quotes", `curl 'https://api.example/' -H 'Accept: */*' -H 'authorization: bearer ` + sample + `' --compressed`, sample},
		{"curl --header=", `curl --header="Authorization: Bearer ` + sample + `"`, sample},
		{"curl, continued", "curl 'https://api.example/' \\\n  -H 'Authorization: Bearer " + sample + "' \\\n  -H 'Accept: */*'", sample},
		{"curl, Windows", "curl \"https://api.example/\" ^\r\n  -H \"Authorization: Bearer " + sample + "\" ^\r\n  --compressed", sample},
		{"curl -b", `curl -b "token=` + sample + `" https://api.example/`, sample},
		{"curl --cookie", `curl --cookie 'a=b; token=` + sample + `' https://api.example/`, sample},
		{"curl -u", `curl -u x-token:` + sample + ` https://api.example/`, sample},
		{"curl -u, token first", `curl -u "` + sample + `:" https://api.example/`, sample},
		{"curl --oauth2-bearer", `curl --oauth2-bearer ` + sample + ` https://api.example/`, sample},
		{"curl $'…'", `curl -H $'Authorization: Bearer ` + sample + `' -d $'{\n"a":1}'`, sample},
		{"curl with a key", `curl -H "x-api-key: ` + goodKey + `" https://api.example/`, goodKey},
		{"token over key", `curl -H "x-api-key: ` + goodKey + `" -H "Authorization: Bearer ` + sample + `"`, sample},
		{"httpie", "http GET :8000/ Authorization:'Bearer " + sample + "'", sample},
		{"JSON answer", `{"access_token":"` + sample + `","token_type":"bearer","refresh_token":"x"}`, sample},
		{"JSON answer, indented", "{\n  \"data\": {\n    \"access_token\": \"" + sample + "\"\n  }\n}\n", sample},
		{"JSON in JSON", `{"body":"{\"access_token\":\"` + sample + `\"}"}`, sample},
		{"JSON, escaped", `{"token":"\u0065` + sample[1:] + `"}`, sample},
		{"XML", "<token>" + sample + "</token>", sample},
		{"log line", `time=12:03 level=info msg="refused" token=` + sample + " took=3ms", sample},
		{"Basic", "Authorization: Basic " + basic, sample},
		{"sentence", "The token is " + sample + ".", sample},
		{"in brackets", "(see " + sample + ")", sample},
		{"Markdown", "`" + sample + "`", sample},
		{"wrapped at 80", wrap(sample, 80, ""), sample},
		{"wrapped and indented", wrap("    "+sample, 80, "    "), sample},
		{"wrapped in a curl line", "curl -H 'Authorization: Bearer " + wrap(sample, 60, "  ") + "' https://api.example/", sample},
		{"wrapped in JSON", "{\"access_token\":\"" + wrap(sample, 72, "") + "\",\"a\":1}", sample},
		{"wrapped by a shell", strings.ReplaceAll(wrap(sample, 60, ""), "\n", "\\\n"), sample},
		{"a word on the next line", sample + "\nthanks", sample},
		{"header of HTTP", "GET / HTTP/1.1\r\nHost: api.example\r\nAuthorization: Bearer " + sample + "\r\nAccept: */*\r\n\r\n", sample},
		{"two of them", sample + "\n" + other, sample},
		{"two, the first wrapped", wrap(sample, 70, "  ") + "\n\n" + other, sample},
		{"JSON lines", `{"t":"` + sample + `"}` + "\n" + `{"t":"` + other + `"}`, sample},
		{"two in an answer", `{"access_token":"` + sample + `","id_token":"` + other + `","refresh_token":"` + refresh + `"}`, sample},
		{"JSON form", form, form},
		{"JSON form in an envelope", `{"data": ` + form + `}`, form},
		{"JSON form behind a token", sample + "\n" + form, sample},
		{"JSON form before a token", form + "\n" + sample, form},
		{"JSON form behind a key", goodKey + "\n" + form + "\n" + sample, form},
		{"ApiKey in a curl line", `curl -H "Authorization: ApiKey ` + account + `"`, "ApiKey " + account},
		{"refresh token in JSON", `{"refresh_token":"` + refresh + `"}`, refresh},
		{"key in JSON", `{"id":"1","full_key":"` + goodKey + `"}`, goodKey},
		{"key wrapped", "key: " + goodKey[:30] + "\n   " + goodKey[30:], goodKey},

		{"a fault inside stays", sample[:40] + "!" + sample[40:], sample[:40] + "!" + sample[40:]},
		{"a fault behind stays", sample + "?", sample + "?"},
		{"a fourth segment stays", sample + ".", sample + "."},
		{"padding stays", sample + "==", sample + "=="},
		{"quote inside", `eyJ"hbGciOi.J9.x`, `eyJ"hbGciOi.J9.x`},
		{"host names are no tokens", "see www.example.com and docs.example.org.", "seewww.example.comanddocs.example.org."},
		{"two segments in a URL", "https://x.example/?t=" + strings.Join(strings.Split(sample, ".")[:2], "."), strings.Join(strings.Split(sample, ".")[:2], ".")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, _ := clean(tt.input)
			if got != tt.want {
				t.Errorf("clean(%q)\n got %q\nwant %q", tt.input, got, tt.want)
			}
			if again, _ := clean(got); again != got {
				t.Errorf("cleaned again: %q", again)
			}
		})
	}
}

// FuzzClean: what was cleaned is clean, of a token nothing else is left, and no key
// is made up.
func FuzzClean(f *testing.F) {
	for _, s := range []string{
		sample, "Cookie: a=%65yJhbGciOiJIUzI1NiJ9.e30.AA; b", "curl -H 'Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.\n e30.AA' \\\n", `{"a":"eyJ9.e30.\n"}`,
		"a uthorization: Bearer x", "ApiKey QUJD", "basic ZTMwLmUzMC5BQQ==", "e30.\\\ne30.\\u0041", "%2565yJ9.e30.", `{"payload":"","signatures":[]}`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, input string) {
		got, _ := clean(input)
		if again, _ := clean(got); again != got {
			t.Errorf("clean(%q) = %q, and again %q", input, got, again)
		}
		if strings.TrimSpace(got) != got {
			t.Errorf("clean(%q) leaves white space around: %q", input, got)
		}
		if model.LooksLikeAPIKey(got) && !strings.Contains(squeeze(unescape(plainText(input))), got) {
			t.Errorf("clean(%q) made %q up", input, got)
		}
	})
}

func TestForeignBytes(t *testing.T) {
	for r := rune(utf8.RuneSelf); r <= unicode.MaxRune; r++ {
		if (isSpace(r) || unicode.IsSpace(r) || isQuote(r)) && !isForeign(string(r)) {
			t.Errorf("%U begins with a byte that is passed over", r)
		}
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
