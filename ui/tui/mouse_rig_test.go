package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// find is where a text is first seen, in the overlay where there is one.
func (r *rig) find(text string) (x, y int) {
	r.t.Helper()
	top, over := r.root.top()
	for y, l := range strings.Split(r.screen(), "\n") {
		for from := 0; ; {
			at := strings.Index(l[from:], text)
			if at < 0 {
				break
			}
			x := ansi.StringWidth(l[:from+at])
			if !over || r.root.place(top.Overlay).has(x, y) {
				return x, y
			}
			from += at + len(text)
		}
	}
	r.t.Errorf("there is no %q to point at:\n%s", text, r.screen())
	return 0, 0
}

// clickOn clicks on a text.
func (r *rig) clickOn(text string) {
	r.t.Helper()
	x, y := r.find(text)
	r.send(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft})
	r.wait(graceFor)
}

// clickBeside clicks where no overlay is.
func (r *rig) clickBeside() {
	r.send(tea.MouseClickMsg{X: 0, Y: headRows, Button: tea.MouseLeft})
}

func (r *rig) wheelOn(text string, b tea.MouseButton) {
	r.t.Helper()
	x, y := r.find(text)
	r.send(tea.MouseWheelMsg{X: x, Y: y, Button: b})
}
