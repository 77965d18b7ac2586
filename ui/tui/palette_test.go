package tui

import (
	"testing"
	"time"
)

// TestPaletteGoesElsewhere: a command of another screen is found from anywhere,
// goes there and is run; or says there why it cannot be.
func TestPaletteGoesElsewhere(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: busyProject}, func(r *rig) {
		r.keys("5", ":", "requests copy curl")
		r.sees("there, not yet: no request is chosen")
		r.keys("esc", ":", "exp")
		r.sees(" Requests: write what passes the filter to a file")
		r.keys("ort")
		r.sees("▌Requests: write what passes the filter to a file")
		r.keys("enter")
		r.sees("› Requests", "Export")
		r.keys("esc", "1", ":", "issue", "enter")
		r.sees("› Credentials", "Issue a credential")
	})
}

// TestPaletteAsksForAProject: what needs one has it chosen on the way.
func TestPaletteAsksForAProject(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: (*fake).furnish}, func(r *rig) {
		r.keys(":", "issue")
		r.sees("there, not yet: a project is chosen first")
		r.keys("enter")
		r.sees("Of which project?")
		r.keys("enter")
		r.sees("acme › Credentials", "Issue a credential")
	})
}

// TestPaletteKnowsPlaces: projects and loaded credentials are gone to by name.
func TestPaletteKnowsPlaces(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: (*fake).furnish}, func(r *rig) {
		r.keys(":", "switch to acme", "enter")
		r.sees("acme › Credentials")
		r.wait(time.Second)
		r.keys("1", ":", "credential reporting", "enter")
		r.sees("acme › Credentials", "▌reporting")
		r.keys(":", "switch to all", "enter")
		r.sees("all projects › Overview")
	})
}
