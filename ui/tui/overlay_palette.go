package tui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/sahilm/fuzzy"

	"keydeck/ui/tui/widget"
)

// palette runs any command by a few letters of what it does or of its name.
type palette struct {
	*desk
	all   []Command
	words []string // of all, what the letters are looked for in
	found []Command
	run   func(Command) tea.Cmd
	input *widget.Input
	table widget.Table
}

const paletteRows = 12

func newPalette(d *desk, cmds []Command, run func(Command) tea.Cmd) *palette {
	p := &palette{desk: d, run: run, input: widget.NewInput("", "a few letters of a command", 60),
		all: slices.DeleteFunc(slices.Clone(cmds), func(c Command) bool { return c.Run == nil && c.Disabled == "" || c.ID == "palette" })}
	for i := range p.all {
		p.words = append(p.words, strings.TrimSpace(p.all[i].Title+" "+p.all[i].ID))
	}
	p.found = p.all
	return p
}

func (p *palette) Title() string    { return "Commands" }
func (p *palette) Typing() bool     { return true }
func (p *palette) width(r Rect) int { return min(r.W, 76) }

// search finds the commands that have the typed letters in this order, the best
// first, and before them those that have them side by side; all of them while
// nothing is typed.
func (p *palette) search() {
	q := strings.TrimSpace(p.input.Value())
	if p.found = p.all; q != "" {
		p.found = nil
		var rest []Command
		for _, m := range fuzzy.Find(q, p.words) {
			if strings.Contains(strings.ToLower(m.Str), strings.ToLower(q)) {
				p.found = append(p.found, p.all[m.Index])
			} else {
				rest = append(rest, p.all[m.Index])
			}
		}
		p.found = append(p.found, rest...)
	}
	p.table.Cursor = 0
	p.table.Move(0, len(p.found), paletteRows)
}

func (p *palette) Update(msg tea.Msg) tea.Cmd {
	if k, ok := msg.(tea.KeyPressMsg); ok && k.Text == "" {
		switch k.Keystroke() {
		case "up", "down", "pgup", "pgdown":
			p.table.Key(k.Keystroke(), len(p.found), paletteRows)
			return nil
		}
	}
	if p.input.Update(msg) {
		p.search()
	}
	return nil
}

func (p *palette) Commands() []Command {
	none := ""
	if len(p.found) == 0 {
		none = "no command has these letters"
	}
	return []Command{
		{ID: "palette.close", Title: "close", Short: "close", Key: on("esc"), Run: func() tea.Cmd { p.close(); return nil }},
		{ID: "palette.choose", Title: "choose a command", Short: "choose", Key: on("up", "down")},
		{ID: "palette.run", Title: "run the command", Short: "run", Key: on("enter"), Disabled: none, Run: p.chosen},
	}
}

func (p *palette) chosen() tea.Cmd {
	c := p.found[p.table.Cursor]
	p.close()
	return p.run(c)
}

// rows is how many commands are seen at once.
func (p *palette) rows(r Rect) int { return min(paletteRows, r.H-4) }

func (p *palette) View(r Rect) string {
	found := p.found
	lines := []string{p.th.Accent.Render("▌ ") + p.input.View(p.th, r.W-2, true), ""}
	if len(found) == 0 {
		return strings.Join(append(lines, p.th.Muted.Render("No command has these letters.")), "\n")
	}
	cols := []widget.Column{{Title: "COMMAND", Width: 24, Flex: 1}, {Title: "KEYS", Width: 14}}
	lines = append(lines, p.table.View(p.th, cols, len(found), func(i int) []widget.Cell {
		c := found[i]
		style := p.th.Text
		if notNow(&c) != "" {
			style = p.th.Muted
		}
		return []widget.Cell{{Text: c.Title, Style: style}, {Text: keyNames(c.Key.Keys()), Style: p.th.Key}}
	}, r.W, p.rows(r)+1, true))
	if why := notNow(&found[min(p.table.Cursor, len(found)-1)]); why != "" {
		lines = append(lines, "", p.th.Warn.Render(widget.Clip(why, r.W)))
	}
	return strings.Join(lines, "\n")
}

// keyNames writes keys as hints do.
func keyNames(keys []string) string {
	names := make([]string, len(keys))
	for i, k := range keys {
		names[i] = keyName(k)
	}
	return strings.Join(names, " ")
}

func (p *palette) fleeting() bool { return true }

// Press runs the command under the pointer.
func (p *palette) Press(room Rect, _, y int) tea.Cmd {
	n := len(p.found)
	row, ok := p.table.RowAt(y-listLine, n, p.rows(room)+1)
	if !ok {
		return nil
	}
	p.table.Move(row, n, paletteRows)
	return p.chosen()
}
