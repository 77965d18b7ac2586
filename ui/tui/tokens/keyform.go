package tokens

import (
	"cmp"
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"keydeck/model/inspect/jwk"
	"keydeck/ui/fetch"
	"keydeck/ui/text"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/widget"
)

// keyForm is what the forms have in common that ask for a key: the choice of what
// kind of key it is, the key, and the encoding of one that is a secret. A form has
// one in it and adds fields of its own behind these.
type keyForm struct {
	sh       *shell.Shell
	form     widget.Form
	key      keyField
	password keyField // of a key that one encrypts
	loadQ    shell.Call[verifier]

	adapt    func()                        // brings the fields up to what is chosen
	makeRoom func() bool                   // for a key that is pasted; false where there is none
	sameKey  func(before, now int) bool    // a key that was typed for the one choice does for the other
	loaded   func(verifier, error) tea.Cmd // the key was read
}

// The fields of a keyForm.
const (
	keyWith = iota
	keyText
	keyPassword // hidden until a key turns out to be encrypted
	keyEncoding
	keyOwn // where the fields of the form itself begin
)

// encodings of a secret, in the order in which they are offered.
var encodings = []jwk.Encoding{jwk.EncodingPlain, jwk.EncodingBase64, jwk.EncodingHex}

var encodingChoices = []string{"plain", "base64", "hex"}

// What a key's field says that takes one as text or as a file's path.
const (
	keyPlaceholder = "paste one, or a file's path"
	keyNote        = "PEM, a JWK or a JWKS; it stays in memory only"
)

func (f *keyForm) Typing() bool           { return f.form.Typing() && !f.loadQ.Pending }
func (f *keyForm) Width(r shell.Rect) int { return min(r.W, 74) }
func (f *keyForm) Form() *widget.Form     { return shell.FormUnless(f.loadQ.Pending, &f.form) }
func (f *keyForm) chosen() int            { return f.form.Fields[keyWith].Chosen }

func (f *keyForm) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case shell.Done[verifier]:
		if f.loadQ.AcceptDone(msg) {
			return f.loaded(msg.Value, msg.Err)
		}
		return nil
	case tea.KeyPressMsg:
		if f.loadQ.Pending {
			return nil
		}
		if f.form.Focus == keyText && f.key.takes(msg) || f.form.Focus == keyPassword && f.password.takes(msg) {
			return nil
		}
	case tea.PasteMsg:
		if f.loadQ.Pending {
			return nil
		}
		if f.form.Focus == keyPassword {
			f.password.update(msg)
			return nil
		}
		if f.form.Focus < keyOwn {
			if f.makeRoom() {
				f.form.Focus = keyText
				f.key.update(msg)
			}
			return nil
		}
	}
	before := f.chosen()
	f.form.Update(msg)
	if !f.sameKey(before, f.chosen()) {
		f.key.put("") // what was typed as dots must not come to be read
		f.askPassword(false)
	}
	f.adapt()
	return nil
}

// read reads the key as with has it, and tells the form that it is in.
func (f *keyForm) read(form shell.Receiver, with verifier) tea.Cmd {
	if with.text == "" {
		f.key.Err = "this is needed"
		return nil
	}
	home, from := f.sh.Environ()["HOME"], fetch.New("keydeck/"+cmp.Or(f.sh.Version(), "dev"))
	return shell.Background(f.sh, form, &f.loadQ, func(ctx context.Context) (verifier, error) { return with.load(ctx, from, home) })
}

// typed is the key as it was typed, to be read as kind.
func (f *keyForm) typed(kind withKind) verifier {
	return verifier{kind: kind, text: f.key.value(), password: f.password.value(), encoding: encodings[f.form.Fields[keyEncoding].Chosen]}
}

// Refused says at the key what is wrong with it, and asks for the password of one
// that is encrypted.
func (f *keyForm) Refused(err error) {
	why := text.Visible(start(err.Error(), 300))
	switch locked := f.form.Fields[keyPassword]; {
	case !locked.Hidden && f.password.value() != "":
		f.password.Err = why
	case locked.Hidden && jwk.IsEncrypted(err):
		f.askPassword(true)
		f.form.Focus = keyPassword
	default:
		f.key.Err = why
	}
}

// passwordField makes the field of a password, which is hidden.
func (f *keyForm) passwordField() *widget.Field {
	f.password = newKeyField("Password", "")
	f.password.masked, f.password.Hidden, f.password.Note = true, true, "the key is encrypted; it stays in memory only"
	return f.password.Field
}

// askPassword shows or hides the field of the password.
func (f *keyForm) askPassword(ask bool) {
	f.password.put("")
	f.password.Err, f.password.Hidden = "", !ask
}

// label says what the key's field takes.
func (f *keyForm) label(name, placeholder, note string) {
	f.key.Label, f.key.Input.Placeholder, f.key.Note = name, placeholder, note
}

// view draws the form, the key masked where it has to be, and a line below it.
func (f *keyForm) view(r shell.Rect, below string) string {
	drawn := widget.Form{Fields: append([]*widget.Field{}, f.form.Fields...), Focus: f.form.Focus}
	drawn.Fields[keyText], drawn.Fields[keyPassword] = f.key.shown(), f.password.shown()
	out := drawn.View(f.sh.Theme(), r.W, r.H-1)
	if below != "" {
		out += "\n" + f.sh.Theme().Muted.Render(below)
	}
	return out
}

// keyField is an input for a key or a secret. What is pasted keeps its line
// breaks, which a key in PEM needs, and is shown as dots, as is what is typed of a
// secret.
type keyField struct {
	*widget.Field
	pasted string
	masked bool
}

func newKeyField(label, value string) keyField {
	k := keyField{Field: &widget.Field{Label: label, Input: widget.NewInput("", "", 0)}}
	k.put(value)
	return k
}

// put fills the field.
func (k *keyField) put(s string) {
	k.pasted = ""
	k.Input.Set("")
	if strings.ContainsRune(s, '\n') || len(s) > maxTyped {
		k.pasted = s
	} else {
		k.Input.Set(s)
	}
}

func (k *keyField) value() string { return cmp.Or(k.pasted, k.Input.Value()) }

// update takes a key or a paste.
func (k *keyField) update(msg tea.Msg) {
	k.Err = ""
	switch msg := msg.(type) {
	case tea.PasteMsg:
		content := strings.TrimRight(msg.Content, "\r\n")
		if strings.ContainsRune(content, '\n') || k.Input.Value() == "" {
			k.put(content)
			return
		}
	case tea.KeyPressMsg:
		if k.pasted == "" {
			break
		}
		if msg.Text == "" && msg.Keystroke() != "backspace" && msg.Keystroke() != "ctrl+u" {
			return
		}
		k.pasted = "" // a key takes the place of what was pasted
	}
	k.Input.Update(msg)
}

// takes updates the field by a key, but for those that lead to another field.
func (k *keyField) takes(msg tea.KeyPressMsg) bool {
	switch msg.Keystroke() {
	case "tab", "shift+tab", "up", "down":
		return false
	}
	k.update(msg)
	return true
}

// shown is the field as it is drawn: dots for what nobody should read.
func (k *keyField) shown() *widget.Field {
	f := *k.Field
	n := len([]rune(k.value()))
	if n == 0 || !k.masked && k.pasted == "" && !strings.HasPrefix(k.Input.Value(), "{") && !strings.HasPrefix(k.Input.Value(), "-----") {
		return &f
	}
	f.Input = widget.NewInput(strings.Repeat("•", min(n, 16))+" "+text.Plural(n, "character", "characters"), "", 0)
	return &f
}
