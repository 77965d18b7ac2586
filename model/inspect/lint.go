package inspect

import (
	"fmt"
	"strings"

	"keydeck/model"
)

// linter collects the findings on one token.
type linter struct {
	*Token
	found []Finding
}

// LintToken sets the Findings of a token and of those within it.
func LintToken(t *Token) {
	l := linter{Token: t, found: []Finding{}}
	switch t.Kind {
	case KindJWS:
		l.sizeFindings()
		l.headerFindings()
		l.signatureFindings()
		l.payloadFindings()
	case KindJWE:
		l.sizeFindings()
		l.headerFindings()
		l.encryptedFindings()
	case KindJWSJSON:
		l.formFindings()
		for i, s := range t.Signatures {
			l.add(i, len(t.Signatures), signatureFindings(t, i, s))
		}
		l.finding(Note, "json_form", "RFC 7515, section 7.2", "a JWS in JSON form: a Keydeck server, and most, take the compact form alone")
		l.payloadFindings()
	case KindJWEJSON:
		l.formFindings()
		for i, r := range t.Recipients {
			l.add(i, len(t.Recipients), recipientFindings(r))
		}
		l.finding(Note, "json_form", "RFC 7516, section 7.2", "a JWE in JSON form: few take it")
	case KindKeyPair:
		l.formFindings()
	}
	l.pasteFindings()
	t.Findings = l.found
	for i := range t.Nested {
		LintToken(&t.Nested[i].Token)
	}
}

// LintClaims sets the Findings of claims that have no header and no signature.
func LintClaims(t *Token) {
	l := linter{Token: t, found: []Finding{}}
	l.claimsFindings()
	l.nestedFindings()
	t.Findings = l.found
	for i := range t.Nested {
		LintToken(&t.Nested[i].Token)
	}
}

// formFindings is what can be said of the object that a token in JSON form is.
func (l *linter) formFindings() {
	l.duplicateFindings("token", l.Form, "RFC 7515, section 7.2.1")
	l.sizeFindings()
}

// add takes over the findings on the i-th of several signatures or recipients.
func (l *linter) add(i, of int, found []Finding) {
	for _, f := range found {
		if of > 1 {
			f.Text = fmt.Sprintf("%d of %d: %s", i+1, of, f.Text)
		}
		l.found = append(l.found, f)
	}
}

// signatureFindings are those on the i-th signature of a JWS in JSON form.
func signatureFindings(t *Token, i int, s Signed) []Finding {
	l := linter{Token: &s.Joint.Token}
	l.repeatedFindings(s.Joint)
	l.headerFindings()
	if _, ok := s.Unprotected.Get("alg"); ok {
		l.finding(Warn, "unprotected", "RFC 7515, section 10.7", "alg is not protected by the signature: whoever has the token can change it")
	}
	if !t.Incomplete(numbered(SegmentSignature, i)) {
		l.signatureFindings()
	}
	return l.found
}

// recipientFindings are those on one recipient of a JWE in JSON form.
func recipientFindings(r Recipient) []Finding {
	l := linter{Token: &r.Joint.Token}
	l.repeatedFindings(r.Joint)
	l.headerFindings()
	l.encryptedFindings()
	return l.found
}

func (l *linter) repeatedFindings(j Joint) {
	for _, name := range j.Repeated {
		l.finding(Danger, "duplicate", "RFC 7515, section 7.2.1", "%s stands in two headers, and readers differ in which one counts", short(fmt.Sprintf("%+q", name)))
	}
}

// payloadFindings looks at a payload that is missing, a token itself, or claims.
func (l *linter) payloadFindings() {
	sayJWT := strings.EqualFold(l.ContentType, "JWT")
	switch {
	case l.Detached:
		l.finding(Note, "detached", "RFC 7515, appendix F", "the payload is not in the token: the signature can be checked only by whoever has it")
	case l.HoldsToken():
		l.finding(Note, "nested", "RFC 7519, section 5.2", "the payload is a token itself: both signatures have to be checked")
		l.nestingFindings()
		if !sayJWT {
			l.finding(Warn, "cty", "RFC 7519, section 5.2", "the payload is a token, and cty does not say JWT")
		}
	default:
		if sayJWT {
			l.finding(Warn, "cty", "RFC 7519, section 5.2", "cty says that the payload is a token, and it is not")
		}
		l.claimsFindings()
		l.nestedFindings()
	}
}

func (l *linter) nestingFindings() {
	for range l.Deeper {
		l.finding(Warn, "nesting", "RFC 8725, section 2.10", "a token within a token within a token: what lies deeper is not taken apart")
	}
}

// nestedFindings looks through the values of the claims.
func (l *linter) nestedFindings() {
	var p privacy
	Leaves(l.Claims.Text, model.MaxJSONDepth, p.look)
	l.nestingFindings()
	var names []string
	for _, n := range l.Nested {
		names = append(names, n.Where)
	}
	if names = append(names, l.Deeper...); names != nil {
		l.finding(Note, "token_in_claim", "RFC 8725, section 2.10", "%s holds a token: whoever reads this one has that one too", strings.Join(names[:min(len(names), 5)], ", "))
	}
	l.privacyFindings(p)
}

// pasteFindings is what it took to get the token out of a text.
func (l *linter) pasteFindings() {
	switch {
	case l.Beside && l.Cleaned:
		l.finding(Note, "beside", "RFC 7515, section 2", "it was taken out of a longer text, and line breaks or escapes out of it; nothing is said of what stands around it")
	case l.Cleaned:
		l.finding(Note, "cleaned", "RFC 7515, section 2", "line breaks or escapes within it were taken out: what is shown here is not what was pasted, letter by letter")
	case l.Beside:
		l.finding(Note, "beside", "RFC 7515, section 2", "it was taken out of a longer text; nothing is said of what stands around it")
	}
}
