package tui_test

import (
	"strings"
	"testing"

	"keydeck/ui/tui/tuitest"
	"keydeck/ui/tui/tuitest/fake"
)

// TestNothingStrayBesideABox checks that the few columns beside a wide box are cleared,
// and that more stay.
func TestNothingStrayBesideABox(t *testing.T) {
	for _, tt := range []struct {
		w, h  int
		clear bool
	}{{60, 20, true}, {80, 24, true}, {84, 24, false}, {140, 40, false}} {
		run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject, W: tt.w, H: tt.h}, func(r *tuitest.Rig) {
			r.Keys("x")
			beside := ""
			for l := range strings.SplitSeq(r.Screen(), "\n") {
				if left, rest, ok := strings.Cut(l, "│"); ok {
					_, right, _ := strings.Cut(rest, "│")
					beside += left + right
				}
			}
			if got := strings.TrimSpace(beside) == ""; got != tt.clear {
				t.Errorf("%dx%d: nothing beside the box is %v, want %v:\n%s", tt.w, tt.h, got, tt.clear, r.Screen())
			}
		})
	}
}
