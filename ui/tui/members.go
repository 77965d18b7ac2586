package tui

import (
	"cmp"
	"context"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/server/client"
	"keydeck/ui/text"
	"keydeck/ui/tui/widget"
)

// membersScreen lists the people of one project, and is where they are invited
// by e-mail, given another role and taken out.
type membersScreen struct {
	*desk
	of      model.Project
	list    []model.Member
	table   widget.Table
	loaded  bool
	problem string

	listQ   question[[]model.Member]
	changeQ question[model.Member]
	removeQ question[none]
}

func newMembers(d *desk) Screen { return &membersScreen{desk: d} }

func (s *membersScreen) Title() string { return "Members" }
func (s *membersScreen) Init() tea.Cmd { return nil } // Enter says of which project

// Enter shows the members of a project.
func (s *membersScreen) Enter(arg any) tea.Cmd {
	p, ok := arg.(model.Project)
	if !ok {
		return nil
	}
	if p.ID != s.of.ID {
		s.list, s.loaded, s.table, s.problem = nil, false, widget.Table{}, ""
	}
	s.of = p
	return s.reload()
}

func (s *membersScreen) reload() tea.Cmd {
	id := s.of.ID
	return ask(s.desk, s, &s.listQ, func(ctx context.Context) ([]model.Member, error) {
		list, err := client.All(ctx, func(ctx context.Context, p model.PageRequest) (model.Page[model.Member], error) {
			return s.client.Members(ctx, id, p)
		})
		for i := range list {
			list[i] = cleanMember(list[i])
		}
		return list, err
	})
}

func (s *membersScreen) rows() int { return max(1, s.body.H-3) }

func (s *membersScreen) selected() *model.Member {
	if s.table.Cursor >= len(s.list) {
		return nil
	}
	return &s.list[s.table.Cursor]
}

func (s *membersScreen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case shownMsg:
		return s.reload()
	case secondMsg:
		if s.problem != "" && !s.listQ.waiting {
			return s.reload()
		}
	case tea.KeyPressMsg:
		s.table.Key(msg.Keystroke(), len(s.list), s.rows())
	case answer[[]model.Member]:
		if s.listQ.take(msg) {
			s.take(msg.value, msg.err)
		}
	case answer[model.Member]:
		if s.changeQ.take(msg) {
			m := cleanMember(msg.value)
			return s.done(msg.err, m.Email+" is "+string(m.Role)+" now")
		}
	case answer[none]:
		if s.removeQ.take(msg) {
			return s.done(msg.err, "taken out of the project; it is closed to them from now on")
		}
	}
	return nil
}

func (s *membersScreen) take(list []model.Member, err error) {
	if s.problem = meanwhile(err); err != nil {
		return
	}
	keep := ""
	if m := s.selected(); m != nil {
		keep = m.UserID
	}
	s.loaded, s.list = true, list
	at := slices.IndexFunc(list, func(m model.Member) bool { return m.UserID == keep })
	if at < 0 {
		at = s.table.Cursor
	}
	s.table.Move(at, len(list), s.rows())
}

// done says how a change ended. Of a conflict there is one kind: the project
// would be left without an owner.
func (s *membersScreen) done(err error, good string) tea.Cmd {
	switch {
	case model.CodeOf(err) == model.CodeConflict:
		s.say(failed, words(err)+": make somebody else owner first")
		return nil
	case err != nil:
		s.say(failed, words(err))
		return nil
	}
	s.say(said, good)
	return s.reload()
}

// change invites an address, or gives a member another role: the server takes
// both for the same.
func (s *membersScreen) change(email string, role model.Role) tea.Cmd {
	id := s.of.ID
	return ask(s.desk, s, &s.changeQ, func(ctx context.Context) (model.Member, error) { return s.client.AddMember(ctx, id, email, role) })
}

// Click puts the cursor on the row under the pointer.
func (s *membersScreen) Click(_, y int) tea.Cmd {
	if i, ok := s.table.RowAt(y-1, len(s.list), s.body.H-2); ok {
		s.table.Move(i, len(s.list), s.rows())
	}
	return nil
}

func (s *membersScreen) invite() tea.Cmd {
	s.open(newMemberForm(s.desk, "Invite to "+s.of.Name, "", model.RoleMember, s.change))
	return nil
}

func (s *membersScreen) newRole() tea.Cmd {
	m := s.selected()
	s.open(newMemberForm(s.desk, "Role of "+m.Email, m.Email, m.Role, s.change))
	return nil
}

func (s *membersScreen) remove() tea.Cmd {
	m, id := *s.selected(), s.of.ID
	effect := "They no longer see it or its credentials. Keys that they issued go on working."
	if m.UserID == s.user.ID {
		effect = "This is you: you no longer see the project. Keys that you issued go on working."
	}
	title := "Take " + m.Email + " out of " + s.of.Name + "?"
	s.openGuarded(newConfirm(s.desk, title, []string{effect}, "take out", func() tea.Cmd {
		return ask(s.desk, s, &s.removeQ, only(func(ctx context.Context) error { return s.client.RemoveMember(ctx, id, m.UserID) }))
	}))
	return nil
}

func (s *membersScreen) Commands() []Command {
	own, choose := "", "nobody is chosen"
	if s.of.Role != model.RoleOwner && !s.user.IsSuperuser {
		own = "only an owner may, and your role here is " + string(s.of.Role)
	}
	if s.selected() != nil {
		choose = own
	}
	return append([]Command{
		{ID: "members.invite", Title: "invite somebody by e-mail", Short: "invite", Key: on("n"), Disabled: own, Run: s.invite},
		{ID: "members.role", Title: "give another role", Short: "role", Key: on("r", "enter"), Disabled: choose, Run: s.newRole},
		{ID: "members.remove", Title: "take out of the project", Short: "take out", Key: on("x"), Disabled: choose, Run: s.remove},
		{ID: "members.reload", Title: "ask the server again", Key: on("ctrl+r"), Run: s.reload},
	}, movement()...)
}

func (s *membersScreen) View(r Rect) string {
	switch {
	case !s.loaded && s.problem != "":
		return problemView(s.desk, "The members could not be loaded", s.problem)
	case !s.loaded:
		return loadingView(s.desk, "Loading members")
	case len(s.list) == 0:
		return emptyView(s.desk, "No member", "Only the server's superusers see this project.", "n", "invites somebody")
	}
	head := " " + s.th.Muted.Render("People of ") + s.th.Bold.Render(s.of.Name)
	foot := " " + s.th.Muted.Render(text.Plural(len(s.list), "person", "people")+" · owners do everything, members keys, viewers look")
	if s.problem != "" {
		foot = " " + s.th.Bad.Render("× "+s.problem)
	}
	return head + "\n" + widget.Fit(s.rowsView(r.W, r.H-2), r.W, r.H-2) + "\n" + widget.Clip(foot, r.W)
}

func (s *membersScreen) rowsView(w, h int) string {
	cols := []widget.Column{
		{Title: "E-MAIL", Width: 20, Flex: 2, Max: 60},
		{Title: "NAME", Width: 10, Flex: 1, Max: 30, Drop: 2},
		{Title: "ROLE", Width: 6},
		{Title: "STATE", Width: 13},
		{Title: "SINCE", Width: 6, Right: true, Drop: 1},
	}
	return s.table.View(s.th, cols, len(s.list), func(i int) []widget.Cell {
		m, st := s.list[i], s.th
		state, style := "signed in", st.OK
		if !m.IsVerified {
			state, style = "invited", st.Warn
		}
		if m.UserID == s.user.ID {
			state = "you"
		}
		return []widget.Cell{
			{Text: m.Email, Style: st.Text}, {Text: m.FullName, Style: st.Muted}, {Text: string(m.Role), Style: st.Text},
			{Text: state, Style: style}, {Text: text.Ago(m.CreatedAt.Time, s.at), Style: st.Muted},
		}
	}, w, h, true)
}

// memberForm asks for an address and a role, or for the role alone of an
// address that is there already.
type memberForm struct {
	*desk
	title, email string
	form         widget.Form
	done         func(email string, role model.Role) tea.Cmd
}

// The roles, the least first, and what each may do.
var (
	roles     = []model.Role{model.RoleViewer, model.RoleMember, model.RoleOwner}
	roleNotes = []string{"A viewer may look, not change.", "A member may issue and revoke credentials.", "An owner may do everything, and invite others."}
)

func newMemberForm(d *desk, title, email string, role model.Role, done func(string, model.Role) tea.Cmd) *memberForm {
	f := &memberForm{desk: d, title: title, email: email, done: done}
	names := make([]string, len(roles))
	for i, r := range roles {
		names[i] = string(r)
	}
	f.form.Fields = []*widget.Field{
		{Label: "E-mail", Input: widget.NewInput(email, "name@example.com", 254), Hidden: email != ""},
		{Label: "Role", Choices: names, Chosen: max(0, slices.Index(roles, role))},
	}
	if email != "" {
		f.form.Focus = 1
	}
	f.note()
	return f
}

// note explains the chosen role.
func (f *memberForm) note() { f.form.Fields[1].Note = roleNotes[f.form.Fields[1].Chosen] }

func (f *memberForm) Title() string      { return f.title }
func (f *memberForm) Typing() bool       { return f.form.Typing() }
func (f *memberForm) View(r Rect) string { return f.form.View(f.th, r.W, r.H) }
func (f *memberForm) width(r Rect) int   { return min(r.W, 60) }

func (f *memberForm) Update(m tea.Msg) tea.Cmd {
	f.form.Update(m)
	f.note()
	return nil
}

func (f *memberForm) Commands() []Command {
	cmds := []Command{{ID: "member.cancel", Title: "cancel", Short: "cancel", Key: on("esc"), Run: func() tea.Cmd { f.close(); return nil }}}
	if f.email == "" {
		return append(cmds, Command{ID: "member.next", Title: "next field", Short: "next field", Key: on("tab")},
			Command{ID: "member.send", Title: "invite", Short: "invite", Key: on("enter"), Run: f.submit})
	}
	return append(cmds, Command{ID: "member.send", Title: "give the role", Short: "give the role", Key: on("enter"), Run: f.submit})
}

func (f *memberForm) submit() tea.Cmd {
	email := cmp.Or(f.email, strings.TrimSpace(f.form.Fields[0].Input.Value()))
	if at := strings.IndexByte(email, '@'); at < 1 || at == len(email)-1 {
		f.form.Fields[0].Err, f.form.Focus = "that is no e-mail address", 0
		return nil
	}
	f.close()
	return f.done(email, roles[f.form.Fields[1].Chosen])
}

func cleanMember(m model.Member) model.Member {
	visible(&m.UserID, &m.Email, &m.FullName)
	m.Role = model.Role(text.Visible(string(m.Role)))
	return m
}

func (f *memberForm) fields() *widget.Form { return &f.form }
