package tui

import (
	"fmt"
	"strings"
	"time"

	"charm.land/lipgloss/v2"

	"keydeck/ui/tui/text"
	"keydeck/ui/tui/widget"
)

// credentialPaneW leaves the list beside it room for all its columns.
const credentialPaneW = paneW - 1

func (s *credentialsScreen) View(r Rect) string {
	switch {
	case !s.loaded && s.problem != "":
		return problemView(s.desk, "The credentials could not be loaded", s.problem)
	case !s.loaded:
		return loadingView(s.desk, "Loading credentials")
	case len(s.all) == 0:
		return emptyView(s.desk, "No credential yet",
			"An API key is the simplest: one value that a program sends with each call. JWT secrets let your own service sign tokens; key pairs are traded for session keys.",
			"n", "issues the first one")
	}
	w := r.W
	if r.W >= wideW {
		w = r.W - credentialPaneW - 3
	}
	var list string
	if len(s.shown) == 0 {
		list = emptyView(s.desk, "Nothing passes the filter", "", "esc", "shows all")
	} else {
		list = s.list(w, r.H-1)
	}
	list = widget.Fit(list, w, r.H-1) + "\n" + s.summary(w)
	if r.W < wideW {
		return list
	}
	return widget.Beside(list, s.details(credentialPaneW), w, 3)
}

// summary is the line below the list: the filter, the counts, the order.
func (s *credentialsScreen) summary(w int) string {
	count := fmt.Sprintf("%s of %s", text.Count(int64(len(s.shown))), text.Count(int64(len(s.all))))
	if !s.inactive {
		count += ", inactive ones hidden"
	}
	left := s.th.Muted.Render(count + " · by " + orderWords[s.by] + " " + s.arrow())
	if n := len(s.picked); n > 0 {
		left = s.th.Accent.Render(fmt.Sprintf("✓ %d chosen", n)) + s.th.Muted.Render(" · ") + left
	}
	right := ""
	if s.problem != "" {
		right = s.th.Bad.Render("× " + s.problem + " ")
	}
	if s.typing || s.filter.Value() != "" {
		left = s.th.Key.Render("/ ") + s.filter.View(s.th, min(30, w/3), s.typing) + "   " + left
	}
	return widget.Ends(" "+left, right, w)
}

// arrow says in which direction the table is sorted.
func (s *credentialsScreen) arrow() string {
	if s.reverse {
		return "↑"
	}
	return "↓"
}

// stateW is from which width on the state has a column of its own.
const stateW = 88

func (s *credentialsScreen) columns() []widget.Column {
	cols := []widget.Column{
		{Title: "NAME", Width: 12, Flex: 3, Max: 40},
		{Title: "KIND", Width: 10},
		{Title: "HINT", Width: 13, Drop: 1},
		{Title: "SCOPES", Width: 8, Flex: 1, Max: 24, Drop: 3},
		{Title: "USED", Width: 6, Right: true, Drop: 2},
		{Title: "EXPIRES", Width: 10, Right: true},
		{Title: "TODAY", Width: 7, Right: true},
		{Title: "STATE", Width: 7, Drop: 4},
	}
	if s.by > byAge {
		c := &cols[s.by-1]
		if c.Title += s.arrow(); len(s.picked) > 0 && s.by == byName {
			c.Title = "  " + c.Title
		}
	}
	return cols
}

func (s *credentialsScreen) list(w, h int) string {
	return s.table.View(s.th, s.columns(), len(s.shown), func(i int) []widget.Cell {
		c := &s.all[s.shown[i].at]
		name, side := s.th.Text, s.th.Muted
		if !c.usable(s.at) {
			name = s.th.Muted
		}
		title := widget.Cell{Text: c.name, Style: name, Marks: s.shown[i].marks}
		if len(s.picked) > 0 {
			title = s.pickedCell(c, name)
		}
		last, today := "never", "–"
		if c.lastUsed != nil {
			last = text.Ago(c.lastUsed.Time, s.at)
		}
		if u, ok := s.uses[c.id]; ok || s.uses != nil {
			today = text.Count(u.RequestsToday)
		}
		style, end, state := s.life(c, w >= stateW)
		return []widget.Cell{
			title, {Text: text.Kind(c.kind), Style: side}, {Text: c.hint, Style: side}, {Text: c.scopeWords(), Style: side},
			{Text: last, Style: side}, {Text: end, Style: style}, {Text: today, Style: side}, {Text: state, Style: style},
		}
	}, w, h, true)
}

// pickedCell is a name with the mark of what is chosen.
func (s *credentialsScreen) pickedCell(c *credential, style lipgloss.Style) widget.Cell {
	if s.picked[c.id] {
		return widget.Cell{Text: "✓ " + c.name, Style: s.th.AccentBold}
	}
	return widget.Cell{Text: "  " + c.name, Style: style}
}

// life is the end of a credential in the words of a column: how long it still
// has, or why it no longer works; where the state has its own column, when it
// ended. state is that column's word.
func (s *credentialsScreen) life(c *credential, apart bool) (style lipgloss.Style, end, state string) {
	end = "never"
	if c.expires != nil {
		if left := c.expires.Sub(s.at); left > 0 {
			end = untilWords(left)
		} else {
			end = text.Ago(c.expires.Time, s.at) + " ago"
		}
	}
	switch state = c.state(s.at); state {
	case "expired", "revoked":
		if !apart {
			end = state
		}
		return s.th.Bad, end, state
	case "expires soon":
		return s.th.Warn, end, "soon"
	}
	if c.expires == nil {
		return s.th.Muted, end, state
	}
	return s.th.Text, end, state
}

// untilWords is text.Span in ten cells.
func untilWords(d time.Duration) string {
	s := text.Span(d)
	if strings.Contains(s, " h ") {
		return strings.TrimSuffix(s, "in")
	}
	return s
}

func (s *credentialsScreen) details(w int) string {
	c := s.selected()
	if c == nil {
		return ""
	}
	expires, last := "never", "never"
	if c.expires != nil {
		expires = text.Moment(c.expires.Time, s.at)
		if left := c.expires.Sub(s.at); left > 0 {
			expires += ", in " + text.Span(left)
		} else {
			expires += ", " + text.Span(left) + " ago"
		}
	}
	if c.lastUsed != nil {
		last = text.Moment(c.lastUsed.Time, s.at) + ", " + text.AgoWords(c.lastUsed.Time, s.at)
	}
	return pairs(s.desk, w, "Credential", [][2]string{
		{"name", c.name}, {"kind", text.Kind(c.kind)}, {"state", c.state(s.at)}, {"id", c.id}, {"hint", c.hint},
		{"scopes", c.scopeWords()}, {"last used", last}, {"calls", s.calls(c)}, {"expires", expires},
		{"issued", when(c.created.Time, s.at)}, {"changed", when(c.updated.Time, s.at)},
	}) + "\n\n" + strings.Join(noteLines(s.desk, w, effectOf(c, s.at)), "\n")
}

// calls says how much it is used.
func (s *credentialsScreen) calls(c *credential) string {
	if s.uses == nil {
		return ""
	}
	u := s.uses[c.id]
	out := text.Count(u.RequestsToday) + " today, " + text.Count(u.LastHour) + " in the last hour"
	if u.RefusedHour > 0 {
		out += ", " + text.Count(u.RefusedHour) + " refused"
	}
	return out
}

func when(t, now time.Time) string { return text.Moment(t, now) + ", " + text.AgoWords(t, now) }

// effectOf says what the state means for a caller.
func effectOf(c *credential, now time.Time) string {
	if c.usable(now) {
		return "Callers that present it are let in."
	}
	return "Callers that present it are refused."
}
