package inspect

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"keydeck/model"
)

func (l *linter) finding(s Severity, rule, reference, format string, args ...any) {
	l.found = append(l.found, Finding{s, rule, harmless(fmt.Sprintf(format, args...)), reference})
}

// keyMembers are the header members by which a token brings the key to check it with.
var keyMembers = []struct{ name, reference string }{
	{"jku", "RFC 7515, section 4.1.2"},
	{"jwk", "RFC 7515, section 4.1.3"},
	{"x5u", "RFC 7515, section 4.1.5"},
	{"x5c", "RFC 7515, section 4.1.6"},
}

func (l *linter) headerFindings() {
	l.duplicateFindings(SegmentHeader, l.Header.Object, "RFC 7515, section 4")
	l.algorithmFindings()
	if m, ok := l.Header.Get("crit"); ok {
		l.finding(Warn, "crit", "RFC 7515, section 4.1.11", "crit %s: whoever does not know every name in it must refuse the token; a Keydeck server knows none", short(m.Raw))
	}
	if m, ok := l.Header.Get("b64"); ok {
		l.finding(Warn, "b64", "RFC 7797, section 3", "b64 %s: changes what the signature covers; a Keydeck server refuses it", short(m.Raw))
	}
	for _, k := range keyMembers {
		m, ok := l.Header.Get(k.name)
		if !ok {
			continue
		}
		l.finding(Warn, k.name, k.reference, "%s: the token brings or points to a key of its own; a verifier that follows it trusts whoever made the token", k.name)
		if k.name == "jwk" {
			l.privateKeyFinding(k.name, m)
		}
	}
	l.keyIDFindings()
	if l.Lacks(SegmentHeader, l.Header, "typ") {
		l.finding(Note, "typ", "RFC 8725, section 3.11", "no typ: one kind of token can be passed off as another")
	}
}

func (l *linter) algorithmFindings() {
	const registered = "RFC 7518, section 3.1"
	encrypted := l.Kind == KindJWE || l.Kind == KindJWEJSON
	m, ok := l.Header.Get("alg")
	if _, isString := m.Text(); !ok || !isString {
		if ok || l.Lacks(SegmentHeader, l.Header, "alg") {
			l.finding(Danger, "alg", "RFC 7515, section 4.1.1", "alg is missing or not a string")
		}
		return
	}
	_, signs := signatureAlgorithms[l.Algorithm]
	_, encrypts := keyAlgorithms[l.Algorithm]
	switch {
	case strings.EqualFold(l.Algorithm, "none"):
		l.finding(Danger, "alg_none", "RFC 8725, section 3.2", "alg none: not signed, anyone can write this")
	case l.Algorithm == "RS1" || l.Algorithm == "HS1":
		l.finding(Danger, "alg_weak", "RFC 8725, section 3.2", "alg %s: SHA-1 is broken", l.Algorithm)
	case l.Algorithm == "RSA1_5" && encrypted:
		l.finding(Warn, "alg_weak", "RFC 8725, section 3.2", "alg RSA1_5: a server that says how decrypting failed gives the key away; RSA-OAEP has no such fault")
	case encrypted && signs:
		l.finding(Danger, "alg_kind", "RFC 7516, section 4.1.1", "alg %s signs, and this token is encrypted", l.Algorithm)
	case !encrypted && encrypts:
		l.finding(Danger, "alg_kind", registered, "alg %s encrypts keys, and this token is signed: a careless verifier takes it for another kind", l.Algorithm)
	case signs || encrypts:
	default:
		name, ok := respell(signatureAlgorithms, l.Algorithm)
		if !ok {
			name, ok = respell(keyAlgorithms, l.Algorithm)
		}
		if ok {
			l.finding(Warn, "alg_case", "RFC 7515, section 4.1.1", "alg %s: names count in upper and lower case, this one is %s", quote(l.Algorithm), name)
			return
		}
		l.finding(Warn, "alg_unknown", registered, "alg %s is not registered: few or none can check it", quote(l.Algorithm))
	}
}

func (l *linter) signatureFindings() {
	empty := len(l.Signature) == 0 && !l.Incomplete(SegmentSignature)
	switch none := strings.EqualFold(l.Algorithm, "none"); {
	case empty && !none:
		l.finding(Danger, "no_signature", "RFC 7515, section 5.2", "the signature is empty")
	case !empty && none:
		l.finding(Warn, "alg_none", "RFC 7518, section 3.6", "alg none, and yet there is a signature")
	case !empty && !l.Incomplete(SegmentSignature):
		l.signatureSize()
	}
}

// signatureSize holds the length of the signature against the algorithm.
func (l *linter) signatureSize() {
	a, n := signatureAlgorithms[l.Algorithm], len(l.Signature)
	const weakRSA = 2048 / 8
	rsa := FamilyOf(l.Algorithm) == FamilyRSA
	switch {
	case len(a.sizes) == 0:
	case rsa && n < weakRSA && n >= a.sizes[0]:
		l.finding(Warn, "weak_key", "RFC 7518, section 3.3", "signed with an RSA key of %d bits; at least 2048 are required", n*8)
	case rsa && n >= a.sizes[0] && n <= 2*a.sizes[len(a.sizes)-1]:
	case !rsa && slices.Contains(a.sizes, n):
	case strings.HasPrefix(l.Algorithm, "ES") && n > 8 && l.Signature[0] == 0x30:
		l.finding(Danger, "signature_form", "RFC 7518, section 3.4", "the signature is in DER, as TLS has it; a token has the two numbers side by side")
	default:
		l.finding(Danger, "signature_size", "RFC 7518, section 3", "the signature has %d bytes; %s makes %s: it was cut off, or made by something else", n, l.Algorithm, sizes(a.sizes))
	}
}

func sizes(list []int) string {
	if len(list) > 2 {
		return fmt.Sprintf("%d or more", list[0])
	}
	words := make([]string, len(list))
	for i, n := range list {
		words[i] = strconv.Itoa(n)
	}
	return strings.Join(words, " or ")
}

// sizeFindings says where a token of this length will not fit.
func (l *linter) sizeFindings() {
	const cookie, header = 4096, 8192
	switch n := len(l.Raw); {
	case n > model.MaxTokenBytes:
		l.finding(Warn, "size", "RFC 9110, section 5.4", "%d bytes: a Keydeck server takes no token over %d", n, model.MaxTokenBytes)
	case n > header:
		l.finding(Warn, "size", "RFC 9110, section 5.4", "%d bytes: many servers take no header over %d", n, header)
	case n > cookie:
		l.finding(Note, "size", "RFC 6265, section 6.1", "%d bytes: it fits into no cookie, of which browsers keep %d", n, cookie)
	}
}

func (l *linter) claimsFindings() {
	l.duplicateFindings(SegmentPayload, l.Claims.Object, "RFC 7519, section 4")
	if l.Incomplete(SegmentPayload) && len(l.Claims.Members) == 0 {
		return
	}
	l.claimTypeFindings()
	l.timeFindings()
	if l.Lacks(SegmentPayload, l.Claims, "aud") {
		l.finding(Note, "aud", "RFC 8725, section 3.9", "no aud: any service that trusts this issuer takes it")
	}
	l.typeFindings()
}

// claimTypeFindings is what a strict verifier refuses registered claims for.
func (l *linter) claimTypeFindings() {
	for _, c := range []struct{ name, reference string }{
		{"iss", "RFC 7519, section 4.1.1"}, {"sub", "RFC 7519, section 4.1.2"}, {"jti", "RFC 7519, section 4.1.7"},
	} {
		if m, ok := l.Claims.Get(c.name); ok && !strings.HasPrefix(m.Raw, `"`) {
			l.finding(Danger, c.name, c.reference, "%s %s is not a string", c.name, short(m.Raw))
		}
	}
	m, ok := l.Claims.Get("aud")
	if !ok || strings.HasPrefix(m.Raw, `"`) {
		return
	}
	notString := func(i Member) bool { return !strings.HasPrefix(i.Raw, `"`) }
	if strings.HasPrefix(m.Raw, "[") && !slices.ContainsFunc(Elements(m.Raw, model.MaxJSONDepth), notString) {
		return
	}
	l.finding(Danger, "aud", "RFC 7519, section 4.1.3", "aud %s is neither a string nor an array of strings", short(m.Raw))
}

// ownTypes are the tokens that some claim gives away, and the typ they must have.
var ownTypes = []struct{ claim, typ, reference string }{
	{"htm", "dpop+jwt", "RFC 9449, section 4.2"},
	{"events", "secevent+jwt", "RFC 8417, section 2.3"},
	{"toe", "secevent+jwt", "RFC 8417, section 2.3"},
	{"token_introspection", "token-introspection+jwt", "RFC 9701, section 5"},
}

// typeFindings holds typ against what the claims show the token to be.
func (l *linter) typeFindings() {
	for _, own := range ownTypes {
		if _, ok := l.Claims.Get(own.claim); !ok || strings.EqualFold(strings.TrimPrefix(strings.ToLower(l.Type), "application/"), own.typ) {
			continue
		}
		if own.typ == "secevent+jwt" && strings.EqualFold(l.Type, "logout+jwt") {
			continue // OpenID Connect Back-Channel Logout 1.0, section 2.4
		}
		if l.Type == "" || strings.EqualFold(l.Type, "JWT") {
			l.finding(Warn, "typ_kind", own.reference, "%s makes it a token of the kind %s, and typ does not say so: it can be passed off as another kind", own.claim, own.typ)
			return
		}
	}
}

// longLifetime is a day: bearer tokens should live an hour or less.
const longLifetime = 24 * time.Hour

func (l *linter) timeFindings() {
	for _, name := range []string{"exp", "nbf", "iat"} {
		m, ok := l.Claims.Get(name)
		if !ok {
			continue
		}
		switch at, unit := ReadTime(name, m.Raw); {
		case unit == "":
			l.finding(Danger, name, "RFC 7519, section 2", "%s %s is not a date in seconds since 1970", name, short(m.Raw))
		case unit == Seconds && at.Equal(Farthest):
			never := "the token is never valid in practice"
			if name == "exp" {
				never = "it never expires in practice"
			}
			l.finding(Warn, name+"_far", "RFC 7519, section 2", "%s %s lies after the year 9999: %s", name, short(m.Raw), never)
		case unit == Seconds:
		default:
			l.finding(Warn, name+"_"+string(unit), "RFC 7519, section 2", "%s is in %s: read as the seconds it should be, it lies after the year 9999", name, unit)
		}
	}
	if l.Lacks(SegmentPayload, l.Claims, "exp") {
		l.finding(Warn, "no_exp", "RFC 7519, section 4.1.4", "no exp: valid until the key is changed")
	}
	// Lifetimes are the same whenever one looks.
	c := l.Clocks(time.Unix(0, 0))
	switch {
	case c.ExpiresAt == nil:
	case c.NotBefore != nil && !c.NotBefore.At.Before(c.ExpiresAt.At), c.Lifetime < 0:
		l.finding(Warn, "never_valid", "RFC 7519, section 4.1.4", "it expires before it begins")
	case c.Lifetime > longLifetime:
		l.finding(Note, "lifetime", "RFC 6750, section 5.3", "lives for %s: who finds it can use it that long", spell(cmp.Or(c.IssuedAt, c.NotBefore).At, c.ExpiresAt.At))
	}
}

func (l *linter) duplicateFindings(part string, o Object, reference string) {
	const shown = 5 // a text of a million duplicates is one finding, not a million
	var names []string
	for _, d := range o.Duplicates {
		if len(names) == shown {
			break
		}
		if !slices.Contains(names, d.Name) {
			names = append(names, d.Name)
		}
	}
	for i, name := range names {
		names[i] = short(strconv.QuoteToASCII(name))
	}
	if names != nil {
		l.finding(Danger, "duplicate", reference, "%s: %s is there more than once, and readers differ in which one counts", part, strings.Join(names, ", "))
	}
}
