// Package widget has the parts screens are made of: lines and boxes, a table, a
// text input and a text area, a form, a chart. A widget is a plain struct with
// state and a pure View; it does no I/O and knows no screen. Widths and heights
// are in terminal cells; text must be plain (text.Visible) or styled by us.
package widget

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"keydeck/ui/tui/theme"
)

// Clip cuts s to w cells, the last of them an ellipsis.
func Clip(s string, w int) string {
	if w <= 0 {
		return ""
	}
	if Width(s) <= w {
		return s
	}
	return ansi.Truncate(s, w, "…")
}

// ClipMiddle cuts s to w cells in the middle, for ids and paths.
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

// Left clips or pads s to exactly w cells, aligned left.
func Left(s string, w int) string {
	s = Clip(s, w)
	return s + strings.Repeat(" ", max(0, w-Width(s)))
}

// Right clips or pads s to exactly w cells, aligned right.
func Right(s string, w int) string {
	s = Clip(s, w)
	return strings.Repeat(" ", max(0, w-Width(s))) + s
}

// Ends puts a text at each end of a line of w cells. The left one is cut where
// both do not fit.
func Ends(left, right string, w int) string {
	right = Clip(right, w)
	return Left(left, max(0, w-Width(right))) + right
}

// Fit clips or pads s to exactly h lines of exactly w cells.
func Fit(s string, w, h int) string {
	out := make([]string, h)
	for i := range out {
		var line string
		line, s, _ = strings.Cut(s, "\n")
		out[i] = Left(line, w)
	}
	return strings.Join(out, "\n")
}

// Beside puts two texts side by side: the left one in lw cells, then gap cells,
// then the right one.
func Beside(left, right string, lw, gap int) string {
	ls, rs := strings.Split(left, "\n"), strings.Split(right, "\n")
	out := make([]string, max(len(ls), len(rs)))
	copy(out, ls)
	for i := range out {
		out[i] = Left(out[i], lw) + strings.Repeat(" ", gap)
		if i < len(rs) {
			out[i] += rs[i]
		}
	}
	return strings.Join(out, "\n")
}

// Wrap breaks plain text into lines of at most w cells, at spaces where it can.
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

// Rule is a line of w cells with an optional label near its right end.
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

// Box draws a border around body, with the title in its upper edge. It is w
// cells wide, of which borders and padding take BoxWidth.
func Box(st *theme.Styles, title, body string, w int) string {
	inner := w - BoxWidth
	title = Clip(title, inner)
	b := st.Border.Render
	lines := []string{b("┌ ") + st.Bold.Render(title) + b(" "+strings.Repeat("─", max(0, w-Width(title)-4))+"┐")}
	for l := range strings.SplitSeq(body, "\n") {
		lines = append(lines, b("│")+"  "+Left(l, inner)+"  "+b("│"))
	}
	lines = append(lines, b("└"+strings.Repeat("─", w-2)+"┘"))
	return strings.Join(lines, "\n")
}

// BoxWidth and BoxHeight are the cells and lines a box takes around its body.
const (
	BoxWidth  = 6
	BoxHeight = 2
)

// Margin puts a space on both sides of a box, to set it off from what it covers.
func Margin(box string) string {
	return " " + strings.ReplaceAll(box, "\n", " \n ") + " "
}
