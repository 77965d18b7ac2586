package requests

import (
	"slices"
	"strings"

	"keydeck/model"
	"keydeck/ui/text"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/widget"
)

// seenWidths is how wide what has been seen in each column is. It only grows, so
// that a list that follows does not shake, until the list is another one.
type contentWidths struct {
	key    widthsKey
	widths [maxColumns]int
}

type widthsKey struct {
	version int
	cols    string
}

const maxColumns = 12

// look takes the widths of the rows that are visible now.
func (s *screen) measure() {
	if of := (widthsKey{s.version, s.columnsKey()}); s.content.key != of {
		s.content = contentWidths{key: of}
	}
	n, h := s.records.len(), s.rows()
	for y := 1; y <= h; y++ {
		i, ok := s.table.RowAt(y, n, h+1)
		if !ok {
			break
		}
		r := s.records.at(i)
		for j, c := range allColumns {
			if c.Max > c.Width && c.shown(s.sh) {
				s.content.widths[j] = max(s.content.widths[j], widget.Width(c.cell(s, r).Text))
			}
		}
	}
}

func (s *screen) columnsKey() string {
	if s.sh.Prefs().Columns == nil {
		return "plain"
	}
	return strings.Join(s.sh.Prefs().Columns, " ")
}

const columnGap = 2

// shownWidth is how many cells the columns that are shown take at a width each.
func (s *screen) totalWidth(width func(i int, c *column) int) int {
	total := 1 - columnGap
	for i := range allColumns {
		if c := &allColumns[i]; c.shown(s.sh) {
			total += width(i, c) + columnGap
		}
	}
	return total
}

// beside reports that the details stand beside the list: the window is wide
// enough for them and all columns that were chosen.
func (s *screen) sideBySide() bool {
	return s.sh.Body().W >= shell.WideWidth &&
		s.totalWidth(func(_ int, c *column) int { return (c.Width + c.ideal) / 2 }) <= s.sh.Body().W-minPaneW-paneGap
}

// listNeed is how wide the list must be for what is seen in it, within reason.
func (s *screen) wantedListWidth() int {
	return s.totalWidth(func(i int, c *column) int { return max(c.Width, min(s.content.widths[i], c.ideal)) })
}

// listRoom is how wide the list is.
func (s *screen) listWidth() int {
	if s.sideBySide() {
		return s.sh.Body().W - s.paneWidth() - paneGap
	}
	return s.sh.Body().W
}

// growth is in which order the columns get what room there is, and up to which
// width: names before paths, both before what is long.
var growth = []struct {
	id   string
	upTo int
}{
	{"key", 12}, {"why", 13}, {"path", 12}, {"size", 11}, {"key", 20}, {"why", 16}, {"hint", 13}, {"address", 15}, {"took", 8}, {"path", 24},
	{"method", 7}, {"route", 16}, {"agent", 16}, {"path", 80}, {"key", 32}, {"hint", 18}, {"route", 40}, {"agent", 40}, {"address", 39},
}

// column is a column of the list with the width it has now.
type fittedColumn struct {
	id string
	widget.Column
	cell func(*screen, *model.RequestRecord) widget.Cell
}

// fitting are the columns of a list of w cells, and the ids of those that were
// chosen and have no room.
func (s *screen) fitColumns(w int) (cols []fittedColumn, hidden []string) {
	have := make([]int, len(allColumns))
	spare := w - s.totalWidth(func(i int, c *column) int { have[i] = c.Width; return c.Width })
	for spare < 0 {
		drop := -1
		for i := range allColumns {
			if d := allColumns[i].Drop; have[i] > 0 && d > 0 && (drop < 0 || d > allColumns[drop].Drop) {
				drop = i
			}
		}
		if drop < 0 {
			break
		}
		hidden = append(hidden, allColumns[drop].id)
		spare += have[drop] + columnGap
		have[drop] = 0
	}
	for _, g := range growth {
		i := slices.IndexFunc(allColumns, func(c column) bool { return c.id == g.id })
		if have[i] == 0 {
			continue
		}
		more := max(0, min(spare, min(g.upTo, s.content.widths[i])-have[i]))
		have[i] += more
		spare -= more
	}
	for i, c := range allColumns {
		if have[i] == 0 {
			continue
		}
		if c.id == "time" {
			c.Title = map[string]string{shell.TimeLocal: "TIME", shell.TimeAgo: "AGO", shell.TimeUTC: "UTC"}[s.sh.Prefs().Time]
		}
		cols = append(cols, fittedColumn{c.id, widget.Column{Title: c.Title, Width: have[i], Right: c.Right}, c.cell})
	}
	return cols, hidden
}

// shortened is a text that is cut already, such as a hint, brought to w cells
// with one ellipsis.
func shorten(t string, w int) string {
	head, _, cut := strings.Cut(t, "…")
	if !cut || widget.Width(t) <= w {
		return t
	}
	if widget.Width(head) < w {
		return head + "…"
	}
	return widget.Clip(head, w)
}

// counted says how many rows there are, and of what.
func (s *screen) countText(w int) string {
	n, all := s.records.len(), len(s.records.all)
	words := text.Count(int64(n)) + " loaded"
	switch {
	case !s.filter.query.IsZero() && n < all:
		words = text.Count(int64(n)) + " of " + text.Count(int64(all)) + " loaded pass"
	case !s.paused && all > maxRecords || s.records.trimmed:
		words = "newest " + text.Count(maxRecords) + " kept"
		if w >= 100 {
			words += ", older let go"
		}
	case s.paging.atStart:
		words = "all " + words
	}
	if s.paused && n > 0 {
		words = "row " + text.Count(int64(s.table.Cursor+1)) + ", " + words
	}
	return words
}
