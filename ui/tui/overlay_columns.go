package tui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"keydeck/ui/tui/widget"
)

func (m *columnMenu) fleeting() bool { return true } // what was chosen holds already

// Press shows or hides the column under the pointer.
func (m *columnMenu) Press(_ Rect, _, y int) tea.Cmd {
	if y < 0 || y >= len(choosable()) {
		return nil
	}
	m.table.Move(y, len(choosable()), len(choosable()))
	return m.toggle()
}

// shownIn reports a column that is in the list now.
func (c *requestColumn) shownIn(d *desk) bool {
	if c.fixed || d.stored.Columns == nil {
		return c.fixed || c.plain
	}
	return slices.Contains(d.stored.Columns, c.id)
}

func (s *requestsScreen) chooseColumns() tea.Cmd {
	s.open(&columnMenu{desk: s.desk, list: s})
	return nil
}

// columnMenu says which columns the list of requests has.
type columnMenu struct {
	*desk
	list  *requestsScreen
	table widget.Table
}

// choosable are the columns that may go.
func choosable() []requestColumn {
	return slices.DeleteFunc(slices.Clone(requestColumns), func(c requestColumn) bool { return c.fixed })
}

func (m *columnMenu) Title() string { return "Columns" }

func (m *columnMenu) width(r Rect) int { return min(r.W, 50) }

func (m *columnMenu) Update(msg tea.Msg) tea.Cmd {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		m.table.Key(k.Keystroke(), len(choosable()), len(choosable()))
	}
	return nil
}

func (m *columnMenu) toggle() tea.Cmd {
	var shown []string
	for i, c := range choosable() {
		if c.shownIn(m.desk) != (i == m.table.Cursor) {
			shown = append(shown, c.id)
		}
	}
	m.stored.Columns = append([]string{}, shown...)
	return nil
}

func (m *columnMenu) Commands() []Command {
	return []Command{
		{ID: "columns.toggle", Title: "show or hide the column", Short: "show or hide", Key: on("space", "enter"), Run: m.toggle},
		{ID: "columns.close", Title: "done", Short: "done", Key: on("esc", "q", "C"), Run: func() tea.Cmd { m.close(); return nil }},
	}
}

func (m *columnMenu) View(r Rect) string {
	list := choosable()
	lines := make([]string, 0, len(list)+2)
	_, hidden := m.list.fitting(m.list.listRoom())
	for i, c := range list {
		mark, box, style := "  ", "[ ] ", m.th.Muted
		if i == m.table.Cursor {
			mark = m.th.Accent.Render("▌ ")
		}
		if c.shownIn(m.desk) {
			box, style = "[x] ", m.th.Text
		}
		about := c.about
		if c.shownIn(m.desk) && slices.Contains(hidden, c.id) {
			about = "no room for it now"
		}
		lines = append(lines, mark+style.Render(box+widget.Left(strings.ToUpper(c.Title), 8)+about))
	}
	for _, l := range widget.Wrap("Where there is no room for all, the details give way first, then TOOK.", r.W) {
		lines = append(lines, m.th.Muted.Render(l))
	}
	return strings.Join(lines, "\n")
}
