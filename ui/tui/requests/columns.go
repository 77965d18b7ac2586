package requests

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"charm.land/lipgloss/v2"

	"keydeck/model"
	"keydeck/ui/text"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/widget"
)

// column is a column of the list of requests. It is as wide as its content, from
// Width to Max; the details beside the list leave it ideal cells.
type column struct {
	id        string // in the preferences
	about     string
	fixed     bool // always shown
	byDefault bool // shown unless chosen otherwise
	spare     bool // so is this, where there is room to spare
	ideal     int
	widget.Column
	cell func(*screen, *model.RequestRecord) widget.Cell
}

// spareWidth is the least width of a window that shows spare columns by default.
const spareWidth = 180

func (c *column) shown(sh *shell.Shell) bool {
	if c.fixed || sh.Prefs().Columns == nil {
		return c.fixed || c.byDefault || c.spare && sh.Body().W >= spareWidth
	}
	return slices.Contains(sh.Prefs().Columns, c.id)
}

func muted(s *screen, t string) widget.Cell { return widget.Cell{Text: t, Style: s.sh.Theme().Muted} }

// cell is a cell whose text can be searched.
func (s *screen) cell(t string, style lipgloss.Style) widget.Cell {
	return widget.Cell{Text: t, Style: style, Highlight: s.highlight()}
}

// allColumns are the columns in their order. Those that are not shown by default
// are dropped last.
var allColumns = []column{
	{id: "time", about: "when it was answered", fixed: true, ideal: 8, Column: widget.Column{Title: "TIME", Width: clockWidth, Max: preciseWidth},
		cell: func(s *screen, r *model.RequestRecord) widget.Cell { return muted(s, s.shortTime(r)) }},
	{id: "method", about: "method", fixed: true, ideal: 6, Column: widget.Column{Title: "METHOD", Width: 6, Max: 7},
		cell: func(s *screen, r *model.RequestRecord) widget.Cell { return s.cell(r.Method, s.sh.Theme().Text) }},
	{id: "path", about: "path", fixed: true, ideal: 20, Column: widget.Column{Title: "PATH", Width: 10, Max: 80},
		cell: func(s *screen, r *model.RequestRecord) widget.Cell { return s.cell(r.Path, s.sh.Theme().Text) }},
	{id: "route", about: "route", ideal: 14, Column: widget.Column{Title: "ROUTE", Width: 8, Max: 40, Drop: 6},
		cell: func(s *screen, r *model.RequestRecord) widget.Cell { return muted(s, cmp.Or(r.Route, "–")) }},
	{id: "code", about: "status code", fixed: true, ideal: 4, Column: widget.Column{Title: "CODE", Width: 4, Max: 4, Right: true},
		cell: func(s *screen, r *model.RequestRecord) widget.Cell {
			return s.cell(strconv.Itoa(r.Status), s.statusStyle(r.Status))
		}},
	{id: "took", about: "how long it took", byDefault: true, ideal: 7, Column: widget.Column{Title: "TOOK", Width: 6, Max: 8, Right: true, Drop: 8},
		cell: func(s *screen, r *model.RequestRecord) widget.Cell { return muted(s, text.Took(r.DurationUS)) }},
	{id: "size", about: "size of the response", ideal: 5, Column: widget.Column{Title: "BYTES", Width: 5, Max: 11, Right: true, Drop: 3},
		cell: func(s *screen, r *model.RequestRecord) widget.Cell { return muted(s, text.Count(r.Bytes)) }},
	{id: "address", about: "where it came from", spare: true, ideal: 15, Column: widget.Column{Title: "FROM", Width: 8, Max: 39, Drop: 2},
		cell: func(s *screen, r *model.RequestRecord) widget.Cell { return s.cell(r.RemoteIP, s.sh.Theme().Muted) }},
	{id: "agent", about: "user agent", spare: true, ideal: 14, Column: widget.Column{Title: "AGENT", Width: 8, Max: 40, Drop: 5},
		cell: func(s *screen, r *model.RequestRecord) widget.Cell {
			return s.cell(cmp.Or(r.UserAgent, "–"), s.sh.Theme().Muted)
		}},
	{id: "key", about: "name of the credential", byDefault: true, ideal: 18, Column: widget.Column{Title: "KEY", Width: 8, Max: 32, Drop: 1},
		cell: func(s *screen, r *model.RequestRecord) widget.Cell { return s.cell(s.keyName(r), s.sh.Theme().Muted) }},
	{id: "hint", about: "first and last letters of the credential", ideal: 13, Column: widget.Column{Title: "HINT", Width: 8, Max: 18, Drop: 7},
		cell: func(s *screen, r *model.RequestRecord) widget.Cell {
			return s.cell(cmp.Or(r.CredentialHint, "–"), s.sh.Theme().Muted)
		}},
	{id: "why", about: "why it was refused", fixed: true, ideal: 13, Column: widget.Column{Title: "WHY", Width: 7, Max: 16},
		cell: func(s *screen, r *model.RequestRecord) widget.Cell {
			return s.cell(r.Reason.Label(), s.statusStyle(r.Status))
		}},
}

func (s *screen) cycleTime() { s.sh.Prefs().Time = shell.NextTime(s.sh.Prefs().Time) }

// Cells of a time in the list: how long ago it was, to the second, to the millisecond.
const (
	agoWidth     = len("59 min")
	clockWidth   = len("15:04:05")
	preciseWidth = len("15:04:05.000")
)

// answeredAt is when a request was answered, which is the order of the log.
func answeredAt(r *model.RequestRecord) time.Time {
	return r.At.Add(time.Duration(r.DurationUS) * time.Microsecond)
}

// shortTime is the time of the answer, to the millisecond; a column without room for that
// shows it to the second.
func (s *screen) shortTime(r *model.RequestRecord) string {
	if s.sh.Prefs().Time == shell.TimeAgo {
		return model.Ago(answeredAt(r), s.sh.Now())
	}
	return answeredAt(r).In(s.sh.ZoneNow().Location()).Format("15:04:05.000")
}
