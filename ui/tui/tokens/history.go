package tokens

import (
	"slices"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"keydeck/model"
	"keydeck/model/inspect/verdict"
	"keydeck/ui/tui/list"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/theme"
	"keydeck/ui/tui/tokens/reading"
	"keydeck/ui/tui/widget"
)

// Limits of the history. It is kept in memory only.
const (
	maxHistory      = 50
	maxHistoryBytes = 8 << 20
)

// remember puts a token in front of the history.
func (s *screen) remember(t *reading.Token) {
	list, bytes := []*reading.Token{t}, len(t.Decoded.Raw)
	for _, old := range s.history {
		size := len(old.Decoded.Raw)
		if old.Decoded.Raw != t.Decoded.Raw && len(list) < maxHistory && bytes+size <= maxHistoryBytes {
			list, bytes = append(list, old), bytes+size
		}
	}
	s.history = list
}

// historyMenu lists the tokens of this session, masked.
type historyMenu struct {
	list.Menu[*reading.Token]
	screen *screen
}

func (s *screen) showHistory() {
	type token = reading.Token
	s.sh.Open(&historyMenu{screen: s, Menu: list.NewMenu(s.sh, "Tokens of this session", 84, 12, list.Config[*token]{
		Columns: []list.Column[*token]{
			{Column: widget.Column{Title: "TOKEN", Width: 17}, Text: func(t **token) string { return (*t).Hint() }, Style: func(_ **token, st *theme.Styles) lipgloss.Style { return st.Text }},
			{Column: widget.Column{Title: "WHAT", Width: 12, Flex: 1, Drop: 2}, Text: func(t **token) string { return (*t).Kind() }},
			{Column: widget.Column{Title: "VERDICT", Width: 18}, Text: func(t **token) string { word, _ := s.shortVerdict(*t); return word }, Style: func(t **token, st *theme.Styles) lipgloss.Style {
				_, grade := s.shortVerdict(*t)
				return gradeStyle(st, grade)
			}},
			{Column: widget.Column{Title: "OPENED", Width: 12, Right: true}, Text: func(t **token) string { return model.Distance((*t).At, s.sh.Now()) }, Style: func(_ **token, st *theme.Styles) lipgloss.Style { return st.Muted }},
		},
		Name:  func(t **token) string { return (*t).Hint() },
		Hint:  "type to find one",
		Note:  func() string { return s.sh.Theme().Muted.Render("Kept in memory only, until you sign out.") },
		Empty: func() string { return "None yet. Tokens are kept in memory until you sign out." },
	}, s.history)})
}

func (m *historyMenu) Commands() []shell.Command {
	none := m.NoneSelected()
	return []shell.Command{
		{ID: "past.close", Title: "close", Short: "close", Key: shell.Keys("esc"), Run: shell.Do(m.screen.sh.Close)},
		{ID: "past.choose", Title: "open it again", Short: "open", Key: shell.Keys("enter"), Disabled: none, Run: m.show},
		{ID: "past.drop", Title: "forget it", Short: "forget", Key: shell.Keys("delete"), Disabled: none, Run: shell.Do(m.drop)},
	}
}

func (m *historyMenu) show() tea.Cmd {
	t := m.Take()
	m.screen.setInput(t.Decoded.Raw)
	m.screen.outer = nil
	return m.screen.showToken(t)
}

func (m *historyMenu) drop() {
	gone := *m.Selected()
	m.screen.history = slices.DeleteFunc(m.screen.history, func(t *reading.Token) bool { return t == gone })
	m.Set(m.screen.history)
}

// shortVerdict is the last verdict on a token, in 18 cells.
func (s *screen) shortVerdict(t *reading.Token) (string, verdict.Grade) {
	v := s.context().Verdict(t)
	word := string(v.Word)
	if v.Word == verdict.Verified && v.Grade != verdict.Good {
		word += ", not good"
	}
	return word, v.Grade
}
