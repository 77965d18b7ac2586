package shell

import (
	tea "charm.land/bubbletea/v2"

	"keydeck/ui/tui/place"
)

// Rect is the room a screen draws in, in cells.
type Rect struct{ W, H int }

// Screen is one place of the dashboard: a plain struct behind a pointer that
// changes in Update only and does I/O in commands only.
//
// View is pure: the same state, room and theme give the same text. A text that
// is too big for the room is cut by the root; a screen lays itself out so that
// nothing of worth is lost.
type Screen interface {
	Init() tea.Cmd
	Update(tea.Msg) tea.Cmd
	View(Rect) string
	Title() string // one word or two, for the breadcrumb and the window's title
	Commands() []Command
}

// Maker makes a screen when it is first gone to. It does no I/O; Init does.
type Maker func(*Shell) Screen

// Screens are what the root shows, and the switcher of projects, which is an
// overlay that it opens by itself: on the way to then, where that is not nil.
type Screens struct {
	Makers   map[place.Screen]Maker
	Switcher func(sh *Shell, then *place.Destination) Overlay
}

// Typing is what a screen or an overlay implements that has a text input:
// while it reports true, printable keys are text and no commands.
type Typing interface{ Typing() bool }

// Closer is a screen that holds something open, such as a stream.
type Closer interface{ Close() }

// Linked is a screen with items that the palette goes to by name.
type Linked interface{ Links() []Command }

// Enterer is a screen that can be entered with something to show, such as one
// credential's requests.
type Enterer interface{ Enter(arg any) tea.Cmd }

// ShownMsg comes to a screen that is gone to again: what it shows may be old.
type ShownMsg struct{}

// SecondMsg comes once a second to the screen and the overlay that are seen.
type SecondMsg struct{}
