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

// keyForm is what the forms that ask for a key have in common: where it comes from, the
// key, its password, and the encoding of a secret. A form embeds one and adds fields of
// its own.
type keyForm struct {
	sh       *shell.Shell
	owner    keyFormOwner
	form     widget.Form
	key      keyField
	password keyField
	loadCall shell.Call
}

// keyFormOwner is a form with a keyForm in it.
type keyFormOwner interface {
	shell.Receiver
	adapt()                        // brings the fields in line with the choice
	takesPaste() bool              // makes room for a pasted key, false where there is none
	keepsKey(before, now int) bool // whether the key of one choice does for another
	use(with verifier) tea.Cmd     // the key was read
}

// The fields of a keyForm.
const (
	keyWith = iota
	keyText
	keyPassword // hidden until a key turns out to be encrypted
	keyEncoding
	keyFields // how many there are
)

var encodings = []jwk.Encoding{jwk.EncodingPlain, jwk.EncodingBase64, jwk.EncodingHex}

// What the field of a key says that is text or a file's path.
const (
	keyPlaceholder = "paste it, or give the path of a file"
	keyNote        = "PEM, JWK or JWKS; kept in memory only"
)

// init makes the form: the choices of where a key comes from, the key, and more fields.
func (f *keyForm) init(sh *shell.Shell, owner keyFormOwner, key string, with widget.Field, encoding jwk.Encoding, more ...*widget.Field) {
	f.sh, f.owner = sh, owner
	f.key, f.password = newKeyField("Key", key), newKeyField("Password", "")
	f.password.masked, f.password.Hidden, f.password.Note = true, true, "the key is encrypted; the password is kept in memory only"
	with.Label = "With"
	choices := &widget.Field{Label: "Encoding", Choices: []string{"plain", "base64", "hex"}}
	for i, e := range encodings {
		if e == encoding {
			choices.Chosen = i
		}
	}
	f.form.Fields = append([]*widget.Field{&with, f.key.Field, f.password.Field, choices}, more...)
	owner.adapt()
}

func (f *keyForm) Typing() bool           { return f.form.Typing() && !f.loadCall.Pending }
func (f *keyForm) Width(r shell.Rect) int { return min(r.W, 74) }
func (f *keyForm) Form() *widget.Form     { return shell.FormUnless(f.loadCall.Pending, &f.form) }
func (f *keyForm) chosen() int            { return f.form.Fields[keyWith].Chosen }

func (f *keyForm) takesPaste() bool              { return true }
func (f *keyForm) keepsKey(before, now int) bool { return before == now }

func (f *keyForm) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		if f.loadCall.Pending || f.form.Focus == keyText && f.key.takes(msg) || f.form.Focus == keyPassword && f.password.takes(msg) {
			return nil
		}
	case tea.PasteMsg:
		switch {
		case f.loadCall.Pending:
			return nil
		case f.form.Focus == keyPassword:
			f.password.update(msg)
			return nil
		case f.form.Focus < keyFields:
			if f.owner.takesPaste() {
				f.form.Focus = keyText
				f.key.update(msg)
			}
			return nil
		}
	}
	before := f.chosen()
	f.form.Update(msg)
	if !f.owner.keepsKey(before, f.chosen()) {
		f.key.put("") // a secret typed as dots must not become readable
		f.askPassword(false)
	}
	f.owner.adapt()
	return nil
}

// load reads the key of with.
func (f *keyForm) load(with verifier) tea.Cmd {
	if with.text == "" {
		f.key.Err = "this is needed"
		return nil
	}
	home, from := f.sh.Environ()["HOME"], fetch.New("keydeck/"+cmp.Or(f.sh.Version(), "dev"))
	return shell.Background(f.sh, f.owner, &f.loadCall, func(ctx context.Context) (verifier, error) { return with.load(ctx, from, home) },
		func(v verifier, err error) tea.Cmd {
			if err != nil {
				f.refuse(err)
				return nil
			}
			return f.owner.use(v)
		})
}

// typed is the key as it was typed.
func (f *keyForm) typed(kind keySource) verifier {
	return verifier{kind: kind, text: f.key.value(), password: f.password.value(), encoding: encodings[f.form.Fields[keyEncoding].Chosen]}
}

// refuse says at the key what is wrong with it, and asks for the password of an
// encrypted one.
func (f *keyForm) refuse(err error) {
	why := text.Visible(text.Prefix(err.Error(), 300))
	switch {
	case !f.password.Hidden && f.password.value() != "":
		f.password.Err = why
	case f.password.Hidden && jwk.IsEncrypted(err):
		f.askPassword(true)
		f.form.Focus = keyPassword
	default:
		f.key.Err = why
	}
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

// commands are those of a form that does something with the key.
func (f *keyForm) commands(id, title string, submit func() tea.Cmd) []shell.Command {
	return []shell.Command{
		{ID: id + ".cancel", Title: "cancel", Short: "cancel", Key: shell.Keys("esc"), Run: shell.Do(f.sh.Close)},
		{ID: id + ".next", Title: "next field", Short: "next field", Key: shell.Keys("tab")},
		{ID: id + ".go", Title: title, Short: title, Key: shell.Keys("enter"), Run: submit},
	}
}

// stopCommands are those while the key is being read.
func (f *keyForm) stopCommands(id string) []shell.Command {
	return []shell.Command{{ID: id + ".stop", Title: "stop", Short: "stop", Key: shell.Keys("esc"), Run: shell.Do(f.loadCall.Discard)}}
}

func (f *keyForm) View(r shell.Rect) string {
	if f.loadCall.Pending {
		return f.view(r, "Reading the keys…")
	}
	return f.view(r, "")
}

// view draws the form, with secrets masked, and a line below it.
func (f *keyForm) view(r shell.Rect, below string) string {
	drawn := widget.Form{Fields: append([]*widget.Field{}, f.form.Fields...), Focus: f.form.Focus}
	drawn.Fields[keyText], drawn.Fields[keyPassword] = f.key.shown(), f.password.shown()
	out := drawn.View(f.sh.Theme(), r.W, r.H-1)
	if below != "" {
		out += "\n" + f.sh.Theme().Muted.Render(below)
	}
	return out
}

// keyField is an input for a key or a secret. A paste keeps its line breaks, which PEM
// needs, and is shown as dots, as is a typed secret.
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
		k.pasted = "" // a key replaces the paste
	}
	k.Input.Update(msg)
}

// takes updates the field by a key, unless that leads to another field.
func (k *keyField) takes(msg tea.KeyPressMsg) bool {
	switch msg.Keystroke() {
	case "tab", "shift+tab", "up", "down":
		return false
	}
	k.update(msg)
	return true
}

// shown is the field as it is drawn, with dots for what nobody should read.
func (k *keyField) shown() *widget.Field {
	f := *k.Field
	n := len([]rune(k.value()))
	if n == 0 || !k.masked && k.pasted == "" && !strings.HasPrefix(k.Input.Value(), "{") && !strings.HasPrefix(k.Input.Value(), "-----") {
		return &f
	}
	f.Input = widget.NewInput(strings.Repeat("•", min(n, 16))+" "+text.Plural(n, "character", "characters"), "", 0)
	return &f
}
