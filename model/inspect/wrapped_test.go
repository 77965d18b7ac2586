package inspect

import "testing"

// A token is put together again wherever it was wrapped, and what stands on the
// next line is none of it.
func TestWrappedTokens(t *testing.T) {
	tokens := map[string]string{}
	for _, alg := range Algorithms {
		tokens[alg] = forge(t, testKey(t, alg), alg, `{"alg":"`+alg+`","typ":"JWT"}`, goodClaims)
	}
	for _, v := range interop().Encrypted {
		tokens["JWE "+v.Alg] = v.Token
	}
	for name, token := range tokens {
		for width := 16; width <= 260; width += 1 + width/16 {
			for _, indent := range []string{"", "  ", "> ", ">> "} {
				pasted := wrap(token, width, indent)
				for _, tail := range []string{"", "\n", "\nThanks", "\nThanks for\nyour help"} {
					if got := Decode(pasted + tail); got.Raw != token {
						t.Errorf("%s at %d with %q behind: %d bytes of %d", name, width, tail, len(got.Raw), len(token))
					}
				}
			}
		}
	}
}

// What clings to a token is not what somebody put around it.
func TestWhatClingsToAToken(t *testing.T) {
	k := testKey(t, "ES256")
	token := forge(t, k, "ES256", `{"alg":"ES256"}`, goodClaims)
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
		v := Verify(got, []Key{k}, Expect{Now: now})
		if (v.Outcome == Verified) != tt.verified {
			t.Errorf("%s: %s", tt.name, v)
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
