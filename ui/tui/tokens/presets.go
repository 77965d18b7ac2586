package tokens

import (
	"cmp"

	tea "charm.land/bubbletea/v2"

	"keydeck/ui/preset"
	"keydeck/ui/tui/shell"
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
type presetMenu struct{ menu }

func (e *editor) choosePreset() {
	e.sh.Open(&presetMenu{menu{sh: e.sh, title: "Begin with", id: "preset", width: 66, hint: "choose one",
		action:  shell.Command{ID: "preset.take", Title: "put it in place of the text", Short: "take it", Key: shell.Keys("enter")},
		columns: []widget.Column{{Title: "FAMILY", Width: 6}, {Title: "WHAT", Width: 30, Flex: 1}}, count: func() int { return len(preset.All) }, most: len(preset.All),
		row: func(i int) []widget.Cell {
			return []widget.Cell{{Text: preset.All[i].Family, Style: e.sh.Theme().AccentBold}, {Text: preset.All[i].What, Style: e.sh.Theme().Text}}
		},
		choose: e.replaceBy}})
}

// replaceBy sets a preset. It asks first if something was changed.
func (e *editor) replaceBy(i int) tea.Cmd {
	set := func() tea.Cmd {
		e.setPreset(preset.All[i])
		return e.changed()
	}
	if !e.dirty() {
		return set()
	}
	e.sh.OpenGuarded(shell.NewConfirm(e.sh, "Put the preset in its place?", []string{"What was changed is lost."}, "put it there", set))
	return nil
}
