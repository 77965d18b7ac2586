package credentials

import (
	"cmp"
	"strings"
	"time"

	"keydeck/model"
	"keydeck/ui/tui/list"
	"keydeck/ui/tui/wallet"
)

// What the list can be sorted by: its age, or one of the columns.
const (
	byAge = iota
	byName
	byKind
	byHint
	byScopes
	byLastUse
	byExpiry
	byToday
	byState
)

// stateRank puts what needs attention first.
var stateRank = map[string]int{"expires soon": 0, "active": 1, "expired": 2, "revoked": 3}

// orders sort text from A to Z, and put the newest, last used, next to expire and
// busiest first. The server gives the newest first.
func (s *screen) orders() []list.Order[wallet.Credential] {
	type credential = wallet.Credential
	orders := []list.Order[credential]{
		byAge:     {Name: "age"},
		byName:    {Name: "name", Compare: func(a, b *credential) int { return strings.Compare(a.FoldedName, b.FoldedName) }},
		byKind:    {Name: "kind", Compare: func(a, b *credential) int { return cmp.Compare(a.Kind, b.Kind) }},
		byHint:    {Name: "hint", Compare: func(a, b *credential) int { return strings.Compare(a.Hint, b.Hint) }},
		byScopes:  {Name: "scopes", Compare: func(a, b *credential) int { return strings.Compare(a.ScopeWords(), b.ScopeWords()) }},
		byLastUse: {Name: "last use", Compare: func(a, b *credential) int { return -earlier(a.LastUsed, b.LastUsed, time.Time{}) }},
		byExpiry:  {Name: "expiry", Compare: func(a, b *credential) int { return earlier(a.Expires, b.Expires, never) }},
		byToday:   {Name: "calls today", Compare: func(a, b *credential) int { return cmp.Compare(b.Today, a.Today) }},
		byState: {Name: "state", Compare: func(a, b *credential) int {
			return cmp.Compare(stateRank[a.State(s.sh.Now())], stateRank[b.State(s.sh.Now())])
		}},
	}
	for i := range orders {
		orders[i].Column = i - 1
	}
	return orders
}

var never = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

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
