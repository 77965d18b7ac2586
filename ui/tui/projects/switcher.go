package projects

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/sahilm/fuzzy"

	"keydeck/model"
	"keydeck/ui/tui/place"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/widget"
)

// switcher switches to another project, or to all of them. It starts on the previous
// project, or else on the next one in the list.
type switcher struct {
	sh      *shell.Shell
	input   *widget.Input
	table   widget.Table
	matches []match
	then    *place.Destination // where to go after the choice, nil to stay
}

// match is a project that matches the filter, or all projects.
type match struct {
	model.Project
	marks []int // byte offsets in its name that the filter matched
	all   bool
}

// NewSwitcher makes the overlay. then, if it is not nil, is where to go after the
// choice: a screen that needs a project.
func NewSwitcher(sh *shell.Shell, then *place.Destination) shell.Overlay {
	s := &switcher{sh: sh, then: then, input: widget.NewInput("", "letters of a name, or an account id", model.MaxNameChars)}
	s.search()
	at := slices.IndexFunc(s.matches, func(m match) bool { return !m.all && m.ID == sh.Previous() && m.ID != sh.ProjectID() })
	if at < 0 && then == nil {
		at = slices.IndexFunc(s.matches, func(m match) bool { return !m.all && m.ID != sh.ProjectID() })
	}
	s.table.Move(max(0, at), len(s.matches), maxSwitcherRows)
	return s
}

const maxSwitcherRows = 10

func (s *switcher) Title() string {
	if s.then != nil {
		return "Of which project?"
	}
	return "Switch to project"
}

func (s *switcher) Typing() bool { return true }

// search finds the projects whose names match fuzzily, the best first, then those
// whose account id has the text, which all have while there is none. "all
// projects" is first if the text is a prefix of it.
func (s *switcher) search() {
	s.matches = nil
	q := s.input.Value()
	name := shell.AllProjects
	if word := strings.ToLower(q); s.then == nil && s.sh.SeesAll() && strings.HasPrefix(name, word) && len(word) != 1 {
		all := match{Project: model.Project{Name: name}, all: true}
		for i := range word {
			all.marks = append(all.marks, i)
		}
		s.matches = append(s.matches, all)
	}
	named := map[string]bool{}
	for _, hit := range fuzzy.FindFrom(q, projectNames(s.sh.Projects())) {
		p := s.sh.Projects()[hit.Index]
		named[p.ID] = true
		s.matches = append(s.matches, match{Project: p, marks: hit.MatchedIndexes})
	}
	for _, p := range s.sh.Projects() {
		if !named[p.ID] && strings.Contains(strings.ToLower(p.AccountID), strings.ToLower(q)) {
			s.matches = append(s.matches, match{Project: p})
		}
	}
}

type projectNames []model.Project

func (n projectNames) String(i int) string { return n[i].Name }
func (n projectNames) Len() int            { return len(n) }

func (s *switcher) Update(msg tea.Msg) tea.Cmd {
	if k, ok := msg.(tea.KeyPressMsg); ok && k.Text == "" && s.table.Key(k.Keystroke(), len(s.matches), maxSwitcherRows) {
		return nil
	}
	if s.input.Update(msg) {
		s.search()
		s.table.Move(0, len(s.matches), maxSwitcherRows)
	}
	return nil
}

func (s *switcher) Commands() []shell.Command {
	none := ""
	if len(s.matches) == 0 {
		none = "no project has that in its name"
	}
	return []shell.Command{
		{ID: "switcher.close", Title: "stay here", Short: "stay", Key: shell.Keys("esc"), Run: shell.Do(s.sh.Close)},
		{ID: "switcher.open", Title: "go to the project", Short: "go", Key: shell.Keys("enter"), Disabled: none, Run: shell.Do(s.open)},
	}
}

func (s *switcher) open() {
	to := s.matches[s.table.Cursor]
	s.sh.Close()
	if to.all {
		s.sh.SwitchToAll()
	} else {
		s.sh.SwitchProject(to.Project)
	}
	if s.then != nil {
		s.sh.GoTo(*s.then)
	}
}

// rows is how many projects are visible.
func (s *switcher) rows(r shell.Rect) int { return min(maxSwitcherRows, len(s.matches), r.H-3) }

func (s *switcher) View(r shell.Rect) string {
	found := s.matches
	lines := []string{s.sh.Theme().Accent.Render("▌ ") + s.input.View(s.sh.Theme(), r.W-2, true), ""}
	if len(found) == 0 {
		return strings.Join(append(lines, s.sh.Theme().Muted.Render("No project has that in its name.")), "\n")
	}
	h := s.rows(r)
	cols := []widget.Column{{Title: "PROJECT", Width: 16, Flex: 1}, {Title: "ACCOUNT", Width: 8}, {Title: "ROLE", Width: 7}}
	lines = append(lines, s.table.View(s.sh.Theme(), cols, len(found), func(i int) []widget.Cell {
		p := found[i]
		name := s.sh.Theme().Text
		if p.all {
			name = s.sh.Theme().Bold
		}
		return []widget.Cell{{Text: p.Name, Style: name, Marks: p.marks}, {Text: p.AccountID, Style: s.sh.Theme().Muted}, {Text: string(p.Role), Style: s.sh.Theme().Muted}}
	}, r.W, h+1, true))
	if len(found) > h {
		lines = append(lines, s.sh.Theme().Muted.Render(fmt.Sprintf(" %d of %d", s.table.Cursor+1, len(found))))
	}
	return strings.Join(lines, "\n")
}

func (s *switcher) Dismissable() bool { return true }

// Click opens the project under the pointer.
func (s *switcher) Click(room shell.Rect, _, y int) (enter bool) {
	row, ok := s.table.RowAt(y-shell.ListTop, len(s.matches), s.rows(room)+1)
	if ok {
		s.table.Move(row, len(s.matches), maxSwitcherRows)
	}
	return ok
}
