package shell

import (
	"cmp"
	"strings"

	"keydeck/ui/text"
	"keydeck/ui/tui/widget"
)

// LoadingView, EmptyView and ProblemView are the views of a screen without data.

func LoadingView(sh *Shell, what string) string {
	return "\n\n  " + sh.state.Theme.Muted.Render(what+"…")
}

func EmptyView(sh *Shell, what, why, key, does string) string {
	lines := []string{"", "", "  " + sh.state.Theme.Bold.Render(what)}
	if why != "" {
		lines = append(lines, "")
	}
	for _, l := range widget.Wrap(why, min(70, sh.state.Body.W-4)) {
		lines = append(lines, "  "+sh.state.Theme.Muted.Render(l))
	}
	if key != "" {
		lines = append(lines, "", "  "+sh.state.Theme.Key.Render(key)+" "+sh.state.Theme.Text.Render(does))
	}
	return strings.Join(lines, "\n")
}

func ProblemView(sh *Shell, what, why string) string {
	lines := []string{"", "", "  " + sh.state.Theme.Bad.Render("× "+what)}
	for _, l := range widget.Wrap(text.Sentence(why), min(70, sh.state.Body.W-6)) {
		lines = append(lines, "    "+sh.state.Theme.Muted.Render(l))
	}
	return strings.Join(append(lines, "", "    "+sh.state.Theme.Muted.Render("It is tried again by itself.")), "\n")
}

// Pairs draws rows of a name and a value under a heading. Values are wrapped, never
// cut.
func Pairs(sh *Shell, w int, heading string, rows [][2]string) string {
	name := 0
	for _, r := range rows {
		name = max(name, widget.Width(r[0]))
	}
	var lines []string
	if heading != "" {
		lines = append(lines, sh.state.Theme.Heading.Render(heading))
	}
	for _, r := range rows {
		for i, l := range widget.Wrap(cmp.Or(r[1], "–"), max(8, w-name-4)) {
			label := ""
			if i == 0 {
				label = r[0]
			}
			lines = append(lines, "  "+sh.state.Theme.Muted.Render(widget.Left(label, name))+"  "+sh.state.Theme.Text.Render(l))
		}
	}
	return strings.Join(lines, "\n")
}

// NoteLines wraps a side note.
func NoteLines(sh *Shell, w int, note string) []string {
	lines := widget.Wrap(note, w-2)
	for i, l := range lines {
		lines[i] = "  " + sh.state.Theme.Muted.Render(l)
	}
	return lines
}
