package list

import (
	"cmp"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/sahilm/fuzzy"
)

// Order is what a list can be sorted by.
type Order[T any] struct {
	Name    string            // "last use"
	Column  int               // that shows it, -1 for none
	Compare func(a, b *T) int // nil: as they were loaded
}

// sort orders the items, or turns that order round. Equal ones stay as they were
// loaded.
func (l *List[T]) sort() {
	l.order = slices.Grow(l.order[:0], len(l.items))
	for i := range l.items {
		l.order = append(l.order, i)
	}
	compare, sign := l.compare(), 1
	if l.reverse {
		sign = -1
	}
	switch {
	case compare != nil:
		slices.SortFunc(l.order, func(a, b int) int {
			return cmp.Or(sign*compare(&l.items[a], &l.items[b]), a-b)
		})
	case l.reverse:
		slices.Reverse(l.order)
	}
}

func (l *List[T]) compare() func(a, b *T) int {
	if len(l.cfg.Orders) == 0 {
		return nil
	}
	return l.cfg.Orders[l.by].Compare
}

// CompareFold compares names, whatever their case.
func CompareFold(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) }

// SortBy sorts by one of the orders, or the other way round. The cursor stays on its
// item.
func (l *List[T]) SortBy(order int, reverse bool) {
	l.by, l.reverse = order, reverse
	l.Refresh()
}

// SortedBy is the index of the order it is sorted by.
func (l *List[T]) SortedBy() int { return l.by }

// match is an item that passes the filter.
type match struct {
	index int   // in items
	marks []int // byte offsets in its name
	score int
}

// names are the names of items, for the fuzzy search.
type names[T any] struct {
	list    *List[T]
	matches []match
}

func (n names[T]) String(i int) string { return n.list.cfg.Name(&n.list.items[n.matches[i].index]) }
func (n names[T]) Len() int            { return len(n.matches) }

// whole is the score of a word that the name has as it is.
const whole = 1 << 20

// filtered gives the items that pass the filter: each word of it matches the name
// fuzzily, or is in another column.
func (l *List[T]) filtered() []match {
	matches := make([]match, 0, len(l.items))
	for _, i := range l.order {
		if l.cfg.Hidden == nil || !l.cfg.Hidden(&l.items[i]) {
			matches = append(matches, match{index: i})
		}
	}
	for word := range strings.FieldsSeq(strings.ToLower(l.filter.Value())) {
		hits := fuzzy.FindFromNoSort(word, names[T]{l, matches})
		kept := matches[:0]
		for i, m := range matches {
			if len(hits) > 0 && hits[0].Index == i {
				m.marks, m.score = append(m.marks, hits[0].MatchedIndexes...), m.score+hits[0].Score
				if strings.Contains(strings.ToLower(hits[0].Str), word) {
					m.score += whole
				}
				hits = hits[1:]
			} else if l.cfg.Has == nil || !l.cfg.Has(&l.items[m.index], word) {
				continue
			}
			kept = append(kept, m)
		}
		matches = kept
	}
	for i := range matches {
		slices.Sort(matches[i].marks)
	}
	return matches
}

// Refilter filters the items anew. The cursor stays on its item.
func (l *List[T]) Refilter() { l.refilter(l.id(l.Selected())) }

// refilter puts the cursor on the wanted item, or else on the one to keep.
func (l *List[T]) refilter(keep string) {
	l.shown = l.filtered()
	at := l.position(l.wanted)
	if at >= 0 {
		l.wanted = ""
	} else if at = l.position(keep); at < 0 {
		at = l.table.Cursor
	}
	l.move(at)
}

// position is the row of an item, -1 if it is not shown.
func (l *List[T]) position(id string) int {
	if id == "" {
		return -1
	}
	return slices.IndexFunc(l.shown, func(m match) bool { return l.id(&l.items[m.index]) == id })
}

// edit changes the filter and selects what matches it best.
func (l *List[T]) edit(msg tea.Msg) {
	if !l.typing || !l.filter.Update(msg) {
		return
	}
	l.Refilter()
	byScore := func(a, b match) int { return b.score - a.score }
	if l.ranked {
		slices.SortStableFunc(l.shown, byScore)
		l.move(0)
	} else if len(l.shown) > 0 {
		best := slices.MinFunc(l.shown, byScore) // the first of equals
		l.move(slices.IndexFunc(l.shown, func(m match) bool { return m.index == best.index }))
	}
}

func (l *List[T]) filtering() bool { return strings.TrimSpace(l.filter.Value()) != "" }

// DropFilter shows all items again.
func (l *List[T]) DropFilter() {
	l.typing = false
	l.filter.Set("")
	l.Refilter()
}

// loadOrder takes the order from the preferences, saveOrder keeps it there.
func (l *List[T]) loadOrder() {
	name, reverse := strings.CutPrefix(l.sh.Prefs().Sort[l.cfg.Noun], "-")
	if at := slices.IndexFunc(l.cfg.Orders, func(o Order[T]) bool { return o.Name == name }); at >= 0 {
		l.by, l.reverse = at, reverse
	}
}

func (l *List[T]) saveOrder() {
	name := l.cfg.Orders[l.by].Name
	if l.reverse {
		name = "-" + name
	}
	saved := map[string]string{l.cfg.Noun: name}
	for noun, order := range l.sh.Prefs().Sort { // the writer of the preferences may read the old map
		if noun != l.cfg.Noun {
			saved[noun] = order
		}
	}
	l.sh.Prefs().Sort = saved
}
