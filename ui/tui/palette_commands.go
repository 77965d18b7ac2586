package tui

import (
	"cmp"
	"maps"
	"slices"

	tea "charm.land/bubbletea/v2"

	"keydeck/ui/tui/place"
	"keydeck/ui/tui/shell"
)

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
