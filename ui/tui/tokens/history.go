package tokens

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"keydeck/ui/text"
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
	sh     *shell.Shell
	screen *screen
	table  widget.Table
}

const historyRows = 12

func (s *screen) showHistory() tea.Cmd {
	s.sh.Open(&historyMenu{sh: s.sh, screen: s})
	return nil
}

func (m *historyMenu) Title() string          { return "Tokens of this session" }
func (m *historyMenu) Width(r shell.Rect) int { return min(r.W, 84) }
func (m *historyMenu) Dismissable() bool      { return true }

func (m *historyMenu) Update(msg tea.Msg) tea.Cmd {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		m.table.Key(k.Keystroke(), len(m.screen.history), historyRows)
	}
	return nil
}

func (m *historyMenu) Commands() []shell.Command {
	none := ""
	if len(m.screen.history) == 0 {
		none = "there is none"
	}
	return []shell.Command{
		{ID: "past.close", Title: "close", Short: "close", Key: shell.Keys("esc"), Run: func() tea.Cmd { m.sh.Close(); return nil }},
		{ID: "past.choose", Title: "go back to it", Short: "go back to it", Key: shell.Keys("enter"), Disabled: none, Run: m.choose},
		{ID: "past.drop", Title: "forget it", Short: "forget", Key: shell.Keys("x"), Disabled: none, Run: m.drop},
	}
}

func (m *historyMenu) choose() tea.Cmd {
	t := m.screen.history[m.table.Cursor]
	m.sh.Close()
	m.screen.setInput(t.Decoded.Raw)
	m.screen.outer = nil
	return m.screen.showToken(t)
}

func (m *historyMenu) drop() tea.Cmd {
	i := m.table.Cursor
	m.screen.history = slices.Delete(m.screen.history, i, i+1)
	m.table.Move(i, len(m.screen.history), historyRows)
	return nil
}

func (m *historyMenu) View(r shell.Rect) string {
	st, list := m.sh.Theme(), m.screen.history
	if len(list) == 0 {
		return st.Muted.Render("None yet. They are kept in memory only, until you sign out.")
	}
	cols := []widget.Column{{Title: "LOOKED AT", Width: 12}, {Title: "TOKEN", Width: 17}, {Title: "WHAT", Width: 12, Flex: 1, Drop: 2}, {Title: "KNOWN OF IT", Width: 18}}
	out := m.table.View(st, cols, len(list), func(i int) []widget.Cell {
		t := list[i]
		word, grade := m.screen.shortVerdict(t)
		return []widget.Cell{
			{Text: text.AgoWords(t.At, m.sh.Now()), Style: st.Muted}, {Text: t.Hint(), Style: st.Text},
			{Text: t.Kind(), Style: st.Muted}, {Text: word, Style: gradeStyle(st, grade)},
		}
	}, r.W, historyHeight(r), true)
	return out + "\n\n" + st.Muted.Render(widget.Clip("In memory only; forgotten when you sign out.", r.W))
}

func historyHeight(r shell.Rect) int { return min(historyRows, r.H-3) + 1 }

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

// Press goes back to the token under the pointer.
func (m *historyMenu) Press(room shell.Rect, _, y int) tea.Cmd {
	n := len(m.screen.history)
	row, ok := m.table.RowAt(y, n, historyHeight(room))
	if !ok {
		return nil
	}
	m.table.Move(row, n, historyRows)
	return m.choose()
}
