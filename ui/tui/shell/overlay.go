package shell

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"keydeck/ui/tui/widget"
)

// GracePeriod is how long a guarded overlay ignores keys after it has opened: a key in
// flight was meant for something else.
const GracePeriod = 300 * time.Millisecond

// Overlay floats over the screen and gets all keys.
type Overlay interface {
	Update(tea.Msg) tea.Cmd
	View(Rect) string // its content; the root draws the box and the key hints
	Title() string
	Commands() []Command
}

// Layer is an open overlay.
type Layer struct {
	Overlay
	Opened  time.Time
	Guarded bool
}

// Open opens an overlay on top.
func (sh *Shell) Open(o Overlay) {
	sh.state.Overlays = append(sh.state.Overlays, Layer{Overlay: o, Opened: sh.state.Now})
}

// OpenGuarded is Open for overlays that can do harm, or that open on their own.
func (sh *Shell) OpenGuarded(o Overlay) {
	sh.state.Overlays = append(sh.state.Overlays, Layer{Overlay: o, Opened: sh.state.Now, Guarded: true})
}

// Close closes the top overlay.
func (sh *Shell) Close() {
	if n := len(sh.state.Overlays); n > 0 {
		sh.state.Overlays = sh.state.Overlays[:n-1]
	}
}

// CloseAll closes all overlays and what they hold open.
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

// Clickable is a screen or an overlay that handles clicks. x and y count from the upper
// left of its content, which has the size room. If it reports enter, the click does what
// that key does there.
type Clickable interface {
	Click(room Rect, x, y int) (enter bool)
}

// FormHolder is an overlay with a form; Form is nil while it takes no input.
type FormHolder interface{ Form() *widget.Form }

// FormOffset is an overlay with text above its form: FormLine is the form's first line.
type FormOffset interface{ FormLine(room Rect) int }

// Dismissable is an overlay that a click beside it may close, since nothing would be
// lost.
type Dismissable interface{ Dismissable() bool }

func FormUnless(busy bool, form *widget.Form) *widget.Form {
	if busy {
		return nil
	}
	return form
}
