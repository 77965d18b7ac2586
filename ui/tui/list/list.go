// Package list is the one list of the dashboard, on screens and in overlays. It loads
// its items, filters and sorts them, keeps the cursor and the picked ones when they
// are loaded anew, scrolls, and takes keys and clicks. Who uses it says what the items
// are and how a row of them looks.
package list

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/theme"
	"keydeck/ui/tui/widget"
)

// Config is what is special about a list. It needs Columns; a list can't do what the
// others are for where they are not set.
type Config[T any] struct {
	Noun    string                             // "projects": in messages, in the IDs of its commands, in the preferences
	ID      func(item *T) string               // stays the same when items are loaded anew
	Columns []Column[T]                        // the first one never drops
	Tail    func(item *T, widths []int) string // ends the first cell, and is never cut; a dropped column has no width
	Details func(item *T, w int) string        // beside the list, where there is room
	Head    func() string                      // the line above the columns
	Count   func(n int) string                 // the line below, while all n items are shown
	Note    func() string                      // after the count
	Empty   func() string                      // in place of a list without items

	Load   func(whole bool) tea.Cmd // calls Ask, for all items or what has changed of them
	Loaded func(items []T) []T      // gives the items to show
	Every  func(n int) int          // seconds between two loads of n items
	By     string                   // what the items are sorted by when they are loaded

	Name   func(item *T) string            // the filter looks at it in place of the first column, which begins as it does
	Has    func(item *T, word string) bool // whether it has a word of the filter, in lower case, that no column shows
	Hint   string                          // in the empty filter
	Hidden func(item *T) bool              // never shown

	Unpickable func(item *T) string // why it cannot be picked, "" if it can
	PickTo     string               // "to pause or revoke several"
}

// Column of a list. The list can be sorted by it if it has a Compare.
type Column[T any] struct {
	widget.Column
	Text    func(item *T) string
	Style   func(item *T, st *theme.Styles) lipgloss.Style // nil: plain in the first column, muted in the others
	Find    Find
	By      string // "last use"
	Compare func(a, b *T) int
}

// List has items of which one is selected.
type List[T any] struct {
	cfg    Config[T]
	sh     *shell.Shell
	screen shell.Receiver

	items []T
	order []int      // indices in items, sorted
	texts [][]string // what the filter looks at of each item, nil before it does
	shown []match    // those of order that pass the filter
	table widget.Table
	most  int // rows that an overlay shows, 0 for a screen

	filter  *widget.Input
	typing  bool // in the filter
	ranked  bool // shows what matches best first
	by      int  // 1 + index of the column it is sorted by, 0 as loaded
	reverse bool
	picked  map[string]bool // IDs, of what is shown
	hid     int             // how many were picked until the filter hid them
	wanted  string          // ID of the item to select once it is there

	loaded  bool
	problem string
	age     int // seconds since the last load
	call    shell.Call
}

// New makes the list of a screen.
func New[T any](sh *shell.Shell, screen shell.Receiver, cfg Config[T]) *List[T] {
	hint := cmp.Or(cfg.Hint, "part of a row; ~ is fuzzy")
	l := &List[T]{cfg: cfg, sh: sh, screen: screen, filter: widget.NewInput("", hint, 100), picked: map[string]bool{}}
	by, reverse := strings.CutPrefix(sh.Prefs().Sort[cfg.Noun], "-")
	l.setOrder(by, reverse)
	return l
}

func (l *List[T]) Typing() bool { return l.typing }

func (l *List[T]) Init() tea.Cmd { return l.Reload() }

// Reload loads all items.
func (l *List[T]) Reload() tea.Cmd { return l.load(true) }

func (l *List[T]) load(whole bool) tea.Cmd {
	l.age = 0
	return l.cfg.Load(whole)
}

// Ask calls the server for items.
func (l *List[T]) Ask(f func(context.Context) ([]T, error)) tea.Cmd {
	return shell.Ask(l.sh, l.screen, &l.call, f, shell.Quiet(l.itemsLoaded))
}

func (l *List[T]) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case shell.ShownMsg:
		return l.Reload()
	case shell.SecondMsg:
		l.age++
		due := l.cfg.Every != nil && l.age >= l.cfg.Every(len(l.items))
		if (due || l.problem != "") && !l.call.Pending {
			return l.load(false)
		}
	case tea.PasteMsg:
		l.edit(msg)
	case tea.KeyPressMsg:
		key := msg.String()
		if l.typing && !slices.Contains(typingMoves, key) {
			l.edit(msg)
		} else {
			l.table.Key(key, len(l.shown), l.rows())
		}
	}
	return nil
}

// typingMoves move through the list while the filter is typed; all others go to the
// input.
var typingMoves = []string{"up", "down", "pgup", "pgdown"}

func (l *List[T]) itemsLoaded(items []T, err error) {
	if l.problem = shell.RetryText(err); err != nil {
		return
	}
	if l.cfg.Loaded != nil {
		items = l.cfg.Loaded(items)
	}
	l.Set(items)
}

// Set replaces the items. The cursor stays on its item if that is still there.
func (l *List[T]) Set(items []T) {
	keep := l.id(l.Selected())
	l.loaded, l.items, l.texts, l.shown = true, items, nil, nil
	l.sort()
	l.refilter(keep)
}

// id is "" where items have none, or there is no item.
func (l *List[T]) id(item *T) string {
	if item == nil || l.cfg.ID == nil {
		return ""
	}
	return l.cfg.ID(item)
}

// Refresh sorts and filters the items anew, after a change of what that looks at.
func (l *List[T]) Refresh() {
	keep := l.id(l.Selected())
	l.texts = nil
	l.sort()
	l.refilter(keep)
}

// Items are all items, in the order in which they were loaded.
func (l *List[T]) Items() []T { return l.items }

// Selected is the item under the cursor, nil for none.
func (l *List[T]) Selected() *T {
	if l.table.Cursor >= len(l.shown) {
		return nil
	}
	return &l.items[l.shown[l.table.Cursor].index]
}

// Select puts the cursor on an item as soon as it is shown.
func (l *List[T]) Select(id string) {
	l.wanted = id
	l.refilter(l.id(l.Selected()))
}

// SelectFirst puts the cursor on the first row.
func (l *List[T]) SelectFirst() {
	l.wanted = ""
	l.move(0)
}

func (l *List[T]) move(i int) { l.table.Move(i, len(l.shown), l.rows()) }

// PickedCount is how many items are picked.
func (l *List[T]) PickedCount() int { return len(l.picked) }

// Picked are the items that are picked and can still be.
func (l *List[T]) Picked() iter.Seq[T] {
	return func(yield func(T) bool) {
		for i := range l.items {
			if item := &l.items[i]; l.isPicked(item) && l.cfg.Unpickable(item) == "" && !yield(*item) {
				return
			}
		}
	}
}

func (l *List[T]) isPicked(item *T) bool { return len(l.picked) > 0 && l.picked[l.id(item)] }

// PickNone ends the choice of several items.
func (l *List[T]) PickNone() {
	clear(l.picked)
	l.hid = 0
}

// pick picks or unpicks the selected item, and moves on to the next.
func (l *List[T]) pick() {
	l.hid = 0
	if id := l.id(l.Selected()); l.picked[id] {
		delete(l.picked, id)
	} else {
		l.picked[id] = true
	}
	l.move(l.table.Cursor + 1)
}

func (l *List[T]) pickShown() {
	l.hid = 0
	for _, m := range l.shown {
		if item := &l.items[m.index]; l.cfg.Unpickable(item) == "" {
			l.picked[l.id(item)] = true
		}
	}
}

// unpickHidden ends the choice of what is not shown.
func (l *List[T]) unpickHidden() {
	if len(l.picked) == 0 {
		return
	}
	still := make(map[string]bool, len(l.picked))
	for _, m := range l.shown {
		if id := l.id(&l.items[m.index]); l.picked[id] {
			still[id] = true
		}
	}
	l.hid += len(l.picked) - len(still)
	l.picked = still
}

// unpickable says why nothing that is shown can be picked, "" if something can.
func (l *List[T]) unpickable() (why string) {
	for _, m := range l.shown {
		if why = l.cfg.Unpickable(&l.items[m.index]); why == "" {
			return ""
		}
	}
	return why
}

// Click selects the row under the pointer. A click on the selected one does what enter
// does.
func (l *List[T]) Click(r shell.Rect, x, y int) (enter bool) {
	was := l.table.Cursor
	row, ok := l.table.RowAt(y-l.headLines(), len(l.shown), l.rows()+1)
	if w, _ := l.widths(r.W); !ok || !l.loaded || x >= w {
		return false
	}
	l.move(row)
	return row == was
}
