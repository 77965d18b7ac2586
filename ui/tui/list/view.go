package list

import (
	"fmt"

	"keydeck/ui/text"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/widget"
)

// Sizes of the details beside a list, in cells.
const (
	minDetails = 38
	maxDetails = shell.PaneWidth - 1
	detailsGap = 3
	minFirst   = 12 // of the first column
)

const pickMark = "✓ "

// rows is how many items show at once.
func (l *List[T]) rows() int {
	if l.most > 0 {
		return l.most
	}
	return max(1, l.sh.Body().H-2-l.headLines()) // the columns' titles and the line below
}

func (l *List[T]) headLines() int {
	if l.cfg.Head == nil {
		return 0
	}
	return 1
}

// View is the whole view of a screen.
func (l *List[T]) View(r shell.Rect) string {
	switch {
	case !l.loaded && l.problem != "":
		return shell.ProblemView(l.sh, "The "+l.cfg.Noun+" could not be loaded", l.problem)
	case !l.loaded:
		return shell.LoadingView(l.sh, "Loading "+l.cfg.Noun)
	case len(l.items) == 0:
		return l.cfg.Empty()
	}
	w, details := l.widths(r.W)
	h := r.H - 1 - l.headLines()
	var view string
	if len(l.shown) == 0 {
		view = shell.EmptyView(l.sh, "Nothing passes the filter", "", "esc", "shows all")
	} else {
		view = l.rowsView(w, h)
	}
	view = widget.Fit(view, w, h) + "\n" + l.summary(w)
	if l.cfg.Head != nil {
		view = l.cfg.Head() + "\n" + view
	}
	if details == 0 {
		return view
	}
	beside := ""
	if item := l.Selected(); item != nil {
		beside = l.cfg.Details(item, details)
	}
	return widget.Beside(view, beside, w, detailsGap)
}

// rowsView draws the titles and h-1 rows.
func (l *List[T]) rowsView(w, h int) string {
	cols, st := l.columns(w), l.sh.Theme()
	widths, q := widget.Widths(cols, w), l.sought()
	return l.table.View(st, cols, len(l.shown), func(i int) []widget.Cell {
		cells := make([]widget.Cell, len(cols))
		item := &l.items[l.shown[i].index]
		for j, c := range l.cfg.Columns {
			if widths[j] == 0 {
				continue
			}
			cells[j].Text, cells[j].Style = c.Text(item), st.Muted
			cells[j].Marks = l.marks(&q, j, cells[j].Text)
			if c.Style != nil {
				cells[j].Style = c.Style(item, st)
			} else if j == 0 {
				cells[j].Style = st.Text
			}
		}
		l.finishFirst(&cells[0], item, widths)
		return cells
	}, w, h)
}

// finishFirst puts the mark of a picked item before the first cell of a row, and the tail
// after it.
func (l *List[T]) finishFirst(c *widget.Cell, item *T, widths []int) {
	mark, tail := "", ""
	if l.cfg.Tail != nil {
		tail = l.cfg.Tail(item, widths)
	}
	switch {
	case l.isPicked(item):
		mark, c.Style = pickMark, l.sh.Theme().AccentBold
	case len(l.picked) > 0:
		mark = "  "
	}
	if room := widths[0] - widget.Width(mark+tail); tail != "" && widget.Width(c.Text) > room {
		c.Text, c.Marks = widget.Clip(c.Text, room), nil
	}
	for i := range c.Marks {
		c.Marks[i] += len(mark)
	}
	c.Text = mark + c.Text + tail
}

// columns for a list of w cells. The one it is sorted by is never dropped. The first
// one gives way to those.
func (l *List[T]) columns(w int) []widget.Column {
	cols, picking := make([]widget.Column, len(l.cfg.Columns)), len(l.picked) > 0
	for i, c := range l.cfg.Columns {
		cols[i] = c.Column
	}
	if l.by > 0 {
		cols[l.by-1].Drop = 0
		cols[l.by-1].Title += l.arrow()
	}
	if picking {
		cols[0].Width += widget.Width(pickMark)
		if l.by == 1 {
			cols[0].Title = "  " + cols[0].Title
		}
	}
	spare := w - 1 // a cell for the cursor's mark
	for _, c := range cols[1:] {
		if c.Drop == 0 {
			spare -= c.Width + widget.Gap
		}
	}
	cols[0].Width = max(min(minFirst, cols[0].Width), min(cols[0].Width, spare))
	return cols
}

func (l *List[T]) arrow() string {
	if l.reverse {
		return "↑"
	}
	return "↓"
}

// widths are those of the list and of the details beside it in w cells, which are 0
// wide where they don't fit beside all columns.
func (l *List[T]) widths(w int) (list, details int) {
	if l.cfg.Details == nil || w < shell.WideWidth {
		return w, 0
	}
	need := 1 - widget.Gap
	for _, c := range l.columns(w) {
		need += c.Width + widget.Gap
	}
	if details = min(w-need-detailsGap, maxDetails); details < minDetails {
		return w, 0
	}
	return w - details - detailsGap, details
}

// summary is the line below the list: the filter, counts, the order, a problem.
func (l *List[T]) summary(w int) string {
	st, all := l.sh.Theme(), len(l.shown) == len(l.items)
	count := fmt.Sprintf("%s of %s", text.Count(int64(len(l.shown))), text.Count(int64(len(l.items))))
	if l.cfg.Count != nil && all {
		count = l.cfg.Count(len(l.items))
	}
	if l.cfg.Note != nil {
		count += l.cfg.Note()
	}
	if l.bestFirst() {
		count += " · best first"
	} else if l.cfg.Count == nil || !all || l.by > 0 || l.reverse {
		count += " · by " + l.SortedBy() + " " + l.arrow()
	}
	left, right := st.Muted.Render(count), ""
	if l.hid > 0 {
		left = st.Warn.Render(text.Count(int64(l.hid))+" hidden, no longer chosen") + st.Muted.Render(" · ") + left
	}
	if n := len(l.picked); n > 0 {
		left = st.Accent.Render("✓ "+text.Count(int64(n))+" chosen") + st.Muted.Render(" · ") + left
	}
	if l.problem != "" {
		right = st.Bad.Render("  × " + l.problem + " ")
	}
	if l.typing || l.filter.Value() != "" {
		left = st.Key.Render("/ ") + l.filter.View(st, min(30, w/3), l.typing) + "   " + left
	}
	return widget.Ends(" "+left, right, w)
}
