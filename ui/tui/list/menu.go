package list

import (
	"fmt"
	"strings"

	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/widget"
)

// Menu is an overlay with a list to choose from. Where items have a Name, there is an
// input above them, and those that match it best come first. Empty and Note give one
// line.
type Menu[T any] struct {
	*List[T]
	title string
	width int
}

// NewMenu makes a menu of at most width cells and most rows.
func NewMenu[T any](sh *shell.Shell, title string, width, most int, cfg Config[T], items []T) Menu[T] {
	l := New(sh, nil, cfg)
	l.most, l.ranked, l.typing = most, true, cfg.Name != nil
	l.Set(items)
	return Menu[T]{l, title, width}
}

func (m *Menu[T]) Title() string          { return m.title }
func (m *Menu[T]) Width(r shell.Rect) int { return min(r.W, m.width) }
func (m *Menu[T]) Dismissable() bool      { return true }

// Blank reports that nothing is typed.
func (m *Menu[T]) Blank() bool { return m.filter.Value() == "" }

// Take closes the menu and gives the selected item.
func (m *Menu[T]) Take() T {
	item := *m.Selected()
	m.sh.Close()
	return item
}

// MenuCommands are to leave the menu, to choose what it lists, and what enter does. The
// IDs of the first two begin with name.
func (m *Menu[T]) MenuCommands(name, leave, what string, enter shell.Command) []shell.Command {
	return []shell.Command{
		{ID: name + "." + leave, Title: leave, Short: leave, Key: shell.Keys("esc"), Run: shell.Do(m.sh.Close)},
		{ID: name + ".choose", Title: "choose " + what, Short: "choose", Key: shell.Keys("up", "down")},
		enter,
	}
}

// layout is how many rows show in a room, and the lines below them: the note, and which
// of how many rows is selected if not all of them show.
func (m *Menu[T]) layout(r shell.Rect) (rows int, below []string) {
	n, room, note := len(m.shown), r.H-m.above()-1, ""
	if m.cfg.Note != nil {
		note = m.cfg.Note()
	}
	if note != "" {
		below = []string{"", widget.Clip(note, r.W)}
	}
	if rows = min(n, m.most); rows < n || rows+len(below) > room {
		rows = max(1, min(rows, room-1))
		if rows < n {
			note = m.sh.Theme().Muted.Render(fmt.Sprintf(" %d of %d", m.table.Cursor+1, n)) + "   " + note
		}
		below = []string{widget.Clip(strings.TrimRight(note, " "), r.W)}
	}
	return rows, below
}

// above is how many lines are above the list.
func (m *Menu[T]) above() int {
	if m.typing {
		return 2
	}
	return 0
}

func (m *Menu[T]) View(r shell.Rect) string {
	var lines []string
	if m.typing {
		lines = []string{m.sh.Theme().Accent.Render("▌ ") + m.filter.View(m.sh.Theme(), r.W-2, true), ""}
	}
	if len(m.shown) == 0 {
		return strings.Join(append(lines, m.sh.Theme().Muted.Render(widget.Clip(m.cfg.Empty(), r.W))), "\n")
	}
	rows, below := m.layout(r)
	lines = append(lines, m.rowsView(r.W, rows+1))
	return strings.Join(append(lines, below...), "\n")
}

// Click selects the row under the pointer, and does what enter does.
func (m *Menu[T]) Click(r shell.Rect, _, y int) (enter bool) {
	rows, _ := m.layout(r)
	row, ok := m.table.RowAt(y-m.above(), len(m.shown), rows+1)
	if ok {
		m.move(row)
	}
	return ok
}
