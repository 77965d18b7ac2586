package tui

import (
	"testing"

	tea "charm.land/bubbletea/v2"
)

// breaking is a screen whose command panics, in a goroutine of its own.
type breaking struct{ Screen }

func (breaking) Init() tea.Cmd { return func() tea.Msg { panic("a command that breaks") } }

func TestRunRestoresAfterAPanicInACommand(t *testing.T) {
	restoresAfterPanic(t, func(d *desk) Screen { return breaking{newTokenScreen(d)} })
}

// blind is a screen that breaks when it is drawn.
type blind struct{ Screen }

func (blind) View(Rect) string { panic("a screen that cannot be drawn") }

func TestRunRestoresAfterAPanicInView(t *testing.T) {
	restoresAfterPanic(t, func(d *desk) Screen { return blind{newTokenScreen(d)} })
}

// late is a screen that breaks on a message that comes by itself, in Update.
type late struct{ Screen }

func (late) Update(msg tea.Msg) tea.Cmd {
	if _, ok := msg.(secondMsg); ok {
		panic("a screen that breaks later")
	}
	return nil
}

func TestRunRestoresAfterAPanicInUpdate(t *testing.T) {
	restoresAfterPanic(t, func(d *desk) Screen { return late{newTokenScreen(d)} })
}

// TestResumeLooksAtTheTerminalAgain: while Keydeck slept the terminal may have
// got another background, and another size.
func TestResumeLooksAtTheTerminalAgain(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: oneProject}, func(r *rig) {
		if _, cmd := r.root.Update(tea.ResumeMsg{}); cmd == nil || cmd() != tea.RequestBackgroundColor() {
			t.Error("the background is not asked for after a resume")
		}
		r.send(tea.WindowSizeMsg{Width: 60, Height: 20})
		checkFrame(t, r.root.View().Content, Rect{60, 20})
	})
}
