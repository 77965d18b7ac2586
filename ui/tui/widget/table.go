package widget

import (
	"strings"

	"charm.land/lipgloss/v2"

	"keydeck/ui/tui/theme"
)

// Column of a table. A column with Flex shares what the fixed ones leave, in
// proportion; Width is then its least. When the room is too small, columns with
// the highest Drop go first; those with 0 stay.
type Column struct {
	Title string
	Width int
	Flex  int
	Max   int // of a flexible column; 0: no limit
	Right bool
	Drop  int
}

// Cell is one field of a row. Its text must have been through text.Visible
// when it is foreign.
type Cell struct {
	Text  string
	Style lipgloss.Style
}

// Table is a list of rows with one under the cursor. It draws the rows that are
// visible and asks for no others.
type Table struct {
	Cursor int
	offset int
}

// Move takes the cursor to row i of n, where h rows are visible.
func (t *Table) Move(i, n, h int) {
	t.Cursor = max(0, min(i, n-1))
	t.offset = t.window(n, h)
}

// window is the first visible row: as little away from the present one as shows
// the cursor.
func (t *Table) window(n, h int) int {
	off := min(t.offset, t.Cursor)
	if t.Cursor >= off+h {
		off = t.Cursor - h + 1
	}
	return max(0, min(off, n-h))
}

// Key moves the cursor by a movement key and reports whether it was one.
func (t *Table) Key(key string, n, h int) bool {
	switch key {
	case "up", "k":
		t.Move(t.Cursor-1, n, h)
	case "down", "j":
		t.Move(t.Cursor+1, n, h)
	case "pgup", "ctrl+b":
		t.Move(t.Cursor-max(1, h-1), n, h)
	case "pgdown", "ctrl+f":
		t.Move(t.Cursor+max(1, h-1), n, h)
	case "ctrl+u":
		t.Move(t.Cursor-max(1, h/2), n, h)
	case "ctrl+d":
		t.Move(t.Cursor+max(1, h/2), n, h)
	case "home":
		t.Move(0, n, h)
	case "end", "G":
		t.Move(n-1, n, h)
	default:
		return false
	}
	return true
}

const gap = 2 // cells between columns

// widths shares w cells among the columns; a column that was dropped has 0.
func widths(cols []Column, w int) []int {
	out := make([]int, len(cols))
	shown := make([]bool, len(cols))
	for i := range shown {
		shown[i] = true
	}
	need := func() (total, flex int) {
		for i, c := range cols {
			if shown[i] {
				total += c.Width + gap
				flex += c.Flex
			}
		}
		return total - gap, flex
	}
	total, flex := need()
	for total > w {
		drop := -1
		for i, c := range cols {
			if shown[i] && c.Drop > 0 && (drop < 0 || c.Drop > cols[drop].Drop) {
				drop = i
			}
		}
		if drop < 0 {
			break
		}
		shown[drop] = false
		total, flex = need()
	}
	spare := max(0, w-total)
	for i, c := range cols {
		if !shown[i] {
			continue
		}
		out[i] = c.Width
		if c.Flex > 0 && flex > 0 {
			more := spare * c.Flex / flex
			if c.Max > 0 {
				more = max(0, min(more, c.Max-c.Width))
			}
			out[i] += more
			spare -= more
			flex -= c.Flex
		}
	}
	return out
}

// View draws a head line and h-1 rows of n. row gives the cells of row i, in
// the order of the columns; selected is false for a table that has not the focus.
func (t *Table) View(st *theme.Styles, cols []Column, n int, row func(int) []Cell, w, h int, selected bool) string {
	ws := widths(cols, w-1)
	lines := make([]string, 0, h)
	var head strings.Builder
	head.WriteByte(' ')
	first := true
	for i, c := range cols {
		if ws[i] == 0 {
			continue
		}
		if !first {
			head.WriteString(strings.Repeat(" ", gap))
		}
		first = false
		head.WriteString(align(c.Title, ws[i], c.Right))
	}
	lines = append(lines, st.Heading.Render(head.String()))
	off := t.window(n, h-1)
	for i := off; i < min(n, off+h-1); i++ {
		lines = append(lines, line(st, cols, ws, row(i), selected && i == t.Cursor, w))
	}
	return strings.Join(lines, "\n")
}

// line draws one row. Neighbouring cells keep their own styles, so the
// selection's background is put on each of them and on the gaps.
func line(st *theme.Styles, cols []Column, ws []int, cells []Cell, selected bool, w int) string {
	var b strings.Builder
	space := func(n int) string { return strings.Repeat(" ", n) }
	used := 1
	if selected {
		b.WriteString(st.On(st.Accent).Render("▌"))
		bg := st.On(st.Text)
		space = func(n int) string { return bg.Render(strings.Repeat(" ", n)) }
	} else {
		b.WriteByte(' ')
	}
	first := true
	for i, c := range cols {
		if ws[i] == 0 {
			continue
		}
		if !first {
			b.WriteString(space(gap))
			used += gap
		}
		first = false
		style := cells[i].Style
		if selected {
			style = st.On(style)
		}
		b.WriteString(style.Render(align(cells[i].Text, ws[i], c.Right)))
		used += ws[i]
	}
	if selected && used < w {
		b.WriteString(space(w - used))
	}
	return b.String()
}

func align(s string, w int, right bool) string {
	if right {
		return Right(s, w)
	}
	return Left(s, w)
}

// Shift says that d rows came in above the cursor (d < 0: went away), so that
// the same rows stay where they are.
func (t *Table) Shift(d int) {
	t.Cursor = max(0, t.Cursor+d)
	t.offset = max(0, t.offset+d)
}
