package shell

import (
	"testing"

	"keydeck/ui/tui/theme"
)

func TestHelpLineKeepsTheWayToHelp(t *testing.T) {
	cmds := []Command{{Short: "first", Key: Keys("a")}, {Short: "second", Key: Keys("b")}, {Short: "off", Key: Keys("c"), Disabled: "no"}, {Short: "help", Key: Keys("?")}}
	for w, want := range map[int]string{60: "a first   b second   ? help", 20: "a first   ? help", 3: "? help"} {
		st := theme.New(theme.Palette{})
		if got := HelpLine(st, cmds, w); got != want {
			t.Errorf("%d cells: %q, want %q", w, got, want)
		}
	}
}
