package jwt_test

import (
	"testing"

	"keydeck/model/inspect/internal/tokentest"
	"keydeck/model/inspect/jwa"
	"keydeck/model/inspect/jwt"
)

// A token is put together again wherever it was wrapped, and what stands on the
// next line is none of it.
func TestWrappedTokens(t *testing.T) {
	tokens := map[string]string{}
	for _, alg := range jwa.Algorithms {
		tokens[alg] = tokentest.Sign(t, tokentest.Key(t, alg), alg, `{"alg":"`+alg+`","typ":"JWT"}`, tokentest.Claims)
	}
	for _, v := range tokentest.Interop().Encrypted {
		tokens["JWE "+v.Alg] = v.Token
	}
	for name, token := range tokens {
		for width := 16; width <= 260; width += 1 + width/16 {
			for _, indent := range []string{"", "  ", "> ", ">> "} {
				pasted := tokentest.Wrap(token, width, indent)
				for _, tail := range []string{"", "\n", "\nThanks", "\nThanks for\nyour help"} {
					if got := jwt.Decode(pasted + tail); got.Raw != token {
						t.Errorf("%s at %d with %q behind: %d bytes of %d", name, width, tail, len(got.Raw), len(token))
					}
				}
			}
		}
	}
}
