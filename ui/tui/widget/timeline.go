package widget

import (
	"slices"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/NimbleMarkets/ntcharts/v2/canvas"
	"github.com/NimbleMarkets/ntcharts/v2/canvas/graph"
	"github.com/NimbleMarkets/ntcharts/v2/linechart"
	"github.com/NimbleMarkets/ntcharts/v2/sparkline"

	"keydeck/ui/tui/theme"
)

// Timeline is a column chart over time with two axes. Strips of one line below it
// show series too small to see beside the columns. All values stand for the same
// span of time, oldest first. Axes and strips are labelled, so the chart can be
// read without colour.
type Timeline struct {
	Values []float64
	Strips []Strip
	Rate   func(float64) string // label of a value; ASCII, at most 6 cells
	Time   func(i int) string   // label of the time at which value i begins, "" for none; ASCII
}

// Strip is a series on a scale of its own.
type Strip struct {
	Name   string
	Values []float64
	Style  lipgloss.Style
}

const (
	timelineGutter = 7 // cells of the value labels and the axis
	timelineAxis   = 2 // lines of the time axis and its labels
	timelineEnd    = "now"
)

// Fit is how many of w cells the chart takes, and how many values it merges into
// one column. All columns are equally wide.
func (t *Timeline) Fit(w int) (width, each int) {
	n, room := max(1, len(t.Values)), max(1, w-timelineGutter)
	each = (n + room - 1) / room
	columns := (n + each - 1) / each
	return timelineGutter + columns*max(1, room/columns), each
}

// View draws the chart in w cells and h lines. The time axis takes two of them,
// each strip one.
func (t *Timeline) View(st *theme.Styles, w, h int) string {
	width, each := t.Fit(w)
	room := width - timelineGutter
	high := h - timelineAxis - len(t.Strips)
	if len(t.Values) == 0 || high < 1 {
		return ""
	}
	values := means(t.Values, each)
	span := room / len(values) // cells per column
	step := labelStep(high)
	top := niceTop(values, high, step)
	// The chart is drawn unstyled and coloured below, in three runs per line: the
	// canvas would style every cell by itself.
	c := linechart.New(width, high+timelineAxis, 0, float64(room), 0, top,
		linechart.WithXYSteps(span, step),
		linechart.WithXLabelFormatter(func(x int, _ float64) string { return t.label(x, room, span, each) }),
		linechart.WithYLabelFormatter(func(_ int, v float64) string { return Right(t.Rate(v), timelineGutter-1) }))
	c.DrawXYAxisAndLabel()
	foot := canvas.Point{X: c.Origin().X + 1, Y: c.Origin().Y - 1}
	graph.DrawColumns(&c.Canvas, foot, heights(values, float64(high)/top, span), lipgloss.NewStyle())
	lines := make([]string, high+timelineAxis)
	for y := range lines {
		cells := cellsOf(&c.Canvas, y)
		label, axis, body := string(cells[:timelineGutter-1]), string(cells[timelineGutter-1]), string(cells[timelineGutter:])
		style := st.Accent
		switch {
		case y == high:
			style = st.Faint
		case y > high: // ntcharts starts the labels a cell too far left
			axis, style = " ", st.Muted
			body = string(cells[timelineGutter-1:width-1-len(timelineEnd)]) + timelineEnd
		}
		lines[y] = st.Muted.Render(label) + st.Faint.Render(axis) + style.Render(body)
	}
	for _, s := range t.Strips {
		lines = append(lines, s.view(room, each, span))
	}
	return strings.Join(lines, "\n")
}

// label is the time label below cell x of the columns.
func (t *Timeline) label(x, room, span, each int) string {
	from := x / span * each
	for i := from; i < min(from+each, len(t.Values)); i++ {
		if l := t.Time(i); l != "" && x+len(l) < room-len(timelineEnd) {
			return l
		}
	}
	return ""
}

func (s *Strip) view(w, each, span int) string {
	values := means(s.Values, each)
	top := slices.Max(append(values, 0))
	line := sparkline.New(w, 1, sparkline.WithNoAutoMaxValue(), sparkline.WithMaxValue(1))
	if top > 0 {
		line.PushAll(heights(values, 1/top, span))
	}
	line.DrawColumnsOnly()
	return s.Style.Render(Right(s.Name, timelineGutter-1)) + " " + s.Style.Render(string(cellsOf(&line.Canvas, 0)))
}

// cellsOf is a line of a canvas as text. The canvas's View takes more time than
// all the rest, since it renders every cell by itself.
func cellsOf(c *canvas.Model, y int) []rune {
	cells := make([]rune, c.Width())
	for x := range cells {
		if cells[x] = c.Cell(canvas.Point{X: x, Y: y}).Rune; cells[x] == 0 {
			cells[x] = ' '
		}
	}
	return cells
}

// means gives the mean of every n values. Values are clamped to what can be
// drawn.
func means(values []float64, n int) []float64 {
	out := make([]float64, 0, (len(values)+n-1)/n)
	for len(values) > 0 {
		part := values[:min(n, len(values))]
		sum := 0.0
		for _, v := range part {
			if v > 0 { // false for NaN
				sum += min(v, 1e15)
			}
		}
		out = append(out, sum/float64(len(part)))
		values = values[len(part):]
	}
	return out
}

// minHeight is the smallest height ntcharts draws, in lines.
const minHeight = 1.0 / 8

// heights scales values to lines, span times each. Values above zero stay
// visible, however small.
func heights(values []float64, scale float64, span int) []float64 {
	out := make([]float64, 0, len(values)*span)
	for _, v := range values {
		if v *= scale; v > 0 {
			v = max(v, minHeight)
		}
		for range span {
			out = append(out, v)
		}
	}
	return out
}

// labelStep is the distance between value labels in a chart of so many lines.
func labelStep(high int) int {
	switch {
	case high >= 12:
		return 4
	case high >= 6:
		return 3
	case high >= 4:
		return 2
	}
	return high
}

// niceTop is the smallest value of the top line at which every column fits and
// the labels, one every step lines, are round numbers.
func niceTop(values []float64, high, step int) float64 {
	most := slices.Max(append(values, 0))
	for unit := 0.1; ; unit *= 10 {
		for _, n := range [...]float64{1, 1.5, 2, 2.5, 3, 4, 5, 6, 8} {
			if top := n * unit * float64(high) / float64(step); top >= most {
				return top
			}
		}
	}
}
