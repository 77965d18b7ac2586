package tui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/ui/tui/widget"
)

// switcher goes to another project from anywhere: p, a few letters, Enter.
type switcher struct {
	*desk
	input *widget.Input
	table widget.Table
}

func newSwitcher(d *desk) *switcher {
	return &switcher{desk: d, input: widget.NewInput("", "name or account id", model.MaxNameChars)}
}

const switcherRows = 10

func (s *switcher) Title() string { return "Switch to project" }
func (s *switcher) Typing() bool  { return true }

// matches are the projects whose name or account id has the typed text in it.
func (s *switcher) matches() []model.Project {
	q := strings.ToLower(s.input.Value())
	var out []model.Project
	for _, p := range s.projects {
		if strings.Contains(strings.ToLower(p.Name), q) || strings.Contains(strings.ToLower(p.AccountID), q) {
			out = append(out, p)
		}
	}
	return out
}

func (s *switcher) Update(msg tea.Msg) tea.Cmd {
	if k, ok := msg.(tea.KeyPressMsg); ok && k.Text == "" && s.table.Key(k.Keystroke(), len(s.matches()), switcherRows) {
		return nil
	}
	if s.input.Update(msg) {
		s.table.Move(0, len(s.matches()), switcherRows)
	}
	return nil
}

func (s *switcher) Commands() []Command {
	none := ""
	if len(s.matches()) == 0 {
		none = "no project has that in its name"
	}
	return []Command{
		{ID: "switcher.close", Title: "stay here", Short: "stay", Key: on("esc"), Run: func() tea.Cmd { s.close(); return nil }},
		{ID: "switcher.open", Title: "go to the project", Short: "go", Key: on("enter"), Disabled: none, Run: s.chosen},
	}
}

func (s *switcher) chosen() tea.Cmd {
	p := s.matches()[s.table.Cursor]
	s.close()
	s.choose(p)
	return nil
}

func (s *switcher) View(r Rect) string {
	found := s.matches()
	lines := []string{s.th.Accent.Render("▌ ") + s.input.View(s.th, r.W-2, true), ""}
	if len(found) == 0 {
		return strings.Join(append(lines, s.th.Muted.Render("No project has that in its name.")), "\n")
	}
	h := min(switcherRows, len(found), r.H-3)
	cols := []widget.Column{{Title: "PROJECT", Width: 16, Flex: 1}, {Title: "ACCOUNT", Width: 8}, {Title: "ROLE", Width: 7}}
	lines = append(lines, s.table.View(s.th, cols, len(found), func(i int) []widget.Cell {
		p := found[i]
		return []widget.Cell{{Text: p.Name, Style: s.th.Text}, {Text: p.AccountID, Style: s.th.Muted}, {Text: string(p.Role), Style: s.th.Muted}}
	}, r.W, h+1, true))
	if len(found) > h {
		lines = append(lines, s.th.Muted.Render(fmt.Sprintf(" %d of %d", s.table.Cursor+1, len(found))))
	}
	return strings.Join(lines, "\n")
}
