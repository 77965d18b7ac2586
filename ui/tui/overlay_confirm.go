package tui

import (
	"cmp"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"keydeck/ui/text"
	"keydeck/ui/tui/widget"
)

// confirm states an effect and asks for it. No is the default: Enter alone does
// nothing but close it. With a word to be typed, that word and Enter are the
// yes. Opened with openGuarded, so that no key in flight can answer it.
type confirm struct {
	*desk
	title string
	lines []string
	yes   string // what yes does: "revoke"
	word  *widget.Input
	want  string // what must be typed, with word
	miss  string // what is said of another word, "" where it is a name
	err   string
	quits bool // a second ctrl+c is a yes
	run   func() tea.Cmd

	suspends bool // a second ctrl+z is a yes
}

// newConfirm asks for what run does. The lines state its effect; yes names it.
func newConfirm(d *desk, title string, lines []string, yes string, run func() tea.Cmd) *confirm {
	return &confirm{desk: d, title: title, lines: lines, yes: yes, run: run}
}

// typed makes a confirmation that wants a word typed.
func (c *confirm) typed(want string) *confirm {
	c.want, c.word = want, widget.NewInput("", "", 0)
	return c
}

func (c *confirm) Title() string { return c.title }
func (c *confirm) Typing() bool  { return c.word != nil }

func (c *confirm) Update(msg tea.Msg) tea.Cmd {
	if c.word != nil && c.word.Update(msg) {
		c.err = ""
	}
	return nil
}

func (c *confirm) accept() tea.Cmd {
	if c.word != nil && text.Visible(c.word.Value()) != c.want {
		c.err = cmp.Or(c.miss, "that is not the name")
		return nil
	}
	c.close()
	return c.run()
}

func (c *confirm) decline() tea.Cmd {
	c.close()
	return nil
}

func (c *confirm) Commands() []Command {
	if c.word != nil {
		return []Command{
			{ID: "confirm.no", Title: "leave it as it is", Short: "no, back", Key: on("esc"), Run: c.decline},
			{ID: "confirm.yes", Title: c.yes, Short: c.yes, Key: on("enter"), Run: c.accept},
		}
	}
	return []Command{
		{ID: "confirm.no", Title: "leave it as it is", Short: "no (enter)", Key: on("n", "N", "esc", "enter", "q"), Run: c.decline},
		{ID: "confirm.yes", Title: c.yes, Short: c.yes, Key: on("y", "Y"), Run: c.accept},
	}
}

func (c *confirm) width(r Rect) int { return min(r.W, 66) }

func (c *confirm) View(r Rect) string {
	var lines []string
	for _, l := range c.lines {
		if l == "" {
			lines = append(lines, "")
		}
		for _, part := range widget.Wrap(l, r.W) {
			lines = append(lines, c.th.Text.Render(part))
		}
	}
	if c.word != nil {
		if len(lines)+4 > r.H { // and the line that says what is wrong with the word
			lines = slices.DeleteFunc(lines, func(l string) bool { return l == "" })
			lines = lines[:min(len(lines), max(1, r.H-4))]
		}
		lines = append(lines, "", c.th.Muted.Render("Type ")+c.th.Bold.Render(c.want)+c.th.Muted.Render(" to go on:"),
			c.th.Accent.Render("▌ ")+c.word.View(c.th, r.W-2, true))
		if c.err != "" {
			lines = append(lines, c.th.Bad.Render("× "+c.err))
		}
	}
	return strings.Join(lines, "\n")
}

func (c *confirm) fleeting() bool { return c.word == nil }
