package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"keydeck/ui/tui/widget"
)

// graceFor is how long an overlay that can do harm does not listen after it
// has opened: a key that was already on its way was meant for something else.
const graceFor = 300 * time.Millisecond

// Overlay floats over the screen and gets all keys.
type Overlay interface {
	Update(tea.Msg) tea.Cmd
	View(Rect) string // its content; the root draws the box and the key hints
	Title() string
	Commands() []Command
}

type overlayed struct {
	Overlay
	opened time.Time
	grace  bool
}

// open puts an overlay on top.
func (d *desk) open(o Overlay) {
	d.overlays = append(d.overlays, overlayed{Overlay: o, opened: d.at})
}

// openGuarded is open for overlays that can do harm, or that open by themselves.
func (d *desk) openGuarded(o Overlay) {
	d.overlays = append(d.overlays, overlayed{Overlay: o, opened: d.at, grace: true})
}

// close takes the top overlay away.
func (d *desk) close() {
	if n := len(d.overlays); n > 0 {
		d.overlays = d.overlays[:n-1]
	}
}

// closeAll takes all overlays away; what they have under way ends.
func (d *desk) closeAll() {
	for _, o := range d.overlays {
		if c, ok := o.Overlay.(Closer); ok {
			c.Close()
		}
	}
	d.overlays = nil
}

func (d *desk) top() (overlayed, bool) {
	if n := len(d.overlays); n > 0 {
		return d.overlays[n-1], true
	}
	return overlayed{}, false
}

const wideW = 120 // from here on, details stand beside the list

const paneW = 50 // of the details; an id fits on one line

// overlayRoom is what a terminal has for an overlay: the cells that its box may
// be wide, and the lines that its content may have between the edges of the box,
// the space around it and the key hints. The breadcrumb, the line below the list
// and the help line stay in sight.
func overlayRoom(terminal Rect) Rect { return Rect{terminal.W - 6, terminal.H - 8} }

// Clicked is a screen that knows what stands where. x and y count from the upper
// left of its room.
type Clicked interface{ Click(x, y int) tea.Cmd }

// Pressed is an overlay that knows what stands where. x and y count from the upper
// left of its content, which has the given room.
type Pressed interface {
	Press(room Rect, x, y int) tea.Cmd
}

// formed is an overlay with a form in it; nil while it takes no input.
type formed interface{ fields() *widget.Form }

// introduced is a form that begins below some text, on the given line.
type introduced interface{ formLine(room Rect) int }

// fleeting is an overlay that a click beside it may close: it holds nothing that
// would be lost.
type fleeting interface{ fleeting() bool }

func unless(busy bool, form *widget.Form) *widget.Form {
	if busy {
		return nil
	}
	return form
}

// listLine is where the list of an overlay with an input above it begins, its head
// line.
const listLine = 2
