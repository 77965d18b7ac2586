package tokens

import (
	"context"
	"encoding/base64"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/model/inspect"
	"keydeck/model/inspect/jwk"
	"keydeck/model/inspect/jws"
	"keydeck/model/inspect/strict"
	"keydeck/ui/preset"
	"keydeck/ui/text"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/wallet"
	"keydeck/ui/tui/widget"
)

// editor edits a token as text and shows what it becomes. A key of the user's signs it
// at every change; one of the project's JWT secrets, which stays at the server, signs
// when asked.
type editor struct {
	sh       *shell.Shell
	screen   *screen
	header   *widget.Area
	claims   *widget.Area
	focus    int       // 0 the header, 1 the claims
	original tokenText // to compare with
	saved    tokenText // to tell whether something would be lost

	signer   signer
	signed   signedText // the last one, without a token for none
	err      string
	signCall shell.Call
	askCall  shell.Call
}

// tokenText is the text of a header and of claims.
type tokenText [2]string

// signer is what signs: a key here, or a JWT secret at the server.
type signer struct {
	key    *jwk.Key
	secret *wallet.Credential
}

type signedText struct {
	text  tokenText
	token string
}

const maxEdited = 32 << 10 // bytes of a header or claims

// startEditing opens the token as text, or a new one.
func (s *screen) startEditing() tea.Cmd {
	shown := s.endTyping()
	edited := tokenText{`{"alg":"HS256","typ":"JWT"}`, "{}"}
	switch t := s.token; {
	case t == nil || t.Decoded.Header.Text == "":
	case t.IsOpen() && t.Opened.Claims: // a header that says how to encrypt signs nothing
		edited[1] = t.Opened.Plaintext
	default:
		edited = tokenText{t.Decoded.Header.Text, t.Decoded.Claims.Text}
	}
	if len(edited[0]) > maxEdited || len(edited[1]) > maxEdited {
		s.sh.Notify(shell.Warning, "it is too long to edit here")
		return shown
	}
	for i := range edited {
		edited[i] = layoutJSON(edited[i])
	}
	e := &editor{sh: s.sh, screen: s, original: edited, saved: edited, focus: 1,
		header: widget.NewArea(edited[0], maxEdited), claims: widget.NewArea(edited[1], maxEdited)}
	if s.token == nil {
		e.original = tokenText{}
		e.setPreset(preset.All[0])
		e.saved = e.text()
	}
	if v := &s.verifier; v.kind != withServer && len(v.keys) == 1 && canSign(v.keys[0]) {
		e.signer.key = &v.keys[0]
	}
	s.editor = e
	return tea.Batch(shown, e.changed())
}

func (e *editor) text() tokenText { return tokenText{e.header.Value(), e.claims.Value()} }

func (e *editor) area() *widget.Area {
	if e.focus == 0 {
		return e.header
	}
	return e.claims
}

func (e *editor) Update(msg tea.Msg) tea.Cmd {
	if e.area().Update(msg) {
		return e.changed()
	}
	return nil
}

func (e *editor) setSigned(got signedText, err error) {
	e.signed, e.err = got, ""
	if err != nil {
		e.signed.token, e.err = "", text.Visible(text.Prefix(shell.ErrorText(err), 300))
	}
}

// changed signs the text again, if the key is here.
func (e *editor) changed() tea.Cmd {
	e.err = ""
	e.askCall.Discard()
	if e.signer.key == nil {
		return nil
	}
	edited, key := e.text(), *e.signer.key
	return shell.Background(e.sh, e.screen, &e.signCall, func(context.Context) (signedText, error) {
		token, err := jws.Sign(compactJSON(edited[0]), compactJSON(edited[1]), key)
		return signedText{edited, token}, err
	}, shell.Quiet(e.setSigned))
}

func (e *editor) sign(with signer) tea.Cmd {
	e.signer = with
	if with.secret == nil {
		return e.changed()
	}
	e.signCall.Discard()
	e.err = ""
	if _, err := strict.ParseObject(e.claims.Value(), model.MaxJSONDepth); err != nil {
		e.err = "the claims are not a JSON object: " + text.Visible(err.Error())
		return nil
	}
	project, id, claims := with.secret.Project, with.secret.ID, []byte(e.claims.Value())
	return shell.Ask(e.sh, e.screen, &e.askCall, func(ctx context.Context) (model.SignedToken, error) {
		return e.sh.Client().SignJWT(ctx, project, id, model.SignRequest{Claims: claims})
	}, shell.Quiet(func(signed model.SignedToken, err error) {
		if err == nil { // the server has written the header itself
			e.header.Set(layoutJSON(inspect.DecodeExact(signed.Token).Header.Text))
		}
		e.setSigned(signedText{e.text(), signed.Token}, err)
	}))
}

// current is the token as it stands, signed or without a signature.
func (e *editor) current() (token string, isSigned bool) {
	if e.signed.token != "" && e.signed.text == e.text() {
		return e.signed.token, true
	}
	enc := base64.RawURLEncoding.EncodeToString
	return enc([]byte(compactJSON(e.header.Value()))) + "." + enc([]byte(compactJSON(e.claims.Value()))) + ".", false
}

func (e *editor) dirty() bool { return e.text() != e.saved }

// leave goes back to the token. It asks first if something was changed.
func (e *editor) leave() tea.Cmd {
	if !e.dirty() {
		e.screen.editor = nil
		return nil
	}
	e.sh.OpenGuarded(shell.NewConfirm(e.sh, "Discard the changes?", []string{"ctrl+r keeps them: it opens the edited token in the workbench."}, "discard",
		shell.Do(func() { e.screen.editor = nil })))
	return nil
}

// show shows the token as it stands in the workbench.
func (e *editor) show() tea.Cmd {
	token, _ := e.current()
	cmd := e.screen.decode(token)
	if e.signer.key != nil && e.screen.verifier.kind == withServer {
		e.sh.Notify(shell.Success, "opened; v verifies it with a key")
	}
	return cmd
}

func (e *editor) copy() tea.Cmd {
	token, isSigned := e.current()
	if isSigned {
		return e.sh.Copy("the signed token", token)
	}
	return e.sh.Copy("the unsigned token", token)
}

func (e *editor) Commands() []shell.Command {
	again := ""
	if e.signer.key == nil && e.signer.secret == nil {
		again = "choose what to sign with first (ctrl+s)"
	}
	other := "to the header"
	if e.focus == 0 {
		other = "to the claims"
	}
	return []shell.Command{
		{ID: "edit.leave", Title: "close the editor", Short: "close", Key: shell.Keys("esc"), Run: e.leave},
		{ID: "edit.next", Title: "switch between header and claims", Short: other, Key: shell.Keys("tab", "shift+tab"), Run: shell.Do(func() { e.focus = 1 - e.focus })},
		{ID: "edit.sign", Title: "choose what to sign with", Short: "sign with", Key: shell.Keys("ctrl+s"), Run: e.chooseSigner},
		{ID: "edit.take", Title: "open the edited token in the workbench", Short: "done", Key: shell.Keys("ctrl+r"), Run: e.show},
		{ID: "edit.copy", Title: "copy the token", Short: "copy", Key: shell.Keys("ctrl+y"), Run: e.copy},
		{ID: "edit.preset", Title: "start from a token of one of the families", Short: "presets", Key: shell.Keys("ctrl+o"), Run: shell.Do(e.choosePreset)},
		{ID: "edit.keygen", Title: "generate a test key", Short: "new key", Key: shell.Keys("ctrl+g"), Run: shell.Do(e.generateKey)},
		{ID: "edit.again", Title: "sign again", Key: shell.Keys("ctrl+x"), Disabled: again, Run: func() tea.Cmd { return e.sign(e.signer) }},
	}
}
