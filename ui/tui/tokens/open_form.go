package tokens

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/widget"
)

// openForm asks for the key that opens an encrypted token. The key is tried on later
// tokens too.
type openForm struct {
	keyForm
	screen *screen
}

// openSources are what the choices of the form stand for.
var openSources = []keySource{withKey, withSecret}

func (s *screen) chooseOpener() tea.Cmd {
	kind, text := s.opener.kind, s.opener.text
	if usual := openerFor(s.token.Decoded.Algorithm); usual != kind && !s.token.IsOpen() {
		kind, text = usual, "" // that was for a token of another kind
	}
	with := widget.Field{Choices: []string{"key", "password or shared secret"}, Chosen: max(0, slices.Index(openSources, kind))}
	f := &openForm{screen: s}
	f.init(s.sh, f, text, with, s.opener.encoding)
	f.form.Focus = keyText
	s.sh.Open(f)
	return nil
}

// openerFor is what usually opens a token with this algorithm.
func openerFor(alg string) keySource {
	if strings.HasPrefix(alg, "RSA") || strings.HasPrefix(alg, "ECDH") {
		return withKey
	}
	return withSecret
}

func (f *openForm) Title() string { return "Decrypt with" }

func (f *openForm) adapt() {
	secret := openSources[f.chosen()] == withSecret
	f.form.Fields[keyWith].Note = "left and right choose"
	f.form.Fields[keyEncoding].Hidden = !secret
	f.key.masked = secret
	if secret {
		f.label("Secret", "", "a password, or a key that both sides share; kept in memory only")
		return
	}
	f.label("Key", keyPlaceholder, "a private key, or a shared one as a JWK: PEM, JWK or JWKS; kept in memory only")
}

func (f *openForm) Commands() []shell.Command {
	if f.loadCall.Pending {
		return f.stopCommands("open")
	}
	return f.commands("open", "decrypt", f.submit)
}

func (f *openForm) submit() tea.Cmd {
	with := f.typed(openSources[f.chosen()])
	with.opens = true
	return f.load(with)
}

func (f *openForm) use(with verifier) tea.Cmd {
	f.sh.Close()
	f.screen.opener = with
	return f.screen.open(true)
}
