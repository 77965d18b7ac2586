package jwt

import "slices"

// problemKind is what a Problem means for the token.
type problemKind uint8

const (
	otherProblem problemKind = iota
	lostBytes                // part of a segment is missing or cannot be decoded
	tooLong                  // for a server; says nothing of the form or the signature
	extended                 // crit or b64, which no server here takes
	holdsToken               // the payload is a token and no claims
)

// Broken reports whether the token cannot be read: it has no known form, or a Problem.
// A server may reject it for its length, crit, b64, or a token as payload, but it can
// still be read.
func (t *Token) Broken() bool {
	return t.Kind == KindUnknown || slices.ContainsFunc(t.Problems, func(p Problem) bool { return p.kind < tooLong })
}

// HoldsToken reports whether the payload is a token, and so not claims.
func (t *Token) HoldsToken() bool {
	return slices.ContainsFunc(t.Problems, func(p Problem) bool { return p.kind == holdsToken })
}

// AboutSize reports whether the problem is the token's length, which says nothing
// about its form or its signature.
func (p Problem) AboutSize() bool { return p.kind == tooLong }
