package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"keydeck/ui/text"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/widget"
)

// help lists every key of a screen.
type help struct {
	sh             *shell.Shell
	title          string
	screen, global []shell.Command
	scroll         widget.Scroll
}

func newHelp(sh *shell.Shell, title string, screen, global []shell.Command) *help {
	return &help{sh: sh, title: "Keys: " + title, screen: screen, global: global}
}

// keysW is the width of the column of keys, at most a third of the page; longer lists
// are wrapped.
const keysW = 24

func keyColumn(w int) int { return min(keysW, w/3) }

// lines are the whole page, w cells wide.
func (h *help) lines(w int) []string {
	lines := append(h.section("Here", h.screen, w), "")
	lines = append(lines, h.section("Everywhere", h.global, w)...)
	if v := text.Visible(h.sh.Version()); v != "" {
		lines = append(lines, "", h.sh.Theme().Muted.Render("Keydeck "+v))
	}
	return lines
}

func (h *help) section(name string, cmds []shell.Command, w int) []string {
	lines := []string{h.sh.Theme().Heading.Render(name)}
	left := keyColumn(w)
	room := w - left - 3
	for _, c := range cmds {
		names := make([]string, 0, 4)
		for _, k := range c.Key.Keys() {
			names = append(names, shell.KeyName(k))
		}
		keys, title := widget.Wrap(strings.Join(names, " "), left), widget.Wrap(c.Title, room)
		for i := range max(len(keys), len(title)) {
			lines = append(lines, "  "+h.sh.Theme().Key.Render(widget.Left(at(keys, i), left))+" "+h.sh.Theme().Text.Render(at(title, i)))
		}
		if c.Disabled != "" {
			for _, l := range widget.Wrap("not now: "+c.Disabled, room) {
				lines = append(lines, strings.Repeat(" ", left+3)+h.sh.Theme().Muted.Render(l))
			}
		}
	}
	return lines
}

// at is lines[i], or "" beyond the end.
func at(lines []string, i int) string {
	if i >= len(lines) {
		return ""
	}
	return lines[i]
}

func (h *help) Title() string { return h.title }

func (h *help) Update(msg tea.Msg) tea.Cmd {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		key, room := k.String(), h.room(h.sh.Size())
		if key == "space" {
			key = "pgdown"
		}
		h.scroll.Key(key, len(h.lines(room.W)), room.H)
	}
	return nil
}

func (h *help) Width(r shell.Rect) int { return min(r.W, 80) }

// room is the size of the overlay's content in a terminal.
func (h *help) room(terminal shell.Rect) shell.Rect {
	room := shell.OverlayArea(terminal)
	return shell.Rect{W: h.Width(room) - widget.BoxWidth, H: room.H}
}

func (h *help) View(r shell.Rect) string {
	return strings.Join(h.scroll.Visible(h.lines(r.W), r.H), "\n")
}

func (h *help) Commands() []shell.Command {
	return []shell.Command{
		{ID: "help.scroll", Title: "scroll", Short: "scroll", Key: shell.Keys("j/k")},
		{ID: "help.close", Title: "close", Short: "close", Key: shell.Keys("esc", "?", "q", "f1", "enter"), Run: func() tea.Cmd { h.sh.Close(); return nil }},
	}
}

func (h *help) Dismissable() bool { return true }
