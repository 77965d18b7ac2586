package credentials

import (
	"keydeck/model"
	"keydeck/ui/text"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/wallet"
	"keydeck/ui/tui/widget"
)

// Names get their width first, then use, expiry and state. The other columns show
// where there is room, and the details beside the list where all columns do.

const (
	minName, maxName     = 12, 40
	minScopes, maxScopes = 6, 10

	minPane = 38 // of the details
	maxPane = shell.PaneWidth - 1
	paneGap = 3
)

// measure finds the widths that names and scopes need.
func (s *screen) measure() {
	s.nameW, s.scopesW = minName, minScopes
	for i := range s.all {
		c := &s.all[i]
		s.nameW = min(maxName, max(s.nameW, widget.Width(c.Name)))
		s.scopesW = min(maxScopes, max(s.scopesW, widget.Width(c.ScopeWords())))
	}
}

// columns for a list of w cells. The one it is sorted by is never dropped.
func (s *screen) columns(w int) []widget.Column {
	cols := []widget.Column{
		{Title: "NAME", Width: s.nameW, Flex: 3, Max: max(maxName, s.nameW)},
		{Title: "KIND", Width: 10, Drop: 4},
		{Title: "HINT", Width: 13, Drop: 1},
		{Title: "SCOPES", Width: max(s.scopesW, minScopes+1), Flex: 1, Max: 24, Drop: 3},
		{Title: "USED", Width: 6, Right: true},
		{Title: "EXPIRES", Width: 10, Right: true},
		{Title: "TODAY", Width: 7, Right: true, Drop: 2},
		{Title: "STATE", Width: 7},
	}
	picking := len(s.picked) > 0
	if picking {
		cols[0].Width += widget.Width("✓ ")
	}
	if s.by > byAge {
		c := &cols[s.by-1]
		c.Drop = 0
		if c.Title += s.arrow(); picking && s.by == byName {
			c.Title = "  " + c.Title
		}
	}
	spare := w - 1 // a cell for the cursor's mark
	for i := range cols {
		if i > 0 && cols[i].Drop == 0 {
			spare -= cols[i].Width + widget.Gap
		}
	}
	cols[0].Width = max(minName, min(cols[0].Width, spare))
	return cols
}

// paneWidth is the width of the details beside the list in w cells, 0 where all
// columns and the details do not fit.
func (s *screen) paneWidth(w int) int {
	if w < shell.WideWidth {
		return 0
	}
	need := 1 - widget.Gap
	for _, c := range s.columns(w) {
		need += c.Width + widget.Gap
	}
	if pane := w - need - paneGap; pane >= minPane {
		return min(pane, maxPane)
	}
	return 0
}

// nameCell is the name of a row in w cells. Where no hint tells credentials of the
// same name apart, the end of the id does.
func (s *screen) nameCell(r row, w int, hinted bool) widget.Cell {
	c := &s.all[r.index]
	cell := widget.Cell{Text: c.Name, Style: s.sh.Theme().Text, Marks: r.marks}
	if !c.Usable(s.sh.Now()) {
		cell.Style = s.sh.Theme().Muted
	}
	mark := ""
	if len(s.picked) > 0 {
		mark, cell.Marks = "  ", nil
		if s.picked[c.ID] {
			mark, cell.Style = "✓ ", s.sh.Theme().AccentBold
		}
	}
	if c.SharesName && !hinted {
		tail := " " + wallet.IDTail(c.ID)
		room := w - widget.Width(mark) - widget.Width(tail)
		if widget.Width(c.Name) > room {
			cell.Marks = nil
		}
		cell.Text = widget.Clip(c.Name, room) + tail
	}
	cell.Text = mark + cell.Text
	return cell
}

func (s *screen) list(w, h int) string {
	cols := s.columns(w)
	widths := widget.Widths(cols, w)
	return s.table.View(s.sh.Theme(), cols, len(s.shown), func(i int) []widget.Cell {
		c, side := &s.all[s.shown[i].index], s.sh.Theme().Muted
		last, today := "never", "–"
		if c.LastUsed != nil {
			last = model.Ago(c.LastUsed.Time, s.sh.Now())
		}
		if s.uses != nil {
			today = text.Count(s.uses[c.ID].RequestsToday)
		}
		style, end, state := s.expiryCells(c)
		return []widget.Cell{
			s.nameCell(s.shown[i], widths[0], widths[byHint-1] > 0),
			{Text: text.Kind(c.Kind), Style: side}, {Text: c.Hint, Style: side}, {Text: c.ScopeWords(), Style: side},
			{Text: last, Style: side}, {Text: end, Style: style}, {Text: today, Style: side}, {Text: state, Style: style},
		}
	}, w, h, true)
}

func (s *screen) arrow() string {
	if s.reverse {
		return "↑"
	}
	return "↓"
}
