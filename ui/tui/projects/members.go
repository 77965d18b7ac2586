package projects

import (
	"cmp"
	"context"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"keydeck/model"
	"keydeck/server/client"
	"keydeck/ui/text"
	"keydeck/ui/tui/list"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/theme"
	"keydeck/ui/tui/widget"
)

// members is the list of a project's members.
type members struct {
	*list.List[model.Member]
	sh      *shell.Shell
	project model.Project

	changeCall shell.Call
	removeCall shell.Call
}

func NewMembers(sh *shell.Shell) shell.Screen {
	s := &members{sh: sh}
	s.open(model.Project{})
	return s
}

// open makes the list of a project's members.
func (s *members) open(p model.Project) {
	s.project = p
	s.List = list.New(s.sh, s, list.Config[model.Member]{
		Noun:    "members",
		ID:      func(m *model.Member) string { return m.UserID },
		Columns: s.columns(), By: "arrival",
		Head: func() string {
			return " " + s.sh.Theme().Muted.Render("People of ") + s.sh.Theme().Bold.Render(s.project.Name)
		},
		Count: func(n int) string {
			return text.Plural(n, "person", "people") + " · owners do everything, members keys, viewers look"
		},
		Empty: func() string {
			return shell.EmptyView(s.sh, "No member", "Only the server's superusers see this project.", "n", "invites somebody")
		},
		Load: func(bool) tea.Cmd {
			return s.Ask(func(ctx context.Context) ([]model.Member, error) {
				return client.All(ctx, func(ctx context.Context, page model.PageRequest) (model.Page[model.Member], error) {
					return s.sh.Client().Members(ctx, p.ID, page)
				})
			})
		},
		Name: func(m *model.Member) string { return m.Email },
	})
}

func (s *members) Title() string { return "Members" }

// Scope is the project whose members they are, which need not be the one looked at elsewhere.
func (s *members) Scope() string { return s.project.Name }

func (s *members) Init() tea.Cmd { return nil } // Enter loads

// Enter shows the members of a project.
func (s *members) Enter(arg any) tea.Cmd {
	p, ok := arg.(model.Project)
	if !ok {
		return nil
	}
	if p.ID != s.project.ID {
		s.open(p)
	}
	s.project = p
	return s.Reload()
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
	return s.Reload()
}

// change invites an address or changes a member's role: one call does both.
func (s *members) change(email string, role model.Role) tea.Cmd {
	id := s.project.ID
	return shell.Ask(s.sh, s, &s.changeCall, func(ctx context.Context) (model.Member, error) { return s.sh.Client().AddMember(ctx, id, email, role) },
		func(m model.Member, err error) tea.Cmd {
			s.Select(m.UserID)
			return s.changed(err, m.Email+" is "+string(m.Role)+" now")
		})
}

func (s *members) invite() {
	s.sh.Open(newMemberForm(s.sh, "Invite to "+s.project.Name, "", model.RoleMember, s.change))
}

func (s *members) changeRole() {
	m := s.Selected()
	s.sh.Open(newMemberForm(s.sh, "Role of "+m.Email, m.Email, m.Role, s.change))
}

func (s *members) remove() {
	m, id := *s.Selected(), s.project.ID
	effect := "They no longer see it or its credentials. Keys that they issued go on working."
	if m.UserID == s.sh.User().ID {
		effect = "This is you: you no longer see the project. Keys that you issued go on working."
	}
	title := "Take " + m.Email + " out of " + s.project.Name + "?"
	s.sh.OpenGuarded(shell.NewConfirm(s.sh, title, []string{effect}, "take out", func() tea.Cmd {
		return shell.Ask(s.sh, s, &s.removeCall, shell.ErrorOnly(func(ctx context.Context) error { return s.sh.Client().RemoveMember(ctx, id, m.UserID) }),
			func(_ shell.None, err error) tea.Cmd {
				return s.changed(err, "taken out of the project; it is closed to them from now on")
			})
	}))
}

func (s *members) Commands() []shell.Command {
	own := ownerDenied(s.sh, s.project.Role)
	choose := cmp.Or(s.NoneSelected(), own)
	return s.List.Commands([]shell.Command{
		{ID: "members.invite", Title: "invite somebody by e-mail", Short: "invite", Key: shell.Keys("n"), Disabled: own, Run: shell.Do(s.invite)},
		{ID: "members.role", Title: "give another role", Short: "role", Key: shell.Keys("r", "enter"), Disabled: choose, Run: shell.Do(s.changeRole)},
		{ID: "members.remove", Title: "take out of the project", Short: "take out", Key: shell.Keys("x"), Disabled: choose, Run: shell.Do(s.remove)},
	}, nil)
}

func (s *members) columns() []list.Column[model.Member] {
	type member = model.Member
	return []list.Column[member]{
		{Column: widget.Column{Title: "E-MAIL", Width: 20, Flex: 2, Max: 60}, Text: func(m *member) string { return m.Email },
			By: "e-mail", Compare: func(a, b *member) int { return list.CompareFold(a.Email, b.Email) }},
		{Column: widget.Column{Title: "NAME", Width: 10, Flex: 1, Max: 30, Drop: 2}, Text: func(m *member) string { return m.FullName },
			By: "name", Compare: func(a, b *member) int { return list.CompareFold(a.FullName, b.FullName) }},
		{Column: widget.Column{Title: "ROLE", Width: 6}, Text: func(m *member) string { return string(m.Role) }, Style: func(_ *member, st *theme.Styles) lipgloss.Style { return st.Text },
			By: "role", Compare: func(a, b *member) int { return slices.Index(roles, b.Role) - slices.Index(roles, a.Role) }},
		{Column: widget.Column{Title: "STATE", Width: 13}, Text: s.state, Style: func(m *member, st *theme.Styles) lipgloss.Style {
			if !m.IsVerified {
				return st.Warn
			}
			return st.OK
		}},
		{Column: widget.Column{Title: "SINCE", Width: 6, Right: true, Drop: 1}, Text: func(m *member) string { return model.Ago(m.CreatedAt.Time, s.sh.Now()) }, Find: list.FindNot},
	}
}

func (s *members) state(m *model.Member) string {
	switch {
	case m.UserID == s.sh.User().ID:
		return "you"
	case !m.IsVerified:
		return "invited"
	}
	return "signed in"
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
		f.Fail(0, "that is not an e-mail address")
		return nil
	}
	f.sh.Close()
	return f.submit(email, roles[f.Fields[1].Chosen])
}
