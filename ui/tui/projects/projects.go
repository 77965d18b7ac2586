// Package projects has the lists of projects and of a project's members, where both
// are managed, and the overlay that switches to another project.
package projects

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"keydeck/model"
	"keydeck/ui/text"
	"keydeck/ui/tui/list"
	"keydeck/ui/tui/place"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/theme"
	"keydeck/ui/tui/widget"
)

// screen is the list of the user's projects.
type screen struct {
	*list.List[model.Project]
	sh *shell.Shell

	changeCall shell.Call
	deleteCall shell.Call
}

func New(sh *shell.Shell) shell.Screen {
	s := &screen{sh: sh}
	s.List = list.New(sh, s, list.Config[model.Project]{
		Noun:    "projects",
		ID:      func(p *model.Project) string { return p.ID },
		Columns: s.columns(), By: "age", Details: s.details,
		Count: func(n int) string { return text.Plural(n, "project", "projects") },
		Empty: func() string {
			return shell.EmptyView(sh, "No project yet", "A project holds credentials and the people who may manage them.", "n", "makes one")
		},
		Load: func(bool) tea.Cmd {
			return s.Ask(func(ctx context.Context) ([]model.Project, error) { return shell.LoadProjects(ctx, sh.Client()) })
		},
		Loaded: func(list []model.Project) []model.Project { sh.SetProjects(list); return list },
		Name:   func(p *model.Project) string { return p.Name },
	})
	if sh.Projects() != nil {
		s.Set(sh.Projects())
	}
	return s
}

func (s *screen) Title() string { return "Projects" }

func (s *screen) Update(msg tea.Msg) tea.Cmd {
	if _, ok := msg.(shell.SecondMsg); ok && s.sh.Projects() != nil {
		s.Set(s.sh.Projects()) // others load them, too
	}
	return s.List.Update(msg)
}

func (s *screen) created(p model.Project, err error) tea.Cmd {
	s.Select(p.ID)
	return s.changed(err, "project "+p.Name+" created")
}

func (s *screen) renamed(p model.Project, err error) tea.Cmd {
	return s.changed(err, "project renamed to "+p.Name)
}

func (s *screen) deleted(p model.Revoked, err error) tea.Cmd {
	if err == nil && p.ID == s.sh.ProjectID() {
		s.sh.LeaveProject()
	}
	return s.changed(err, "project deleted; its credentials are refused from now on")
}

// changed says how a change ended, and reloads the list.
func (s *screen) changed(err error, success string) tea.Cmd {
	if err != nil {
		s.sh.Notify(shell.Failure, shell.ErrorText(err))
		return nil
	}
	s.sh.Notify(shell.Success, success)
	return s.Reload()
}

func (s *screen) create() {
	s.sh.Open(shell.NewNameForm(s.sh, "New project", "", "create", func(name string) tea.Cmd {
		return shell.Ask(s.sh, s, &s.changeCall, func(ctx context.Context) (model.Project, error) { return s.sh.Client().CreateProject(ctx, name) }, s.created)
	}))
}

func (s *screen) rename() {
	p := *s.Selected()
	s.sh.Open(shell.NewNameForm(s.sh, "Rename "+p.Name, p.Name, "rename", func(name string) tea.Cmd {
		return shell.Ask(s.sh, s, &s.changeCall, func(ctx context.Context) (model.Project, error) { return s.sh.Client().RenameProject(ctx, p.ID, name) }, s.renamed)
	}))
}

func (s *screen) delete() {
	p := *s.Selected()
	effect := []string{"All its credentials are refused from the next request on. This cannot be undone."}
	s.sh.OpenGuarded(shell.NewConfirm(s.sh, "Delete project "+p.Name+"?", effect, "delete", func() tea.Cmd {
		return shell.Ask(s.sh, s, &s.deleteCall, func(ctx context.Context) (model.Revoked, error) { return s.sh.Client().DeleteProject(ctx, p.ID) }, s.deleted)
	}).Typed(p.Name))
}

func (s *screen) Commands() []shell.Command {
	p, choose := s.Selected(), s.NoneSelected()
	own := choose
	if p != nil {
		own = ownerDenied(s.sh, p.Role)
	}
	return s.List.Commands([]shell.Command{
		{ID: "projects.open", Title: "open the project's credentials", Short: "open", Key: shell.Keys("enter"), Disabled: choose, Run: shell.Do(func() { s.sh.OpenProject(*p) })},
		{ID: "projects.members", Title: "see and invite the project's members", Short: "members", Key: shell.Keys("m"), Disabled: choose, Run: shell.Do(func() { s.sh.Visit(place.Members, *p) })},
		{ID: "projects.new", Title: "make a project", Short: "new", Key: shell.Keys("n"), Run: shell.Do(s.create)},
		{ID: "projects.details", Title: "see all of it", Short: "details", Key: shell.Keys("d"), Disabled: choose, Run: shell.Do(s.openDetails)},
		{ID: "projects.rename", Title: "rename the project", Short: "rename", Key: shell.Keys("r"), Disabled: own, Run: shell.Do(s.rename)},
		{ID: "projects.delete", Title: "delete the project", Short: "delete", Key: shell.Keys("x"), Disabled: own, Run: shell.Do(s.delete)},
	}, nil)
}

// ownerDenied says why somebody with a role may not do what owners may, "" if they
// may.
func ownerDenied(sh *shell.Shell, role model.Role) string {
	if role == model.RoleOwner || sh.User().IsSuperuser {
		return ""
	}
	return "only an owner may, and your role here is " + string(role)
}

func (s *screen) columns() []list.Column[model.Project] {
	type project = model.Project
	return []list.Column[project]{
		{Column: widget.Column{Title: "NAME", Width: 18, Flex: 1, Max: 48}, Text: func(p *project) string { return p.Name }, Style: s.nameStyle,
			By: "name", Compare: func(a, b *project) int { return list.CompareFold(a.Name, b.Name) }},
		{Column: widget.Column{Title: "ACCOUNT", Width: 7}, Text: func(p *project) string { return p.AccountID }, Style: func(_ *project, st *theme.Styles) lipgloss.Style { return st.Accent }},
		{Column: widget.Column{Title: "ROLE", Width: 6}, Text: func(p *project) string { return string(p.Role) },
			By: "role", Compare: func(a, b *project) int { return cmp.Compare(a.Role, b.Role) }},
		{Column: widget.Column{Title: "CREATED", Width: 10, Drop: 1}, Text: func(p *project) string { return text.Date(p.CreatedAt.Time, s.sh.Now()) }, Find: list.FindNot},
		{Column: widget.Column{Title: "AGE", Width: 8, Right: true, Drop: 2}, Text: func(p *project) string { return model.Ago(p.CreatedAt.Time, s.sh.Now()) }, Find: list.FindNot},
	}
}

// nameStyle sets off the current project.
func (s *screen) nameStyle(p *model.Project, st *theme.Styles) lipgloss.Style {
	if p.ID == s.sh.ProjectID() {
		return st.Bold
	}
	return st.Text
}

func (s *screen) openDetails() {
	p := *s.Selected()
	s.sh.Open(shell.NewDetails(s.sh, p.Name, func(w int) string { return s.details(&p, w) }, func() []shell.Command { return nil }))
}

func (s *screen) details(p *model.Project, w int) string {
	return shell.Pairs(s.sh, w, "Project", [][2]string{
		{"name", p.Name}, {"id", p.ID}, {"account", p.AccountID}, {"your role", string(p.Role)},
		{"created", text.Moment(p.CreatedAt.Time, s.sh.Now())}, {"changed", text.Moment(p.UpdatedAt.Time, s.sh.Now())},
	}) + "\n\n" + strings.Join(shell.NoteLines(s.sh, w, fmt.Sprintf(
		"The id is the x-project-id header, the account the first half of an ApiKey value and the tenant in /%s/%s/v1/authenticateKeys.",
		s.sh.Service(), p.AccountID)), "\n")
}
