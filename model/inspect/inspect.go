// Package inspect says what can be said about a token without a server: what kind of
// credential it is, what stands in it, and what about it deserves a second look; and
// what an encrypted one holds. It puts together what the packages below it do: strict
// and jwa, jwt (reading), jwk (keys), jws and jwe (signatures and encryption) and lint
// (findings).
//
// Guarantees: no network, no clock of its own, time linear in the input. Any input
// at all gives a Token and never a panic; what is broken is a Problem with the byte
// it was found at, and the rest is shown. Decode checks no signature and says
// nothing of one; jws.Verify does, with the keys it is given and no others.
//
// A Token's strings are as hostile as the input they come from: whoever shows
// them on a terminal makes them visible first.
package inspect

import (
	"keydeck/model/inspect/jwt"
	"keydeck/model/inspect/lint"
)

// Decode takes a pasted token apart as jwt.Decode does, and sets the findings on it
// and on the tokens within it.
func Decode(input string) jwt.Token {
	t := jwt.Decode(input)
	lint.Token(&t)
	return t
}

// DecodeExact is Decode for an input that is nothing but the token, as jwt.DecodeExact
// has it.
func DecodeExact(raw string) jwt.Token {
	t := jwt.DecodeExact(raw)
	lint.Token(&t)
	return t
}
