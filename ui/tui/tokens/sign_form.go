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

// signForm asks what to sign a token with: a secret or a key, which stays here, or one of
// the project's JWT secrets, with which the server signs.
type signForm struct {
	keyForm
	editor   *editor
	secrets  []wallet.Credential
	none     string // why there is no JWT secret to choose
	listCall shell.Call
}

const signSecret = keyFields

// signSources are what the choices of the form stand for.
var signSources = []keySource{withSecret, withKey, withServer}

func (e *editor) chooseSigner() tea.Cmd {
	f := &signForm{editor: e, none: e.sh.WriteDeniedEverywhere()}
	f.init(e.sh, f, "", widget.Field{Choices: []string{"secret", "key", "project's JWT secret"}}, jwk.EncodingPlain, &widget.Field{Label: "Which", Choices: []string{"–"}})
	e.sh.Open(f)
	if f.none != "" {
		return nil
	}
	project := e.sh.ProjectID()
	return shell.Ask(e.sh, f, &f.listCall, func(ctx context.Context) ([]wallet.Credential, error) {
		list, err := wallet.LoadCredentials(ctx, e.sh.Client(), project, model.KindJWTSecret)
		return slices.DeleteFunc(list, func(c wallet.Credential) bool { return !c.Usable(e.sh.Now()) }), err
	}, shell.Quiet(f.listed))
}

func (f *signForm) Title() string { return "Sign with" }

func (f *signForm) source() keySource { return signSources[f.chosen()] }
func (f *signForm) takesPaste() bool  { return f.source() != withServer }

func (f *signForm) adapt() {
	fields, source := f.form.Fields, f.source()
	fields[keyText].Hidden = source == withServer
	fields[keyEncoding].Hidden = source != withSecret
	fields[signSecret].Hidden = source != withServer || len(f.secrets) == 0
	fields[keyWith].Err, fields[keyWith].Note = "", "left and right choose"
	f.key.masked = source == withSecret
	switch source {
	case withKey:
		f.label("Key", keyPlaceholder, "a private key: PEM or JWK; kept in memory only")
	case withServer:
		fields[keyWith].Note = "the server writes alg, typ and kid itself, and keeps the secret"
		if len(f.secrets) == 0 && !f.listCall.Pending {
			fields[keyWith].Err = cmp.Or(f.none, "the project has no JWT secret; press 2, then n, to issue one")
		}
	default:
		f.label("Secret", "", "kept in memory until you close the editor")
	}
	if len(f.secrets) == 0 {
		return
	}
	names := make([]string, len(f.secrets))
	for i, c := range f.secrets {
		names[i] = widget.Clip(c.Name, 18)
	}
	fields[signSecret].Choices = visibleChoices(names, fields[signSecret].Chosen)
}

// visibleChoices are those around the chosen one that fit on a line; the others are "".
func visibleChoices(names []string, chosen int) []string {
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

func (f *signForm) listed(secrets []wallet.Credential, err error) {
	f.secrets = secrets
	if err != nil {
		f.none = shell.ErrorText(err)
	}
	f.adapt()
}

func (f *signForm) Commands() []shell.Command { return f.commands("sign", "sign", f.submit) }

func (f *signForm) submit() tea.Cmd {
	switch source := f.source(); {
	case source != withServer:
		return f.load(f.typed(source))
	case len(f.secrets) == 0:
		return nil
	}
	secret := f.secrets[f.form.Fields[signSecret].Chosen]
	f.sh.Close()
	return f.editor.sign(signer{secret: &secret})
}

func (f *signForm) use(with verifier) tea.Cmd {
	i := slices.IndexFunc(with.keys, canSign)
	if i < 0 {
		f.key.Err = "that is a public key, which only verifies; signing needs the private key"
		return nil
	}
	f.sh.Close()
	return f.editor.sign(signer{key: &with.keys[i]})
}

func canSign(k jwk.Key) bool { return k.Private != nil || k.Family == jwa.FamilyHMAC }

func (f *signForm) View(r shell.Rect) string {
	below := ""
	if f.listCall.Pending && f.source() == withServer {
		below = "Loading the project's secrets…"
	}
	return f.view(r, below)
}
