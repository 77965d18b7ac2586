package tui

import (
	tea "charm.land/bubbletea/v2"

	"keydeck/ui/tui/widget"
)

// The mouse in what floats. A click does what is written where it falls: a hint is
// a button, a row is chosen, a field gets the focus. Beside the box it closes what
// can be opened again without a loss; a form that is being filled in, and a secret
// that is shown once, stay.

// Pressed is an overlay that knows what stands where. x and y count from the upper
// left of its content, which has the given room.
type Pressed interface {
	Press(room Rect, x, y int) tea.Cmd
}

// formed is an overlay with a form in it; nil while it takes no input.
type formed interface{ fields() *widget.Form }

// introduced is a form that begins below some text, on the given line.
type introduced interface{ formLine(room Rect) int }

// fleeting is an overlay that a click beside it may close: it holds nothing that
// would be lost.
type fleeting interface{ fleeting() bool }

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

func (f *issueForm) fields() *widget.Form  { return unless(f.waiting, &f.form) }
func (f *rotateForm) fields() *widget.Form { return unless(f.waiting, &f.form) }
func (e *exporting) fields() *widget.Form  { return unless(e.running, &e.form) }
func (f *nameForm) fields() *widget.Form   { return &f.form }
func (f *memberForm) fields() *widget.Form { return &f.form }

func (f *rotateForm) formLine(r Rect) int { return len(f.intro(r.W)) + 1 }

func unless(busy bool, form *widget.Form) *widget.Form {
	if busy {
		return nil
	}
	return form
}

func (h *help) fleeting() bool       { return true }
func (p *palette) fleeting() bool    { return true }
func (s *switcher) fleeting() bool   { return true }
func (m *columnMenu) fleeting() bool { return true } // what was chosen holds already
func (c *confirm) fleeting() bool    { return c.word == nil }

// fleeting: once the answer is there, or while nothing was pasted.
func (p *replay) fleeting() bool { return p.got != nil || p.header.Value() == "" && !p.sendQ.waiting }

// listLine is where the list of an overlay with an input above it begins, its head
// line.
const listLine = 2

// Press runs the command under the pointer.
func (p *palette) Press(room Rect, _, y int) tea.Cmd {
	n := len(p.found)
	row, ok := p.table.RowAt(y-listLine, n, p.rows(room)+1)
	if !ok {
		return nil
	}
	p.table.Move(row, n, paletteRows)
	return p.chosen()
}

// Press goes to the project under the pointer.
func (s *switcher) Press(room Rect, _, y int) tea.Cmd {
	row, ok := s.table.RowAt(y-listLine, len(s.found), s.rows(room)+1)
	if !ok {
		return nil
	}
	s.table.Move(row, len(s.found), switcherRows)
	return s.chosen()
}

// Press shows or hides the column under the pointer.
func (m *columnMenu) Press(_ Rect, _, y int) tea.Cmd {
	if y < 0 || y >= len(choosable()) {
		return nil
	}
	m.table.Move(y, len(choosable()), len(choosable()))
	return m.toggle()
}

// Press chooses what is under the pointer; sending takes another click, or a key.
func (p *replay) Press(room Rect, _, y int) tea.Cmd {
	if p.got != nil {
		return nil
	}
	from, rows, airy := p.layout(room)
	if y--; airy {
		y--
	}
	if y >= 0 && y < rows {
		p.pick(from + y)
	}
	return nil
}

// Press chooses a part of the secret.
func (s *secretOnce) Press(room Rect, _, y int) tea.Cmd {
	at := len(s.standing(room.W)) + 1
	for i, p := range s.parts {
		n := len(s.valueLines(p, room.W-s.labelWidth()-4))
		if y >= at && y < at+n {
			s.pick = i
		}
		at += n
	}
	return nil
}
