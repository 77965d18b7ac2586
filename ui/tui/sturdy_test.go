package tui_test

import (
	"testing"

	tea "charm.land/bubbletea/v2"

	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/tokens"
	"keydeck/ui/tui/tuitest"
	"keydeck/ui/tui/tuitest/fake"
)

// breaking is a screen whose command panics, in a goroutine of its own.
type breaking struct{ shell.Screen }

func (breaking) Init() tea.Cmd { return func() tea.Msg { panic("a command that breaks") } }

func TestRunRestoresAfterAPanicInACommand(t *testing.T) {
	restoresAfterPanic(t, func(sh *shell.Shell) shell.Screen { return breaking{tokens.New(sh)} })
}

// blind is a screen that panics when it is drawn.
type blind struct{ shell.Screen }

func (blind) View(shell.Rect) string { panic("a screen that cannot be drawn") }

func TestRunRestoresAfterAPanicInView(t *testing.T) {
	restoresAfterPanic(t, func(sh *shell.Shell) shell.Screen { return blind{tokens.New(sh)} })
}

// late is a screen that panics in Update, on a message that comes by itself.
type late struct{ shell.Screen }

func (late) Update(msg tea.Msg) tea.Cmd {
	if _, ok := msg.(shell.SecondMsg); ok {
		panic("a screen that breaks later")
	}
	return nil
}

func TestRunRestoresAfterAPanicInUpdate(t *testing.T) {
	restoresAfterPanic(t, func(sh *shell.Shell) shell.Screen { return late{tokens.New(sh)} })
}

// TestResumeLooksAtTheTerminalAgain checks that background and size are asked for again
// after a suspension.
func TestResumeLooksAtTheTerminalAgain(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject}, func(r *tuitest.Rig) {
		if _, cmd := r.Root.Update(tea.ResumeMsg{}); cmd == nil || cmd() != tea.RequestBackgroundColor() {
			t.Error("the background is not asked for after a resume")
		}
		r.Send(tea.WindowSizeMsg{Width: 60, Height: 20})
		tuitest.CheckFrame(t, r.Root.View().Content, shell.Rect{W: 60, H: 20})
	})
}
