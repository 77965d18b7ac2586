package requests

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"keydeck/model"
	"keydeck/ui/text"
	"keydeck/ui/tui/widget"
)

// detail is one thing known of a request.
type detail struct {
	label string
	value string
	note  string // shown after the value
	id    string // shown after the value and copied in its place
	warn  bool
}

func (d *detail) copyText() string { return cmp.Or(d.id, d.value) }

// detailLine is a drawn line of the details and the index of its detail.
type detailLine struct {
	text  string
	index int
}

// maxFoldedLines is how many lines a detail takes beside or below the list. Its
// length is up to the sender of the request.
const maxFoldedLines = 3

// detailList is everything known of a request: method and path, the answer, then
// the rest, the most important first.
func (s *screen) detailList(r *model.RequestRecord) []detail {
	project := detail{label: "project", value: cmp.Or(r.ProjectID, "none")}
	if p := s.sh.ProjectByID(r.ProjectID); p != nil {
		project.value, project.id = p.Name, r.ProjectID
	}
	list := []detail{
		{label: "path", value: r.Path, note: truncationNote(r.Path, model.MaxLogPath)},
		{label: "answer", value: strconv.Itoa(r.Status) + " in " + text.Took(r.DurationUS)},
	}
	if r.Reason != "" {
		list = append(list, detail{label: "why", value: s.reasonText(r), warn: true})
	}
	return append(list, []detail{
		{label: "key", value: s.credentialText(r)},
		project,
		{label: "from", value: r.RemoteIP},
		{label: "agent", value: cmp.Or(r.UserAgent, "none"), note: truncationNote(r.UserAgent, model.MaxLogUserAgent)},
		{label: "route", value: cmp.Or(r.Route, "none")},
		{label: "size", value: text.Count(r.Bytes) + " bytes"},
		{label: "at", value: s.fullTime(r)},
		{label: "id", value: r.ID},
		{label: "request", value: r.RequestID},
		{label: "user", value: cmp.Or(r.UserID, "none")},
	}...)
}

// truncationNote says that the log has cut a text, if it is as long as the log
// allows. The log drops a last character that does not fit whole.
func truncationNote(s string, most int) string {
	if len(s) <= most-utf8.UTFMax {
		return ""
	}
	return "cut: the log keeps " + text.Count(int64(most)) + " bytes"
}

// detailLines are the details in lines of w cells, long values folded unless
// whole.
func (s *screen) detailLines(r *model.RequestRecord, w int, whole bool) []detailLine {
	st, list, limit := s.sh.Theme(), s.detailList(r), maxFoldedLines
	if whole {
		limit = math.MaxInt
	}
	var lines []detailLine
	path := list[0]
	path.value = r.Method + " " + path.value
	for _, l := range s.valueLines(&path, st.Bold, w-2, limit) {
		lines = append(lines, detailLine{" " + l, 0})
	}
	answer := st.Muted.Render("→ ") + s.statusStyle(r.Status).Render(strconv.Itoa(r.Status)) + st.Muted.Render(" in "+text.Took(r.DurationUS))
	if len(lines) == 1 && widget.Width(lines[0].text+" "+answer) < w && !whole && !s.sideBySide() {
		lines[0].text += " " + answer
	} else {
		lines = append(lines, detailLine{" " + answer, 1})
	}
	const label = 8
	for i := 2; i < len(list); i++ {
		d, style := &list[i], st.Text
		if d.warn {
			style = st.Warn
		}
		for j, l := range s.valueLines(d, style, max(8, w-label-4), limit) {
			name := strings.Repeat(" ", label)
			if j == 0 {
				name = st.Muted.Render(widget.Left(d.label, label))
			}
			lines = append(lines, detailLine{"   " + name + l, i})
		}
	}
	return lines
}

// valueLines are the value and the note or id of a detail in at most limit lines
// of w cells, and one for what is cut.
func (s *screen) valueLines(d *detail, style lipgloss.Style, w, limit int) []string {
	st := s.sh.Theme()
	lines, missing := foldLines(d.value, w, limit)
	last := len(lines) - 1
	lastWidth := widget.Width(lines[last])
	for i, l := range lines {
		lines[i] = style.Render(l)
	}
	switch {
	case missing > 0:
		lines = append(lines, st.Warn.Render(moreText(missing)))
	case d.note != "":
		lines = append(lines, st.Muted.Render("… "+d.note))
	case d.id != "" && lastWidth+len("  ")+widget.Width(d.id) <= w:
		lines[last] += "  " + st.Muted.Render(d.id)
	case d.id != "":
		for _, l := range widget.Wrap(d.id, w) {
			lines = append(lines, st.Muted.Render(l))
		}
	}
	return lines
}

func moreText(n int) string { return "… " + text.Count(int64(n)) + " more, enter shows all" }

// foldLines breaks a text into at most so many lines of w cells, one fewer where
// it does not fit; missing counts the characters cut off.
func foldLines(s string, w, most int) (lines []string, missing int) {
	start := s
	if most < 1<<10 { // so that a frame does not break a long text to show little of it
		start = ansi.Truncate(s, w*(most+1), "")
	}
	lines = breakLines(start, w)
	if len(lines) <= most && len(start) == len(s) {
		return lines, 0
	}
	lines = lines[:min(len(lines), most-1)]
	missing = utf8.RuneCountInString(s)
	for _, l := range lines {
		missing -= utf8.RuneCountInString(l)
	}
	return lines, missing
}

// breakLines breaks a text into lines of w cells, at spaces if it has several: a
// path or an id has no words.
func breakLines(s string, w int) []string {
	if strings.Count(s, " ") > 1 {
		return widget.Wrap(s, w)
	}
	return strings.Split(ansi.Hardwrap(s, w, true), "\n")
}

// details shows the selected request in w cells and at most h lines. With the
// focus, it shows values whole, and scrolls.
func (s *screen) details(w, h int) string {
	r := s.selected()
	if r == nil {
		return ""
	}
	if s.readingDetails() {
		return s.focusedDetails(r, w, h)
	}
	lines := s.detailLines(r, w, false)
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = l.text
	}
	if rest := len(out) - h + 1; rest > 1 {
		out = append(out[:h-1], s.sh.Theme().Muted.Render("   … "+text.Plural(rest, "line", "lines")+" more, enter shows all"))
	}
	return strings.Join(out, "\n")
}

// focusedDetails are the details with the focus: a mark on the line with the
// cursor, and its number in the last line.
func (s *screen) focusedDetails(r *model.RequestRecord, w, h int) string {
	lines := s.detailLines(r, w, true)
	room := max(1, h-1)
	at := s.detailTable
	at.Move(min(at.Cursor, len(lines)-1), len(lines), room)
	out := make([]string, room, room+1)
	first := at.First(len(lines), room)
	for i := range lines[first:min(len(lines), first+room)] {
		out[i] = lines[first+i].text
	}
	out[at.Cursor-first] = s.sh.Theme().Accent.Render("▌") + strings.TrimPrefix(out[at.Cursor-first], " ")
	where := "details, line " + text.Count(int64(at.Cursor+1)) + " of " + text.Count(int64(len(lines)))
	return strings.Join(append(out, " "+s.sh.Theme().Muted.Render(widget.Clip(where, w-2))), "\n")
}

// readingDetails reports whether the details have the focus.
func (s *screen) readingDetails() bool { return s.detailsFocused && s.selected() != nil }

// focusDetails gives the details the focus, and pauses the list so that they stay.
func (s *screen) focusDetails() {
	s.detailsFocused, s.paused, s.detailTable = true, true, widget.Table{}
}

// focusedLines are the lines of the details with the focus, and how many show.
func (s *screen) focusedLines() (lines []detailLine, h int) {
	w, h := s.sh.Body().W, s.sh.Body().H-2
	if s.sideBySide() {
		w, h = s.paneWidth(), h+1
	}
	return s.detailLines(s.selected(), w, true), h
}

func (s *screen) scrollDetails(key string) {
	lines, h := s.focusedLines()
	s.detailTable.Key(key, len(lines), h)
}

// nextDetail goes to the next detail, and from the last to the first.
func (s *screen) nextDetail() {
	lines, h := s.focusedLines()
	at := lines[min(s.detailTable.Cursor, len(lines)-1)].index
	s.detailTable.Move(slices.IndexFunc(lines, func(l detailLine) bool { return l.index > at }), len(lines), h)
}

// copyDetail copies the detail under the cursor, whole.
func (s *screen) copyDetail() tea.Cmd {
	lines, _ := s.focusedLines()
	d := s.detailList(s.selected())[lines[min(s.detailTable.Cursor, len(lines)-1)].index]
	return s.sh.Copy("the "+d.label, d.copyText())
}

// reasonText says why a request was refused and, if the credential is known, since
// when.
func (s *screen) reasonText(r *model.RequestRecord) string {
	c, known := s.credentials[r.CredentialID]
	switch own := known && c.Kind == r.Scheme; {
	case own && r.Reason == model.ReasonExpired && c.Expires != nil && !c.Expires.After(s.sh.Now()):
		return "the " + c.Kind.Name() + " expired " + model.Distance(c.Expires.Time, s.sh.Now())
	case known && r.Reason == model.ReasonRevoked && c.State(s.sh.Now()) == model.StateRevoked:
		what := "the " + c.Kind.Name()
		if !own {
			what += " that made it"
		}
		return what + " was revoked " + model.Distance(c.Updated.Time, s.sh.Now())
	}
	return r.Reason.Past(r.Scheme)
}

func (s *screen) credentialText(r *model.RequestRecord) string {
	out := r.Scheme.Name()
	if r.Scheme == "" {
		return out
	}
	if name := s.names[r.CredentialID]; name != "" {
		out = name + ", " + out
	}
	return strings.TrimSuffix(out+" "+r.CredentialHint, " ")
}

func (s *screen) fullTime(r *model.RequestRecord) string {
	at := answeredAt(r)
	return at.In(s.sh.ZoneNow().Location()).Format("2006-01-02 15:04:05.000 MST") + ", " + model.Distance(at, s.sh.Now())
}
