package tui

import (
	"strings"

	"charm.land/bubbles/v2/viewport"
	tea "charm.land/bubbletea/v2"

	"keydeck/ui/tui/text"
	"keydeck/ui/tui/widget"
)

// help lists every key of a screen, from the same commands that act on them.
type help struct {
	*desk
	title string
	lines []string
	view  viewport.Model
}

func newHelp(d *desk, title string, screen, global []Command) *help {
	h := &help{desk: d, title: "Keys: " + title, view: viewport.New()}
	h.section("Here", screen)
	h.section("Everywhere", global)
	if v := text.Visible(d.options.Version); v != "" {
		h.lines = append(h.lines, "", h.th.Muted.Render("Keydeck "+v))
	}
	h.view.SetContentLines(h.lines)
	return h
}

// keysW is the column of keys: as wide as the longest list of them.
const keysW = 24

func (h *help) section(name string, cmds []Command) {
	if len(h.lines) > 0 {
		h.lines = append(h.lines, "")
	}
	h.lines = append(h.lines, h.th.Heading.Render(name))
	for _, c := range cmds {
		names := make([]string, 0, 4)
		for _, k := range c.Key.Keys() {
			names = append(names, keyName(k))
		}
		h.lines = append(h.lines, "  "+h.th.Key.Render(widget.Left(strings.Join(names, " "), keysW))+" "+c.Title)
		if c.Disabled != "" {
			h.lines = append(h.lines, strings.Repeat(" ", keysW+3)+h.th.Muted.Render("not now: "+c.Disabled))
		}
	}
}

func (h *help) Title() string { return h.title }

func (h *help) Update(msg tea.Msg) tea.Cmd {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		h.view.SetHeight(h.height(h.size.H))
		h.view.SetWidth(h.size.W)
		switch k.String() {
		case "up", "k":
			h.view.ScrollUp(1)
		case "down", "j":
			h.view.ScrollDown(1)
		case "pgup", "ctrl+b":
			h.view.PageUp()
		case "pgdown", "ctrl+f", "space":
			h.view.PageDown()
		case "home":
			h.view.GotoTop()
		case "end", "G":
			h.view.GotoBottom()
		}
	}
	return nil
}

func (h *help) width(r Rect) int { return min(r.W, 80) }

// height is what the root leaves an overlay's content of a terminal's height.
func (h *help) height(terminal int) int { return max(1, min(len(h.lines), terminal-10)) }

func (h *help) View(r Rect) string {
	v := h.view
	v.SetWidth(r.W)
	v.SetHeight(max(1, min(len(h.lines), r.H)))
	return v.View()
}

func (h *help) Commands() []Command {
	return []Command{
		{ID: "help.scroll", Title: "scroll", Short: "scroll", Key: on("j/k")},
		{ID: "help.close", Title: "close", Short: "close", Key: on("esc", "?", "q", "f1", "enter"), Run: func() tea.Cmd { h.close(); return nil }},
	}
}
