package tokens

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/widget"
)

// openForm asks for the key that opens an encrypted token. It is kept in memory
// only, and what comes is tried with it, as with the one to verify with.
type openForm struct {
	keyForm
	screen *screen
}

// openKinds are what the choices of the form stand for.
var openKinds = []withKind{withKey, withSecret}

func (s *screen) chooseOpener() tea.Cmd {
	kind, text := s.opener.kind, s.opener.text
	if usual := openerFor(s.look.token.Algorithm); usual != kind && !s.look.isOpen() {
		kind, text = usual, "" // that was for a token of another kind
	}
	f := &openForm{keyForm: keyForm{sh: s.sh, key: newKeyField("Key", text)}, screen: s}
	f.keyForm.adapt, f.keyForm.loaded, f.makeRoom, f.sameKey = f.adapt, f.loaded, func() bool { return true }, onlyIfSame
	f.form = widget.Form{Focus: keyText, Fields: []*widget.Field{
		keyWith:     {Label: "With", Choices: []string{"key", "password or shared secret"}, Chosen: max(0, slices.Index(openKinds, kind))},
		keyText:     f.key.Field,
		keyPassword: f.passwordField(),
		keyEncoding: {Label: "Encoding", Choices: encodingChoices, Chosen: max(0, slices.Index(encodings, s.opener.encoding))},
	}}
	f.adapt()
	s.sh.Open(f)
	return nil
}

// openerFor is what a token with this algorithm is opened with, as a rule.
func openerFor(alg string) withKind {
	if strings.HasPrefix(alg, "RSA") || strings.HasPrefix(alg, "ECDH") {
		return withKey
	}
	return withSecret
}

func (f *openForm) Title() string { return "Open with" }

// adapt brings the fields up to what is chosen.
func (f *openForm) adapt() {
	secret := openKinds[f.chosen()] == withSecret
	f.form.Fields[keyWith].Note = "left and right choose"
	f.form.Fields[keyEncoding].Hidden = !secret
	f.key.masked = secret
	if secret {
		f.label("Secret", "", "a password, or a key that both sides have; it stays in memory only")
		return
	}
	f.label("Key", keyPlaceholder, "a private one, or a shared one as JWK: PEM, a JWK or a JWKS; it stays in memory only")
}

func (f *openForm) Commands() []shell.Command {
	if f.loadQ.Pending {
		return []shell.Command{{ID: "open.stop", Title: "stop", Short: "stop", Key: shell.Keys("esc"), Run: func() tea.Cmd { f.loadQ.Discard(); return nil }}}
	}
	return []shell.Command{
		{ID: "open.cancel", Title: "cancel", Short: "cancel", Key: shell.Keys("esc"), Run: func() tea.Cmd { f.sh.Close(); return nil }},
		{ID: "open.next", Title: "next field", Short: "next field", Key: shell.Keys("tab")},
		{ID: "open.go", Title: "open it", Short: "open it", Key: shell.Keys("enter"), Run: f.begin},
	}
}

func (f *openForm) begin() tea.Cmd {
	with := f.typed(openKinds[f.chosen()])
	with.opens = true
	return f.read(f, with)
}

func (f *openForm) loaded(with verifier, err error) tea.Cmd {
	if err != nil {
		f.Refused(err)
		return nil
	}
	f.sh.Close()
	f.screen.opener = with
	return f.screen.openUp(true)
}

func (f *openForm) View(r shell.Rect) string {
	below := ""
	if f.loadQ.Pending {
		below = "Reading the keys…"
	}
	return f.view(r, below)
}
