package tokens

import (
	"context"
	"encoding/base64"
	"strings"

	tea "charm.land/bubbletea/v2"

	"keydeck/model/inspect/jwa"
	"keydeck/model/inspect/jwk"
	"keydeck/model/inspect/strict"
	"keydeck/ui/text"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/widget"
)

// keyMaker makes a key to test with, shows it masked, copies it in each form, and
// signs with it.
type keyMaker struct {
	sh    *shell.Shell
	edit  *editor
	table widget.Table // of algorithms, then of forms
	key   *jwk.Key
	forms []copyable
	shown bool
	err   string
	makeQ shell.Call[jwk.Key]
}

func (e *editor) makeKey() tea.Cmd {
	e.sh.Open(&keyMaker{sh: e.sh, edit: e})
	return nil
}

func (m *keyMaker) Title() string          { return "A key to test with" }
func (m *keyMaker) Width(r shell.Rect) int { return min(r.W, 70) }
func (m *keyMaker) Dismissable() bool      { return m.key == nil }

func (m *keyMaker) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case shell.Done[jwk.Key]:
		if m.makeQ.AcceptDone(msg) {
			m.made(msg.Value, msg.Err)
		}
	case tea.KeyPressMsg:
		if !m.makeQ.Pending {
			m.table.Key(msg.Keystroke(), m.rows(), m.rows())
		}
	}
	return nil
}

// rows are the algorithms, or the forms of the key.
func (m *keyMaker) rows() int {
	if m.key != nil {
		return len(m.forms)
	}
	return len(jwa.Algorithms)
}

func (m *keyMaker) make() tea.Cmd {
	algorithm := jwa.Algorithms[m.table.Cursor]
	return shell.Background(m.sh, m, &m.makeQ, func(context.Context) (jwk.Key, error) { return jwk.Generate(nil, algorithm) })
}

func (m *keyMaker) made(k jwk.Key, err error) {
	if err != nil {
		m.err = text.Visible(err.Error())
		return
	}
	m.key, m.forms = &k, keyForms(&k)
	m.table = widget.Table{}
}

// keyForms are the forms in which a key is copied.
func keyForms(k *jwk.Key) (out []copyable) {
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

func (m *keyMaker) Commands() []shell.Command {
	closing := shell.Command{ID: "keygen.close", Title: "close", Short: "close", Key: shell.Keys("esc"), Run: func() tea.Cmd { m.sh.Close(); return nil }}
	if m.key == nil {
		return []shell.Command{
			closing,
			{ID: "keygen.choose", Title: "choose an algorithm", Short: "choose", Key: shell.Keys("up", "down", "j", "k")},
			{ID: "keygen.make", Title: "make a key", Short: "make a key", Key: shell.Keys("enter"), Run: m.make},
		}
	}
	show := "show"
	if m.shown {
		show = "hide"
	}
	return []shell.Command{
		{ID: "keygen.use", Title: "sign with it", Short: "sign with it", Key: shell.Keys("enter"), Run: m.use},
		{ID: "keygen.form", Title: "choose a form", Short: "choose", Key: shell.Keys("up", "down", "j", "k")},
		{ID: "keygen.copy", Title: "copy the form", Short: "copy", Key: shell.Keys("y"), Run: m.copy},
		{ID: "keygen.show", Title: show + " it", Short: show, Key: shell.Keys("v"), Run: func() tea.Cmd { m.shown = !m.shown; return nil }},
		closing,
	}
}

func (m *keyMaker) copy() tea.Cmd {
	f := m.forms[m.table.Cursor]
	return m.sh.Copy(f.name, f.value)
}

// use signs with the key; the header names it and its algorithm.
func (m *keyMaker) use() tea.Cmd {
	m.sh.Close()
	m.edit.header.Set(setMembers(m.edit.header.Value(), m.key.Algorithm, m.key.ID))
	return m.edit.sign(signer{key: m.key})
}

// setMembers puts alg and kid into the text of a header, the others as they stand.
func setMembers(header, alg, kid string) string {
	object, err := strict.ParseObject(header, 32)
	if err != nil {
		return header
	}
	out := "{\n"
	put := map[string]string{"alg": `"` + alg + `"`, "kid": `"` + kid + `"`}
	for _, name := range []string{"alg", "kid"} {
		if _, there := object.Get(name); !there {
			out += `  "` + name + `": ` + put[name] + ",\n"
		}
	}
	for _, member := range object.Members {
		value := member.Raw
		if v, ok := put[member.Name]; ok {
			value = v
		}
		name := strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(header[member.Offset:member.ValueOffset]), ":"))
		out += "  " + name + ": " + value + ",\n"
	}
	return strings.TrimSuffix(out, ",\n") + "\n}"
}

func (m *keyMaker) View(r shell.Rect) string {
	st := m.sh.Theme()
	switch {
	case m.makeQ.Pending:
		return st.Muted.Render("Making a key…")
	case m.err != "":
		return st.Bad.Render(strings.Join(widget.Wrap("× "+m.err, r.W), "\n"))
	case m.key == nil:
		cols := []widget.Column{{Title: "ALGORITHM", Width: 10}, {Title: "KEY", Width: 20, Flex: 1}}
		return m.table.View(st, cols, len(jwa.Algorithms), func(i int) []widget.Cell {
			name := jwa.Algorithms[i]
			return []widget.Cell{{Text: name, Style: st.Text}, {Text: string(jwa.FamilyOf(name)), Style: st.Muted}}
		}, r.W, min(len(jwa.Algorithms), r.H-1)+1, true)
	}
	cols := []widget.Column{{Title: "FORM", Width: 24, Flex: 1}, {Title: "SIZE", Width: 12, Right: true}}
	out := st.Bold.Render(widget.Clip(m.key.Describe(), r.W)) + "\n\n" + m.table.View(st, cols, len(m.forms), func(i int) []widget.Cell {
		return []widget.Cell{{Text: m.forms[i].name, Style: st.Text}, {Text: m.forms[i].what, Style: st.Muted}}
	}, r.W, len(m.forms)+1, true) + "\n\n"
	f := m.forms[m.table.Cursor]
	if !m.shown {
		return out + st.Muted.Render(widget.Clip("v shows it. Nothing keeps it: copy it, or it is gone.", r.W))
	}
	lines := []string{}
	for l := range strings.SplitSeq(f.value, "\n") {
		lines = append(lines, widget.Wrap(text.Visible(l), r.W)...)
	}
	room := max(1, r.H-len(m.forms)-5)
	if len(lines) > room {
		lines = append(lines[:room-1:room-1], "… y copies it whole")
	}
	return out + st.Text.Render(strings.Join(lines, "\n"))
}

// Press chooses the row under the pointer.
func (m *keyMaker) Press(_ shell.Rect, _, y int) tea.Cmd {
	if m.key != nil {
		y -= 2
	}
	if row, ok := m.table.RowAt(y, m.rows(), m.rows()+1); ok && !m.makeQ.Pending {
		m.table.Move(row, m.rows(), m.rows())
	}
	return nil
}
