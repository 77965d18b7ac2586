package tui

import (
	"io"
	"slices"

	tea "charm.land/bubbletea/v2"

	"keydeck/ui/tui/place"
	"keydeck/ui/tui/shell"
)

// What the tests of the whole dashboard look into, beside what they see.

const (
	MinW      = minW
	MaxStored = maxStateFile
	WheelRows = wheelRows
	ThemeAuto = themeAuto
)

var Themes = len(themes)

func (r *Root) Recall() { r.loadState() }
func (r *Root) Rebind() { r.loadKeymap() }

// Bound are all commands that a key gives here, Unbound those that it gives
// everywhere, with the keys they have by themselves.
func (r *Root) Bound() []shell.Command   { return slices.Concat(r.screenCommands(), r.globalCommands()) }
func (r *Root) Unbound() []shell.Command { return r.defaultGlobals() }

// PaletteCommands opens the palette and gives what is in it.
func (r *Root) PaletteCommands() (cmds []shell.Command) {
	r.palette()
	top, _ := r.sh.Top()
	for _, item := range top.Overlay.(*palette).Items() {
		cmds = append(cmds, item.Command)
	}
	return cmds
}

// PaletteCursor is where the open palette stands.
func (r *Root) PaletteCursor() int {
	top, _ := r.sh.Top()
	p := top.Overlay.(*palette)
	return slices.IndexFunc(p.Items(), func(c paletteItem) bool { return c.name == p.Selected().name })
}

// HelpLines are those of the open help, for a window of that size.
func (r *Root) HelpLines(size shell.Rect) (lines []string, w int) {
	top, _ := r.sh.Top()
	h := top.Overlay.(*help)
	w = h.room(size).W
	return h.lines(w), w
}

// Unanswered makes it as if the first question was still waited for.
func (r *Root) Unanswered() {
	r.state.Link, r.connectStart, r.probeCall.Pending, r.everConnected = shell.LinkWaiting, r.state.Now, true, false
}

// SignInAgain opens what a sign-in opens.
func (r *Root) SignInAgain() {
	r.signIn(shell.Identity{User: r.state.User, Projects: r.state.Projects})
}

// Second is the message that comes once a second.
func Second() tea.Msg { return tickMsg{} }

// WriteStateBy has the state file written by another function.
func (r *Root) WriteStateBy(replace func(path string, raw []byte) error) {
	r.stateFile.replace = replace
}

// Finish is what Run does when the program has ended.
func (r *Root) Finish() { r.finish() }

// Start reports that nobody is known to be signed in yet.
func (r *Root) Start() bool { return r.current == place.Start }

// FilterPastes reads as the dashboard reads its terminal.
func FilterPastes(from io.Reader) io.Reader { return &pasteFilter{from: from} }

// RestAfter is how long after the last message the renderer comes to rest.
const RestAfter = idleAfter

// HasTicker reports that pace finds the ticker of a program.
func HasTicker(p *tea.Program) bool { return tickerOf(p) != nil }

// Paced gives a model whose renderer is at our pace, once it is told the program,
// and what tells whether it rests.
func Paced(m *Root) (model tea.Model, attach func(*tea.Program), rests func() bool) {
	p := &pace{}
	return paced{m, p}, func(program *tea.Program) { p.program = program }, func() bool {
		p.mu.Lock()
		defer p.mu.Unlock()
		return !p.active
	}
}
