package tokens

import (
	"cmp"
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/model/inspect/jwa"
	"keydeck/model/inspect/jwk"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/wallet"
	"keydeck/ui/tui/widget"
)

// signForm chooses what signs a token: a secret or a key that is pasted and stays
// here, or one of the project's JWT secrets, with which the server signs.
type signForm struct {
	keyForm
	edit    *editor
	secrets []wallet.Credential
	none    string // why there is no JWT secret to choose
	listQ   shell.Call[[]wallet.Credential]
}

const signSecret = keyOwn

const (
	bySecret = iota
	byKeyText
	byServer
)

func (e *editor) chooseSigner() tea.Cmd {
	f := &signForm{keyForm: keyForm{sh: e.sh, key: newKeyField("Secret", "")}, edit: e}
	f.keyForm.adapt, f.keyForm.loaded, f.makeRoom, f.sameKey = f.adapt, f.loaded, f.takesKey, onlyIfSame
	f.form = widget.Form{Fields: []*widget.Field{
		keyWith:     {Label: "With", Choices: []string{"secret", "key", "project's JWT secret"}},
		keyText:     f.key.Field,
		keyPassword: f.passwordField(),
		keyEncoding: {Label: "Encoding", Choices: encodingChoices},
		signSecret:  {Label: "Which", Choices: []string{"–"}},
	}}
	f.none = e.sh.WriteDenied()
	f.adapt()
	e.sh.Open(f)
	if f.none != "" {
		return nil
	}
	project := e.sh.ProjectID()
	return shell.Ask(e.sh, f, &f.listQ, func(ctx context.Context) ([]wallet.Credential, error) {
		list, err := wallet.LoadCredentials(ctx, e.sh.Client(), project, model.KindJWTSecret)
		return slices.DeleteFunc(list, func(c wallet.Credential) bool { return !c.Active }), err
	})
}

func (f *signForm) Title() string { return "Sign with" }

// takesKey reports whether there is a field that a key could be pasted into.
func (f *signForm) takesKey() bool { return f.chosen() != byServer }

// onlyIfSame keeps no key for another choice.
func onlyIfSame(before, now int) bool { return before == now }

// adapt brings the fields up to what is chosen.
func (f *signForm) adapt() {
	fields, by := f.form.Fields, f.chosen()
	fields[keyText].Hidden = by == byServer
	fields[keyEncoding].Hidden = by != bySecret
	fields[signSecret].Hidden = by != byServer || len(f.secrets) == 0
	fields[keyWith].Err, fields[keyWith].Note = "", "left and right choose"
	f.key.masked = by == bySecret
	switch by {
	case byKeyText:
		f.label("Key", keyPlaceholder, "a private one: PEM or a JWK; it stays in memory only")
	case byServer:
		fields[keyWith].Note = "the server writes alg, typ and kid itself, and keeps the secret"
		if len(f.secrets) == 0 && !f.listQ.Pending {
			fields[keyWith].Err = cmp.Or(f.none, "the project has no JWT secret; 2 and n issue one")
		}
	default:
		f.label("Secret", "", "it stays in memory, until you leave the edit")
	}
	if len(f.secrets) == 0 {
		return
	}
	names := make([]string, len(f.secrets))
	for i, c := range f.secrets {
		names[i] = widget.Clip(c.Name, 18)
	}
	fields[signSecret].Choices = names
	if len(names) > 1 {
		fields[signSecret].Choices = around(names, fields[signSecret].Chosen)
	}
}

// around leaves the choices beside the chosen one that fit on a line; the others
// come up as it moves.
func around(names []string, chosen int) []string {
	out := make([]string, len(names))
	room := 44
	for d := 0; d < len(names); d++ {
		for _, i := range []int{chosen - d, chosen + d} {
			if i >= 0 && i < len(names) && out[i] == "" && room >= widget.Width(names[i])+2 {
				out[i] = names[i]
				room -= widget.Width(names[i]) + 2
			}
		}
	}
	return out
}

func (f *signForm) Update(msg tea.Msg) tea.Cmd {
	if msg, ok := msg.(shell.Result[[]wallet.Credential]); ok {
		if f.listQ.Accept(msg) {
			f.secrets = msg.Value
			if msg.Err != nil {
				f.none = shell.ErrorText(msg.Err)
			}
			f.adapt()
		}
		return nil
	}
	return f.keyForm.Update(msg)
}

func (f *signForm) Commands() []shell.Command {
	return []shell.Command{
		{ID: "sign.cancel", Title: "cancel", Short: "cancel", Key: shell.Keys("esc"), Run: func() tea.Cmd { f.sh.Close(); return nil }},
		{ID: "sign.next", Title: "next field", Short: "next field", Key: shell.Keys("tab")},
		{ID: "sign.go", Title: "sign", Short: "sign", Key: shell.Keys("enter"), Run: f.begin},
	}
}

func (f *signForm) begin() tea.Cmd {
	switch f.chosen() {
	case byKeyText:
		return f.read(f, f.typed(withKey))
	case byServer:
		if len(f.secrets) == 0 {
			return nil
		}
		secret := f.secrets[f.form.Fields[signSecret].Chosen]
		f.sh.Close()
		return f.edit.sign(signer{secret: &secret})
	}
	return f.read(f, f.typed(withSecret))
}

func (f *signForm) loaded(with verifier, err error) tea.Cmd {
	var key *jwk.Key
	for i, k := range with.keys {
		if k.Private != nil || k.Family == jwa.FamilyHMAC {
			key = &with.keys[i]
			break
		}
	}
	switch {
	case err != nil:
		f.Refused(err)
		return nil
	case key == nil:
		f.key.Err = "that is a public key: it verifies, and only a private one signs"
		return nil
	}
	f.sh.Close()
	return f.edit.sign(signer{key: key})
}

func (f *signForm) View(r shell.Rect) string {
	below := ""
	if f.listQ.Pending && f.chosen() == byServer {
		below = "Reading the project's secrets…"
	}
	return f.view(r, below)
}
