package requests

import (
	"cmp"
	"strconv"
	"strings"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"keydeck/model"
	"keydeck/ui/text"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/widget"
)

// detail is one thing that is known of a request.
type detail struct {
	label string
	value string
	note  string // what stands behind it, and is copied in its place where id says so
	hasID bool
	style lipgloss.Style
}

// copied is what copying the detail copies.
func (d *detail) copyText() string {
	if d.hasID {
		return d.note
	}
	return d.value
}

// detailLine is a line of the details as it is drawn, and of which of them.
type detailLine struct {
	text  string
	index int
}

// foldAt is how many lines one thing takes of the details while they stand with
// the list: what comes in a request is as long as its sender likes.
const maxFoldedLines = 3

// detailsOf is everything that is known of a request, the most wanted first.
func (s *screen) detailList(r *model.RequestRecord) []detail {
	st := s.sh.Theme()
	why := st.Text
	if r.Reason != "" {
		why = st.Warn
	}
	list := []detail{
		{label: "path", value: r.Path, note: truncationNote(r.Path, model.MaxLogPath), style: st.Bold},
		{label: "answer", value: strconv.Itoa(r.Status) + " in " + text.Took(r.DurationUS), style: s.statusStyle(r.Status)},
		{label: "why", value: s.reasonText(r), style: why},
		{label: "key", value: s.credentialText(r)},
		{label: "project", value: cmp.Or(r.ProjectID, "none")},
		{label: "from", value: r.RemoteIP},
		{label: "agent", value: cmp.Or(r.UserAgent, "none"), note: truncationNote(r.UserAgent, model.MaxLogUserAgent)},
		{label: "route", value: cmp.Or(r.Route, "none")},
		{label: "size", value: text.Count(r.Bytes) + " bytes"},
		{label: "at", value: s.fullTime(r)},
		{label: "id", value: r.ID},
		{label: "request", value: r.RequestID},
		{label: "user", value: cmp.Or(r.UserID, "none")},
	}
	for i := range list {
		d := &list[i]
		if i > 2 {
			d.style = st.Text
		}
		if name := s.projectName(r.ProjectID); d.label == "project" && name != "" {
			d.value, d.note, d.hasID = name, r.ProjectID, true
		}
	}
	return list
}

// cutByLog says that the log has kept only the start of a text, as long as that is
// the longest it keeps; a character that would not fit whole is left out with the
// rest.
func truncationNote(s string, most int) string {
	if len(s) <= most-utf8.UTFMax {
		return ""
	}
	return "the log keeps " + text.Count(int64(most)) + " bytes of it"
}

// projectName is what a project is called, "" for one that is not the user's.
func (s *screen) projectName(id string) string {
	for i := range s.sh.Projects() {
		if s.sh.Projects()[i].ID == id {
			return s.sh.Projects()[i].Name
		}
	}
	return ""
}

// detailLines are the details in lines of w cells; long values are folded unless
// they are wanted whole.
func (s *screen) detailLines(r *model.RequestRecord, w int, whole bool) []detailLine {
	st, list := s.sh.Theme(), s.detailList(r)
	var lines []detailLine
	add := func(of int, drawn string) { lines = append(lines, detailLine{drawn, of}) }
	fold := maxFoldedLines
	if whole {
		fold = 1 << 20
	}
	head, end := list[0], list[1]
	first, missing := foldLines(r.Method+" "+head.value, w-2, fold)
	for _, l := range first {
		add(0, " "+st.Bold.Render(l))
	}
	if missing > 0 {
		add(0, " "+st.Warn.Render(moreText(missing)))
	} else if head.note != "" {
		add(0, " "+st.Muted.Render("… "+head.note))
	}
	answer := st.Muted.Render("→ ") + end.style.Render(strconv.Itoa(r.Status)) + st.Muted.Render(" in "+text.Took(r.DurationUS))
	if last := len(lines) - 1; len(lines) == 1 && widget.Width(lines[last].text+" "+answer) < w && !whole && !s.sideBySide() {
		lines[last].text += " " + answer
	} else {
		add(1, " "+answer)
	}
	const label = 8
	room := max(8, w-label-4)
	for i := 2; i < len(list); i++ {
		d := &list[i]
		values, missing := foldLines(d.value, room, fold)
		for j, l := range values {
			name := ""
			if j == 0 {
				name = d.label
			}
			add(i, "   "+st.Muted.Render(widget.Left(name, label))+d.style.Render(l))
		}
		last := &lines[len(lines)-1]
		indent := strings.Repeat(" ", 3+label)
		switch {
		case missing > 0:
			add(i, indent+st.Warn.Render(moreText(missing)))
		case d.note != "" && !d.hasID:
			add(i, indent+st.Muted.Render("… "+d.note))
		case d.hasID && widget.Width(last.text)+2+widget.Width(d.note) < w:
			last.text += "  " + st.Muted.Render(d.note)
		case d.hasID:
			for _, l := range widget.Wrap(d.note, room) {
				add(i, indent+st.Muted.Render(l))
			}
		}
	}
	return lines
}

func moreText(n int) string { return "… " + text.Count(int64(n)) + " more, enter shows all" }

// folded breaks a text into at most so many lines of w cells, the last of which is
// left to the mark where some of it is missing; missing counts its characters.
func foldLines(s string, w, most int) (lines []string, missing int) {
	some := s
	if most < 1<<10 {
		some = ansi.Truncate(s, w*(most+1), "")
	}
	lines = breakLines(some, w)
	if len(lines) <= most && len(some) == len(s) {
		return lines, 0
	}
	lines = lines[:min(len(lines), most-1)]
	missing = utf8.RuneCountInString(s)
	for _, l := range lines {
		missing -= utf8.RuneCountInString(l)
	}
	return lines, missing
}

// broken is a text in lines of w cells. A path or an id has no words, and is broken
// where a line is full.
func breakLines(s string, w int) []string {
	if strings.Count(s, " ") > 1 {
		return widget.Wrap(s, w)
	}
	return strings.Split(ansi.Hardwrap(s, w, true), "\n")
}

// details are everything that is known of the chosen request, in w cells and at
// most h lines. While they are read they are whole, and scroll.
func (s *screen) details(w, h int) string {
	r := s.selected()
	if r == nil {
		return ""
	}
	if s.readingDetails() {
		return s.focusedDetails(r, w, h)
	}
	lines := s.detailLines(r, w, false)
	out := make([]string, 0, len(lines))
	for _, l := range lines {
		out = append(out, l.text)
	}
	if len(out) > h {
		rest := len(out) - h + 1
		out = append(out[:h-1:h-1], s.sh.Theme().Muted.Render("   … "+text.Plural(rest, "line", "lines")+" more, enter shows all"))
	}
	return strings.Join(out, "\n")
}

// wholeDetails are the details while they have the keys: the line under the
// cursor has a mark, and the last line says where in them that is.
func (s *screen) focusedDetails(r *model.RequestRecord, w, h int) string {
	lines := s.detailLines(r, w, true)
	room := h - 1
	at := s.detailTable
	at.Move(min(at.Cursor, len(lines)-1), len(lines), room)
	var out []string
	for y := 1; y <= room; y++ {
		i, ok := at.RowAt(y, len(lines), room+1)
		if !ok {
			break
		}
		l := lines[i].text
		if i == at.Cursor {
			l = s.sh.Theme().Accent.Render("▌") + strings.TrimPrefix(l, " ")
		}
		out = append(out, l)
	}
	for len(out) < room {
		out = append(out, "")
	}
	where := "details, line " + text.Count(int64(at.Cursor+1)) + " of " + text.Count(int64(len(lines)))
	return strings.Join(append(out, " "+s.sh.Theme().Muted.Render(widget.Clip(where, w-2))), "\n")
}

// reads reports that the details have the keys.
func (s *screen) readingDetails() bool { return s.detailsFocused && s.selected() != nil }

// readRoom is how many lines of the details are seen while they are read, and how
// wide they are.
func (s *screen) focusedSize() (w, h int) {
	if s.sideBySide() {
		return s.paneWidth(), s.sh.Body().H - 1
	}
	return s.sh.Body().W, s.sh.Body().H - 2
}

// read gives the details the keys. The list stops following: what is read stays.
func (s *screen) focusDetails() tea.Cmd {
	s.detailsFocused, s.paused, s.detailTable = true, true, widget.Table{}
	return nil
}

// leaveDetails gives the keys back to the list.
func (s *screen) leaveDetails() tea.Cmd {
	s.detailsFocused = false
	return nil
}

func (s *screen) focusedLines() (lines []detailLine, h int) {
	w, h := s.focusedSize()
	return s.detailLines(s.selected(), w, true), h
}

// scroll moves through the details that are read.
func (s *screen) scrollDetails(key string) {
	lines, h := s.focusedLines()
	s.detailTable.Key(key, len(lines), h)
}

// nextDetail goes to the next of the details, and from the last to the first.
func (s *screen) nextDetail() tea.Cmd {
	lines, h := s.focusedLines()
	here := min(s.detailTable.Cursor, len(lines)-1)
	to := 0
	for i := here; i < len(lines); i++ {
		if lines[i].index != lines[here].index {
			to = i
			break
		}
	}
	s.detailTable.Move(to, len(lines), h)
	return nil
}

// copyDetail copies the one under the cursor, whole.
func (s *screen) copyDetail() tea.Cmd {
	lines, _ := s.focusedLines()
	d := s.detailList(s.selected())[lines[min(s.detailTable.Cursor, len(lines)-1)].index]
	return s.sh.Copy("the "+d.label, d.copyText())
}

// why says why a request was refused, and where the credential is known, since
// when.
func (s *screen) reasonText(r *model.RequestRecord) string {
	if r.Reason == "" {
		return "nothing was refused"
	}
	c, known := s.credentials[r.CredentialID]
	switch own := known && c.Kind == r.Scheme; {
	case own && r.Reason == model.ReasonExpired && c.Expires != nil && !c.Expires.After(s.sh.Now()):
		return "the " + text.Kind(c.Kind) + " expired " + text.AgoWords(c.Expires.Time, s.sh.Now())
	case known && r.Reason == model.ReasonRevoked && c.State(s.sh.Now()) == "revoked":
		what := "the " + text.Kind(c.Kind) + " was revoked "
		if !own {
			what = "the " + text.Kind(c.Kind) + " that made it was revoked "
		}
		return what + text.AgoWords(c.Updated.Time, s.sh.Now())
	}
	return text.Reason(r.Reason, r.Scheme)
}

func (s *screen) credentialText(r *model.RequestRecord) string {
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

func (s *screen) fullTime(r *model.RequestRecord) string {
	at := r.At.In(s.sh.Now().Location())
	if s.sh.Prefs().Time == shell.TimeUTC {
		at = r.At.UTC()
	}
	return at.Format("2006-01-02 15:04:05.000 MST") + ", " + text.AgoWords(r.At.Time, s.sh.Now())
}
