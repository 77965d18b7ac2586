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
		r.sh.Notify(shell.Success, "the mouse is on: the wheel scrolls, a click chooses, another opens")
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
	if m.Y >= HeadRows && m.Y < HeadRows+r.state.Body.H {
		return r.clickContent(r.state.Body, m.X, m.Y-HeadRows)
	}
	return nil
}

// clickContent clicks in the content of the top overlay or of the screen.
func (r *Root) clickContent(room shell.Rect, x, y int) tea.Cmd {
	on := r.focused()
	if c, ok := on.(shell.Clickable); !ok || !c.Click(room, x, y) {
		return nil
	}
	if c, ok := shell.FindCommand(on.Commands(), tea.KeyPressMsg{Code: tea.KeyEnter}); ok && (c.Run != nil || c.Disabled != "") {
		return r.run(c) // also if the user has given it another key
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

func (p overlayBox) Contains(x, y int) bool {
	return x >= p.x && x < p.x+p.w && y >= p.y && y < p.y+p.h
}

// clickOverlay handles a click while an overlay is open: a hint runs its command, a
// row is chosen, a field gets the focus. A click beside the box closes a Dismissable.
func (r *Root) clickOverlay(top shell.Layer, x, y int) tea.Cmd {
	if top.Guarded && r.state.Now.Sub(top.Opened) < shell.GracePeriod {
		return nil // it was meant for something else, as a key would be
	}
	box := r.OverlayBox(top.Overlay)
	cmds := r.bind(top.Commands())
	if !box.Contains(x, y) {
		f, ok := top.Overlay.(shell.Dismissable)
		if !ok || !f.Dismissable() {
			return nil
		}
		if c, ok := shell.FindCommand(cmds, tea.KeyPressMsg{Code: tea.KeyEscape}); ok {
			return r.run(c)
		}
		r.sh.Close()
		return nil
	}
	x, y = x-box.x-contentX, y-box.y-contentY
	if row := y - (box.h - contentY - 1 - len(box.Hints)); row >= 0 && row < len(box.Hints) {
		return r.clickHint(box.Hints[row], x, box.content.W)
	}
	if o, ok := top.Overlay.(shell.FormHolder); ok {
		form := o.Form()
		if form == nil {
			return nil
		}
		if i, ok := o.(shell.FormOffset); ok {
			y -= i.FormLine(box.content)
		}
		h := box.content.H
		if f, ok := o.(interface{ FormHeight(shell.Rect) int }); ok {
			h = f.FormHeight(box.content)
		}
		form.Click(r.state.Theme, box.content.W, h, x, y)
		return top.Update(shell.SecondMsg{}) // updates what depends on a choice
	}
	return r.clickContent(box.content, x, y)
}
