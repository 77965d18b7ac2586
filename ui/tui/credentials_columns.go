package tui

import (
	"keydeck/ui/text"
	"keydeck/ui/tui/widget"
)

// The columns of the credentials: the name has its width first, then come use,
// expiry and state. The others are there where there is room, and the details
// beside the list where it keeps all of them.

const (
	leastName, mostName     = 12, 40
	leastScopes, mostScopes = 6, 10

	leastPane  = 38 // of the details
	mostPane   = paneW - 1
	besidePane = 3
)

// measure takes the widths that names and scopes need.
func (s *credentialsScreen) measure() {
	s.nameW, s.scopesW = leastName, leastScopes
	for i := range s.all {
		c := &s.all[i]
		if s.nameW < mostName {
			s.nameW = min(mostName, max(s.nameW, widget.Width(c.name)))
		}
		if s.scopesW < mostScopes {
			s.scopesW = min(mostScopes, max(s.scopesW, widget.Width(c.scopeWords())))
		}
	}
}

// columns for a list of w cells. Those with the highest Drop go first; the one
// that is sorted by never goes.
func (s *credentialsScreen) columns(w int) []widget.Column {
	cols := []widget.Column{
		{Title: "NAME", Width: s.nameW, Flex: 3, Max: max(mostName, s.nameW)},
		{Title: "KIND", Width: 10, Drop: 4},
		{Title: "HINT", Width: 13, Drop: 1},
		{Title: "SCOPES", Width: max(s.scopesW, leastScopes+1), Flex: 1, Max: 24, Drop: 3},
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
	spare := w - 1 // the mark of the selected row
	for i := range cols {
		if i > 0 && cols[i].Drop == 0 {
			spare -= cols[i].Width + widget.Gap
		}
	}
	cols[0].Width = max(leastName, min(cols[0].Width, spare))
	return cols
}

// paneWidth is how wide the details are beside a list in w cells, 0 where the list
// needs the room: all its columns come first.
func (s *credentialsScreen) paneWidth(w int) int {
	if w < wideW {
		return 0
	}
	need := 1 - widget.Gap
	for _, c := range s.columns(w) {
		need += c.Width + widget.Gap
	}
	if pane := w - need - besidePane; pane >= leastPane {
		return min(pane, mostPane)
	}
	return 0
}

// nameCell is the name of a row in w cells; where no hint tells those of equal
// names apart, the end of the id does.
func (s *credentialsScreen) nameCell(r row, w int, hinted bool) widget.Cell {
	c := &s.all[r.at]
	cell := widget.Cell{Text: c.name, Style: s.th.Text, Marks: r.marks}
	if !c.usable(s.at) {
		cell.Style = s.th.Muted
	}
	mark := ""
	if len(s.picked) > 0 {
		mark, cell.Marks = "  ", nil
		if s.picked[c.id] {
			mark, cell.Style = "✓ ", s.th.AccentBold
		}
	}
	if c.twin && !hinted {
		tail := " " + idTail(c.id)
		room := w - widget.Width(mark) - widget.Width(tail)
		if widget.Width(c.name) > room {
			cell.Marks = nil
		}
		cell.Text = widget.Clip(c.name, room) + tail
	}
	cell.Text = mark + cell.Text
	return cell
}

func (s *credentialsScreen) list(w, h int) string {
	cols := s.columns(w)
	widths := widget.Widths(cols, w)
	return s.table.View(s.th, cols, len(s.shown), func(i int) []widget.Cell {
		c, side := &s.all[s.shown[i].at], s.th.Muted
		last, today := "never", "–"
		if c.lastUsed != nil {
			last = text.Ago(c.lastUsed.Time, s.at)
		}
		if u, ok := s.uses[c.id]; ok || s.uses != nil {
			today = text.Count(u.RequestsToday)
		}
		style, end, state := s.life(c)
		return []widget.Cell{
			s.nameCell(s.shown[i], widths[0], widths[byHint-1] > 0),
			{Text: text.Kind(c.kind), Style: side}, {Text: c.hint, Style: side}, {Text: c.scopeWords(), Style: side},
			{Text: last, Style: side}, {Text: end, Style: style}, {Text: today, Style: side}, {Text: state, Style: style},
		}
	}, w, h, true)
}

// arrow says in which direction the table is sorted.
func (s *credentialsScreen) arrow() string {
	if s.reverse {
		return "↑"
	}
	return "↓"
}
