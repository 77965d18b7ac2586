package widget

import (
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/NimbleMarkets/ntcharts/v2/canvas"
	"github.com/NimbleMarkets/ntcharts/v2/canvas/graph"
	"github.com/NimbleMarkets/ntcharts/v2/linechart"
	"github.com/NimbleMarkets/ntcharts/v2/sparkline"

	"keydeck/ui/tui/theme"
)

// Timeline is a chart of columns over time, with two axes, and strips of a line
// each below it for what would not be seen beside the columns. Every value
// stands for the same span of time; the oldest comes first.
//
// What stands in which place is told by words: the axes have labels and every
// strip has its name, so that no colour is needed.
type Timeline struct {
	Values []float64
	Strips []Strip
	Rate   func(float64) string // label of the axis of values; ASCII, at most 6 cells
	Time   func(i int) string   // label of the axis of time where value i begins, "" for none; ASCII
}

// Strip is a series on a scale of its own.
type Strip struct {
	Name   string
	Values []float64
	Style  lipgloss.Style
}

const (
	timelineGutter = 7 // cells for the labels of values, and the axis
	timelineAxis   = 2 // lines for the axis of time, and its labels

	timelineEnd = "now" // below the right end
)

// Fit is how many cells a chart takes in w cells, and how many values become one
// column: columns are all equally wide.
func (t *Timeline) Fit(w int) (width, each int) {
	n, room := max(1, len(t.Values)), max(1, w-timelineGutter)
	each = (n + room - 1) / room
	columns := (n + each - 1) / each
	return timelineGutter + columns*max(1, room/columns), each
}

// View draws the chart in w cells and h lines, of which the axis of time takes
// two and each strip one.
func (t *Timeline) View(st *theme.Styles, w, h int) string {
	width, each := t.Fit(w)
	room := width - timelineGutter
	high := h - timelineAxis - len(t.Strips)
	if len(t.Values) == 0 || high < 1 {
		return ""
	}
	values := means(t.Values, each)
	span := room / len(values) // cells of a column
	step := labelStep(high)
	top := niceTop(values, high, step)
	// The chart is drawn without style and coloured by place below: a line is then
	// three runs of colour and not one a cell.
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
		case y > high: // ntcharts begins these at the axis, a cell before what they are about
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

// label is what stands below cell x of the columns.
func (t *Timeline) label(x, room, span, each int) string {
	from := x / span * each
	for i := from; i < min(from+each, len(t.Values)); i++ {
		if l := t.Time(i); l != "" && x+len(l) < room-len(timelineEnd) {
			return l
		}
	}
	return ""
}

// view draws a strip as wide as the chart above it.
func (s *Strip) view(w, each, span int) string {
	values := means(s.Values, each)
	top := 0.0
	for _, v := range values {
		top = max(top, v)
	}
	line := sparkline.New(w, 1, sparkline.WithNoAutoMaxValue(), sparkline.WithMaxValue(1))
	if top > 0 {
		line.PushAll(heights(values, 1/top, span))
	}
	line.DrawColumnsOnly()
	return s.Style.Render(Right(s.Name, timelineGutter-1)) + " " + s.Style.Render(string(cellsOf(&line.Canvas, 0)))
}

// cellsOf is a line of a canvas as text. The canvas' own View renders every cell
// by itself, which takes more time than all the rest.
func cellsOf(c *canvas.Model, y int) []rune {
	cells := make([]rune, c.Width())
	for x := range cells {
		if cells[x] = c.Cell(canvas.Point{X: x, Y: y}).Rune; cells[x] == 0 {
			cells[x] = ' '
		}
	}
	return cells
}

// together gives one value, the mean, for every n of them. What is no number that
// can be drawn is drawn as nothing, or as much.
func means(values []float64, n int) []float64 {
	out := make([]float64, 0, (len(values)+n-1)/n)
	for len(values) > 0 {
		part := values[:min(n, len(values))]
		sum := 0.0
		for _, v := range part {
			if v > 0 { // not for NaN
				sum += min(v, 1e15)
			}
		}
		out = append(out, sum/float64(len(part)))
		values = values[len(part):]
	}
	return out
}

// least is the smallest height that ntcharts draws, in lines.
const minHeight = 1.0 / 8

// heights scales values to lines, each for as many cells as a column is wide.
// What is not zero is seen, however small it is.
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

// labelStep is how many lines there are from one label of the values' axis to
// the next: half of the chart where it is low.
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

// niceTop is the least value of the topmost line for which the labels, one every
// step lines, are round numbers and no column is too high.
func niceTop(values []float64, high, step int) float64 {
	most := 0.0
	for _, v := range values {
		most = max(most, v)
	}
	const smallest = 0.1 // of a label, so that an hour with one request has one too
	for unit := smallest; ; unit *= 10 {
		for _, n := range [...]float64{1, 1.5, 2, 2.5, 3, 4, 5, 6, 8} {
			if top := n * unit * float64(high) / float64(step); top >= most {
				return top
			}
		}
	}
}
