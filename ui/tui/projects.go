package tui

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/ui/text"
	"keydeck/ui/tui/widget"
)

// projectsScreen lists what the user may see, and is where projects are made, renamed
// and ended.
type projectsScreen struct {
	*desk
	table   widget.Table
	loaded  bool
	problem string

	listQ   question[[]model.Project]
	changeQ question[model.Project]
	deleteQ question[model.Revoked]
}

func newProjects(d *desk) Screen { return &projectsScreen{desk: d, loaded: d.projects != nil} }

func (s *projectsScreen) Title() string { return "Projects" }
func (s *projectsScreen) Init() tea.Cmd { return s.reload() }

func (s *projectsScreen) reload() tea.Cmd {
	return ask(s.desk, s, &s.listQ, func(ctx context.Context) ([]model.Project, error) { return loadProjects(ctx, s.client) })
}

func (s *projectsScreen) rows() int { return max(1, s.body.H-2) }

func (s *projectsScreen) selected() *model.Project {
	if s.table.Cursor >= len(s.projects) {
		return nil
	}
	return &s.projects[s.table.Cursor]
}

func (s *projectsScreen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case shownMsg:
		return s.reload()
	case secondMsg:
		if s.problem != "" && !s.listQ.waiting {
			return s.reload()
		}
	case tea.KeyPressMsg:
		s.table.Key(msg.Keystroke(), len(s.projects), s.rows())
	case answer[[]model.Project]:
		if s.listQ.take(msg) {
			s.take(msg.value, msg.err)
		}
	case answer[model.Project]:
		if s.changeQ.take(msg) {
			return s.changed(msg)
		}
	case answer[model.Revoked]:
		if s.deleteQ.take(msg) {
			return s.deleted(msg)
		}
	}
	return nil
}

func (s *projectsScreen) take(list []model.Project, err error) {
	s.problem = meanwhile(err)
	if err != nil {
		return
	}
	s.loaded = true
	s.table.Move(s.table.Cursor, len(list), s.rows())
	s.takeProjects(list)
}

func (s *projectsScreen) changed(a answer[model.Project]) tea.Cmd {
	if a.err != nil {
		s.say(failed, words(a.err))
		return nil
	}
	s.say(said, "project "+cleanProject(a.value).Name+" saved")
	return s.reload()
}

func (s *projectsScreen) deleted(a answer[model.Revoked]) tea.Cmd {
	if a.err != nil {
		s.say(failed, words(a.err))
		return nil
	}
	s.say(said, "project deleted; its credentials are refused from now on")
	if a.value.ID == s.projectID() {
		s.leaveProject()
	}
	return s.reload()
}

// Click puts the cursor on the row under the pointer.
func (s *projectsScreen) Click(x, y int) tea.Cmd {
	if i, ok := s.table.RowAt(y, len(s.projects), s.body.H-1); !(s.body.W >= wideW && x >= s.body.W-paneW-3) && ok {
		s.table.Move(i, len(s.projects), s.rows())
	}
	return nil
}

func (s *projectsScreen) openIt() tea.Cmd {
	s.choose(*s.selected())
	return nil
}

func (s *projectsScreen) members() tea.Cmd {
	s.visit(screenMembers, *s.selected())
	return nil
}

func (s *projectsScreen) create() tea.Cmd {
	s.open(newNameForm(s.desk, "New project", "", "create", func(name string) tea.Cmd {
		return ask(s.desk, s, &s.changeQ, func(ctx context.Context) (model.Project, error) { return s.client.CreateProject(ctx, name) })
	}))
	return nil
}

func (s *projectsScreen) rename() tea.Cmd {
	p := *s.selected()
	s.open(newNameForm(s.desk, "Rename "+p.Name, p.Name, "rename", func(name string) tea.Cmd {
		return ask(s.desk, s, &s.changeQ, func(ctx context.Context) (model.Project, error) { return s.client.RenameProject(ctx, p.ID, name) })
	}))
	return nil
}

func (s *projectsScreen) delete() tea.Cmd {
	p := *s.selected()
	effect := []string{"Every API key, JWT secret and key pair of it is refused from the next request on. This cannot be undone."}
	s.openGuarded(newConfirm(s.desk, "Delete project "+p.Name+"?", effect, "delete", func() tea.Cmd {
		return ask(s.desk, s, &s.deleteQ, func(ctx context.Context) (model.Revoked, error) { return s.client.DeleteProject(ctx, p.ID) })
	}).typed(p.Name))
	return nil
}

func (s *projectsScreen) Commands() []Command {
	p := s.selected()
	choose, own := "", ""
	switch {
	case p == nil:
		choose, own = "there is no project yet", "there is no project yet"
	case p.Role != model.RoleOwner && !s.user.IsSuperuser:
		own = "only an owner may, and your role here is " + string(p.Role)
	}
	return append([]Command{
		{ID: "projects.open", Title: "open the project's credentials", Short: "open", Key: on("enter"), Disabled: choose, Run: s.openIt},
		{ID: "projects.members", Title: "see and invite the project's members", Short: "members", Key: on("m"), Disabled: choose, Run: s.members},
		{ID: "projects.new", Title: "make a project", Short: "new", Key: on("n"), Run: s.create},
		{ID: "projects.rename", Title: "rename the project", Short: "rename", Key: on("r"), Disabled: own, Run: s.rename},
		{ID: "projects.delete", Title: "delete the project", Short: "delete", Key: on("x"), Disabled: own, Run: s.delete},
	}, movement()...)
}

func (s *projectsScreen) View(r Rect) string {
	switch {
	case !s.loaded && s.problem != "":
		return problemView(s.desk, "The projects could not be loaded", s.problem)
	case !s.loaded:
		return loadingView(s.desk, "Loading projects")
	case len(s.projects) == 0:
		return emptyView(s.desk, "No project yet", "A project holds credentials and the people who may manage them.", "n", "makes one")
	}
	w := r.W
	if r.W >= wideW {
		w = r.W - paneW - 3
	}
	foot := " " + s.th.Muted.Render(text.Plural(len(s.projects), "project", "projects"))
	if s.problem != "" {
		foot = " " + s.th.Bad.Render("× "+s.problem)
	}
	list := widget.Fit(s.list(w, r.H-1), w, r.H-1) + "\n" + widget.Clip(foot, w)
	if r.W < wideW {
		return list
	}
	return widget.Beside(list, s.details(paneW), w, 3)
}

func (s *projectsScreen) list(w, h int) string {
	cols := []widget.Column{
		{Title: "NAME", Width: 18, Flex: 1, Max: 48},
		{Title: "ACCOUNT", Width: 7},
		{Title: "ROLE", Width: 6},
		{Title: "CREATED", Width: 10, Drop: 1},
		{Title: "AGE", Width: 8, Right: true, Drop: 2},
	}
	return s.table.View(s.th, cols, len(s.projects), func(i int) []widget.Cell {
		p, st := s.projects[i], s.th
		name := st.Text
		if p.ID == s.projectID() {
			name = st.Bold
		}
		return []widget.Cell{
			{Text: p.Name, Style: name},
			{Text: p.AccountID, Style: st.Accent},
			{Text: string(p.Role), Style: st.Muted},
			{Text: text.Date(p.CreatedAt.Time, s.at), Style: st.Muted},
			{Text: text.Ago(p.CreatedAt.Time, s.at), Style: st.Muted},
		}
	}, w, h, true)
}

func (s *projectsScreen) details(w int) string {
	p := s.selected()
	if p == nil {
		return ""
	}
	return pairs(s.desk, w, "Project", [][2]string{
		{"name", p.Name}, {"id", p.ID}, {"account", p.AccountID}, {"your role", string(p.Role)},
		{"created", text.Moment(p.CreatedAt.Time, s.at)}, {"changed", text.Moment(p.UpdatedAt.Time, s.at)},
	}) + "\n\n" + strings.Join(noteLines(s.desk, w, fmt.Sprintf(
		"The id is the x-project-id header, the account the first half of an ApiKey value and the tenant in /%s/%s/v1/authenticateKeys.",
		cmp.Or(s.status.Service, "keydeck"), p.AccountID)), "\n")
}
