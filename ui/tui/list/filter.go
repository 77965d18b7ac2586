package list

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/sahilm/fuzzy"
)

// sort orders the items, or turns that order round. Equal ones stay as they were
// loaded.
func (l *List[T]) sort() {
	l.order = slices.Grow(l.order[:0], len(l.items))
	for i := range l.items {
		l.order = append(l.order, i)
	}
	switch {
	case l.by > 0:
		compare, sign := l.cfg.Columns[l.by-1].Compare, 1
		if l.reverse {
			sign = -1
		}
		slices.SortFunc(l.order, func(a, b int) int {
			if c := compare(&l.items[a], &l.items[b]); c != 0 {
				return sign * c
			}
			return a - b
		})
	case l.reverse:
		slices.Reverse(l.order)
	}
}

// CompareFold compares names, whatever their case.
func CompareFold(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) }

// SortBy sorts by what a column is called there, or else as the items were loaded, or
// the other way round. The cursor stays on its item.
func (l *List[T]) SortBy(by string, reverse bool) {
	l.setOrder(by, reverse)
	l.Refresh()
}

func (l *List[T]) setOrder(by string, reverse bool) {
	l.by = 1 + slices.IndexFunc(l.cfg.Columns, func(c Column[T]) bool { return c.Compare != nil && c.By == by })
	l.reverse = reverse
}

// SortedBy is what it is sorted by.
func (l *List[T]) SortedBy() string {
	if l.by == 0 {
		return l.cfg.By
	}
	return l.cfg.Columns[l.by-1].By
}

// nextOrder is what s sorts by.
func (l *List[T]) nextOrder() string {
	for i := l.by; i < len(l.cfg.Columns); i++ {
		if l.cfg.Columns[i].Compare != nil {
			return l.cfg.Columns[i].By
		}
	}
	return l.cfg.By
}

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
	words := strings.Fields(strings.ToLower(l.filter.Value()))
	for _, word := range words {
		hits := fuzzy.FindFromNoSort(word, names[T]{l, matches})
		kept := matches[:0]
		for i, m := range matches {
			if len(hits) > 0 && hits[0].Index == i {
				m.marks, m.score = append(hits[0].MatchedIndexes, m.marks...), m.score+hits[0].Score
				if strings.Contains(strings.ToLower(hits[0].Str), word) {
					m.score += whole
				}
				hits = hits[1:]
			} else if !l.has(&l.items[m.index], word) {
				continue
			}
			kept = append(kept, m)
		}
		matches = kept
	}
	if len(words) > 1 {
		for i := range matches {
			slices.Sort(matches[i].marks)
		}
	}
	return matches
}

// has reports whether an item has a word in another place than its name.
func (l *List[T]) has(item *T, word string) bool {
	if l.cfg.Has != nil {
		return l.cfg.Has(item, word)
	}
	return slices.ContainsFunc(l.cfg.Columns[1:], func(c Column[T]) bool { return strings.Contains(strings.ToLower(c.Text(item)), word) })
}

// refilter filters the items anew. It puts the cursor on the wanted item, or else on the one to keep.
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
	l.refilter("")
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
	l.refilter(l.id(l.Selected()))
}
