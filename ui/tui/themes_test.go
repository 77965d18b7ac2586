package tui_test

import (
	"testing"

	"keydeck/ui/tui"
	"keydeck/ui/tui/screens"
	"keydeck/ui/tui/tuitest"
)

// TestThemesOfStates pins the colours that carry states, and that no theme
// changes a word.
func TestThemesOfStates(t *testing.T) {
	for _, state := range []struct {
		name string
		stay bool
		keys []string
	}{
		{"overview", true, []string{"down"}},
		{"credentials", false, []string{"space", "down"}},
		{"filter", false, []string{"/", "wfe"}},
		{"revoke", false, []string{"x", "no", "enter"}},
		{"rotate", false, []string{"r"}},
		{"issue", false, []string{"n", "tab", "tab", "space"}},
		{"members", false, []string{"5", "m"}},
	} {
		tuitest.ThemesAgree(t, state.name+"-", tuitest.FourThemes, tuitest.Options{Options: tui.Options{Screens: screens.All}, SignedIn: true, Stay: state.stay, Furnish: tuitest.BusyProject},
			func(r *tuitest.Rig) { r.Keys(state.keys...) })
	}
}
