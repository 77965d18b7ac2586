package tui

import (
	"slices"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
)

func TestGolden(t *testing.T) { Golden(t, Screens, states) }

// TestThemes pins the colours of one busy screen in every theme.
func TestThemes(t *testing.T) {
	themesAgree(t, "", allThemes, rigOptions{signedIn: true, furnish: oneProject}, func(r *rig) {
		r.keys("3")
		r.wait(time.Second)
		r.keys("up", "enter")
	})
}

func TestStatesAreWords(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: oneProject, Options: Options{Environ: []string{"NO_COLOR=yes"}}}, func(r *rig) {
		r.send(tea.BackgroundColorMsg{})
		if got := colours(r.root.View().Content); len(got) > 0 {
			t.Errorf("NO_COLOR=yes, yet there are colours: %q", got)
		}
		r.sees("expired", "revoked", "never", "41 d", "2 d")
	})
}

func TestTooSmall(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: oneProject, w: 48, h: 12}, func(r *rig) {
		r.sees("needs 60x18", "this is 48x12")
		r.send(tea.WindowSizeMsg{Width: 80, Height: 24})
		r.sees("Credentials")
	})
}

var states = slices.Concat(signInStates, frameStates, overviewStates, projectStates, memberStates, credentialStates, requestStates, tokenStates)

func TestHints(t *testing.T) { Hints(t, Screens, states) }
