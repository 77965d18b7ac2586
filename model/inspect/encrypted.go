package inspect

import (
	"fmt"
	"strconv"
	"strings"
)

// Iterations of PBES2: fewer are too easily guessed (RFC 7518, section 4.8.1.2),
// more keep a server busy for seconds for every token that anybody sends.
const (
	leastIterations = 1000
	mostIterations  = 1_000_000
	leastSalt       = 8 // bytes, RFC 7518, section 4.8.1.1
)

// encryptedProblems holds the decoded parts of a JWE against its header (RFC 7516,
// section 5.2; RFC 7518, section 5).
func (t *Token) encryptedProblems(parts map[string][]byte) {
	if enc, ok := contentEncryptions[t.Encryption]; ok {
		for _, want := range []struct {
			segment string
			size    int
		}{{SegmentIV, enc.iv}, {SegmentTag, enc.tag}} {
			if got := len(parts[want.segment]); got != want.size && !t.broken(want.segment) {
				t.problem(want.segment, -1, fmt.Sprintf("%d bytes; %s has %d", got, t.Encryption, want.size))
			}
		}
		if n := len(parts[SegmentCiphertext]); enc.iv == 16 && (n == 0 || n%16 != 0) && !t.broken(SegmentCiphertext) {
			t.problem(SegmentCiphertext, -1, fmt.Sprintf("%d bytes; %s makes whole blocks of 16", n, t.Encryption))
		}
	}
	direct := t.Algorithm == "dir" || t.Algorithm == "ECDH-ES"
	key := len(parts[SegmentEncryptedKey])
	switch _, known := keyAlgorithms[t.Algorithm]; {
	case direct && key > 0:
		t.problem(SegmentEncryptedKey, -1, "there must be none with "+t.Algorithm)
	case known && !direct && key == 0 && !t.broken(SegmentEncryptedKey):
		t.problem(SegmentEncryptedKey, -1, "empty, and "+t.Algorithm+" has one")
	}
}

func (t *Token) encryptedFindings() {
	t.finding(Note, "encrypted", "RFC 7516, section 3", "encrypted%s: only the header can be read without the key", how(t.Algorithm, t.Encryption))
	t.encryptionFindings()
	switch m, ok := t.Header.Get("zip"); {
	case !ok:
	case m.Raw == `"DEF"`:
		t.finding(Warn, "zip", "RFC 8725, section 3.6", "compressed before it was encrypted: its length tells of what is in it, and a small token can unpack to gigabytes")
	default:
		t.finding(Warn, "zip", "RFC 7516, section 4.1.3", "zip %s: no such compression is registered", short(m.Raw))
	}
	t.agreementFindings()
	t.passwordFindings()
}

// how names the two algorithms.
func how(alg, enc string) string {
	var out []string
	if d := keyAlgorithms[alg]; d != "" {
		out = append(out, alg+" ("+d+")")
	}
	if d := contentEncryptions[enc].text; d != "" {
		out = append(out, enc+" ("+d+")")
	}
	if out == nil {
		return ""
	}
	return " with " + strings.Join(out, " and ")
}

func (t *Token) encryptionFindings() {
	const registered = "RFC 7518, section 5.1"
	m, ok := t.Header.Get("enc")
	if _, isString := m.Text(); !ok || !isString {
		if ok || t.lacks(SegmentHeader, t.Header, "enc") {
			t.finding(Danger, "enc", "RFC 7516, section 4.1.2", "enc is missing or not a string")
		}
		return
	}
	if _, known := contentEncryptions[t.Encryption]; known {
		return
	}
	if name, ok := respell(contentEncryptions, t.Encryption); ok {
		t.finding(Warn, "enc_case", registered, "enc %s: names count in upper and lower case, this one is %s", quote(t.Encryption), name)
		return
	}
	upper := strings.ToUpper(t.Encryption)
	for _, weak := range []string{"DES", "RC4", "RC2", "ECB", "NULL", "NONE", "CBC+HS"} {
		if strings.Contains(upper, weak) || upper == "A128CBC" || upper == "A192CBC" || upper == "A256CBC" {
			t.finding(Danger, "enc_weak", registered, "enc %s: weak, withdrawn, or without authentication: whoever takes it can be made to decrypt by guessing", quote(t.Encryption))
			return
		}
	}
	t.finding(Warn, "enc_unknown", registered, "enc %s is not registered: few or none can read it", quote(t.Encryption))
}

// agreementFindings looks at what ECDH-ES brings (RFC 7518, section 4.6.1).
func (t *Token) agreementFindings() {
	agreed := strings.HasPrefix(t.Algorithm, "ECDH-ES")
	for _, name := range []string{"apu", "apv"} {
		m, ok := t.Header.Get(name)
		if !ok {
			continue
		}
		text, isString := m.Text()
		_, err := strictBase64.DecodeString(text)
		switch {
		case !isString || err != nil:
			t.finding(Warn, name, "RFC 7518, section 4.6.1", "%s is not base64url: readers differ in the key that they derive", name)
		case !agreed:
			t.finding(Note, name, "RFC 7518, section 4.6.1", "%s means nothing with %s", name, orNone(t.Algorithm))
		}
	}
	m, ok := t.Header.Get("epk")
	switch {
	case agreed && !ok && !t.broken(SegmentHeader):
		t.finding(Danger, "epk", "RFC 7518, section 4.6.1.1", "no epk: without the sender's public key no key can be agreed on")
	case ok && !strings.HasPrefix(m.Raw, "{"):
		t.finding(Danger, "epk", "RFC 7518, section 4.6.1.1", "epk is not a key")
	case ok:
		t.privateKeyFinding("epk", m)
	}
}

// passwordFindings looks at what PBES2 brings (RFC 7518, section 4.8.1).
func (t *Token) passwordFindings() {
	if !strings.HasPrefix(t.Algorithm, "PBES2-") {
		return
	}
	if m, ok := t.Header.Get("p2c"); ok || t.lacks(SegmentHeader, t.Header, "p2c") {
		// Not as an integer: 1e9 is a number too, and as many rounds.
		switch n, err := strconv.ParseFloat(m.Raw, 64); {
		case !ok || err != nil && n == 0 || n < 1:
			t.finding(Danger, "p2c", "RFC 7518, section 4.8.1.2", "p2c is missing or no number of rounds")
		case n > mostIterations:
			t.finding(Danger, "p2c", "RFC 7518, section 4.8.1.2", "p2c %s: who takes it works for as long as the sender likes before he knows the token to be false", short(m.Raw))
		case n < leastIterations:
			t.finding(Warn, "p2c", "RFC 7518, section 4.8.1.2", "p2c %s: under %d rounds the password is soon guessed", short(m.Raw), leastIterations)
		}
	}
	if m, ok := t.Header.Get("p2s"); ok || t.lacks(SegmentHeader, t.Header, "p2s") {
		text, isString := m.Text()
		if salt, err := strictBase64.DecodeString(text); !ok || !isString || err != nil || len(salt) < leastSalt {
			t.finding(Warn, "p2s", "RFC 7518, section 4.8.1.1", "p2s is no salt of %d bytes or more", leastSalt)
		}
	}
	t.finding(Note, "password", "RFC 7518, section 8.8", "encrypted with a password: as safe as that is hard to guess")
}

// privateKeyFinding looks into an embedded key for what should never leave.
func (t *Token) privateKeyFinding(name string, m Member) {
	key, err := ParseObject(m.Raw, len(m.Raw))
	if err != nil {
		return
	}
	for _, secret := range []string{"d", "k", "p", "q"} {
		if _, ok := key.Get(secret); ok {
			t.finding(Danger, name+"_private", "RFC 7517, section 9.2", "%s holds %q, the private half: everybody who sees the token can use the key", name, secret)
			return
		}
	}
}

func orNone(s string) string {
	if s == "" {
		return "no alg"
	}
	return quote(s)
}

// quote writes a foreign name in quotes, cut to what fits into a line.
func quote(s string) string { return short(strconv.QuoteToASCII(s)) }
