package tui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/sahilm/fuzzy"

	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/widget"
)

// palette finds commands by letters of their title or ID, and runs them.
type palette struct {
	sh    *shell.Shell
	all   []shell.Command
	words []string // the text of each of all that is searched
	found []shell.Command
	run   func(shell.Command) tea.Cmd
	input *widget.Input
	table widget.Table
}

const paletteRows = 12

func newPalette(sh *shell.Shell, cmds []shell.Command, run func(shell.Command) tea.Cmd) *palette {
	p := &palette{sh: sh, run: run, input: widget.NewInput("", "a few letters of a command", 60),
		all: slices.DeleteFunc(slices.Clone(cmds), func(c shell.Command) bool { return c.Run == nil && c.Disabled == "" || c.ID == "palette" })}
	for i := range p.all {
		p.words = append(p.words, strings.TrimSpace(p.all[i].Title+" "+p.all[i].ID))
	}
	p.found = p.all
	return p
}

func (p *palette) Title() string          { return "Commands" }
func (p *palette) Typing() bool           { return true }
func (p *palette) Width(r shell.Rect) int { return min(r.W, 76) }

// search finds the commands that have the typed letters in their order: first those
// that have them side by side, then the rest, each by rank. An empty query finds all.
func (p *palette) search() {
	q := strings.TrimSpace(p.input.Value())
	if p.found = p.all; q != "" {
		p.found = nil
		var rest []shell.Command
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

func (p *palette) Commands() []shell.Command {
	none := ""
	if len(p.found) == 0 {
		none = "no command has these letters"
	}
	return []shell.Command{
		{ID: "palette.close", Title: "close", Short: "close", Key: shell.Keys("esc"), Run: func() tea.Cmd { p.sh.Close(); return nil }},
		{ID: "palette.choose", Title: "choose a command", Short: "choose", Key: shell.Keys("up", "down")},
		{ID: "palette.run", Title: "run the command", Short: "run", Key: shell.Keys("enter"), Disabled: none, Run: p.runSelected},
	}
}

func (p *palette) runSelected() tea.Cmd {
	c := p.found[p.table.Cursor]
	p.sh.Close()
	return p.run(c)
}

// rows is how many commands are visible.
func (p *palette) rows(r shell.Rect) int { return min(paletteRows, r.H-4) }

func (p *palette) View(r shell.Rect) string {
	found := p.found
	lines := []string{p.sh.Theme().Accent.Render("▌ ") + p.input.View(p.sh.Theme(), r.W-2, true), ""}
	if len(found) == 0 {
		return strings.Join(append(lines, p.sh.Theme().Muted.Render("No command has these letters.")), "\n")
	}
	cols := []widget.Column{{Title: "COMMAND", Width: 24, Flex: 1}, {Title: "KEYS", Width: 14}}
	lines = append(lines, p.table.View(p.sh.Theme(), cols, len(found), func(i int) []widget.Cell {
		c := found[i]
		style := p.sh.Theme().Text
		if notNow(&c) != "" {
			style = p.sh.Theme().Muted
		}
		return []widget.Cell{{Text: c.Title, Style: style}, {Text: keyNames(c.Key.Keys()), Style: p.sh.Theme().Key}}
	}, r.W, p.rows(r)+1, true))
	if why := notNow(&found[min(p.table.Cursor, len(found)-1)]); why != "" {
		lines = append(lines, "", p.sh.Theme().Warn.Render(widget.Clip(why, r.W)))
	}
	return strings.Join(lines, "\n")
}

// keyNames joins keys, written as in hints.
func keyNames(keys []string) string {
	names := make([]string, len(keys))
	for i, k := range keys {
		names[i] = shell.KeyName(k)
	}
	return strings.Join(names, " ")
}

func (p *palette) Dismissable() bool { return true }

// Press runs the command under the pointer.
func (p *palette) Press(room shell.Rect, _, y int) tea.Cmd {
	n := len(p.found)
	row, ok := p.table.RowAt(y-shell.ListTop, n, p.rows(room)+1)
	if !ok {
		return nil
	}
	p.table.Move(row, n, paletteRows)
	return p.runSelected()
}
