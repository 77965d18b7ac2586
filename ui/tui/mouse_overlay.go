package tui

import (
	tea "charm.land/bubbletea/v2"

	"keydeck/ui/tui/shell"
)

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
	cmds := r.keymap.Bind(top.Commands())
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
	switch o := top.Overlay.(type) {
	case shell.FormHolder:
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
	case shell.Pressable:
		return o.Press(box.content, x, y)
	}
	return nil
}
