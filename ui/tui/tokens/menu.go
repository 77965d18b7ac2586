package tokens

import (
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"keydeck/model/inspect/jwt"
	"keydeck/ui/text"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/widget"
)

// menu is an overlay with a short list to choose from.
type menu struct {
	sh      *shell.Shell
	title   string
	id      string // before the ids of its commands
	width   int
	hint    string        // to choose a row
	action  shell.Command // on the chosen row
	columns []widget.Column
	count   func() int // of rows
	most    int        // that are seen
	row     func(i int) []widget.Cell
	choose  func(i int) tea.Cmd // after the menu was closed
	table   widget.Table
}

func (m *menu) Title() string          { return m.title }
func (m *menu) Width(r shell.Rect) int { return min(r.W, m.width) }
func (m *menu) Dismissable() bool      { return true }

func (m *menu) Update(msg tea.Msg) tea.Cmd {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		m.table.Key(k.Keystroke(), m.count(), m.most)
	}
	return nil
}

func (m *menu) Commands() []shell.Command {
	action := m.action
	action.Run = m.run
	return []shell.Command{
		{ID: m.id + ".cancel", Title: "cancel", Short: "cancel", Key: shell.Keys("esc"), Run: shell.Do(m.sh.Close)},
		{ID: m.id + ".choose", Title: m.hint, Short: "choose", Key: shell.Keys("up", "down")},
		action,
	}
}

func (m *menu) run() tea.Cmd {
	m.sh.Close()
	return m.choose(m.table.Cursor)
}

func (m *menu) View(r shell.Rect) string {
	return m.table.View(m.sh.Theme(), m.columns, m.count(), m.row, r.W, m.height(r), true)
}

func (m *menu) height(r shell.Rect) int { return min(m.most, r.H-1) + 1 }

// Click chooses the row under the pointer.
func (m *menu) Click(room shell.Rect, _, y int) (enter bool) {
	row, ok := m.table.RowAt(y, m.count(), m.height(room))
	if ok {
		m.table.Move(row, m.count(), m.most)
	}
	return ok
}

// copyMenu copies a part of the token.
type copyMenu struct{ menu }

// copyable is a text that can be copied.
type copyable struct{ name, size, value string }

// copyables are the parts of the token.
func (s *screen) copyables() (out []copyable) {
	add := func(name, value string) {
		if value != "" {
			out = append(out, copyable{name, text.Plural(len(value), "byte", "bytes"), value})
		}
	}
	t := &s.token.Decoded
	if m := s.selected(); m != nil {
		add("the member "+widget.Clip(m.Name, 24), m.Raw)
	}
	add("the token", t.Raw)
	add("the header, as JSON", t.Header.Text)
	if s.token.IsOpen() {
		add("what it held, opened", s.token.Opened.Plaintext)
	}
	add("the claims, as JSON", t.Claims.Text)
	add("the signature, as base64url", t.Text(jwt.SegmentSignature))
	add("the findings", s.plainText(paneFindings))
	add("the verdict", ansi.Strip(s.verdictLines(200)[0])+"\n"+s.plainText(paneVerdict))
	return out
}

func (s *screen) chooseCopy() {
	parts := s.copyables()
	s.sh.Open(&copyMenu{menu{sh: s.sh, title: "Copy", id: "copy", width: 60, hint: "choose a part",
		action:  shell.Command{ID: "copy.copy", Title: "copy it", Short: "copy", Key: shell.Keys("enter", "y")},
		columns: []widget.Column{{Title: "PART", Width: 20, Flex: 1}, {Title: "SIZE", Width: 14, Right: true}}, count: func() int { return len(parts) }, most: len(parts),
		row: func(i int) []widget.Cell {
			return []widget.Cell{{Text: parts[i].name, Style: s.sh.Theme().Text}, {Text: parts[i].size, Style: s.sh.Theme().Muted}}
		},
		choose: func(i int) tea.Cmd { return s.sh.Copy(parts[i].name, parts[i].value) }}})
}
