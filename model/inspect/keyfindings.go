package inspect

import (
	"crypto/rsa"
	"fmt"
	"slices"

	"keydeck/model"
)

// SecretFindings says whether the token is signed with a secret that everybody
// knows. It needs no key, and it guesses: ask for it when the token is new, not at
// every look.
func SecretFindings(t Token) []Finding {
	if secret, ok := WellKnownSecret(t); ok {
		return []Finding{{Severity: Danger, Rule: "known_secret", Text: "signed with the well-known secret " + secret + ": anyone can sign such a token", Reference: "RFC 8725, section 3.5"}}
	}
	return []Finding{}
}

// KeyFindings says what about a key, for this token, deserves a second look: a
// weak one, and one that does not go with the token's algorithm. Texts hold
// foreign text of the key and of the token.
func KeyFindings(t Token, k Key) []Finding {
	findings := []Finding{}
	add := func(s Severity, rule, reference, format string, args ...any) {
		findings = append(findings, Finding{s, rule, fmt.Sprintf(format, args...), reference})
	}
	a, known := algorithmNamed(t.Algorithm)
	if known && !k.Suits(a) {
		add(Danger, "key_family", "RFC 8725, section 3.1", "%s, and this is %s: whoever lets the token choose how the key is used can be fooled", a.Takes(), model.Article(k.Summary()))
	}
	if own, ok := algorithmNamed(k.Algorithm); known && ok && own.Name != a.Name {
		add(Warn, "key_algorithm", "RFC 7517, section 4.4", "the key is for %s, the token is signed with %s", own.Name, a.Name)
	}
	if k.Use != "" && k.Use != "sig" {
		add(Warn, "key_use", "RFC 7517, section 4.2", "the key is for use %s, not for signatures", quote(k.Use))
	}
	if k.Operations != nil && !slices.Contains(k.Operations, "verify") {
		add(Note, "key_ops", "RFC 7517, section 4.3", "the key's key_ops do not name verify")
	}
	if !known || a.Family != k.Family {
		a = usual(k.Family) // a key is judged by the weakest algorithm of its family then
	}
	if a.Family == k.Family {
		if rule, reference, text := k.Weakness(a); text != "" {
			add(Danger, rule, reference, "%s", text)
		}
	}
	if public, ok := k.Public.(*rsa.PublicKey); ok && public.E == 3 {
		add(Note, "rsa_exponent", "NIST SP 800-56B, section 6.2", "the RSA key has the exponent 3: safe with a careful verifier, and careless ones have been fooled")
	}
	if k.Family == FamilyHMAC {
		secretFindings(k.Secret, add)
	}
	return findings
}

// usual is the first algorithm of a family, which asks least of a key.
func usual(f Family) algorithm {
	for _, name := range Algorithms {
		if a, _ := algorithmNamed(name); a.Family == f {
			return a
		}
	}
	return algorithm{}
}

func secretFindings(secret []byte, add func(s Severity, rule, reference, format string, args ...any)) {
	shown, known := wellKnown(secret)
	switch {
	case known:
		add(Danger, "known_secret", "RFC 8725, section 3.5", "the secret %s is well known: anyone can sign with it", shown)
	case isPublicKey(secret):
		add(Danger, "public_secret", "RFC 8725, section 2.1", "the secret is the text of a public key, which is no secret")
	case monotonous(secret):
		add(Danger, "guessable_secret", "RFC 8725, section 3.5", "the secret repeats a few bytes: it can be guessed, however long it is")
	}
}

// monotonous reports a secret of so few different bytes that it is no random one:
// of 32 random bytes about 30 differ.
func monotonous(secret []byte) bool {
	const few = 5
	var seen [256]bool
	n := 0
	for _, b := range secret {
		if !seen[b] {
			seen[b] = true
			n++
		}
	}
	return len(secret) > 2*few && n <= few
}

// OpenerFindings says what about a key that opened a token deserves a second look.
func OpenerFindings(t Token, k Key) []Finding {
	if public, ok := k.Public.(*rsa.PublicKey); ok && public.N.BitLen() < MinRSABits {
		return []Finding{{Danger, "rsa_bits", fmt.Sprintf("the RSA key has %d bits, %s needs at least %d: others can open it too", public.N.BitLen(), t.Algorithm, MinRSABits), "RFC 7518, section 4.3"}}
	}
	return nil
}
