package tokens

import (
	"testing"

	"keydeck/ui/tui/place"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/tuitest"
)

// only is what the tests of this package need of the dashboard.
var only = tuitest.Only(map[place.Screen]shell.Maker{place.Tokens: New})

// run runs body on a dashboard with these screens.
func run(t *testing.T, o tuitest.Options, body func(*tuitest.Rig)) {
	t.Helper()
	o.Screens = only
	tuitest.Run(t, o, body)
}

func TestGolden(t *testing.T) { tuitest.Golden(t, only, tokenStates) }

func TestHints(t *testing.T) { tuitest.Hints(t, only, tokenStates) }
