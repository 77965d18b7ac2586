package overview

import (
	"testing"

	"keydeck/ui/tui/tuitest"
	"keydeck/ui/tui/tuitest/fake"
)

// TestPeakIsNow: the rate of now is not above what is called the peak.
func TestPeakIsNow(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, AtOverview: true, Seed: func(f *fake.Server) { fake.BusyProject(f); f.Overview.PerSecond = 412 }}, func(r *tuitest.Rig) {
		r.Sees("peak 412/s now")
	})
}
