package inspect

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Severity of a finding, in a word.
type Severity string

const (
	Danger Severity = "danger" // no verifier should accept this
	Warn   Severity = "warn"   // some verifiers refuse this, and they are right
	Note   Severity = "note"   // allowed, and worth knowing
)

// Finding is something about a token that deserves a second look. Rule is a
// stable word for scripts; Reference is where the reason is written down.
type Finding struct {
	Severity  Severity `json:"severity"`
	Rule      string   `json:"rule"`
	Text      string   `json:"text"`
	Reference string   `json:"reference"`
}

func (t *Token) finding(s Severity, rule, reference, format string, args ...any) {
	t.Findings = append(t.Findings, Finding{s, rule, fmt.Sprintf(format, args...), reference})
}

// ownKeys are the header members by which a token brings the key to check it with.
var ownKeys = []struct{ name, reference string }{
	{"jku", "RFC 7515, section 4.1.2"},
	{"jwk", "RFC 7515, section 4.1.3"},
	{"x5u", "RFC 7515, section 4.1.5"},
	{"x5c", "RFC 7515, section 4.1.6"},
}

func (t *Token) headerFindings() {
	t.duplicateFindings(SegmentHeader, t.Header, "RFC 7515, section 4")
	t.algorithmFindings()
	if m, ok := t.Header.Get("crit"); ok {
		t.finding(Warn, "crit", "RFC 7515, section 4.1.11", "crit %s: whoever does not know every name in it must refuse the token; this server knows none", short(m.Raw))
	}
	if m, ok := t.Header.Get("b64"); ok {
		t.finding(Warn, "b64", "RFC 7797, section 3", "b64 %s: changes what the signature covers; this server refuses it", short(m.Raw))
	}
	for _, k := range ownKeys {
		if _, ok := t.Header.Get(k.name); ok {
			t.finding(Warn, k.name, k.reference, "%s: the token brings or points to a key of its own; a verifier that follows it trusts whoever made the token", k.name)
		}
	}
	t.keyIDFindings()
	if t.lacks(SegmentHeader, t.Header, "typ") {
		t.finding(Note, "typ", "RFC 8725, section 3.11", "no typ: one kind of token can be passed off as another")
	}
}

// lacks reports whether the part is without the member. Of a broken part nobody
// can tell: what is missing may stand behind the fault.
func (t *Token) lacks(part string, p Part, name string) bool {
	_, ok := p.Get(name)
	return !ok && !t.broken(part)
}

// algNone is the algorithm of a token without a signature (RFC 7518, section 3.6).
const algNone = "none"

func (t *Token) algorithmFindings() {
	m, ok := t.Header.Get("alg")
	if _, isString := m.Text(); ok && !isString || t.lacks(SegmentHeader, t.Header, "alg") {
		t.finding(Danger, "alg", "RFC 7515, section 4.1.1", "alg is missing or not a string")
	}
	if strings.EqualFold(t.Algorithm, algNone) {
		t.finding(Danger, "alg_none", "RFC 8725, section 3.2", "alg none: not signed, anyone can write this")
	}
}

func (t *Token) keyIDFindings() {
	m, ok := t.Header.Get("kid")
	if !ok {
		return
	}
	kid, isString := m.Text()
	switch {
	case !isString:
		t.finding(Danger, "kid", "RFC 7515, section 4.1.4", "kid is not a string")
	case !isPlainID(kid):
		t.finding(Warn, "kid", "RFC 8725, section 3.10", "kid %s is not a plain identifier: a careless verifier may use it as a path, a query or a URL", short(strconv.QuoteToASCII(kid)))
	}
}

// maxPlainID is longer than a UUID, a thumbprint of 512 bits or a sane key name.
const maxPlainID = 128

func isPlainID(s string) bool {
	return s != "" && len(s) <= maxPlainID && !strings.Contains(s, "..") && strings.IndexFunc(s, func(r rune) bool {
		return notBase64URL(r) && !strings.ContainsRune(".:=+~@", r)
	}) < 0
}

func (t *Token) signatureFindings() {
	empty := len(t.Signature) == 0 && !t.broken(SegmentSignature)
	switch none := strings.EqualFold(t.Algorithm, algNone); {
	case empty && !none:
		t.finding(Danger, "no_signature", "RFC 7515, section 5.2", "the signature is empty")
	case !empty && none:
		t.finding(Warn, "alg_none", "RFC 7518, section 3.6", "alg none, and yet there is a signature")
	}
}

func (t *Token) claimsFindings() {
	t.duplicateFindings(SegmentPayload, t.Claims, "RFC 7519, section 4")
	t.timeFindings()
	if t.lacks(SegmentPayload, t.Claims, "aud") {
		t.finding(Note, "aud", "RFC 8725, section 3.9", "no aud: any service that trusts this issuer takes it")
	}
}

func (t *Token) timeFindings() {
	for _, name := range []string{"exp", "nbf", "iat"} {
		m, ok := t.Claims.Get(name)
		if !ok {
			continue
		}
		switch _, state := readTime(name, m.Raw); state {
		case timeInvalid:
			t.finding(Danger, name, "RFC 7519, section 2", "%s %s is not a date in seconds since 1970", name, short(m.Raw))
		case timeMillis:
			t.finding(Warn, name+"_milliseconds", "RFC 7519, section 2", "%s is in milliseconds: read as the seconds it should be, it lies after the year 9999", name)
		}
	}
	if t.lacks(SegmentPayload, t.Claims, "exp") {
		t.finding(Warn, "no_exp", "RFC 7519, section 4.1.4", "no exp: valid until the key is changed")
	}
	// Lifetimes are the same whenever one looks.
	c := t.Clocks(epoch)
	switch {
	case c.ExpiresAt == nil:
	case c.NotBefore != nil && !c.NotBefore.At.Before(c.ExpiresAt.At), c.Lifetime < 0:
		t.finding(Warn, "never_valid", "RFC 7519, section 4.1.4", "it expires before it begins")
	case c.Lifetime > longLifetime:
		t.finding(Note, "lifetime", "RFC 6750, section 5.3", "lives for %s: who finds it can use it that long", spell(cmp.Or(c.IssuedAt, c.NotBefore).At, c.ExpiresAt.At))
	}
}

func (t *Token) duplicateFindings(part string, p Part, reference string) {
	const shown = 5 // a text of a million duplicates is one finding, not a million
	var names []string
	for _, d := range p.Duplicates {
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
		t.finding(Danger, "duplicate", reference, "%s: %s is there more than once, and readers differ in which one counts", part, strings.Join(names, ", "))
	}
}
