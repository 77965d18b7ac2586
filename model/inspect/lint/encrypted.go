package lint

import (
	"strconv"
	"strings"

	"keydeck/model/inspect/internal/display"
	"keydeck/model/inspect/jwa"
	"keydeck/model/inspect/jwt"
	"keydeck/model/inspect/strict"
)

func (l *linter) encryptedFindings() {
	l.finding(jwt.Note, "encrypted", "RFC 7516, section 3", "encrypted%s: only the header can be read without the key", how(l.Algorithm, l.Encryption))
	l.encryptionFindings()
	switch m, ok := l.Header.Get("zip"); {
	case !ok:
	case m.Raw == `"DEF"`:
		l.finding(jwt.Warn, "zip", "RFC 8725, section 3.6", "compressed before it was encrypted: its length tells of what is in it, and a small token can unpack to gigabytes")
	default:
		l.finding(jwt.Warn, "zip", "RFC 7516, section 4.1.3", "zip %s: no such compression is registered", display.Short(m.Raw))
	}
	l.agreementFindings()
	l.passwordFindings()
}

// how names the two algorithms.
func how(alg, enc string) string {
	var out []string
	if d := jwa.KeyAlgorithms[alg]; d != "" {
		out = append(out, alg+" ("+d+")")
	}
	if d := jwa.ContentEncryptions[enc].Text; d != "" {
		out = append(out, enc+" ("+d+")")
	}
	if out == nil {
		return ""
	}
	return " with " + strings.Join(out, " and ")
}

func (l *linter) encryptionFindings() {
	const registered = "RFC 7518, section 5.1"
	m, ok := l.Header.Get("enc")
	if _, isString := m.Text(); !ok || !isString {
		if ok || l.Lacks(jwt.SegmentHeader, l.Header, "enc") {
			l.finding(jwt.Danger, "enc", "RFC 7516, section 4.1.2", "enc is missing or not a string")
		}
		return
	}
	if _, known := jwa.ContentEncryptions[l.Encryption]; known {
		return
	}
	if name, ok := jwa.Respell(jwa.ContentEncryptions, l.Encryption); ok {
		l.finding(jwt.Warn, "enc_case", registered, "enc %s: names count in upper and lower case, this one is %s", display.Quote(l.Encryption), name)
		return
	}
	upper := strings.ToUpper(l.Encryption)
	for _, weak := range []string{"DES", "RC4", "RC2", "ECB", "NULL", "NONE", "CBC+HS"} {
		if strings.Contains(upper, weak) || upper == "A128CBC" || upper == "A192CBC" || upper == "A256CBC" {
			l.finding(jwt.Danger, "enc_weak", registered, "enc %s: weak, withdrawn, or without authentication: whoever takes it can be made to decrypt by guessing", display.Quote(l.Encryption))
			return
		}
	}
	l.finding(jwt.Warn, "enc_unknown", registered, "enc %s is not registered: few or none can read it", display.Quote(l.Encryption))
}

// agreementFindings looks at the header members of ECDH-ES (RFC 7518, section 4.6.1).
func (l *linter) agreementFindings() {
	agreed := strings.HasPrefix(l.Algorithm, "ECDH-ES")
	for _, name := range []string{"apu", "apv"} {
		m, ok := l.Header.Get(name)
		if !ok {
			continue
		}
		text, isString := m.Text()
		_, err := strict.Base64URL.DecodeString(text)
		switch {
		case !isString || err != nil:
			l.finding(jwt.Warn, name, "RFC 7518, section 4.6.1", "%s is not base64url: readers differ in the key that they derive", name)
		case !agreed:
			l.finding(jwt.Note, name, "RFC 7518, section 4.6.1", "%s means nothing with %s", name, orNone(l.Algorithm))
		}
	}
	m, ok := l.Header.Get("epk")
	switch {
	case agreed && !ok && !l.Incomplete(jwt.SegmentHeader):
		l.finding(jwt.Danger, "epk", "RFC 7518, section 4.6.1.1", "no epk: without the sender's public key no key can be agreed on")
	case ok && !strings.HasPrefix(m.Raw, "{"):
		l.finding(jwt.Danger, "epk", "RFC 7518, section 4.6.1.1", "epk is not a key")
	case ok:
		l.privateKeyFinding("epk", m)
	}
}

// passwordFindings looks at the header members of PBES2 (RFC 7518, section 4.8.1).
func (l *linter) passwordFindings() {
	if !strings.HasPrefix(l.Algorithm, "PBES2-") {
		return
	}
	if m, ok := l.Header.Get("p2c"); ok || l.Lacks(jwt.SegmentHeader, l.Header, "p2c") {
		// A float, since 1e9 is a number of rounds too.
		switch n, err := strconv.ParseFloat(m.Raw, 64); {
		case !ok || err != nil && n == 0 || n < 1:
			l.finding(jwt.Danger, "p2c", "RFC 7518, section 4.8.1.2", "p2c is missing or no number of rounds")
		case n > jwa.MaxIterations:
			l.finding(jwt.Danger, "p2c", "RFC 7518, section 4.8.1.2", "p2c %s: who takes it works for as long as the sender likes before he knows the token to be false", display.Short(m.Raw))
		case n < jwa.MinIterations:
			l.finding(jwt.Warn, "p2c", "RFC 7518, section 4.8.1.2", "p2c %s: under %d rounds the password is soon guessed", display.Short(m.Raw), jwa.MinIterations)
		}
	}
	if m, ok := l.Header.Get("p2s"); ok || l.Lacks(jwt.SegmentHeader, l.Header, "p2s") {
		text, isString := m.Text()
		if salt, err := strict.Base64URL.DecodeString(text); !ok || !isString || err != nil || len(salt) < jwa.MinSalt {
			l.finding(jwt.Warn, "p2s", "RFC 7518, section 4.8.1.1", "p2s is no salt of %d bytes or more", jwa.MinSalt)
		}
	}
	l.finding(jwt.Note, "password", "RFC 7518, section 8.8", "encrypted with a password: as safe as that is hard to guess")
}

// privateKeyFinding looks for a private half in an embedded key.
func (l *linter) privateKeyFinding(name string, m strict.Member) {
	key, err := strict.ParseObject(m.Raw, len(m.Raw))
	if err != nil {
		return
	}
	for _, secret := range []string{"d", "k", "p", "q"} {
		if _, ok := key.Get(secret); ok {
			l.finding(jwt.Danger, name+"_private", "RFC 7517, section 9.2", "%s holds %q, the private half: everybody who sees the token can use the key", name, secret)
			return
		}
	}
}

func orNone(s string) string {
	if s == "" {
		return "no alg"
	}
	return display.Quote(s)
}
