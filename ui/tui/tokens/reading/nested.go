package reading

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"keydeck/model/inspect"
	"keydeck/model/inspect/jwt"
	"keydeck/ui/text"
)

// Nested is a token in another one: in its payload or a claim, one of a key pair, the
// content of an encrypted one, or one signature or recipient of a token in JSON form as
// a compact token. What time makes of it and its findings are told with the outer one.
type Nested struct {
	Name  string // of its row: "payload", "signature 2"
	Where string // "in payload", "in claim act"; "" for a signature or a recipient

	token       *jwt.Token
	times       jwt.Token
	origin      string
	unprotected []Member // its header that no signature covers
}

func newNested(name, where string, t *jwt.Token) Nested {
	return Nested{Name: text.Visible(name), Where: text.Visible(where), origin: "a token within another", token: t, times: timesOf(t)}
}

// nestedIn lists the tokens nested in one, at any depth, the outer ones first. where
// goes before the place of each.
func nestedIn(t *jwt.Token, where string) (out []Nested) {
	type level struct {
		token *jwt.Token
		where string
	}
	for queue := []level{{t, where}}; len(queue) > 0 && len(out) < maxNested; queue = queue[1:] {
		at := queue[0]
		for i := range at.token.Nested {
			n := &at.token.Nested[i]
			place := "in claim "
			if at.token.Kind == jwt.KindKeyPair || len(at.token.Claims.Members) == 0 {
				place = "in "
			}
			nested := newNested(n.Where, at.where+place+n.Where, &n.Token)
			out = append(out, nested)
			queue = append(queue, level{&n.Token, nested.Where + ", "})
		}
	}
	return out[:min(len(out), maxNested)]
}

// nestedMembers are the rows of the first n tokens: those directly in the outer one.
func nestedMembers(list []Nested, n int) (out []Member) {
	for i := range list[:min(n, maxNested)] {
		out = append(out, list[i].member(text.Visible(list[i].token.Description())))
	}
	return out
}

func nestedFindings(list []Nested) (out []Finding) {
	for i := range list {
		out = append(out, findingsOn(list[i].token, list[i].Where+": ")...)
	}
	return out
}

// timesOf is a token with nothing but its times in the claims.
func timesOf(t *jwt.Token) jwt.Token {
	out := *t
	out.Claims.Members = nil
	for _, m := range t.Claims.Members {
		if m.Name == "exp" || m.Name == "nbf" || m.Name == "iat" {
			out.Claims.Members = append(out.Claims.Members, m)
		}
	}
	return out
}

// EnterHint ends the row of a nested token, where there is room.
const EnterHint = ", enter opens it"

func (n *Nested) member(what string) Member {
	return Member{Name: "→ " + n.Name, Value: what + EnterHint, Raw: n.token.Raw, Nested: n}
}

// HasTimes reports that there are times to tell: not of an encrypted token, nor of one
// whose payload is yet another token, nor of a signature, whose claims are the outer
// token's.
func (n *Nested) HasTimes() bool {
	k := n.token.Kind
	return n.Where != "" && (k == jwt.KindJWS || k == jwt.KindJWSJSON) && (len(n.token.Claims.Members) > 0 || len(n.token.Nested) == 0)
}

// Clocks reads the nested token's times.
func (n *Nested) Clocks(now time.Time) jwt.Clocks { return n.times.Clocks(now) }

// Token is the nested token by itself.
func (n *Nested) Token(at time.Time) *Token {
	t := newToken(*n.token, at)
	t.Origin = n.origin
	if len(n.unprotected) > 0 {
		t.Header = append(t.Header, Member{Name: "beside", Value: "not protected, and left out", Remark: true})
		t.Header = append(t.Header, n.unprotected...)
		t.findings = append(t.findings, Finding{"note", "its unprotected header is shown but not verified: the signature does not cover it", "RFC 7515, section 7.2.1", jwt.Note})
	}
	return t
}

// signatureMembers are the signatures of a token in JSON form: the header of each, and
// the compact token with that signature, or why there is none.
func signatureMembers(t *jwt.Token) (out []Member) {
	for i := range t.Signatures {
		sig, name := &t.Signatures[i], "signature "+strconv.Itoa(i+1)
		what := describeSignature(sig)
		compact, why := compactJWS(t, i)
		if why != "" {
			out = append(out, Member{Name: name, Value: what + "; cannot be opened: " + text.Visible(why), Raw: sig.Protected.Text, Remark: true})
			continue
		}
		n := newNested(name, "", compact)
		n.origin, n.unprotected = "one signature of a token in JSON form, as a compact token", members(sig.Unprotected)
		out = append(out, n.member(what))
	}
	return out
}

// describeSignature names the algorithm and the key, and says of each whether the
// signature covers it.
func describeSignature(s *jwt.Signed) string {
	var out []string
	for _, m := range []struct{ name, value string }{{"alg", s.Algorithm}, {"kid", s.KeyID}} {
		if m.value == "" {
			continue
		}
		said := m.name + " " + text.Visible(text.Prefix(m.value, 100))
		if _, there := s.Unprotected.Get(m.name); there {
			said += " (not protected)"
		}
		out = append(out, said)
	}
	if out == nil {
		return "no alg"
	}
	return strings.Join(out, ", ")
}

// compactJWS is one signature of a token in JSON form as a compact token, which has the
// same signature over the same bytes; or why there is none. An unprotected header is
// left out if that doesn't change what is signed: the signature proves nothing in it.
func compactJWS(t *jwt.Token, i int) (compact *jwt.Token, why string) {
	s, nth := &t.Signatures[i], ""
	if i > 0 {
		nth = " " + strconv.Itoa(i+1)
	}
	raw := s.Compact
	if raw == "" {
		header, payload, signature := t.Text(jwt.SegmentHeader+nth), t.Text(jwt.SegmentPayload), t.Text(jwt.SegmentSignature+nth)
		switch why := needsUnprotected(s); {
		case t.Detached:
			return nil, "the payload is not in the token"
		case len(s.Protected.Members) == 0:
			return nil, "no part of its header is protected by the signature"
		case why != "":
			return nil, why
		case header == "" || payload == "" || signature == "" || strings.Contains(header+payload+signature, "."):
			return nil, "it is not written as a compact token would be"
		}
		raw = header + "." + payload + "." + signature
	}
	token := inspect.DecodeExact(raw)
	return &token, ""
}

// needsUnprotected says why a signature's unprotected header can't be left out, "" if it
// can.
func needsUnprotected(s *jwt.Signed) string {
	for _, m := range s.Unprotected.Members {
		if m.Name == "alg" || m.Name == "crit" || m.Name == "b64" {
			return m.Name + " is not protected by the signature"
		}
		if _, twice := s.Protected.Get(m.Name); twice || m.Duplicate {
			return strconv.QuoteToASCII(text.Prefix(m.Name, 100)) + " stands in its header twice"
		}
	}
	return ""
}

// recipientMembers are the recipients of an encrypted token in JSON form, and the
// compact token to be opened, or why there is none.
func recipientMembers(t *jwt.Token) (out []Member) {
	for i := range t.Recipients {
		r, name := &t.Recipients[i], "recipient "+strconv.Itoa(i+1)
		what := "alg " + cmp.Or(text.Visible(text.Prefix(r.Algorithm, 100)), "none")
		if r.KeyID != "" {
			what += ", kid " + text.Visible(text.Prefix(r.KeyID, 100))
		}
		if compact := t.CompactJWE(); compact != "" {
			token := inspect.DecodeExact(compact)
			n := newNested(name, "", &token)
			n.origin = "an encrypted token in JSON form, as a compact one"
			out = append(out, n.member(what))
			continue
		}
		out = append(out, Member{Name: name, Value: what + "; cannot be opened here: not all that it says is in the one protected header", Raw: r.Header.Text, Remark: true})
	}
	return out
}
