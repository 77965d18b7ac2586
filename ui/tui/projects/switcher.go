package projects

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"keydeck/model"
	"keydeck/ui/tui/list"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/theme"
	"keydeck/ui/tui/widget"
)

// switcher switches to another project, or to all of them, or answers a question. It
// starts on the previous project, or else on the next one in the list.
type switcher struct {
	list.Menu[model.Project] // all projects have no ID
	sh                       *shell.Shell
	question                 *shell.ProjectQuestion // nil to switch
}

// NewSwitcher makes the overlay.
func NewSwitcher(sh *shell.Shell, question *shell.ProjectQuestion) shell.Overlay {
	title, items := "Switch to project", sh.Projects()
	if question != nil {
		title = question.Title
	} else if sh.SeesAll() {
		items = append([]model.Project{{Name: shell.AllProjects}}, items...)
	}
	s := &switcher{sh: sh, question: question, Menu: list.NewMenu(sh, title, 76, 10, list.Config[model.Project]{
		ID: func(p *model.Project) string { return p.ID },
		Columns: []list.Column[model.Project]{
			{Column: widget.Column{Title: "PROJECT", Width: 16, Flex: 1}, Text: func(p *model.Project) string { return p.Name }, Style: func(p *model.Project, st *theme.Styles) lipgloss.Style {
				if p.ID == "" {
					return st.Bold
				}
				return st.Text
			}},
			{Column: widget.Column{Title: "ACCOUNT", Width: 8}, Text: func(p *model.Project) string { return p.AccountID }},
			{Column: widget.Column{Title: "ROLE", Width: 7}, Text: func(p *model.Project) string { return string(p.Role) }},
		},
		Name:  func(p *model.Project) string { return p.Name },
		Hint:  "a part of a name, or an account id",
		Empty: func() string { return "No project has that in its name." },
	}, items)}
	other := func(p model.Project) bool { return p.ID != "" && p.ID != sh.ProjectID() }
	at := slices.IndexFunc(items, func(p model.Project) bool { return other(p) && p.ID == sh.Previous() })
	if at < 0 && question == nil {
		at = slices.IndexFunc(items, other)
	}
	if at >= 0 {
		s.Select(items[at].ID)
	}
	return s
}

func (s *switcher) Commands() []shell.Command {
	none := ""
	if s.Selected() == nil {
		none = "no project has that in its name"
	} else if s.question != nil {
		none = s.question.Denied(s.Selected())
	}
	return []shell.Command{
		{ID: "switcher.close", Title: "stay here", Short: "stay", Key: shell.Keys("esc"), Run: shell.Do(s.sh.Close)},
		{ID: "switcher.open", Title: "go to the project", Short: "go", Key: shell.Keys("enter"), Disabled: none, Run: s.open},
	}
}

func (s *switcher) open() tea.Cmd {
	to := s.Take()
	switch {
	case s.question != nil:
		return s.question.Then(to)
	case to.ID == "":
		s.sh.SwitchToAll()
	default:
		s.sh.SwitchProject(to)
	}
	return nil
}

// GoesToScreens reports that a digit goes to a screen: nothing is typed yet, and no
// project's name begins with it.
func (s *switcher) GoesToScreens(digit string) bool {
	return s.Blank() && !slices.ContainsFunc(s.sh.Projects(), func(p model.Project) bool { return strings.HasPrefix(p.Name, digit) })
}
