package tui

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/sahilm/fuzzy"

	"keydeck/ui/tui/place"
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

// Click runs the command under the pointer.
func (p *palette) Click(room shell.Rect, _, y int) (enter bool) {
	n := len(p.found)
	row, ok := p.table.RowAt(y-shell.ListTop, n, p.rows(room)+1)
	if ok {
		p.table.Move(row, n, paletteRows)
	}
	return ok
}

// palette opens the palette with the commands of the screen, the global ones, the
// themes, the commands of other screens, and the projects and credentials to go to.
func (r *Root) palette() tea.Cmd {
	cmds := slices.Concat(r.screenCommands(), r.globalCommands())
	for _, name := range slices.Sorted(maps.Keys(themes)) {
		cmds = append(cmds, shell.Command{ID: "theme." + cmp.Or(name, "auto"), Title: "theme: " + themes[name].title,
			Run: func() tea.Cmd { return r.setTheme(name) }})
	}
	if r.state.SignedIn {
		cmds = slices.Concat(cmds, r.otherScreenCommands(), r.linkCommands())
	}
	r.sh.Open(newPalette(r.sh, cmds, r.run))
	return nil
}

// otherScreenCommands are the commands of the other tabs; each goes there first.
func (r *Root) otherScreenCommands() (cmds []shell.Command) {
	for _, t := range tabs {
		if t.id == r.current {
			continue
		}
		page := r.pages[t.id]
		if page == nil {
			page = r.newPage(t.id) // without Init it asks for nothing; it is dropped
		}
		if typed, ok := page.(shell.Typing); ok && typed.Typing() {
			continue // it only has the commands of its text input
		}
		for _, c := range r.keymap.Bind(page.Commands()) {
			if c.Run == nil && c.Disabled == "" {
				continue
			}
			c.Title = t.title + ": " + c.Title
			why := c.Disabled
			if c.Needs = why; t.id == place.Credentials && r.state.Project == nil {
				c.Needs = "a project is chosen first"
			}
			c.Disabled, c.Run = "", func() tea.Cmd { return r.runAt(place.Destination{To: t.id}, c.ID) }
			cmds = append(cmds, c)
		}
	}
	return cmds
}

// runAt goes to a screen and runs its command with the ID, or says why it cannot.
func (r *Root) runAt(to place.Destination, id string) tea.Cmd {
	then := func() tea.Cmd {
		for _, c := range r.screenCommands() {
			if c.ID == id && (c.Run != nil || c.Disabled != "") {
				return r.run(c)
			}
		}
		return nil // the screen no longer has it
	}
	to.Then = then
	r.state.Destination = &to
	return nil
}

// linkCommands go to projects and credentials by name.
func (r *Root) linkCommands() (cmds []shell.Command) {
	for _, p := range r.state.Projects {
		if p.ID != r.sh.ProjectID() {
			cmds = append(cmds, shell.Command{Title: "switch to " + p.Name, Run: func() tea.Cmd {
				r.sh.SwitchProject(p)
				return nil
			}})
		}
	}
	if r.sh.SeesAll() && r.state.Project != nil {
		cmds = append(cmds, shell.Command{Title: "switch to " + shell.AllProjects, Run: func() tea.Cmd {
			r.sh.SwitchToAll()
			return nil
		}})
	}
	if s, ok := r.pages[place.Credentials].(shell.Linked); ok && r.state.Project != nil {
		cmds = append(cmds, s.Links()...)
	}
	return cmds
}

// notNow is why a command cannot run now, "" if it can.
func notNow(c *shell.Command) string {
	switch {
	case c.Disabled != "":
		return "not now: " + c.Disabled
	case c.Needs != "":
		return "there, not yet: " + c.Needs
	}
	return ""
}
