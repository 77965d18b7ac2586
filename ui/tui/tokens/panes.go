package tokens

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"keydeck/ui/tui/shell"
)

// pane is one part of the workbench.
type pane int

const (
	paneToken pane = iota
	paneHeader
	paneClaims
	paneFindings
	paneVerdict
	paneCount
)

var paneTitles = [paneCount]string{"Token", "Header", "Claims", "Findings", "Verdict"}

// scroll is where a pane is scrolled to, and the member that is chosen in it.
type scroll struct{ offset, cursor int }

// slot is a pane with its room, its head line included.
type slot struct {
	pane       pane
	x, y, w, h int
}

const (
	benchHead = 5  // the verdict, the life of the token, a space
	narrowW   = 72 // below it one pane is seen at a time
	leastCol  = 26 // cells of a column of panes
	leastRaw  = 2  // lines of the raw token, its head line included
	colGap    = 2
)

// arrange lays the panes out in the room below the verdict: one alone, two beside
// each other below the raw token, or two columns.
func (s *screen) arrange(r shell.Rect) []slot {
	top := len(s.headLines(r))
	h := r.H - top
	if s.single(r.W) {
		return []slot{{s.focus, 0, top + 1, r.W, max(1, h-1)}}
	}
	usual, usualRaw := s.usualSizes(r.W, h)
	left := max(leastCol, min(usual+s.sh.Prefs().TokenW, r.W-colGap-leastCol))
	right := r.W - left - colGap
	if r.W < shell.WideWidth {
		raw := max(leastRaw, min(usualRaw+s.sh.Prefs().TokenH, h-8))
		upper := (h - raw) * 3 / 5
		y := top + raw
		return []slot{
			{paneToken, 0, top, r.W, raw},
			{paneHeader, 0, y, left, upper}, {paneClaims, left + colGap, y, right, upper},
			{paneVerdict, 0, y + upper, left, h - raw - upper}, {paneFindings, left + colGap, y + upper, right, h - raw - upper},
		}
	}
	raw := max(leastRaw, min(usualRaw+s.sh.Prefs().TokenH, h-10))
	header := s.headerHeight(left, h-raw)
	claims := s.claimsHeight(right, h)
	return []slot{
		{paneToken, 0, top, left, raw}, {paneHeader, 0, top + raw, left, header}, {paneVerdict, 0, top + raw + header, left, h - raw - header},
		{paneClaims, left + colGap, top, right, claims}, {paneFindings, left + colGap, top + claims, right, h - claims},
	}
}

// single reports that one pane is seen at a time.
func (s *screen) single(w int) bool { return s.zoomed || w < narrowW }

// usualSizes are how wide the left column is and how high the raw token unless they
// were made otherwise; the panes have h lines.
func (s *screen) usualSizes(w, h int) (left, raw int) {
	if w < shell.WideWidth {
		return 30, 4
	}
	left = w * 2 / 5
	most := max(h/4, min(len(s.look.segments)+1, h/3), h-s.headerHeight(left, h)-usualFacts)
	return left, min(s.rawRows(left).n+2, most)
}

// usualFacts is how many lines the verdict's pane has, as a rule.
const usualFacts = 18

// headerHeight is how high the header's pane is above the verdict's, which together
// have h lines: half of that, or what the verdict leaves.
func (s *screen) headerHeight(w, h int) int {
	return min(max(4, s.rowsOf(paneHeader, w).n+3), max(h/2, h-len(s.factRows(w))-2))
}

// claimsHeight is how high the claims stand above the findings: half, and of what
// the one does not need as much as the other does.
func (s *screen) claimsHeight(w, h int) int {
	usual := h * 11 / 20
	claims, findings := s.rowsOf(paneClaims, w).n+2, len(s.findingRows(w))+1
	switch {
	case claims < usual && findings > h-usual:
		return max(claims, h-findings)
	case claims > usual && findings < h-usual:
		return min(claims, h-findings)
	}
	return usual
}

// slotOf is where a pane stands; one that is not seen has the room it would have
// alone.
func (s *screen) slotOf(p pane) slot {
	for _, sl := range s.arrange(s.sh.Body()) {
		if sl.pane == p {
			return sl
		}
	}
	top := len(s.headLines(s.sh.Body())) + 1
	return slot{p, 0, top, s.sh.Body().W, max(1, s.sh.Body().H-top)}
}

// grower makes the pane in focus larger or smaller: the raw token by a line, the
// others by some columns.
func (s *screen) grower(by int) func() tea.Cmd {
	return func() tea.Cmd {
		if s.single(s.sh.Body().W) {
			s.sh.Notify(shell.Warning, "there is one pane only")
			return nil
		}
		w, h, was := s.sh.Prefs().TokenW, s.sh.Prefs().TokenH, s.arrange(s.sh.Body())
		left, raw := s.usualSizes(s.sh.Body().W, s.sh.Body().H-len(s.headLines(s.sh.Body())))
		switch s.focus { // from what is seen: another window may have had more room
		case paneToken:
			s.sh.Prefs().TokenH = s.slotOf(paneToken).h + by - raw
		case paneClaims, paneFindings:
			s.sh.Prefs().TokenW = s.slotOf(paneHeader).w - 4*by - left
		case paneHeader, paneVerdict, paneCount:
			s.sh.Prefs().TokenW = s.slotOf(paneHeader).w + 4*by - left
		}
		if slices.Equal(was, s.arrange(s.sh.Body())) {
			s.sh.Prefs().TokenW, s.sh.Prefs().TokenH = w, h // at its end: what does not show is not kept
			s.sh.Notify(shell.Warning, "that is as far as it goes")
		}
		return nil
	}
}

// paneRows are the lines of a pane: how many there are, and the i-th, which is drawn
// when it is seen.
type paneRows struct {
	n  int
	at func(i int) string
}

// move scrolls the pane in focus, or moves its cursor.
func (s *screen) move(key string) {
	if s.empty() {
		return
	}
	sl := s.slotOf(s.focus)
	page := max(1, sl.h-2)
	by, end := 0, 0
	switch key {
	case "up", "k":
		by = -1
	case "down", "j":
		by = 1
	case "pgup", "ctrl+b", "ctrl+u":
		by = -page
	case "pgdown", "ctrl+f", "ctrl+d":
		by = page
	case "home":
		end = -1
	case "end", "G":
		end = 1
	default:
		return
	}
	sp := &s.spots[s.focus]
	to := &sp.offset
	last := s.rowsOf(s.focus, sl.w).n - (sl.h - 1)
	if list := s.membersOf(s.focus); list != nil {
		to, last = &sp.cursor, len(list)-1
	}
	switch end {
	case -1:
		*to = 0
	case 1:
		*to = last
	default:
		*to += by
	}
	*to = max(0, min(*to, last))
	s.reveal(s.focus, sl)
}

// reveal scrolls a list of members so that the chosen one is seen.
func (s *screen) reveal(p pane, sl slot) {
	if s.membersOf(p) == nil {
		return
	}
	s.spots[p].offset = s.window(p, sl)
}

// window is the first row that is seen of a pane.
func (s *screen) window(p pane, sl slot) int {
	sp, h := s.spots[p], sl.h-1
	n := s.rowsOf(p, sl.w).n
	off := sp.offset
	if s.membersOf(p) != nil {
		l := s.layOut(p, sl.w)
		first := l.first[sp.cursor]
		last := len(l.rows) - 1
		if sp.cursor+1 < len(l.first) {
			last = l.first[sp.cursor+1] - 1
		}
		if last >= off+h {
			off = last - h + 1
		}
		off = min(off, first)
	}
	return max(0, min(off, n-h))
}

// membersOf are the members that a pane lists, nil for one that lists none.
func (s *screen) membersOf(p pane) []member {
	switch {
	case s.look == nil:
	case p == paneHeader && len(s.look.header) > 0:
		return s.look.header
	case p == paneClaims && len(s.look.claims) > 0:
		return s.look.claims
	}
	return nil
}

// chosen is the member under the cursor of the pane in focus, nil for none.
func (s *screen) chosen() *member {
	list := s.membersOf(s.focus)
	if at := s.spots[s.focus].cursor; at < len(list) {
		return &list[at]
	}
	return nil
}

// Click goes to the pane under the pointer, and to the member there.
func (s *screen) Click(x, y int) tea.Cmd {
	if s.bench != nil || s.empty() {
		return nil
	}
	for _, sl := range s.arrange(s.sh.Body()) {
		if x < sl.x || x >= sl.x+sl.w || y < sl.y || y >= sl.y+sl.h {
			continue
		}
		s.focus = sl.pane
		if s.membersOf(sl.pane) == nil || y == sl.y {
			return nil
		}
		l := s.layOut(sl.pane, sl.w)
		if row := s.window(sl.pane, sl) + y - sl.y - 1; row < len(l.rows) {
			s.spots[sl.pane].cursor = l.rows[row].of
		}
	}
	return nil
}

// plainRows is what a pane says, to be copied.
func (s *screen) plainRows(p pane) string {
	r := s.rowsOf(p, 100)
	out := make([]string, r.n)
	for i := range out {
		out[i] = strings.TrimRight(stripped(r.at(i)), " ")
	}
	return strings.TrimSpace(strings.Join(out, "\n"))
}
