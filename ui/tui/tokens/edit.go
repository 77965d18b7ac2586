package tokens

import (
	"context"
	"encoding/base64"
	"strings"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/model/inspect"
	"keydeck/model/inspect/jwa"
	"keydeck/model/inspect/jwk"
	"keydeck/model/inspect/jws"
	"keydeck/model/inspect/strict"
	"keydeck/ui/text"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/wallet"
	"keydeck/ui/tui/widget"
)

// editor changes a token as text: header and claims, the original beside them, and
// the token as it becomes. It is signed at every key with a key that stays in this
// process, or when asked with one of the project's JWT secrets, by the server.
type editor struct {
	sh     *shell.Shell
	screen *screen
	header *widget.Area
	claims *widget.Area
	focus  int // 0 the header, 1 the claims
	was    [2]string
	kept   [2]string // what was taken over last: what differs from it would be lost

	signer signer
	token  string // signed, "" for none
	of     [2]string
	err    string
	signQ  shell.Call[signedAnew]
	askQ   shell.Call[model.SignedToken]
}

// signer is what signs: a key here, or a JWT secret at the server.
type signer struct {
	key    *jwk.Key
	secret *wallet.Credential
}

// signedAnew is a token of the text at the time.
type signedAnew struct {
	of    [2]string
	token string
}

// maxEdited bounds the text of a header or claims that are edited.
const maxEdited = 32 << 10

// startEditing opens the token that is looked at, or an empty one, as text.
func (s *screen) startEditing() tea.Cmd {
	shown := s.endTyping()
	was := [2]string{`{"alg":"HS256","typ":"JWT"}`, "{}"}
	switch {
	case s.look == nil || s.look.token.Header.Text == "":
	case s.look.isOpen() && s.look.opened.timed != nil: // a header that says how to encrypt signs nothing
		was[1] = s.look.opened.plain
	default:
		was = [2]string{s.look.token.Header.Text, s.look.token.Claims.Text}
	}
	if len(was[0]) > maxEdited || len(was[1]) > maxEdited {
		s.sh.Notify(shell.Warning, "it is too long to be edited here")
		return shown
	}
	for i := range was {
		was[i] = layoutJSON(was[i])
	}
	s.bench = &editor{sh: s.sh, screen: s, was: was, kept: was, focus: 1,
		header: widget.NewArea(was[0], maxEdited), claims: widget.NewArea(was[1], maxEdited)}
	if s.look == nil {
		s.bench.was = [2]string{}
		s.bench.preset(0)
		s.bench.kept = s.bench.now()
	}
	if s.with.kind != withServer && len(s.with.keys) == 1 && (s.with.keys[0].Private != nil || s.with.keys[0].Family == jwa.FamilyHMAC) {
		s.bench.signer.key = &s.with.keys[0]
	}
	return tea.Batch(shown, s.bench.changed())
}

// layoutJSON puts every member of an object on a line of its own, the values as
// they stand. What is no object stays what it is.
func layoutJSON(s string) string {
	object, err := strict.ParseObject(s, model.MaxJSONDepth)
	if err != nil || len(object.Members) == 0 {
		return s
	}
	var out strings.Builder
	out.WriteString("{\n")
	for i, m := range object.Members {
		name := s[m.Offset:m.ValueOffset]
		name = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(name), ":"))
		out.WriteString("  " + name + ": " + m.Raw)
		if i < len(object.Members)-1 {
			out.WriteByte(',')
		}
		out.WriteByte('\n')
	}
	return out.String() + "}"
}

// compactJSON takes the white space between members out again.
func compactJSON(s string) string {
	object, err := strict.ParseObject(s, model.MaxJSONDepth)
	if err != nil {
		return s
	}
	var out strings.Builder
	out.WriteByte('{')
	for i, m := range object.Members {
		if i > 0 {
			out.WriteByte(',')
		}
		name := strings.TrimSpace(s[m.Offset:m.ValueOffset])
		out.WriteString(strings.TrimSpace(strings.TrimSuffix(name, ":")) + ":" + m.Raw)
	}
	return out.String() + "}"
}

func (e *editor) now() [2]string { return [2]string{e.header.Value(), e.claims.Value()} }

func (e *editor) area() *widget.Area {
	if e.focus == 0 {
		return e.header
	}
	return e.claims
}

func (e *editor) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case shell.Done[signedAnew]:
		if e.signQ.AcceptDone(msg) {
			e.signed(msg.Value, msg.Err)
		}
	case shell.Result[model.SignedToken]:
		if e.askQ.Accept(msg) {
			if msg.Err == nil { // the server has written the header itself
				t := inspect.DecodeExact(msg.Value.Token)
				e.header.Set(layoutJSON(t.Header.Text))
			}
			e.signed(signedAnew{e.now(), msg.Value.Token}, msg.Err)
		}
	case tea.KeyPressMsg, tea.PasteMsg:
		if e.area().Update(msg) {
			return e.changed()
		}
	}
	return nil
}

func (e *editor) signed(got signedAnew, err error) {
	if err != nil {
		e.token, e.err = "", text.Visible(start(shell.ErrorText(err), 300))
		return
	}
	e.token, e.of, e.err = got.token, got.of, ""
}

// changed signs the text anew, where the key is here.
func (e *editor) changed() tea.Cmd {
	e.err = ""
	e.askQ.Discard()
	if e.signer.key == nil {
		return nil
	}
	now, key := e.now(), *e.signer.key
	return shell.Background(e.sh, e.screen, &e.signQ, func(context.Context) (signedAnew, error) {
		token, err := jws.Sign(compactJSON(now[0]), compactJSON(now[1]), key)
		return signedAnew{now, token}, err
	})
}

// sign signs with what was chosen.
func (e *editor) sign(with signer) tea.Cmd {
	e.signer = with
	if with.secret == nil {
		return e.changed()
	}
	e.signQ.Discard()
	e.err = ""
	if _, err := strict.ParseObject(e.claims.Value(), model.MaxJSONDepth); err != nil {
		e.err = "the claims are no JSON object: " + text.Visible(err.Error())
		return nil
	}
	project, id, claims := e.sh.ProjectID(), with.secret.ID, []byte(e.claims.Value())
	return shell.Ask(e.sh, e.screen, &e.askQ, func(ctx context.Context) (model.SignedToken, error) {
		return e.sh.Client().SignJWT(ctx, project, id, model.SignRequest{Claims: claims})
	})
}

// current is the token as it stands: signed, or with no signature at all.
func (e *editor) current() (token string, isSigned bool) {
	if e.token != "" && e.of == e.now() {
		return e.token, true
	}
	enc := base64.RawURLEncoding.EncodeToString
	return enc([]byte(compactJSON(e.header.Value()))) + "." + enc([]byte(compactJSON(e.claims.Value()))) + ".", false
}

func (e *editor) dirty() bool { return e.now() != e.kept }

// leave goes back to the token; what was changed is asked about first.
func (e *editor) leave() tea.Cmd {
	if !e.dirty() {
		e.screen.bench = nil
		return nil
	}
	e.sh.OpenGuarded(shell.NewConfirm(e.sh, "Leave the edit?", []string{"What was changed is lost. ctrl+r keeps it: it takes the token over into the workbench."}, "leave it",
		func() tea.Cmd { e.screen.bench = nil; return nil }))
	return nil
}

// takeOver makes the token as it stands the one that is looked at.
func (e *editor) takeOver() tea.Cmd {
	token, _ := e.current()
	cmd := e.screen.takeApart(token)
	if e.signer.key != nil && e.screen.with.kind == withServer {
		e.sh.Notify(shell.Success, "taken over; v verifies it with a key")
	}
	return cmd
}

func (e *editor) copy() tea.Cmd {
	token, isSigned := e.current()
	if isSigned {
		return e.sh.Copy("the signed token", token)
	}
	return e.sh.Copy("the token, which is not signed", token)
}

func (e *editor) Commands() []shell.Command {
	again := ""
	if e.signer.key == nil && e.signer.secret == nil {
		again = "choose what to sign with first: ctrl+s"
	}
	other := "to the header"
	if e.focus == 0 {
		other = "to the claims"
	}
	return []shell.Command{
		{ID: "edit.leave", Title: "leave the edit", Short: "leave", Key: shell.Keys("esc"), Run: e.leave},
		{ID: "edit.next", Title: "go from the header to the claims and back", Short: other, Key: shell.Keys("tab", "shift+tab"), Run: func() tea.Cmd { e.focus = 1 - e.focus; return nil }},
		{ID: "edit.sign", Title: "choose what to sign with", Short: "sign with", Key: shell.Keys("ctrl+s"), Run: e.chooseSigner},
		{ID: "edit.take", Title: "take the token over into the workbench", Short: "take it", Key: shell.Keys("ctrl+r"), Run: e.takeOver},
		{ID: "edit.copy", Title: "copy the token", Short: "copy", Key: shell.Keys("ctrl+y"), Run: e.copy},
		{ID: "edit.preset", Title: "begin with a token of one of the families", Short: "presets", Key: shell.Keys("ctrl+o"), Run: e.choosePreset},
		{ID: "edit.keygen", Title: "make a key to test with", Short: "new key", Key: shell.Keys("ctrl+g"), Run: e.makeKey},
		{ID: "edit.again", Title: "sign again", Key: shell.Keys("ctrl+x"), Disabled: again, Run: func() tea.Cmd { return e.sign(e.signer) }},
	}
}
