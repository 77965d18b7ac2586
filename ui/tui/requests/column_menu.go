package requests

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/widget"
)

// columnMenu chooses the columns of the list.
type columnMenu struct {
	sh     *shell.Shell
	screen *screen
	table  widget.Table
}

var optionalColumns = slices.DeleteFunc(slices.Clone(allColumns), func(c column) bool { return c.fixed })

func (m *columnMenu) Title() string { return "Columns" }

func (m *columnMenu) Width(r shell.Rect) int { return min(r.W, 50) }

func (m *columnMenu) Dismissable() bool { return true }

func (m *columnMenu) Update(msg tea.Msg) tea.Cmd {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		m.table.Key(k.String(), len(optionalColumns), len(optionalColumns))
	}
	return nil
}

// Click shows or hides the column under the pointer.
func (m *columnMenu) Click(_ shell.Rect, _, y int) (enter bool) {
	if y < 0 || y >= len(optionalColumns) {
		return false
	}
	m.table.Move(y, len(optionalColumns), len(optionalColumns))
	return true
}

func (m *columnMenu) toggle() {
	shown := []string{}
	for i, c := range optionalColumns {
		if c.shown(m.sh) != (i == m.table.Cursor) {
			shown = append(shown, c.id)
		}
	}
	m.sh.Prefs().Columns = shown
}

func (m *columnMenu) Commands() []shell.Command {
	return []shell.Command{
		{ID: "columns.toggle", Title: "show or hide the column", Short: "show or hide", Key: shell.Keys("space", "enter"), Run: shell.Do(m.toggle)},
		{ID: "columns.close", Title: "done", Short: "done", Key: shell.Keys("esc", "q", "C"), Run: shell.Do(m.sh.Close)},
	}
}

func (m *columnMenu) View(r shell.Rect) string {
	st := m.sh.Theme()
	lines := make([]string, 0, len(optionalColumns)+2)
	_, hidden := m.screen.fitColumns(m.screen.listWidth())
	for i, c := range optionalColumns {
		mark, box, about, style := "  ", "[ ] ", c.about, st.Muted
		if i == m.table.Cursor {
			mark = st.Accent.Render("▌ ")
		}
		if c.shown(m.sh) {
			box, style = "[x] ", st.Text
			if slices.Contains(hidden, c.id) {
				about = "no room at this width"
			}
		}
		lines = append(lines, mark+style.Render(box+widget.Left(strings.ToUpper(c.Title), 8)+about))
	}
	for _, l := range widget.Wrap("If the window is too narrow, the details are hidden first, then TOOK.", r.W) {
		lines = append(lines, st.Muted.Render(l))
	}
	return strings.Join(lines, "\n")
}
