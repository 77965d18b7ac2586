package widget

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"keydeck/ui/tui/theme"
)

func TestInputReadlineKeys(t *testing.T) {
	ctrl := func(c rune) tea.KeyPressMsg { return tea.KeyPressMsg{Code: c, Mod: tea.ModCtrl} }
	alt := func(c rune) tea.KeyPressMsg { return tea.KeyPressMsg{Code: c, Mod: tea.ModAlt} }
	typed := func(s string) tea.KeyPressMsg { return tea.KeyPressMsg{Code: []rune(s)[0], Text: s} }
	tests := []struct {
		name, start string
		msgs        []tea.Msg
		want        string
	}{
		{"type", "", []tea.Msg{typed("a"), typed("ß")}, "aß"},
		{"ctrl+a", "bc", []tea.Msg{ctrl('a'), typed("a")}, "abc"},
		{"ctrl+e", "ab", []tea.Msg{ctrl('a'), ctrl('e'), typed("c")}, "abc"},
		{"ctrl+u", "one two", []tea.Msg{ctrl('u')}, ""},
		{"ctrl+k", "one two", []tea.Msg{ctrl('a'), alt('f'), ctrl('k')}, "one"},
		{"ctrl+w", "one two", []tea.Msg{ctrl('w')}, "one "},
		{"alt+d", "one two", []tea.Msg{ctrl('a'), alt('d')}, " two"},
		{"ctrl+h", "abc", []tea.Msg{ctrl('h')}, "ab"},
		{"ctrl+d", "abc", []tea.Msg{ctrl('a'), ctrl('d')}, "bc"},
		{"ctrl+b and ctrl+f", "ac", []tea.Msg{ctrl('b'), typed("b"), ctrl('f'), typed("d")}, "abcd"},
		{"paste loses its line breaks", "", []tea.Msg{tea.PasteMsg{Content: "a\r\nb\tc\x1b[31m\x00"}}, "ab c[31m"},
		{"limit", "12345678", []tea.Msg{typed("9"), typed("0"), typed("1")}, "1234567890"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := NewInput(tt.start, "", 10)
			for _, m := range tt.msgs {
				in.Update(m)
			}
			if got := in.Value(); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestInputViewFitsAndShowsTheCursor(t *testing.T) {
	for _, value := range []string{"", "short", strings.Repeat("long ", 40), "漢字漢字漢字漢字漢字"} {
		in := NewInput(value, "a hint that is longer than the room there is", 0)
		for range 3 {
			if got := Width(in.View(theme.Dark(), 20, true)); got > 20 {
				t.Errorf("%q is drawn %d cells wide, want at most 20", value, got)
			}
			in.Update(tea.KeyPressMsg{Code: tea.KeyLeft})
		}
	}
}

func TestTableKeepsItsWidthAndDropsColumns(t *testing.T) {
	cols := []Column{{Title: "NAME", Width: 8, Flex: 1}, {Title: "KIND", Width: 8, Drop: 1}, {Title: "SIZE", Width: 6, Right: true}}
	row := func(int) []Cell {
		return []Cell{{Text: "a name that is too long for it"}, {Text: "kind"}, {Text: "42"}}
	}
	var table Table
	for w, kind := range map[int]bool{20: false, 40: true, 90: true} {
		got := ansi.Strip(table.View(theme.Dark(), cols, 5, row, w, 4))
		lines := strings.Split(got, "\n")
		if len(lines) != 4 {
			t.Errorf("%d wide: %d lines, want 4", w, len(lines))
		}
		for _, l := range lines {
			if Width(l) != w {
				t.Errorf("%d wide: the line %q has %d cells", w, l, Width(l))
			}
		}
		if strings.Contains(got, "KIND") != kind {
			t.Errorf("%d wide: column KIND shown is %v, want %v", w, !kind, kind)
		}
	}
}

func TestTableScrollsAsLittleAsItCan(t *testing.T) {
	var table Table
	for _, step := range []struct {
		key            string
		cursor, offset int
	}{{"down", 1, 0}, {"end", 99, 90}, {"up", 98, 90}, {"pgup", 89, 89}, {"ctrl+d", 94, 89}, {"home", 0, 0}, {"up", 0, 0}} {
		table.Key(step.key, 100, 10)
		if table.Cursor != step.cursor || table.offset != step.offset {
			t.Errorf("after %s: cursor %d, offset %d; want %d, %d", step.key, table.Cursor, table.offset, step.cursor, step.offset)
		}
	}
}

// TestScrollStopsAtBothEnds scrolls through ten lines of which four are visible.
func TestScrollStopsAtBothEnds(t *testing.T) {
	var s Scroll
	lines := strings.Split("abcdefghij", "")
	for _, step := range []struct{ key, visible string }{{"", "abcd"}, {"up", "abcd"}, {"down", "bcde"}, {"pgdown", "efgh"}, {"end", "ghij"}, {"down", "ghij"}, {"pgup", "defg"}, {"home", "abcd"}} {
		s.Key(step.key, len(lines), 4)
		if got := strings.Join(s.Visible(lines, 4), ""); got != step.visible {
			t.Errorf("after %s it shows %s, want %s", step.key, got, step.visible)
		}
	}
	s.Key("end", len(lines), 4)
	if got := s.Visible(lines[:3], 4); len(got) != 3 {
		t.Errorf("of three lines it shows %q", got)
	}
}

func TestClipMiddle(t *testing.T) {
	for _, tt := range []struct {
		in   string
		w    int
		want string
	}{{"abcdefghij", 10, "abcdefghij"}, {"abcdefghij", 7, "abc…hij"}, {"abcdefghij", 2, "a…"}, {"漢字漢字漢字", 7, "漢…漢字"}} {
		if got := ClipMiddle(tt.in, tt.w); Width(got) > tt.w {
			t.Errorf("ClipMiddle(%q, %d) = %q, too wide", tt.in, tt.w, got)
		} else if tt.in[0] == 'a' && got != tt.want {
			t.Errorf("ClipMiddle(%q, %d) = %q, want %q", tt.in, tt.w, got, tt.want)
		}
	}
}
