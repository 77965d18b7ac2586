package tokens

import (
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"keydeck/model/inspect"
	"keydeck/model/inspect/jwt"
	"keydeck/ui/text"
	"keydeck/ui/tui/shell"
)

// opening is how it went to open an encrypted token: what was in it, or why it
// could not be opened.
type opening struct {
	of     *looked
	by     string // with what
	err    string // "" if it is open
	quiet  bool   // nobody asked for it
	plain  string // what was in it, to be copied
	claims []member
	inner  []inner
	timed  *jwt.Token // of claims that nobody has signed
	notes  []note
	holds  string // what was in it, in words
}

// sealed reports a token that a key can open here: a compact one.
func (s *screen) sealed() bool { return s.look != nil && s.look.token.Kind == jwt.KindJWE }

// isOpen reports a token that was opened.
func (l *looked) isOpen() bool { return l.opened != nil && l.opened.err == "" }

// openUp tries the chosen key, off the Update loop: a key made from a password
// takes a while. That a key does not fit which was chosen for another token is not
// worth a word.
func (s *screen) openUp(forThis bool) tea.Cmd {
	if !s.sealed() || s.opener.keys == nil {
		return nil
	}
	l, with := s.look, s.opener
	return shell.Background(s.sh, s, &s.openQ, func(context.Context) (opening, error) {
		o := with.open(l)
		o.quiet = !forThis
		return o, nil
	})
}

// open opens a token with the keys.
func (v *verifier) open(l *looked) opening {
	out := opening{of: l, by: v.words()}
	for _, s := range v.skipped {
		out.notes = append(out.notes, note{"note", "a key was left out: " + s, "", jwt.Note})
	}
	got, err := inspect.Open(l.token, v.keys)
	if err != nil {
		out.err = cleanDecryption(err)
		return out
	}
	out.by, out.plain = cleanOpener(got, v), string(got.Plaintext)
	switch {
	case got.Nested != nil:
		direct := innerOf("inside", "inside", got.Nested)
		direct.origin = "encrypted by nobody knows whom, opened with " + out.by
		out.inner = append([]inner{direct}, insideOf(got.Nested, "inside, ")...)
		row := &out.inner[0]
		out.holds, out.claims = text.Visible(got.Nested.Description()), []member{row.row(text.Visible(got.Nested.Description()))}
	case got.Claims != nil:
		timed := timesOf(got.Claims)
		out.timed, out.inner, out.holds = &timed, insideOf(got.Claims, ""), "claims, not signed"
		for i := range out.inner[:min(len(got.Claims.Nested), maxInner)] {
			in := &out.inner[i]
			out.claims = append(out.claims, in.row(text.Visible(in.token.Description())))
		}
		out.claims = append(out.claims, cleanMembers(got.Claims.Claims)...)
		got.Claims.Findings = slices.DeleteFunc(got.Claims.Findings, func(f jwt.Finding) bool { return f.Rule == "personal" }) // not all who hold it can read it
		out.notes = append(out.notes, notesOn(got.Claims, "")...)
	default:
		out.holds = text.Plural(len(got.Plaintext), "byte", "bytes") + " of text"
		if got.Text() == "" {
			out.holds = text.Plural(len(got.Plaintext), "byte", "bytes") + ", no text"
		}
		out.claims = cleanPlaintext(got)
	}
	out.notes = append(out.notes, innerNotes(out.inner)...)
	return out
}

// wasOpened shows what was in a token, in the place of its claims.
func (s *screen) wasOpened(o opening) {
	l := o.of
	if o.err != "" && o.quiet {
		return
	}
	l.opened, l.answered = &o, s.sh.Now()
	l.claims, l.inner, l.timed = o.claims, o.inner, timesOf(&l.token)
	if o.timed != nil {
		l.timed = *o.timed
	}
	s.laid = [paneCount]laid{}
	if s.look == l {
		s.settle()
	}
}

// openedVerdict is that on a token that was opened, or could not be. It is never
// good: with the public key, or the shared one, anyone can have written it.
func (l *looked) openedVerdict() verdict {
	o := l.opened
	switch {
	case o.err != "":
		return verdict{word: "CANNOT OPEN", why: "because " + o.err, grade: gradeBad}
	case len(o.inner) > 0 && o.timed == nil:
		return verdict{word: "NOT VERIFIED", by: ", opened with " + o.by, why: "that says nothing of who wrote it; enter goes in, where a signature may", grade: gradeDoubt}
	}
	return verdict{word: "NOT VERIFIED", by: ", opened with " + o.by, why: "that says nothing of who wrote it: " + o.holds, grade: gradeDoubt}
}

// claimsText is what the claims stand in, to be copied and edited.
func (l *looked) claimsText() string {
	if l.isOpen() {
		return l.opened.plain
	}
	return l.token.Claims.Text
}
