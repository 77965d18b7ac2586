package inspect

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"keydeck/model"
)

// Outcome of a verification, in a word. It speaks of the signature alone; what
// time, issuer and audience make of the token are Checks.
type Outcome string

const (
	NotVerified  Outcome = "not verified"      // no key was used
	Verified     Outcome = "verified"          // the named key made the signature
	BadSignature Outcome = "bad signature"     // of every key that fits, none made it
	WrongKey     Outcome = "wrong kind of key" // the token's algorithm is of another family than every key
	CannotVerify Outcome = "cannot verify"     // Because says why: encrypted, alg none, not well formed, crit, unknown algorithm…
)

// Expect is what a token is held against. A zero Now is an error of the caller.
type Expect struct {
	Now      time.Time
	Leeway   time.Duration // 0 or more, for nbf, iat and exp
	Issuer   string        // "" for any
	Audience string        // "" for any
	Type     string        // of the header, "" for any
	NoExpiry bool          // a token without exp may be good, which no Keydeck server takes
	Strict   bool          // exp has no leeway, as at a Keydeck server
}

// Check is one thing beside the signature that a token was held against.
type Check struct {
	Claim string `json:"claim"` // exp, nbf, iat, iss, sub, jti, aud, typ, and alg, size, payload, form, now
	Good  bool   `json:"good"`
	Text  string `json:"text"` // in plain words, for example "expired 3 minutes ago"
}

// Verification is the verdict. Good is true only for Verified with every check
// good, and never for a token with a Problem.
type Verification struct {
	Outcome Outcome  `json:"outcome"`
	Good    bool     `json:"good"`
	Because string   `json:"because,omitempty"` // in plain words; empty for Verified and NotVerified
	KeyID   string   `json:"kid,omitempty"`     // of the key that made the signature
	Key     string   `json:"key,omitempty"`     // whose it is, in words: Key.Source
	Checks  []Check  `json:"checks"`
	Expect  Settings `json:"expected"`

	by *Key
}

// By is the key that made the signature, nil if none did.
func (v Verification) By() *Key { return v.by }

// Settings are what was expected, to stand beside the verdict.
type Settings struct {
	LeewaySeconds int64  `json:"leeway_seconds"`
	Issuer        string `json:"iss,omitempty"`
	Audience      string `json:"aud,omitempty"`
	Type          string `json:"typ,omitempty"`
}

// String is the verdict in one line: "verified by kid k1 (file jwks.json)",
// "bad signature: …", "cannot verify, because …". Of a token that is verified and
// yet not good it names the first reason. Key id, source and reasons hold foreign
// text.
func (v Verification) String() string {
	var b strings.Builder
	b.WriteString(string(v.Outcome))
	switch v.Outcome {
	case Verified:
		switch {
		case v.KeyID != "" && v.Key != "":
			fmt.Fprintf(&b, " by kid %s (%s)", v.KeyID, v.Key)
		case v.KeyID != "":
			fmt.Fprintf(&b, " by kid %s", v.KeyID)
		case v.Key != "":
			fmt.Fprintf(&b, " by %s", v.Key)
		}
		for _, c := range v.Checks {
			if !c.Good {
				fmt.Fprintf(&b, ", and yet not good: %s", c.Text)
				break
			}
		}
	case CannotVerify:
		fmt.Fprintf(&b, ", because %s", v.Because)
	case BadSignature, WrongKey:
		fmt.Fprintf(&b, ": %s", v.Because)
	case NotVerified:
	}
	return b.String()
}

// Limits on one verification, so that it ends in sensible time.
const (
	maxVerifyBytes = 1 << 20
	maxTries       = 100 // keys; a token with a kid needs one
)

// Verify checks the token's signature with the keys that fit: those whose ID is
// the token's kid if any has it, else those without an ID; of a token without a
// kid all of the right family. No key that the token brings is used
// but one of OwnKeys. The header
// must be one that the strict door takes: with a problem in it, crit or b64 the
// outcome is CannotVerify whatever the signature.
//
// A signature that fits and yet proves nothing, because the key is too short or
// known to be broken, is CannotVerify too, and Because says both. A key says by
// alg, use and key_ops what it is for, and is used for nothing else.
func (t Token) Verify(keys []Key, e Expect) Verification {
	v := Verification{Checks: []Check{}, Expect: e.settings()}
	c, why := t.compact()
	if why != "" {
		v.Outcome, v.Because = CannotVerify, why
		return v
	}
	payload, err := DecodeStrict(SegmentPayload, c.Payload)
	if err != nil {
		v.Outcome, v.Because = CannotVerify, err.Error()
		return v
	}
	v.Checks = t.checks(c.Header, payload, e)
	v.signature(c, keys)
	if v.by != nil {
		v.Checks = slices.Insert(v.Checks, 0, v.by.certificateChecks(e.Now)...)
	}
	v.Good = v.Outcome == Verified && len(t.Problems) == 0 && !slices.ContainsFunc(v.Checks, func(c Check) bool { return !c.Good })
	return v
}

// compact reads the token as strictly as the server's door does. why is what
// keeps it from being verified at all.
func (t *Token) compact() (c Compact, why string) {
	switch t.Kind {
	case KindJWS:
	case KindJWE, KindJWEJSON:
		return c, "it is encrypted, not signed"
	case KindJWSJSON:
		return c, "it is in JSON form; a Keydeck server takes the compact form alone (RFC 7515, section 3.1)"
	default:
		return c, "it is no signed token"
	}
	if len(t.Raw) > maxVerifyBytes {
		return c, fmt.Sprintf("it is %d bytes long, more than %d", len(t.Raw), maxVerifyBytes)
	}
	c, err := ReadCompact(t.Raw)
	if err != nil {
		return c, err.Error()
	}
	// What the cleaning took out is in Raw no more; what it took note of is here.
	for _, p := range t.Problems {
		if p.Part == "token" && !isSizeProblem(p) {
			return c, p.Message
		}
	}
	return c, ""
}

// signature finds the key that made the signature.
func (v *Verification) signature(c Compact, keys []Key) {
	a, known := algorithmNamed(c.Header.Algorithm)
	switch {
	case strings.EqualFold(c.Header.Algorithm, "none"):
		v.Outcome, v.Because = CannotVerify, "alg is none: nobody has signed it"
		return
	case !known:
		v.Outcome, v.Because = CannotVerify, fmt.Sprintf("the algorithm %s is not known here", quote(c.Header.Algorithm))
		return
	case len(keys) == 0:
		v.Outcome = NotVerified
		return
	}
	named := namedKeys(keys, c.Header.KeyID)
	fitting, why := candidateKeys(named, a)
	switch others := len(named) < len(keys) && len(withID(keys, c.Header.KeyID)) == 0; {
	case len(fitting) > 0:
	case others:
		v.Outcome, v.Because = CannotVerify, namesNone(c.Header.KeyID, keys)
		return
	default:
		v.Outcome, v.Because = WrongKey, why
		return
	}
	signature, err := DecodeStrict(SegmentSignature, c.Signature)
	switch {
	case err != nil:
		v.Outcome, v.Because = CannotVerify, err.Error()
		return
	case len(signature) == 0:
		v.Outcome, v.Because = BadSignature, "it is missing"
		return
	}
	digest := a.digest([]byte(c.Signed))
	for _, k := range fitting[:min(len(fitting), maxTries)] {
		if a.verify(k, digest, signature) {
			v.madeBy(k, a)
			return
		}
	}
	switch n := len(fitting); {
	case n > maxTries:
		v.Outcome, v.Because = CannotVerify, fmt.Sprintf("%d keys fit, and none of the first %d made it; a kid in the token would say which it is", n, maxTries)
	case n == 1:
		v.Outcome, v.Because = BadSignature, fmt.Sprintf("the key (%s) did not make it", fitting[0].Describe())
	default:
		v.Outcome, v.Because = BadSignature, fmt.Sprintf("none of the %d keys that fit made it", n)
	}
}

// madeBy is the verdict on a signature that k made.
func (v *Verification) madeBy(k Key, a algorithm) {
	if _, _, weak := k.weakness(a); weak != "" {
		v.Outcome, v.Because = CannotVerify, "the signature fits, and proves nothing: "+weak
		return
	}
	v.Outcome, v.KeyID, v.Key, v.by = Verified, k.ID, k.Source, &k
	if k.brought {
		v.Checks = slices.Insert(v.Checks, 0, Check{"key", false, "the key came with the token: anyone can make one that fits its own key"})
	}
	if own, ok := algorithmNamed(k.Algorithm); ok && own.name != a.name {
		v.Checks = append(v.Checks, Check{"alg", false, fmt.Sprintf("the key is for %s, the token is signed with %s", own.name, a.name)})
	}
}

// certificateChecks hold a key that came in a certificate against the time that the
// certificate is for (RFC 5280, section 4.1.2.5).
func (k *Key) certificateChecks(now time.Time) []Check {
	switch {
	case k.until.IsZero() || now.IsZero():
	case now.After(k.until):
		return []Check{{"key", false, "the key's certificate expired " + apart(k.until, now) + " ago"}}
	case now.Before(k.from):
		return []Check{{"key", false, "the key's certificate begins in " + apart(now, k.from)}}
	}
	return nil
}

// candidateKeys are the keys to try. If there are none, why says what is wrong
// with the first.
func candidateKeys(keys []Key, a algorithm) (fitting []Key, why string) {
	for _, k := range keys {
		reason := k.misfit(a)
		if reason == "" {
			fitting = append(fitting, k)
		} else if why == "" {
			why = reason
		}
	}
	if n := len(keys); n > 1 {
		why = fmt.Sprintf("none of the %d keys fits; of the first: %s", n, why)
	}
	return fitting, why
}

// namedKeys are the keys that the token's kid leaves: those with that ID, else
// those without any. A key of another name is not what the token asks for. With
// no kid they are all.
func namedKeys(keys []Key, kid string) []Key {
	if kid == "" {
		return keys
	}
	if named := withID(keys, kid); len(named) > 0 {
		return named
	}
	return slices.DeleteFunc(slices.Clone(keys), func(k Key) bool { return k.ID != "" })
}

// namesNone says that the kid is that of no key.
func namesNone(kid string, keys []Key) string {
	const shown = 5
	ids := make([]string, 0, shown+1)
	for _, k := range keys {
		if len(ids) == shown {
			ids = append(ids, "…")
			break
		}
		if k.ID != "" {
			ids = append(ids, harmless(short(k.ID)))
		}
	}
	if len(keys) == 1 {
		return fmt.Sprintf("its kid %s is not that of the key (%s)", quote(kid), ids[0])
	}
	return fmt.Sprintf("its kid %s names none of the %d keys (%s)", quote(kid), len(keys), strings.Join(ids, ", "))
}

// withID are the keys whose ID is the token's kid.
func withID(keys []Key, kid string) []Key {
	var named []Key
	for _, k := range keys {
		if kid != "" && k.ID == kid {
			named = append(named, k)
		}
	}
	return named
}

// misfit says why a signature by the algorithm is not checked with the key, "" if
// it is.
func (k Key) misfit(a algorithm) string {
	if !a.suits(k) {
		return fmt.Sprintf("%s, and this is %s", a.takes(), model.Article(k.describe()))
	}
	var err error
	switch public := k.Public.(type) {
	case *rsa.PublicKey:
		err = fitRSA(public)
	case ed25519.PublicKey:
		err = fitEd(public)
	case nil:
		switch {
		case len(k.Secret) == 0:
			return "the secret is empty"
		case isPublicKey(k.Secret):
			// The confusion of RFC 8725, section 2.1: what everybody has is no secret.
			return fmt.Sprintf("%s, and this is the text of a key taken for one", a.takes())
		}
	}
	if err == nil {
		err = k.forSignatures()
	}
	switch {
	case err != nil:
		return err.Error()
	case k.Operations != nil && !slices.Contains(k.Operations, "verify"):
		return fmt.Sprintf("its key_ops are %.64q, not verify", k.Operations)
	case !k.isFor(a):
		return fmt.Sprintf("the key is for %s, the token is signed with %s", k.Algorithm, a.name)
	}
	return ""
}

// isFor reports whether the key's alg lets it check a signature by a. One for
// RSA-PSS also checks signatures by RSA-PSS with a longer hash, never a shorter
// one, which is how Wycheproof reads RFC 7517 section 4.4 ("intended for use");
// such a token is verified and not good.
func (k Key) isFor(a algorithm) bool {
	own, ok := algorithmNamed(k.Algorithm)
	return !ok || own.name == a.name || own.pss && a.pss && a.hash.Size() > own.hash.Size()
}

// isOpenSSH reports an OpenSSH public key: in one line, as SSH2 (RFC 4716), or in its
// binary form (RFC 4253, section 6.6).
func isOpenSSH(data []byte) bool {
	for _, begin := range []string{"ssh-rsa ", "ssh-dss ", "ssh-ed25519 ", "ecdsa-sha2-nistp", "sk-ssh-ed25519@", "sk-ecdsa-sha2-", "---- BEGIN SSH2", "\x00\x00\x00\x07ssh-", "\x00\x00\x00\x0bssh-", "\x00\x00\x00\x13ecdsa-sha2-", "AAAAB3NzaC", "AAAAC3NzaC", "AAAAE2VjZHNh"} {
		if bytes.HasPrefix(data, []byte(begin)) {
			return true
		}
	}
	return false
}

// isPublicKey reports whether a secret is a key in PEM, DER, JWK or OpenSSH form, as
// it stands or in base64 or hex.
func isPublicKey(secret []byte) bool {
	if isKeyForm(secret) {
		return true
	}
	text := strings.TrimSpace(string(secret))
	if plain, err := decodeBase64(text); err == nil && isKeyForm(plain) {
		return true
	}
	plain, err := hex.DecodeString(text)
	return err == nil && isKeyForm(plain)
}

func isKeyForm(secret []byte) bool {
	const shortest = 44 // Ed25519 in DER
	if len(secret) < shortest || isPEM(secret) || isOpenSSH(secret) {
		return isPEM(secret) || isOpenSSH(secret)
	}
	_, _, err := readKeys(secret, Key.forSignatures)
	return err == nil
}

// isSizeProblem tells the problem with a token's length, which says nothing about
// its signature, from those with its form.
func isSizeProblem(p Problem) bool { return strings.Contains(p.Message, "bytes long") }

// sizeCheck holds the length against what this server takes.
func sizeCheck(raw string) Check {
	return Check{"size", false, fmt.Sprintf("%d bytes long; a Keydeck server takes at most %d", len(raw), model.MaxTokenBytes)}
}
