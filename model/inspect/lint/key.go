package lint

import (
	"crypto/rsa"
	"fmt"
	"slices"

	"keydeck/model"
	"keydeck/model/inspect/internal/display"
	"keydeck/model/inspect/jwa"
	"keydeck/model/inspect/jwk"
	"keydeck/model/inspect/jws"
	"keydeck/model/inspect/jwt"
)

// Secret reports a token that is signed with a well-known secret. It needs no key, but
// it guesses, which takes time: call it once per token.
func Secret(t jwt.Token) []jwt.Finding {
	if secret, ok := jws.WellKnownSecret(t); ok {
		return []jwt.Finding{{Severity: jwt.Danger, Rule: "known_secret", Text: "signed with the well-known secret " + secret + ": anyone can sign such a token", Reference: "RFC 8725, section 3.5"}}
	}
	return []jwt.Finding{}
}

// Key says what about a key, used with this token, deserves a second look: a weak key,
// or one that does not match the algorithm of the token. Texts hold foreign text of
// both.
func Key(t jwt.Token, k jwk.Key) []jwt.Finding {
	findings := []jwt.Finding{}
	add := func(s jwt.Severity, rule, reference, format string, args ...any) {
		findings = append(findings, jwt.Finding{Severity: s, Rule: rule, Text: fmt.Sprintf(format, args...), Reference: reference})
	}
	a, known := jwa.Lookup(t.Algorithm)
	if known && !k.Suits(a) {
		add(jwt.Danger, "key_family", "RFC 8725, section 3.1", "%s, and this is %s: whoever lets the token choose how the key is used can be fooled", a.Takes(), model.Article(k.Summary()))
	}
	if own, ok := jwa.Lookup(k.Algorithm); known && ok && own.Name != a.Name {
		add(jwt.Warn, "key_algorithm", "RFC 7517, section 4.4", "the key is for %s, the token is signed with %s", own.Name, a.Name)
	}
	if k.Use != "" && k.Use != "sig" {
		add(jwt.Warn, "key_use", "RFC 7517, section 4.2", "the key is for use %s, not for signatures", display.Quote(k.Use))
	}
	if k.Operations != nil && !slices.Contains(k.Operations, "verify") {
		add(jwt.Note, "key_ops", "RFC 7517, section 4.3", "the key's key_ops do not name verify")
	}
	if !known || a.Family != k.Family {
		a = k.Usual() // then judge the key by the weakest algorithm
	}
	if a.Family == k.Family {
		if rule, reference, text := k.Weakness(a); text != "" {
			add(jwt.Danger, rule, reference, "%s", text)
		}
	}
	if public, ok := k.Public.(*rsa.PublicKey); ok && public.E == 3 {
		add(jwt.Note, "rsa_exponent", "NIST SP 800-56B, section 6.2", "the RSA key has the exponent 3: safe with a careful verifier, and careless ones have been fooled")
	}
	if k.Family == jwa.FamilyHMAC {
		secretFindings(k.Secret, add)
	}
	return findings
}

// Keys is Key for the key that made the signature, or else for the only one that was
// tried.
func Keys(t jwt.Token, v jws.Verification, tried []jwk.Key) []jwt.Finding {
	switch used := v.By(); {
	case used != nil:
		return Key(t, *used)
	case len(tried) == 1:
		return Key(t, tried[0])
	}
	return []jwt.Finding{}
}

func secretFindings(secret []byte, add func(s jwt.Severity, rule, reference, format string, args ...any)) {
	shown, known := jws.IsWellKnown(secret)
	switch {
	case known:
		add(jwt.Danger, "known_secret", "RFC 8725, section 3.5", "the secret %s is well known: anyone can sign with it", shown)
	case jwk.IsPublicKey(secret):
		add(jwt.Danger, "public_secret", "RFC 8725, section 2.1", "the secret is the text of a public key, which is no secret")
	case monotonous(secret):
		add(jwt.Danger, "guessable_secret", "RFC 8725, section 3.5", "the secret repeats a few bytes: it can be guessed, however long it is")
	}
}

// monotonous reports a secret with so few different bytes that it cannot be random: 32
// random bytes have about 30.
func monotonous(secret []byte) bool {
	const few = 5
	seen := map[byte]bool{}
	for _, b := range secret {
		seen[b] = true
	}
	return len(secret) > 2*few && len(seen) <= few
}

// DecryptionKey says what about the key that decrypted a token deserves a second look.
func DecryptionKey(t jwt.Token, k jwk.Key) []jwt.Finding {
	if public, ok := k.Public.(*rsa.PublicKey); ok && public.N.BitLen() < jwk.MinRSABits {
		return []jwt.Finding{{Severity: jwt.Danger, Rule: "rsa_bits", Text: fmt.Sprintf("the RSA key has %d bits, %s needs at least %d: others can open it too", public.N.BitLen(), t.Algorithm, jwk.MinRSABits), Reference: "RFC 7518, section 4.3"}}
	}
	return nil
}
