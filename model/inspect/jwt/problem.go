package jwt

import "strings"

// Broken reports whether the token cannot be read as it stands: it is of no known
// form, or it has a Problem. What keeps a server from taking it and nobody from
// reading it breaks nothing: its length, crit and b64, a token for a payload.
func (t *Token) Broken() bool {
	for _, p := range t.Problems {
		if !p.readable() {
			return true
		}
	}
	return t.Kind == KindUnknown
}

// holdsToken begins the problem of a payload that is a token.
const holdsToken = "holds another token"

// readable reports whether all could be read in spite of the problem.
func (p Problem) readable() bool {
	if p.Part == "token" {
		return p.AboutSize()
	}
	for _, prefix := range []string{holdsToken, "crit at byte", "b64 at byte"} {
		if strings.HasPrefix(p.Message, prefix) {
			return true
		}
	}
	return false
}

// AboutSize reports a problem with the token's length, which says nothing of its
// form or its signature.
func (p Problem) AboutSize() bool { return strings.Contains(p.Message, "bytes long") }
