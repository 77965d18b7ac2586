package tui_test

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"keydeck/ui/tui"
	"keydeck/ui/tui/tuitest"
	"keydeck/ui/tui/tuitest/fake"
)

// mutations are the calls that changed something at the server.
func mutations(r *tuitest.Rig) (out []string) {
	for _, c := range r.Server.Calls {
		if !strings.HasPrefix(c, "GET ") {
			out = append(out, c)
		}
	}
	return out
}

func TestKeysDoNothingUnseen(t *testing.T) {
	tests := []struct {
		name string
		seen []string // pressed before the window shrinks
		then []string // pressed after it
	}{
		{"revoke", nil, []string{"x", "y"}},
		{"answer a question", []string{"x"}, []string{"y"}},
		{"issue", nil, []string{"n", "nightly", "enter"}},
		{"send a form", []string{"n", "nightly"}, []string{"enter"}},
		{"rotate", nil, []string{"r", "enter"}},
		{"sign out", nil, []string{"S", "y"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject}, func(r *tuitest.Rig) {
				r.Keys(tt.seen...)
				before, had := len(r.Root.State().Overlays), len(mutations(r))
				r.Send(tea.WindowSizeMsg{Width: 40, Height: 10})
				r.Sees("needs 60x18")
				r.Keys(tt.then...)
				r.Send(tea.PasteMsg{Content: fake.Secret})
				r.Send(tea.MouseClickMsg{Button: tea.MouseLeft, X: 2, Y: 5})
				r.Send(tea.MouseWheelMsg{Button: tea.MouseWheelDown})
				if got := mutations(r)[had:]; len(got) > 0 {
					t.Errorf("keys acted unseen: %q", got)
				}
				if got := len(r.Root.State().Overlays); got != before {
					t.Errorf("%d overlays after the keys, want %d", got, before)
				}
				if r.Quit {
					t.Error("the dashboard was quit")
				}
			})
		})
	}
}

func TestQuitFromACrampedWindow(t *testing.T) {
	small := func(r *tuitest.Rig) { r.Send(tea.WindowSizeMsg{Width: 40, Height: 10}) }
	t.Run("attached", func(t *testing.T) {
		run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject}, func(r *tuitest.Rig) {
			small(r)
			r.Keys("q")
			if !r.Quit {
				t.Error("q did not quit")
			}
		})
	})
	for _, ask := range []string{"q", "ctrl+c"} {
		t.Run("with its server, "+ask, func(t *testing.T) {
			run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject, Options: tui.Options{OwnsServer: true}}, func(r *tuitest.Rig) {
				r.Keys("n", "quiet") // a form that is typed in must not take the q
				small(r)
				r.Keys(ask)
				r.Sees("Quit Keydeck?", "y stop and quit, n no", "This stops the server on :8000")
				if r.Quit {
					t.Fatal("it did not ask")
				}
				r.Keys("n")
				r.Sees("needs 60x18")
				r.Keys(ask, "y")
				if !r.Quit {
					t.Error("y did not quit")
				}
			})
		})
	}
}
