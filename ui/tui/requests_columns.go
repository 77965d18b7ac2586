package tui

import (
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/ui/text"
	"keydeck/ui/tui/widget"
)

// requestColumn is one column that the list of requests may have. It is as wide
// as what has been seen in it, from Width to Max; good is how much of that it has
// before the details beside the list keep their width.
type requestColumn struct {
	id    string // as it is remembered
	about string
	fixed bool // always there
	plain bool // there until chosen otherwise
	good  int
	widget.Column
	cell func(*requestsScreen, *model.RequestRecord) widget.Cell
}

func muted(s *requestsScreen, t string) widget.Cell { return widget.Cell{Text: t, Style: s.th.Muted} }

// requestColumns are all there are, in the order in which they stand. What was
// added to the usual ones is the last to go.
var requestColumns = []requestColumn{
	{id: "time", about: "when it came", fixed: true, good: 8, Column: widget.Column{Title: "TIME", Width: 8, Max: 8},
		cell: func(s *requestsScreen, r *model.RequestRecord) widget.Cell { return muted(s, s.shortTime(r)) }},
	{id: "method", about: "method", fixed: true, good: 6, Column: widget.Column{Title: "METHOD", Width: 6, Max: 7},
		cell: func(s *requestsScreen, r *model.RequestRecord) widget.Cell {
			return widget.Cell{Text: r.Method, Style: s.th.Text, Mark: s.marked()}
		}},
	{id: "path", about: "path", fixed: true, good: 20, Column: widget.Column{Title: "PATH", Width: 8, Max: 80},
		cell: func(s *requestsScreen, r *model.RequestRecord) widget.Cell {
			return widget.Cell{Text: r.Path, Style: s.th.Text, Mark: s.marked()}
		}},
	{id: "route", about: "the route it took", good: 14, Column: widget.Column{Title: "ROUTE", Width: 8, Max: 40, Drop: 6},
		cell: func(s *requestsScreen, r *model.RequestRecord) widget.Cell { return muted(s, orElse(r.Route, "–")) }},
	{id: "code", about: "status code", fixed: true, good: 4, Column: widget.Column{Title: "CODE", Width: 4, Max: 4, Right: true},
		cell: func(s *requestsScreen, r *model.RequestRecord) widget.Cell {
			return widget.Cell{Text: strconv.Itoa(r.Status), Style: s.statusStyle(r.Status), Mark: s.marked()}
		}},
	{id: "took", about: "how long it took", plain: true, good: 7, Column: widget.Column{Title: "TOOK", Width: 7, Max: 8, Right: true, Drop: 8},
		cell: func(s *requestsScreen, r *model.RequestRecord) widget.Cell { return muted(s, text.Took(r.DurationUS)) }},
	{id: "size", about: "size of the answer", good: 5, Column: widget.Column{Title: "BYTES", Width: 5, Max: 11, Right: true, Drop: 3},
		cell: func(s *requestsScreen, r *model.RequestRecord) widget.Cell { return muted(s, text.Count(r.Bytes)) }},
	{id: "address", about: "where it came from", good: 15, Column: widget.Column{Title: "FROM", Width: 8, Max: 39, Drop: 2},
		cell: func(s *requestsScreen, r *model.RequestRecord) widget.Cell {
			return widget.Cell{Text: r.RemoteIP, Style: s.th.Muted, Mark: s.marked()}
		}},
	{id: "agent", about: "user agent", good: 14, Column: widget.Column{Title: "AGENT", Width: 8, Max: 40, Drop: 5},
		cell: func(s *requestsScreen, r *model.RequestRecord) widget.Cell {
			return widget.Cell{Text: orElse(r.UserAgent, "–"), Style: s.th.Muted, Mark: s.marked()}
		}},
	{id: "key", about: "what the credential is called", plain: true, good: 16, Column: widget.Column{Title: "KEY", Width: 8, Max: 32, Drop: 1},
		cell: func(s *requestsScreen, r *model.RequestRecord) widget.Cell {
			return widget.Cell{Text: s.keyName(r), Style: s.th.Muted, Mark: s.marked()}
		}},
	{id: "hint", about: "how the credential begins and ends", good: 13, Column: widget.Column{Title: "HINT", Width: 8, Max: 18, Drop: 7},
		cell: func(s *requestsScreen, r *model.RequestRecord) widget.Cell {
			return widget.Cell{Text: orElse(r.CredentialHint, "–"), Style: s.th.Muted, Mark: s.marked()}
		}},
	{id: "why", about: "why it was refused", fixed: true, good: 13, Column: widget.Column{Title: "WHY", Width: 7, Max: 16},
		cell: func(s *requestsScreen, r *model.RequestRecord) widget.Cell {
			return widget.Cell{Text: text.WhyShort(r.Reason), Style: s.statusStyle(r.Status), Mark: s.marked()}
		}},
}

// shows reports a column that is in the list now.
func (d *desk) shows(c requestColumn) bool {
	if c.fixed || d.stored.Columns == nil {
		return c.fixed || c.plain
	}
	return slices.Contains(d.stored.Columns, c.id)
}

// The ways of showing time.
const (
	timeClock = ""
	timeAgo   = "ago"
	timeUTC   = "utc"
)

var timeWords = map[string]string{timeClock: "the clock here", timeAgo: "how long ago", timeUTC: "UTC"}

func (s *requestsScreen) nextTime() string { return timeWords[followingTime(s.stored.Time)] }

func followingTime(t string) string {
	switch t {
	case timeClock:
		return timeAgo
	case timeAgo:
		return timeUTC
	}
	return timeClock
}

func (s *requestsScreen) turnTime() tea.Cmd {
	s.stored.Time = followingTime(s.stored.Time)
	return nil
}

func (s *requestsScreen) shortTime(r *model.RequestRecord) string {
	switch s.stored.Time {
	case timeAgo:
		return text.Ago(r.At.Time, s.at)
	case timeUTC:
		return r.At.UTC().Format("15:04:05")
	}
	return r.At.In(s.at.Location()).Format("15:04:05")
}

func (s *requestsScreen) chooseColumns() tea.Cmd {
	s.open(&columnMenu{desk: s.desk, list: s})
	return nil
}

// columnMenu says which columns the list of requests has.
type columnMenu struct {
	*desk
	list  *requestsScreen
	table widget.Table
}

// choosable are the columns that may go.
func choosable() []requestColumn {
	return slices.DeleteFunc(slices.Clone(requestColumns), func(c requestColumn) bool { return c.fixed })
}

func (m *columnMenu) Title() string    { return "Columns" }
func (m *columnMenu) width(r Rect) int { return min(r.W, 50) }

func (m *columnMenu) Update(msg tea.Msg) tea.Cmd {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		m.table.Key(k.Keystroke(), len(choosable()), len(choosable()))
	}
	return nil
}

func (m *columnMenu) toggle() tea.Cmd {
	var shown []string
	for i, c := range choosable() {
		if m.shows(c) != (i == m.table.Cursor) {
			shown = append(shown, c.id)
		}
	}
	m.stored.Columns = append([]string{}, shown...)
	return nil
}

func (m *columnMenu) Commands() []Command {
	return []Command{
		{ID: "columns.toggle", Title: "show or hide the column", Short: "show or hide", Key: on("space", "enter"), Run: m.toggle},
		{ID: "columns.close", Title: "done", Short: "done", Key: on("esc", "q", "C"), Run: func() tea.Cmd { m.close(); return nil }},
	}
}

func (m *columnMenu) View(r Rect) string {
	list := choosable()
	lines := make([]string, 0, len(list)+2)
	_, hidden := m.list.fitting(m.list.listRoom())
	for i, c := range list {
		mark, box, style := "  ", "[ ] ", m.th.Muted
		if i == m.table.Cursor {
			mark = m.th.Accent.Render("▌ ")
		}
		if m.shows(c) {
			box, style = "[x] ", m.th.Text
		}
		about := c.about
		if m.shows(c) && slices.Contains(hidden, c.id) {
			about = "no room for it now"
		}
		lines = append(lines, mark+style.Render(box+widget.Left(strings.ToUpper(c.Title), 8)+about))
	}
	for _, l := range widget.Wrap("Where there is no room for all, the details give way first, then TOOK.", r.W) {
		lines = append(lines, m.th.Muted.Render(l))
	}
	return strings.Join(lines, "\n")
}
