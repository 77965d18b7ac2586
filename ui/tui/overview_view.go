package tui

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/ui/tui/text"
	"keydeck/ui/tui/widget"
)

// stretch is a line of the overview and the leads that are drawn on it, in
// order.
type stretch struct {
	text  string
	leads []spot
}

// spot is where on a line a lead begins.
type spot struct{ lead, x int }

// pane is a column of blocks, as wide as w, x from the left edge.
type pane struct {
	x, w  int
	lines []stretch
}

func (s *overviewScreen) View(r Rect) string {
	switch {
	case !s.loaded && s.problem != "":
		return problemView(s.desk, "The overview could not be loaded", s.problem)
	case !s.loaded:
		return loadingView(s.desk, "Looking around")
	case len(s.leads) == 0:
		return emptyView(s.desk, "All is quiet",
			"Nothing needs you, and no request came in the last hour. What goes on shows here by itself, every two seconds.",
			"2", "goes to the credentials, where n issues an API key")
	}
	note := ""
	if s.problem != "" {
		note = s.th.Bad.Render("× " + s.problem)
	}
	panes := s.panes(r)
	out := s.window(panes[0], r.H, note)
	if len(panes) > 1 {
		return widget.Beside(out, s.window(panes[1], r.H, ""), panes[0].w, panes[1].x-panes[0].w)
	}
	return out
}

// panes lays the blocks out: below each other, or in two columns where there is
// room.
func (s *overviewScreen) panes(r Rect) []pane {
	if r.W < wideW {
		chart := 2
		if r.H >= 20 {
			chart = 3
		}
		return []pane{{0, r.W, slices.Concat(s.needsLines(r.W), s.trafficLines(r.W, chart), s.busiest(r.W))}}
	}
	lw := (r.W - 4) * 3 / 5
	rw := r.W - 4 - lw
	return []pane{
		{0, lw, slices.Concat(s.needsLines(lw), s.trafficLines(lw, 8))},
		{lw + 4, rw, slices.Concat(s.keyLines(rw), []stretch{{}}, s.routeLines(rw))},
	}
}

// top is the first line of a pane that is shown in h lines, and where the cursor
// is: as far down as shows it with what stands around it.
func (s *overviewScreen) top(p pane, h int) (off, cursor int) {
	for i, l := range p.lines {
		for _, spot := range l.leads {
			if spot.lead == s.cursor {
				cursor = i
			}
		}
	}
	return max(0, min(cursor-h/2, len(p.lines)-h)), cursor
}

// Click puts the cursor on the line under the pointer.
func (s *overviewScreen) Click(x, y int) tea.Cmd {
	if !s.loaded || len(s.leads) == 0 {
		return nil
	}
	for _, p := range s.panes(s.body) {
		off, _ := s.top(p, s.body.H)
		if x < p.x || x >= p.x+p.w || off+y >= len(p.lines) {
			continue
		}
		for _, spot := range p.lines[off+y].leads {
			if x-p.x >= spot.x {
				s.cursor = spot.lead
			}
		}
	}
	return nil
}

// window shows as many lines as there is room for, the one under the cursor
// among them, and says when there are more.
func (s *overviewScreen) window(p pane, h int, note string) string {
	lines, w := p.lines, p.w
	off, at := s.top(p, h)
	end := min(len(lines), off+h)
	out := make([]string, 0, h)
	for _, l := range lines[off:end] {
		out = append(out, widget.Left(l.text, w))
	}
	if end < len(lines) && at < end-1 {
		out[len(out)-1] = widget.Ends("", s.th.Muted.Render(fmt.Sprintf("%d more lines below ↓ ", len(lines)-end+1)), w)
	}
	if note != "" && len(out) > 0 {
		out[len(out)-1] = " " + note
	}
	return strings.Join(out, "\n")
}

// heading is a block's first line.
func (s *overviewScreen) heading(title, right string, w int) stretch {
	return stretch{text: widget.Ends(" "+s.th.Bold.Render(title), s.th.Muted.Render(right)+" ", w)}
}

// each draws the leads of a block, a line each.
func (s *overviewScreen) each(b block, w int, cols []widget.Column, cells func(*lead) []widget.Cell) []stretch {
	var out []stretch
	for i := range s.leads {
		if l := &s.leads[i]; l.block == b {
			out = append(out, stretch{widget.Row(s.th, cols, cells(l), i == s.cursor, w), []spot{{i, 0}}})
		}
	}
	return out
}

func (s *overviewScreen) needsLines(w int) []stretch {
	cols := []widget.Column{{Width: 7}, {Width: 14, Flex: 2, Max: 32}, {Width: 12}, {Width: 17, Flex: 3, Max: 40}}
	rows := s.each(blockNeeds, w, cols, func(l *lead) []widget.Cell {
		style := s.th.Warn
		if l.bad {
			style = s.th.Bad
		}
		return []widget.Cell{{Text: l.words[0], Style: style}, {Text: l.words[1], Style: s.th.Text},
			{Text: l.words[2], Style: style}, {Text: l.words[3], Style: s.th.Muted}}
	})
	count := ""
	if len(rows) > 0 {
		count = text.Count(int64(len(rows)))
	} else {
		rows = []stretch{{text: "   " + s.th.OK.Render("nothing") + s.th.Muted.Render(": no key ends within 7 days, none lies unused")}}
	}
	return append(append([]stretch{s.heading("Needs you", count, w)}, rows...), stretch{})
}

// trafficLines are the chart of the last hour, in h lines, and what it says in
// words and numbers.
func (s *overviewScreen) trafficLines(w, h int) []stretch {
	o := &s.data
	lines := []stretch{s.heading("Requests, last hour", perSecond(o.PerSecond)+"   "+text.Count(o.Today)+" today", w)}
	if s.total() == 0 {
		return append(lines, stretch{text: "   " + s.th.Muted.Render("none came in the last hour")}, stretch{})
	}
	traffic := -1
	for i, l := range s.leads {
		if l.block == blockTraffic {
			traffic = i
		}
	}
	mark := " "
	if s.cursor == traffic {
		mark = s.th.Accent.Render("▌")
	}
	for l := range strings.SplitSeq(s.chart(o.Minutes, w-4, h), "\n") {
		lines = append(lines, stretch{mark + "  " + l, []spot{{traffic, 0}}})
	}
	lines = append(lines, stretch{mark + "  " + widget.Ends(s.th.Muted.Render("60 min ago   "+s.peak(o.Minutes)), s.th.Muted.Render("now "), w-4), []spot{{traffic, 0}}})
	line, leads := s.classes()
	if w >= 76 {
		return append(lines, stretch{widget.Ends(line, s.took()+" ", w), leads}, stretch{})
	}
	return append(lines, stretch{line, leads}, stretch{text: "   " + s.took()}, stretch{})
}

// chart draws the minutes as columns.
func (s *overviewScreen) chart(minutes []model.MinuteCount, w, h int) string {
	values := make([]int64, len(minutes))
	for i, m := range minutes {
		values[i] = m.Requests
	}
	lines := strings.Split(widget.Columns(values, w, h), "\n")
	for i, l := range lines {
		lines[i] = s.th.Accent.Render(l)
	}
	return strings.Join(lines, "\n")
}

// peak says the busiest minute in words, for who does not see the chart.
func (s *overviewScreen) peak(minutes []model.MinuteCount) string {
	var top model.MinuteCount
	for _, m := range minutes {
		if m.Requests > top.Requests {
			top = m
		}
	}
	if top.Requests == 0 {
		return ""
	}
	return "peak " + text.Count(top.Requests) + " in the minute of " + top.At.In(s.at.Location()).Format("15:04")
}

func perSecond(n float64) string {
	if n < 10 {
		return fmt.Sprintf("%.1f/s now", n)
	}
	return text.Count(int64(n+0.5)) + "/s now"
}

// classes is the line of status classes, each of which can be chosen.
func (s *overviewScreen) classes() (string, []spot) {
	line, leads := "  ", []spot(nil)
	for i, l := range s.leads {
		if l.block != blockClasses {
			continue
		}
		mark, word, count := " ", s.th.Muted, s.th.Text
		switch {
		case l.words[0] == "4xx" && l.words[1] != "0":
			word = s.th.Warn
		case l.bad:
			word = s.th.Bad
		}
		if i == s.cursor {
			mark, word, count = s.th.On(s.th.Accent).Render("▌"), s.th.On(word), s.th.On(count)
		}
		leads = append(leads, spot{i, widget.Width(line)})
		line += mark + word.Render(l.words[0]) + count.Render(" "+l.words[1]) + "  "
	}
	return line, leads
}

func (s *overviewScreen) took() string {
	ms := func(us int64) string { return strings.TrimSuffix(text.Took(us), " ms") }
	o := &s.data
	part := func(name, value string) string { return s.th.Muted.Render(name+" ") + s.th.Text.Render(value) }
	return part("p50", ms(o.P50)) + "  " + part("p90", ms(o.P90)) + "  " + part("p99", text.Took(o.P99))
}

// busiest are the busiest keys and routes: next to each other where there is
// room for both.
func (s *overviewScreen) busiest(w int) []stretch {
	if w < 76 {
		return append(append(s.keyLines(w), stretch{}), s.routeLines(w)...)
	}
	lw := (w - 3) / 2
	left, right := s.keyLines(lw), s.routeLines(w-3-lw)
	out := make([]stretch, max(len(left), len(right)))
	for i := range out {
		var l, r stretch
		if i < len(left) {
			l = left[i]
		}
		if i < len(right) {
			r = right[i]
		}
		leads := slices.Clone(l.leads)
		for _, s := range r.leads {
			leads = append(leads, spot{s.lead, lw + 3 + s.x})
		}
		out[i] = stretch{widget.Left(l.text, lw) + "   " + r.text, leads}
	}
	return out
}

func (s *overviewScreen) keyLines(w int) []stretch {
	cols := []widget.Column{{Width: 14, Flex: 1}, {Width: 13, Drop: 2}, {Width: 7, Right: true, Drop: 1}, {Width: 5, Right: true}}
	rows := s.each(blockKeys, w, cols, func(l *lead) []widget.Cell {
		return []widget.Cell{{Text: l.words[0], Style: s.th.Text}, {Text: l.words[1], Style: s.th.Muted},
			{Text: l.words[2], Style: s.th.Muted}, {Text: l.words[3], Style: s.th.Text}}
	})
	if len(rows) == 0 {
		rows = []stretch{{text: "   " + s.th.Muted.Render("no key was used")}}
	}
	return append([]stretch{s.heading("Busiest keys", "", w)}, rows...)
}

func (s *overviewScreen) routeLines(w int) []stretch {
	cols := []widget.Column{{Width: 6}, {Width: 20, Flex: 1}, {Width: 7, Right: true, Drop: 1}, {Width: 5, Right: true}}
	rows := s.each(blockRoutes, w, cols, func(l *lead) []widget.Cell {
		return []widget.Cell{{Text: l.words[0], Style: s.th.Muted}, {Text: l.words[1], Style: s.th.Text},
			{Text: l.words[2], Style: s.th.Muted}, {Text: l.words[3], Style: s.th.Text}}
	})
	if len(rows) == 0 {
		rows = []stretch{{text: "   " + s.th.Muted.Render("no route was called")}}
	}
	return append([]stretch{s.heading("Busiest routes", "", w)}, rows...)
}
