package tokens

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"keydeck/ui/text"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/widget"
)

// maxPast is how many tokens are remembered, and maxPastBytes how long they may be
// together.
const (
	maxPast      = 50
	maxPastBytes = 8 << 20
)

// remembered puts a token in front of the history. It is kept in memory only and
// goes with the screen.
func (s *screen) remembered(l *looked) {
	past, bytes := []*looked{l}, len(l.token.Raw)
	for _, p := range s.past {
		if bytes += len(p.token.Raw); p.token.Raw == l.token.Raw || len(past) == maxPast || bytes > maxPastBytes {
			bytes -= len(p.token.Raw)
			continue
		}
		past = append(past, p)
	}
	s.past = past
}

// pastTokens lists the tokens of this session, masked.
type pastTokens struct {
	sh     *shell.Shell
	screen *screen
	table  widget.Table
}

const pastRows = 12

func (s *screen) showHistory() tea.Cmd {
	s.sh.Open(&pastTokens{sh: s.sh, screen: s})
	return nil
}

func (p *pastTokens) Title() string          { return "Tokens of this session" }
func (p *pastTokens) Width(r shell.Rect) int { return min(r.W, 84) }
func (p *pastTokens) Dismissable() bool      { return true }

func (p *pastTokens) Update(msg tea.Msg) tea.Cmd {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		p.table.Key(k.Keystroke(), len(p.screen.past), pastRows)
	}
	return nil
}

func (p *pastTokens) Commands() []shell.Command {
	none := ""
	if len(p.screen.past) == 0 {
		none = "there is none"
	}
	return []shell.Command{
		{ID: "past.close", Title: "close", Short: "close", Key: shell.Keys("esc"), Run: func() tea.Cmd { p.sh.Close(); return nil }},
		{ID: "past.choose", Title: "go back to it", Short: "go back to it", Key: shell.Keys("enter"), Disabled: none, Run: p.chosen},
		{ID: "past.drop", Title: "forget it", Short: "forget", Key: shell.Keys("x"), Disabled: none, Run: p.drop},
	}
}

func (p *pastTokens) chosen() tea.Cmd {
	l := p.screen.past[p.table.Cursor]
	p.sh.Close()
	p.screen.input.Set("")
	if len(l.token.Raw) <= maxTyped {
		p.screen.input.Set(l.token.Raw)
	}
	p.screen.outer = nil
	return p.screen.showOne(l)
}

func (p *pastTokens) drop() tea.Cmd {
	i := p.table.Cursor
	p.screen.past = append(p.screen.past[:i:i], p.screen.past[i+1:]...)
	p.table.Move(i, len(p.screen.past), pastRows)
	return nil
}

func (p *pastTokens) View(r shell.Rect) string {
	list := p.screen.past
	if len(list) == 0 {
		return p.sh.Theme().Muted.Render("None yet. They are kept in memory only, until you sign out.")
	}
	cols := []widget.Column{{Title: "LOOKED AT", Width: 12}, {Title: "TOKEN", Width: 17}, {Title: "WHAT", Width: 12, Flex: 1, Drop: 2}, {Title: "KNOWN OF IT", Width: 18}}
	rows := min(pastRows, r.H-3)
	out := p.table.View(p.sh.Theme(), cols, len(list), func(i int) []widget.Cell {
		l := list[i]
		known, grade := p.screen.wordOf(l)
		return []widget.Cell{
			{Text: text.AgoWords(l.at, p.sh.Now()), Style: p.sh.Theme().Muted}, {Text: l.hint(), Style: p.sh.Theme().Text},
			{Text: l.kindWords(), Style: p.sh.Theme().Muted}, {Text: known, Style: p.screen.gradeStyle(grade)},
		}
	}, r.W, rows+1, true)
	return out + "\n\n" + p.sh.Theme().Muted.Render(widget.Clip("In memory only; forgotten when you sign out.", r.W))
}

// wordOf is the verdict on a token that was looked at, in 18 cells.
func (s *screen) wordOf(l *looked) (string, grade) {
	other := *s
	other.look, other.askQ, other.checkQ, other.openQ = l, shell.Call[judged]{}, shell.Call[judged]{}, shell.Call[opening]{}
	v := other.verdict()
	word := strings.ToLower(strings.TrimSuffix(v.word, " by this server"))
	if v.word == "VERIFIED" && v.grade != gradeGood {
		word += ", not good"
		if l.server != nil && !l.server.Valid {
			word = "verified, refused"
		}
	}
	return word, v.grade
}

// Press goes back to the token under the pointer.
func (p *pastTokens) Press(room shell.Rect, _, y int) tea.Cmd {
	n := len(p.screen.past)
	row, ok := p.table.RowAt(y, n, min(pastRows, room.H-3)+1)
	if !ok {
		return nil
	}
	p.table.Move(row, n, pastRows)
	return p.chosen()
}
