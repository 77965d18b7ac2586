package widget_test

import (
	"strconv"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"keydeck/ui/tui/theme"
	"keydeck/ui/tui/widget"
)

func TestArea(t *testing.T) {
	key := func(code rune, mod tea.KeyMod) tea.KeyPressMsg { return tea.KeyPressMsg{Code: code, Mod: mod} }
	typed := func(s string) tea.KeyPressMsg { return tea.KeyPressMsg{Code: []rune(s)[0], Text: s} }
	enter, down, end, back, del := key(tea.KeyEnter, 0), key(tea.KeyDown, 0), key(tea.KeyEnd, 0), key(tea.KeyBackspace, 0), key(tea.KeyDelete, 0)
	tests := []struct {
		name, start string
		msgs        []tea.Msg
		want        string
	}{
		{"types at the beginning", "bc", []tea.Msg{typed("a")}, "abc"},
		{"breaks a line", "ab", []tea.Msg{key(tea.KeyRight, 0), enter}, "a\nb"},
		{"joins lines backwards", "a\nb", []tea.Msg{down, back}, "ab"},
		{"joins lines forwards", "a\nb\nc", []tea.Msg{end, del}, "ab\nc"},
		{"nothing before the beginning", "a", []tea.Msg{back}, "a"},
		{"nothing behind the end", "a", []tea.Msg{end, del}, "a"},
		{"the shorter line holds the cursor", "long\nx", []tea.Msg{end, down, typed("y")}, "long\nxy"},
		{"left goes up", "a\nb", []tea.Msg{down, key(tea.KeyLeft, 0), typed("x")}, "ax\nb"},
		{"cuts to the end", "abc\nd", []tea.Msg{key(tea.KeyRight, 0), key('k', tea.ModCtrl)}, "a\nd"},
		{"cuts to the beginning", "abc", []tea.Msg{end, key(tea.KeyLeft, 0), key('u', tea.ModCtrl)}, "c"},
		{"a paste keeps its lines and loses controls", "", []tea.Msg{tea.PasteMsg{Content: "a\x1b[31m\r\nb\tc\rd"}}, "a[31m\nb c\nd"},
		{"a paste of lines within a line", "ab\nc", []tea.Msg{key(tea.KeyRight, 0), tea.PasteMsg{Content: "x\n\ny"}, typed("z")}, "ax\n\nyzb\nc"},
		{"no more than its limit", "", []tea.Msg{tea.PasteMsg{Content: strings.Repeat("ab\n", 20)}}, strings.Repeat("ab\n", 10)},
		{"no line over its limit", strings.Repeat("x", 30), []tea.Msg{enter, typed("y")}, strings.Repeat("x", 30)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := widget.NewArea(tt.start, 30)
			changed := false
			for _, m := range tt.msgs {
				changed = a.Update(m) || changed
			}
			if got := a.Value(); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if changed != (tt.want != tt.start) {
				t.Errorf("changed: %v", changed)
			}
			for _, l := range strings.Split(a.View(theme.Mono(), 8, 3, true), "\n") {
				if w := ansi.StringWidth(l); w > 8 {
					t.Errorf("a line of %d cells in 8: %q", w, l)
				}
			}
		})
	}
}

// BenchmarkAreaPaste pastes as many lines as an area may hold.
func BenchmarkAreaPaste(b *testing.B) {
	for _, lines := range []int{1_000, 10_000, 100_000} {
		b.Run(strconv.Itoa(lines), func(b *testing.B) {
			msg := tea.PasteMsg{Content: strings.Repeat("a\n", lines)}
			for b.Loop() {
				widget.NewArea("ab\ncd", 0).Update(msg)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*lines), "ns/line")
		})
	}
}
