package tui_test

import (
	"keydeck/ui/tui/screens"
	"keydeck/ui/tui/tuitest"
)

// run runs a test on a dashboard with all its screens.
var run = tuitest.RunWith(screens.All)
