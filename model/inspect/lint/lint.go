// Package lint finds what deserves a second look about a token or a key: what no
// verifier should accept, what careful ones reject, and what is good to know.
package lint

import (
	"fmt"
	"strings"

	"keydeck/model"
	"keydeck/model/inspect/internal/display"
	"keydeck/model/inspect/jwt"
	"keydeck/model/inspect/strict"
)

// linter collects the findings on one token.
type linter struct {
	*jwt.Token
	found []jwt.Finding
}

// Token sets the Findings of a token and of those within it.
func Token(t *jwt.Token) {
	l := linter{Token: t, found: []jwt.Finding{}}
	switch t.Kind {
	case jwt.KindJWS:
		l.sizeFindings()
		l.headerFindings()
		l.signatureFindings()
		l.payloadFindings()
	case jwt.KindJWE:
		l.sizeFindings()
		l.headerFindings()
		l.encryptedFindings()
	case jwt.KindJWSJSON:
		l.formFindings()
		for i, s := range t.Signatures {
			l.add(i, len(t.Signatures), signatureFindings(t, i, s))
		}
		l.finding(jwt.Note, "json_form", "RFC 7515, section 7.2", "a JWS in JSON form: a Keydeck server, and most, take the compact form alone")
		l.payloadFindings()
	case jwt.KindJWEJSON:
		l.formFindings()
		for i, r := range t.Recipients {
			l.add(i, len(t.Recipients), recipientFindings(r))
		}
		l.finding(jwt.Note, "json_form", "RFC 7516, section 7.2", "a JWE in JSON form: few take it")
	case jwt.KindKeyPair:
		l.formFindings()
	}
	l.pasteFindings()
	t.Findings = l.found
	for i := range t.Nested {
		Token(&t.Nested[i].Token)
	}
}

// Claims sets the Findings of claims without header and signature.
func Claims(t *jwt.Token) {
	l := linter{Token: t, found: []jwt.Finding{}}
	l.claimsFindings()
	l.nestedFindings()
	t.Findings = l.found
	for i := range t.Nested {
		Token(&t.Nested[i].Token)
	}
}

// formFindings looks at the object of a token in JSON form.
func (l *linter) formFindings() {
	l.duplicateFindings("token", l.Form, "RFC 7515, section 7.2.1")
	l.sizeFindings()
}

// add adds the findings on the i-th of several signatures or recipients.
func (l *linter) add(i, of int, found []jwt.Finding) {
	for _, f := range found {
		if of > 1 {
			f.Text = fmt.Sprintf("%d of %d: %s", i+1, of, f.Text)
		}
		l.found = append(l.found, f)
	}
}

// signatureFindings are those on the i-th signature of a JWS in JSON form.
func signatureFindings(t *jwt.Token, i int, s jwt.Signed) []jwt.Finding {
	l := linter{Token: &s.Joint.Token}
	l.repeatedFindings(s.Joint)
	l.headerFindings()
	if _, ok := s.Unprotected.Get("alg"); ok {
		l.finding(jwt.Warn, "unprotected", "RFC 7515, section 10.7", "alg is not protected by the signature: whoever has the token can change it")
	}
	if !t.Incomplete(jwt.Numbered(jwt.SegmentSignature, i)) {
		l.signatureFindings()
	}
	return l.found
}

// recipientFindings are those on one recipient of a JWE in JSON form.
func recipientFindings(r jwt.Recipient) []jwt.Finding {
	l := linter{Token: &r.Joint.Token}
	l.repeatedFindings(r.Joint)
	l.headerFindings()
	l.encryptedFindings()
	return l.found
}

func (l *linter) repeatedFindings(j jwt.Joint) {
	for _, name := range j.Repeated {
		l.finding(jwt.Danger, "duplicate", "RFC 7515, section 7.2.1", "%s stands in two headers, and readers differ in which one counts", display.Quote(name))
	}
}

// payloadFindings looks at a payload: a missing one, a token, or claims.
func (l *linter) payloadFindings() {
	sayJWT := strings.EqualFold(l.ContentType, "JWT")
	switch {
	case l.Detached:
		l.finding(jwt.Note, "detached", "RFC 7515, appendix F", "the payload is not in the token: the signature can be checked only by whoever has it")
	case l.HoldsToken():
		l.finding(jwt.Note, "nested", "RFC 7519, section 5.2", "the payload is a token itself: both signatures have to be checked")
		l.nestingFindings()
		if !sayJWT {
			l.finding(jwt.Warn, "cty", "RFC 7519, section 5.2", "the payload is a token, and cty does not say JWT")
		}
	default:
		if sayJWT {
			l.finding(jwt.Warn, "cty", "RFC 7519, section 5.2", "cty says that the payload is a token, and it is not")
		}
		l.claimsFindings()
		l.nestedFindings()
	}
}

func (l *linter) nestingFindings() {
	for range l.TooDeep {
		l.finding(jwt.Warn, "nesting", "RFC 8725, section 2.10", "a token within a token within a token: what lies deeper is not taken apart")
	}
}

// nestedFindings looks through the values of the claims.
func (l *linter) nestedFindings() {
	var p privacy
	for leaf := range strict.Leaves(l.Claims.Text, model.MaxJSONDepth) {
		p.look(leaf)
	}
	l.nestingFindings()
	names := make([]string, 0, len(l.Nested)+len(l.TooDeep))
	for _, n := range l.Nested {
		names = append(names, n.Where)
	}
	if names = append(names, l.TooDeep...); len(names) > 0 {
		l.finding(jwt.Note, "token_in_claim", "RFC 8725, section 2.10", "%s holds a token: whoever reads this one has that one too", strings.Join(names[:min(len(names), 5)], ", "))
	}
	l.privacyFindings(p)
}

// pasteFindings says how the token was extracted from a text.
func (l *linter) pasteFindings() {
	switch {
	case l.Surrounded && l.Cleaned:
		l.finding(jwt.Note, "beside", "RFC 7515, section 2", "it was taken out of a longer text, and line breaks or escapes out of it; nothing is said of what stands around it")
	case l.Cleaned:
		l.finding(jwt.Note, "cleaned", "RFC 7515, section 2", "line breaks or escapes within it were taken out: what is shown here is not what was pasted, letter by letter")
	case l.Surrounded:
		l.finding(jwt.Note, "beside", "RFC 7515, section 2", "it was taken out of a longer text; nothing is said of what stands around it")
	}
}
