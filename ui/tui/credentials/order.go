package credentials

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/sahilm/fuzzy"

	"keydeck/model"
	"keydeck/ui/tui/wallet"
)

// order is what the list is sorted by.
type order int

const (
	byAge order = iota
	byName
	byKind
	byHint
	byScopes
	byLastUse
	byExpiry
	byToday
	byState
	orders
)

var orderWords = [orders]string{"age", "name", "kind", "hint", "scopes", "last use", "expiry", "calls today", "state"}

// stateRank puts what needs attention first.
var stateRank = map[string]int{"expires soon": 0, "active": 1, "expired": 2, "revoked": 3}

// sort orders the list: text from A to Z; the newest, last used, next to expire
// and busiest first; or all of it reversed. Equal ones stay newest first.
func (s *screen) sort() {
	compare, sign, now := compares[s.by], 1, s.sh.Now()
	if s.reverse {
		sign = -1
	}
	s.order = slices.Grow(s.order[:0], len(s.all))
	for i := range s.all {
		s.order = append(s.order, i)
	}
	slices.SortFunc(s.order, func(a, b int) int {
		if c := compare(&s.all[a], &s.all[b], now); c != 0 {
			return sign * c
		}
		return a - b
	})
}

type compareFunc func(a, b *wallet.Credential, now time.Time) int

var compares = [orders]compareFunc{
	byAge:     func(a, b *wallet.Credential, _ time.Time) int { return b.Created.Compare(a.Created.Time) },
	byName:    byText(func(c *wallet.Credential) string { return c.FoldedName }),
	byKind:    byText(func(c *wallet.Credential) string { return string(c.Kind) }),
	byHint:    byText(func(c *wallet.Credential) string { return c.Hint }),
	byScopes:  byText((*wallet.Credential).ScopeWords),
	byLastUse: func(a, b *wallet.Credential, _ time.Time) int { return -earlier(a.LastUsed, b.LastUsed, time.Time{}) },
	byExpiry:  func(a, b *wallet.Credential, _ time.Time) int { return earlier(a.Expires, b.Expires, never) },
	byToday:   func(a, b *wallet.Credential, _ time.Time) int { return cmp.Compare(b.Today, a.Today) },
	byState: func(a, b *wallet.Credential, now time.Time) int {
		return cmp.Compare(stateRank[a.State(now)], stateRank[b.State(now)])
	},
}

var never = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

func byText(of func(*wallet.Credential) string) compareFunc {
	return func(a, b *wallet.Credential, _ time.Time) int { return strings.Compare(of(a), of(b)) }
}

// earlier compares instants; one that is not set counts as unset.
func earlier(a, b *model.Time, unset time.Time) int {
	at := func(t *model.Time) time.Time {
		if t == nil {
			return unset
		}
		return t.Time
	}
	return at(a).Compare(at(b))
}

// row is a credential that passes the filter.
type row struct {
	index int   // in all
	marks []int // byte offsets in its name that the filter matched
	score int   // of the match
}

// names are the names of rows, for the fuzzy search.
type names struct {
	all  []wallet.Credential
	rows []row
}

func (n names) String(i int) string { return n.all[n.rows[i].index].Name }
func (n names) Len() int            { return len(n.rows) }

// filtered gives the rows that pass the filter: each word of it matches the name
// fuzzily, or is part of another column.
func (s *screen) filtered() []row {
	rows := make([]row, 0, len(s.all))
	for _, i := range s.order {
		if s.inactive || s.all[i].Usable(s.sh.Now()) {
			rows = append(rows, row{index: i})
		}
	}
	for word := range strings.FieldsSeq(strings.ToLower(s.filter.Value())) {
		hits := fuzzy.FindFromNoSort(word, names{s.all, rows})
		kept := rows[:0]
		for i, r := range rows {
			if len(hits) > 0 && hits[0].Index == i {
				r.marks, r.score = append(r.marks, hits[0].MatchedIndexes...), r.score+hits[0].Score
				hits = hits[1:]
			} else if c := &s.all[r.index]; !strings.Contains(c.SearchText, word) && !strings.Contains(c.State(s.sh.Now()), word) {
				continue
			}
			kept = append(kept, r)
		}
		rows = kept
	}
	for i := range rows {
		slices.Sort(rows[i].marks)
	}
	return rows
}

// refilter filters the list and keeps the cursor on its credential.
func (s *screen) refilter() {
	keep := s.wantedID
	if cur := s.selected(); keep == "" && cur != nil {
		keep = cur.ID
	}
	s.shown = s.filtered()
	if at := slices.IndexFunc(s.shown, func(r row) bool { return s.all[r.index].ID == keep }); at >= 0 {
		s.table.Cursor, s.wantedID = at, ""
	}
	s.table.Move(s.table.Cursor, len(s.shown), s.rows())
}

// selectBest selects the row that matches the filter best.
func (s *screen) selectBest() {
	best := 0
	for i, r := range s.shown {
		if r.score > s.shown[best].score {
			best = i
		}
	}
	s.table.Move(best, len(s.shown), s.rows())
}

// resort sorts the list anew and keeps the cursor on its credential.
func (s *screen) resort(by order, reverse bool) {
	s.keepSelected()
	s.by, s.reverse = by, reverse
	s.sort()
	s.refilter()
}

// keepSelected makes the next refilter put the cursor on the selected credential.
func (s *screen) keepSelected() {
	if c := s.selected(); c != nil && s.wantedID == "" {
		s.wantedID = c.ID
	}
}

// sortKey is the list's key in the preferences.
const sortKey = "credentials"

func (s *screen) loadOrder() {
	word, reverse := strings.CutPrefix(s.sh.Prefs().Sort[sortKey], "-")
	if at := slices.Index(orderWords[:], word); at >= 0 {
		s.by, s.reverse = order(at), reverse
	}
}

func (s *screen) saveOrder() {
	word := orderWords[s.by]
	if s.reverse {
		word = "-" + word
	}
	saved := map[string]string{}
	maps.Copy(saved, s.sh.Prefs().Sort)
	saved[sortKey] = word
	s.sh.Prefs().Sort = saved
}
