package tui

import "testing"

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
		themesAgree(t, state.name+"-", fourThemes, rigOptions{signedIn: true, stay: state.stay, furnish: busyProject},
			func(r *rig) { r.keys(state.keys...) })
	}
}
