package credentials

import (
	"keydeck/model"
	"keydeck/ui/text"
	"keydeck/ui/tui/list"
	"keydeck/ui/tui/wallet"
	"keydeck/ui/tui/widget"
)

// Names get their width first, then use, expiry and state. The other columns show
// where there is room, and the details beside the list where all columns do.

const (
	minName, maxName     = 12, 40
	minScopes, maxScopes = 6, 10
)

// measure finds the widths that names and scopes need.
func (s *screen) measure(list []wallet.Credential) {
	s.nameW, s.scopesW = minName, minScopes
	for i := range list {
		c := &list[i]
		s.nameW = min(maxName, max(s.nameW, widget.Width(c.Name)))
		s.scopesW = min(maxScopes, max(s.scopesW, widget.Width(c.ScopeWords())))
	}
}

func (s *screen) columns() []widget.Column {
	return []widget.Column{
		{Title: "NAME", Width: s.nameW, Flex: 3, Max: max(maxName, s.nameW)},
		{Title: "KIND", Width: 10, Drop: 4},
		{Title: "HINT", Width: 13, Drop: 1},
		{Title: "SCOPES", Width: max(s.scopesW, minScopes+1), Flex: 1, Max: 24, Drop: 3},
		{Title: "USED", Width: 6, Right: true},
		{Title: "EXPIRES", Width: 10, Right: true},
		{Title: "TODAY", Width: 7, Right: true, Drop: 2},
		{Title: "STATE", Width: 7},
	}
}

func (s *screen) cells(c *wallet.Credential, row list.Row) []widget.Cell {
	side := s.sh.Theme().Muted
	last, today := "never", "–"
	if c.LastUsed != nil {
		last = model.Ago(c.LastUsed.Time, s.sh.Now())
	}
	if s.uses != nil {
		today = text.Count(s.uses[c.ID].RequestsToday)
	}
	style, end, state := s.expiryCells(c)
	return []widget.Cell{
		s.nameCell(c, row),
		{Text: c.Kind.Name(), Style: side}, {Text: c.Hint, Style: side}, {Text: c.ScopeWords(), Style: side},
		{Text: last, Style: side}, {Text: end, Style: style}, {Text: today, Style: side}, {Text: state, Style: style},
	}
}

// nameCell is the name. Where no hint tells credentials of the same name apart, the end
// of the id does.
func (s *screen) nameCell(c *wallet.Credential, row list.Row) widget.Cell {
	cell := widget.Cell{Text: c.Name, Style: s.sh.Theme().Text, Marks: row.Marks}
	if !s.usable(c) {
		cell.Style = s.sh.Theme().Muted
	}
	if hinted := row.Widths[byHint-1] > 0; c.SharesName && !hinted {
		tail := " " + wallet.IDTail(c.ID)
		room := row.Widths[0] - widget.Width(tail)
		if widget.Width(c.Name) > room {
			cell.Marks = nil
		}
		cell.Text = widget.Clip(c.Name, room) + tail
	}
	return cell
}
