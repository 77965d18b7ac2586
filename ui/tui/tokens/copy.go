package tokens

import (
	tea "charm.land/bubbletea/v2"

	"keydeck/model/inspect/jwt"
	"keydeck/ui/text"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/widget"
)

// copyMenu copies one part of a token.
type copyMenu struct {
	sh    *shell.Shell
	parts []copyable
	table widget.Table
}

// copyable is a part that can be copied.
type copyable struct{ name, what, value string }

// copyables are the parts of the token that is looked at.
func (s *screen) copyables() (out []copyable) {
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

func (s *screen) chooseCopy() tea.Cmd {
	s.sh.Open(&copyMenu{sh: s.sh, parts: s.copyables()})
	return nil
}

func (m *copyMenu) Title() string          { return "Copy" }
func (m *copyMenu) Width(r shell.Rect) int { return min(r.W, 60) }
func (m *copyMenu) Dismissable() bool      { return true }

func (m *copyMenu) Update(msg tea.Msg) tea.Cmd {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		m.table.Key(k.Keystroke(), len(m.parts), len(m.parts))
	}
	return nil
}

func (m *copyMenu) Commands() []shell.Command {
	return []shell.Command{
		{ID: "copy.cancel", Title: "cancel", Short: "cancel", Key: shell.Keys("esc"), Run: func() tea.Cmd { m.sh.Close(); return nil }},
		{ID: "copy.choose", Title: "choose a part", Short: "choose", Key: shell.Keys("up", "down")},
		{ID: "copy.copy", Title: "copy it", Short: "copy", Key: shell.Keys("enter", "y"), Run: m.copy},
	}
}

func (m *copyMenu) copy() tea.Cmd {
	part := m.parts[m.table.Cursor]
	m.sh.Close()
	return m.sh.Copy(part.name, part.value)
}

func (m *copyMenu) View(r shell.Rect) string {
	cols := []widget.Column{{Title: "PART", Width: 20, Flex: 1}, {Title: "SIZE", Width: 14, Right: true}}
	return m.table.View(m.sh.Theme(), cols, len(m.parts), func(i int) []widget.Cell {
		return []widget.Cell{{Text: m.parts[i].name, Style: m.sh.Theme().Text}, {Text: m.parts[i].what, Style: m.sh.Theme().Muted}}
	}, r.W, min(len(m.parts), r.H-1)+1, true)
}

// Press copies the part under the pointer.
func (m *copyMenu) Press(room shell.Rect, _, y int) tea.Cmd {
	row, ok := m.table.RowAt(y, len(m.parts), min(len(m.parts), room.H-1)+1)
	if !ok {
		return nil
	}
	m.table.Move(row, len(m.parts), len(m.parts))
	return m.copy()
}
