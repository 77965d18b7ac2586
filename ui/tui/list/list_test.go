package list

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/theme"
	"keydeck/ui/tui/widget"
)

type fruit struct {
	id, name, colour string
	weight           int
}

var fruits = []fruit{{"1", "Pear", "green", 150}, {"2", "apple", "red", 120}, {"3", "cherry", "red", 8}, {"4", "apricot", "orange", 45}}

// rig is a screen with a list of fruit: 4 rows of 60 cells.
type rig struct {
	*List[fruit]
	t     *testing.T
	state *shell.State
	loads []bool // whole
}

func newRig(t *testing.T, change ...func(*Config[fruit])) *rig {
	r := &rig{t: t, state: &shell.State{Context: t.Context(), Theme: theme.Dark(), Body: shell.Rect{W: 60, H: 6}}}
	cfg := Config[fruit]{
		Noun: "fruit",
		ID:   func(f *fruit) string { return f.id },
		By:   "delivery",
		Columns: []Column[fruit]{
			{Column: widget.Column{Title: "NAME", Width: 12, Flex: 1}, Text: func(f *fruit) string { return f.name },
				By: "name", Compare: func(a, b *fruit) int { return CompareFold(a.name, b.name) }},
			{Column: widget.Column{Title: "GRAMS", Width: 5, Right: true, Drop: 2}, Text: func(f *fruit) string { return fmt.Sprint(f.weight) },
				By: "weight", Compare: func(a, b *fruit) int { return a.weight - b.weight }},
			{Column: widget.Column{Title: "COLOUR", Width: 8, Drop: 1}, Text: func(f *fruit) string { return f.colour },
				By: "colour", Compare: func(a, b *fruit) int { return strings.Compare(a.colour, b.colour) }},
			{Column: widget.Column{Title: "ID", Width: 4}, Text: func(f *fruit) string { return f.id }},
		},
		Empty: func() string { return "no fruit" },
		Load:  func(whole bool) tea.Cmd { r.loads = append(r.loads, whole); return nil },
		Name:  func(f *fruit) string { return f.name },
		Unpickable: func(f *fruit) string {
			if f.colour == "orange" {
				return "it is not ripe"
			}
			return ""
		},
		PickTo: "to eat several at once",
	}
	for _, f := range change {
		f(&cfg)
	}
	r.List = New(shell.New(r.state), r, cfg)
	r.Set(slices.Clone(fruits))
	return r
}

// press presses keys, as commands of the list or in it; other words are typed.
func (r *rig) press(keys ...string) {
	codes := map[string]rune{"up": tea.KeyUp, "down": tea.KeyDown, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown, "home": tea.KeyHome, "end": tea.KeyEnd,
		"enter": tea.KeyEnter, "esc": tea.KeyEscape, "space": tea.KeySpace, "backspace": tea.KeyBackspace}
	for _, k := range keys {
		var presses []tea.KeyPressMsg
		if code, ok := codes[k]; ok {
			presses = append(presses, tea.KeyPressMsg{Code: code})
		} else {
			for _, c := range k {
				presses = append(presses, tea.KeyPressMsg{Code: c, Text: string(c)})
			}
		}
		for _, p := range presses {
			if c, ok := shell.FindCommand(r.Commands(nil, nil), p); ok && c.Run != nil && (!r.Typing() || p.Text == "") {
				if c.Disabled == "" {
					c.Run()
				}
			} else {
				r.Update(p)
			}
		}
	}
}

func (r *rig) wants(what string, shown, selected string) {
	r.t.Helper()
	var names []string
	for _, m := range r.shown {
		names = append(names, r.items[m.index].name)
	}
	if got := strings.Join(names, " "); got != shown {
		r.t.Errorf("%s: it shows %q, want %q", what, got, shown)
	}
	on := ""
	if f := r.Selected(); f != nil {
		on = f.name
	}
	if on != selected {
		r.t.Errorf("%s: the cursor is on %q, want %q", what, on, selected)
	}
}

func (r *rig) screen() string { return ansi.Strip(r.View(r.state.Body)) }

func TestFilterAndOrder(t *testing.T) {
	for _, tt := range []struct {
		keys     []string
		shown    string
		selected string
	}{
		{nil, "Pear apple cherry apricot", "Pear"},
		{[]string{"/", "pr"}, "apricot", "apricot"},       // Pear has these letters, but not side by side
		{[]string{"/", "~pr"}, "apricot Pear", "apricot"}, // the best first
		{[]string{"/", "~pe", "down"}, "Pear apple", "apple"},
		{[]string{"/", "~red ch"}, "cherry", "cherry"},
		{[]string{"/", "~"}, "Pear apple cherry apricot", "Pear"},
		{[]string{"o", "/", "~pr", "enter", "esc"}, "apple apricot cherry Pear", "apricot"},
		{[]string{"/", "red"}, "apple cherry", "apple"},
		{[]string{"/", "RED ch"}, "cherry", "cherry"},
		{[]string{"/", "zzz"}, "", ""},
		{[]string{"/", "red", "down", "enter"}, "apple cherry", "cherry"},
		{[]string{"/", "red", "down", "enter", "esc"}, "Pear apple cherry apricot", "cherry"},
		{[]string{"/", "zzz", "esc"}, "Pear apple cherry apricot", "Pear"},
		{[]string{"end", "o"}, "apple apricot cherry Pear", "apricot"},
		{[]string{"o", "o", "O"}, "Pear apple apricot cherry", "Pear"},
		{[]string{"o", "o", "o"}, "Pear apricot apple cherry", "Pear"},
		{[]string{"o", "o", "o", "O"}, "apple cherry apricot Pear", "Pear"}, // those of one colour as delivered
		{[]string{"O"}, "apricot cherry apple Pear", "Pear"},
		{[]string{"o", "o", "o", "o"}, "Pear apple cherry apricot", "Pear"},
		{[]string{"o", "/", "red"}, "apple cherry", "apple"},
	} {
		r := newRig(t)
		r.press(tt.keys...)
		r.wants(strings.Join(tt.keys, " "), tt.shown, tt.selected)
	}
}

func TestOrderIsRemembered(t *testing.T) {
	r := newRig(t)
	r.state.Prefs.Sort = map[string]string{"vegetables": "age"}
	r.press("o", "O")
	again := New(shell.New(r.state), nil, r.cfg)
	again.Set(fruits)
	if again.Selected().name != "Pear" || again.by != 1 || !again.reverse || r.state.Prefs.Sort["vegetables"] != "age" {
		t.Errorf("the order is %v, want by name, the other way round", r.state.Prefs.Sort)
	}
}

func TestCursorStaysOnItsItem(t *testing.T) {
	r := newRig(t)
	r.press("down", "down")
	r.Set(append([]fruit{{id: "0", name: "fig"}}, fruits...))
	r.wants("one more before it", "fig Pear apple cherry apricot", "cherry")
	r.Set(slices.Delete(slices.Clone(fruits), 2, 3))
	r.wants("its item is gone", "Pear apple apricot", "apricot")
	r.Set(fruits)
	r.wants("its item is back", "Pear apple cherry apricot", "apricot")
	r.Select("9")
	r.Set(append(slices.Clone(fruits), fruit{id: "9", name: "plum"}))
	r.wants("an item that was waited for", "Pear apple cherry apricot plum", "plum")
	r.press("up")
	r.Refresh()
	r.wants("it is waited for no longer", "Pear apple cherry apricot plum", "apricot")
	r.SelectFirst()
	r.Set(nil)
	r.wants("no item", "", "")
	r.Set(fruits)
	r.wants("items again", "Pear apple cherry apricot", "Pear")
}

func TestPick(t *testing.T) {
	r := newRig(t)
	r.press("space", "space")
	r.wants("two picked", "Pear apple cherry apricot", "cherry")
	if !strings.Contains(r.screen(), "✓ Pear") || !strings.Contains(r.screen(), "✓ 2 chosen") {
		t.Errorf("what is picked is not marked:\n%s", r.screen())
	}
	r.press("/", "cherry", "enter", "A")
	r.Set(slices.Clone(fruits[1:]))
	if got := slices.Collect(r.Picked()); len(got) != 1 || got[0].name != "cherry" {
		t.Errorf("picked are %v, want the cherry alone: the filter hides the apple", got)
	}
	r.press("esc")
	if r.PickedCount() != 0 {
		t.Errorf("%d are picked, want none", r.PickedCount())
	}
	r.wants("esc ends the choice first", "cherry", "cherry")
	r.press("esc", "A")
	if r.PickedCount() != 2 {
		t.Errorf("%d are picked, want the two ripe ones", r.PickedCount())
	}
	r.press("end", "space")
	if got := slices.Collect(r.Picked()); r.PickedCount() != 2 || len(got) != 2 {
		t.Errorf("%d are picked, %v, want two: the selected one is not ripe", r.PickedCount(), got)
	}
}

// TestHiddenIsNotPicked: what a filter hides leaves the choice for good, and the screen
// says so.
func TestHiddenIsNotPicked(t *testing.T) {
	r := newRig(t)
	r.press("space", "space", "/", "app", "enter")
	if got := slices.Collect(r.Picked()); len(got) != 1 || got[0].name != "apple" || r.PickedCount() != 1 {
		t.Errorf("picked are %v, want the apple alone", got)
	}
	if got := r.screen(); !strings.Contains(got, "✓ 1 chosen · 1 hidden, no longer chosen") {
		t.Errorf("it does not say that one has left the choice:\n%s", got)
	}
	r.DropFilter()
	if got := slices.Collect(r.Picked()); len(got) != 1 || got[0].name != "apple" {
		t.Errorf("without the filter picked are %v, want the apple alone", got)
	}
	hidden := ""
	r = newRig(t, func(c *Config[fruit]) { c.Hidden = func(f *fruit) bool { return f.name == hidden } })
	r.press("A")
	hidden = "cherry"
	r.Refresh()
	if got := slices.Collect(r.Picked()); len(got) != 2 {
		t.Errorf("picked are %v, want what is shown: Pear and apple", got)
	}
}

// TestFindOfColumns: how the filter looks at a column decides what finds it.
func TestFindOfColumns(t *testing.T) {
	for _, tt := range []struct {
		find         Find
		filter, want string
	}{
		{"", "e", "Pear apple cherry apricot"}, {"", "ed", "apple cherry"},
		{FindNot, "red", ""}, {FindNot, "green", ""},
		{FindWhole, "re", ""}, {FindWhole, "red", "apple cherry"}, {FindWhole, "red apple", "apple"}, {FindWhole, "reddish", ""},
		{FindLong, "red", ""}, {FindLong, "oran", "apricot"}, {FindLong, "ora", ""},
	} {
		r := newRig(t, func(c *Config[fruit]) { c.Columns[2].Find = tt.find })
		r.press("/", tt.filter)
		var names []string
		for _, m := range r.shown {
			names = append(names, r.items[m.index].name)
		}
		if got := strings.Join(names, " "); got != tt.want {
			t.Errorf("%q finds %q in a column of which it looks at %q, want %q", tt.filter, got, tt.find, tt.want)
		}
	}
}

// TestMarks: what the filter has found is underlined in every column, also beside the
// mark of a picked item and where the name is cut.
func TestMarks(t *testing.T) {
	for _, tt := range []struct {
		keys []string
		want string // what is marked, in the first row
	}{
		{[]string{"/", "ear"}, "ear"},
		{[]string{"/", "gree"}, "gree"},
		{[]string{"/", "gree ear"}, "eargree"},
		{[]string{"/", "~pr"}, "pr"}, // of apricot
		{[]string{"/", "ear", "enter", "A"}, "ear"},
	} {
		r := newRig(t)
		r.press(tt.keys...)
		row, got := strings.Split(r.View(r.state.Body), "\n")[1], ""
		for _, part := range strings.Split(row, "\x1b[")[1:] {
			if codes, text, _ := strings.Cut(part, "m"); slices.Contains(strings.Split(codes, ";"), "4") {
				got += text
			}
		}
		if got != tt.want {
			t.Errorf("%v: %q is marked, want %q:\n%q", tt.keys, got, tt.want, row)
		}
	}
}

func TestScroll(t *testing.T) {
	r := newRig(t)
	many := make([]fruit, 20)
	for i := range many {
		many[i] = fruit{id: fmt.Sprint("n", i), name: fmt.Sprintf("no %d", i)}
	}
	r.Set(many)
	for _, tt := range []struct{ key, selected, first string }{
		{"pgdown", "no 3", "no 0"}, {"down", "no 4", "no 1"}, {"end", "no 19", "no 16"}, {"pgdown", "no 19", "no 16"},
		{"pgup", "no 16", "no 16"}, {"up", "no 15", "no 15"}, {"home", "no 0", "no 0"}, {"up", "no 0", "no 0"}, {"pgup", "no 0", "no 0"},
	} {
		r.press(tt.key)
		lines := strings.Split(r.screen(), "\n")
		if got := strings.Join(strings.Fields(strings.Trim(lines[1], " ▌"))[:2], " "); r.Selected().name != tt.selected || got != tt.first {
			t.Errorf("after %s the cursor is on %s and the first row is %s, want %s and %s", tt.key, r.Selected().name, got, tt.selected, tt.first)
		}
	}
}

func TestClick(t *testing.T) {
	for _, tt := range []struct {
		name     string
		head     bool
		y        int
		selected string
		enter    bool
	}{
		{"a row", false, 2, "apple", false},
		{"the chosen row", false, 1, "Pear", true},
		{"below a head", true, 3, "apple", false},
		{"the titles", false, 0, "Pear", false},
		{"the line below", false, 5, "Pear", false},
	} {
		r := newRig(t, func(c *Config[fruit]) {
			if tt.head {
				c.Head = func() string { return "a head" }
			}
		})
		if got := r.Click(r.state.Body, 3, tt.y); got != tt.enter || r.Selected().name != tt.selected {
			t.Errorf("%s: the cursor is on %s, enter is %v; want %s, %v", tt.name, r.Selected().name, got, tt.selected, tt.enter)
		}
	}
	r := newRig(t, func(c *Config[fruit]) { c.Details = func(f *fruit, w int) string { return "about " + f.name } })
	r.state.Body.W = 140
	if !strings.Contains(r.screen(), "about Pear") {
		t.Errorf("the details are missing:\n%s", r.screen())
	}
	if r.Click(r.state.Body, 139, 2); r.Selected().name != "Pear" {
		t.Error("a click on the details has moved the cursor")
	}
}

func TestViews(t *testing.T) {
	r := newRig(t)
	empty := New(shell.New(r.state), nil, r.cfg)
	view := func(l *List[fruit]) string { return ansi.Strip(l.View(r.state.Body)) }
	if got := view(empty); !strings.Contains(got, "Loading fruit") {
		t.Errorf("before an answer it shows %q", got)
	}
	empty.itemsLoaded(nil, errors.New("no ship"))
	if got := view(empty); !strings.Contains(got, "The fruit could not be loaded") || !strings.Contains(got, "No ship") {
		t.Errorf("after an error it shows %q", got)
	}
	empty.itemsLoaded(nil, nil)
	if got := view(empty); got != "no fruit" {
		t.Errorf("without items it shows %q", got)
	}
	r.itemsLoaded(nil, errors.New("no ship"))
	if got := r.screen(); !strings.Contains(got, "cherry") || !strings.Contains(got, "4 of 4 · by delivery ↓") || !strings.Contains(got, "× no ship") {
		t.Errorf("after a failed reload it shows %q", got)
	}
	r.press("/", "red")
	if got := r.screen(); !strings.Contains(got, "/ red") || !strings.Contains(got, "2 of 4") {
		t.Errorf("filtered it shows %q", got)
	}
	r.press("zzz")
	if got := r.screen(); !strings.Contains(got, "Nothing passes the filter") || !strings.Contains(got, "0 of 4") {
		t.Errorf("with everything filtered out it shows %q", got)
	}
	if got := len(strings.Split(r.screen(), "\n")); got != r.state.Body.H {
		t.Errorf("it has %d lines, want %d", got, r.state.Body.H)
	}
}

// TestReload: a list is loaded anew after a problem, when it is shown, and when its time
// has come, but not while it is being loaded.
func TestReload(t *testing.T) {
	r := newRig(t)
	r.Update(shell.SecondMsg{})
	r.Update(shell.ShownMsg{})
	r.itemsLoaded(nil, errors.New("no ship"))
	r.Update(shell.SecondMsg{})
	if !slices.Equal(r.loads, []bool{true, false}) {
		t.Errorf("it was loaded %v, want as a whole when shown, then what has changed", r.loads)
	}
	r = newRig(t, func(c *Config[fruit]) { c.Every = func(n int) int { return n / 2 } })
	for range 4 {
		r.Update(shell.SecondMsg{})
	}
	if len(r.loads) != 2 {
		t.Errorf("in four seconds it was loaded %d times, want twice", len(r.loads))
	}
	cmd := r.Ask(func(context.Context) ([]fruit, error) { return fruits[:1], nil })
	for range 4 {
		r.Update(shell.SecondMsg{})
	}
	if len(r.loads) != 2 {
		t.Errorf("it was loaded while it was being loaded")
	}
	late := cmd().(shell.Reply)
	next := r.Ask(func(context.Context) ([]fruit, error) { return fruits[1:2], nil })().(shell.Reply)
	late.Then()
	r.wants("an answer too late", "Pear apple cherry apricot", "Pear")
	next.Then()
	r.wants("an answer", "apple", "apple")
}
