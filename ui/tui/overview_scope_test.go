package tui

import "testing"

// TestPeakIsNow: the rate of now is not above what is called the peak.
func TestPeakIsNow(t *testing.T) {
	run(t, rigOptions{signedIn: true, stay: true, furnish: func(f *fake) { busyProject(f); f.overview.PerSecond = 412 }}, func(r *rig) {
		r.sees("peak 412/s now")
	})
}
