package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"keydeck/ui/tui/widget"
)

// startScreen is the first frame: it stands until it is known who is signed in.
type startScreen struct{ *desk }

func newStartScreen(d *desk) Screen { return &startScreen{d} }

func (s *startScreen) Init() tea.Cmd          { return nil }
func (s *startScreen) Update(tea.Msg) tea.Cmd { return nil }
func (s *startScreen) Title() string          { return "" }
func (s *startScreen) Commands() []Command    { return nil }

func (s *startScreen) View(r Rect) string {
	word, more := "Connecting to "+widget.ClipMiddle(s.client.Target(), r.W-16), ""
	switch s.link {
	case linkStarting:
		word = "Starting the server"
	case linkLost:
		word = "No server answers at " + widget.ClipMiddle(s.client.Target(), r.W-24)
		more = "It is tried again every two seconds. keydeck serve starts one; q quits."
	case linkUp:
		word = "Signing in"
	}
	lines := []string{"", "", "  " + s.th.Text.Render(word), "  " + s.th.Muted.Render(more)}
	return strings.Join(lines, "\n")
}
