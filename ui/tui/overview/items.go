package overview

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"keydeck/model"
	"keydeck/ui/text"
	"keydeck/ui/tui/place"
	"keydeck/ui/tui/query"
)

// block is a group of items.
type block int

const (
	blockNeeds block = iota
	blockTraffic
	blockNumbers // status classes and durations
	blockKeys
	blockRoutes
)

// item is something to select, and where Enter goes: to the credential, the list
// of credentials, or else the requests.
type item struct {
	id         string // stable across reloads, so that the cursor stays on it
	block      block
	cells      [4]string
	warn, bad  bool // wants attention soon, or now
	credential string
	requests   any         // argument of the requests screen
	order      place.Order // argument of the credentials screen, OrderKept for none
}

// makeItems makes the items from top to bottom.
func (s *screen) makeItems() []item {
	items := s.needs()
	o := &s.data
	total := s.total()
	if total == 0 {
		return items
	}
	items = append(items, item{id: "traffic", block: blockTraffic, requests: place.Filter("")})
	for class := 1; class < len(o.Classes); class++ {
		if n := o.Classes[class]; n > 0 || class == 2 || class >= 4 {
			items = append(items, item{id: fmt.Sprint("class", class), block: blockNumbers, warn: class == 4 && n > 0, bad: class == 5 && n > 0,
				cells: [4]string{fmt.Sprintf("%dxx", class), text.Count(n), share(n, total)}, requests: place.Filter(fmt.Sprintf("status:%dxx", class))})
		}
	}
	for _, p := range []struct {
		name   string
		micros int64
	}{{"p50", o.P50}, {"p90", o.P90}, {"p99", o.P99}} {
		items = append(items, item{id: p.name, block: blockNumbers, cells: [4]string{p.name, text.Took(p.micros)},
			requests: place.Filter(fmt.Sprintf(">=%dus", p.micros))})
	}
	for _, c := range o.Busiest {
		items = append(items, item{id: "key" + c.CredentialID, block: blockKeys, credential: c.CredentialID,
			cells:    [4]string{cmp.Or(c.Name, cmp.Or(c.Hint, c.CredentialID)), c.Hint, text.Count(c.Requests), share(c.Requests, total)},
			requests: place.RequestsOf{ID: c.CredentialID, Name: cmp.Or(c.Name, c.Hint)}})
	}
	for _, r := range o.Routes {
		calls := "method:" + query.Quote(r.Method) + " "
		if r.Route == "" {
			calls += "reason:" + string(model.ReasonNoRoute)
		} else {
			calls += "route:" + query.Quote("="+r.Route)
		}
		items = append(items, item{id: "route" + r.Method + r.Route, block: blockRoutes,
			cells:    [4]string{r.Method, cmp.Or(r.Route, "no such path"), text.Count(r.Requests), share(r.Requests, total)},
			requests: place.Filter(calls)})
	}
	return items
}

// needs are the items that need attention, the most urgent first.
func (s *screen) needs() []item {
	var items []item
	about := func(what string, a model.Attention, state string) {
		last := "never used"
		if a.LastUsedAt != nil {
			last = "used " + model.Distance(a.LastUsedAt.Time, s.sh.Now())
		}
		items = append(items, item{id: what + a.CredentialID, block: blockNeeds, credential: a.CredentialID,
			cells: [4]string{what, cmp.Or(a.Name, a.Hint), state, last}})
	}
	// Many of a kind are one line, so that they push nothing else off.
	many := func(what string, n int, state, last string, order place.Order) bool {
		if n > mostOfAKind {
			items = append(items, item{id: "all " + what, block: blockNeeds, order: order, cells: [4]string{what, countText(n) + " credentials", state, last}})
		}
		return n > mostOfAKind
	}
	if n := s.data.Log.Dropped; n > 0 {
		items = append(items, item{id: "dropped", block: blockNeeds, bad: true, requests: place.Filter(""),
			cells: [4]string{"dropped", "request log", text.Count(n) + " lost", "the disk is too slow"}})
	}
	in := func(a model.Attention) time.Duration { return max(0, a.ExpiresAt.Sub(s.sh.Now())) }
	expiring := slices.DeleteFunc(slices.Clone(s.data.Expiring), func(a model.Attention) bool { return a.ExpiresAt == nil })
	if n := max(s.data.ExpiringTotal, len(expiring)); len(expiring) > 0 && !many("expires", n, within(expiring, n, in), "first in "+model.Span(in(expiring[0])), place.SoonestToExpire) {
		for _, a := range expiring {
			about("expires", a, "in "+model.Span(in(a)))
		}
	}
	for _, r := range s.data.Refusals {
		if r.CredentialID == "" {
			continue
		}
		items = append(items, item{id: "refused" + string(r.Reason) + r.CredentialID, block: blockNeeds, bad: true,
			cells:    [4]string{"refused", cmp.Or(r.Name, cmp.Or(r.Hint, r.CredentialID)), text.Plural(int(r.Requests), "time", "times"), r.Reason.Label()},
			requests: place.RequestsOf{ID: r.CredentialID, Name: cmp.Or(r.Name, r.Hint), Only: place.Filter("reason:" + query.Quote(string(r.Reason)))}})
	}
	if l, ok := s.unknownCallers(); ok {
		items = append(items, l)
	}
	if n := s.data.RefusalsTotal - len(s.data.Refusals); n > 0 {
		items = append(items, item{id: "further refused", block: blockNeeds, bad: true, requests: place.Filter("status:4xx"),
			cells: [4]string{"refused", "and " + countText(n) + " more", "", "enter lists them"}})
	}
	if !many("unused", max(s.data.UnusedTotal, len(s.data.Unused)), "over 90 d", "enter lists them", place.LongestUnused) {
		for _, a := range s.data.Unused {
			state := "over 90 d"
			if a.LastUsedAt != nil {
				state = "for " + model.Ago(a.LastUsedAt.Time, s.sh.Now())
			}
			about("unused", a, state)
		}
	}
	return items
}

// mostOfAKind is how many credentials that expire or lie unused have a line each.
const mostOfAKind = 4

// within says by when all n credentials expire. The list has the soonest of them.
func within(soonest []model.Attention, n int, in func(model.Attention) time.Duration) string {
	if last := soonest[len(soonest)-1]; len(soonest) == n && in(last) <= 24*time.Hour {
		return "within a day"
	}
	return "within 7 d"
}

// unknownCallers is one item for all refused calls without a known credential.
func (s *screen) unknownCallers() (item, bool) {
	var calls int64
	var why, reasons []string
	for _, r := range s.data.Refusals {
		if r.CredentialID == "" {
			calls += r.Requests
			why, reasons = append(why, r.Reason.Label()), append(reasons, query.Quote(string(r.Reason)))
		}
	}
	return item{id: "refused", block: blockNeeds, bad: true, requests: place.Filter("reason:" + strings.Join(reasons, ",")),
		cells: [4]string{"refused", "unknown callers", text.Plural(int(calls), "time", "times"), strings.Join(why, ", ")}}, len(why) > 0
}

// countText says a number of credentials, which the server counts up to a bound.
func countText(n int) string {
	if n >= model.MaxCounted {
		return text.Count(int64(n)) + "+"
	}
	return text.Count(int64(n))
}

// total is the number of requests in the last hour.
func (s *screen) total() (n int64) {
	for _, c := range s.data.Classes {
		n += c
	}
	return n
}

// share is n in per cent of total.
func share(n, total int64) string {
	switch {
	case total <= 0:
		return ""
	case n > 0 && n*200 < total:
		return "<1 %"
	}
	return fmt.Sprintf("%d %%", (n*200+total)/(2*total))
}
