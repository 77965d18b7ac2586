package widget

import (
	"strings"
	"unicode/utf8"

	"charm.land/lipgloss/v2"

	"keydeck/ui/tui/theme"
)

// Column of a table. Flexible columns share the width that the others leave, in
// proportion to Flex, and have at least Width. Where the table is too narrow,
// the columns with the highest Drop go first; those with 0 stay.
type Column struct {
	Title string
	Width int
	Flex  int
	Max   int // of a flexible column; 0: no limit
	Right bool
	Drop  int
}

// Cell is one field of a row. Text from outside must have gone through
// text.Visible.
type Cell struct {
	Text      string
	Style     lipgloss.Style
	Marks     []int  // byte offsets of the characters a filter matched, ascending
	Highlight string // what a search found in the text, ignoring case
}

// Table is a list of rows with a cursor. It draws only the visible rows.
type Table struct {
	Cursor int
	offset int
}

// Move puts the cursor on row i of n, with h rows visible.
func (t *Table) Move(i, n, h int) {
	t.Cursor = max(0, min(i, n-1))
	t.offset = t.First(n, h)
}

// First is the first of h visible rows of n. It scrolls no further than it must
// to show the cursor.
func (t *Table) First(n, h int) int {
	off := min(t.offset, t.Cursor)
	if t.Cursor >= off+h {
		off = t.Cursor - h + 1
	}
	return max(0, min(off, n-h))
}

// Key handles the movement keys and reports whether key was one.
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
	case "home", "g":
		t.Move(0, n, h)
	case "end", "G":
		t.Move(n-1, n, h)
	default:
		return false
	}
	return true
}

// Scroll is how far a text of many lines is scrolled.
type Scroll struct{ first int }

// Key handles the movement keys for n lines of which h are visible.
func (s *Scroll) Key(key string, n, h int) {
	t := Table{Cursor: s.First(n, h)}
	t.Key(key, max(1, n-h+1), h)
	s.first = t.Cursor
}

// First is the first of h visible lines of n.
func (s *Scroll) First(n, h int) int { return max(0, min(s.first, n-h)) }

// Visible are the h visible lines, or all that there are.
func (s *Scroll) Visible(lines []string, h int) []string {
	from := s.First(len(lines), h)
	return lines[from:min(len(lines), from+max(1, h))]
}

// Gap is the number of cells between columns.
const Gap = 2

// Widths gives each column its share of a table w cells wide, and 0 to the
// columns that are dropped.
func Widths(cols []Column, w int) []int {
	widths := make([]int, len(cols))
	spare, flex := w-1+Gap, 0 // a cell for the cursor's mark
	for i, c := range cols {
		widths[i] = c.Width
		spare -= c.Width + Gap
		flex += c.Flex
	}
	for spare < 0 {
		drop := -1
		for i, c := range cols {
			if widths[i] > 0 && c.Drop > 0 && (drop < 0 || c.Drop > cols[drop].Drop) {
				drop = i
			}
		}
		if drop < 0 {
			return widths
		}
		widths[drop] = 0
		spare += cols[drop].Width + Gap
		flex -= cols[drop].Flex
	}
	for i, c := range cols {
		if widths[i] == 0 || c.Flex == 0 {
			continue
		}
		more := spare * c.Flex / flex
		if c.Max > 0 {
			more = max(0, min(more, c.Max-c.Width))
		}
		widths[i] += more
		spare -= more
		flex -= c.Flex
	}
	return widths
}

// View draws a head line and h-1 of n rows. row gives the cells of row i, in
// the order of the columns.
func (t *Table) View(st *theme.Styles, cols []Column, n int, row func(int) []Cell, w, h int) string {
	ws := Widths(cols, w)
	return t.draw(st, cols, ws, n, h, func(i int) string { return renderRow(st, cols, ws, row(i), i == t.Cursor, w) })
}

// RowCache keeps drawn rows, so that a list that scrolls by a few rows draws
// only those. The zero RowCache is empty.
type RowCache struct {
	key   any
	lines map[string]string
}

// maxCachedRows is a few screens full.
const maxCachedRows = 512

// ViewCached is View with cached rows: id names row i, and key (comparable)
// holds everything else a row's look depends on, columns and width included. A
// new key empties the cache.
func (t *Table) ViewCached(cache *RowCache, key any, id func(i int) string, st *theme.Styles, cols []Column, n int, row func(int) []Cell, w, h int) string {
	if cache.lines == nil || cache.key != key || len(cache.lines) > maxCachedRows {
		*cache = RowCache{key, make(map[string]string, 2*h)}
	}
	ws := Widths(cols, w)
	return t.draw(st, cols, ws, n, h, func(i int) string {
		if i == t.Cursor {
			return renderRow(st, cols, ws, row(i), true, w)
		}
		k := id(i)
		line, ok := cache.lines[k]
		if !ok {
			line = renderRow(st, cols, ws, row(i), false, w)
			cache.lines[k] = line
		}
		return line
	})
}

func (t *Table) draw(st *theme.Styles, cols []Column, ws []int, n, h int, row func(int) string) string {
	var titles []string
	for i, c := range cols {
		if ws[i] > 0 {
			titles = append(titles, align(c.Title, ws[i], c.Right))
		}
	}
	lines := append(make([]string, 0, h), st.Heading.Render(" "+strings.Join(titles, strings.Repeat(" ", Gap))))
	off := t.First(n, h-1)
	for i := off; i < min(n, off+h-1); i++ {
		lines = append(lines, row(i))
	}
	return strings.Join(lines, "\n")
}

// Row draws a single row in w cells the way a table does.
func Row(st *theme.Styles, cols []Column, cells []Cell, selected bool, w int) string {
	return Left(renderRow(st, cols, Widths(cols, w), cells, selected, w), w)
}

// renderRow draws one row. Cells have styles of their own, so the background of
// a selected row is put on each of them and on the gaps.
func renderRow(st *theme.Styles, cols []Column, ws []int, cells []Cell, selected bool, w int) string {
	mark, gap, used := " ", strings.Repeat(" ", Gap), 1
	if selected {
		mark, gap = st.On(st.Accent).Render("▌"), st.On(st.Text).Render(gap)
	}
	var b strings.Builder
	b.WriteString(mark)
	for i, c := range cols {
		if ws[i] == 0 {
			continue
		}
		if used > 1 {
			b.WriteString(gap)
			used += Gap
		}
		style := cells[i].Style
		if selected {
			style = st.On(style)
		}
		renderCell(&b, st, style, cells[i], ws[i], c.Right)
		used += ws[i]
	}
	if selected && used < w {
		b.WriteString(st.On(st.Text).Render(strings.Repeat(" ", w-used)))
	}
	return b.String()
}

// renderCell draws a cell with its matches set off: those of a filter bold and
// underlined, so that they show without colour.
func renderCell(b *strings.Builder, st *theme.Styles, style lipgloss.Style, c Cell, w int, right bool) {
	text, from := align(c.Text, w, right), 0
	span := func(match lipgloss.Style, at, end int) {
		if at > from {
			b.WriteString(style.Render(text[from:at]))
		}
		b.WriteString(match.Render(text[at:end]))
		from = end
	}
	switch low, part := strings.ToLower(text), strings.ToLower(c.Highlight); {
	case part != "" && len(low) == len(text):
		for i := strings.Index(low, part); i >= 0; i = strings.Index(low[from:], part) {
			span(st.Mark, from+i, from+i+len(part))
		}
	case part == "" && !right:
		match := style.Bold(true).Underline(true)
		for _, at := range c.Marks {
			if at < from || at >= len(c.Text) {
				continue
			}
			_, size := utf8.DecodeRuneInString(c.Text[at:])
			end := at + size
			if !strings.HasPrefix(text, c.Text[:end]) {
				break // it is cut there
			}
			span(match, at, end)
		}
	}
	if from == 0 || from < len(text) {
		b.WriteString(style.Render(text[from:]))
	}
}

func align(s string, w int, right bool) string {
	if right {
		return Right(s, w)
	}
	return Left(s, w)
}

// RowAt is the row on line y of what View draws with n rows and h lines; false
// for the head line and below the last row.
func (t *Table) RowAt(y, n, h int) (int, bool) {
	row := t.First(n, h-1) + y - 1
	return row, y >= 1 && y < h && row < n
}

// Shift keeps the same rows in place after d rows were inserted above the
// cursor (d < 0: removed).
func (t *Table) Shift(d int) {
	t.Cursor = max(0, t.Cursor+d)
	t.offset = max(0, t.offset+d)
}
