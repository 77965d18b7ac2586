package tui

import (
	"fmt"
	"strings"
	"time"

	"charm.land/lipgloss/v2"

	"keydeck/ui/text"
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
	w, pane := r.W, s.paneWidth(r.W)
	if pane > 0 {
		w -= pane + besidePane
	}
	var list string
	if len(s.shown) == 0 {
		list = emptyView(s.desk, "Nothing passes the filter", "", "esc", "shows all")
	} else {
		list = s.list(w, r.H-1)
	}
	list = widget.Fit(list, w, r.H-1) + "\n" + s.summary(w)
	if pane == 0 {
		return list
	}
	return widget.Beside(list, s.details(pane), w, besidePane)
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

// life is the end of a credential in the words of two columns: how long it still
// has or when it ended, and its state.
func (s *credentialsScreen) life(c *credential) (style lipgloss.Style, end, state string) {
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
		expires = text.Moment(c.expires.Time, s.at) + ", " + text.Distance(c.expires.Time, s.at)
	}
	if c.lastUsed != nil {
		last = text.Moment(c.lastUsed.Time, s.at) + ", " + text.AgoWords(c.lastUsed.Time, s.at)
	}
	rows := [][2]string{
		{"name", c.name}, {"kind", text.Kind(c.kind)}, {"state", c.state(s.at)}, {"id", c.id}, {"hint", c.hint},
		{"scopes", c.scopeWords()}, {"used", last}, {"calls", s.calls(c)}, {"expires", expires},
		{"issued", when(c.created.Time, s.at)}, {"changed", when(c.updated.Time, s.at)},
	}
	if line := c.lineage(); line != "" {
		rows = append(rows, [2]string{"rotated", line})
	}
	return pairs(s.desk, w, "Credential", rows) + "\n\n" + strings.Join(noteLines(s.desk, w, effectOf(c, s.at)), "\n")
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
