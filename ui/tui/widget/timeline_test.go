package widget

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"keydeck/ui/tui/theme"
)

// quarters is a chart of values, a minute each, that begins at 12:00.
func quarters(values []float64, strips ...Strip) Timeline {
	return Timeline{Values: values, Strips: strips, Rate: func(v float64) string { return fmt.Sprint(v) }, Time: func(i int) string {
		if i%15 == 0 {
			return fmt.Sprintf("12:%02d", i)
		}
		return ""
	}}
}

func TestTimeline(t *testing.T) {
	rising := make([]float64, 30)
	for i := range rising {
		rising[i] = float64(i)
	}
	tests := []struct {
		name string
		of   Timeline
		w, h int
		want string
	}{
		{"a column a value", quarters([]float64{0, 1, 4, 8}), 11, 3, `
     8│ ▁▄█
     0└────
        now`},
		{"columns are equally wide", quarters([]float64{4, 8, 2}), 17, 4, `
     8│   ███
      │██████▄▄▄
     0└─────────
       12:00 now`},
		{"little is not nothing", quarters([]float64{0, 1, 1000}), 10, 3, `
  1000│ ▁█
     0└───
       now`},
		{"several values a column", quarters(rising), 22, 4, `
    30│        ▁▂▃▄▅▆▇
      │▁▁▂▃▅▆▇████████
     0└───────────────
       12:00       now`},
		{"times stand below their columns", quarters(rising), 37, 4, `
    30│                ▁▁▂▂▃▃▄▄▅▅▆▆▇▇
      │ ▁▁▂▂▃▃▄▄▅▅▆▆▇▇███████████████
     0└──────────────────────────────
       12:00          12:15       now`},
		{"a strip has its own scale", quarters([]float64{8, 8, 8, 8}, Strip{Name: "4xx", Values: []float64{0, 0.5, 1, 0.01}}), 11, 4, `
     8│████
     0└────
        now
   4xx  ▄█▁`},
		{"nothing but zeros", quarters([]float64{0, 0, 0}, Strip{Name: "4xx", Values: []float64{0, 0, 0}}), 10, 4, `
   0.1│
     0└───
       now
   4xx`},
		{"what is no number", quarters([]float64{math.NaN(), -1, math.Inf(1)}), 10, 3, `
 1e+15│  █
     0└───
       now`},
		{"no values", quarters(nil), 20, 5, "\n"},
		{"no room", quarters([]float64{1}), 20, 2, "\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			view := tt.of.View(theme.Mono(), tt.w, tt.h)
			if got := "\n" + trim(ansi.Strip(view)); got != tt.want {
				t.Errorf("got:%s\nwant:%s", got, tt.want)
			}
		})
	}
}

func trim(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " ")
	}
	return strings.Join(lines, "\n")
}

// TestTimelineKeepsItsRoom checks that a chart is as high as asked and as wide as it
// says.
func TestTimelineKeepsItsRoom(t *testing.T) {
	c := quarters(slices.Repeat([]float64{1, 7, 3}, 20), Strip{Name: "4xx", Values: slices.Repeat([]float64{1, 0, 0}, 20)})
	for w := 10; w < 250; w += 21 {
		width, each := c.Fit(w)
		if width > w || each < 1 {
			t.Errorf("Fit(%d) = %d, %d", w, width, each)
		}
		for h := 4; h < 20; h += 7 {
			lines := strings.Split(c.View(theme.Dark(), w, h), "\n")
			if len(lines) != h {
				t.Errorf("%dx%d: %d lines", w, h, len(lines))
			}
			for _, l := range lines {
				if Width(l) != width {
					t.Errorf("%dx%d: a line has %d cells, want %d: %q", w, h, Width(l), width, l)
				}
			}
		}
	}
}

// TestNiceTop checks that labels are round, and that the highest column fits and fills
// much of the chart.
func TestNiceTop(t *testing.T) {
	for _, most := range []float64{0.001, 0.4, 1, 7, 38, 99, 100, 101, 4096, 1e6} {
		for high := 1; high < 20; high++ {
			step := labelStep(high)
			top := niceTop([]float64{0, most}, high, step)
			if top < most || most >= 0.1*float64(high)/float64(step) && top > 2*most {
				t.Errorf("%v in %d lines: the top is %v", most, high, top)
			}
		}
	}
}
