package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"keydeck/ui/tui/widget"
)

// The mouse is off until it is turned on: while it is on, the terminal's own
// selection of text does not work.

// Clicked is a screen that knows what stands where. x and y count from the upper
// left of its room.
type Clicked interface{ Click(x, y int) tea.Cmd }

func (d *desk) turnMouse() tea.Cmd {
	d.stored.Mouse = !d.stored.Mouse
	if d.stored.Mouse {
		d.say(said, "the mouse is on: the wheel scrolls, a click chooses")
	} else {
		d.say(said, "the mouse is off: it selects text again")
	}
	return nil
}

// wheelRows is how far one notch of the wheel goes.
const wheelRows = 3

// wheel turns the wheel into the keys for it.
func (r *Root) wheel(m tea.MouseWheelMsg) tea.Cmd {
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

// click goes to the tab or to the row under the pointer. An overlay is answered
// with keys only: a stray click must confirm nothing.
func (r *Root) click(m tea.MouseClickMsg) tea.Cmd {
	if _, over := r.top(); over || m.Button != tea.MouseLeft {
		return nil
	}
	if m.Y == tabRow && r.signedIn {
		return r.clickTab(m.X)
	}
	if c, ok := r.page().(Clicked); ok && m.Y >= headRows && m.Y < headRows+r.body.H {
		return c.Click(m.X, m.Y-headRows)
	}
	return nil
}

// tabRow is the line of the frame that the tabs stand on.
const tabRow = 1

func (r *Root) clickTab(x int) tea.Cmd {
	at := 0
	for i, t := range tabs {
		at += widget.Width(tabLabel(i))
		if x < at {
			for _, c := range r.global() {
				if c.ID == "go."+strings.ToLower(t.title) {
					return r.run(c)
				}
			}
		}
	}
	return nil
}

// Click chooses a request.
func (s *requestsScreen) Click(_, y int) tea.Cmd {
	if row, ok := s.table.RowAt(y-1, s.records.len(), s.rows()+1); ok && s.loaded && !s.Typing() {
		s.goTo(row)
	}
	return nil
}

// Click chooses a credential.
func (s *credentialsScreen) Click(_, y int) tea.Cmd {
	if row, ok := s.table.RowAt(y, len(s.shown), s.rows()+1); ok && s.loaded && !s.Typing() {
		s.table.Move(row, len(s.shown), s.rows())
	}
	return nil
}
