package tui

import (
	tea "charm.land/bubbletea/v2"

	"keydeck/model/inspect/jwt"
	"keydeck/ui/text"
	"keydeck/ui/tui/widget"
)

// copyMenu copies one part of a token.
type copyMenu struct {
	*desk
	parts []copyable
	table widget.Table
}

// copyable is a part that can be copied.
type copyable struct{ name, what, value string }

// copyables are the parts of the token that is looked at.
func (s *tokenScreen) copyables() (out []copyable) {
	add := func(name, value string) {
		if value != "" {
			out = append(out, copyable{name, text.Plural(len(value), "byte", "bytes"), value})
		}
	}
	t := &s.look.token
	if m := s.chosen(); m != nil {
		add("the member "+widget.Clip(m.name, 24), m.raw)
	}
	add("the token", t.Raw)
	add("the header, as JSON", t.Header.Text)
	if s.look.isOpen() {
		add("what it held, opened", s.look.opened.plain)
	}
	add("the claims, as JSON", t.Claims.Text)
	add("the signature, as base64url", t.Text(jwt.SegmentSignature))
	add("the findings", s.plainRows(paneFindings))
	add("the verdict", stripped(s.verdictLines(200)[0])+"\n"+s.plainRows(paneVerdict))
	return out
}

func (s *tokenScreen) chooseCopy() tea.Cmd {
	s.open(&copyMenu{desk: s.desk, parts: s.copyables()})
	return nil
}

func (m *copyMenu) Title() string    { return "Copy" }
func (m *copyMenu) width(r Rect) int { return min(r.W, 60) }
func (m *copyMenu) fleeting() bool   { return true }

func (m *copyMenu) Update(msg tea.Msg) tea.Cmd {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		m.table.Key(k.Keystroke(), len(m.parts), len(m.parts))
	}
	return nil
}

func (m *copyMenu) Commands() []Command {
	return []Command{
		{ID: "copy.cancel", Title: "cancel", Short: "cancel", Key: on("esc"), Run: func() tea.Cmd { m.close(); return nil }},
		{ID: "copy.choose", Title: "choose a part", Short: "choose", Key: on("up", "down")},
		{ID: "copy.copy", Title: "copy it", Short: "copy", Key: on("enter", "y"), Run: m.copy},
	}
}

func (m *copyMenu) copy() tea.Cmd {
	part := m.parts[m.table.Cursor]
	m.close()
	return m.copyOut(part.name, part.value)
}

func (m *copyMenu) View(r Rect) string {
	cols := []widget.Column{{Title: "PART", Width: 20, Flex: 1}, {Title: "SIZE", Width: 14, Right: true}}
	return m.table.View(m.th, cols, len(m.parts), func(i int) []widget.Cell {
		return []widget.Cell{{Text: m.parts[i].name, Style: m.th.Text}, {Text: m.parts[i].what, Style: m.th.Muted}}
	}, r.W, min(len(m.parts), r.H-1)+1, true)
}

// Press copies the part under the pointer.
func (m *copyMenu) Press(room Rect, _, y int) tea.Cmd {
	row, ok := m.table.RowAt(y, len(m.parts), min(len(m.parts), room.H-1)+1)
	if !ok {
		return nil
	}
	m.table.Move(row, len(m.parts), len(m.parts))
	return m.copy()
}
