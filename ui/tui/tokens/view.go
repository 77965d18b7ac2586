package tokens

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"keydeck/model/inspect/jwt"
	"keydeck/ui/text"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/widget"
)

func stripped(s string) string { return ansi.Strip(s) }

func (s *screen) View(r shell.Rect) string {
	switch {
	case s.bench != nil:
		return s.bench.View(r)
	case s.lookQ.Pending:
		return shell.LoadingView(s.sh, "Taking the token apart")
	case s.empty() && s.typing:
		return s.inputLine(r.W) + "\n\n" + strings.Join(shell.NoteLines(s.sh, min(70, r.W-2),
			"A JWT, an API key, a session key, or a whole Authorization header. What is typed is taken apart at every key."), "\n")
	case s.empty():
		return s.restView()
	}
	lines := s.headLines(r)
	if s.single(r.W) {
		lines = append(lines, s.paneTabs(r.W))
	}
	drawn := make([][]string, 0, paneCount)
	slots := s.arrange(r)
	for _, sl := range slots {
		drawn = append(drawn, s.drawPane(sl))
	}
	for y := len(lines); y < r.H; y++ {
		line, at := "", 0
		for i, sl := range slots {
			if y < sl.y || y >= sl.y+sl.h {
				continue
			}
			line += strings.Repeat(" ", max(0, sl.x-at)) + drawn[i][y-sl.y]
			at = sl.x + sl.w
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func (s *screen) restView() string {
	return shell.EmptyView(s.sh, "Paste a token here",
		"A JWT, an API key, a session key, a curl line, a whole Authorization header: it is taken apart on this machine. Nothing is sent anywhere until you press Enter; then this server says what it thinks of it.",
		"e", "makes a token of your own: edit, sign, try it")
}

func (s *screen) inputLine(w int) string {
	st := s.sh.Theme()
	return st.Accent.Render("▌") + st.Muted.Render("type  ") + s.input.View(st, w-9, true)
}

// headLines are the verdict and the life of the token.
func (s *screen) headLines(r shell.Rect) []string {
	var lines []string
	if s.typing {
		lines = append(lines, s.inputLine(r.W))
	}
	if n := len(s.outer); n > 0 {
		const out = " goes out"
		origin := widget.Clip(s.look.origin, r.W-1-2*n-len("; esc")-len(out))
		lines = append(lines, " "+s.sh.Theme().Accent.Render(strings.Repeat("→ ", n))+s.sh.Theme().Muted.Render(origin+"; ")+s.sh.Theme().Key.Render("esc")+s.sh.Theme().Muted.Render(out))
	}
	lines = append(lines, s.verdictLines(r.W)...)
	if r.H >= benchHead+10 {
		lines = append(lines, s.lifeline(r.W)...)
	}
	if r.H >= 30 {
		lines = append(lines, "")
	}
	return lines
}

// paneTabs names the panes where one is seen at a time.
func (s *screen) paneTabs(w int) string {
	st, out := s.sh.Theme(), ""
	for p := range paneCount {
		if p == s.focus {
			out += " " + st.AccentBold.Underline(true).Render(paneTitles[p]) + " "
		} else {
			out += " " + st.Muted.Render(paneTitles[p]) + " "
		}
	}
	return widget.Ends(out, st.Muted.Render("tab ›")+" ", w)
}

// partStyle is the colour of a part of the token, alike wherever it stands.
func (s *screen) partStyle(p part) lipgloss.Style {
	switch p {
	case partHeader:
		return s.sh.Theme().Accent
	case partClaims:
		return s.sh.Theme().Claims
	case partSignature:
		return s.sh.Theme().Signature
	case partNone:
	}
	return s.sh.Theme().Text
}

// paneStyle is the colour of a pane's title.
func (s *screen) paneStyle(p pane) lipgloss.Style {
	switch p {
	case paneHeader:
		return s.partStyle(partHeader)
	case paneClaims:
		return s.partStyle(partClaims)
	case paneVerdict:
		return s.partStyle(partSignature)
	case paneToken, paneFindings, paneCount:
	}
	return s.sh.Theme().Text
}

// drawPane draws a pane with its head line: h lines of w cells.
func (s *screen) drawPane(sl slot) []string {
	r := s.rowsOf(sl.pane, sl.w)
	off, h := s.window(sl.pane, sl), sl.h-1
	out := make([]string, 0, sl.h)
	out = append(out, s.paneHead(sl, off, r.n))
	for i := off; i < min(r.n, off+h); i++ {
		out = append(out, widget.Left(r.at(i), sl.w))
	}
	for len(out) < sl.h {
		out = append(out, strings.Repeat(" ", sl.w))
	}
	return out
}

// paneHead is the line above a pane: its name, and how much of it is seen.
func (s *screen) paneHead(sl slot, off, n int) string {
	st := s.sh.Theme()
	mark, title := " ", s.paneStyle(sl.pane).Bold(true).Render(paneTitles[sl.pane])
	if sl.pane == s.focus {
		mark = st.Accent.Render("▌")
		title = s.paneStyle(sl.pane).Bold(true).Underline(true).Render(paneTitles[sl.pane])
	}
	if s.single(s.sh.Body().W) {
		title = s.paneStyle(sl.pane).Bold(true).Render(paneTitles[sl.pane])
	}
	right := ""
	if seen := sl.h - 1; n > seen {
		right = " " + st.Muted.Render(text.Count(int64(min(n, off+seen)))+" of "+text.Count(int64(n)))
	}
	rule := sl.w - 3 - widget.Width(title) - widget.Width(right)
	return mark + title + " " + st.Faint.Render(strings.Repeat("─", max(0, rule))) + right + " "
}

// rowsOf are the lines of a pane that is w cells wide.
func (s *screen) rowsOf(p pane, w int) paneRows {
	switch p {
	case paneToken:
		if s.focus != paneToken && !s.single(s.sh.Body().W) {
			return s.briefRows(w)
		}
		return s.rawRows(w)
	case paneHeader, paneClaims:
		return s.memberRows(p, w)
	case paneFindings:
		return listRows(s.findingRows(w))
	case paneVerdict, paneCount:
	}
	return listRows(s.factRows(w))
}

func listRows(list []string) paneRows {
	return paneRows{len(list), func(i int) string { return list[i] }}
}

// inPrivate stands where the parts of the raw token would be while the dashboard
// is private: the claims are only encoded, and the signature makes it usable.
const inPrivate = "hidden while the dashboard is private"

// shownSegments are the parts of the raw token, without what must not be read
// while the dashboard is private.
func (s *screen) shownSegments() []segment {
	if !s.sh.Prefs().Private {
		return s.look.segments
	}
	out := slices.Clone(s.look.segments)
	for i, g := range out {
		if g.text != "" {
			out[i].text = inPrivate
		}
	}
	return out
}

// veiledValue stands where a confidential claim's value would be, however long
// that is.
const veiledValue = "••••••••"

// rawLabel is the room before the raw token for the name of a part.
const rawLabel = 11

// rawRows are the raw token, each part on lines of its own under its name. Which
// line is which is counted, so a token of a megabyte costs no more than a small
// one.
func (s *screen) rawRows(w int) paneRows {
	room := max(1, w-rawLabel-1)
	list := s.shownSegments()
	count := func(g segment) int { return max(1, (len(g.text)+room-1)/room) }
	n := 0
	for _, g := range list {
		n += count(g)
	}
	return paneRows{n, func(i int) string {
		for _, g := range list {
			if c := count(g); i >= c {
				i -= c
				continue
			}
			label := ""
			if i == 0 {
				label = g.name
			}
			from := min(i*room, len(g.text))
			piece := g.text[from:min(from+room, len(g.text))]
			if piece == "" {
				return " " + s.sh.Theme().Muted.Render(widget.Left(label, rawLabel-1)) + s.sh.Theme().Muted.Render("(empty)")
			}
			return " " + s.partStyle(g.part).Bold(true).Render(widget.Left(label, rawLabel-1)) + s.partStyle(g.part).Render(drawn(piece))
		}
		return ""
	}}
}

// briefRows are the raw token while another pane is in focus: where there is no
// room for all of it, each part has its beginning and its end.
func (s *screen) briefRows(w int) paneRows {
	all, list := s.rawRows(w), s.shownSegments()
	free := s.slotOf(paneToken).h - 1
	if all.n <= free || len(list) > free {
		return all
	}
	room := max(8, w-rawLabel-1)
	given := make([]int, len(list)) // lines of each part; who needs most gets the next
	for i := range given {
		given[i] = 1
	}
	for range free - len(list) {
		most := 0
		for i, g := range list {
			if len(g.text)-given[i]*room > len(list[most].text)-given[most]*room {
				most = i
			}
		}
		given[most]++
	}
	var lines []string
	for i, g := range list {
		style, label, left := s.partStyle(g.part), g.name, g.text
		for n := range given[i] {
			piece := left[:min(room, len(left))]
			left = left[len(piece):]
			if last := n == given[i]-1; last && left != "" {
				tail := room / 3
				piece = piece[:room-tail-1] + "…" + left[max(0, len(left)-tail):]
			}
			if piece != "" || n == 0 {
				lines = append(lines, " "+style.Bold(true).Render(widget.Left(label, rawLabel-1))+style.Render(drawn(cmp.Or(piece, "(empty)"))))
			}
			label = ""
		}
	}
	return listRows(lines)
}

// laid is a list of members broken into lines, kept until the width or the token
// is another.
type laid struct {
	w     int
	veil  bool // tokens in values are masked
	of    *looked
	rows  []laidRow
	first []int // of each member
	names int   // cells
}

// laidRow is one line of a member.
type laidRow struct {
	of    int
	head  bool
	clock bool // what time makes of a token within, which ticks
	unit  bool // what an instant would be in the unit that it makes sense in
	text  string
	aside string // what the member is for, where there is room
}

func (s *screen) layOut(p pane, w int) *laid {
	l := &s.laid[p]
	if l.of == s.look && l.w == w && l.veil == s.sh.Prefs().Private {
		return l
	}
	list := s.membersOf(p)
	*l = laid{w: w, of: s.look, veil: s.sh.Prefs().Private}
	for _, m := range list {
		l.names = max(l.names, min(widget.Width(m.name), 18, w/3))
	}
	room := max(8, w-l.names-memberPad)
	for i, m := range list {
		l.first = append(l.first, len(l.rows))
		lines, value := []string{""}, m.value
		switch {
		case m.inner != nil && widget.Width(value) > room:
			value = strings.TrimSuffix(value, goesIn)
		case l.veil && m.veiled:
			value = veiledValue
		case l.veil:
			value = text.MaskSecrets(value)
		}
		if m.at == nil {
			lines = widget.Wrap(cmp.Or(value, `""`), room)
		}
		for j, line := range lines {
			l.rows = append(l.rows, laidRow{of: i, head: j == 0, text: line})
		}
		if !m.ours && m.inner == nil {
			l.rows[l.first[i]].aside = meanings[p][m.name]
		}
		if m.unit != "" {
			l.rows = append(l.rows, laidRow{of: i, unit: true})
		}
		if m.inner != nil && m.inner.clocked() {
			l.rows = append(l.rows, laidRow{of: i, clock: true})
		}
	}
	return l
}

// memberPad is what stands around the name and the value of a member: the mark, the
// gap between them, a space at the end.
const memberPad = 5

// asideGap is the space between a value and what its member is for.
const asideGap = 3

// memberRows list a part in the order of the text; instants are said in words,
// and tick.
func (s *screen) memberRows(p pane, w int) paneRows {
	list := s.membersOf(p)
	if list == nil {
		return listRows([]string{"  " + s.sh.Theme().Muted.Render(s.noMembers(p))})
	}
	l := s.layOut(p, w)
	chosen := s.spots[p].cursor
	return paneRows{len(l.rows), func(i int) string {
		row := l.rows[i]
		m := list[row.of]
		name, value := "", row.text
		if row.head {
			name = m.name
		}
		switch room := w - l.names - memberPad; {
		case row.unit:
			value = widget.Clip("in "+m.unit+": "+s.momentIn(*m.at, max(0, room-len("in : ")-len(m.unit))), room)
		case m.unit != "":
			value = widget.Clip(jwt.AfterYear9999, room)
		case m.at != nil:
			value = s.momentIn(*m.at, room)
		}
		mark, nameStyle := " ", s.paneStyle(p)
		if p == s.focus && row.of == chosen {
			mark, nameStyle = s.sh.Theme().Accent.Render("▌"), nameStyle.Bold(true)
		}
		style := s.sh.Theme().Text
		switch {
		case row.clock:
			return mark + " " + widget.Left("", l.names) + "  " + s.innerClock(m.inner, w-l.names-memberPad)
		case m.inner != nil:
			style = s.sh.Theme().Accent
		case m.ours:
			style = s.sh.Theme().Muted
			nameStyle = style.Bold(true)
		}
		line := mark + " " + nameStyle.Render(widget.Left(name, l.names)) + "  " + style.Render(value)
		if gap := w - widget.Width(line) - widget.Width(row.aside) - 1; row.aside != "" && gap >= asideGap {
			line += strings.Repeat(" ", gap) + s.sh.Theme().Muted.Render(row.aside)
		}
		return line
	}}
}

func (s *screen) noMembers(p pane) string {
	switch {
	case !s.look.token.Kind.IsToken():
		return "it has none"
	case p == paneClaims && s.look.token.Detached:
		return "the payload is not in the token"
	case p == paneClaims && s.look.token.Encryption != "":
		if s.sealed() {
			return "encrypted: with the key they can be read here"
		}
		return "encrypted: only the key's holder reads them"
	}
	return "none that can be read"
}

// moment is an instant as t has chosen it.
func (s *screen) moment(t time.Time) string {
	switch s.sh.Prefs().Time {
	case shell.TimeUTC:
		return text.Moment(t, s.sh.Now().UTC()) + " UTC"
	case shell.TimeAgo:
		return text.Distance(t, s.sh.Now())
	}
	return text.Moment(t, s.sh.Now())
}

// momentIn is an instant in w cells: as t has chosen it and how far away it is,
// and where there is room also in UTC.
func (s *screen) momentIn(t time.Time, w int) string {
	far := text.Distance(t, s.sh.Now())
	local, utc := text.Moment(t, s.sh.Now())+" here", text.Moment(t, s.sh.Now().UTC())+" UTC"
	order := []string{text.Moment(t, s.sh.Now()), far}
	switch s.sh.Prefs().Time {
	case shell.TimeUTC:
		order = []string{utc, far}
	case shell.TimeAgo:
		order = []string{far, text.Moment(t, s.sh.Now())}
	}
	out := strings.Join(order, ", ")
	other := utc
	if s.sh.Prefs().Time == shell.TimeUTC {
		other = local
	}
	if longer := out + " (" + other + ")"; widget.Width(longer) <= w {
		return longer
	}
	return widget.Clip(out, w)
}

// isAfterAll reports an instant that no date can show: the last second of the year
// 9999 stands for all of them.
func isAfterAll(t time.Time) bool { return t.Unix() >= 253402300799 }

// instant is a moment and how far away it is.
func (s *screen) instant(t time.Time) string {
	if isAfterAll(t) {
		return jwt.AfterYear9999
	}
	return s.moment(t) + ", " + text.Distance(t, s.sh.Now())
}
