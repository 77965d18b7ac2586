// Package projects has the lists of projects and of a project's members, where both
// are managed, and the overlay that switches to another project.
package projects

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/ui/text"
	"keydeck/ui/tui/place"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/widget"
)

// screen is the list of the user's projects.
type screen struct {
	sh      *shell.Shell
	table   widget.Table
	loaded  bool
	problem string

	listCall   shell.Call[[]model.Project]
	changeCall shell.Call[model.Project]
	deleteCall shell.Call[model.Revoked]
}

func New(sh *shell.Shell) shell.Screen { return &screen{sh: sh, loaded: sh.Projects() != nil} }

func (s *screen) Title() string { return "Projects" }
func (s *screen) Init() tea.Cmd { return s.reload() }

func (s *screen) reload() tea.Cmd {
	return shell.Ask(s.sh, s, &s.listCall, func(ctx context.Context) ([]model.Project, error) { return shell.LoadProjects(ctx, s.sh.Client()) })
}

func (s *screen) rows() int { return max(1, s.sh.Body().H-2) }

func (s *screen) selected() *model.Project {
	if s.table.Cursor >= len(s.sh.Projects()) {
		return nil
	}
	return &s.sh.Projects()[s.table.Cursor]
}

func (s *screen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case shell.ShownMsg:
		return s.reload()
	case shell.SecondMsg:
		if s.problem != "" && !s.listCall.Pending {
			return s.reload()
		}
	case tea.KeyPressMsg:
		s.table.Key(msg.Keystroke(), len(s.sh.Projects()), s.rows())
	case shell.Result[[]model.Project]:
		if s.listCall.Accept(msg) {
			s.listLoaded(msg.Value, msg.Err)
		}
	case shell.Result[model.Project]:
		if s.changeCall.Accept(msg) {
			return s.changed(msg.Err, "project "+msg.Value.Name+" saved")
		}
	case shell.Result[model.Revoked]:
		if s.deleteCall.Accept(msg) {
			if msg.Err == nil && msg.Value.ID == s.sh.ProjectID() {
				s.sh.LeaveProject()
			}
			return s.changed(msg.Err, "project deleted; its credentials are refused from now on")
		}
	}
	return nil
}

func (s *screen) listLoaded(list []model.Project, err error) {
	if s.problem = shell.RetryText(err); err != nil {
		return
	}
	s.loaded = true
	s.table.Move(s.table.Cursor, len(list), s.rows())
	s.sh.SetProjects(list)
}

// changed says how a change ended, and reloads the list.
func (s *screen) changed(err error, success string) tea.Cmd {
	if err != nil {
		s.sh.Notify(shell.Failure, shell.ErrorText(err))
		return nil
	}
	s.sh.Notify(shell.Success, success)
	return s.reload()
}

// Click selects the row under the pointer.
func (s *screen) Click(_ shell.Rect, x, y int) (enter bool) {
	was := s.table.Cursor
	i, ok := s.table.RowAt(y, len(s.sh.Projects()), s.sh.Body().H-1)
	if !ok || x >= s.listWidth() {
		return false
	}
	s.table.Move(i, len(s.sh.Projects()), s.rows())
	return i == was
}

func (s *screen) create() {
	s.sh.Open(shell.NewNameForm(s.sh, "New project", "", "create", func(name string) tea.Cmd {
		return shell.Ask(s.sh, s, &s.changeCall, func(ctx context.Context) (model.Project, error) { return s.sh.Client().CreateProject(ctx, name) })
	}))
}

func (s *screen) rename() {
	p := *s.selected()
	s.sh.Open(shell.NewNameForm(s.sh, "Rename "+p.Name, p.Name, "rename", func(name string) tea.Cmd {
		return shell.Ask(s.sh, s, &s.changeCall, func(ctx context.Context) (model.Project, error) { return s.sh.Client().RenameProject(ctx, p.ID, name) })
	}))
}

func (s *screen) delete() {
	p := *s.selected()
	effect := []string{"Every API key, JWT secret and key pair of it is refused from the next request on. This cannot be undone."}
	s.sh.OpenGuarded(shell.NewConfirm(s.sh, "Delete project "+p.Name+"?", effect, "delete", func() tea.Cmd {
		return shell.Ask(s.sh, s, &s.deleteCall, func(ctx context.Context) (model.Revoked, error) { return s.sh.Client().DeleteProject(ctx, p.ID) })
	}).Typed(p.Name))
}

func (s *screen) Commands() []shell.Command {
	p := s.selected()
	choose, own := "there is no project yet", "there is no project yet"
	if p != nil {
		choose, own = "", ownerDenied(s.sh, p.Role)
	}
	return append([]shell.Command{
		{ID: "projects.open", Title: "open the project's credentials", Short: "open", Key: shell.Keys("enter"), Disabled: choose, Run: shell.Do(func() { s.sh.OpenProject(*p) })},
		{ID: "projects.members", Title: "see and invite the project's members", Short: "members", Key: shell.Keys("m"), Disabled: choose, Run: shell.Do(func() { s.sh.Visit(place.Members, *p) })},
		{ID: "projects.new", Title: "make a project", Short: "new", Key: shell.Keys("n"), Run: shell.Do(s.create)},
		{ID: "projects.rename", Title: "rename the project", Short: "rename", Key: shell.Keys("r"), Disabled: own, Run: shell.Do(s.rename)},
		{ID: "projects.delete", Title: "delete the project", Short: "delete", Key: shell.Keys("x"), Disabled: own, Run: shell.Do(s.delete)},
	}, shell.MovementCommands()...)
}

// ownerDenied says why somebody with a role may not do what owners may, "" if they
// may.
func ownerDenied(sh *shell.Shell, role model.Role) string {
	if role == model.RoleOwner || sh.User().IsSuperuser {
		return ""
	}
	return "only an owner may, and your role here is " + string(role)
}

// listWidth is the width of the list, which details may be beside.
func (s *screen) listWidth() int {
	if w := s.sh.Body().W; w >= shell.WideWidth {
		return w - shell.PaneWidth - paneGap
	}
	return s.sh.Body().W
}

const paneGap = 3

func (s *screen) View(r shell.Rect) string {
	switch {
	case !s.loaded && s.problem != "":
		return shell.ProblemView(s.sh, "The projects could not be loaded", s.problem)
	case !s.loaded:
		return shell.LoadingView(s.sh, "Loading projects")
	case len(s.sh.Projects()) == 0:
		return shell.EmptyView(s.sh, "No project yet", "A project holds credentials and the people who may manage them.", "n", "makes one")
	}
	w := s.listWidth()
	foot := " " + s.sh.Theme().Muted.Render(text.Plural(len(s.sh.Projects()), "project", "projects"))
	if s.problem != "" {
		foot = " " + s.sh.Theme().Bad.Render("× "+s.problem)
	}
	list := widget.Fit(s.list(w, r.H-1), w, r.H-1) + "\n" + widget.Clip(foot, w)
	if w == r.W {
		return list
	}
	return widget.Beside(list, s.details(shell.PaneWidth), w, paneGap)
}

func (s *screen) list(w, h int) string {
	cols := []widget.Column{
		{Title: "NAME", Width: 18, Flex: 1, Max: 48},
		{Title: "ACCOUNT", Width: 7},
		{Title: "ROLE", Width: 6},
		{Title: "CREATED", Width: 10, Drop: 1},
		{Title: "AGE", Width: 8, Right: true, Drop: 2},
	}
	return s.table.View(s.sh.Theme(), cols, len(s.sh.Projects()), func(i int) []widget.Cell {
		p, st := s.sh.Projects()[i], s.sh.Theme()
		name := st.Text
		if p.ID == s.sh.ProjectID() {
			name = st.Bold
		}
		return []widget.Cell{
			{Text: p.Name, Style: name},
			{Text: p.AccountID, Style: st.Accent},
			{Text: string(p.Role), Style: st.Muted},
			{Text: text.Date(p.CreatedAt.Time, s.sh.Now()), Style: st.Muted},
			{Text: text.Ago(p.CreatedAt.Time, s.sh.Now()), Style: st.Muted},
		}
	}, w, h, true)
}

func (s *screen) details(w int) string {
	p := s.selected()
	if p == nil {
		return ""
	}
	return shell.Pairs(s.sh, w, "Project", [][2]string{
		{"name", p.Name}, {"id", p.ID}, {"account", p.AccountID}, {"your role", string(p.Role)},
		{"created", text.Moment(p.CreatedAt.Time, s.sh.Now())}, {"changed", text.Moment(p.UpdatedAt.Time, s.sh.Now())},
	}) + "\n\n" + strings.Join(shell.NoteLines(s.sh, w, fmt.Sprintf(
		"The id is the x-project-id header, the account the first half of an ApiKey value and the tenant in /%s/%s/v1/authenticateKeys.",
		s.sh.Service(), p.AccountID)), "\n")
}
