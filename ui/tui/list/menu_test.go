package list

import (
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"keydeck/ui/tui/shell"
)

// newTestMenu lists fruit by their names; note is below them.
func newTestMenu(t *testing.T, most int, note string) (*Menu[fruit], *shell.Shell) {
	r := newRig(t)
	sh := shell.New(r.state)
	cfg := r.cfg
	cfg.Note = func() string { return note }
	m := NewMenu(sh, "Fruit", 40, most, cfg, slices.Clone(fruits))
	return &m, sh
}

func typeInto(m *Menu[fruit], s string) {
	for _, c := range s {
		m.Update(tea.KeyPressMsg{Code: c, Text: string(c)})
	}
}

// TestMenuPutsTheBestFirst: what begins with the letters comes before what has them inside,
// and both before what has them in another column; with a ~ they may be apart.
func TestMenuPutsTheBestFirst(t *testing.T) {
	for _, tt := range []struct{ typed, want string }{
		{"", "Pear apple cherry apricot"},
		{"pr", "apricot"},
		{"~pr", "apricot Pear"},
		{"r", "Pear cherry apricot apple"}, // it is red
		{"ap", "apple apricot"},
		{"pear", "Pear"},
		{"ch red", "cherry"},
		{"red ch", "cherry"},
		{"zzz", ""},
	} {
		m, sh := newTestMenu(t, 10, "")
		m.move(2)
		typeInto(m, tt.typed)
		var names []string
		for _, s := range m.shown {
			names = append(names, m.items[s.index].name)
		}
		if got := strings.Join(names, " "); got != tt.want {
			t.Errorf("%q finds %q, want %q", tt.typed, got, tt.want)
		}
		if tt.typed != "" && len(names) > 0 {
			sh.Open(nil)
			if got := m.Take().name; got != names[0] {
				t.Errorf("%q: enter takes %s, want the first, %s", tt.typed, got, names[0])
			}
			if _, open := sh.Top(); open {
				t.Error("it is still open")
			}
		}
	}
}

// TestMenuFits draws menus into rooms of all heights: the row under the cursor shows,
// and a click on each row chooses it.
func TestMenuFits(t *testing.T) {
	for _, note := range []string{"", "eat them fresh"} {
		for _, most := range []int{2, 10} {
			for h := 6; h < 16; h++ {
				m, _ := newTestMenu(t, most, note)
				m.move(3)
				r := shell.Rect{W: 40, H: h}
				lines := strings.Split(ansi.Strip(m.View(r)), "\n")
				view := strings.Join(lines, "\n")
				if len(lines) > h || !strings.Contains(view, "▌apricot") || !strings.Contains(view, note) {
					t.Errorf("at most %d rows, %d lines: it shows\n%s", most, h, view)
				}
				if all := strings.Contains(view, "Pear"); all == strings.Contains(view, "4 of 4") {
					t.Errorf("at most %d rows, %d lines: it says where it is: %v\n%s", most, h, !all, view)
				}
				for y, l := range lines {
					name := slices.IndexFunc(fruits, func(f fruit) bool { return strings.Contains(l, f.name) })
					if enter := m.Click(r, 3, y); enter != (name >= 0) {
						t.Errorf("a click on %q is enter: %v", l, enter)
					} else if enter && m.Selected().name != fruits[name].name {
						t.Errorf("a click on %q chose %s", l, m.Selected().name)
					}
					m.move(3)
				}
			}
		}
	}
}
