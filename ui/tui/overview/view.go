package overview

import (
	"fmt"
	"slices"
	"strings"

	"charm.land/lipgloss/v2"

	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/theme"
	"keydeck/ui/tui/widget"
)

// line is a drawn line and the items on it, from left to right.
type line struct {
	text  string
	items []itemPos
}

// itemPos is an index in screen.items and the cell where the item begins.
type itemPos struct{ item, x int }

func (s *screen) View(r shell.Rect) string {
	switch {
	case !s.loaded && s.problem != "":
		return shell.ProblemView(s.sh, "The overview could not be loaded", s.problem)
	case !s.loaded:
		return shell.LoadingView(s.sh, "Loading the overview")
	case len(s.items) == 0:
		return shell.EmptyView(s.sh, "All is quiet",
			"Nothing needs you, and there were no requests in the last hour. This page refreshes every two seconds.",
			"2", "goes to the credentials, where n issues an API key")
	}
	lines := s.lines(r)
	out := make([]string, 0, r.H)
	for _, l := range lines {
		out = append(out, l.text)
	}
	if s.problem != "" {
		for len(out) < r.H-1 {
			out = append(out, "")
		}
		out = append(out[:r.H-1], " "+s.sh.Theme().Bad.Render("× "+s.problem))
	}
	return strings.Join(out, "\n")
}

// Click selects the item under the pointer.
func (s *screen) Click(r shell.Rect, x, y int) (enter bool) {
	if !s.loaded || len(s.items) == 0 {
		return false
	}
	lines, at := s.lines(r), -1
	if y < len(lines) {
		for _, on := range lines[y].items {
			if x >= on.x {
				at = on.item
			}
		}
	}
	if at < 0 || at == s.cursor {
		return at >= 0
	}
	s.cursor = at
	return false
}

// layoutCache is the last layout: frames are also drawn for a toast or the clock.
type layoutCache struct {
	key   layoutKey
	lines []line
}

type layoutKey struct {
	version int
	area    shell.Rect
	styles  *theme.Styles
	cursor  int
	problem bool
}

func (s *screen) lines(r shell.Rect) []line {
	key := layoutKey{s.version, r, s.sh.Theme(), s.cursor, s.problem != ""}
	if s.layout.lines == nil || s.layout.key != key {
		s.layout = layoutCache{key, s.layOut(r)}
	}
	return s.layout.lines
}

// layOut lays the blocks out. Where there are fewer lines than items, a list shows
// some, the selected one among them, and its heading says which. In a wide window
// the lists are side by side above the chart; in others the chart is between what
// needs attention and what is busiest.
func (s *screen) layOut(r shell.Rect) []line {
	h := r.H
	if s.problem != "" {
		h--
	}
	if r.W >= shell.WideWidth && h >= 24 {
		return s.wideLines(r.W, h)
	}
	return s.narrowLines(r.W, h)
}

// rows is the number of lines of a list of n.
func rows(n int) int { return max(1, n) }

// distribute gives room to the blocks in turn, a line each.
func distribute(room int, wants ...*blockSize) {
	for spent := true; spent && room > 0; {
		spent = false
		for _, w := range wants {
			if room > 0 && w.lines < w.max {
				w.lines++
				room--
				spent = true
			}
		}
	}
}

// blockSize is how many lines a block has, and how many it can use.
type blockSize struct{ lines, max int }

func (s *screen) narrowLines(w, h int) []line {
	t := s.trafficPlan(w)
	needs := blockSize{min(rows(s.count(blockNeeds)), 3), rows(s.count(blockNeeds))}
	busy := blockSize{}
	blocks := 2
	if t.any {
		most := max(rows(s.count(blockKeys)), rows(s.count(blockRoutes)))
		busy = blockSize{min(most, 2), most}
		blocks = 3
	}
	chart := blockSize{t.minLines(), t.maxLines(h)}
	gaps := blocks - 1
	room := h - blocks - gaps - needs.lines - busy.lines - chart.lines
	if room < 0 { // the gaps go first
		room, gaps = room+gaps, 0
	}
	for _, w := range []*blockSize{&needs, &busy} {
		for room < 0 && w.lines > 1 {
			w.lines--
			room++
		}
	}
	distribute(room, &needs, &chart, &busy)

	gap := make([]line, min(gaps, 1))
	lines := slices.Concat(s.needsLines(w, needs.lines), gap, s.trafficLines(t, chart.lines))
	if t.any {
		lw := (w - 3) / 2
		lines = slices.Concat(lines, gap, besideLines(s.keyLines(lw, busy.lines), s.routeLines(w-3-lw, busy.lines), lw, 3))
	}
	return lines
}

func (s *screen) wideLines(w, h int) []line {
	t := s.trafficPlan(w)
	if !t.any {
		return slices.Concat(s.needsLines(w, min(rows(s.count(blockNeeds)), h-4)), []line{{}}, s.trafficLines(t, 1))
	}
	const gap = 4
	lw := (w - gap) * 3 / 5
	most := max(5, h/4-1)
	keys, routes := min(rows(s.count(blockKeys)), most), min(rows(s.count(blockRoutes)), most)
	top := keys + routes + 3
	needs := min(rows(s.count(blockNeeds)), max(top, h/2)-1)
	top = max(top, needs+1)
	chart := max(t.minLines(), min(h-top-2, t.maxLines(h)))
	right := slices.Concat(s.keyLines(w-gap-lw, keys), []line{{}}, s.routeLines(w-gap-lw, routes))
	return slices.Concat(besideLines(s.needsLines(lw, needs), right, lw, gap), []line{{}}, s.trafficLines(t, chart))
}

// besideLines puts lines side by side, the left ones lw cells wide.
func besideLines(left, right []line, lw, gap int) []line {
	out := make([]line, max(len(left), len(right)))
	copy(out, left)
	for i := range out {
		out[i].text = widget.Left(out[i].text, lw) + strings.Repeat(" ", gap)
		if i < len(right) {
			out[i].text += right[i].text
			for _, on := range right[i].items {
				out[i].items = append(slices.Clip(out[i].items), itemPos{on.item, lw + gap + on.x})
			}
		}
	}
	return out
}

// count is the number of items of a block.
func (s *screen) count(b block) (n int) {
	for i := range s.items {
		if s.items[i].block == b {
			n++
		}
	}
	return n
}

// list draws the heading of a block and h of its items, those around the cursor if
// it is on one of them, or else none.
func (s *screen) list(b block, title, note, none string, w, h int, cols []widget.Column, cells func(*item) []widget.Cell) []line {
	from := slices.IndexFunc(s.items, func(l item) bool { return l.block == b })
	n := s.count(b)
	if n == 0 {
		return []line{s.heading(title, "", w), {text: "  " + none}}
	}
	off := 0
	if at := s.cursor - from; at >= 0 && at < n {
		off = max(0, min(at, at+2-h, n-h)) // the next one shows, too
	}
	if h < n {
		shown := fmt.Sprintf("%d–%d of %d", off+1, off+h, n)
		if b == blockNeeds { // its note counts other things
			shown = "lines " + shown
		}
		if long := note + "   " + shown; note == "" || widget.Width(title+long)+4 > w {
			note = shown
		} else {
			note = long
		}
	}
	out := []line{s.heading(title, note, w)}
	for i := from + off; i < from+min(n, off+h); i++ {
		out = append(out, line{widget.Row(s.sh.Theme(), cols, cells(&s.items[i]), i == s.cursor, w-1), []itemPos{{i, 0}}})
	}
	return out
}

func (s *screen) heading(title, right string, w int) line {
	return line{text: widget.Ends(" "+s.sh.Theme().Bold.Render(title), s.sh.Theme().Muted.Render(right)+" ", w)}
}

func (s *screen) needsLines(w, h int) []line {
	cols := []widget.Column{{Width: 7}, {Width: 14, Flex: 2, Max: 32}, {Width: len("in 23 h 59 min")}, {Width: 17, Flex: 3, Max: 40}}
	none := s.sh.Theme().OK.Render("nothing") + s.sh.Theme().Muted.Render(": none refused, unused, or about to expire")
	return s.list(blockNeeds, "Needs you", s.needsNote(), none, w, h, cols, func(l *item) []widget.Cell {
		style := s.sh.Theme().Warn
		if l.bad {
			style = s.sh.Theme().Bad
		}
		return l.styled(style, s.sh.Theme().Text, style, s.sh.Theme().Muted)
	})
}

// styled are the cells of an item, each in its style.
func (l *item) styled(styles ...lipgloss.Style) []widget.Cell {
	cells := make([]widget.Cell, len(styles))
	for i, st := range styles {
		cells[i] = widget.Cell{Text: l.cells[i], Style: st}
	}
	return cells
}

// needsNote counts what needs attention, in the list and beyond.
func (s *screen) needsNote() string {
	var parts []string
	if s.data.Log.Dropped > 0 {
		parts = append(parts, "dropped")
	}
	for _, p := range []struct {
		n    int
		word string
	}{{max(s.data.ExpiringTotal, len(s.data.Expiring)), "expire"}, {max(s.data.RefusalsTotal, len(s.data.Refusals)), "refused"},
		{max(s.data.UnusedTotal, len(s.data.Unused)), "unused"}} {
		if p.n > 0 {
			parts = append(parts, countText(p.n)+" "+p.word)
		}
	}
	return strings.Join(parts, "  ")
}

func (s *screen) keyLines(w, h int) []line {
	st := s.sh.Theme()
	cols := []widget.Column{{Width: 14, Flex: 1}, {Width: 13, Drop: 2}, {Width: 7, Right: true, Drop: 1}, {Width: 5, Right: true}}
	return s.list(blockKeys, "Busiest keys", "", st.Muted.Render("no key was used"), w, h, cols, func(l *item) []widget.Cell {
		return l.styled(st.Text, st.Muted, st.Muted, st.Text)
	})
}

func (s *screen) routeLines(w, h int) []line {
	st := s.sh.Theme()
	const others = 17 // cells of the margin, the method, the share and the gaps
	cols := []widget.Column{{Width: 6}, {Width: min(20, w-others), Flex: 1}, {Width: 7, Right: true, Drop: 1}, {Width: 5, Right: true}}
	return s.list(blockRoutes, "Busiest routes", "", st.Muted.Render("no route was called"), w, h, cols, func(l *item) []widget.Cell {
		return l.styled(st.Muted, st.Text, st.Muted, st.Text)
	})
}
