package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/widget"
)

// The mouse is off by default: while it is on, the terminal cannot select text.

func (r *Root) toggleMouse() tea.Cmd {
	r.state.Prefs.Mouse = !r.state.Prefs.Mouse
	if r.state.Prefs.Mouse {
		r.sh.Notify(shell.Success, "the mouse is on: the wheel scrolls, a click chooses")
	} else {
		r.sh.Notify(shell.Success, "the mouse is off: it selects text again")
	}
	return nil
}

// wheelRows is how many rows one notch of the wheel scrolls.
const wheelRows = 3

// wheel sends the arrow keys to the overlay under the pointer or to the screen. A form
// has nothing to scroll.
func (r *Root) wheel(m tea.MouseWheelMsg) tea.Cmd {
	if top, over := r.sh.Top(); over {
		if _, form := top.Overlay.(shell.FormHolder); form || !r.OverlayBox(top.Overlay).Contains(m.X, m.Y) {
			return nil
		}
	}
	k := tea.KeyPressMsg{Code: tea.KeyDown}
	switch m.Button {
	case tea.MouseWheelUp:
		k.Code = tea.KeyUp
	case tea.MouseWheelDown:
	default:
		return nil
	}
	var cmds []tea.Cmd
	for range wheelRows {
		cmds = append(cmds, r.focused().Update(k))
	}
	return tea.Batch(cmds...)
}

// click goes to the tab, the row or the hint under the pointer.
func (r *Root) click(m tea.MouseClickMsg) tea.Cmd {
	if m.Button != tea.MouseLeft {
		return nil
	}
	if top, over := r.sh.Top(); over {
		return r.clickOverlay(top, m.X, m.Y)
	}
	switch {
	case m.Y == tabRow && r.state.SignedIn:
		return r.clickTab(m.X)
	case m.Y == r.state.Size.H-footRows && r.state.Toast.Text == "":
		return r.clickHint(r.hintCommands(), m.X-1, r.state.Size.W-2)
	}
	if c, ok := r.Page().(shell.Clickable); ok && m.Y >= HeadRows && m.Y < HeadRows+r.state.Body.H {
		return c.Click(m.X, m.Y-HeadRows)
	}
	return nil
}

// clickHint runs the command of the hint at x.
func (r *Root) clickHint(cmds []shell.Command, x, w int) tea.Cmd {
	if c, ok := shell.HintAt(cmds, x, w); ok && c.Run != nil {
		return r.run(c)
	}
	return nil
}

// tabRow is the row of the tabs.
const tabRow = 1

func (r *Root) clickTab(x int) tea.Cmd {
	at := 0
	for i, t := range tabs {
		at += widget.Width(tabLabel(i))
		if x < at {
			for _, c := range r.globalCommands() {
				if c.ID == "go."+strings.ToLower(t.title) {
					return r.run(c)
				}
			}
		}
	}
	return nil
}
