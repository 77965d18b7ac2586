package tui

import (
	"strconv"
	"strings"

	"keydeck/model"
	"keydeck/ui/tui/text"
	"keydeck/ui/tui/widget"
)

// details are everything that is known of the chosen request, in w cells and at
// most h lines.
func (s *requestsScreen) details(w, h int) string {
	r := s.selected()
	if r == nil {
		return ""
	}
	lines := s.detailLines(r, w)
	if s.body.W >= wideW {
		lines = s.detailColumn(r, w)
	}
	if len(lines) > h {
		rest := len(lines) - h + 1
		lines = append(lines[:h-1:h-1], s.th.Muted.Render("   "+text.Plural(rest, "more line", "more lines")+", [ makes room"))
	}
	return strings.Join(lines, "\n")
}

// detailLines are the details below the list: one line for each thing, the most
// wanted first.
func (s *requestsScreen) detailLines(r *model.RequestRecord, w int) []string {
	st := s.th
	status := s.statusStyle(r.Status).Render(strconv.Itoa(r.Status))
	rows := [][2]string{
		{"why", s.why(r)},
		{"key", s.credentialWords(r)},
		{"from", r.RemoteIP + ", " + orElse(r.UserAgent, "no user agent")},
		{"route", orElse(r.Route, "no route") + ", " + text.Count(r.Bytes) + " bytes"},
		{"at", s.fullTime(r)},
		{"id", r.ID},
		{"request", r.RequestID},
		{"project", orElse(r.ProjectID, "none")},
		{"user", orElse(r.UserID, "none")},
	}
	end := st.Muted.Render(" → ") + status + st.Muted.Render(" in "+text.Took(r.DurationUS))
	lines := make([]string, 0, len(rows)+1)
	for _, l := range wrapped(r.Method+" "+r.Path, w-2-widget.Width(end), w-2) {
		lines = append(lines, " "+st.Bold.Render(l))
	}
	lines[len(lines)-1] += end
	for _, row := range rows {
		label := row[0]
		for _, l := range wrapped(row[1], w-12, w-12) {
			lines = append(lines, "   "+st.Muted.Render(widget.Left(label, 8))+st.Text.Render(l))
			label = ""
		}
	}
	return lines
}

// maxWrap is how many lines one thing takes of the details: what comes in a
// request is as long as its sender likes.
const maxWrap = 4

// wrapped breaks s, where it is wider than one line's room, into a few lines of
// w cells, the last of which keeps within that room too.
func wrapped(s string, one, w int) []string {
	if widget.Width(s) <= one {
		return []string{s}
	}
	lines := widget.Wrap(s, w)
	if len(lines) > maxWrap {
		lines = append(lines[:maxWrap-1:maxWrap-1], strings.Join(lines[maxWrap-1:], " "))
	}
	if last := len(lines) - 1; widget.Width(lines[last]) > one {
		if len(lines) == maxWrap {
			lines[last] = widget.Clip(lines[last], one)
		} else {
			lines = append(lines, "")
		}
	}
	return lines
}

// detailColumn is the details beside the list: narrow and as long as it takes.
func (s *requestsScreen) detailColumn(r *model.RequestRecord, w int) []string {
	st := s.th
	var lines []string
	for _, l := range widget.Wrap(r.Method+" "+r.Path, w) {
		lines = append(lines, st.Bold.Render(l))
	}
	lines = append(lines, s.statusStyle(r.Status).Render(strconv.Itoa(r.Status))+st.Muted.Render(" in "+text.Took(r.DurationUS)), "")
	if r.Reason != "" {
		for _, l := range widget.Wrap(sentence(s.why(r)), w) {
			lines = append(lines, st.Warn.Render(l))
		}
		lines = append(lines, "")
	}
	return append(lines, strings.Split(pairs(s.desk, w, "", [][2]string{
		{"key", s.keyName(r)}, {"hint", r.CredentialHint}, {"kind", text.Kind(r.Scheme)}, {"route", orElse(r.Route, "none")},
		{"from", r.RemoteIP}, {"agent", r.UserAgent}, {"at", s.fullTime(r)}, {"size", text.Count(r.Bytes) + " bytes"},
		{"project", r.ProjectID}, {"user", r.UserID}, {"id", r.ID}, {"request", r.RequestID},
	}), "\n")...)
}

// why says why a request was refused, and where the credential is known, since
// when.
func (s *requestsScreen) why(r *model.RequestRecord) string {
	if r.Reason == "" {
		return "nothing was refused"
	}
	c, known := s.known[r.CredentialID]
	switch own := known && c.kind == r.Scheme; {
	case own && r.Reason == model.ReasonExpired && c.expires != nil && !c.expires.After(s.at):
		return "the " + text.Kind(c.kind) + " expired " + text.AgoWords(c.expires.Time, s.at)
	case known && r.Reason == model.ReasonRevoked && c.state(s.at) == "revoked":
		what := "the " + text.Kind(c.kind) + " was revoked "
		if !own {
			what = "the " + text.Kind(c.kind) + " that made it was revoked "
		}
		return what + text.AgoWords(c.updated.Time, s.at)
	}
	return text.Why(r.Reason, r.Scheme)
}

func (s *requestsScreen) credentialWords(r *model.RequestRecord) string {
	out := text.Kind(r.Scheme)
	if r.Scheme == "" {
		return out
	}
	if name := s.names[r.CredentialID]; name != "" {
		out = name + ", " + out
	}
	if r.CredentialHint != "" {
		out += " " + r.CredentialHint
	}
	return out
}

func (s *requestsScreen) fullTime(r *model.RequestRecord) string {
	at := r.At.In(s.at.Location())
	if s.stored.Time == timeUTC {
		at = r.At.UTC()
	}
	return at.Format("2006-01-02 15:04:05.000 MST") + ", " + text.AgoWords(r.At.Time, s.at)
}
