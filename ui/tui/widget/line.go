// Package widget holds the parts that screens are put together from: lines and
// boxes, a table, a text input, a form. A widget is a plain struct with state
// and a pure View; it does no I/O and knows no screen.
package widget

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"keydeck/ui/tui/theme"
)

// Clip cuts s to w cells and marks the cut with an ellipsis.
func Clip(s string, w int) string {
	if w <= 0 {
		return ""
	}
	if Width(s) <= w {
		return s
	}
	return ansi.Truncate(s, w, "…")
}

// ClipMiddle cuts the middle out of s, for ids and paths whose ends both matter.
func ClipMiddle(s string, w int) string {
	have := Width(s)
	if have <= w {
		return s
	}
	if w < 4 {
		return Clip(s, w)
	}
	head := (w - 1) / 2
	return ansi.Truncate(s, head, "") + "…" + ansi.TruncateLeft(s, have-(w-1-head), "")
}

// Left brings s to exactly w cells, filling up on the right.
func Left(s string, w int) string {
	s = Clip(s, w)
	return s + strings.Repeat(" ", max(0, w-Width(s)))
}

// Right brings s to exactly w cells, filling up on the left.
func Right(s string, w int) string {
	s = Clip(s, w)
	return strings.Repeat(" ", max(0, w-Width(s))) + s
}

// Ends puts one text at each end of a line of w cells. Where both do not fit
// the left one is cut.
func Ends(left, right string, w int) string {
	right = Clip(right, w)
	return Left(left, max(0, w-Width(right))) + right
}

// Fit brings a text to exactly h lines of exactly w cells.
func Fit(s string, w, h int) string {
	lines := strings.Split(s, "\n")
	out := make([]string, h)
	for i := range out {
		if i < len(lines) {
			out[i] = Left(lines[i], w)
		} else {
			out[i] = strings.Repeat(" ", max(0, w))
		}
	}
	return strings.Join(out, "\n")
}

// Beside puts two texts next to each other, the left one lw cells wide, with a
// gap between them.
func Beside(left, right string, lw, gap int) string {
	ls, rs := strings.Split(left, "\n"), strings.Split(right, "\n")
	out := make([]string, max(len(ls), len(rs)))
	for i := range out {
		l, r := "", ""
		if i < len(ls) {
			l = ls[i]
		}
		if i < len(rs) {
			r = rs[i]
		}
		out[i] = Left(l, lw) + strings.Repeat(" ", gap) + r
	}
	return strings.Join(out, "\n")
}

// Wrap breaks plain text at spaces (and inside words where it must) into lines
// of at most w cells.
func Wrap(s string, w int) []string {
	if w <= 0 || s == "" {
		return nil
	}
	return strings.Split(ansi.Wrap(s, w, ""), "\n")
}

// Indent puts n spaces before every line.
func Indent(s string, n int) string {
	pad := strings.Repeat(" ", n)
	return pad + strings.ReplaceAll(s, "\n", "\n"+pad)
}

// Rule is a line across w cells, with an optional label near its right end.
func Rule(st *theme.Styles, label string, w int) string {
	if label == "" {
		return st.Faint.Render(strings.Repeat("─", max(0, w)))
	}
	label = Clip(label, w-12)
	rest := w - Width(label) - 2
	right := min(8, rest/2)
	return st.Faint.Render(strings.Repeat("─", max(0, rest-right))) + " " + st.Heading.Render(label) + " " +
		st.Faint.Render(strings.Repeat("─", max(0, right)))
}

// Box draws a border around body, with a title in its upper edge. The box is w
// cells wide, border included, and two cells of air stand on each side.
func Box(st *theme.Styles, title, body string, w int) string {
	inner := w - 6
	title = Clip(title, inner)
	b := st.Border.Render
	lines := []string{b("┌ ") + st.Bold.Render(title) + b(" "+strings.Repeat("─", max(0, w-Width(title)-4))+"┐")}
	for l := range strings.SplitSeq(body, "\n") {
		lines = append(lines, b("│")+"  "+Left(l, inner)+"  "+b("│"))
	}
	lines = append(lines, b("└"+strings.Repeat("─", w-2)+"┘"))
	return strings.Join(lines, "\n")
}

// BoxWidth and BoxHeight are what a box takes around its body.
const (
	BoxWidth  = 6
	BoxHeight = 2
)

// Margin puts a column of air on both sides of a box, so that it stands clear
// of what is under it.
func Margin(box string) string {
	return " " + strings.ReplaceAll(box, "\n", " \n ") + " "
}
