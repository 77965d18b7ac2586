package projects

import (
	"cmp"
	"context"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/server/client"
	"keydeck/ui/text"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/widget"
)

// members is the list of a project's members.
type members struct {
	sh      *shell.Shell
	project model.Project
	list    []model.Member
	table   widget.Table
	loaded  bool
	problem string

	listCall   shell.Call[[]model.Member]
	changeCall shell.Call[model.Member]
	removeCall shell.Call[shell.None]
}

func NewMembers(sh *shell.Shell) shell.Screen { return &members{sh: sh} }

func (s *members) Title() string { return "Members" }
func (s *members) Init() tea.Cmd { return nil } // Enter loads

// Enter shows the members of a project.
func (s *members) Enter(arg any) tea.Cmd {
	p, ok := arg.(model.Project)
	if !ok {
		return nil
	}
	if p.ID != s.project.ID {
		s.list, s.loaded, s.table, s.problem = nil, false, widget.Table{}, ""
	}
	s.project = p
	return s.reload()
}

func (s *members) reload() tea.Cmd {
	id := s.project.ID
	return shell.Ask(s.sh, s, &s.listCall, func(ctx context.Context) ([]model.Member, error) {
		return client.All(ctx, func(ctx context.Context, p model.PageRequest) (model.Page[model.Member], error) {
			return s.sh.Client().Members(ctx, id, p)
		})
	})
}

func (s *members) rows() int { return max(1, s.sh.Body().H-3) }

func (s *members) selected() *model.Member {
	if s.table.Cursor >= len(s.list) {
		return nil
	}
	return &s.list[s.table.Cursor]
}

func (s *members) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case shell.ShownMsg:
		return s.reload()
	case shell.SecondMsg:
		if s.problem != "" && !s.listCall.Pending {
			return s.reload()
		}
	case tea.KeyPressMsg:
		s.table.Key(msg.Keystroke(), len(s.list), s.rows())
	case shell.Result[[]model.Member]:
		if s.listCall.Accept(msg) {
			s.listLoaded(msg.Value, msg.Err)
		}
	case shell.Result[model.Member]:
		if s.changeCall.Accept(msg) {
			return s.changed(msg.Err, msg.Value.Email+" is "+string(msg.Value.Role)+" now")
		}
	case shell.Result[shell.None]:
		if s.removeCall.Accept(msg) {
			return s.changed(msg.Err, "taken out of the project; it is closed to them from now on")
		}
	}
	return nil
}

func (s *members) listLoaded(list []model.Member, err error) {
	if s.problem = shell.RetryText(err); err != nil {
		return
	}
	keep := ""
	if m := s.selected(); m != nil {
		keep = m.UserID
	}
	s.loaded, s.list = true, list
	if at := slices.IndexFunc(list, func(m model.Member) bool { return m.UserID == keep }); at >= 0 {
		s.table.Cursor = at
	}
	s.table.Move(s.table.Cursor, len(list), s.rows())
}

// changed says how a change ended, and reloads the list. A conflict means that the
// project would have no owner.
func (s *members) changed(err error, success string) tea.Cmd {
	switch {
	case model.CodeOf(err) == model.CodeConflict:
		s.sh.Notify(shell.Failure, shell.ErrorText(err)+": make somebody else owner first")
		return nil
	case err != nil:
		s.sh.Notify(shell.Failure, shell.ErrorText(err))
		return nil
	}
	s.sh.Notify(shell.Success, success)
	return s.reload()
}

// change invites an address or changes a member's role: one call does both.
func (s *members) change(email string, role model.Role) tea.Cmd {
	id := s.project.ID
	return shell.Ask(s.sh, s, &s.changeCall, func(ctx context.Context) (model.Member, error) { return s.sh.Client().AddMember(ctx, id, email, role) })
}

// Click selects the row under the pointer.
func (s *members) Click(_ shell.Rect, _, y int) (enter bool) {
	was := s.table.Cursor
	i, ok := s.table.RowAt(y-1, len(s.list), s.sh.Body().H-2)
	if ok {
		s.table.Move(i, len(s.list), s.rows())
	}
	return ok && i == was
}

func (s *members) invite() {
	s.sh.Open(newMemberForm(s.sh, "Invite to "+s.project.Name, "", model.RoleMember, s.change))
}

func (s *members) changeRole() {
	m := s.selected()
	s.sh.Open(newMemberForm(s.sh, "Role of "+m.Email, m.Email, m.Role, s.change))
}

func (s *members) remove() {
	m, id := *s.selected(), s.project.ID
	effect := "They no longer see it or its credentials. Keys that they issued go on working."
	if m.UserID == s.sh.User().ID {
		effect = "This is you: you no longer see the project. Keys that you issued go on working."
	}
	title := "Take " + m.Email + " out of " + s.project.Name + "?"
	s.sh.OpenGuarded(shell.NewConfirm(s.sh, title, []string{effect}, "take out", func() tea.Cmd {
		return shell.Ask(s.sh, s, &s.removeCall, shell.ErrorOnly(func(ctx context.Context) error { return s.sh.Client().RemoveMember(ctx, id, m.UserID) }))
	}))
}

func (s *members) Commands() []shell.Command {
	own, choose := ownerDenied(s.sh, s.project.Role), "nobody is chosen"
	if s.selected() != nil {
		choose = own
	}
	return append([]shell.Command{
		{ID: "members.invite", Title: "invite somebody by e-mail", Short: "invite", Key: shell.Keys("n"), Disabled: own, Run: shell.Do(s.invite)},
		{ID: "members.role", Title: "give another role", Short: "role", Key: shell.Keys("r", "enter"), Disabled: choose, Run: shell.Do(s.changeRole)},
		{ID: "members.remove", Title: "take out of the project", Short: "take out", Key: shell.Keys("x"), Disabled: choose, Run: shell.Do(s.remove)},
		{ID: "members.reload", Title: "ask the server again", Key: shell.Keys("ctrl+r"), Run: s.reload},
	}, shell.MovementCommands()...)
}

func (s *members) View(r shell.Rect) string {
	switch {
	case !s.loaded && s.problem != "":
		return shell.ProblemView(s.sh, "The members could not be loaded", s.problem)
	case !s.loaded:
		return shell.LoadingView(s.sh, "Loading members")
	case len(s.list) == 0:
		return shell.EmptyView(s.sh, "No member", "Only the server's superusers see this project.", "n", "invites somebody")
	}
	head := " " + s.sh.Theme().Muted.Render("People of ") + s.sh.Theme().Bold.Render(s.project.Name)
	foot := " " + s.sh.Theme().Muted.Render(text.Plural(len(s.list), "person", "people")+" · owners do everything, members keys, viewers look")
	if s.problem != "" {
		foot = " " + s.sh.Theme().Bad.Render("× "+s.problem)
	}
	return head + "\n" + widget.Fit(s.rowsView(r.W, r.H-2), r.W, r.H-2) + "\n" + widget.Clip(foot, r.W)
}

func (s *members) rowsView(w, h int) string {
	cols := []widget.Column{
		{Title: "E-MAIL", Width: 20, Flex: 2, Max: 60},
		{Title: "NAME", Width: 10, Flex: 1, Max: 30, Drop: 2},
		{Title: "ROLE", Width: 6},
		{Title: "STATE", Width: 13},
		{Title: "SINCE", Width: 6, Right: true, Drop: 1},
	}
	return s.table.View(s.sh.Theme(), cols, len(s.list), func(i int) []widget.Cell {
		m, st := s.list[i], s.sh.Theme()
		state, style := "signed in", st.OK
		if !m.IsVerified {
			state, style = "invited", st.Warn
		}
		if m.UserID == s.sh.User().ID {
			state = "you"
		}
		return []widget.Cell{
			{Text: m.Email, Style: st.Text}, {Text: m.FullName, Style: st.Muted}, {Text: string(m.Role), Style: st.Text},
			{Text: state, Style: style}, {Text: text.Ago(m.CreatedAt.Time, s.sh.Now()), Style: st.Muted},
		}
	}, w, h, true)
}

// memberForm asks for an address and a role, or for the role alone of a known
// address.
type memberForm struct {
	shell.FormOverlay
	sh     *shell.Shell
	email  string // known, "" for an invitation
	submit func(email string, role model.Role) tea.Cmd
}

// The roles in ascending order, and what each may do.
var (
	roles     = []model.Role{model.RoleViewer, model.RoleMember, model.RoleOwner}
	roleNotes = []string{"A viewer may look, not change.", "A member may issue and revoke credentials.", "An owner may do everything, and invite others."}
)

func newMemberForm(sh *shell.Shell, title, email string, role model.Role, submit func(string, model.Role) tea.Cmd) *memberForm {
	names := make([]string, len(roles))
	for i, r := range roles {
		names[i] = string(r)
	}
	f := &memberForm{sh: sh, email: email, submit: submit, FormOverlay: shell.NewFormOverlay(sh, title, 60,
		&widget.Field{Label: "E-mail", Input: widget.NewInput(email, "name@example.com", 254), Hidden: email != ""},
		&widget.Field{Label: "Role", Choices: names, Chosen: max(0, slices.Index(roles, role))})}
	if email != "" {
		f.Focus = 1
	}
	f.Update(nil)
	return f
}

func (f *memberForm) Update(msg tea.Msg) tea.Cmd {
	f.FormOverlay.Update(msg)
	f.Fields[1].Note = roleNotes[f.Fields[1].Chosen]
	return nil
}

func (f *memberForm) Commands() []shell.Command {
	verb := "invite"
	if f.email != "" {
		verb = "give the role"
	}
	return f.FormCommands("member", shell.Command{ID: "member.send", Title: verb, Short: verb, Key: shell.Keys("enter"), Run: f.send})
}

func (f *memberForm) send() tea.Cmd {
	email := cmp.Or(f.email, f.Text(0))
	if at := strings.IndexByte(email, '@'); at < 1 || at == len(email)-1 {
		f.Fail(0, "that is no e-mail address")
		return nil
	}
	f.sh.Close()
	return f.submit(email, roles[f.Fields[1].Chosen])
}
