package tui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/model/inspect"
	"keydeck/server/client"
	"keydeck/ui/fetch"
	"keydeck/ui/tui/text"
	"keydeck/ui/tui/widget"
)

// signForm chooses what signs a token: a secret or a key that is pasted and stays
// here, or one of the project's JWT secrets, with which the server signs.
type signForm struct {
	*desk
	edit    *editor
	form    widget.Form
	key     keyField
	secrets []credential
	none    string // why there is no JWT secret to choose
	listQ   question[[]credential]
	loadQ   question[verifier]
}

const (
	signWith = iota
	signKey
	signEncoding
	signSecret
)

const (
	bySecret = iota
	byKeyText
	byServer
)

func (e *editor) chooseSigner() tea.Cmd {
	f := &signForm{desk: e.desk, edit: e, key: newKeyField("Secret", "")}
	f.form = widget.Form{Fields: []*widget.Field{
		signWith:     {Label: "With", Choices: []string{"secret", "key", "project's JWT secret"}},
		signKey:      f.key.Field,
		signEncoding: {Label: "Encoding", Choices: encodingChoices},
		signSecret:   {Label: "Which", Choices: []string{"–"}},
	}}
	f.none = e.mayWrite()
	f.adapt()
	e.open(f)
	if f.none != "" {
		return nil
	}
	project := e.projectID()
	return ask(e.desk, f, &f.listQ, func(ctx context.Context) ([]credential, error) {
		list, err := client.All(ctx, func(ctx context.Context, page model.PageRequest) (model.Page[model.JWTSecret], error) {
			return e.client.JWTSecrets(ctx, project, page)
		})
		out := make([]credential, 0, len(list))
		for _, s := range list {
			if s.IsActive {
				out = append(out, fromJWTSecret(s))
			}
		}
		return out, err
	})
}

func (f *signForm) Title() string    { return "Sign with" }
func (f *signForm) Typing() bool     { return f.form.Typing() && !f.loadQ.waiting }
func (f *signForm) width(r Rect) int { return min(r.W, 74) }

func (f *signForm) fields() *widget.Form { return unless(f.loadQ.waiting, &f.form) }

// adapt brings the fields up to what is chosen.
func (f *signForm) adapt() {
	fields, by := f.form.Fields, f.form.Fields[signWith].Chosen
	fields[signKey].Hidden = by == byServer
	fields[signEncoding].Hidden = by != bySecret
	fields[signSecret].Hidden = by != byServer || len(f.secrets) == 0
	fields[signWith].Err, fields[signWith].Note = "", "left and right choose"
	f.key.masked = by == bySecret
	fields[signKey].Label, f.key.Input.Placeholder, fields[signKey].Note = "Secret", "", "it stays in memory, until you leave the edit"
	switch by {
	case byKeyText:
		fields[signKey].Label, f.key.Input.Placeholder, fields[signKey].Note = "Key", "paste one, or a file's path", "a private one: PEM or a JWK; it stays in memory only"
	case byServer:
		fields[signWith].Note = "the server writes alg, typ and kid itself, and keeps the secret"
		if len(f.secrets) == 0 && !f.listQ.waiting {
			fields[signWith].Err = orElse(f.none, "the project has no JWT secret; 2 and n issue one")
		}
	}
	if len(f.secrets) == 0 {
		return
	}
	names := make([]string, len(f.secrets))
	for i, c := range f.secrets {
		names[i] = widget.Clip(c.name, 18)
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
	switch msg := msg.(type) {
	case answer[[]credential]:
		if f.listQ.take(msg) {
			f.secrets = msg.value
			if msg.err != nil {
				f.none = words(msg.err)
			}
			f.adapt()
		}
		return nil
	case done[verifier]:
		if f.loadQ.ended(msg) {
			return f.loaded(msg.value, msg.err)
		}
		return nil
	case tea.KeyPressMsg:
		if f.loadQ.waiting {
			return nil
		}
		if f.form.Focus == signKey && f.key.takes(msg) {
			return nil
		}
	case tea.PasteMsg:
		if f.form.Fields[signWith].Chosen != byServer {
			f.form.Focus = signKey
			f.key.update(msg)
		}
		return nil
	}
	before := f.form.Fields[signWith].Chosen
	f.form.Update(msg)
	if f.form.Fields[signWith].Chosen != before {
		f.key.put("")
	}
	f.adapt()
	return nil
}

func (f *signForm) Commands() []Command {
	return []Command{
		{ID: "sign.cancel", Title: "cancel", Short: "cancel", Key: on("esc"), Run: func() tea.Cmd { f.close(); return nil }},
		{ID: "sign.next", Title: "next field", Short: "next field", Key: on("tab")},
		{ID: "sign.go", Title: "sign", Short: "sign", Key: on("enter"), Run: f.begin},
	}
}

func (f *signForm) begin() tea.Cmd {
	by := f.form.Fields[signWith].Chosen
	if by == byServer {
		if len(f.secrets) == 0 {
			return nil
		}
		secret := f.secrets[f.form.Fields[signSecret].Chosen]
		f.close()
		return f.edit.sign(signer{secret: &secret})
	}
	if f.key.value() == "" {
		f.key.Err = "this is needed"
		return nil
	}
	with := verifier{kind: withSecret, text: f.key.value(), encoding: encodings[f.form.Fields[signEncoding].Chosen]}
	if by == byKeyText {
		with.kind = withKey
	}
	home, none := f.environ["HOME"], fetch.New("")
	return work(f.desk, f, &f.loadQ, func(ctx context.Context) (verifier, error) { return with.load(ctx, none, home) })
}

func (f *signForm) loaded(with verifier, err error) tea.Cmd {
	var key *inspect.Key
	for i, k := range with.keys {
		if k.Private != nil || k.Family == inspect.FamilyHMAC {
			key = &with.keys[i]
			break
		}
	}
	switch {
	case err != nil:
		f.key.Err = text.Visible(start(err.Error(), 300))
		return nil
	case key == nil:
		f.key.Err = "that is a public key: it verifies, and only a private one signs"
		return nil
	}
	f.close()
	return f.edit.sign(signer{key: key})
}

func (f *signForm) View(r Rect) string {
	drawn := widget.Form{Fields: append([]*widget.Field{}, f.form.Fields...), Focus: f.form.Focus}
	drawn.Fields[signKey] = f.key.shown()
	out := drawn.View(f.th, r.W, r.H-1)
	if f.listQ.waiting && f.form.Fields[signWith].Chosen == byServer {
		out += "\n" + f.th.Muted.Render("Reading the project's secrets…")
	}
	return out
}
