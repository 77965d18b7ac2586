package overview

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"charm.land/lipgloss/v2"

	"keydeck/model"
	"keydeck/ui/text"
	"keydeck/ui/tui/theme"
	"keydeck/ui/tui/widget"
)

// trafficPlan is how the traffic of the last hour is laid out in a width: the
// numbers beside the chart where that leaves room for them, else below it.
type trafficLayout struct {
	any     bool // there was traffic at all
	w       int
	chart   int // cells of the chart
	numbers int // cells of the numbers beside it, 0 when they stand below
	rows    int // lines of the numbers
	errors  int // status classes of errors that the chart has, each of which can have a strip
}

const (
	chartMargin    = 2  // cells left of the chart
	numbersGap     = 3  // cells between the chart and the numbers
	minNumbers     = 16 // cells of the numbers beside the chart
	maxNumbers     = 30
	minColumnLines = 3 // lines of the chart's columns
	timelineLines  = 2 // of the chart's axis of time
	spacedFrom     = 4 // lines more than the least, from which on air stands above the numbers below
)

func (s *screen) trafficPlan(w int) trafficLayout {
	t := trafficLayout{any: s.total() > 0, w: w}
	if !t.any {
		return t
	}
	chart := widget.Timeline{Values: make([]float64, len(s.data.Minutes))}
	t.chart, _ = chart.Fit(w - chartMargin - 1)
	for _, came := range s.errorClasses() {
		if came {
			t.errors++
		}
	}
	if left := w - chartMargin - t.chart - numbersGap; left >= minNumbers {
		t.numbers, t.rows = min(left, maxNumbers), s.count(blockNumbers)
	} else {
		t.rows = len(s.numberLines(w))
	}
	return t
}

// least is how few lines the block below its heading can be drawn in.
func (t trafficLayout) minLines() int {
	switch {
	case !t.any:
		return 1
	case t.numbers > 0:
		return max(t.rows, minColumnLines+timelineLines+min(t.errors, 1))
	}
	return minColumnLines + timelineLines + min(t.errors, 1) + t.rows
}

// most is how many lines it can use, with columns of so many.
func (t trafficLayout) maxLines(columns int) int {
	if !t.any {
		return 1
	}
	return t.minLines() + columns - minColumnLines + max(0, t.errors-1)
}

// trafficLines are the heading and h lines of the last hour: the chart, and what
// it says in numbers, each of which leads to the requests it counts.
func (s *screen) trafficLines(t trafficLayout, h int) []line {
	o := &s.data
	if !t.any {
		return []line{s.heading("Requests a second, last hour", nowRate(o.PerSecond)+"   "+text.Count(o.Today)+" today", t.w),
			{text: "  " + s.sh.Theme().Muted.Render("none came in the last hour")}}
	}
	const title = "Requests a second, last hour"
	right := nowRate(o.PerSecond) + "   " + text.Count(o.Today) + " today"
	if peak := s.peakRate(right); widget.Width(title+peak)+5 <= t.w {
		right = peak
	}
	lines := []line{s.heading(title, right, t.w)}
	high, air := h, []line(nil)
	if t.numbers == 0 {
		high -= t.rows
		if h > t.minLines()+spacedFrom {
			high, air = high-1, make([]line, 1)
		}
	}
	traffic := slices.IndexFunc(s.items, func(l item) bool { return l.block == blockTraffic })
	mark := "  "
	if s.cursor == traffic {
		mark = s.sh.Theme().Accent.Render("▌") + " "
	}
	var chart []line
	for l := range strings.SplitSeq(s.chart(t.chart, high), "\n") {
		chart = append(chart, line{mark + l, []itemPos{{traffic, 0}}})
	}
	if t.numbers == 0 {
		return slices.Concat(lines, chart, air, s.numberLines(t.w))
	}
	return slices.Concat(lines, besideLines(chart, s.numberColumn(t.numbers), chartMargin+t.chart, numbersGap-1))
}

// drawnChart is a chart and what it was drawn of.
type chartCache struct {
	version, w, h int
	styles        *theme.Styles
	text          string
}

// chart draws the last hour in w cells and h lines. It is kept, for as long as
// nothing of it changes.
func (s *screen) chart(w, h int) string {
	now := chartCache{version: s.version, w: w, h: h, styles: s.sh.Theme()}
	if kept := s.chartCache; kept.text != "" && kept.version == now.version && kept.w == w && kept.h == h && kept.styles == now.styles {
		return kept.text
	}
	minutes := s.data.Minutes
	series := func(of func(model.MinuteCount) int64) []float64 {
		values := make([]float64, len(minutes))
		for i, m := range minutes {
			values[i] = s.minuteRate(i, of(m))
		}
		return values
	}
	line := widget.Timeline{Values: series(func(m model.MinuteCount) int64 { return m.Requests }), Rate: rate, Time: func(i int) string {
		if at := minutes[i].At.In(s.sh.Now().Location()); at.Minute()%15 == 0 {
			return at.Format("15:04")
		}
		return ""
	}}
	refused := widget.Strip{Name: "4xx", Style: s.sh.Theme().Warn, Values: series(func(m model.MinuteCount) int64 { return m.Refused })}
	failed := widget.Strip{Name: "5xx", Style: s.sh.Theme().Bad, Values: series(func(m model.MinuteCount) int64 { return m.Failed })}
	both := widget.Strip{Name: "errors", Style: s.sh.Theme().Bad, Values: series(func(m model.MinuteCount) int64 { return m.Refused + m.Failed })}
	switch s.errorClasses() {
	case [2]bool{true, true}:
		line.Strips = []widget.Strip{refused, failed}
		if h <= minColumnLines+timelineLines+1 {
			line.Strips = []widget.Strip{both}
		}
	case [2]bool{true, false}:
		line.Strips = []widget.Strip{refused}
	case [2]bool{false, true}:
		line.Strips = []widget.Strip{failed}
	}
	now.text = line.View(s.sh.Theme(), w, h)
	s.chartCache = now
	return now.text
}

// errorsCame tells whether there is anything of 4xx and of 5xx in the chart.
func (s *screen) errorClasses() (came [2]bool) {
	for _, m := range s.data.Minutes {
		came[0] = came[0] || m.Refused > 0
		came[1] = came[1] || m.Failed > 0
	}
	return came
}

// perSecondIn spreads n of the requests of minute i over its seconds. The last
// minute is under way: of its beginning too little is known yet, and the rate of
// the last ten seconds stands for it.
func (s *screen) minuteRate(i int, n int64) float64 {
	m := s.data.Minutes[i]
	passed := min(s.data.At.Sub(m.At.Time), time.Minute)
	switch {
	case i < len(s.data.Minutes)-1:
		passed = time.Minute
	case passed < 10*time.Second && m.Requests > 0:
		return s.data.PerSecond * float64(n) / float64(m.Requests)
	case passed < 10*time.Second:
		return 0
	}
	return float64(n) / passed.Seconds()
}

// peak puts the busiest minute in words, for who does not see the chart, before
// what is said of now; or says that now is busier than all of them.
func (s *screen) peakRate(now string) string {
	var top model.MinuteCount
	for _, m := range s.data.Minutes {
		if m.Requests > top.Requests {
			top = m
		}
	}
	perSecond := float64(top.Requests) / time.Minute.Seconds()
	switch {
	case s.data.PerSecond > perSecond:
		return "peak " + now
	case top.Requests == 0:
		return now
	}
	return "peak " + rate(perSecond) + " at " + top.At.In(s.sh.Now().Location()).Format("15:04") + "   " + now
}

func nowRate(n float64) string { return rate(n) + " now" }

// rate says requests a second in at most six cells: 0.25/s, 1.5/s, 42/s, 12k/s.
func rate(n float64) string {
	digits, unit := 0, "/s"
	switch {
	case n < 1:
		digits = 2
	case n < 9.95:
		digits = 1
	case n >= 999_500:
		n, unit = n/1e6, "M/s"
	case n >= 9999.5:
		n, unit = n/1e3, "k/s"
	}
	scale := math.Pow10(digits)
	return strconv.FormatFloat(math.Round(n*scale)/scale, 'f', -1, 64) + unit
}

// took is text.Took for what may be far below a millisecond.
func took(micros int64) string {
	if micros < 1000 {
		return strconv.FormatInt(micros, 10) + " µs"
	}
	return text.Took(micros)
}

// numberColumn is a line for each number, for beside the chart.
func (s *screen) numberColumn(w int) []line {
	cols := []widget.Column{{Width: 3}, {Width: 9, Flex: 1, Right: true}, {Width: 5, Right: true, Drop: 1}}
	var lines []line
	for i := range s.items {
		if l := &s.items[i]; l.block == blockNumbers {
			cells := []widget.Cell{{Text: l.cells[0], Style: s.numberStyle(l)}, {Text: l.cells[1], Style: s.sh.Theme().Text}, {Text: l.cells[2], Style: s.sh.Theme().Muted}}
			lines = append(lines, line{widget.Row(s.sh.Theme(), cols, cells, i == s.cursor, w), []itemPos{{i, 0}}})
		}
	}
	return lines
}

// numberStyle is the style of what a number is called.
func (s *screen) numberStyle(l *item) lipgloss.Style {
	switch {
	case l.bad:
		return s.sh.Theme().Bad
	case l.warn:
		return s.sh.Theme().Warn
	}
	return s.sh.Theme().Muted
}

// numberLines are the numbers next to each other, for below the chart: on one
// line, or on two where that is too long.
func (s *screen) numberLines(w int) []line {
	var parts [2]line // status classes, durations
	for i := range s.items {
		l := &s.items[i]
		if l.block != blockNumbers {
			continue
		}
		to := &parts[0]
		if strings.HasPrefix(l.id, "p") {
			to = &parts[1]
		}
		mark, name, value := " ", s.numberStyle(l), s.sh.Theme().Text
		if i == s.cursor {
			mark, name, value = s.sh.Theme().On(s.sh.Theme().Accent).Render("▌"), s.sh.Theme().On(name), s.sh.Theme().On(value)
		}
		to.items = append(to.items, itemPos{i, widget.Width(to.text)})
		to.text += mark + name.Render(l.cells[0]) + value.Render(" "+l.cells[1]) + "  "
	}
	if lw := w - widget.Width(parts[1].text); widget.Width(parts[0].text)+1 <= lw {
		parts[1].text = strings.TrimSuffix(parts[1].text, " ")
		return besideLines(parts[:1], parts[1:], lw+1, 0)
	}
	return parts[:]
}
