package list

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

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
	index int // in items
	score int // the higher, the better
}

// Find is how the filter looks at a column. "" is any part of its text.
type Find string

const (
	FindLong  Find = "long"  // as much of it as a shorter word would not match by chance: for random text
	FindWhole Find = "whole" // all of it: for a few words that many items share
	FindNot   Find = "not"   // not at all: for times and counts, which change by themselves
)

// minLong is how many characters of random text are hardly there by chance.
const minLong = 4

// sought is a filter, taken apart.
type sought struct {
	fuzzy bool     // a word's letters need not stand side by side in the name
	text  string   // in lower case, its words a space apart
	words []string // of which an item has each
}

// sought is what the filter looks for: with a leading ~ letters of a name, else its parts.
func (l *List[T]) sought() sought {
	text, fuzzy := strings.CutPrefix(strings.TrimSpace(strings.ToLower(l.filter.Value())), "~")
	words := strings.Fields(text)
	return sought{fuzzy, strings.Join(words, " "), words}
}

// in reports whether a word of the filter is in a column's text, in lower case.
func (q *sought) in(text, word string, how Find) bool {
	switch how {
	case FindNot:
		return false
	case FindWhole:
		return text != "" && strings.Contains(" "+q.text+" ", " "+text+" ") && strings.Contains(" "+text+" ", " "+word+" ")
	case FindLong:
		return utf8.RuneCountInString(word) >= minLong && strings.Contains(text, word)
	}
	return strings.Contains(text, word)
}

// columnTexts are what the filter looks at of an item, in lower case: its name, and the other columns.
func (l *List[T]) columnTexts(i int) []string {
	if l.texts == nil {
		l.texts = make([][]string, len(l.items))
	}
	if l.texts[i] == nil {
		item, texts := &l.items[i], make([]string, len(l.cfg.Columns))
		for j, c := range l.cfg.Columns {
			switch {
			case j == 0 && l.cfg.Name != nil:
				texts[j] = strings.ToLower(l.cfg.Name(item))
			case c.Find != FindNot:
				texts[j] = strings.ToLower(c.Text(item))
			}
		}
		l.texts[i] = texts
	}
	return l.texts[i]
}

// The scores of a word in a name that is not looked for fuzzily.
const (
	scoreInside = 1 + iota
	scoreBegins // at the beginning of a part of it
	scoreFirst  // at its beginning
	scoreWord
	scoreWhole // all of the name
)

// score is how well a name has a word as it is, 0 for not at all.
func score(name, word string) (best int) {
	if name == word {
		return scoreWhole
	}
	for from := 0; ; {
		i := strings.Index(name[from:], word)
		if i < 0 || best == scoreWord {
			return best
		}
		at, end, got := from+i, from+i+len(word), scoreInside
		before, _ := utf8.DecodeLastRuneInString(name[:at])
		switch {
		case at == 0 || before == ' ':
			if got = scoreBegins; at == 0 {
				got = scoreFirst
			}
			if end == len(name) || name[end] == ' ' || name[end] == ',' {
				got = scoreWord
			}
		case !unicode.IsLetter(before) && !unicode.IsDigit(before):
			got = scoreBegins
		}
		best, from = max(best, got), at+1
	}
}

// filtered gives the items that pass the filter.
func (l *List[T]) filtered() []match {
	matches := make([]match, 0, len(l.items))
	for _, i := range l.order {
		if l.cfg.Hidden == nil || !l.cfg.Hidden(&l.items[i]) {
			matches = append(matches, match{index: i})
		}
	}
	q := l.sought()
	if len(q.words) == 0 {
		return matches
	}
	kept := matches[:0]
	for _, m := range matches {
		if l.passes(&q, &m) {
			kept = append(kept, m)
		}
	}
	return kept
}

// passes reports whether an item has every word of the filter, and sets its score.
func (l *List[T]) passes(q *sought, m *match) bool {
	texts := l.columnTexts(m.index)
	for _, word := range q.words {
		got := score(texts[0], word)
		if q.fuzzy {
			if hits := fuzzy.FindNoSort(word, texts[:1]); len(hits) > 0 {
				got = got<<20 + max(1, hits[0].Score+1<<10)
			}
		}
		if got == 0 && !l.elsewhere(q, texts, word, &l.items[m.index]) {
			return false
		}
		m.score += got
	}
	return true
}

// elsewhere reports whether an item has a word in another place than its name.
func (l *List[T]) elsewhere(q *sought, texts []string, word string, item *T) bool {
	for j, c := range l.cfg.Columns[1:] {
		if q.in(texts[j+1], word, c.Find) {
			return true
		}
	}
	return l.cfg.Has != nil && l.cfg.Has(item, word)
}

// marks are the byte offsets of what the filter has found in a cell of a column.
func (l *List[T]) marks(q *sought, column int, text string) (at []int) {
	low := strings.ToLower(text)
	if len(low) != len(text) {
		return nil
	}
	for _, word := range q.words {
		if how := l.cfg.Columns[column].Find; column > 0 && !q.in(low, word, how) {
			continue
		}
		i := strings.Index(low, word)
		switch {
		case i >= 0:
			for ; i >= 0; i = nextIndex(low, word, i+len(word)) {
				for j := range word {
					at = append(at, i+j)
				}
			}
		case q.fuzzy && column == 0:
			if hits := fuzzy.FindNoSort(word, []string{low}); len(hits) > 0 {
				at = append(at, hits[0].MatchedIndexes...)
			}
		}
	}
	slices.Sort(at)
	return slices.Compact(at)
}

// nextIndex is strings.Index from an offset on.
func nextIndex(s, part string, from int) int {
	if i := strings.Index(s[from:], part); i >= 0 {
		return from + i
	}
	return -1
}

// refilter filters the items anew: a fuzzy filter and a menu put the best first. It puts
// the cursor on the wanted item, or else on the one to keep. What is hidden is no longer
// picked: nothing may happen to what nobody sees.
func (l *List[T]) refilter(keep string) {
	l.shown = l.filtered()
	if l.bestFirst() {
		slices.SortStableFunc(l.shown, func(a, b match) int { return b.score - a.score })
	}
	l.unpickHidden()
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
	if len(l.shown) > 0 {
		best := slices.MinFunc(l.shown, func(a, b match) int { return b.score - a.score }) // the first of equals
		l.move(slices.IndexFunc(l.shown, func(m match) bool { return m.index == best.index }))
	}
}

func (l *List[T]) filtering() bool { return strings.TrimSpace(l.filter.Value()) != "" }

// bestFirst reports that the items are in the order of how well they match.
func (l *List[T]) bestFirst() bool {
	return l.filtering() && (l.ranked || strings.HasPrefix(strings.TrimSpace(l.filter.Value()), "~"))
}

// DropFilter shows all items again.
func (l *List[T]) DropFilter() {
	l.typing = false
	l.filter.Set("")
	l.refilter(l.id(l.Selected()))
}
