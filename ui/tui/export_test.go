package tui

import "slices"

// What the tests of the whole dashboard look into, beside what they see.

const (
	MinW      = minW
	MaxStored = maxStored
	WheelRows = wheelRows
	ThemeAuto = themeAuto
)

var Themes = len(themes)

func (r *Root) Recall() { r.recall() }
func (r *Root) Rebind() { r.rebind() }

// Bound are all commands that a key gives here, Unbound those that it gives
// everywhere, with the keys they have by themselves.
func (r *Root) Bound() []Command   { return slices.Concat(r.here(), r.global()) }
func (r *Root) Unbound() []Command { return r.globals() }

// PaletteCommands opens the palette and gives what is in it.
func (r *Root) PaletteCommands() []Command {
	r.palette()
	top, _ := r.top()
	return top.Overlay.(*palette).all
}

// PaletteCursor is where the open palette stands.
func (r *Root) PaletteCursor() int {
	top, _ := r.top()
	return top.Overlay.(*palette).table.Cursor
}

// HelpLines are those of the open help, for a window of that size.
func (r *Root) HelpLines(size Rect) (lines []string, w int) {
	top, _ := r.top()
	h := top.Overlay.(*help)
	w = h.room(size).W
	return h.lines(w), w
}

// Unanswered makes it as if the first question was still waited for.
func (r *Root) Unanswered() {
	r.link, r.asked, r.probeQ.waiting, r.met = linkWaiting, r.at, true, false
}

// SignInAgain opens what a sign-in opens.
func (r *Root) SignInAgain() { r.signIn(identity{r.user, r.projects}) }

// Start reports that nobody is known to be signed in yet.
func (r *Root) Start() bool { return r.current == screenStart }
