package requests

import (
	"testing"

	"keydeck/ui/tui/place"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/tuitest"
)

// only has the screens of this package, and blank ones beside them.
var only = tuitest.Only(map[place.Screen]shell.Maker{place.Requests: New})

// run runs body on a dashboard with the screens of this package.
func run(t *testing.T, o tuitest.Options, body func(*tuitest.Rig)) {
	t.Helper()
	o.Screens = only
	tuitest.Run(t, o, body)
}

func TestGolden(t *testing.T) { tuitest.Golden(t, only, requestStates) }

func TestHints(t *testing.T) { tuitest.Hints(t, only, requestStates) }
