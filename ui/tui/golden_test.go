package tui_test

import (
	"testing"

	tea "charm.land/bubbletea/v2"

	"keydeck/ui/tui"
	"keydeck/ui/tui/screens"
	"keydeck/ui/tui/tuitest"
	"keydeck/ui/tui/tuitest/fake"
)

func TestGolden(t *testing.T) { tuitest.Golden(t, screens.All, frameStates) }

func TestStatesAreWords(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject, Options: tui.Options{Environ: []string{"NO_COLOR=yes"}}}, func(r *tuitest.Rig) {
		r.Send(tea.BackgroundColorMsg{})
		if got := tuitest.Colours(r.Root.View().Content); len(got) > 0 {
			t.Errorf("NO_COLOR=yes, yet there are colours: %q", got)
		}
		r.Sees("expired", "revoked", "never", "41 d", "2 d")
	})
}

func TestTooSmall(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject, W: 48, H: 12}, func(r *tuitest.Rig) {
		r.Sees("needs 60x18", "this is 48x12")
		r.Send(tea.WindowSizeMsg{Width: 80, Height: 24})
		r.Sees("Credentials")
	})
}

func TestHints(t *testing.T) { tuitest.Hints(t, screens.All, frameStates) }
