package credentials

import (
	"testing"

	"keydeck/ui/tui/place"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/tuitest"
)

// only has the screens of this package, and blank ones beside them.
var only = tuitest.Only(shell.Screens{Makers: map[place.Screen]shell.Maker{place.Credentials: New}})

// run runs a test on a dashboard with these screens.
var run = tuitest.RunWith(only)

func TestGolden(t *testing.T) { tuitest.Golden(t, only, credentialStates) }

func TestHints(t *testing.T) { tuitest.Hints(t, only, credentialStates) }
