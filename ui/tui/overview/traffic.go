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

// trafficLayout lays out the traffic of the last hour: the numbers beside the chart
// where there is room for them, else below it.
type trafficLayout struct {
	any     bool // there was traffic
	w       int
	chart   int // cells of the chart
	numbers int // cells of the numbers beside it, 0 if they are below
	rows    int // lines of the numbers
	errors  int // status classes of errors in the chart, each of which can have a strip
}

const (
	chartMargin    = 2  // cells left of the chart
	numbersGap     = 3  // cells between the chart and the numbers
	minNumbers     = 16 // cells of the numbers beside the chart
	maxNumbers     = 30
	minColumnLines = 3 // lines of the chart's columns
	timelineLines  = 2 // of the chart's axis of time
	spacedFrom     = 4 // lines over the minimum for a gap above the numbers
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

// minLines is the least number of lines below the heading.
func (t trafficLayout) minLines() int {
	chart := minColumnLines + timelineLines + min(t.errors, 1)
	switch {
	case !t.any:
		return 1
	case t.numbers > 0:
		return max(t.rows, chart)
	}
	return chart + t.rows
}

// maxLines is the number of lines it can use, for columns of so many.
func (t trafficLayout) maxLines(columns int) int {
	if !t.any {
		return 1
	}
	return t.minLines() + columns - minColumnLines + max(0, t.errors-1)
}

// trafficLines are the heading and h lines of the last hour, as a chart and in
// numbers.
func (s *screen) trafficLines(t trafficLayout, h int) []line {
	const title = "Requests, last hour"
	right := rate(s.data.PerSecond) + " now   " + text.Count(s.data.Today) + " today"
	if !t.any {
		return []line{s.heading(title, right, t.w), {text: "  " + s.sh.Theme().Muted.Render("no requests in the last hour")}}
	}
	if peak := s.peakText(); widget.Width(title+peak+right)+5 <= t.w {
		right = peak + right
	}
	lines := []line{s.heading(title, right, t.w)}
	high, gap := h, []line(nil)
	if t.numbers == 0 {
		high -= t.rows
		if h > t.minLines()+spacedFrom {
			high, gap = high-1, make([]line, 1)
		}
	}
	traffic := slices.IndexFunc(s.items, func(l item) bool { return l.block == blockTraffic })
	mark := "  "
	if s.cursor == traffic {
		mark = s.sh.Theme().Accent.Render("▌") + " "
	}
	var chart []line
	for l := range strings.SplitSeq(s.chartView(t.chart, high), "\n") {
		chart = append(chart, line{mark + l, []itemPos{{traffic, 0}}})
	}
	if t.numbers == 0 {
		return slices.Concat(lines, chart, gap, s.numberLines(t.w))
	}
	between := t.w - 1 - t.numbers - chartMargin - t.chart // so that the numbers end below the heading's
	return slices.Concat(lines, besideLines(chart, s.numberColumn(t.numbers), chartMargin+t.chart, between))
}

// chartCache is the last chart: it is costly to draw.
type chartCache struct {
	key  chartKey
	text string
}

type chartKey struct {
	version, w, h int
	styles        *theme.Styles
}

// chartView draws the last hour in w cells and h lines.
func (s *screen) chartView(w, h int) string {
	key := chartKey{s.version, w, h, s.sh.Theme()}
	if s.chart.text != "" && s.chart.key == key {
		return s.chart.text
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
	strip := func(name string, style lipgloss.Style, of func(model.MinuteCount) int64) {
		line.Strips = append(line.Strips, widget.Strip{Name: name, Style: style, Values: series(of)})
	}
	came := s.errorClasses()
	if came[0] && came[1] && h <= minColumnLines+timelineLines+1 {
		strip("errors", s.sh.Theme().Bad, func(m model.MinuteCount) int64 { return m.Refused + m.Failed })
	} else {
		if came[0] {
			strip("4xx", s.sh.Theme().Warn, func(m model.MinuteCount) int64 { return m.Refused })
		}
		if came[1] {
			strip("5xx", s.sh.Theme().Bad, func(m model.MinuteCount) int64 { return m.Failed })
		}
	}
	s.chart = chartCache{key, line.View(s.sh.Theme(), w, h)}
	return s.chart.text
}

// errorClasses reports whether there are 4xx and 5xx in the chart.
func (s *screen) errorClasses() (came [2]bool) {
	for _, m := range s.data.Minutes {
		came[0] = came[0] || m.Refused > 0
		came[1] = came[1] || m.Failed > 0
	}
	return came
}

// minuteRate is the rate per second of minute i, which has n requests. The last minute
// is not over yet: in its first ten seconds the current rate is used instead.
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

// peakText says the rate of the busiest minute, "" without one. The rate now, over ten
// seconds, may be higher.
func (s *screen) peakText() string {
	var top model.MinuteCount
	for _, m := range s.data.Minutes {
		if m.Requests > top.Requests {
			top = m
		}
	}
	if top.Requests == 0 {
		return ""
	}
	return "peak minute " + rate(float64(top.Requests)/time.Minute.Seconds()) + " at " + top.At.In(s.sh.Now().Location()).Format("15:04") + "   "
}

// rate formats requests a second in at most six cells: 0.25/s, 1.5/s, 42/s, 12k/s.
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

// numberColumn lists the numbers one to a line, for use beside the chart.
func (s *screen) numberColumn(w int) []line {
	cols := []widget.Column{{Width: 3}, {Width: 9, Flex: 1, Right: true}, {Width: 5, Right: true, Drop: 1}}
	var lines []line
	for i := range s.items {
		if l := &s.items[i]; l.block == blockNumbers {
			cells := l.styled(s.numberStyle(l), s.sh.Theme().Text, s.sh.Theme().Muted)
			lines = append(lines, line{widget.Row(s.sh.Theme(), cols, cells, i == s.cursor, w), []itemPos{{i, 0}}})
		}
	}
	return lines
}

// numberStyle is the style of a number's name.
func (s *screen) numberStyle(l *item) lipgloss.Style {
	switch {
	case l.bad:
		return s.sh.Theme().Bad
	case l.warn:
		return s.sh.Theme().Warn
	}
	return s.sh.Theme().Muted
}

// numberLines puts the numbers side by side on one or two lines, for use below the chart.
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
