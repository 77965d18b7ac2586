package tui

import (
	"testing"

	"keydeck/ui/tui/theme"
)

func TestHelpLineKeepsTheWayToHelp(t *testing.T) {
	cmds := []Command{{Short: "first", Key: on("a")}, {Short: "second", Key: on("b")}, {Short: "off", Key: on("c"), Disabled: "no"}, {Short: "help", Key: on("?")}}
	for w, want := range map[int]string{60: "a first   b second   ? help", 20: "a first   ? help", 3: "? help"} {
		st := theme.New(theme.Palette{})
		if got := helpLine(st, cmds, w); got != want {
			t.Errorf("%d cells: %q, want %q", w, got, want)
		}
	}
}
