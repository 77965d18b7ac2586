package tui

import (
	"fmt"
	"strconv"
	"strings"

	"charm.land/lipgloss/v2"

	"keydeck/model"
	"keydeck/ui/tui/text"
	"keydeck/ui/tui/widget"
)

// detailRows is the height of the pane below the list, its rule included.
const detailRows = 9

// rows is how many records the list shows.
func (s *requestsScreen) rows() int {
	h := s.body.H - 2 // the line above and the column heads
	if s.detail && s.body.W < wideW {
		h -= detailRows
	}
	return max(1, h)
}

func (s *requestsScreen) View(r Rect) string {
	switch {
	case !s.loaded && s.problem != "":
		return problemView(s.desk, "The request log could not be read", s.problem)
	case !s.loaded:
		return s.summary(r.W) + "\n" + loadingView(s.desk, "Reading the request log")
	case s.records.len() == 0:
		return s.summary(r.W) + "\n" + s.emptyView()
	}
	w, h := r.W, s.rows()
	if r.W >= wideW {
		w = r.W - paneW - 3
	}
	list := s.summary(w) + "\n" + s.list(w, h+1)
	switch {
	case r.W >= wideW:
		return widget.Beside(list, s.details(paneW), w, 3)
	case s.detail:
		return widget.Fit(list, w, r.H-detailRows) + "\n" + widget.Rule(s.th, "details", w) + "\n" + s.details(w)
	}
	return list
}

func (s *requestsScreen) emptyView() string {
	if s.filter.Value() != "" {
		return emptyView(s.desk, "Nothing passes the filter", "", "esc", "shows all")
	}
	why := "Calls to the server show here the moment they are made. Try one from another terminal:"
	return emptyView(s.desk, "No request yet", why, "", "") + "\n\n    " + s.th.Accent.Render("curl "+s.url()+"/v1/healthz") +
		"\n\n" + strings.Join(noteLines(s.desk, min(72, s.body.W), "A call without a credential belongs to no project; s shows those of all projects too."), "\n")
}

// summary is the line above the list: what is shown, and how it stands with
// the stream.
func (s *requestsScreen) summary(w int) string {
	st := s.th
	left := "this project"
	switch {
	case s.scope.id != "":
		left = "only " + s.scope.name
	case s.all:
		left = "all projects"
	}
	left = " " + st.Text.Render(left)
	if s.own {
		left += st.Muted.Render(" + own calls")
	}
	if s.typing || s.filter.Value() != "" {
		left += "   " + st.Key.Render("/ ") + s.filter.View(st, max(10, min(36, w/3)), s.typing)
	}
	var parts []string
	switch {
	case !s.live && s.loaded:
		parts = append(parts, st.Bad.Render("× not live, trying again"))
	case s.paused:
		parts = append(parts, st.Warn.Render("paused"), st.Text.Render(text.Count(s.fresh)+" new"))
	case s.live:
		parts = append(parts, st.OK.Render("following"))
	}
	if s.skipped > 0 {
		parts = append(parts, st.Warn.Render(text.Count(s.skipped)+" skipped"))
	}
	if s.olderQ.waiting {
		parts = append(parts, st.Muted.Render("loading older"))
	}
	if n := s.records.len(); n > 0 {
		parts = append(parts, st.Muted.Render(fmt.Sprintf("%s of %s", text.Count(int64(s.table.Cursor+1)), text.Count(int64(n)))))
	}
	return widget.Ends(left, strings.Join(parts, st.Muted.Render(" · "))+" ", w)
}

func (s *requestsScreen) list(w, h int) string {
	cols := []widget.Column{
		{Title: "TIME", Width: 8},
		{Title: "METHOD", Width: 6},
		{Title: "PATH", Width: 19, Flex: 3},
		{Title: "CODE", Width: 4, Right: true},
		{Title: "TOOK", Width: 7, Right: true, Drop: 2},
		{Title: "KEY", Width: 8, Flex: 1, Max: 24, Drop: 1},
		{Title: "WHY", Width: 13},
	}
	return s.table.View(s.th, cols, s.records.len(), func(i int) []widget.Cell {
		r, st := s.records.at(i), s.th
		return []widget.Cell{
			{Text: r.At.In(s.at.Location()).Format("15:04:05"), Style: st.Muted},
			{Text: r.Method, Style: st.Text},
			{Text: r.Path, Style: st.Text},
			{Text: strconv.Itoa(r.Status), Style: s.statusStyle(r.Status)},
			{Text: text.Took(r.DurationUS), Style: st.Muted},
			{Text: s.keyName(r), Style: st.Muted},
			{Text: text.WhyShort(r.Reason), Style: s.statusStyle(r.Status)},
		}
	}, w, h, true)
}

func (s *requestsScreen) statusStyle(status int) lipgloss.Style {
	switch status / 100 {
	case 2, 3:
		return s.th.OK
	case 4:
		return s.th.Warn
	}
	return s.th.Bad
}

// keyName is what the credential of a request is called, or the best that is
// known of it.
func (s *requestsScreen) keyName(r *model.RequestRecord) string {
	if name := s.names[r.CredentialID]; name != "" {
		return name
	}
	switch r.Scheme {
	case model.KindAccessToken, model.KindRefreshToken:
		return "login"
	}
	return orElse(r.CredentialHint, "–")
}

func (s *requestsScreen) details(w int) string {
	r := s.selected()
	if r == nil {
		return ""
	}
	if w <= paneW {
		return s.detailColumn(r, w)
	}
	st := s.th
	status := s.statusStyle(r.Status).Render(strconv.Itoa(r.Status))
	head := " " + st.Bold.Render(widget.Clip(r.Method+" "+r.Path, w-28)) + st.Muted.Render(" → ") + status + st.Muted.Render(" in "+text.Took(r.DurationUS))
	rows := [][2]string{
		{"why", s.why(r)},
		{"key", s.credentialWords(r)},
		{"from", r.RemoteIP + ", " + orElse(r.UserAgent, "no user agent")},
		{"route", orElse(r.Route, "no route") + ", " + text.Count(r.Bytes) + " bytes"},
		{"at", s.fullTime(r)},
		{"id", r.ID},
		{"request", r.RequestID},
	}
	lines := []string{head}
	for _, row := range rows {
		lines = append(lines, "   "+st.Muted.Render(widget.Left(row[0], 8))+st.Text.Render(widget.Clip(row[1], w-12)))
	}
	return strings.Join(lines, "\n")
}

// detailColumn is the details beside the list: narrow and as long as it takes.
func (s *requestsScreen) detailColumn(r *model.RequestRecord, w int) string {
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
	lines = append(lines, pairs(s.desk, w, "", [][2]string{
		{"key", s.keyName(r)}, {"hint", r.CredentialHint}, {"kind", text.Kind(r.Scheme)}, {"route", orElse(r.Route, "none")},
		{"from", r.RemoteIP}, {"agent", r.UserAgent}, {"at", s.fullTime(r)}, {"size", text.Count(r.Bytes) + " bytes"},
		{"project", r.ProjectID}, {"user", r.UserID}, {"id", r.ID}, {"request", r.RequestID},
	}))
	return strings.Join(lines, "\n")
}

func (s *requestsScreen) why(r *model.RequestRecord) string {
	if r.Reason == "" {
		return "nothing was refused"
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
	return r.At.In(s.at.Location()).Format("2006-01-02 15:04:05.000 MST") + ", " + text.AgoWords(r.At.Time, s.at)
}
