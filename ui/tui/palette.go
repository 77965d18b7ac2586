package tui

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"keydeck/ui/tui/list"
	"keydeck/ui/tui/place"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/theme"
	"keydeck/ui/tui/wallet"
	"keydeck/ui/tui/widget"
)

// palette finds commands by parts of their title or ID, and runs them. The credentials to
// go to come once they are loaded.
type palette struct {
	list.Menu[paletteItem]
	run  func(shell.Command) tea.Cmd
	cmds []shell.Command
	keys string // why they are not here, "" if they are
}

type paletteItem struct {
	shell.Command
	name string // its title and ID, which are searched
}

// paletteItems are the commands that can be run or say why not.
func paletteItems(cmds []shell.Command) []paletteItem {
	items := make([]paletteItem, 0, len(cmds))
	for _, c := range cmds {
		if c.ID != "palette" && (c.Run != nil || c.Disabled != "") {
			items = append(items, paletteItem{c, strings.TrimSpace(c.Title + " " + c.ID)})
		}
	}
	return items
}

func newPalette(sh *shell.Shell, cmds []shell.Command, run func(shell.Command) tea.Cmd) *palette {
	p := &palette{run: run, cmds: cmds}
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
			switch {
			case c != nil && notNow(&c.Command) != "":
				return sh.Theme().Warn.Render(notNow(&c.Command))
			case p.keys != "":
				return sh.Theme().Muted.Render(p.keys)
			}
			return ""
		},
		ID:   func(c *paletteItem) string { return c.name },
		Name: func(c *paletteItem) string { return c.name },
		Hint: "a part of a command, project or key; ~ is fuzzy",
		Empty: func() string {
			return cmp.Or(p.keys, "No command, project or key has that in its name.")
		},
	}, paletteItems(cmds))
	return p
}

// setLinks adds what the palette goes to.
func (p *palette) setLinks(links []shell.Command) { p.Set(paletteItems(slices.Concat(p.cmds, links))) }

func (p *palette) Commands() []shell.Command {
	none := ""
	if p.Selected() == nil {
		none = "nothing has that in its name"
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
// themes, the commands of other screens, and the projects and credentials to go to. Those
// that were loaded last show until the newest come.
func (r *Root) palette() tea.Cmd {
	cmds := slices.Concat(r.screenCommands(), r.globalCommands())
	for _, name := range slices.Sorted(maps.Keys(themes)) {
		cmds = append(cmds, shell.Command{ID: "theme." + cmp.Or(name, "auto"), Title: "theme: " + themes[name].title,
			Run: func() tea.Cmd { return r.setTheme(name) }})
	}
	if r.state.SignedIn {
		cmds = slices.Concat(cmds, r.otherScreenCommands(), r.linkCommands())
	}
	p := newPalette(r.sh, cmds, r.run)
	r.sh.Open(p)
	if !r.state.SignedIn {
		return nil
	}
	p.keys = "Loading the keys of all projects…"
	p.setLinks(r.credentialLinks())
	return shell.Ask(r.sh, nil, &r.keysCall, func(ctx context.Context) ([]wallet.Credential, error) {
		return wallet.LoadCredentials(ctx, r.state.Client, "", "")
	}, shell.Quiet(r.keysLoaded))
}

// keysLoaded keeps the credentials, and gives them to the palette if it is still open.
func (r *Root) keysLoaded(all []wallet.Credential, err error) {
	if err == nil {
		r.keys = all
	}
	top, _ := r.sh.Top()
	p, ok := top.Overlay.(*palette)
	if !ok {
		return
	}
	p.keys = ""
	if err != nil {
		p.keys = "The keys could not be loaded: " + shell.ErrorText(err)
	}
	p.setLinks(r.credentialLinks())
}

// credentialLinks go to credentials, by name, project or hint.
func (r *Root) credentialLinks() []shell.Command {
	cmds := make([]shell.Command, 0, len(r.keys))
	for _, c := range r.keys {
		name := "go to " + cmp.Or(c.Name, c.Hint) + " of " + r.sh.ProjectName(c.Project)
		cmds = append(cmds, shell.Command{ID: "credential", Title: wallet.JoinNonEmpty(name, c.Hint), Run: shell.Do(func() { r.goToCredential(c.Project, c.ID) })})
	}
	return cmds
}

// goToCredential goes to a credential; if another project is looked at, to its project.
func (r *Root) goToCredential(project, id string) {
	if r.state.Project != nil && r.state.Project.ID != project {
		if p := r.sh.ProjectByID(project); p != nil {
			r.sh.OpenProject(*p)
		} else {
			r.sh.SwitchToAll()
		}
	}
	r.sh.Visit(place.Credentials, place.Credential(id))
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
			c.Needs = c.Disabled
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

// linkCommands switch to projects by name.
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
