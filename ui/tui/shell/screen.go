package shell

import (
	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/ui/tui/place"
)

// Rect is a size in cells.
type Rect struct{ W, H int }

// Screen is one place of the dashboard: a plain struct behind a pointer that
// changes in Update only and does I/O in commands only.
//
// View is pure: the same state, size and theme give the same text. The root cuts what
// is too big; a screen lays itself out so that nothing important is lost.
type Screen interface {
	Init() tea.Cmd
	Update(tea.Msg) tea.Cmd
	View(Rect) string
	Title() string // one word or two, for the breadcrumb and the window's title
	Commands() []Command
}

// Maker makes a screen on the first visit. It does no I/O; Init does.
type Maker func(*Shell) Screen

// Screens are what the root shows. Switcher makes the overlay that answers a question, or
// for nil switches the project.
type Screens struct {
	Makers   map[place.Screen]Maker
	Switcher func(*Shell, *ProjectQuestion) Overlay
}

// ProjectQuestion asks for one of the user's projects.
type ProjectQuestion struct {
	Title  string
	Denied func(p *model.Project) string // why it cannot be chosen, "" if it can
	Then   func(p model.Project) tea.Cmd
}

// Typing is a screen or an overlay with a text input. While it reports true, printable
// keys are text and not commands.
type Typing interface{ Typing() bool }

// Closer is a screen that holds something open, such as a stream.
type Closer interface{ Close() }

// Enterer is a screen that takes an argument, such as whose requests to show.
type Enterer interface{ Enter(arg any) tea.Cmd }

// ShownMsg comes to a screen on every visit but the first: its data may be old.
type ShownMsg struct{}

// SecondMsg comes once a second to the current screen and the top overlay.
type SecondMsg struct{}
