package tui

import (
	"cmp"
	"maps"
	"slices"

	tea "charm.land/bubbletea/v2"

	"keydeck/ui/tui/place"
	"keydeck/ui/tui/shell"
)

// palette finds any command: those of the screen and those that work everywhere,
// the themes by name, those of the other screens, which go there first, and the
// projects and credentials to go to.
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

// otherScreenCommands are the commands of the screens that are not seen.
func (r *Root) otherScreenCommands() (cmds []shell.Command) {
	for _, t := range tabs {
		if t.id == r.current {
			continue
		}
		page := r.pages[t.id]
		if page == nil {
			page = r.newPage(t.id) // as it would be on arrival; it asks for nothing and is dropped
		}
		if typed, ok := page.(shell.Typing); ok && typed.Typing() {
			continue // its commands are those of the text, for as long as that is typed
		}
		for _, c := range r.keymap.bind(page.Commands()) {
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

// runAt goes to a screen and does there what a command of it does, or says why
// it cannot.
func (r *Root) runAt(to place.Destination, id string) tea.Cmd {
	then := func() tea.Cmd {
		for _, c := range r.screenCommands() {
			if c.ID == id && (c.Run != nil || c.Disabled != "") {
				return r.run(c)
			}
		}
		return nil // it was one of a moment that has passed
	}
	to.Then = then
	r.state.Destination = &to
	return nil
}

// linkCommands are the projects and the credentials to go to, by name.
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

// notNow says why a command cannot run as things are, "" when it can.
func notNow(c *shell.Command) string {
	switch {
	case c.Disabled != "":
		return "not now: " + c.Disabled
	case c.Needs != "":
		return "there, not yet: " + c.Needs
	}
	return ""
}
