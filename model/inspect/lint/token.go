package lint

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"keydeck/model"
	"keydeck/model/inspect/internal/display"
	"keydeck/model/inspect/jwa"
	"keydeck/model/inspect/jwt"
	"keydeck/model/inspect/strict"
)

func (l *linter) finding(s jwt.Severity, rule, reference, format string, args ...any) {
	l.found = append(l.found, jwt.Finding{Severity: s, Rule: rule, Text: display.Escape(fmt.Sprintf(format, args...)), Reference: reference})
}

// keyMembers are the header members that bring or point to a key.
var keyMembers = []struct{ name, reference string }{
	{"jku", "RFC 7515, section 4.1.2"},
	{"jwk", "RFC 7515, section 4.1.3"},
	{"x5u", "RFC 7515, section 4.1.5"},
	{"x5c", "RFC 7515, section 4.1.6"},
}

func (l *linter) headerFindings() {
	l.duplicateFindings(jwt.SegmentHeader, l.Header.Object, "RFC 7515, section 4")
	l.algorithmFindings()
	if m, ok := l.Header.Get("crit"); ok {
		l.finding(jwt.Warn, "crit", "RFC 7515, section 4.1.11", "crit %s: whoever does not know every name in it must refuse the token; a Keydeck server knows none", display.Short(m.Raw))
	}
	if m, ok := l.Header.Get("b64"); ok {
		l.finding(jwt.Warn, "b64", "RFC 7797, section 3", "b64 %s: changes what the signature covers; a Keydeck server refuses it", display.Short(m.Raw))
	}
	for _, k := range keyMembers {
		m, ok := l.Header.Get(k.name)
		if !ok {
			continue
		}
		l.finding(jwt.Warn, k.name, k.reference, "%s: the token brings or points to a key of its own; a verifier that follows it trusts whoever made the token", k.name)
		if k.name == "jwk" {
			l.privateKeyFinding(k.name, m)
		}
	}
	l.keyIDFindings()
	if l.Lacks(jwt.SegmentHeader, l.Header, "typ") {
		l.finding(jwt.Note, "typ", "RFC 8725, section 3.11", "no typ: one kind of token can be passed off as another")
	}
}

func (l *linter) algorithmFindings() {
	const registered = "RFC 7518, section 3.1"
	encrypted := l.Kind == jwt.KindJWE || l.Kind == jwt.KindJWEJSON
	m, ok := l.Header.Get("alg")
	if _, isString := m.Text(); !ok || !isString {
		if ok || l.Lacks(jwt.SegmentHeader, l.Header, "alg") {
			l.finding(jwt.Danger, "alg", "RFC 7515, section 4.1.1", "alg is missing or not a string")
		}
		return
	}
	_, signs := jwa.SignatureAlgorithms[l.Algorithm]
	_, encrypts := jwa.KeyAlgorithms[l.Algorithm]
	switch {
	case strings.EqualFold(l.Algorithm, "none"):
		l.finding(jwt.Danger, "alg_none", "RFC 8725, section 3.2", "alg none: not signed, anyone can write this")
	case l.Algorithm == "RS1" || l.Algorithm == "HS1":
		l.finding(jwt.Danger, "alg_weak", "RFC 8725, section 3.2", "alg %s: SHA-1 is broken", l.Algorithm)
	case l.Algorithm == "RSA1_5" && encrypted:
		l.finding(jwt.Warn, "alg_weak", "RFC 8725, section 3.2", "alg RSA1_5: a server that says how decrypting failed gives the key away; RSA-OAEP has no such fault")
	case encrypted && signs:
		l.finding(jwt.Danger, "alg_kind", "RFC 7516, section 4.1.1", "alg %s signs, and this token is encrypted", l.Algorithm)
	case !encrypted && encrypts:
		l.finding(jwt.Danger, "alg_kind", registered, "alg %s encrypts keys, and this token is signed: a careless verifier takes it for another kind", l.Algorithm)
	case signs || encrypts:
	default:
		name, ok := jwa.Respell(jwa.SignatureAlgorithms, l.Algorithm)
		if !ok {
			name, ok = jwa.Respell(jwa.KeyAlgorithms, l.Algorithm)
		}
		if ok {
			l.finding(jwt.Warn, "alg_case", "RFC 7515, section 4.1.1", "alg %s: names count in upper and lower case, this one is %s", display.Quote(l.Algorithm), name)
			return
		}
		l.finding(jwt.Warn, "alg_unknown", registered, "alg %s is not registered: few or none can check it", display.Quote(l.Algorithm))
	}
}

func (l *linter) signatureFindings() {
	empty := len(l.Signature) == 0 && !l.Incomplete(jwt.SegmentSignature)
	switch none := strings.EqualFold(l.Algorithm, "none"); {
	case empty && !none:
		l.finding(jwt.Danger, "no_signature", "RFC 7515, section 5.2", "the signature is empty")
	case !empty && none:
		l.finding(jwt.Warn, "alg_none", "RFC 7518, section 3.6", "alg none, and yet there is a signature")
	case !empty && !l.Incomplete(jwt.SegmentSignature):
		l.signatureSize()
	}
}

// signatureSize compares the length of the signature with the algorithm.
func (l *linter) signatureSize() {
	a, n := jwa.SignatureAlgorithms[l.Algorithm], len(l.Signature)
	const weakRSA = 2048 / 8
	rsa := jwa.FamilyOf(l.Algorithm) == jwa.FamilyRSA
	switch {
	case len(a.Sizes) == 0:
	case rsa && n < weakRSA && n >= a.Sizes[0]:
		l.finding(jwt.Warn, "weak_key", "RFC 7518, section 3.3", "signed with an RSA key of %d bits; at least 2048 are required", n*8)
	case rsa && n >= a.Sizes[0] && n <= 2*a.Sizes[len(a.Sizes)-1]:
	case !rsa && slices.Contains(a.Sizes, n):
	case strings.HasPrefix(l.Algorithm, "ES") && n > 8 && l.Signature[0] == 0x30:
		l.finding(jwt.Danger, "signature_form", "RFC 7518, section 3.4", "the signature is in DER, as TLS has it; a token has the two numbers side by side")
	default:
		l.finding(jwt.Danger, "signature_size", "RFC 7518, section 3", "the signature has %d bytes; %s makes %s: it was cut off, or made by something else", n, l.Algorithm, sizes(a.Sizes))
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
	return model.AnyOf(words)
}

// sizeFindings says where a token of this length does not fit.
func (l *linter) sizeFindings() {
	const cookie, header = 4096, 8192
	switch n := len(l.Raw); {
	case n > model.MaxTokenBytes:
		l.finding(jwt.Warn, "size", "RFC 9110, section 5.4", "%s bytes: a Keydeck server takes no token over %s", model.Count(int64(n)), model.Count(model.MaxTokenBytes))
	case n > header:
		l.finding(jwt.Warn, "size", "RFC 9110, section 5.4", "%s bytes: many servers take no header over %s", model.Count(int64(n)), model.Count(header))
	case n > cookie:
		l.finding(jwt.Note, "size", "RFC 6265, section 6.1", "%s bytes: too long for a cookie; browsers keep %s", model.Count(int64(n)), model.Count(cookie))
	}
}

func (l *linter) claimsFindings() {
	l.duplicateFindings(jwt.SegmentPayload, l.Claims.Object, "RFC 7519, section 4")
	if l.Incomplete(jwt.SegmentPayload) && len(l.Claims.Members) == 0 {
		return
	}
	l.claimTypeFindings()
	l.timeFindings()
	if l.Lacks(jwt.SegmentPayload, l.Claims, "aud") {
		l.finding(jwt.Note, "aud", "RFC 8725, section 3.9", "no aud: any service that trusts this issuer takes it")
	}
	l.typeFindings()
}

// claimTypeFindings is why strict verifiers reject registered claims.
func (l *linter) claimTypeFindings() {
	for _, c := range []struct{ name, reference string }{
		{"iss", "RFC 7519, section 4.1.1"}, {"sub", "RFC 7519, section 4.1.2"}, {"jti", "RFC 7519, section 4.1.7"},
	} {
		if m, ok := l.Claims.Get(c.name); ok && !strings.HasPrefix(m.Raw, `"`) {
			l.finding(jwt.Danger, c.name, c.reference, "%s %s is not a string", c.name, display.Short(m.Raw))
		}
	}
	m, ok := l.Claims.Get("aud")
	if !ok || strings.HasPrefix(m.Raw, `"`) {
		return
	}
	notString := func(i strict.Member) bool { return !strings.HasPrefix(i.Raw, `"`) }
	if strings.HasPrefix(m.Raw, "[") && !slices.ContainsFunc(strict.Elements(m.Raw, model.MaxJSONDepth), notString) {
		return
	}
	l.finding(jwt.Danger, "aud", "RFC 7519, section 4.1.3", "aud %s is neither a string nor an array of strings", display.Short(m.Raw))
}

// ownTypes are kinds of tokens that a claim gives away, and the typ that they must
// have.
var ownTypes = []struct{ claim, typ, reference string }{
	{"htm", "dpop+jwt", "RFC 9449, section 4.2"},
	{"events", "secevent+jwt", "RFC 8417, section 2.3"},
	{"toe", "secevent+jwt", "RFC 8417, section 2.3"},
	{"token_introspection", "token-introspection+jwt", "RFC 9701, section 5"},
}

// typeFindings compares typ with what the claims show the token to be.
func (l *linter) typeFindings() {
	for _, own := range ownTypes {
		if _, ok := l.Claims.Get(own.claim); !ok || strings.EqualFold(strings.TrimPrefix(strings.ToLower(l.Type), "application/"), own.typ) {
			continue
		}
		if own.typ == "secevent+jwt" && strings.EqualFold(l.Type, "logout+jwt") {
			continue // OpenID Connect Back-Channel Logout 1.0, section 2.4
		}
		if l.Type == "" || strings.EqualFold(l.Type, "JWT") {
			l.finding(jwt.Warn, "typ_kind", own.reference, "%s makes it a token of the kind %s, and typ does not say so: it can be passed off as another kind", own.claim, own.typ)
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
		switch at, unit := jwt.ReadTime(name, m.Raw); {
		case unit == "":
			l.finding(jwt.Danger, name, "RFC 7519, section 2", "%s %s is not a date in seconds since 1970", name, display.Short(m.Raw))
		case unit == jwt.Seconds && at.Equal(jwt.MaxDate):
			never := "the token is never valid in practice"
			if name == "exp" {
				never = "it never expires in practice"
			}
			l.finding(jwt.Warn, name+"_far", "RFC 7519, section 2", "%s %s lies after the year 9999: %s", name, display.Short(m.Raw), never)
		case unit == jwt.Seconds:
		default:
			l.finding(jwt.Warn, name+"_"+string(unit), "RFC 7519, section 2", "%s is in %s: read as the seconds it should be, it lies after the year 9999", name, unit)
		}
	}
	if l.Lacks(jwt.SegmentPayload, l.Claims, "exp") {
		l.finding(jwt.Warn, "no_exp", "RFC 7519, section 4.1.4", "no exp: valid until the key is changed")
	}
	// Any now will do for a lifetime.
	c := l.Clocks(time.Unix(0, 0))
	switch {
	case c.ExpiresAt == nil:
	case c.NotBefore != nil && !c.NotBefore.At.Before(c.ExpiresAt.At), c.Lifetime < 0:
		l.finding(jwt.Warn, "never_valid", "RFC 7519, section 4.1.4", "it expires before it begins")
	case c.Lifetime > longLifetime:
		l.finding(jwt.Note, "lifetime", "RFC 6750, section 5.3", "lives for %s: who finds it can use it that long", model.Between(cmp.Or(c.IssuedAt, c.NotBefore).At, c.ExpiresAt.At))
	}
}

func (l *linter) duplicateFindings(part string, o strict.Object, reference string) {
	const shown = 5 // a million duplicates are still one finding
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
		names[i] = display.Quote(name)
	}
	if names != nil {
		l.finding(jwt.Danger, "duplicate", reference, "%s: %s is there more than once, and readers differ in which one counts", part, strings.Join(names, ", "))
	}
}
