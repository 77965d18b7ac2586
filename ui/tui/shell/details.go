package shell

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"keydeck/ui/tui/widget"
)

// Details is an overlay with all that is known of something, at any size. It scrolls where
// that is more than fits.
type Details struct {
	sh       *Shell
	title    string
	text     func(w int) string
	commands func() []Command
	scroll   widget.Scroll
}

// NewDetails makes details with their text in w cells, and with what can be done from them;
// each of these is run after the overlay has closed.
func NewDetails(sh *Shell, title string, text func(w int) string, commands func() []Command) *Details {
	return &Details{sh: sh, title: title, text: text, commands: commands}
}

func (d *Details) Title() string      { return d.title }
func (d *Details) Width(r Rect) int   { return min(r.W, 74) }
func (d *Details) Dismissable() bool  { return true }
func (d *Details) View(r Rect) string { return strings.Join(d.scroll.Visible(d.lines(r.W), r.H), "\n") }

func (d *Details) lines(w int) []string { return strings.Split(d.text(w), "\n") }

// room is the size of the content.
func (d *Details) room() Rect {
	r := OverlayArea(d.sh.Size())
	return Rect{d.Width(r) - widget.BoxWidth, r.H}
}

func (d *Details) Update(msg tea.Msg) tea.Cmd {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		r := d.room()
		d.scroll.Key(k.String(), len(d.lines(r.W)), r.H)
	}
	return nil
}

func (d *Details) Commands() []Command {
	cmds := []Command{{ID: "details.close", Title: "close", Short: "close", Key: Keys("esc", "d", "q"), Run: Do(d.sh.Close)}}
	for _, c := range d.commands() {
		run := c.Run
		c.Run = func() tea.Cmd {
			d.sh.Close()
			return run()
		}
		cmds = append(cmds, c)
	}
	return append(cmds, Command{ID: "details.scroll", Title: "scroll", Short: "scroll", Key: Keys("j/k")})
}
