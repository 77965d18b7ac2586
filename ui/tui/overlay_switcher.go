package tui

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/sahilm/fuzzy"

	"keydeck/model"
	"keydeck/ui/tui/widget"
)

// switcher goes to another project from anywhere: p, a few letters, Enter. Enter
// alone goes to the project one was at before, or else to the next in the list.
// Who sees several can go to all of them, too.
type switcher struct {
	*desk
	input *widget.Input
	table widget.Table
	found []match
	then  *goal // what needs a project and is gone to after the choice; nil: where one is
}

// match is a project that passes the filter, and what of its name the filter
// has found. all stands for all projects.
type match struct {
	model.Project
	marks []int
	all   bool
}

// newSwitcher goes to another project. Where then is not nil it is the way to
// what needs a project.
func newSwitcher(d *desk, then *goal) Overlay {
	s := &switcher{desk: d, then: then, input: widget.NewInput("", "letters of a name, or an account id", model.MaxNameChars)}
	s.search()
	at := slices.IndexFunc(s.found, func(m match) bool { return !m.all && m.ID == d.before && m.ID != d.projectID() })
	if at < 0 && then == nil {
		at = slices.IndexFunc(s.found, func(m match) bool { return !m.all && m.ID != d.projectID() })
	}
	s.table.Move(max(0, at), len(s.found), switcherRows)
	return s
}

const switcherRows = 10

func (s *switcher) Title() string {
	if s.then != nil {
		return "Of which project?"
	}
	return "Switch to project"
}

func (s *switcher) Typing() bool { return true }

// search finds the projects that have the typed letters in their name, in that
// order, the best first, and those that have them in their account id. All
// projects come first while nothing is typed, or the beginning of these words is.
func (s *switcher) search() {
	s.found = nil
	q := s.input.Value()
	if word := strings.ToLower(q); s.then == nil && s.seesAll() && strings.HasPrefix(allProjects, word) && len(word) != 1 {
		all := match{Project: model.Project{Name: allProjects}, all: true}
		for i := range word {
			all.marks = append(all.marks, i)
		}
		s.found = append(s.found, all)
	}
	if q == "" {
		for _, p := range s.projects {
			s.found = append(s.found, match{Project: p})
		}
		return
	}
	named := map[string]bool{}
	for _, hit := range fuzzy.FindFrom(q, projectNames(s.projects)) {
		p := s.projects[hit.Index]
		named[p.ID] = true
		s.found = append(s.found, match{Project: p, marks: hit.MatchedIndexes})
	}
	for _, p := range s.projects {
		if !named[p.ID] && strings.Contains(strings.ToLower(p.AccountID), strings.ToLower(q)) {
			s.found = append(s.found, match{Project: p})
		}
	}
}

type projectNames []model.Project

func (n projectNames) String(i int) string { return n[i].Name }
func (n projectNames) Len() int            { return len(n) }

func (s *switcher) Update(msg tea.Msg) tea.Cmd {
	if k, ok := msg.(tea.KeyPressMsg); ok && k.Text == "" && s.table.Key(k.Keystroke(), len(s.found), switcherRows) {
		return nil
	}
	if s.input.Update(msg) {
		s.search()
		s.table.Move(0, len(s.found), switcherRows)
	}
	return nil
}

func (s *switcher) Commands() []Command {
	none := ""
	if len(s.found) == 0 {
		none = "no project has that in its name"
	}
	return []Command{
		{ID: "switcher.close", Title: "stay here", Short: "stay", Key: on("esc"), Run: func() tea.Cmd { s.close(); return nil }},
		{ID: "switcher.open", Title: "go to the project", Short: "go", Key: on("enter"), Disabled: none, Run: s.chosen},
	}
}

func (s *switcher) chosen() tea.Cmd {
	to := s.found[s.table.Cursor]
	s.close()
	if to.all {
		s.switchToAll()
	} else {
		s.switchTo(to.Project)
	}
	if s.then != nil {
		s.goTo(*s.then)
	}
	return nil
}

// rows is how many projects are seen at once.
func (s *switcher) rows(r Rect) int { return min(switcherRows, len(s.found), r.H-3) }

func (s *switcher) View(r Rect) string {
	found := s.found
	lines := []string{s.th.Accent.Render("▌ ") + s.input.View(s.th, r.W-2, true), ""}
	if len(found) == 0 {
		return strings.Join(append(lines, s.th.Muted.Render("No project has that in its name.")), "\n")
	}
	h := s.rows(r)
	cols := []widget.Column{{Title: "PROJECT", Width: 16, Flex: 1}, {Title: "ACCOUNT", Width: 8}, {Title: "ROLE", Width: 7}}
	lines = append(lines, s.table.View(s.th, cols, len(found), func(i int) []widget.Cell {
		p := found[i]
		name := s.th.Text
		if p.all {
			name = s.th.Bold
		}
		return []widget.Cell{{Text: p.Name, Style: name, Marks: p.marks}, {Text: p.AccountID, Style: s.th.Muted}, {Text: string(p.Role), Style: s.th.Muted}}
	}, r.W, h+1, true))
	if len(found) > h {
		lines = append(lines, s.th.Muted.Render(fmt.Sprintf(" %d of %d", s.table.Cursor+1, len(found))))
	}
	return strings.Join(lines, "\n")
}

func (s *switcher) fleeting() bool { return true }

// Press goes to the project under the pointer.
func (s *switcher) Press(room Rect, _, y int) tea.Cmd {
	row, ok := s.table.RowAt(y-listLine, len(s.found), s.rows(room)+1)
	if !ok {
		return nil
	}
	s.table.Move(row, len(s.found), switcherRows)
	return s.chosen()
}
