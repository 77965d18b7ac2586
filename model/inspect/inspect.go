// Package inspect says what can be said about a token without a server: what kind of
// credential it is, what is in it, what about it deserves a second look, and what an
// encrypted one holds. It composes the packages below it: strict and jwa; jwt
// (decoding), jwk (keys), jws and jwe (signatures and encryption), and lint
// (findings). Package verdict, beside it, says what they and a server make of a token.
//
// Guarantees: no network, no clock of its own, time linear in the input. Any input
// gives a Token and never a panic. Decode checks no signature and says nothing about
// it; jws.Verify does, with the keys it is given and no others.
//
// The strings of a Token are as hostile as the input: make them visible before you
// show them on a terminal.
package inspect

import (
	"keydeck/model/inspect/jwt"
	"keydeck/model/inspect/lint"
)

// Decode decodes a pasted token as jwt.Decode does, and sets the findings on it and on
// the tokens within it.
func Decode(input string) jwt.Token {
	t := jwt.Decode(input)
	lint.Token(&t)
	return t
}

// DecodeExact is Decode for input that is nothing but the token, as for
// jwt.DecodeExact.
func DecodeExact(raw string) jwt.Token {
	t := jwt.DecodeExact(raw)
	lint.Token(&t)
	return t
}
