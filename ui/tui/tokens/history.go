package tokens

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/ui/tui/shell"
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
	menu
	screen *screen
}

func (s *screen) showHistory() {
	m := &historyMenu{screen: s, menu: menu{sh: s.sh, title: "Tokens of this session", width: 84, most: 12,
		count:   func() int { return len(s.history) },
		columns: []widget.Column{{Title: "LOOKED AT", Width: 12}, {Title: "TOKEN", Width: 17}, {Title: "WHAT", Width: 12, Flex: 1, Drop: 2}, {Title: "KNOWN OF IT", Width: 18}}}}
	m.row, m.choose = m.cells, m.show
	s.sh.Open(m)
}

func (m *historyMenu) Commands() []shell.Command {
	none := ""
	if m.count() == 0 {
		none = "there is none"
	}
	return []shell.Command{
		{ID: "past.close", Title: "close", Short: "close", Key: shell.Keys("esc"), Run: shell.Do(m.sh.Close)},
		{ID: "past.choose", Title: "go back to it", Short: "go back to it", Key: shell.Keys("enter"), Disabled: none, Run: m.run},
		{ID: "past.drop", Title: "forget it", Short: "forget", Key: shell.Keys("x"), Disabled: none, Run: m.drop},
	}
}

func (m *historyMenu) show(i int) tea.Cmd {
	t := m.screen.history[i]
	m.screen.setInput(t.Decoded.Raw)
	m.screen.outer = nil
	return m.screen.showToken(t)
}

func (m *historyMenu) drop() tea.Cmd {
	i := m.table.Cursor
	m.screen.history = slices.Delete(m.screen.history, i, i+1)
	m.table.Move(i, m.count(), m.most)
	return nil
}

func (m *historyMenu) cells(i int) []widget.Cell {
	st, t := m.sh.Theme(), m.screen.history[i]
	word, grade := m.screen.shortVerdict(t)
	return []widget.Cell{
		{Text: model.Distance(t.At, m.sh.Now()), Style: st.Muted}, {Text: t.Hint(), Style: st.Text},
		{Text: t.Kind(), Style: st.Muted}, {Text: word, Style: gradeStyle(st, grade)},
	}
}

func (m *historyMenu) View(r shell.Rect) string {
	muted := m.sh.Theme().Muted
	if m.count() == 0 {
		return muted.Render("None yet. They are kept in memory only, until you sign out.")
	}
	return m.menu.View(aboveNote(r)) + "\n\n" + muted.Render(widget.Clip("In memory only; forgotten when you sign out.", r.W))
}

func (m *historyMenu) Click(r shell.Rect, x, y int) bool { return m.menu.Click(aboveNote(r), x, y) }

// aboveNote is the room without the line below the list.
func aboveNote(r shell.Rect) shell.Rect { return shell.Rect{W: r.W, H: r.H - 2} }

// shortVerdict is the last verdict on a token, in 18 cells.
func (s *screen) shortVerdict(t *reading.Token) (string, reading.Grade) {
	v := s.context().Verdict(t)
	word := strings.ToLower(strings.TrimSuffix(v.Word, " by this server"))
	switch in := t.Answer.Server; {
	case v.Word != "VERIFIED" || v.Grade == reading.Good:
	case in != nil && !in.Valid:
		word = "verified, refused"
	default:
		word += ", not good"
	}
	return word, v.Grade
}
