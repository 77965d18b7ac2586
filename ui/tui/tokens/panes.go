package tokens

import (
	"math"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/tokens/reading"
	"keydeck/ui/tui/widget"
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

// scroll is the first row that a pane shows, and the member under its cursor.
type scroll struct{ offset, cursor int }

// frame is where a pane stands, its title line included.
type frame struct {
	pane       pane
	x, y, w, h int
}

const (
	narrowW      = 72 // below it, one pane is seen at a time
	minColumnW   = 26
	minTokenH    = 2  // title included
	usualVerdict = 18 // lines of the verdict's pane
	colGap       = 2
)

// layout places the panes below the verdict: one alone, two columns below the raw
// token, or two columns with the raw token in the left one.
func (s *screen) layout() []frame {
	r := s.sh.Body()
	top := len(s.headLines(r))
	h := r.H - top
	if s.single() {
		return []frame{s.alone(s.focus)}
	}
	usual, usualToken := s.usualSizes(r.W, h)
	left := max(minColumnW, min(usual+s.sh.Prefs().TokenW, r.W-colGap-minColumnW))
	right, x := r.W-left-colGap, left+colGap
	if r.W < shell.WideWidth {
		token := max(minTokenH, min(usualToken+s.sh.Prefs().TokenH, h-8))
		upper := (h - token) * 3 / 5
		y, lower := top+token, h-token-upper
		return []frame{
			{paneToken, 0, top, r.W, token},
			{paneHeader, 0, y, left, upper}, {paneClaims, x, y, right, upper},
			{paneVerdict, 0, y + upper, left, lower}, {paneFindings, x, y + upper, right, lower},
		}
	}
	token := max(minTokenH, min(usualToken+s.sh.Prefs().TokenH, h-10))
	header, claims := s.headerHeight(left, h-token), s.claimsHeight(right, h)
	return []frame{
		{paneToken, 0, top, left, token}, {paneHeader, 0, top + token, left, header}, {paneVerdict, 0, top + token + header, left, h - token - header},
		{paneClaims, x, top, right, claims}, {paneFindings, x, top + claims, right, h - claims},
	}
}

// single reports that one pane is seen at a time.
func (s *screen) single() bool { return s.zoomed || s.sh.Body().W < narrowW }

// alone is the frame of a pane that is seen alone, below the titles of all.
func (s *screen) alone(p pane) frame {
	r := s.sh.Body()
	top := len(s.headLines(r)) + 1
	return frame{p, 0, top, r.W, max(1, r.H-top)}
}

// usualSizes are the width of the left column and the height of the raw token, unless
// the user has changed them. h is the height of all panes.
func (s *screen) usualSizes(w, h int) (left, token int) {
	if w < shell.WideWidth {
		return 30, 4
	}
	left = w * 2 / 5
	most := max(h/4, min(len(s.token.Segments)+1, h/3), h-s.headerHeight(left, h)-usualVerdict)
	return left, min(s.tokenRows(left, math.MaxInt).n+2, most)
}

// headerHeight is the height of the header's pane above the verdict's: half of both, or
// what the verdict leaves.
func (s *screen) headerHeight(w, h int) int {
	return min(max(4, s.rows(paneHeader, w).n+3), max(h/2, h-len(s.factRows(w))-2))
}

// claimsHeight is the height of the claims' pane above the findings': what one of them
// doesn't need goes to the other.
func (s *screen) claimsHeight(w, h int) int {
	usual := h * 11 / 20
	claims, findings := s.rows(paneClaims, w).n+2, len(s.findingRows(w))+1
	switch {
	case claims < usual && findings > h-usual:
		return max(claims, h-findings)
	case claims > usual && findings < h-usual:
		return min(claims, h-findings)
	}
	return usual
}

// frameOf is where a pane stands, or would stand alone if it isn't seen.
func (s *screen) frameOf(p pane) frame {
	for _, f := range s.layout() {
		if f.pane == p {
			return f
		}
	}
	return s.alone(p)
}

// resize returns a command that makes the pane in focus larger or smaller: the raw
// token by a line, the others by some columns.
func (s *screen) resize(by int) func() tea.Cmd {
	return func() tea.Cmd {
		if s.single() {
			s.sh.Notify(shell.Warning, "there is only one pane")
			return nil
		}
		prefs, r, before := s.sh.Prefs(), s.sh.Body(), s.layout()
		w, h := prefs.TokenW, prefs.TokenH
		left, token := s.usualSizes(r.W, r.H-len(s.headLines(r)))
		switch s.focus { // from what is seen: a larger window may have had more room
		case paneToken:
			prefs.TokenH = s.frameOf(paneToken).h + by - token
		case paneClaims, paneFindings:
			prefs.TokenW = s.frameOf(paneHeader).w - 4*by - left
		case paneHeader, paneVerdict, paneCount:
			prefs.TokenW = s.frameOf(paneHeader).w + 4*by - left
		}
		if slices.Equal(before, s.layout()) {
			prefs.TokenW, prefs.TokenH = w, h
			s.sh.Notify(shell.Warning, "that is the limit")
		}
		return nil
	}
}

// move scrolls the pane in focus, or moves its cursor.
func (s *screen) move(key string) {
	if s.token == nil {
		return
	}
	f := s.frameOf(s.focus)
	to, last := &s.scrolls[s.focus].offset, s.rows(s.focus, f.w).n-(f.h-1)
	list := s.members(s.focus)
	if list != nil {
		to, last = &s.scrolls[s.focus].cursor, len(list)-1
	}
	switch key {
	case "ctrl+u":
		key = "pgup"
	case "ctrl+d":
		key = "pgdown"
	}
	cursor := widget.Table{Cursor: *to}
	if !cursor.Key(key, last+1, f.h-1) {
		return
	}
	*to = cursor.Cursor
	if list != nil {
		s.scrolls[s.focus].offset = s.firstRow(f)
	}
}

// firstRow is the first row that is seen of a pane. The member under the cursor is seen
// whole, or from its beginning.
func (s *screen) firstRow(f frame) int {
	sc, h := s.scrolls[f.pane], f.h-1
	if s.members(f.pane) == nil {
		return max(0, min(sc.offset, s.rows(f.pane, f.w).n-h))
	}
	w := s.wrap(f.pane, f.w)
	first, last := w.first[sc.cursor], len(w.rows)-1
	if sc.cursor+1 < len(w.first) {
		last = w.first[sc.cursor+1] - 1
	}
	return max(0, min(max(sc.offset, last-h+1), first, len(w.rows)-h))
}

// members are those that a pane lists, nil for none.
func (s *screen) members(p pane) []reading.Member {
	switch {
	case s.token == nil:
	case p == paneHeader && len(s.token.Header) > 0:
		return s.token.Header
	case p == paneClaims && len(s.token.Claims) > 0:
		return s.token.Claims
	}
	return nil
}

// selected is the member under the cursor of the pane in focus, nil for none.
func (s *screen) selected() *reading.Member {
	list := s.members(s.focus)
	if at := s.scrolls[s.focus].cursor; at < len(list) {
		return &list[at]
	}
	return nil
}

// Click focuses the pane under the pointer, and selects the member there.
func (s *screen) Click(_ shell.Rect, x, y int) (enter bool) {
	if s.editor != nil || s.token == nil {
		return false
	}
	for _, f := range s.layout() {
		if x < f.x || x >= f.x+f.w || y < f.y || y >= f.y+f.h {
			continue
		}
		s.focus = f.pane
		if s.members(f.pane) == nil || y == f.y {
			return false
		}
		rows := s.wrap(f.pane, f.w).rows
		if row := s.firstRow(f) + y - f.y - 1; row < len(rows) {
			s.scrolls[f.pane].cursor = rows[row].member
		}
	}
	return false
}

// plainText is what a pane says, to be copied.
func (s *screen) plainText(p pane) string {
	r := s.rows(p, 100)
	out := make([]string, r.n)
	for i := range out {
		out[i] = strings.TrimRight(ansi.Strip(r.at(i)), " ")
	}
	return strings.TrimSpace(strings.Join(out, "\n"))
}
