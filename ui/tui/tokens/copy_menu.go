package tokens

import (
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"keydeck/model/inspect/jwt"
	"keydeck/ui/text"
	"keydeck/ui/tui/list"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/widget"
)

// copyMenu copies a part of the token.
type copyMenu struct {
	list.Menu[copyable]
	sh *shell.Shell
}

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
		add("the decrypted content", s.token.Opened.Plaintext)
	}
	add("the claims, as JSON", t.Claims.Text)
	add("the signature, as base64url", t.Text(jwt.SegmentSignature))
	add("the findings", s.plainText(paneFindings))
	add("the verdict", ansi.Strip(s.verdictLines(200)[0])+"\n"+s.plainText(paneVerdict))
	return out
}

// newCopyMenu lists texts by their names.
func newCopyMenu(sh *shell.Shell, title string, width int, name, size widget.Column, items []copyable) list.Menu[copyable] {
	return list.NewMenu(sh, title, width, len(items), list.Config[copyable]{Columns: []list.Column[copyable]{
		{Column: name, Text: func(c *copyable) string { return c.name }},
		{Column: size, Text: func(c *copyable) string { return c.size }},
	}}, items)
}

func (s *screen) chooseCopy() {
	s.sh.Open(&copyMenu{sh: s.sh, Menu: newCopyMenu(s.sh, "Copy", 60,
		widget.Column{Title: "PART", Width: 20, Flex: 1}, widget.Column{Title: "SIZE", Width: 14, Right: true}, s.copyables())})
}

func (m *copyMenu) Commands() []shell.Command {
	return m.MenuCommands("copy", "cancel", "a part", shell.Command{ID: "copy.copy", Title: "copy it", Short: "copy", Key: shell.Keys("enter", "y"), Run: m.copy})
}

func (m *copyMenu) copy() tea.Cmd {
	part := m.Take()
	return m.sh.Copy(part.name, part.value)
}
