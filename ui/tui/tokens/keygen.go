package tokens

import (
	"context"
	"encoding/base64"
	"strings"

	tea "charm.land/bubbletea/v2"

	"keydeck/model/inspect/jwa"
	"keydeck/model/inspect/jwk"
	"keydeck/ui/text"
	"keydeck/ui/tui/list"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/widget"
)

// keyGenerator makes a key to test with, which can be shown, copied in each format, and
// signed with.
type keyGenerator struct {
	list.Menu[copyable] // of algorithms with their families, then of formats
	sh                  *shell.Shell
	editor              *editor
	key                 *jwk.Key
	shown               bool
	err                 string
	generateCall        shell.Call
}

func (e *editor) generateKey() {
	algorithms := make([]copyable, len(jwa.Algorithms))
	for i, name := range jwa.Algorithms {
		algorithms[i] = copyable{name: name, size: string(jwa.FamilyOf(name))}
	}
	g := &keyGenerator{sh: e.sh, editor: e}
	g.offer(widget.Column{Title: "ALGORITHM", Width: 10}, widget.Column{Title: "KEY", Width: 20, Flex: 1}, algorithms)
	e.sh.Open(g)
}

func (g *keyGenerator) offer(name, size widget.Column, items []copyable) {
	g.Menu = newCopyMenu(g.sh, "Generate a test key", 70, name, size, items)
}

func (g *keyGenerator) Dismissable() bool { return g.key == nil }

func (g *keyGenerator) Update(msg tea.Msg) tea.Cmd {
	if !g.generateCall.Pending {
		return g.Menu.Update(msg)
	}
	return nil
}

func (g *keyGenerator) generate() tea.Cmd {
	algorithm := g.Selected().name
	return shell.Background(g.sh, g, &g.generateCall, func(context.Context) (jwk.Key, error) { return jwk.Generate(nil, algorithm) },
		shell.Quiet(g.show))
}

func (g *keyGenerator) show(k jwk.Key, err error) {
	if err != nil {
		g.err = text.Visible(err.Error())
		return
	}
	g.key = &k
	g.offer(widget.Column{Title: "FORMAT", Width: 24, Flex: 1}, widget.Column{Title: "SIZE", Width: 12, Right: true}, keyFormats(&k))
}

// keyFormats are the formats in which a key is copied.
func keyFormats(k *jwk.Key) (out []copyable) {
	add := func(name string, raw []byte, err error) {
		if err == nil {
			out = append(out, copyable{name, text.Plural(len(raw), "byte", "bytes"), strings.TrimSpace(string(raw))})
		}
	}
	if k.Family == jwa.FamilyHMAC {
		jwk, err := k.JWK(true)
		add("the secret, as a JWK", jwk, err)
		add("the secret, in base64url", []byte(base64.RawURLEncoding.EncodeToString(k.Secret)), nil)
		return out
	}
	for _, f := range []struct {
		name    string
		private bool
		write   func(bool) ([]byte, error)
	}{
		{"the public key, as a JWK", false, k.JWK}, {"the public key, as PEM", false, k.PEM},
		{"the private key, as a JWK", true, k.JWK}, {"the private key, as PEM", true, k.PEM},
	} {
		raw, err := f.write(f.private)
		add(f.name, raw, err)
	}
	return out
}

func (g *keyGenerator) Commands() []shell.Command {
	closing := shell.Command{ID: "keygen.close", Title: "close", Short: "close", Key: shell.Keys("esc"), Run: shell.Do(g.sh.Close)}
	if g.key == nil {
		return []shell.Command{
			closing,
			{ID: "keygen.choose", Title: "select an algorithm", Short: "select", Key: shell.Keys("up", "down", "j", "k")},
			{ID: "keygen.make", Title: "generate a key", Short: "generate", Key: shell.Keys("enter"), Run: g.generate},
		}
	}
	show := "show"
	if g.shown {
		show = "hide"
	}
	return []shell.Command{
		{ID: "keygen.use", Title: "sign with it", Short: "sign with it", Key: shell.Keys("enter"), Run: g.use},
		{ID: "keygen.form", Title: "select a format", Short: "select", Key: shell.Keys("up", "down", "j", "k")},
		{ID: "keygen.copy", Title: "copy in this format", Short: "copy", Key: shell.Keys("y"), Run: g.copy},
		{ID: "keygen.show", Title: show + " it", Short: show, Key: shell.Keys("v"), Run: shell.Do(func() { g.shown = !g.shown })},
		closing,
	}
}

func (g *keyGenerator) copy() tea.Cmd {
	f := g.Selected()
	return g.sh.Copy(f.name, f.value)
}

// use signs with the key; the header names it and its algorithm.
func (g *keyGenerator) use() tea.Cmd {
	g.sh.Close()
	g.editor.header.Set(setKey(g.editor.header.Value(), g.key.Algorithm, g.key.ID))
	return g.editor.sign(signer{key: g.key})
}

func (g *keyGenerator) View(r shell.Rect) string {
	st := g.sh.Theme()
	switch {
	case g.generateCall.Pending:
		return st.Muted.Render("Generating a key…")
	case g.err != "":
		return st.Bad.Render(strings.Join(widget.Wrap("× "+g.err, r.W), "\n"))
	case g.key == nil:
		return g.Menu.View(r)
	}
	out := st.Bold.Render(widget.Clip(g.key.Describe(), r.W)) + "\n\n" + g.Menu.View(r) + "\n\n"
	if !g.shown {
		return out + st.Muted.Render(widget.Clip("v shows it. It is not saved anywhere, so copy it now.", r.W))
	}
	lines := []string{}
	for l := range strings.SplitSeq(g.Selected().value, "\n") {
		lines = append(lines, widget.Wrap(text.Visible(l), r.W)...)
	}
	room := max(1, r.H-len(g.Items())-5)
	if len(lines) > room {
		lines = append(lines[:room-1:room-1], "… y copies all of it")
	}
	return out + st.Text.Render(strings.Join(lines, "\n"))
}

// Click makes a key with the algorithm under the pointer, or chooses the format there.
func (g *keyGenerator) Click(r shell.Rect, x, y int) (enter bool) {
	switch {
	case g.generateCall.Pending || g.err != "":
		return false
	case g.key == nil:
		return g.Menu.Click(r, x, y)
	}
	g.Menu.Click(r, x, y-2)
	return false
}
