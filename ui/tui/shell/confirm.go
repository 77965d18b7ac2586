package shell

import (
	"cmp"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"keydeck/ui/text"
	"keydeck/ui/tui/widget"
)

// Confirm asks before something is done. The default is no: enter just closes it. If a
// word must be typed, the word and enter mean yes. Open it with OpenGuarded, so that no
// key in flight can answer it.
type Confirm struct {
	sh       *Shell
	Question string
	Lines    []string
	Yes      string // what yes does: "revoke"
	Word     *widget.Input
	expected string // what must be typed into Word
	Mismatch string // the error for another word; "": that it is not the name
	err      string
	Quits    bool // a second ctrl+c is a yes
	run      func() tea.Cmd

	Suspends bool // a second ctrl+z is a yes
}

// NewConfirm asks before run. The lines state its effect; yes names it.
func NewConfirm(sh *Shell, title string, lines []string, yes string, run func() tea.Cmd) *Confirm {
	return &Confirm{sh: sh, Question: title, Lines: lines, Yes: yes, run: run}
}

// Typed makes the confirmation require a typed word.
func (c *Confirm) Typed(want string) *Confirm {
	c.expected, c.Word = want, widget.NewInput("", "", 0)
	return c
}

func (c *Confirm) Title() string { return c.Question }
func (c *Confirm) Typing() bool  { return c.Word != nil }

func (c *Confirm) Update(msg tea.Msg) tea.Cmd {
	if c.Word != nil && c.Word.Update(msg) {
		c.err = ""
	}
	return nil
}

func (c *Confirm) accept() tea.Cmd {
	if c.Word != nil && text.Visible(c.Word.Value()) != c.expected {
		c.err = cmp.Or(c.Mismatch, "that is not the name")
		return nil
	}
	c.sh.Close()
	return c.run()
}

func (c *Confirm) decline() tea.Cmd {
	c.sh.Close()
	return nil
}

func (c *Confirm) Commands() []Command {
	if c.Word != nil {
		return []Command{
			{ID: "confirm.no", Title: "leave it as it is", Short: "no, back", Key: Keys("esc"), Run: c.decline},
			{ID: "confirm.yes", Title: c.Yes, Short: c.Yes, Key: Keys("enter"), Run: c.accept},
		}
	}
	return []Command{
		{ID: "confirm.no", Title: "leave it as it is", Short: "no (enter)", Key: Keys("n", "N", "esc", "enter", "q"), Run: c.decline},
		{ID: "confirm.yes", Title: c.Yes, Short: c.Yes, Key: Keys("y", "Y"), Run: c.accept},
	}
}

func (c *Confirm) Width(r Rect) int { return min(r.W, 66) }

func (c *Confirm) View(r Rect) string {
	var lines []string
	for _, l := range c.Lines {
		if l == "" {
			lines = append(lines, "")
		}
		for _, part := range widget.Wrap(l, r.W) {
			lines = append(lines, c.sh.state.Theme.Text.Render(part))
		}
	}
	if c.Word != nil {
		if len(lines)+4 > r.H { // and the line that says what is wrong with the word
			lines = slices.DeleteFunc(lines, func(l string) bool { return l == "" })
			lines = lines[:min(len(lines), max(1, r.H-4))]
		}
		lines = append(lines, c.WordLines(r.W)...)
	}
	return strings.Join(lines, "\n")
}

// WordLines ask for the word, in lines of w cells. They are none where none is asked for.
func (c *Confirm) WordLines(w int) []string {
	if c.Word == nil {
		return nil
	}
	st := c.sh.state.Theme
	lines := []string{"", st.Muted.Render("Type ") + st.Bold.Render(c.expected) + st.Muted.Render(" to go on:"),
		st.Accent.Render("▌ ") + c.Word.View(st, w-2, true)}
	if c.err != "" {
		lines = append(lines, st.Bad.Render("× "+c.err))
	}
	return lines
}

func (c *Confirm) Dismissable() bool { return c.Word == nil }
