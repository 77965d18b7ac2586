package text

import (
	"regexp"
	"strings"

	"keydeck/model"
)

// TokenHint shows enough of a token to recognise it and too little to use it:
// the first six and the last eight characters. A token too short for that is
// masked whole.
func TokenHint(token string) string {
	token = Visible(token)
	if len(token) < 40 {
		return "…"
	}
	return token[:6] + "…" + token[len(token)-8:]
}

// Hint shows enough of an API key or a JWT to recognise it, and nothing of any
// other secret.
func Hint(secret string) string {
	switch {
	case model.LooksLikeAPIKey(secret):
		return model.MaskAPIKey(secret)
	case strings.Count(secret, ".") == 2:
		return TokenHint(secret)
	}
	return "…"
}

// secrets matches API keys, JWTs, and the members of the server's answers whose
// secrets have no form of their own.
var secrets = regexp.MustCompile(`sk_[0-9A-Za-z]{20,}|eyJ[\w-]{8,}\.[\w-]+\.[\w-]*|"(?:secret|refresh_token)": ?"[^"]+"`)

// MaskSecrets replaces the secrets in a line of an answer with hints.
func MaskSecrets(line string) string {
	return secrets.ReplaceAllStringFunc(line, func(s string) string {
		if s[0] == '"' {
			return s[:strings.LastIndexByte(s[:len(s)-1], '"')] + `"…"`
		}
		return Hint(s)
	})
}
