package projects

import (
	"slices"
	"testing"

	"keydeck/ui/tui/place"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/tuitest"
)

// only is what the tests of this package need of the dashboard.
var only = func() shell.Screens {
	list := tuitest.Only(map[place.Screen]shell.Maker{place.Projects: New, place.Members: NewMembers})
	list.Switcher = NewSwitcher
	return list
}()

// run runs body on a dashboard with these screens.
func run(t *testing.T, o tuitest.Options, body func(*tuitest.Rig)) {
	t.Helper()
	o.Screens = only
	tuitest.Run(t, o, body)
}

func TestGolden(t *testing.T) { tuitest.Golden(t, only, slices.Concat(projectStates, memberStates)) }

func TestHints(t *testing.T) { tuitest.Hints(t, only, slices.Concat(projectStates, memberStates)) }
