package credentials

import (
	"strings"
	"time"

	"keydeck/model"
	"keydeck/ui/text"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/wallet"
)

// details are those beside the list.
func (s *screen) details(c *wallet.Credential, w int) string {
	var more [][2]string
	if s.all {
		more = [][2]string{{"project", s.sh.ProjectName(c.Project)}}
	}
	return s.factsText(c, w, "Credential", more)
}

// factsText is what is known of a credential, and more of it, under a heading.
func (s *screen) factsText(c *wallet.Credential, w int, heading string, more [][2]string) string {
	expires, last := "never", "never"
	if c.Expires != nil {
		expires = text.Moment(c.Expires.Time, s.sh.Now()) + ", " + model.Distance(c.Expires.Time, s.sh.Now())
	}
	if c.LastUsed != nil {
		last = when(c.LastUsed.Time, s.sh.Now())
	}
	issued := when(c.Created.Time, s.sh.Now())
	if c.IssuedBy != "" {
		issued += ", by " + c.IssuedBy
	}
	rows := [][2]string{
		{"name", c.Name}, {"kind", c.Kind.Name()}, {"state", string(s.state(c))}, {"id", c.ID}, {"hint", c.Hint},
		{"scopes", c.ScopeWords()}, {"used", last}, {"calls", s.calls(c)}, {"expires", expires},
		{"issued", issued}, {"changed", when(c.Updated.Time, s.sh.Now())},
	}
	for _, row := range append([][2]string{{"note", c.Note}, {"owner", c.Owner}}, more...) {
		if row[1] != "" {
			rows = append(rows, row)
		}
	}
	if line := c.Lineage(); line != "" {
		rows = append(rows, [2]string{"rotated", line})
	}
	note := "Callers that present it are refused."
	if s.state(c) == model.StatePaused {
		note = "Callers that present it are refused until it is resumed."
	}
	if s.usable(c) {
		note = "Callers that present it are let in."
	}
	return shell.Pairs(s.sh, w, heading, rows) + "\n\n" + strings.Join(shell.NoteLines(s.sh, w, note), "\n")
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
