package tui

import (
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
)

// TestSuspend: where a server would stand still it is asked first, and from
// wherever the key is pressed.
func TestSuspend(t *testing.T) {
	ways := map[string][]string{"a screen": nil, "the palette": {":", "ab"}, "the switcher": {"p"}, "the help": {"?"}, "a filter": {"/", "ab"}, "a form": {"n", "ab"},
		"a question": {"S"}, "a name to type": {"down", "x"}}
	for name, way := range ways {
		for _, owns := range []bool{true, false} {
			run(t, rigOptions{signedIn: true, furnish: busyProject, Options: Options{OwnsServer: owns}}, func(r *rig) {
				r.keys(way...)
				before := len(r.root.overlays)
				r.keys("ctrl+z")
				if !owns {
					if r.suspended != 1 || len(r.root.overlays) != before {
						t.Errorf("in %s of an attached dashboard: suspended %d times, and then\n%s", name, r.suspended, r.screen())
					}
					return
				}
				r.sees("Suspend Keydeck?", "would stop answering", "keydeck serve, with keydeck attach")
				r.keys("enter")
				if r.suspended != 0 || len(r.root.overlays) != before {
					t.Errorf("in %s a no suspended %d times, and then\n%s", name, r.suspended, r.screen())
				}
				r.keys("ctrl+z", "y")
				r.keys("ctrl+z", "ctrl+z")
				if r.suspended != 2 || len(r.root.overlays) != before {
					t.Errorf("in %s a yes and a second press suspended %d times, want 2, and then\n%s", name, r.suspended, r.screen())
				}
			})
		}
	}
}

// TestSuspendInASmallWindow: the question is seen there, too; and none is asked
// while no server is up.
func TestSuspendInASmallWindow(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: oneProject, Options: Options{OwnsServer: true}}, func(r *rig) {
		r.send(tea.WindowSizeMsg{Width: 48, Height: 12})
		r.keys("ctrl+z")
		r.sees("Suspend Keydeck?", "y suspend, n no")
		r.keys("n")
		r.lacks("Suspend")
		r.keys("ctrl+z", "y")
		if r.suspended != 1 {
			t.Errorf("suspended %d times, want once", r.suspended)
		}
	})
	run(t, rigOptions{readyAfter: time.Hour, Options: Options{OwnsServer: true}}, func(r *rig) {
		r.keys("ctrl+z")
		if r.suspended != 1 {
			t.Errorf("suspended %d times while the server started, want once", r.suspended)
		}
	})
}
