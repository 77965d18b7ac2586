package overview

import (
	"testing"

	"keydeck/ui/tui/tuitest"
	"keydeck/ui/tui/tuitest/fake"
)

// TestPeakIsOfAMinute checks that the peak is the busiest minute's rate and says so, whatever
// the rate of the last seconds is.
func TestPeakIsOfAMinute(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, AtOverview: true, Seed: func(f *fake.Server) { fake.BusyProject(f); f.Overview.PerSecond = 412 }}, func(r *tuitest.Rig) {
		r.Sees("peak minute 172/s at 23:04   412/s now")
	})
}
