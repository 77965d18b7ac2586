package requests

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/widget"
)

func (m *columnMenu) Dismissable() bool { return true } // what was chosen holds already

// Press shows or hides the column under the pointer.
func (m *columnMenu) Press(_ shell.Rect, _, y int) tea.Cmd {
	if y < 0 || y >= len(optionalColumns()) {
		return nil
	}
	m.table.Move(y, len(optionalColumns()), len(optionalColumns()))
	return m.toggle()
}

// shownIn reports a column that is in the list now.
func (c *column) shown(sh *shell.Shell) bool {
	if c.fixed || sh.Prefs().Columns == nil {
		return c.fixed || c.byDefault
	}
	return slices.Contains(sh.Prefs().Columns, c.id)
}

func (s *screen) chooseColumns() tea.Cmd {
	s.sh.Open(&columnMenu{sh: s.sh, screen: s})
	return nil
}

// columnMenu says which columns the list of requests has.
type columnMenu struct {
	sh     *shell.Shell
	screen *screen
	table  widget.Table
}

// choosable are the columns that may go.
func optionalColumns() []column {
	return slices.DeleteFunc(slices.Clone(allColumns), func(c column) bool { return c.fixed })
}

func (m *columnMenu) Title() string { return "Columns" }

func (m *columnMenu) Width(r shell.Rect) int { return min(r.W, 50) }

func (m *columnMenu) Update(msg tea.Msg) tea.Cmd {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		m.table.Key(k.Keystroke(), len(optionalColumns()), len(optionalColumns()))
	}
	return nil
}

func (m *columnMenu) toggle() tea.Cmd {
	var shown []string
	for i, c := range optionalColumns() {
		if c.shown(m.sh) != (i == m.table.Cursor) {
			shown = append(shown, c.id)
		}
	}
	m.sh.Prefs().Columns = append([]string{}, shown...)
	return nil
}

func (m *columnMenu) Commands() []shell.Command {
	return []shell.Command{
		{ID: "columns.toggle", Title: "show or hide the column", Short: "show or hide", Key: shell.Keys("space", "enter"), Run: m.toggle},
		{ID: "columns.close", Title: "done", Short: "done", Key: shell.Keys("esc", "q", "C"), Run: func() tea.Cmd { m.sh.Close(); return nil }},
	}
}

func (m *columnMenu) View(r shell.Rect) string {
	list := optionalColumns()
	lines := make([]string, 0, len(list)+2)
	_, hidden := m.screen.fitColumns(m.screen.listWidth())
	for i, c := range list {
		mark, box, style := "  ", "[ ] ", m.sh.Theme().Muted
		if i == m.table.Cursor {
			mark = m.sh.Theme().Accent.Render("▌ ")
		}
		if c.shown(m.sh) {
			box, style = "[x] ", m.sh.Theme().Text
		}
		about := c.about
		if c.shown(m.sh) && slices.Contains(hidden, c.id) {
			about = "no room for it now"
		}
		lines = append(lines, mark+style.Render(box+widget.Left(strings.ToUpper(c.Title), 8)+about))
	}
	for _, l := range widget.Wrap("Where there is no room for all, the details give way first, then TOOK.", r.W) {
		lines = append(lines, m.sh.Theme().Muted.Render(l))
	}
	return strings.Join(lines, "\n")
}
