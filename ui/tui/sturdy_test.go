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

// TestResumeLooksAtTheTerminalAgain: while Keydeck slept the terminal may have
// got another background, and another size.
func TestResumeLooksAtTheTerminalAgain(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: oneProject}, func(r *rig) {
		if cmd := r.root.route(tea.ResumeMsg{}); cmd == nil || cmd() != tea.RequestBackgroundColor() {
			t.Error("the background is not asked for after a resume")
		}
		r.send(tea.WindowSizeMsg{Width: 60, Height: 20})
		checkFrame(t, r.root.View().Content, Rect{60, 20})
	})
}
