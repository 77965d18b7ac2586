package tui

import (
	"fmt"
	"strings"
	"time"

	"charm.land/lipgloss/v2"

	"keydeck/ui/tui/text"
	"keydeck/ui/tui/widget"
)

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
		w = r.W - paneW - 3
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
	return widget.Beside(list, s.details(paneW), w, 3)
}

// summary is the line below the list: the filter, or the counts.
func (s *credentialsScreen) summary(w int) string {
	count := fmt.Sprintf("%d of %d", len(s.shown), len(s.all))
	if !s.inactive {
		count += ", inactive ones hidden"
	}
	right := ""
	if s.problem != "" {
		right = s.th.Bad.Render("× " + s.problem + " ")
	}
	if s.typing || s.filter.Value() != "" {
		left := s.th.Key.Render(" / ") + s.filter.View(s.th, min(40, w/2), s.typing) + "   " + s.th.Muted.Render(count)
		return widget.Ends(left, right, w)
	}
	return widget.Ends(" "+s.th.Muted.Render(count), right, w)
}

func (s *credentialsScreen) list(w, h int) string {
	cols := []widget.Column{
		{Title: "NAME", Width: 12, Flex: 3, Max: 40},
		{Title: "KIND", Width: 10},
		{Title: "HINT", Width: 15, Drop: 1},
		{Title: "SCOPES", Width: 10, Flex: 1, Max: 24, Drop: 3},
		{Title: "LAST USED", Width: 9, Right: true, Drop: 2},
		{Title: "EXPIRES", Width: 11, Right: true},
	}
	return s.table.View(s.th, cols, len(s.shown), func(i int) []widget.Cell {
		c := &s.shown[i]
		name, side := s.th.Text, s.th.Muted
		if !c.usable(s.at) {
			name, side = s.th.Muted, s.th.Faint
			if s.th.Strong {
				side = s.th.Muted
			}
		}
		last := "never"
		if c.lastUsed != nil {
			last = text.Ago(c.lastUsed.Time, s.at)
		}
		lifeStyle, life := s.life(c)
		return []widget.Cell{
			{Text: c.name, Style: name}, {Text: text.Kind(c.kind), Style: side}, {Text: c.hint, Style: side},
			{Text: c.scopeWords(), Style: side}, {Text: last, Style: side}, {Text: life, Style: lifeStyle},
		}
	}, w, h, true)
}

// life is the end of a credential in the words of a column: how long it still
// has, or why it no longer works.
func (s *credentialsScreen) life(c *credential) (style lipgloss.Style, word string) {
	switch state := c.state(s.at); state {
	case "expired", "revoked":
		return s.th.Bad, state
	case "expires soon":
		return s.th.Warn, text.Span(c.expires.Sub(s.at))
	}
	if c.expires == nil {
		return s.th.Muted, "never"
	}
	return s.th.Text, text.Span(c.expires.Sub(s.at))
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
		{"scopes", c.scopeWords()}, {"last used", last}, {"expires", expires},
		{"issued", when(c.created.Time, s.at)}, {"changed", when(c.updated.Time, s.at)},
	}) + "\n\n" + strings.Join(noteLines(s.desk, w, effectOf(c, s.at)), "\n")
}

func when(t, now time.Time) string { return text.Moment(t, now) + ", " + text.AgoWords(t, now) }

// effectOf says what the state means for a caller.
func effectOf(c *credential, now time.Time) string {
	if c.usable(now) {
		return "Callers that present it are let in."
	}
	return "Callers that present it are refused."
}
