package overview

import (
	"testing"

	"keydeck/ui/tui/tuitest"
	"keydeck/ui/tui/tuitest/fake"
)

// TestPeakIsNow checks that the current rate is never above the peak.
func TestPeakIsNow(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, AtOverview: true, Seed: func(f *fake.Server) { fake.BusyProject(f); f.Overview.PerSecond = 412 }}, func(r *tuitest.Rig) {
		r.Sees("peak 412/s now")
	})
}
