package tui_test

import (
	"testing"

	"keydeck/ui/tui/screens"
	"keydeck/ui/tui/tuitest"
)

// run runs body on a dashboard with all its screens.
func run(t *testing.T, o tuitest.Options, body func(*tuitest.Rig)) {
	t.Helper()
	o.Screens = screens.All
	tuitest.Run(t, o, body)
}
