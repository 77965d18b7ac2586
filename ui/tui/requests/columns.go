package requests

import (
	"cmp"
	"strconv"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/ui/text"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/widget"
)

// requestColumn is one column that the list of requests may have. It is as wide
// as what has been seen in it, from Width to Max; good is how much of that it has
// before the details beside the list keep their width.
type column struct {
	id        string // as it is remembered
	about     string
	fixed     bool // always there
	byDefault bool // there until chosen otherwise
	ideal     int
	widget.Column
	cell func(*screen, *model.RequestRecord) widget.Cell
}

func muted(s *screen, t string) widget.Cell { return widget.Cell{Text: t, Style: s.sh.Theme().Muted} }

// requestColumns are all there are, in the order in which they stand. What was
// added to the usual ones is the last to go.
var allColumns = []column{
	{id: "time", about: "when it came", fixed: true, ideal: 8, Column: widget.Column{Title: "TIME", Width: 8, Max: 8},
		cell: func(s *screen, r *model.RequestRecord) widget.Cell { return muted(s, s.shortTime(r)) }},
	{id: "method", about: "method", fixed: true, ideal: 6, Column: widget.Column{Title: "METHOD", Width: 6, Max: 7},
		cell: func(s *screen, r *model.RequestRecord) widget.Cell {
			return widget.Cell{Text: r.Method, Style: s.sh.Theme().Text, Highlight: s.highlight()}
		}},
	{id: "path", about: "path", fixed: true, ideal: 20, Column: widget.Column{Title: "PATH", Width: 8, Max: 80},
		cell: func(s *screen, r *model.RequestRecord) widget.Cell {
			return widget.Cell{Text: r.Path, Style: s.sh.Theme().Text, Highlight: s.highlight()}
		}},
	{id: "route", about: "the route it took", ideal: 14, Column: widget.Column{Title: "ROUTE", Width: 8, Max: 40, Drop: 6},
		cell: func(s *screen, r *model.RequestRecord) widget.Cell { return muted(s, cmp.Or(r.Route, "–")) }},
	{id: "code", about: "status code", fixed: true, ideal: 4, Column: widget.Column{Title: "CODE", Width: 4, Max: 4, Right: true},
		cell: func(s *screen, r *model.RequestRecord) widget.Cell {
			return widget.Cell{Text: strconv.Itoa(r.Status), Style: s.statusStyle(r.Status), Highlight: s.highlight()}
		}},
	{id: "took", about: "how long it took", byDefault: true, ideal: 7, Column: widget.Column{Title: "TOOK", Width: 7, Max: 8, Right: true, Drop: 8},
		cell: func(s *screen, r *model.RequestRecord) widget.Cell { return muted(s, text.Took(r.DurationUS)) }},
	{id: "size", about: "size of the answer", ideal: 5, Column: widget.Column{Title: "BYTES", Width: 5, Max: 11, Right: true, Drop: 3},
		cell: func(s *screen, r *model.RequestRecord) widget.Cell { return muted(s, text.Count(r.Bytes)) }},
	{id: "address", about: "where it came from", ideal: 15, Column: widget.Column{Title: "FROM", Width: 8, Max: 39, Drop: 2},
		cell: func(s *screen, r *model.RequestRecord) widget.Cell {
			return widget.Cell{Text: r.RemoteIP, Style: s.sh.Theme().Muted, Highlight: s.highlight()}
		}},
	{id: "agent", about: "user agent", ideal: 14, Column: widget.Column{Title: "AGENT", Width: 8, Max: 40, Drop: 5},
		cell: func(s *screen, r *model.RequestRecord) widget.Cell {
			return widget.Cell{Text: cmp.Or(r.UserAgent, "–"), Style: s.sh.Theme().Muted, Highlight: s.highlight()}
		}},
	{id: "key", about: "what the credential is called", byDefault: true, ideal: 16, Column: widget.Column{Title: "KEY", Width: 8, Max: 32, Drop: 1},
		cell: func(s *screen, r *model.RequestRecord) widget.Cell {
			return widget.Cell{Text: s.keyName(r), Style: s.sh.Theme().Muted, Highlight: s.highlight()}
		}},
	{id: "hint", about: "how the credential begins and ends", ideal: 13, Column: widget.Column{Title: "HINT", Width: 8, Max: 18, Drop: 7},
		cell: func(s *screen, r *model.RequestRecord) widget.Cell {
			return widget.Cell{Text: cmp.Or(r.CredentialHint, "–"), Style: s.sh.Theme().Muted, Highlight: s.highlight()}
		}},
	{id: "why", about: "why it was refused", fixed: true, ideal: 13, Column: widget.Column{Title: "WHY", Width: 7, Max: 16},
		cell: func(s *screen, r *model.RequestRecord) widget.Cell {
			return widget.Cell{Text: text.ReasonLabel(r.Reason), Style: s.statusStyle(r.Status), Highlight: s.highlight()}
		}},
}

func (s *screen) nextTimeName() string { return shell.TimeNames[shell.NextTime(s.sh.Prefs().Time)] }

func (s *screen) cycleTime() tea.Cmd {
	s.sh.Prefs().Time = shell.NextTime(s.sh.Prefs().Time)
	return nil
}

func (s *screen) shortTime(r *model.RequestRecord) string {
	switch s.sh.Prefs().Time {
	case shell.TimeAgo:
		return text.Ago(r.At.Time, s.sh.Now())
	case shell.TimeUTC:
		return r.At.UTC().Format("15:04:05")
	}
	return r.At.In(s.sh.Now().Location()).Format("15:04:05")
}
