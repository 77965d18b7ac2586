package tokens

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"charm.land/lipgloss/v2"

	"keydeck/model"
	"keydeck/model/inspect"
	"keydeck/model/inspect/jwt"
	"keydeck/model/inspect/strict"
	"keydeck/ui/text"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/widget"
)

// inner is a token within the one that is looked at: in its payload, in a claim,
// one of a pair, what an encrypted one held, or a single signature of one in JSON
// form as the compact token that it is. One can go into it; what time makes of it,
// and what deserves a second look, is said without.
type inner struct {
	where   string // as its row names it: "payload", "signature 2"
	said    string // before what is said of it: "in payload", "in claim act"
	origin  string // what it is, once one has gone into it
	token   *jwt.Token
	timed   jwt.Token
	outside []member // its header that no signature covers
}

// maxInner is how many tokens within one are spoken of; the outer ones come first.
const maxInner = 16

// insideOf are the tokens that stand in a token, at any depth, those that stand in
// it directly first. said comes before what is said of each.
func insideOf(t *jwt.Token, said string) (out []inner) {
	type level struct {
		token   *jwt.Token
		Success string
	}
	for queue := []level{{t, said}}; len(queue) > 0 && len(out) < maxInner; queue = queue[1:] {
		at := queue[0]
		for i := range at.token.Nested {
			n := &at.token.Nested[i]
			in := innerOf(n.Where, at.Success+standsIn(at.token, n.Where), &n.Token)
			out = append(out, in)
			queue = append(queue, level{&n.Token, in.said + ", "})
		}
	}
	return out[:min(len(out), maxInner)]
}

func innerOf(where, said string, t *jwt.Token) inner {
	return inner{where: text.Visible(where), said: text.Visible(said), origin: "a token within another", token: t, timed: timesOf(t)}
}

// standsIn says where in a token another one stands.
func standsIn(t *jwt.Token, where string) string {
	if t.Kind == jwt.KindKeyPair || len(t.Claims.Members) == 0 {
		return "in " + where
	}
	return "in claim " + where
}

// timesOf is a token with its times alone, which are looked at in every frame.
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

// row is the line among the claims that stands for a token within.
func (in *inner) row(what string) member {
	return member{name: "→ " + in.where, value: what + goesIn, raw: in.token.Raw, inner: in}
}

// goesIn ends the row of a token within, where there is room.
const goesIn = ", enter goes in"

// clocked reports that there are times to be told: not in what is encrypted, nor
// where the payload is yet another token, of which the same is said, nor of a
// signature, whose claims are those of the token around it.
func (in *inner) clocked() bool {
	k := in.token.Kind
	return in.said != "" && (k == jwt.KindJWS || k == jwt.KindJWSJSON) && (len(in.token.Claims.Members) > 0 || len(in.token.Nested) == 0)
}

// innerNotes are the findings on tokens within a token, each with where that is.
func innerNotes(list []inner) (out []note) {
	for i := range list {
		out = append(out, notesOn(list[i].token, list[i].said+": ")...)
	}
	return out
}

// notesOn is what is to be said of a token, the worst first.
func notesOn(t *jwt.Token, before string) (out []note) {
	for _, p := range t.Problems[:min(len(t.Problems), maxNotes)] {
		out = append(out, note{"broken", before + text.Visible(p.String()), "", ""})
	}
	for _, n := range cleanFindings(t.Findings) {
		n.text = before + n.text
		out = append(out, n)
	}
	return out
}

// clockSaid is what a token's clock says: the word that counts, and how long it is
// until then or since.
type clockSaid struct {
	word, rest string
	style      lipgloss.Style
}

func (c clockSaid) String() string { return c.word + c.rest }

func (c clockSaid) render() string {
	out := c.style.Render(c.rest)
	if c.word != "" {
		out = c.style.Bold(true).Render(c.word) + out
	}
	return out
}

// clockSays reads a token's clock; in short it is the span alone.
func (s *screen) clockSays(t *jwt.Token, short bool) clockSaid {
	st := s.sh.Theme()
	switch c := t.Clocks(s.sh.Now()); c.Verdict {
	case jwt.VerdictActive:
		if short {
			return clockSaid{"", text.Distance(c.ExpiresAt.At, s.sh.Now()), st.Text}
		}
		return clockSaid{"", "expires " + text.Distance(c.ExpiresAt.At, s.sh.Now()), st.Text}
	case jwt.VerdictExpired:
		return clockSaid{"EXPIRED", " " + text.Distance(c.ExpiresAt.At, s.sh.Now()), st.Bad}
	case jwt.VerdictNotYetValid:
		when := c.IssuedAt
		if c.NotBefore != nil && c.NotBefore.At.After(s.sh.Now()) {
			when = c.NotBefore
		}
		return clockSaid{"NOT YET VALID", ", " + text.Distance(when.At, s.sh.Now()), st.Bad}
	case jwt.VerdictNoExpiry:
		return clockSaid{"", string(c.Verdict), st.Warn}
	default:
		return clockSaid{"", string(c.Verdict), st.Bad}
	}
}

// mostUrgent is the first of the tokens within whose clock speaks against it, or
// else the first with a clock, nil for none.
func (s *screen) mostUrgent() *inner {
	var worst *inner
	over := func(in *inner) bool {
		v := in.timed.Clocks(s.sh.Now()).Verdict
		return v != jwt.VerdictActive && v != jwt.VerdictNoExpiry
	}
	for i := range s.look.inner {
		if in := &s.look.inner[i]; in.clocked() && (worst == nil || over(in) && !over(worst)) {
			worst = in
		}
	}
	return worst
}

// innerClock says in w cells what time makes of a token within, and the times.
func (s *screen) innerClock(in *inner, w int) string {
	said, times := s.clockSays(&in.timed, false), ""
	c := in.timed.Clocks(s.sh.Now())
	for _, t := range []struct {
		word string
		*jwt.Clock
	}{{"expires", c.ExpiresAt}, {"issued", c.IssuedAt}, {"begins", c.NotBefore}} {
		if t.Clock == nil {
			continue
		}
		more := " · " + t.word + " " + s.momentOr(t.At)
		if !t.AsSeconds.IsZero() {
			more = " · " + t.word + " " + jwt.AfterYear9999
		}
		if t.word == "expires" && (c.Verdict == jwt.VerdictActive || c.Verdict == jwt.VerdictExpired) {
			more = ", at " + s.momentOr(t.At) // which is what it says already
		}
		if widget.Width(said.String()+times+more) <= w {
			times += more
		}
	}
	return widget.Clip(said.render()+s.sh.Theme().Muted.Render(times), w)
}

// momentOr is moment, but never how long ago: that is said already.
func (s *screen) momentOr(t time.Time) string {
	if s.sh.Prefs().Time == shell.TimeAgo {
		return text.Moment(t, s.sh.Now())
	}
	return s.moment(t)
}

// innerFacts say of each token within what time makes of it.
func (s *screen) innerFacts() (out []fact) {
	for i := range s.look.inner {
		in := &s.look.inner[i]
		what, style := text.Visible(in.token.Description()), s.sh.Theme().Text
		if in.clocked() {
			said := s.clockSays(&in.timed, false)
			what, style = said.String(), said.style
		}
		if alg := text.Visible(start(in.token.Algorithm, 100)); alg != "" {
			what += ", alg " + alg
		}
		out = append(out, fact{"within", in.said + ": " + what, &style})
	}
	return out
}

// signatureRows are the signatures of a token in JSON form: which header each has,
// and the way into it, or why there is none.
func signatureRows(t *jwt.Token) (rows []member) {
	for i := range t.Signatures {
		sig, name := &t.Signatures[i], "signature "+strconv.Itoa(i+1)
		what := signedWords(sig)
		one, why := compactOf(t, i)
		if why != "" {
			rows = append(rows, member{name: name, value: what + "; cannot be gone into: " + text.Visible(why), raw: sig.Protected.Text, ours: true})
			continue
		}
		in := innerOf(name, "", one)
		in.origin, in.outside = "one signature of a token in JSON form, as a compact token", cleanMembers(sig.Unprotected)
		rows = append(rows, in.row(what))
	}
	return rows
}

// signedWords are the algorithm and the key that a signature names, and of each
// whether the signature covers it.
func signedWords(s *jwt.Signed) string {
	var out []string
	for _, m := range []struct{ name, value string }{{"alg", s.Algorithm}, {"kid", s.KeyID}} {
		if m.value == "" {
			continue
		}
		said := m.name + " " + text.Visible(start(m.value, 100))
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

// compactOf is one signature of a token in JSON form as a compact token, which has
// the same signature over the same bytes; or why there is no such token. A header
// that the signature does not cover is left out, if it does not change what the
// signature is of: nothing that it says is proved by it.
func compactOf(t *jwt.Token, i int) (one *jwt.Token, why string) {
	s, nth := &t.Signatures[i], ""
	if i > 0 {
		nth = " " + strconv.Itoa(i+1)
	}
	compact := s.Compact
	if compact == "" {
		header, payload, signature := t.Text(jwt.SegmentHeader+nth), t.Text(jwt.SegmentPayload), t.Text(jwt.SegmentSignature+nth)
		switch {
		case t.Detached:
			return nil, "the payload is not in the token"
		case len(s.Protected.Members) == 0:
			return nil, "no part of its header is protected by the signature"
		case unprotected(s) != "":
			return nil, unprotected(s)
		case header == "" || payload == "" || signature == "" || strings.Contains(header+payload+signature, "."):
			return nil, "it is not written as a compact token would be"
		}
		compact = header + "." + payload + "." + signature
	}
	token := inspect.DecodeExact(compact)
	return &token, ""
}

// unprotected says why the unprotected header of a signature cannot be left out.
func unprotected(s *jwt.Signed) string {
	for _, m := range s.Unprotected.Members {
		if m.Name == "alg" || m.Name == "crit" || m.Name == "b64" {
			return m.Name + " is not protected by the signature"
		}
		if _, twice := s.Protected.Get(m.Name); twice || m.Duplicate {
			return strconv.QuoteToASCII(start(m.Name, 100)) + " stands in its header twice"
		}
	}
	return ""
}

// recipientRows are those whom a token in JSON form is encrypted for, and the way
// into it as a compact token, which can be opened; or why there is none.
func recipientRows(t *jwt.Token) (rows []member) {
	for i := range t.Recipients {
		r, name := &t.Recipients[i], "recipient "+strconv.Itoa(i+1)
		what := "alg " + cmp.Or(text.Visible(start(r.Algorithm, 100)), "none")
		if r.KeyID != "" {
			what += ", kid " + text.Visible(start(r.KeyID, 100))
		}
		if one := compactFor(t); one != nil {
			in := innerOf(name, "", one)
			in.origin = "an encrypted token in JSON form, as a compact one"
			rows = append(rows, in.row(what))
			continue
		}
		rows = append(rows, member{name: name, value: what + "; cannot be opened here: not all that it says is in the one protected header", raw: r.Header.Text, ours: true})
	}
	return rows
}

// compactFor is an encrypted token in JSON form as a compact one, nil where that
// cannot say as much: for several, with a header that is not protected, or with
// data that is authenticated besides.
func compactFor(t *jwt.Token) *jwt.Token {
	object, err := strict.ParseObject(t.Raw, model.MaxJSONDepth)
	if err != nil || len(object.Duplicates) > 0 || len(t.Recipients) != 1 || len(t.Recipients[0].Header.Members) > 0 {
		return nil
	}
	for _, m := range object.Members {
		switch m.Name {
		case "unprotected", "header", "aad":
			return nil
		}
	}
	parts := make([]string, 0, 5)
	for _, s := range []string{jwt.SegmentHeader, jwt.SegmentEncryptedKey, jwt.SegmentIV, jwt.SegmentCiphertext, jwt.SegmentTag} {
		parts = append(parts, t.Text(s))
	}
	one := inspect.DecodeExact(strings.Join(parts, "."))
	return &one
}

// headerRows are the header's members, under the name of the signature or the
// recipient where there are several.
func headerRows(t *jwt.Token) (rows []member) {
	under := func(of string, i int, what string, p jwt.Part) {
		rows = append(rows, member{name: of + " " + strconv.Itoa(i+1), value: what, raw: p.Text, ours: true})
		rows = append(rows, cleanMembers(p)...)
	}
	switch {
	case len(t.Signatures) > 1 || len(t.Signatures) == 1 && len(t.Signatures[0].Unprotected.Members) > 0:
		for i := range t.Signatures {
			s := &t.Signatures[i]
			if len(s.Protected.Members) > 0 || len(s.Unprotected.Members) == 0 {
				under("sign.", i, "protected", s.Protected)
			}
			if len(s.Unprotected.Members) > 0 {
				under("sign.", i, "not protected", s.Unprotected)
			}
		}
	case len(t.Recipients) > 1:
		for i := range t.Recipients {
			if i == 0 {
				under("for", i, "with what all share", t.Header)
				continue
			}
			under("for", i, "its own", t.Recipients[i].Header)
		}
	default:
		rows = cleanMembers(t.Header)
	}
	return rows[:min(len(rows), maxMembers)]
}
