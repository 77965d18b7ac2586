package tui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
)

// changes are the calls that changed something at the server.
func mutations(r *rig) (out []string) {
	for _, c := range r.fake.calls {
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
			run(t, rigOptions{signedIn: true, furnish: oneProject}, func(r *rig) {
				r.keys(tt.seen...)
				before, had := len(r.root.overlays), len(mutations(r))
				r.send(tea.WindowSizeMsg{Width: 40, Height: 10})
				r.sees("needs 60x18")
				r.keys(tt.then...)
				r.send(tea.PasteMsg{Content: fakeSecret})
				r.send(tea.MouseClickMsg{Button: tea.MouseLeft, X: 2, Y: 5})
				r.send(tea.MouseWheelMsg{Button: tea.MouseWheelDown})
				if got := mutations(r)[had:]; len(got) > 0 {
					t.Errorf("keys acted unseen: %q", got)
				}
				if got := len(r.root.overlays); got != before {
					t.Errorf("%d overlays after the keys, want %d", got, before)
				}
				if r.quit {
					t.Error("the dashboard was quit")
				}
			})
		})
	}
}

func TestQuitFromACrampedWindow(t *testing.T) {
	small := func(r *rig) { r.send(tea.WindowSizeMsg{Width: 40, Height: 10}) }
	t.Run("attached", func(t *testing.T) {
		run(t, rigOptions{signedIn: true, furnish: oneProject}, func(r *rig) {
			small(r)
			r.keys("q")
			if !r.quit {
				t.Error("q did not quit")
			}
		})
	})
	for _, ask := range []string{"q", "ctrl+c"} {
		t.Run("with its server, "+ask, func(t *testing.T) {
			run(t, rigOptions{signedIn: true, furnish: oneProject, Options: Options{OwnsServer: true}}, func(r *rig) {
				r.keys("n", "quiet") // a form that is typed in must not take the q
				small(r)
				r.keys(ask)
				r.sees("Quit Keydeck?", "y stop and quit, n no", "This stops the server on :8000")
				if r.quit {
					t.Fatal("it did not ask")
				}
				r.keys("n")
				r.sees("needs 60x18")
				r.keys(ask, "y")
				if !r.quit {
					t.Error("y did not quit")
				}
			})
		})
	}
}
