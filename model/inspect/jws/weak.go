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

// weakSecretsText lists secrets that stand in tutorials, sample configurations
// and frameworks, and words that are guessed first, one a line. After "base64:"
// one is written in base64url, such as the keys of RFC 7515 and RFC 7520.
//
//go:embed weak_secrets.txt
var weakSecretsText string

// weakSecrets are the secrets as bytes, each with the name it is shown by.
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

// maxGuessBytes keeps guessing short: beyond it every guess takes too long, and
// the server would refuse the token anyway.
const maxGuessBytes = 64 << 10

// WellKnownSecret tries the well-known secrets on a token signed with HS256,
// HS384 or HS512 and gives the one that signed it, in quotes. It says nothing of
// tokens over 64 KiB.
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

// IsWellKnown finds a secret in the list.
func IsWellKnown(secret []byte) (shown string, ok bool) {
	for _, s := range weakSecrets() {
		if string(s.bytes) == string(secret) {
			return s.shown, true
		}
	}
	return "", false
}
