package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/widget"
)

// startScreen is shown until it is known who is signed in.
type startScreen struct{ sh *shell.Shell }

func newStartScreen(sh *shell.Shell) shell.Screen { return &startScreen{sh} }

func (s *startScreen) Init() tea.Cmd             { return nil }
func (s *startScreen) Update(tea.Msg) tea.Cmd    { return nil }
func (s *startScreen) Title() string             { return "" }
func (s *startScreen) Commands() []shell.Command { return nil }

func (s *startScreen) View(r shell.Rect) string {
	word, more := "Connecting to "+widget.ClipMiddle(s.sh.Client().Target(), r.W-16), ""
	switch s.sh.Link() {
	case shell.LinkStarting:
		word = "Starting the server"
	case shell.LinkLost:
		word = "No server answers at " + widget.ClipMiddle(s.sh.Client().Target(), r.W-24)
		more = "It is tried again every two seconds. keydeck serve starts one; q quits."
	case shell.LinkUp:
		word = "Signing in"
	}
	lines := []string{"", "", "  " + s.sh.Theme().Text.Render(word), "  " + s.sh.Theme().Muted.Render(more)}
	return strings.Join(lines, "\n")
}
