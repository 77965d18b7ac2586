package tui

import tea "charm.land/bubbletea/v2"

// The mouse in what floats. A click does what is written where it falls: a hint is
// a button, a row is chosen, a field gets the focus. Beside the box it closes what
// can be opened again without a loss; a form that is being filled in, and a secret
// that is shown once, stay.

func (p placed) has(x, y int) bool { return x >= p.x && x < p.x+p.w && y >= p.y && y < p.y+p.h }

func (r *Root) clickOverlay(top overlayed, x, y int) tea.Cmd {
	if top.grace && r.at.Sub(top.opened) < graceFor {
		return nil // it was on its way to something else, as a key would be
	}
	box := r.place(top.Overlay)
	cmds := r.keymap.bind(top.Commands())
	if !box.has(x, y) {
		f, ok := top.Overlay.(fleeting)
		if !ok || !f.fleeting() {
			return nil
		}
		if c, ok := find(cmds, tea.KeyPressMsg{Code: tea.KeyEscape}); ok {
			return r.run(c)
		}
		r.close()
		return nil
	}
	x, y = x-box.x-contentX, y-box.y-contentY
	if row := y - (box.h - contentY - 1 - len(box.hints)); row >= 0 && row < len(box.hints) {
		return r.clickHint(box.hints[row], x, box.room.W)
	}
	switch o := top.Overlay.(type) {
	case formed:
		form := o.fields()
		if form == nil {
			return nil
		}
		if i, ok := o.(introduced); ok {
			y -= i.formLine(box.room)
		}
		h := box.room.H
		if f, ok := o.(interface{ formH(Rect) int }); ok {
			h = f.formH(box.room)
		}
		form.Click(r.th, box.room.W, h, x, y)
		return top.Update(secondMsg{}) // what depends on a choice is brought up to it
	case Pressed:
		return o.Press(box.room, x, y)
	}
	return nil
}
