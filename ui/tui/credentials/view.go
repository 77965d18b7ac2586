package credentials

import (
	"fmt"
	"strings"
	"time"

	"charm.land/lipgloss/v2"

	"keydeck/model"
	"keydeck/ui/text"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/wallet"
	"keydeck/ui/tui/widget"
)

func (s *screen) View(r shell.Rect) string {
	switch {
	case !s.loaded && s.problem != "":
		return shell.ProblemView(s.sh, "The credentials could not be loaded", s.problem)
	case !s.loaded:
		return shell.LoadingView(s.sh, "Loading credentials")
	case len(s.all) == 0:
		return shell.EmptyView(s.sh, "No credential yet",
			"An API key is the simplest: one value that a program sends with each call. JWT secrets let your own service sign tokens; key pairs are traded for session keys.",
			"n", "issues the first one")
	}
	w, pane := r.W, s.paneWidth(r.W)
	if pane > 0 {
		w -= pane + paneGap
	}
	var list string
	if len(s.shown) == 0 {
		list = shell.EmptyView(s.sh, "Nothing passes the filter", "", "esc", "shows all")
	} else {
		list = s.list(w, r.H-1)
	}
	list = widget.Fit(list, w, r.H-1) + "\n" + s.summary(w)
	if pane == 0 {
		return list
	}
	return widget.Beside(list, s.details(pane), w, paneGap)
}

// summary is the line below the list: filter, counts, order.
func (s *screen) summary(w int) string {
	count := fmt.Sprintf("%s of %s", text.Count(int64(len(s.shown))), text.Count(int64(len(s.all))))
	if !s.inactive {
		count += ", inactive ones hidden"
	}
	left := s.sh.Theme().Muted.Render(count + " · by " + orderWords[s.by] + " " + s.arrow())
	if n := len(s.picked); n > 0 {
		left = s.sh.Theme().Accent.Render(fmt.Sprintf("✓ %d chosen", n)) + s.sh.Theme().Muted.Render(" · ") + left
	}
	right := ""
	if s.problem != "" {
		right = s.sh.Theme().Bad.Render("× " + s.problem + " ")
	}
	if s.typing || s.filter.Value() != "" {
		left = s.sh.Theme().Key.Render("/ ") + s.filter.View(s.sh.Theme(), min(30, w/3), s.typing) + "   " + left
	}
	return widget.Ends(" "+left, right, w)
}

// expiryCells are the expiry and state columns of a credential.
func (s *screen) expiryCells(c *wallet.Credential) (style lipgloss.Style, end, state string) {
	end = "never"
	if c.Expires != nil {
		if now := s.sh.Now(); c.Expires.After(now) {
			end = model.Ago(now, c.Expires.Time) // what is left, in one unit
		} else {
			end = model.Ago(c.Expires.Time, now) + " ago"
		}
	}
	switch state = c.State(s.sh.Now()); state {
	case "expired", "revoked":
		return s.sh.Theme().Bad, end, state
	case "expires soon":
		return s.sh.Theme().Warn, end, "soon"
	}
	if c.Expires == nil {
		return s.sh.Theme().Muted, end, state
	}
	return s.sh.Theme().Text, end, state
}

func (s *screen) details(w int) string {
	c := s.selected()
	if c == nil {
		return ""
	}
	expires, last := "never", "never"
	if c.Expires != nil {
		expires = text.Moment(c.Expires.Time, s.sh.Now()) + ", " + model.Distance(c.Expires.Time, s.sh.Now())
	}
	if c.LastUsed != nil {
		last = when(c.LastUsed.Time, s.sh.Now())
	}
	rows := [][2]string{
		{"name", c.Name}, {"kind", text.Kind(c.Kind)}, {"state", c.State(s.sh.Now())}, {"id", c.ID}, {"hint", c.Hint},
		{"scopes", c.ScopeWords()}, {"used", last}, {"calls", s.calls(c)}, {"expires", expires},
		{"issued", when(c.Created.Time, s.sh.Now())}, {"changed", when(c.Updated.Time, s.sh.Now())},
	}
	if line := c.Lineage(); line != "" {
		rows = append(rows, [2]string{"rotated", line})
	}
	note := "Callers that present it are refused."
	if c.Usable(s.sh.Now()) {
		note = "Callers that present it are let in."
	}
	return shell.Pairs(s.sh, w, "Credential", rows) + "\n\n" + strings.Join(shell.NoteLines(s.sh, w, note), "\n")
}

func (s *screen) calls(c *wallet.Credential) string {
	if s.uses == nil {
		return ""
	}
	u := s.uses[c.ID]
	out := text.Count(u.RequestsToday) + " today, " + text.Count(u.LastHour) + " in the last hour"
	if u.RefusedHour > 0 {
		out += ", " + text.Count(u.RefusedHour) + " refused"
	}
	return out
}

func when(t, now time.Time) string { return text.Moment(t, now) + ", " + model.Distance(t, now) }
