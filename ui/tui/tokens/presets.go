package tokens

import (
	"cmp"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"keydeck/ui/preset"
	"keydeck/ui/tui/list"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/theme"
	"keydeck/ui/tui/widget"
)

// setPreset puts a preset in the place of the text.
func (e *editor) setPreset(p preset.Preset) {
	account, kid := "ABC123", "the JWT secret's kid"
	if e.sh.Project() != nil {
		account = e.sh.Project().AccountID
	}
	if e.signer.secret != nil {
		kid = e.signer.secret.ID
	}
	e.header.Set(layoutJSON(p.Header(kid)))
	e.claims.Set(layoutJSON(p.Claims(e.sh.Now(), map[string]string{"account": account, "host": "host-1", "pair": "pair-1", "session": "session-1",
		"token": "token-1", "url": cmp.Or(e.sh.URL(), "https://issuer.example"), "user": "user-1"})))
}

// presetMenu begins an edit with a preset.
type presetMenu struct {
	list.Menu[preset.Preset]
	editor *editor
}

func (e *editor) choosePreset() {
	e.sh.Open(&presetMenu{editor: e, Menu: list.NewMenu(e.sh, "Start from", 66, len(preset.All), list.Config[preset.Preset]{
		Columns: []list.Column[preset.Preset]{
			{Column: widget.Column{Title: "FAMILY", Width: 6}, Text: func(p *preset.Preset) string { return p.Family }, Style: func(_ *preset.Preset, st *theme.Styles) lipgloss.Style { return st.AccentBold }},
			{Column: widget.Column{Title: "WHAT", Width: 30, Flex: 1}, Text: func(p *preset.Preset) string { return p.What }, Style: func(_ *preset.Preset, st *theme.Styles) lipgloss.Style { return st.Text }},
		},
	}, preset.All)})
}

func (m *presetMenu) Commands() []shell.Command {
	return m.MenuCommands("preset", "cancel", "one", shell.Command{ID: "preset.take", Title: "replace the text with it", Short: "use it", Key: shell.Keys("enter"),
		Run: func() tea.Cmd { return m.editor.replaceBy(m.Take()) }})
}

// replaceBy sets a preset. It asks first if something was changed.
func (e *editor) replaceBy(p preset.Preset) tea.Cmd {
	set := func() tea.Cmd {
		e.setPreset(p)
		return e.changed()
	}
	if !e.dirty() {
		return set()
	}
	e.sh.OpenGuarded(shell.NewConfirm(e.sh, "Replace the text with the preset?", []string{"Your changes will be lost."}, "replace", set))
	return nil
}
