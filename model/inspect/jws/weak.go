package jws

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"

	"keydeck/model/inspect/jwa"
	"keydeck/model/inspect/jwk"
	"keydeck/model/inspect/jwt"
	"keydeck/model/inspect/strict"
)

// weakSecretsText lists secrets from tutorials, sample configurations and
// frameworks, and words that are guessed first, one per line. After "base64:" a
// secret is in base64url, such as the keys of RFC 7515 and RFC 7520.
//
//go:embed weak_secrets.txt
var weakSecretsText string

// weakSecrets is the list as bytes, each with the name to show.
var weakSecrets = sync.OnceValue(func() []weakSecret {
	var list []weakSecret
	for line := range strings.Lines(weakSecretsText) {
		line = strings.TrimSuffix(line, "\n")
		s := weakSecret{shown: strconv.Quote(line), bytes: []byte(line)}
		if encoded, ok := strings.CutPrefix(line, "base64:"); ok {
			decoded, err := strict.Base64URL.DecodeString(encoded)
			if err != nil {
				panic("inspect: weak_secrets.txt: " + line)
			}
			s = weakSecret{shown: "base64 " + encoded, bytes: decoded}
		}
		list = append(list, s)
	}
	return list
})

type weakSecret struct {
	shown string
	bytes []byte
}

// maxGuessBytes keeps guessing short. A server would reject a larger token anyway.
const maxGuessBytes = 64 << 10

// WellKnownSecret tries the well-known secrets on a token signed with HS256, HS384 or
// HS512 and returns the one that made the signature, in quotes. Tokens over 64 KiB are
// not tried.
func WellKnownSecret(t jwt.Token) (secret string, ok bool) {
	c, why := compactOf(&t)
	a, known := jwa.Lookup(c.Header.Algorithm)
	if why != "" || !known || a.Family != jwa.FamilyHMAC || len(t.Raw) > maxGuessBytes {
		return "", false
	}
	signature, err := strict.Decode(jwt.SegmentSignature, c.Signature)
	if err != nil {
		return "", false
	}
	signed := []byte(c.Signed)
	for _, s := range weakSecrets() {
		if verifies(a, jwk.Key{Family: jwa.FamilyHMAC, Secret: s.bytes}, signed, signature) {
			return s.shown, true
		}
	}
	return "", false
}

// IsWellKnown looks a secret up in the list of well-known ones.
func IsWellKnown(secret []byte) (shown string, ok bool) {
	for _, s := range weakSecrets() {
		if string(s.bytes) == string(secret) {
			return s.shown, true
		}
	}
	return "", false
}
