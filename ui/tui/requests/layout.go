package requests

import (
	"slices"
	"strings"

	"keydeck/ui/text"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/widget"
)

// contentWidths is the widest content each column has shown. Widths only grow, so
// that a list that follows does not jitter, until it becomes another list.
type contentWidths struct {
	version int
	cols    string
	widths  [maxColumns]int
}

const maxColumns = 12

// measure takes the widths of the visible rows.
func (s *screen) measure() {
	if cols := s.columnsKey() + " " + s.sh.Prefs().Time; s.content.version != s.version || s.content.cols != cols {
		s.content = contentWidths{version: s.version, cols: cols}
	}
	n, h := s.records.len(), s.rows()
	first := s.table.First(n, h)
	for i := first; i < min(n, first+h); i++ {
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

// totalWidth is the width of a list with the shown columns at a width each.
func (s *screen) totalWidth(width func(i int, c *column) int) int {
	total := 1 - widget.Gap
	for i := range allColumns {
		if c := &allColumns[i]; c.shown(s.sh) {
			total += width(i, c) + widget.Gap
		}
	}
	return total
}

// sideBySide reports whether the window has room for the details beside the list
// with all its columns.
func (s *screen) sideBySide() bool {
	return s.sh.Body().W >= shell.WideWidth &&
		s.totalWidth(func(_ int, c *column) int { return (c.Width + c.ideal) / 2 }) <= s.sh.Body().W-minPaneW-paneGap
}

// wantedListWidth is the width the list needs for its content, within reason.
func (s *screen) wantedListWidth() int {
	return s.totalWidth(func(i int, c *column) int { return max(c.Width, min(s.content.widths[i], c.ideal)) })
}

func (s *screen) listWidth() int {
	if s.sideBySide() {
		return s.sh.Body().W - s.paneWidth() - paneGap
	}
	return s.sh.Body().W
}

// growth is the order in which columns get the spare room, and up to which width: reasons
// and paths before names, and all of them before milliseconds and long texts.
var growth = []struct {
	id   string
	upTo int
}{
	{"why", 13}, {"path", 20}, {"key", 12}, {"size", 11}, {"path", 32}, {"key", 20}, {"why", 16}, {"hint", 13}, {"address", 15}, {"took", 8},
	{"method", 7}, {"time", preciseWidth}, {"route", 16}, {"agent", 16}, {"path", 80}, {"key", 32}, {"hint", 18}, {"route", 40}, {"agent", 40}, {"address", 39},
}

// fitColumns are the columns of a list of w cells, with their widths, and the ids
// of those that have no room.
func (s *screen) fitColumns(w int) (cols []column, hidden []string) {
	var (
		all     []widget.Column
		content []int // widths
	)
	for i, c := range allColumns {
		if c.shown(s.sh) {
			cols, all, content = append(cols, c), append(all, c.Column), append(content, s.content.widths[i])
		}
	}
	if s.sh.Prefs().Time == shell.TimeAgo {
		all[0].Width = agoWidth
	}
	spare := w - 1 + widget.Gap
	for i, width := range widget.Widths(all, w) {
		if cols[i].Width = width; width > 0 {
			spare -= width + widget.Gap
		} else {
			hidden = append(hidden, cols[i].id)
		}
	}
	for _, g := range growth {
		i := slices.IndexFunc(cols, func(c column) bool { return c.id == g.id && c.Width > 0 })
		if i >= 0 {
			more := max(0, min(spare, min(g.upTo, content[i])-cols[i].Width))
			cols[i].Width += more
			spare -= more
		}
	}
	cols[0].Title = timeTitles[s.sh.Prefs().Time]
	return slices.DeleteFunc(cols, func(c column) bool { return c.Width == 0 }), hidden
}

var timeTitles = map[string]string{shell.TimeLocal: "TIME", shell.TimeAgo: "AGO", shell.TimeUTC: "UTC"}

// shorten clips a text to w cells. One that is cut already, such as a hint, keeps
// a single ellipsis.
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

// countText says how many records are loaded and how many of them pass.
func (s *screen) countText(w int) string {
	n, all := s.records.len(), len(s.records.all)
	words := text.Count(int64(n)) + " loaded"
	switch {
	case !s.filter.query.IsZero() && n < all:
		words = text.Count(int64(n)) + " of " + text.Count(int64(all)) + " loaded match"
	case !s.paused && all > maxRecords || s.records.trimmed:
		words = "newest " + text.Count(maxRecords) + " kept"
		if w >= 100 {
			words += ", older ones dropped"
		}
	case s.paging.atStart:
		words = "all " + words
	}
	if s.paused && n > 0 {
		words = "row " + text.Count(int64(s.table.Cursor+1)) + ", " + words
	}
	return words
}
