package overview

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/theme"
	"keydeck/ui/tui/widget"
)

// stretch is a line of the overview and the leads that are drawn on it, from
// left to right.
type line struct {
	text  string
	items []itemPos
}

// spot is where on a line a lead begins.
type itemPos struct{ item, x int }

func (s *screen) View(r shell.Rect) string {
	switch {
	case !s.loaded && s.problem != "":
		return shell.ProblemView(s.sh, "The overview could not be loaded", s.problem)
	case !s.loaded:
		return shell.LoadingView(s.sh, "Looking around")
	case len(s.items) == 0:
		return shell.EmptyView(s.sh, "All is quiet",
			"Nothing needs you, and no request came in the last hour. What goes on shows here by itself, every two seconds.",
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

// Click puts the cursor on what is under the pointer.
func (s *screen) Click(x, y int) tea.Cmd {
	if !s.loaded || len(s.items) == 0 {
		return nil
	}
	if lines := s.lines(s.sh.Body()); y < len(lines) {
		for _, on := range lines[y].items {
			if x >= on.x {
				s.cursor = on.item
			}
		}
	}
	return nil
}

// layout is the blocks in a room, and what they were drawn of.
type layoutCache struct {
	version int
	area    shell.Rect
	styles  *theme.Styles
	cursor  int
	problem bool
	lines   []line
}

// lay is blocks, kept for as long as nothing of it changes: frames are drawn for
// other reasons, too, a toast or the clock.
func (s *screen) lines(r shell.Rect) []line {
	now := layoutCache{version: s.version, area: r, styles: s.sh.Theme(), cursor: s.cursor, problem: s.problem != ""}
	if k := &s.layoutCache; k.lines == nil || k.version != now.version || k.area != r || k.styles != s.sh.Theme() || k.cursor != now.cursor || k.problem != now.problem {
		now.lines = s.layOut(r)
		s.layoutCache = now
	}
	return s.layoutCache.lines
}

// blocks puts the blocks into the room there is. Nothing is cut off: where there is
// less room than lines a list shows some of them, with the cursor's among them,
// and its heading says which. In a wide window the lists stand beside each other
// above the chart; in others what is going on comes between what needs somebody
// and who is busiest.
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

// rows is how many lines a list of n would take.
func rows(n int) int { return max(1, n) }

// shareOut spends room on the wants in turn, a line each, until either ends.
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

// want is how many lines a block has, and how many it could use.
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
	if room < 0 { // air is the first to go
		room, gaps = room+gaps, 0
	}
	for _, w := range []*blockSize{&needs, &busy} {
		for room < 0 && w.lines > 1 {
			w.lines--
			room++
		}
	}
	distribute(room, &needs, &chart, &busy)

	air := make([]line, min(gaps, 1))
	lines := slices.Concat(s.needsLines(w, needs.lines), air, s.trafficLines(t, chart.lines))
	if t.any {
		lw := (w - 3) / 2
		lines = slices.Concat(lines, air, besideLines(s.keyLines(lw, busy.lines), s.routeLines(w-3-lw, busy.lines), lw, 3))
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

// side puts lines beside each other, the left ones lw cells wide.
func besideLines(left, right []line, lw, gap int) []line {
	out := make([]line, max(len(left), len(right)))
	for i := range out {
		var l, r line
		if i < len(left) {
			l = left[i]
		}
		if i < len(right) {
			r = right[i]
		}
		leads := slices.Clone(l.items)
		for _, on := range r.items {
			leads = append(leads, itemPos{on.item, lw + gap + on.x})
		}
		out[i] = line{widget.Left(l.text, lw) + strings.Repeat(" ", gap) + r.text, leads}
	}
	return out
}

// count is how many leads a block has.
func (s *screen) count(b block) (n int) {
	for i := range s.items {
		if s.items[i].block == b {
			n++
		}
	}
	return n
}

// list draws a block's heading and h of its lines, those around the cursor if it
// is on one of them; none is what it says without any.
func (s *screen) list(b block, title, note, none string, w, h int, cols []widget.Column, cells func(*item) []widget.Cell) []line {
	from := slices.IndexFunc(s.items, func(l item) bool { return l.block == b })
	n := s.count(b)
	if n == 0 {
		return []line{s.heading(title, "", w), {text: "  " + none}}
	}
	off := 0
	if at := s.cursor - from; at >= 0 && at < n {
		off = max(0, min(at, at+2-h, n-h)) // the next one is seen, too
	}
	if h < n {
		shown := fmt.Sprintf("%d–%d of %d", off+1, off+h, n)
		if b == blockNeeds { // whose note counts other things
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

// heading is a block's first line.
func (s *screen) heading(title, right string, w int) line {
	return line{text: widget.Ends(" "+s.sh.Theme().Bold.Render(title), s.sh.Theme().Muted.Render(right)+" ", w)}
}

func (s *screen) needsLines(w, h int) []line {
	cols := []widget.Column{{Width: 7}, {Width: 14, Flex: 2, Max: 32}, {Width: 12}, {Width: 17, Flex: 3, Max: 40}}
	none := s.sh.Theme().OK.Render("nothing") + s.sh.Theme().Muted.Render(": none refused, none ends in 7 days or lies unused")
	return s.list(blockNeeds, "Needs you", s.needsNote(), none, w, h, cols, func(l *item) []widget.Cell {
		style := s.sh.Theme().Warn
		if l.bad {
			style = s.sh.Theme().Bad
		}
		return []widget.Cell{{Text: l.cells[0], Style: style}, {Text: l.cells[1], Style: s.sh.Theme().Text},
			{Text: l.cells[2], Style: style}, {Text: l.cells[3], Style: s.sh.Theme().Muted}}
	})
}

// needsNote counts what there is, so that what is scrolled out of the list, and
// what the list has no room for, is told.
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
	cols := []widget.Column{{Width: 14, Flex: 1}, {Width: 13, Drop: 2}, {Width: 7, Right: true, Drop: 1}, {Width: 5, Right: true}}
	return s.list(blockKeys, "Busiest keys", "", s.sh.Theme().Muted.Render("no key was used"), w, h, cols, func(l *item) []widget.Cell {
		return []widget.Cell{{Text: l.cells[0], Style: s.sh.Theme().Text}, {Text: l.cells[1], Style: s.sh.Theme().Muted},
			{Text: l.cells[2], Style: s.sh.Theme().Muted}, {Text: l.cells[3], Style: s.sh.Theme().Text}}
	})
}

func (s *screen) routeLines(w, h int) []line {
	const others = 17 // cells of the margin, the method and the share, and between them
	cols := []widget.Column{{Width: 6}, {Width: min(20, w-others), Flex: 1}, {Width: 7, Right: true, Drop: 1}, {Width: 5, Right: true}}
	return s.list(blockRoutes, "Busiest routes", "", s.sh.Theme().Muted.Render("no route was called"), w, h, cols, func(l *item) []widget.Cell {
		return []widget.Cell{{Text: l.cells[0], Style: s.sh.Theme().Muted}, {Text: l.cells[1], Style: s.sh.Theme().Text},
			{Text: l.cells[2], Style: s.sh.Theme().Muted}, {Text: l.cells[3], Style: s.sh.Theme().Text}}
	})
}
