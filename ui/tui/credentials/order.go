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

// order is what the table of credentials is sorted by.
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

// stateRank puts what needs somebody first.
var stateRank = map[string]int{"expires soon": 0, "active": 1, "expired": 2, "revoked": 3}

// sort makes the chosen order: the newest, the latest used, the soonest to
// expire and the busiest first, words from A to Z; or the other way round. Those
// that are equal stay newest first, as they came.
func (s *screen) sort() {
	compare, sign := s.comparison(), 1
	if s.reverse {
		sign = -1
	}
	s.order = slices.Grow(s.order[:0], len(s.all))
	for i := range s.all {
		s.order = append(s.order, i)
	}
	slices.SortFunc(s.order, func(a, b int) int {
		if c := compare(&s.all[a], &s.all[b]); c != 0 {
			return sign * c
		}
		return a - b
	})
}

func (s *screen) comparison() func(a, b *wallet.Credential) int {
	byText := func(of func(*wallet.Credential) string) func(a, b *wallet.Credential) int {
		return func(a, b *wallet.Credential) int { return strings.Compare(of(a), of(b)) }
	}
	switch s.by {
	case byName:
		return byText(func(c *wallet.Credential) string { return c.Folded })
	case byKind:
		return byText(func(c *wallet.Credential) string { return string(c.Kind) })
	case byHint:
		return byText(func(c *wallet.Credential) string { return c.Hint })
	case byScopes:
		return byText((*wallet.Credential).ScopeWords)
	case byLastUse:
		return func(a, b *wallet.Credential) int { return -earlier(a.LastUsed, b.LastUsed, time.Time{}) }
	case byExpiry:
		never := time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
		return func(a, b *wallet.Credential) int { return earlier(a.Expires, b.Expires, never) }
	case byToday:
		return func(a, b *wallet.Credential) int { return cmp.Compare(b.Today, a.Today) }
	case byState:
		return func(a, b *wallet.Credential) int {
			return cmp.Compare(stateRank[a.State(s.sh.Now())], stateRank[b.State(s.sh.Now())])
		}
	}
	return func(a, b *wallet.Credential) int { return b.Created.Compare(a.Created.Time) }
}

// earlier compares instants, one that is not set standing for none.
func earlier(a, b *model.Time, none time.Time) int {
	at := func(t *model.Time) time.Time {
		if t == nil {
			return none
		}
		return t.Time
	}
	return at(a).Compare(at(b))
}

// row is a credential that passes the filter.
type row struct {
	index int   // in all
	marks []int // byte offsets in its name of what the filter has found
	score int   // how well it fits
}

// names of rows, for the fuzzy search.
type names struct {
	all  []wallet.Credential
	rows []row
}

func (n names) String(i int) string { return n.all[n.rows[i].index].Name }
func (n names) Len() int            { return len(n.rows) }

// find gives the rows that pass the filter: each word of it is found in the
// name, its letters in that order, or as it stands in what else the row shows.
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
			} else if c := &s.all[r.index]; !strings.Contains(c.Others, word) && !strings.Contains(c.State(s.sh.Now()), word) {
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

// sift makes the list of what is shown and keeps the cursor on its credential.
func (s *screen) refilter() {
	keep := s.wantedID
	if cur := s.selected(); keep == "" && cur != nil {
		keep = cur.ID
	}
	s.shown = s.filtered()
	at := slices.IndexFunc(s.shown, func(r row) bool { return s.all[r.index].ID == keep })
	if at >= 0 && keep == s.wantedID {
		s.wantedID = ""
	}
	if at < 0 {
		at = s.table.Cursor
	}
	s.table.Move(at, len(s.shown), s.rows())
}

// best takes the cursor to the row that fits the filter best.
func (s *screen) selectBest() {
	best := 0
	for i, r := range s.shown {
		if r.score > s.shown[best].score {
			best = i
		}
	}
	s.table.Move(best, len(s.shown), s.rows())
}

// resort takes another order and keeps the cursor on its credential.
func (s *screen) resort(by order, reverse bool) {
	if cur := s.selected(); cur != nil && s.wantedID == "" {
		s.wantedID = cur.ID
	}
	s.by, s.reverse = by, reverse
	s.sort()
	s.refilter()
}

// sortName is the table's name in what the dashboard remembers.
const sortKey = "credentials"

// recallOrder takes up the order of the last time.
func (s *screen) loadOrder() {
	word, reverse := strings.CutPrefix(s.sh.Prefs().Sort[sortKey], "-")
	if at := slices.Index(orderWords[:], word); at >= 0 {
		s.by, s.reverse = order(at), reverse
	}
}

// rememberOrder keeps the order for the next time.
func (s *screen) saveOrder() {
	word := orderWords[s.by]
	if s.reverse {
		word = "-" + word
	}
	kept := maps.Clone(s.sh.Prefs().Sort)
	if kept == nil {
		kept = map[string]string{}
	}
	kept[sortKey] = word
	s.sh.Prefs().Sort = kept
}
