package tui

import (
	"fmt"
	"strings"

	"keydeck/model"
	"keydeck/ui/tui/text"
	"keydeck/ui/tui/widget"
)

// stretch is a line of the overview and the leads that are drawn on it.
type stretch struct {
	text  string
	leads []int
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
	if r.W < wideW {
		chart := 2
		if r.H >= 20 {
			chart = 3
		}
		lines := append(s.needsLines(r.W), s.trafficLines(r.W, chart)...)
		lines = append(lines, s.busiest(r.W)...)
		return s.window(lines, r.W, r.H, note)
	}
	lw := (r.W - 4) * 3 / 5
	rw := r.W - 4 - lw
	left := append(s.needsLines(lw), s.trafficLines(lw, 8)...)
	right := append(s.keyLines(rw), stretch{})
	right = append(right, s.routeLines(rw)...)
	return widget.Beside(s.window(left, lw, r.H, note), s.window(right, rw, r.H, ""), lw, 4)
}

// window shows as many lines as there is room for, the one under the cursor
// among them, and says when there are more.
func (s *overviewScreen) window(lines []stretch, w, h int, note string) string {
	at := 0
	for i, l := range lines {
		for _, n := range l.leads {
			if n == s.cursor {
				at = i
			}
		}
	}
	off := max(0, min(at-h/2, len(lines)-h))
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
			out = append(out, stretch{widget.Row(s.th, cols, cells(l), i == s.cursor, w), []int{i}})
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
		lines = append(lines, stretch{mark + "  " + l, []int{traffic}})
	}
	lines = append(lines, stretch{mark + "  " + widget.Ends(s.th.Muted.Render("60 min ago   "+s.peak(o.Minutes)), s.th.Muted.Render("now "), w-4), []int{traffic}})
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
func (s *overviewScreen) classes() (string, []int) {
	line, leads := "  ", []int(nil)
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
		line += mark + word.Render(l.words[0]) + count.Render(" "+l.words[1]) + "  "
		leads = append(leads, i)
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
		out[i] = stretch{widget.Left(l.text, lw) + "   " + r.text, append(append([]int(nil), l.leads...), r.leads...)}
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
