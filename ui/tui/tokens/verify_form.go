package tokens

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"keydeck/model/inspect/jwk"
	"keydeck/model/inspect/jws"
	"keydeck/ui/text"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/widget"
)

// verifyForm asks what to verify tokens with, and what to expect of them.
type verifyForm struct {
	keyForm
	screen *screen
}

const (
	verifyIssuer = keyFields + iota
	verifyAudience
	verifyLeeway
)

func (s *screen) chooseVerifier() tea.Cmd {
	shown := s.endTyping()
	v, leeway := &s.verifier, ""
	if v.expect.Leeway > 0 {
		leeway = strconv.Itoa(int(v.expect.Leeway / time.Second))
	}
	f := &verifyForm{screen: s}
	f.init(s.sh, f, v.text, widget.Field{Choices: []string{"server", "secret", "key", "token's key", "JWKS", "issuer"}, Chosen: int(v.kind)}, v.encoding,
		&widget.Field{Label: "Issuer", Input: widget.NewInput(v.expect.Issuer, "any", 1000)},
		&widget.Field{Label: "Audience", Input: widget.NewInput(v.expect.Audience, "any", 1000)},
		&widget.Field{Label: "Leeway", Input: widget.NewInput(leeway, "0 seconds", 6), Note: "for clocks that differ: 30, 90s, 2m"})
	s.sh.Open(f)
	return shown
}

func (f *verifyForm) Title() string     { return "Verify with" }
func (f *verifyForm) source() keySource { return keySource(f.chosen()) }

func (f *verifyForm) adapt() {
	fields, kind := f.form.Fields, f.source()
	fields[keyText].Hidden = kind == withServer || kind == withOwn
	fields[keyEncoding].Hidden = kind != withSecret
	fields[verifyLeeway].Hidden = kind == withServer // it has one of its own
	f.key.masked = kind == withSecret
	switch kind {
	case withSecret:
		f.label("Secret", "", "kept in memory until you sign out")
	case withURL:
		f.label("JWKS", "https://issuer.example/jwks.json", "fetched once, when you press enter")
	case withIssuer:
		f.label("URL", "https://issuer.example", "fetches its discovery document, then its keys")
	case withServer, withKey, withOwn:
		f.label("Key", keyPlaceholder, keyNote)
	}
	fields[keyWith].Note = map[keySource]string{withServer: "this server's signing keys and JWT secrets, chosen by kid; ← → for other keys",
		withOwn: "the jwk or x5c in its header, as in a DPoP proof; anyone can make such a token"}[kind]
}

// takesPaste takes a pasted key for the one to verify with.
func (f *verifyForm) takesPaste() bool {
	if f.form.Fields[keyText].Hidden {
		f.form.Fields[keyWith].Chosen = int(withKey)
		f.adapt()
	}
	return true
}

func (f *verifyForm) keepsKey(before, now int) bool {
	return before == now || keySource(before) != withSecret && keySource(now) != withSecret
}

func (f *verifyForm) Commands() []shell.Command {
	if f.loadCall.Pending {
		return f.stopCommands("verify")
	}
	return f.commands("verify", "verify", f.submit)
}

func (f *verifyForm) submit() tea.Cmd {
	with := f.typed(f.source())
	with.expect = jws.Expect{Issuer: f.form.Fields[verifyIssuer].Input.Value(), Audience: f.form.Fields[verifyAudience].Input.Value()}
	if with.kind == withServer {
		f.sh.Close()
		f.screen.verifier = verifier{encoding: jwk.EncodingPlain, expect: with.expect}
		return f.screen.verify()
	}
	leeway, err := text.ParseLeeway(cmp.Or(strings.TrimSpace(f.form.Fields[verifyLeeway].Input.Value()), "0"))
	if err != nil {
		f.form.Fields[verifyLeeway].Err = err.Error()
		return nil
	}
	if with.expect.Leeway = leeway; with.kind == withOwn {
		with.text = ""
		return f.use(with)
	}
	return f.load(with)
}

func (f *verifyForm) use(with verifier) tea.Cmd {
	f.sh.Close()
	f.screen.verifier = with
	if f.screen.token == nil {
		f.sh.Notify(shell.Success, "tokens will be verified with "+with.describe())
		return nil
	}
	return f.screen.verifyWithKeys()
}
