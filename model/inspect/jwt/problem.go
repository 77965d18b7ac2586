package jwt

import (
	"slices"
	"strings"
)

// Broken reports whether the token cannot be read: it has no known form, or a Problem.
// A server may reject it for its length, crit, b64, or a token as payload, but it can
// still be read.
func (t *Token) Broken() bool {
	return t.Kind == KindUnknown || slices.ContainsFunc(t.Problems, func(p Problem) bool { return !p.readable() })
}

// holdsToken begins the problem of a payload that is a token.
const holdsToken = "holds another token"

// readable reports whether everything could be read in spite of the problem.
func (p Problem) readable() bool {
	if p.Part == "token" {
		return p.AboutSize()
	}
	return slices.ContainsFunc([]string{holdsToken, "crit at byte", "b64 at byte"}, func(prefix string) bool { return strings.HasPrefix(p.Message, prefix) })
}

// AboutSize reports whether the problem is the token's length, which says nothing
// about its form or its signature.
func (p Problem) AboutSize() bool { return strings.Contains(p.Message, "bytes long") }
