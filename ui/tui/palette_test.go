package tui_test

import (
	"testing"
	"time"

	"keydeck/ui/tui/tuitest"
	"keydeck/ui/tui/tuitest/fake"
)

// TestPaletteGoesElsewhere checks that the palette finds a command of another screen,
// and goes there to run it or to say why it cannot be run.
func TestPaletteGoesElsewhere(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: fake.BusyProject}, func(r *tuitest.Rig) {
		r.Keys("5", ":", "requests copy curl")
		r.Sees("there, not yet: no request is selected")
		r.Keys("esc", ":", "exp")
		r.Sees(" Requests: export the matching requests")
		r.Keys("ort")
		r.Sees("▌Requests: export the matching requests")
		r.Keys("enter")
		r.Sees("› Requests", "Export")
		r.Keys("esc", "1", ":", "issue", "enter")
		r.Sees("› Credentials", "Issue a credential")
	})
}

// TestPaletteAsksForAProject checks that a command which needs a project has one chosen
// first.
func TestPaletteAsksForAProject(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: fake.TwoProjects}, func(r *tuitest.Rig) {
		r.Keys(":", "issue")
		r.Sees("there, not yet: a project is chosen first")
		r.Keys("enter")
		r.Sees("Of which project?")
		r.Keys("enter")
		r.Sees("acme › Credentials", "Issue a credential")
	})
}

// TestPaletteKnowsPlaces checks that projects and loaded credentials are found by name.
func TestPaletteKnowsPlaces(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: fake.TwoProjects}, func(r *tuitest.Rig) {
		r.Keys(":", "switch to acme", "enter")
		r.Sees("acme › Credentials")
		r.Wait(time.Second)
		r.Keys("1", ":", "credential reporting", "enter")
		r.Sees("acme › Credentials", "▌reporting")
		r.Keys(":", "switch to all", "enter")
		r.Sees("all projects › Overview")
	})
}
