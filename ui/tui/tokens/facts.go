package tokens

import (
	"cmp"
	"strings"

	"charm.land/lipgloss/v2"

	"keydeck/model"
	"keydeck/model/inspect/jws"
	"keydeck/model/inspect/jwt"
	"keydeck/ui/text"
	"keydeck/ui/tui/theme"
	"keydeck/ui/tui/widget"
)

// findingRows list what keeps the token from being read and what deserves a
// second look, the worst first; the severity is a word.
func (s *screen) findingRows(w int) (lines []string) {
	st := s.sh.Theme()
	list := append(append([]note{}, s.look.known...), s.look.notes...)
	if s.look.opened != nil {
		list = append(list, s.look.opened.notes...)
	}
	if s.look.checked != nil {
		list = append(list, s.look.checked.notes...)
	}
	hints := func(before string, t *jwt.Token) {
		for _, h := range t.Clocks(s.sh.Now()).Brief { // the claim says what the date would be
			list = append(list, note{"clock", before + text.Visible(h), "", jwt.Warn})
		}
	}
	if s.look.token.Kind.IsToken() {
		hints("", &s.look.timed)
	}
	for i := range s.look.inner {
		if in := &s.look.inner[i]; in.clocked() {
			hints(in.said+": ", &in.timed)
		}
	}
	for _, want := range []jwt.Severity{"", jwt.Danger, jwt.Warn, jwt.Note} {
		style := st.Muted
		switch want {
		case "", jwt.Danger:
			style = st.Bad
		case jwt.Warn:
			style = st.Warn
		case jwt.Note:
		}
		for _, n := range list {
			if n.severity == want {
				lines = append(lines, noteRows(st.Text, st.Muted, style, n, w)...)
			}
		}
	}
	if lines == nil {
		lines = []string{"  " + st.Muted.Render("nothing about it is odd")}
	}
	return lines
}

func noteRows(plain, side, style lipgloss.Style, n note, w int) (lines []string) {
	const word = 8
	room := max(10, w-word-3)
	for i, l := range widget.Wrap(n.text, room) {
		head := strings.Repeat(" ", word)
		if i == 0 {
			head = style.Render(widget.Left(n.word, word))
		}
		lines = append(lines, "  "+head+plain.Render(l))
	}
	if n.reference == "" || len(lines) == 0 {
		return lines
	}
	last := len(lines) - 1
	if ref := "  " + n.reference; widget.Width(lines[last])+widget.Width(ref) < w {
		lines[last] += side.Render(ref)
		return lines
	}
	return append(lines, strings.Repeat(" ", word+2)+side.Render(widget.Clip(n.reference, room)))
}

// fact is a line of the verdict's pane.
type fact struct {
	name, value string
	style       *lipgloss.Style // nil: as text
}

// factRows say what the verdict rests on.
func (s *screen) factRows(w int) (lines []string) {
	st, name := s.sh.Theme(), 0
	facts := s.facts()
	for _, f := range facts {
		name = max(name, widget.Width(f.name))
	}
	for _, f := range facts {
		style := st.Text
		if f.style != nil {
			style = *f.style
		}
		label := f.name
		for _, l := range widget.Wrap(f.value, max(8, w-name-memberPad)) {
			lines = append(lines, "  "+st.Muted.Render(widget.Left(label, name))+"  "+style.Render(l))
			label = ""
		}
	}
	return lines
}

func (s *screen) facts() (out []fact) {
	l, st := s.look, s.sh.Theme()
	add := func(name, value string) {
		if value != "" {
			out = append(out, fact{name, value, nil})
		}
	}
	if why := s.verdict().why; l.opened == nil && widget.Width(why)+len(" ") > s.sh.Body().W { // cut in the line above
		add("why", why)
	}
	if l.opened != nil {
		out = append(out, l.openedFacts(s.sh.Theme())...)
	}
	if in := l.server; in != nil {
		if l.held != nil {
			out = append(out, fact{"expected", fromWhom(l.held.expect), nil})
			out = append(out, s.metFacts(l.held.checks)...)
		}
		out = append(out, s.serverFacts(in)...)
	}
	if c := l.checked; c != nil {
		out = append(out, s.checkFacts(c)...)
	}
	switch {
	case s.sealed():
	case l.checked != nil:
		add("with", l.checked.by+", "+text.AgoWords(l.answered, s.sh.Now()))
	case l.server != nil:
		add("with", "this server's key ring, "+text.AgoWords(l.answered, s.sh.Now()))
	default:
		add("with", s.notYet())
		switch e := s.settings(); {
		case s.with.kind != withServer:
			add("expected", expected(e))
		case e.Issuer != "" || e.Audience != "":
			add("expected", fromWhom(e))
		}
	}
	out = append(out, s.innerFacts()...)
	add("kind", l.kindWords())
	add("by form", formWords(l.token.Credential))
	if alg := text.Visible(start(l.token.Algorithm, 100)); alg != "" {
		about := l.token.AlgorithmText
		if about != "" {
			about = ", " + text.Visible(about)
		}
		add("alg", alg+about)
	}
	if l.token.Encryption != "" {
		add("enc", strings.TrimSuffix(text.Visible(start(l.token.Encryption, 100))+", "+text.Visible(l.token.EncryptionText), ", "))
	}
	if n := len(l.token.Signature); n > 0 {
		sig := st.Signature
		out = append(out, fact{"sig. size", text.Plural(n, "byte", "bytes"), &sig})
	}
	if l.token.Detached {
		add("payload", "not in the token: it is sent elsewhere")
	}
	add("size", text.Plural(len(l.token.Raw), "byte", "bytes"))
	return append(out, s.keyFacts(l.token.APIKey)...)
}

// notYet says with what nobody has verified the token yet.
func (s *screen) notYet() string {
	if s.with.kind == withServer {
		return "nothing yet, enter asks"
	}
	return "nothing yet, enter tries " + s.with.words()
}

// openedFacts say with what key a token was opened, and what was in it.
func (l *looked) openedFacts(st *theme.Styles) []fact {
	o := l.opened
	if o.err != "" {
		return []fact{{"opened", "no: " + o.err, &st.Bad}, {"tried", o.by, nil}}
	}
	return []fact{{"opened", "with " + o.by, nil}, {"holds", o.holds, nil}, {"by whom", "nobody knows: who has the key to encrypt can write it", &st.Warn}}
}

// settings are what is expected of a token, clean.
func (s *screen) settings() jws.Settings {
	e := s.with.expect
	return jws.Settings{LeewaySeconds: int64(e.Leeway.Seconds()), Issuer: text.Visible(e.Issuer), Audience: text.Visible(e.Audience)}
}

func formWords(k model.Kind) string {
	if k == "" {
		return ""
	}
	return "this server's " + text.Kind(k) + ", if it is real"
}

// checkFacts are what keys made of the token, and what was expected of it.
func (s *screen) checkFacts(c *checked) (out []fact) {
	out = append(out, fact{"expected", expected(c.Expect), nil})
	if c.KeyID != "" {
		out = append(out, fact{"kid", c.KeyID, nil})
	}
	return append(out, s.metFacts(c.Checks)...)
}

// metFacts say of each expectation whether it is met.
func (s *screen) metFacts(checks []jws.Check) (out []fact) {
	good, bad := s.sh.Theme().OK, s.sh.Theme().Bad
	for _, check := range checks {
		style, word := &good, "good: "
		if !check.Good {
			style, word = &bad, "not good: "
		}
		out = append(out, fact{check.Claim, word + s.metWords(check), style})
	}
	return out
}

// metWords are a check's, and of an instant how far away it is now, as it is said
// everywhere else on the screen.
func (s *screen) metWords(check jws.Check) string {
	switch {
	case check.Verb == "":
		return check.Text
	case check.Unit != jwt.Seconds:
		return check.Verb + " " + jwt.AfterYear9999
	case isAfterAll(check.At):
		return check.Text
	}
	words := check.Verb + " " + text.Distance(check.At, s.sh.Now())
	if check.Leeway {
		words += ", within the leeway"
	}
	return words
}

// keyStates explain where a key is in its life.
var keyStates = map[string]string{
	string(model.KeyNext):    "next: published, and signs nothing yet",
	string(model.KeyActive):  "active: it signs",
	string(model.KeyRetired): "retired: it verifies, and signs no more",
}

// serverFacts are what the server knows beyond the verdict.
func (s *screen) serverFacts(in *model.Inspection) (out []fact) {
	at := func(t *model.Time) string {
		if t == nil {
			return ""
		}
		return s.instant(t.Time)
	}
	state := known(in.KeyState)
	for _, f := range [][2]string{
		{"key", known(in.Key)}, {"state", cmp.Or(keyStates[state], state)}, {"kid", known(in.KID)}, {"signature", string(in.Signature)},
		{"is", text.Kind(in.Kind)}, {"credential", known(in.CredentialName)}, {"hint", known(in.CredentialHint)}, {"id", known(in.CredentialID)},
		{"project", known(in.ProjectID)}, {"user", known(in.UserID)}, {"scopes", strings.Join(in.Scopes, " ")},
		{"last used", at(in.LastUsedAt)}, {"ends", at(in.ExpiresAt)}, {"revoked", at(in.RevokedAt)},
	} {
		if f[1] != "" {
			out = append(out, fact{f[0], f[1], nil})
		}
	}
	return out
}

// keyFacts are what an API key shows of itself.
func (s *screen) keyFacts(k *jwt.APIKey) []fact {
	if k == nil {
		return nil
	}
	check := map[jwt.Checksum]string{
		jwt.ChecksumGood:  "good: it was not mistyped, which proves nothing more",
		jwt.ChecksumWrong: "wrong: there is a typing error in it",
		jwt.ChecksumNone:  "none: its length or its alphabet is wrong",
	}[k.Checksum]
	out := []fact{{"key", text.Visible(k.Masked), nil}, {"check", check, nil}}
	if k.AccountID != "" {
		out = append(out, fact{"account", text.Visible(k.AccountID), nil})
	}
	return out
}
