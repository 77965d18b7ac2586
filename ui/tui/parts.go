package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
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
	for _, l := range widget.Wrap(sentence(why), min(70, d.body.W-6)) {
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
		for i, l := range widget.Wrap(orElse(r[1], "–"), max(8, w-name-4)) {
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

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// nameForm asks for one name.
type nameForm struct {
	*desk
	title, verb string
	form        widget.Form
	done        func(name string) tea.Cmd
}

func newNameForm(d *desk, title, name, verb string, done func(string) tea.Cmd) *nameForm {
	return &nameForm{desk: d, title: title, verb: verb, done: done, form: widget.Form{Fields: []*widget.Field{
		{Label: "Name", Input: widget.NewInput(name, "for example web shop", model.MaxNameChars)},
	}}}
}

func (f *nameForm) Title() string            { return f.title }
func (f *nameForm) Typing() bool             { return true }
func (f *nameForm) View(r Rect) string       { return f.form.View(f.th, r.W, r.H) }
func (f *nameForm) width(r Rect) int         { return min(r.W, 60) }
func (f *nameForm) Update(m tea.Msg) tea.Cmd { f.form.Update(m); return nil }

func (f *nameForm) Commands() []Command {
	return []Command{
		{ID: "name.cancel", Title: "cancel", Short: "cancel", Key: on("esc"), Run: func() tea.Cmd { f.close(); return nil }},
		{ID: "name.save", Title: f.verb, Short: f.verb, Key: on("enter"), Run: f.save},
	}
}

func (f *nameForm) save() tea.Cmd {
	name := strings.TrimSpace(f.form.Fields[0].Input.Value())
	if name == "" {
		f.form.Fields[0].Err = "a name is needed"
		return nil
	}
	f.close()
	return f.done(name)
}
