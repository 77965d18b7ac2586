package widget

import (
	"strings"
	"unicode/utf8"

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
	Text      string
	Style     lipgloss.Style
	Marks     []int  // byte offsets of characters that a filter has found, in order
	Highlight string // what a search has found in the text, without regard to case
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

// First is the first visible row of n, where h are visible.
func (t *Table) First(n, h int) int { return t.window(n, h) }

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

// Gap is how many cells are between columns.
const Gap = 2

// Widths is how wide each column is that View draws in w cells, 0 for one that is
// not there.
func Widths(cols []Column, w int) []int { return widths(cols, w-1) }

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
				total += c.Width + Gap
				flex += c.Flex
			}
		}
		return total - Gap, flex
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
	return t.draw(st, cols, ws, n, h, func(i int) string { return renderRow(st, cols, ws, row(i), selected && i == t.Cursor, w) })
}

// Rows keeps rows that were drawn, so that a list that moves by a few rows
// draws those few. The zero Rows is empty.
type RowCache struct {
	key   any
	lines map[string]string
}

// maxRows is how many drawn rows are kept: a few screens full.
const maxCachedRows = 512

// ViewKept is View for rows that stay what they are: key names row i, and stamp
// (comparable) holds everything else that a row's look depends on, the columns
// and the width included. Rows are drawn anew when the stamp changes.
func (t *Table) ViewCached(kept *RowCache, stamp any, key func(i int) string, st *theme.Styles, cols []Column, n int, row func(int) []Cell, w, h int) string {
	if kept.lines == nil || kept.key != stamp || len(kept.lines) > maxCachedRows {
		*kept = RowCache{stamp, make(map[string]string, 2*h)}
	}
	ws := widths(cols, w-1)
	return t.draw(st, cols, ws, n, h, func(i int) string {
		if i == t.Cursor {
			return renderRow(st, cols, ws, row(i), true, w)
		}
		k := key(i)
		drawn, ok := kept.lines[k]
		if !ok {
			drawn = renderRow(st, cols, ws, row(i), false, w)
			kept.lines[k] = drawn
		}
		return drawn
	})
}

// draw puts the head line and the visible rows below each other.
func (t *Table) draw(st *theme.Styles, cols []Column, ws []int, n, h int, row func(int) string) string {
	lines := make([]string, 0, h)
	var head strings.Builder
	head.WriteByte(' ')
	first := true
	for i, c := range cols {
		if ws[i] == 0 {
			continue
		}
		if !first {
			head.WriteString(strings.Repeat(" ", Gap))
		}
		first = false
		head.WriteString(align(c.Title, ws[i], c.Right))
	}
	lines = append(lines, st.Heading.Render(head.String()))
	off := t.window(n, h-1)
	for i := off; i < min(n, off+h-1); i++ {
		lines = append(lines, row(i))
	}
	return strings.Join(lines, "\n")
}

// Row draws one row in w cells as a table would, without a table around it.
func Row(st *theme.Styles, cols []Column, cells []Cell, selected bool, w int) string {
	return Left(renderRow(st, cols, widths(cols, w-1), cells, selected, w), w)
}

// line draws one row. Neighbouring cells keep their own styles, so the
// selection's background is put on each of them and on the gaps.
func renderRow(st *theme.Styles, cols []Column, ws []int, cells []Cell, selected bool, w int) string {
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
			b.WriteString(space(Gap))
			used += Gap
		}
		first = false
		style := cells[i].Style
		if selected {
			style = st.On(style)
		}
		if part := cells[i].Highlight; part != "" {
			b.WriteString(highlight(st, style, align(cells[i].Text, ws[i], c.Right), part))
		} else {
			b.WriteString(renderMarks(style, cells[i], ws[i], c.Right))
		}
		used += ws[i]
	}
	if selected && used < w {
		b.WriteString(space(w - used))
	}
	return b.String()
}

// marked draws a cell, the characters that a filter has found in bold and
// underlined, so that they are seen without colour.
func renderMarks(style lipgloss.Style, c Cell, w int, right bool) string {
	text := align(c.Text, w, right)
	if len(c.Marks) == 0 || right || Width(c.Text) > w {
		return style.Render(text) // a text that was cut has other offsets
	}
	found := style.Bold(true).Underline(true)
	var b strings.Builder
	from := 0
	for _, at := range c.Marks {
		if at < from || at >= len(c.Text) {
			continue
		}
		_, size := utf8.DecodeRuneInString(c.Text[at:])
		if at > from {
			b.WriteString(style.Render(text[from:at]))
		}
		from = at + size
		b.WriteString(found.Render(text[at:from]))
	}
	b.WriteString(style.Render(text[from:]))
	return b.String()
}

// mark renders s with every place of part set off.
func highlight(st *theme.Styles, style lipgloss.Style, s, part string) string {
	low, part := strings.ToLower(s), strings.ToLower(part)
	if part == "" || len(low) != len(s) || !strings.Contains(low, part) {
		return style.Render(s)
	}
	var b strings.Builder
	for {
		i := strings.Index(low, part)
		if i < 0 {
			break
		}
		if i > 0 {
			b.WriteString(style.Render(s[:i]))
		}
		b.WriteString(st.Mark.Render(s[i : i+len(part)]))
		s, low = s[i+len(part):], low[i+len(part):]
	}
	if s != "" {
		b.WriteString(style.Render(s))
	}
	return b.String()
}

func align(s string, w int, right bool) string {
	if right {
		return Right(s, w)
	}
	return Left(s, w)
}

// RowAt is the row that stands on line y of what View draws with n rows and h
// lines; false for the head line and for empty room.
func (t *Table) RowAt(y, n, h int) (int, bool) {
	row := t.window(n, h-1) + y - 1
	return row, y >= 1 && y < h && row < n
}

// Shift says that d rows came in above the cursor (d < 0: went away), so that
// the same rows stay where they are.
func (t *Table) Shift(d int) {
	t.Cursor = max(0, t.Cursor+d)
	t.offset = max(0, t.offset+d)
}
