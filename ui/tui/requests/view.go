package requests

import (
	"cmp"
	"strings"

	"charm.land/lipgloss/v2"

	"keydeck/model"
	"keydeck/ui/text"
	"keydeck/ui/tui/query"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/theme"
	"keydeck/ui/tui/widget"
)

// Sizes of the details: lines below the list, rule included, or cells beside it.
const (
	defaultPaneH = 9
	minPaneH     = 4
	minPaneW     = 34
	minListH     = 4
	paneGap      = 3
)

// paneHeight and paneWidth are the size of the details: the preferred one, as far as
// there is room.
func (s *screen) paneHeight() int {
	return max(minPaneH, min(defaultPaneH+s.sh.Prefs().PaneH, s.sh.Body().H-2-minListH))
}

func (s *screen) paneWidth() int {
	return max(minPaneW, min(shell.PaneWidth+s.sh.Prefs().PaneW, s.sh.Body().W-paneGap-s.wantedListWidth()))
}

// resizePane makes the details larger or smaller by a step.
func (s *screen) resizePane(by int) {
	if s.sideBySide() {
		s.sh.Prefs().PaneW = max(minPaneW, min(s.paneWidth()+4*by, s.sh.Body().W-paneGap-s.wantedListWidth())) - shell.PaneWidth
		return
	}
	s.sh.Prefs().PaneH = max(minPaneH, min(s.paneHeight()+by, s.sh.Body().H-2-minListH)) - defaultPaneH
	s.showDetails = true
	s.keepCursorVisible()
}

func (s *screen) rows() int {
	h := s.sh.Body().H - 2 // the line above and the column heads
	if s.showDetails && !s.sideBySide() {
		h -= s.paneHeight()
	}
	return max(1, h)
}

func (s *screen) View(r shell.Rect) string {
	switch {
	case !s.loaded && s.problem != "":
		return shell.ProblemView(s.sh, "The request log could not be loaded", s.problem)
	case !s.loaded:
		return s.summary(r.W) + "\n" + shell.LoadingView(s.sh, "Loading the request log")
	case s.records.len() == 0:
		return s.summary(r.W) + "\n" + s.hintLine(r.W) + "\n" + s.emptyView()
	}
	s.measure()
	w, h := s.listWidth(), s.rows()
	if s.readingDetails() && !s.sideBySide() {
		return s.summary(w) + "\n" + s.details(w, r.H-1)
	}
	list := s.summary(w) + "\n" + s.listView(w, h+1)
	switch {
	case s.sideBySide():
		return widget.Beside(list, s.details(s.paneWidth(), r.H), w, paneGap)
	case s.showDetails:
		pane := s.paneHeight()
		return widget.Fit(list, w, r.H-pane) + "\n" + widget.Rule(s.sh.Theme(), "details", w) + "\n" + s.details(w, pane-1)
	}
	return list
}

func (s *screen) emptyView() string {
	switch {
	case s.paging.stalled || s.olderCall.Pending:
		key, does := "m", "searches further back"
		if s.searchingLog() {
			key, does = "esc", "stops the search"
		} else if s.olderCall.Pending {
			key, does = "", ""
		}
		return shell.EmptyView(s.sh, "Nothing matches the filter yet", "Searched "+s.pagedBack()+".", key, does)
	case s.filter.typing:
		return shell.EmptyView(s.sh, "No loaded request matches the filter", "Press enter to search the whole log.", "", "")
	case s.filter.input.Value() != "":
		return shell.EmptyView(s.sh, "Nothing matches the filter", "", "esc", "clears it")
	}
	call, note := "curl "+s.sh.URL()+"/v1/healthz", ""
	why := "Requests to the server appear here as they are made. Try one from another terminal:"
	if s.sh.Project() != nil {
		call = "curl " + s.sh.URL() + "/ -H 'Authorization: sk_…'"
		why = "Requests made with a credential of this project appear here as they are made. Try one with an API key from another terminal:"
		note = "A request without a credential belongs to no project; s shows those as well."
	}
	return shell.EmptyView(s.sh, "No requests yet", why, "", "") + "\n\n    " + s.sh.Theme().Accent.Render(call) +
		"\n\n" + strings.Join(shell.NoteLines(s.sh, min(72, s.sh.Body().W), note), "\n")
}

// summary is the line above the list: an input while it is typed in, else what is
// shown and the state of the stream.
func (s *screen) summary(w int) string {
	st := s.sh.Theme()
	switch {
	case s.filter.typing:
		return widget.Left(" "+st.Key.Render("filter ")+s.filter.input.View(st, w-10, true), w)
	case s.search.typing:
		return widget.Left(" "+st.Key.Render("/ ")+s.search.input.View(st, w-5, true), w)
	}
	left := "this project"
	switch {
	case s.scope.ID != "":
		left = "only " + s.scope.Name
	case s.sh.Project() == nil:
		left = "all projects"
	}
	left = " " + st.Text.Render(left)
	if s.scope.ID != "" && s.filter.input.Value() == "" && s.search.input.Value() == "" && w >= 80 {
		left += "  " + st.Key.Render("esc") + st.Muted.Render(" shows all")
	}
	if s.own {
		left += st.Muted.Render(" + own requests")
	}
	if f := s.search.input.Value(); f != "" {
		left += "  " + st.Key.Render("/") + st.Text.Render(widget.Clip(text.Visible(f), 16))
		if m := s.matchText(); m != "" {
			left += st.Muted.Render("  " + m)
		}
	}
	right := s.statusParts(w)
	if f := strings.TrimSpace(s.filter.input.Value()); f != "" {
		room := w - widget.Width(left) - widget.Width(strings.Join(right, " · ")) - 6
		left += "  " + st.Accent.Render(widget.Clip(text.Visible(f), max(16, room)))
	}
	// A short line drops the least important parts.
	for len(right) > 1 && widget.Width(left)+widget.Width(strings.Join(right, " · "))+3 > w {
		right = right[:len(right)-1]
	}
	return widget.Ends(left, strings.Join(right, st.Muted.Render(" · "))+" ", w)
}

// statusParts are the state of the stream and of paging, the most important first,
// for a line of w cells.
func (s *screen) statusParts(w int) (parts []string) {
	st := s.sh.Theme()
	switch {
	case !s.live && s.loaded:
		parts = append(parts, st.Bad.Render("× not live, trying again"))
	case s.paused:
		parts = append(parts, st.Warn.Render("paused"), st.Text.Render(text.Count(s.newRows)+" new"))
	case s.live:
		parts = append(parts, st.OK.Render("following"))
	}
	if s.skipped > 0 {
		parts = append(parts, st.Warn.Render(text.Count(s.skipped)+" skipped"))
	}
	switch {
	case s.searchingLog() && w >= 100:
		parts = append(parts, st.Text.Render("searched "+s.pagedBack()+", esc stops"))
	case s.searchingLog():
		parts = append(parts, st.Text.Render("searching, esc stops"))
	case s.olderCall.Pending:
		parts = append(parts, st.Muted.Render("loading older"))
	case s.paging.stalled:
		parts = append(parts, st.Warn.Render("m searches further back"))
	case s.full() && s.table.Cursor == 0:
		parts = append(parts, st.Warn.Render("the list is full; filter to see older ones"))
	}
	if len(s.records.all) > 0 {
		parts = append(parts, st.Muted.Render(s.countText(w)))
	}
	return parts
}

// hintLine is the line below a filter being typed: its error or its completions.
func (s *screen) hintLine(w int) string {
	st, b := s.sh.Theme(), &s.filter
	switch {
	case !b.typing:
		return ""
	case b.err != nil && len(b.completions) == 0:
		return widget.Clip(" "+st.Bad.Render("× "+b.err.Error()), w)
	case len(b.completions) > 0:
		line := " "
		for i, c := range b.completions {
			style := st.Muted
			if i == b.completion {
				style = st.AccentBold
			}
			line += style.Render(text.Visible(c))
			if word := query.About(c); word != "" {
				line += st.Muted.Render(" (" + word + ")")
			}
			line += "  "
		}
		return widget.Clip(line, w)
	}
	return widget.Clip(" "+st.Muted.Render("status: method: path: key: ip: reason: agent: >100ms text; - excludes"), w)
}

// rowKey is everything but the record that the look of a row depends on.
type rowKey struct {
	theme     *theme.Styles
	w         int
	version   int
	time      string
	ago       int64 // the second, if rows say how long ago
	cols      string
	widths    [maxColumns]int
	highlight string
}

func (s *screen) listView(w, h int) string {
	fitted, _ := s.fitColumns(w)
	key := rowKey{theme: s.sh.Theme(), w: w, version: s.version, cols: s.columnsKey(), time: s.sh.Prefs().Time, highlight: s.highlight()}
	cols := make([]widget.Column, len(fitted))
	for i, c := range fitted {
		cols[i], key.widths[i] = c.Column, c.Width
	}
	if s.sh.Prefs().Time == shell.TimeAgo {
		key.ago = s.sh.Now().Unix()
	}
	out := s.table.ViewCached(&s.rowCache, key, func(i int) string { return s.records.at(i).ID }, s.sh.Theme(), cols, s.records.len(), func(i int) []widget.Cell {
		r := s.records.at(i)
		row := make([]widget.Cell, len(fitted))
		for j, c := range fitted {
			row[j] = c.cell(s, r)
			if row[j].Text = shorten(row[j].Text, c.Width); c.id == "time" && c.Width < preciseWidth {
				row[j].Text = row[j].Text[:min(len(row[j].Text), c.Width)]
			}
		}
		return row
	}, w, h)
	if hint := s.hintLine(w); hint != "" {
		_, below, _ := strings.Cut(out, "\n") // in place of the column heads
		return hint + "\n" + below
	}
	return out
}

func (s *screen) statusStyle(status int) lipgloss.Style {
	switch status / 100 {
	case 2, 3:
		return s.sh.Theme().OK
	case 4:
		return s.sh.Theme().Warn
	}
	return s.sh.Theme().Bad
}

// keyName is the name of a request's credential, or the best known substitute.
func (s *screen) keyName(r *model.RequestRecord) string {
	if name := s.names[r.CredentialID]; name != "" {
		return name
	}
	switch r.Scheme {
	case model.KindAccessToken, model.KindRefreshToken:
		return "login"
	}
	return cmp.Or(r.CredentialHint, "–")
}
