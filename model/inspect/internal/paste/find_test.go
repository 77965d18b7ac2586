package paste_test

import (
	"encoding/base64"
	"net/url"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"keydeck/model"
	"keydeck/model/inspect/internal/paste"
	"keydeck/model/inspect/internal/tokentest"
)

func TestCleanPastes(t *testing.T) {
	other := tokentest.JWS(`{"alg":"HS256"}`, `{"sub":"another"}`)
	form := `{"payload":"e30","protected":"eyJhbGciOiJIUzI1NiJ9","signature":"c2ln"}`
	basic := base64.StdEncoding.EncodeToString([]byte("x-token:" + tokentest.Sample))
	tests := []struct{ name, input, want string }{
		{"cookie", "Cookie: a=b; token=" + tokentest.Sample + "; c=d", tokentest.Sample},
		{"cookie with quotes", `Cookie: a=b; token="` + tokentest.Sample + `"`, tokentest.Sample},
		{"Set-Cookie", "Set-Cookie: session=" + tokentest.Sample + "; Path=/; HttpOnly; Max-Age=3600", tokentest.Sample},
		{"cookie with Bearer, encoded", "Cookie: auth=Bearer%20" + tokentest.Sample + "; x=y", tokentest.Sample},
		{"query", "https://example.com/cb?state=1&token=" + tokentest.Sample + "&x=1", tokentest.Sample},
		{"fragment", "https://example.com/cb#access_token=" + tokentest.Sample + "&token_type=bearer", tokentest.Sample},
		{"path", "https://example.com/reset/" + tokentest.Sample, tokentest.Sample},
		{"path without a scheme", "example.com/reset/" + tokentest.Sample, tokentest.Sample},
		{"assignment", "TOKEN=" + tokentest.Sample, tokentest.Sample},
		{"export", "export TOKEN='" + tokentest.Sample + "'", tokentest.Sample},
		{"percent-encoded", "https://example.com/?next=" + url.QueryEscape("https://api.example/?token="+tokentest.Sample+"&x=y"), tokentest.Sample},
		{"percent-encoded twice", url.QueryEscape(url.QueryEscape("https://api.example/?token=" + tokentest.Sample)), tokentest.Sample},
		{"rest of a URL", tokentest.Sample + "&state=xyz", tokentest.Sample},
		{"curl -H", `curl -s -H "Authorization: Bearer ` + tokentest.Sample + `" https://api.example/`, tokentest.Sample},
		{"curl, single quotes", `curl 'https://api.example/' -H 'Accept: */*' -H 'authorization: bearer ` + tokentest.Sample + `' --compressed`, tokentest.Sample},
		{"curl --header=", `curl --header="Authorization: Bearer ` + tokentest.Sample + `"`, tokentest.Sample},
		{"curl, continued", "curl 'https://api.example/' \\\n  -H 'Authorization: Bearer " + tokentest.Sample + "' \\\n  -H 'Accept: */*'", tokentest.Sample},
		{"curl, Windows", "curl \"https://api.example/\" ^\r\n  -H \"Authorization: Bearer " + tokentest.Sample + "\" ^\r\n  --compressed", tokentest.Sample},
		{"curl -b", `curl -b "token=` + tokentest.Sample + `" https://api.example/`, tokentest.Sample},
		{"curl --cookie", `curl --cookie 'a=b; token=` + tokentest.Sample + `' https://api.example/`, tokentest.Sample},
		{"curl -u", `curl -u x-token:` + tokentest.Sample + ` https://api.example/`, tokentest.Sample},
		{"curl -u, token first", `curl -u "` + tokentest.Sample + `:" https://api.example/`, tokentest.Sample},
		{"curl --oauth2-bearer", `curl --oauth2-bearer ` + tokentest.Sample + ` https://api.example/`, tokentest.Sample},
		{"curl $'…'", `curl -H $'Authorization: Bearer ` + tokentest.Sample + `' -d $'{\n"a":1}'`, tokentest.Sample},
		{"curl with a key", `curl -H "x-api-key: ` + tokentest.StaticKey + `" https://api.example/`, tokentest.StaticKey},
		{"token over key", `curl -H "x-api-key: ` + tokentest.StaticKey + `" -H "Authorization: Bearer ` + tokentest.Sample + `"`, tokentest.Sample},
		{"httpie", "http GET :8000/ Authorization:'Bearer " + tokentest.Sample + "'", tokentest.Sample},
		{"JSON answer", `{"access_token":"` + tokentest.Sample + `","token_type":"bearer","refresh_token":"x"}`, tokentest.Sample},
		{"JSON answer, indented", "{\n  \"data\": {\n    \"access_token\": \"" + tokentest.Sample + "\"\n  }\n}\n", tokentest.Sample},
		{"JSON in JSON", `{"body":"{\"access_token\":\"` + tokentest.Sample + `\"}"}`, tokentest.Sample},
		{"JSON, escaped", `{"token":"\u0065` + tokentest.Sample[1:] + `"}`, tokentest.Sample},
		{"XML", "<token>" + tokentest.Sample + "</token>", tokentest.Sample},
		{"log line", `time=12:03 level=info msg="refused" token=` + tokentest.Sample + " took=3ms", tokentest.Sample},
		{"Basic", "Authorization: Basic " + basic, tokentest.Sample},
		{"sentence", "The token is " + tokentest.Sample + ".", tokentest.Sample},
		{"in brackets", "(see " + tokentest.Sample + ")", tokentest.Sample},
		{"Markdown", "`" + tokentest.Sample + "`", tokentest.Sample},
		{"wrapped at 80", tokentest.Wrap(tokentest.Sample, 80, ""), tokentest.Sample},
		{"wrapped and indented", tokentest.Wrap("    "+tokentest.Sample, 80, "    "), tokentest.Sample},
		{"wrapped in a curl line", "curl -H 'Authorization: Bearer " + tokentest.Wrap(tokentest.Sample, 60, "  ") + "' https://api.example/", tokentest.Sample},
		{"wrapped in JSON", "{\"access_token\":\"" + tokentest.Wrap(tokentest.Sample, 72, "") + "\",\"a\":1}", tokentest.Sample},
		{"wrapped by a shell", strings.ReplaceAll(tokentest.Wrap(tokentest.Sample, 60, ""), "\n", "\\\n"), tokentest.Sample},
		{"a word on the next line", tokentest.Sample + "\nthanks", tokentest.Sample},
		{"header of HTTP", "GET / HTTP/1.1\r\nHost: api.example\r\nAuthorization: Bearer " + tokentest.Sample + "\r\nAccept: */*\r\n\r\n", tokentest.Sample},
		{"two of them", tokentest.Sample + "\n" + other, tokentest.Sample},
		{"two, the first wrapped", tokentest.Wrap(tokentest.Sample, 70, "  ") + "\n\n" + other, tokentest.Sample},
		{"JSON lines", `{"t":"` + tokentest.Sample + `"}` + "\n" + `{"t":"` + other + `"}`, tokentest.Sample},
		{"two in an answer", `{"access_token":"` + tokentest.Sample + `","id_token":"` + other + `","refresh_token":"` + tokentest.RefreshToken + `"}`, tokentest.Sample},
		{"JSON form", form, form},
		{"JSON form in an envelope", `{"data": ` + form + `}`, form},
		{"JSON form behind a token", tokentest.Sample + "\n" + form, tokentest.Sample},
		{"JSON form before a token", form + "\n" + tokentest.Sample, form},
		{"JSON form behind a key", tokentest.StaticKey + "\n" + form + "\n" + tokentest.Sample, form},
		{"ApiKey in a curl line", `curl -H "Authorization: ApiKey ` + tokentest.Account + `"`, "ApiKey " + tokentest.Account},
		{"refresh token in JSON", `{"refresh_token":"` + tokentest.RefreshToken + `"}`, tokentest.RefreshToken},
		{"key in JSON", `{"id":"1","full_key":"` + tokentest.StaticKey + `"}`, tokentest.StaticKey},
		{"key wrapped", "key: " + tokentest.StaticKey[:30] + "\n   " + tokentest.StaticKey[30:], tokentest.StaticKey},

		{"a fault inside stays", tokentest.Sample[:40] + "!" + tokentest.Sample[40:], tokentest.Sample[:40] + "!" + tokentest.Sample[40:]},
		{"a fault behind stays", tokentest.Sample + "?", tokentest.Sample + "?"},
		{"a fourth segment stays", tokentest.Sample + ".", tokentest.Sample + "."},
		{"padding stays", tokentest.Sample + "==", tokentest.Sample + "=="},
		{"quote inside", `eyJ"hbGciOi.J9.x`, `eyJ"hbGciOi.J9.x`},
		{"host names are no tokens", "see www.example.com and docs.example.org.", "seewww.example.comanddocs.example.org."},
		{"two segments in a URL", "https://x.example/?t=" + strings.Join(strings.Split(tokentest.Sample, ".")[:2], "."), strings.Join(strings.Split(tokentest.Sample, ".")[:2], ".")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, _ := paste.Clean(tt.input)
			if got != tt.want {
				t.Errorf("clean(%q)\n got %q\nwant %q", tt.input, got, tt.want)
			}
			if again, _ := paste.Clean(got); again != got {
				t.Errorf("cleaned again: %q", again)
			}
		})
	}
}

// FuzzClean: what was cleaned is clean, of a token nothing else is left, and no key
// is made up.
func FuzzClean(f *testing.F) {
	for _, s := range []string{
		tokentest.Sample, "Cookie: a=%65yJhbGciOiJIUzI1NiJ9.e30.AA; b", "curl -H 'Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.\n e30.AA' \\\n", `{"a":"eyJ9.e30.\n"}`,
		"a uthorization: Bearer x", "ApiKey QUJD", "basic ZTMwLmUzMC5BQQ==", "e30.\\\ne30.\\u0041", "%2565yJ9.e30.", `{"payload":"","signatures":[]}`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, input string) {
		got, _ := paste.Clean(input)
		if again, _ := paste.Clean(got); again != got {
			t.Errorf("clean(%q) = %q, and again %q", input, got, again)
		}
		if strings.TrimSpace(got) != got {
			t.Errorf("clean(%q) leaves white space around: %q", input, got)
		}
		if model.StaticKind(got) != "" && !strings.Contains(paste.Squeeze(paste.Unescape(paste.PlainText(input))), got) {
			t.Errorf("clean(%q) made %q up", input, got)
		}
	})
}

func TestForeignBytes(t *testing.T) {
	for r := rune(utf8.RuneSelf); r <= unicode.MaxRune; r++ {
		if (paste.IsSpace(r) || unicode.IsSpace(r) || paste.IsQuote(r)) && !paste.IsForeign(string(r)) {
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
			left := paste.GatherLimit(len(s))
			most := left + 2*len(s) // and a word at every beginning
			for i := 1; i < len(s); i += len(unit) {
				if _, _, ok := paste.CompactAt(s, i, &left); ok {
					t.Fatalf("%q: a token", unit)
				}
			}
			steps := paste.GatherLimit(len(s)) - left
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
			if got, _ := paste.Clean(tt.input); got != tt.want {
				t.Errorf("clean(%q) = %q, want %q", tt.input, got, tt.want)
			}
		})
	}
}
