package tuitest

import (
	"maps"

	tea "charm.land/bubbletea/v2"

	"keydeck/ui/tui/place"
	"keydeck/ui/tui/shell"
)

// Only returns the given screens, and blank ones where there are none, for tests of one
// package of screens.
func Only(screens shell.Screens) shell.Screens {
	all := map[place.Screen]shell.Maker{}
	for at := place.SignIn; at <= place.Members; at++ {
		all[at] = newBlank
	}
	maps.Copy(all, screens.Makers)
	screens.Makers = all
	if screens.Switcher == nil {
		screens.Switcher = func(*shell.Shell, *shell.ProjectQuestion) shell.Overlay { return &blank{} }
	}
	return screens
}

// blank is an empty screen or overlay.
type blank struct{}

func newBlank(*shell.Shell) shell.Screen { return &blank{} }

func (*blank) Init() tea.Cmd             { return nil }
func (*blank) Update(tea.Msg) tea.Cmd    { return nil }
func (*blank) View(shell.Rect) string    { return "" }
func (*blank) Title() string             { return "" }
func (*blank) Commands() []shell.Command { return nil }
