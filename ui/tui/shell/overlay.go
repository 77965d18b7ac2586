package shell

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"keydeck/ui/tui/widget"
)

// GracePeriod is how long an overlay that can do harm does not listen after it
// has opened: a key that was already on its way was meant for something else.
const GracePeriod = 300 * time.Millisecond

// Overlay floats over the screen and gets all keys.
type Overlay interface {
	Update(tea.Msg) tea.Cmd
	View(Rect) string // its content; the root draws the box and the key hints
	Title() string
	Commands() []Command
}

type Layer struct {
	Overlay
	Opened  time.Time
	Guarded bool
}

// Open puts an overlay on top.
func (sh *Shell) Open(o Overlay) {
	sh.state.Overlays = append(sh.state.Overlays, Layer{Overlay: o, Opened: sh.state.Now})
}

// OpenGuarded is open for overlays that can do harm, or that open by themselves.
func (sh *Shell) OpenGuarded(o Overlay) {
	sh.state.Overlays = append(sh.state.Overlays, Layer{Overlay: o, Opened: sh.state.Now, Guarded: true})
}

// Close takes the top overlay away.
func (sh *Shell) Close() {
	if n := len(sh.state.Overlays); n > 0 {
		sh.state.Overlays = sh.state.Overlays[:n-1]
	}
}

// CloseAll takes all overlays away; what they have under way ends.
func (sh *Shell) CloseAll() {
	for _, o := range sh.state.Overlays {
		if c, ok := o.Overlay.(Closer); ok {
			c.Close()
		}
	}
	sh.state.Overlays = nil
}

func (sh *Shell) Top() (Layer, bool) {
	if n := len(sh.state.Overlays); n > 0 {
		return sh.state.Overlays[n-1], true
	}
	return Layer{}, false
}

const WideWidth = 120 // from here on, details stand beside the list

const PaneWidth = 50 // of the details; an id fits on one line

// OverlayArea is what a terminal has for an overlay: the cells that its box may
// be wide, and the lines that its content may have between the edges of the box,
// the space around it and the key hints. The breadcrumb, the line below the list
// and the help line stay in sight.
func OverlayArea(terminal Rect) Rect { return Rect{terminal.W - 6, terminal.H - 8} }

// Clickable is a screen that knows what stands where. x and y count from the upper
// left of its room.
type Clickable interface{ Click(x, y int) tea.Cmd }

// Pressable is an overlay that knows what stands where. x and y count from the upper
// left of its content, which has the given room.
type Pressable interface {
	Press(room Rect, x, y int) tea.Cmd
}

// FormHolder is an overlay with a form in it; nil while it takes no input.
type FormHolder interface{ Form() *widget.Form }

// FormOffset is a form that begins below some text, on the given line.
type FormOffset interface{ FormLine(room Rect) int }

// Dismissable is an overlay that a click beside it may close: it holds nothing that
// would be lost.
type Dismissable interface{ Dismissable() bool }

func FormUnless(busy bool, form *widget.Form) *widget.Form {
	if busy {
		return nil
	}
	return form
}

// ListTop is where the list of an overlay with an input above it begins, its head
// line.
const ListTop = 2
