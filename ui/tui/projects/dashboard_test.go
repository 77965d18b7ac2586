package projects

import (
	"slices"
	"testing"

	"keydeck/ui/tui/place"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/tuitest"
)

// only has the screens of this package, and blank ones beside them.
var only = func() shell.Screens {
	list := tuitest.Only(map[place.Screen]shell.Maker{place.Projects: New, place.Members: NewMembers})
	list.Switcher = NewSwitcher
	return list
}()

// run runs body on a dashboard with the screens of this package.
func run(t *testing.T, o tuitest.Options, body func(*tuitest.Rig)) {
	t.Helper()
	o.Screens = only
	tuitest.Run(t, o, body)
}

func TestGolden(t *testing.T) { tuitest.Golden(t, only, slices.Concat(projectStates, memberStates)) }

func TestHints(t *testing.T) { tuitest.Hints(t, only, slices.Concat(projectStates, memberStates)) }
