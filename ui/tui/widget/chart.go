package widget

import (
	"slices"
	"strings"
)

// eighths are columns of one to eight eighths of a cell.
var eighths = []rune("▁▂▃▄▅▆▇█")

// Columns draws values as a chart of w columns in h lines, the highest as high
// as the chart. A column that stands for several values is as high as the
// highest of them. What is not zero is seen, however small it is.
func Columns(values []int64, w, h int) string {
	if w <= 0 || h <= 0 {
		return ""
	}
	top := int64(1)
	if len(values) > 0 {
		top = max(top, slices.Max(values))
	}
	full := int64(h * len(eighths))
	lines := make([]strings.Builder, h)
	for x := range w {
		from, to := x*len(values)/w, (x+1)*len(values)/w
		var v int64
		for _, n := range values[from:min(len(values), max(to, from+1))] {
			v = max(v, n)
		}
		level := int((v*full + top/2) / top)
		if v > 0 {
			level = max(1, level)
		}
		for y := range lines {
			switch part := level - (h-1-y)*len(eighths); {
			case part <= 0:
				lines[y].WriteByte(' ')
			default:
				lines[y].WriteRune(eighths[min(part, len(eighths))-1])
			}
		}
	}
	out := make([]string, h)
	for y := range lines {
		out[y] = lines[y].String()
	}
	return strings.Join(out, "\n")
}
