package tui

import (
	"cmp"
	"strings"

	"keydeck/ui/text"
	"keydeck/ui/tui/widget"
)

// loadingView, emptyView and problemView are the three states of a screen that
// has nothing to show: each says what comes or what to do.

func loadingView(d *desk, what string) string {
	return "\n\n  " + d.th.Muted.Render(what+"…")
}

func emptyView(d *desk, what, why, key, does string) string {
	lines := []string{"", "", "  " + d.th.Bold.Render(what)}
	if why != "" {
		lines = append(lines, "")
	}
	for _, l := range widget.Wrap(why, min(70, d.body.W-4)) {
		lines = append(lines, "  "+d.th.Muted.Render(l))
	}
	if key != "" {
		lines = append(lines, "", "  "+d.th.Key.Render(key)+" "+d.th.Text.Render(does))
	}
	return strings.Join(lines, "\n")
}

func problemView(d *desk, what, why string) string {
	lines := []string{"", "", "  " + d.th.Bad.Render("× "+what)}
	for _, l := range widget.Wrap(text.Sentence(why), min(70, d.body.W-6)) {
		lines = append(lines, "    "+d.th.Muted.Render(l))
	}
	return strings.Join(append(lines, "", "    "+d.th.Muted.Render("It is tried again by itself.")), "\n")
}

// pairs draws names and values below each other, under a heading. Values are
// wrapped, never cut.
func pairs(d *desk, w int, heading string, rows [][2]string) string {
	name := 0
	for _, r := range rows {
		name = max(name, widget.Width(r[0]))
	}
	var lines []string
	if heading != "" {
		lines = append(lines, d.th.Heading.Render(heading))
	}
	for _, r := range rows {
		for i, l := range widget.Wrap(cmp.Or(r[1], "–"), max(8, w-name-4)) {
			label := ""
			if i == 0 {
				label = r[0]
			}
			lines = append(lines, "  "+d.th.Muted.Render(widget.Left(label, name))+"  "+d.th.Text.Render(l))
		}
	}
	return strings.Join(lines, "\n")
}

// noteLines wraps a side note.
func noteLines(d *desk, w int, note string) []string {
	lines := widget.Wrap(note, w-2)
	for i, l := range lines {
		lines[i] = "  " + d.th.Muted.Render(l)
	}
	return lines
}
