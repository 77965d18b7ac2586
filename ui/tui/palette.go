package tui

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"keydeck/ui/tui/list"
	"keydeck/ui/tui/place"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/theme"
	"keydeck/ui/tui/widget"
)

// palette finds commands by parts of their title or ID, and runs them.
type palette struct {
	list.Menu[paletteItem]
	run func(shell.Command) tea.Cmd
}

type paletteItem struct {
	shell.Command
	name string // its title and ID, which are searched
}

func newPalette(sh *shell.Shell, cmds []shell.Command, run func(shell.Command) tea.Cmd) *palette {
	items := make([]paletteItem, 0, len(cmds))
	for _, c := range cmds {
		if c.ID != "palette" && (c.Run != nil || c.Disabled != "") {
			items = append(items, paletteItem{c, strings.TrimSpace(c.Title + " " + c.ID)})
		}
	}
	p := &palette{run: run}
	p.Menu = list.NewMenu(sh, "Commands", 76, 12, list.Config[paletteItem]{
		Columns: []list.Column[paletteItem]{
			{Column: widget.Column{Title: "COMMAND", Width: 24, Flex: 1}, Text: func(c *paletteItem) string { return c.Title }, Style: func(c *paletteItem, st *theme.Styles) lipgloss.Style {
				if notNow(&c.Command) != "" {
					return st.Muted
				}
				return st.Text
			}},
			{Column: widget.Column{Title: "KEYS", Width: 14}, Text: func(c *paletteItem) string { return keyNames(c.Key.Keys()) }, Style: func(_ *paletteItem, st *theme.Styles) lipgloss.Style { return st.Key }},
		},
		Note: func() string {
			c := p.Selected()
			if c == nil || notNow(&c.Command) == "" {
				return ""
			}
			return sh.Theme().Warn.Render(notNow(&c.Command))
		},
		Name:  func(c *paletteItem) string { return c.name },
		Hint:  "a part of a command; ~ is fuzzy",
		Empty: func() string { return "No command has that in its name." },
	}, items)
	return p
}

func (p *palette) Commands() []shell.Command {
	none := ""
	if p.Selected() == nil {
		none = "no command has that in its name"
	}
	return p.MenuCommands("palette", "close", "a command",
		shell.Command{ID: "palette.run", Title: "run the command", Short: "run", Key: shell.Keys("enter"), Disabled: none,
			Run: func() tea.Cmd { return p.run(p.Take().Command) }})
}

// keyNames joins keys, written as in hints.
func keyNames(keys []string) string {
	names := make([]string, len(keys))
	for i, k := range keys {
		names[i] = shell.KeyName(k)
	}
	return strings.Join(names, " ")
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
		for _, c := range r.bind(page.Commands()) {
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
