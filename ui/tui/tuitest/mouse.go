package tuitest

import (
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"keydeck/ui/tui"
	"keydeck/ui/tui/shell"
)

// Find is where a text is first seen, in the overlay where there is one.
func (r *Rig) Find(text string) (x, y int) {
	r.T.Helper()
	top, over := r.Root.Shell().Top()
	for y, l := range strings.Split(r.Screen(), "\n") {
		for from := 0; ; {
			at := strings.Index(l[from:], text)
			if at < 0 {
				break
			}
			x := ansi.StringWidth(l[:from+at])
			if !over || r.Root.OverlayBox(top.Overlay).Contains(x, y) {
				return x, y
			}
			from += at + len(text)
		}
	}
	r.T.Errorf("there is no %q to point at:\n%s", text, r.Screen())
	return 0, 0
}

// ClickOn clicks on a text.
func (r *Rig) ClickOn(text string) {
	r.T.Helper()
	x, y := r.Find(text)
	r.Send(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft})
	r.Wait(shell.GracePeriod)
}

// ClickOutside clicks where no overlay is.
func (r *Rig) ClickOutside() {
	r.Send(tea.MouseClickMsg{X: 0, Y: tui.HeadRows, Button: tea.MouseLeft})
}

// WheelOn turns the wheel over a text.
func (r *Rig) WheelOn(text string, b tea.MouseButton) {
	r.T.Helper()
	x, y := r.Find(text)
	r.Send(tea.MouseWheelMsg{X: x, Y: y, Button: b})
}
