package tui_test

import (
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"keydeck/ui/tui"
	"keydeck/ui/tui/tuitest"
	"keydeck/ui/tui/tuitest/fake"
)

// TestSuspend checks that suspending asks first where it would stop a server, wherever
// the key is pressed.
func TestSuspend(t *testing.T) {
	ways := map[string][]string{"a screen": nil, "the palette": {":", "ab"}, "the switcher": {"p"}, "the help": {"?"}, "a filter": {"/", "ab"}, "a form": {"n", "ab"},
		"a question": {"S"}, "a name to type": {"down", "x"}}
	for name, way := range ways {
		for _, owns := range []bool{true, false} {
			run(t, tuitest.Options{SignedIn: true, Seed: fake.BusyProject, Options: tui.Options{OwnsServer: owns}}, func(r *tuitest.Rig) {
				r.Keys(way...)
				before := len(r.Root.State().Overlays)
				r.Keys("ctrl+z")
				if !owns {
					if r.Suspended != 1 || len(r.Root.State().Overlays) != before {
						t.Errorf("in %s of an attached dashboard: suspended %d times, and then\n%s", name, r.Suspended, r.Screen())
					}
					return
				}
				r.Sees("Suspend Keydeck?", "would stop answering", "To keep the server up, run keydeck serve")
				r.Keys("enter")
				if r.Suspended != 0 || len(r.Root.State().Overlays) != before {
					t.Errorf("in %s a no suspended %d times, and then\n%s", name, r.Suspended, r.Screen())
				}
				r.Keys("ctrl+z", "y")
				r.Keys("ctrl+z", "ctrl+z")
				if r.Suspended != 2 || len(r.Root.State().Overlays) != before {
					t.Errorf("in %s a yes and a second press suspended %d times, want 2, and then\n%s", name, r.Suspended, r.Screen())
				}
			})
		}
	}
}

// TestSuspendInASmallWindow checks that the question is seen in a small window, too,
// and that none is asked while no server is up.
func TestSuspendInASmallWindow(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject, Options: tui.Options{OwnsServer: true}}, func(r *tuitest.Rig) {
		r.Send(tea.WindowSizeMsg{Width: 48, Height: 12})
		r.Keys("ctrl+z")
		r.Sees("Suspend Keydeck?", "y suspend, n no")
		r.Keys("n")
		r.Lacks("Suspend")
		r.Keys("ctrl+z", "y")
		if r.Suspended != 1 {
			t.Errorf("suspended %d times, want once", r.Suspended)
		}
	})
	run(t, tuitest.Options{ReadyAfter: time.Hour, Options: tui.Options{OwnsServer: true}}, func(r *tuitest.Rig) {
		r.Keys("ctrl+z")
		if r.Suspended != 1 {
			t.Errorf("suspended %d times while the server started, want once", r.Suspended)
		}
	})
}
