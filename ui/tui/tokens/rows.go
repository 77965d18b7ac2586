package tokens

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"keydeck/model/inspect/jwt"
	"keydeck/ui/text"
	"keydeck/ui/tui/tokens/reading"
	"keydeck/ui/tui/widget"
)

// paneRows are the rows of a pane: how many there are, and the i-th, which is drawn when
// it is seen.
type paneRows struct {
	n  int
	at func(i int) string
}

func listRows(list []string) paneRows {
	return paneRows{len(list), func(i int) string { return list[i] }}
}

// rows are those of a pane that is w cells wide.
func (s *screen) rows(p pane, w int) paneRows {
	switch p {
	case paneToken:
		if s.focus == paneToken || s.single() {
			return s.tokenRows(w, math.MaxInt)
		}
		return s.tokenRows(w, s.frameOf(paneToken).h-1)
	case paneHeader, paneClaims:
		return s.memberRows(p, w)
	case paneFindings:
		return listRows(s.findingRows(w))
	case paneVerdict, paneCount:
	}
	return listRows(s.factRows(w))
}

// privateToken stands for the parts of the raw token in private mode: the claims are
// only encoded, and the signature makes it usable.
const privateToken = "hidden while the dashboard is private"

// privateValue stands for a confidential value in private mode, however long that is.
const privateValue = "••••••••"

// segments are the parts of the raw token as they may be seen.
func (s *screen) segments() []reading.Segment {
	if !s.sh.Prefs().Private {
		return s.token.Segments
	}
	out := slices.Clone(s.token.Segments)
	for i := range out {
		if out[i].Text != "" {
			out[i].Text = privateToken
		}
	}
	return out
}

// segmentLabel is the room for the name of a part before the raw token.
const segmentLabel = 11

// tokenRows are the raw token, each part from a new row on. Rows are found by counting,
// so a token of a megabyte costs no more than a small one. In at most most rows, each
// part shows its beginning and its end.
func (s *screen) tokenRows(w, most int) paneRows {
	list, st := s.segments(), s.sh.Theme()
	room := max(8, w-segmentLabel-1)
	given, n := make([]int, len(list)), 0 // rows of each part
	for i, g := range list {
		given[i] = max(1, (len(g.Text)+room-1)/room)
		n += given[i]
	}
	if n > most && len(list) <= most {
		n = most
		for i := range given {
			given[i] = 1
		}
		for range most - len(list) { // the part that lacks most gets the next row
			next := 0
			for i, g := range list {
				if len(g.Text)-given[i]*room > len(list[next].Text)-given[next]*room {
					next = i
				}
			}
			given[next]++
		}
	}
	return paneRows{n, func(i int) string {
		part := 0
		for ; i >= given[part]; part++ {
			i -= given[part]
		}
		g, label := list[part], ""
		if i == 0 {
			label = g.Name
		}
		style, size := partStyle(st, g.Part), len(g.Text)
		if size == 0 {
			style = st.Muted
		}
		from := min(i*room, size)
		piece := g.Slice(from, min(from+room, size))
		if i == given[part]-1 && from+room < size {
			tail := room / 3
			piece = g.Slice(from, from+room-tail-1) + "…" + g.Slice(max(from+room, size-tail), size)
		}
		return " " + style.Bold(size > 0).Render(widget.Left(label, segmentLabel-1)) + style.Render(cmp.Or(piece, "(empty)"))
	}}
}

// wrapped is a list of members broken into rows, kept until the width or the token
// changes.
type wrapped struct {
	w      int
	masked bool // secrets in values are
	token  *reading.Token
	rows   []memberRow
	first  []int // row of each member
	nameW  int
}

// memberRow is one row of a member.
type memberRow struct {
	member  int
	first   bool
	clock   bool // what the times of a nested token say, which ticks
	unit    bool // the instant in the unit in which it makes sense
	text    string
	meaning string // of the member, if there is room
}

func (s *screen) wrap(p pane, w int) *wrapped {
	l := &s.wrapped[p]
	if l.token == s.token && l.w == w && l.masked == s.sh.Prefs().Private {
		return l
	}
	list := s.members(p)
	*l = wrapped{w: w, token: s.token, masked: s.sh.Prefs().Private}
	for _, m := range list {
		l.nameW = max(l.nameW, min(widget.Width(m.Name), 18, w/3))
	}
	room := max(8, w-l.nameW-memberPad)
	for i, m := range list {
		l.first = append(l.first, len(l.rows))
		lines, value := []string{""}, m.Value
		switch {
		case m.Nested != nil && widget.Width(value) > room:
			value = strings.TrimSuffix(value, reading.EnterHint)
		case l.masked && m.Confidential:
			value = privateValue
		case l.masked:
			value = text.MaskSecrets(value)
		}
		if m.At == nil {
			lines = widget.Wrap(cmp.Or(value, `""`), room)
		}
		for j, line := range lines {
			l.rows = append(l.rows, memberRow{member: i, first: j == 0, text: line})
		}
		if !m.Remark && m.Nested == nil {
			l.rows[l.first[i]].meaning = meanings[p][m.Name]
		}
		if m.Unit != "" {
			l.rows = append(l.rows, memberRow{member: i, unit: true})
		}
		if m.Nested != nil && m.Nested.HasTimes() {
			l.rows = append(l.rows, memberRow{member: i, clock: true})
		}
	}
	return l
}

// memberPad is the space around name and value: the mark, the gap, the end.
const memberPad = 5

// meaningGap is the least space between a value and the member's meaning.
const meaningGap = 3

// memberRows list a part in the order of its text, with instants in words that tick.
func (s *screen) memberRows(p pane, w int) paneRows {
	list, st := s.members(p), s.sh.Theme()
	if list == nil {
		return listRows([]string{"  " + st.Muted.Render(s.noMembers(p))})
	}
	l := s.wrap(p, w)
	cursor, room := s.scrolls[p].cursor, w-l.nameW-memberPad
	return paneRows{len(l.rows), func(i int) string {
		row := l.rows[i]
		m := list[row.member]
		name, value := "", row.text
		if row.first {
			name = m.Name
		}
		switch {
		case row.unit:
			value = widget.Clip("in "+m.Unit+": "+s.momentIn(*m.At, max(0, room-len("in : ")-len(m.Unit))), room)
		case m.Unit != "":
			value = widget.Clip(jwt.AfterYear9999, room)
		case m.At != nil:
			value = s.momentIn(*m.At, room)
		}
		mark, style, nameStyle := " ", st.Text, paneStyle(st, p)
		if p == s.focus && row.member == cursor {
			mark, nameStyle = st.Accent.Render("▌"), nameStyle.Bold(true)
		}
		switch {
		case row.clock:
			return mark + " " + widget.Left("", l.nameW) + "  " + s.nestedClock(m.Nested, room)
		case m.Nested != nil:
			style = st.Accent
		case m.Remark:
			style, nameStyle = st.Muted, st.Muted.Bold(true)
		}
		line := mark + " " + nameStyle.Render(widget.Left(name, l.nameW)) + "  " + style.Render(value)
		if gap := w - widget.Width(line) - widget.Width(row.meaning) - 1; row.meaning != "" && gap >= meaningGap {
			line += strings.Repeat(" ", gap) + st.Muted.Render(row.meaning)
		}
		return line
	}}
}

func (s *screen) noMembers(p pane) string {
	switch d := &s.token.Decoded; {
	case !d.Kind.IsToken():
		return "none"
	case p == paneClaims && d.Detached:
		return "the payload is not in the token"
	case p == paneClaims && d.Encryption != "" && s.token.Encrypted():
		return "encrypted: the key decrypts them here"
	case p == paneClaims && d.Encryption != "":
		return "encrypted: only the holder of the key can read them"
	}
	return "none that can be read"
}

// nestedClock is what the times of a nested token say, and the times, in w cells.
func (s *screen) nestedClock(n *reading.Nested, w int) string {
	clock, c, times := n.Clock(s.sh.Now(), false), n.Clocks(s.sh.Now()), ""
	for _, t := range []struct {
		word string
		*jwt.Clock
	}{{"expires", c.ExpiresAt}, {"issued", c.IssuedAt}, {"begins", c.NotBefore}} {
		if t.Clock == nil {
			continue
		}
		more := " · " + t.word + " " + s.date(t.At)
		if !t.AsSeconds.IsZero() {
			more = " · " + t.word + " " + jwt.AfterYear9999
		}
		if t.word == "expires" && (c.Verdict == jwt.VerdictActive || c.Verdict == jwt.VerdictExpired) {
			more = ", at " + s.date(t.At) // the clock has said how far away it is
		}
		if widget.Width(clock.Word+clock.Rest+times+more) <= w {
			times += more
		}
	}
	return widget.Clip(s.renderClock(clock)+s.sh.Theme().Muted.Render(times), w)
}

// findingRows list the findings, the worst first; the severity is a word.
func (s *screen) findingRows(w int) (lines []string) {
	const word = 8
	st, room := s.sh.Theme(), max(10, w-word-3)
	for _, f := range s.token.Findings(s.sh.Now()) {
		style := st.Bad
		switch f.Severity {
		case jwt.Warn:
			style = st.Warn
		case jwt.Note:
			style = st.Muted
		case jwt.Danger:
		}
		label := style.Render(widget.Left(f.Word, word))
		for _, l := range widget.Wrap(f.Text, room) {
			lines = append(lines, "  "+label+st.Text.Render(l))
			label = strings.Repeat(" ", word)
		}
		if f.Reference == "" {
			continue
		}
		last := len(lines) - 1
		if ref := "  " + f.Reference; widget.Width(lines[last])+widget.Width(ref) < w {
			lines[last] += st.Muted.Render(ref)
		} else {
			lines = append(lines, strings.Repeat(" ", word+2)+st.Muted.Render(widget.Clip(f.Reference, room)))
		}
	}
	if lines == nil {
		lines = []string{"  " + st.Muted.Render("nothing unusual")}
	}
	return lines
}

// factRows list what the verdict rests on.
func (s *screen) factRows(w int) (lines []string) {
	st, facts, nameW := s.sh.Theme(), s.context().Facts(s.token), 0
	if why := s.verdict().Why(); s.token.Opened == nil && widget.Width(" "+why) > s.sh.Body().W { // the line above cuts it
		facts = slices.Insert(facts, 0, reading.Fact{Name: "why", Value: why})
	}
	for _, f := range facts {
		nameW = max(nameW, widget.Width(f.Name))
	}
	for _, f := range facts {
		style, label := gradeStyle(st, f.Grade), f.Name
		if f.Part != reading.NoPart {
			style = partStyle(st, f.Part)
		}
		for _, l := range widget.Wrap(f.Value, max(8, w-nameW-memberPad)) {
			lines = append(lines, "  "+st.Muted.Render(widget.Left(label, nameW))+"  "+style.Render(l))
			label = ""
		}
	}
	return lines
}
