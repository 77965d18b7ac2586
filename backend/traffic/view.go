package traffic

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"keydeck/model"
)

// View is what a reader may see: everything, or the requests of some projects
// and those of one login ("" for none) that belong to no project.
type View struct {
	All      bool
	Projects []string
	User     string
}

// Of returns the view of one project.
func Of(project string) View { return View{Projects: []string{project}} }

// scopeKeys are the scopes of a view, unless it shows all.
func (v View) scopeKeys() map[scopeKey]bool {
	keys := make(map[scopeKey]bool, len(v.Projects)+1)
	for _, id := range v.Projects {
		keys[scopeKey{project: id}] = true
	}
	if v.User != "" {
		keys[scopeKey{user: v.User}] = true
	}
	delete(keys, scopeKey{}) // an empty id must not show anonymous requests
	return keys
}

// Hour holds the counts of a view. The lists are complete, most requests first. The
// caller fills in names and hints of credentials.
type Hour struct {
	PerSecond     float64 // of the last ten whole seconds
	Minutes       []model.MinuteCount
	Classes       [6]int64
	P50, P90, P99 int64 // microseconds
	Credentials   []model.CredentialCount
	Routes        []model.RouteCount
	Refusals      []model.RefusalCount
}

// Hour returns the counts of a view at the time now.
func (t *Traffic) Hour(v View, now time.Time) Hour {
	keys, sec := v.scopeKeys(), now.Unix()
	sees := func(k scopeKey) bool { return v.All || keys[k] }
	h := t.curves(v, keys, sec)

	scan(t, t.credentials, func(id credentialID, c *credential) {
		if n := c.requests.total(sec); n > 0 && sees(c.scope) {
			h.Credentials = append(h.Credentials, model.CredentialCount{CredentialID: string(id), Requests: n})
		}
	})
	routes := map[model.RouteCount]int64{}
	scan(t, t.routes, func(k routeKey, s *series) {
		if n := s.total(sec); n > 0 && sees(k.scope) {
			routes[model.RouteCount{Method: k.method, Route: k.route}] += n
		}
	})
	refusals := map[model.RefusalCount]int64{}
	scan(t, t.refusals, func(k refusalKey, s *series) {
		if n := s.total(sec); n > 0 && sees(k.scope) {
			refusals[model.RefusalCount{Reason: k.reason, CredentialID: k.credential}] += n
		}
	})
	for k, n := range routes {
		k.Requests = n
		h.Routes = append(h.Routes, k)
	}
	for k, n := range refusals {
		k.Requests = n
		h.Refusals = append(h.Refusals, k)
	}
	h.sort()
	return h
}

func (h *Hour) sort() {
	slices.SortFunc(h.Credentials, func(a, b model.CredentialCount) int {
		return cmp.Or(cmp.Compare(b.Requests, a.Requests), strings.Compare(a.CredentialID, b.CredentialID))
	})
	slices.SortFunc(h.Routes, func(a, b model.RouteCount) int {
		return cmp.Or(cmp.Compare(b.Requests, a.Requests), strings.Compare(a.Route, b.Route), strings.Compare(a.Method, b.Method))
	})
	slices.SortFunc(h.Refusals, func(a, b model.RefusalCount) int {
		return cmp.Or(cmp.Compare(b.Requests, a.Requests), cmp.Compare(a.Reason, b.Reason), strings.Compare(a.CredentialID, b.CredentialID))
	})
}

// curves sums the counts that every scope has: minutes, classes, rate and latency.
func (t *Traffic) curves(v View, keys map[scopeKey]bool, now int64) Hour {
	h := Hour{Minutes: make([]model.MinuteCount, window)}
	first := now/60 - window + 1
	for i := range h.Minutes {
		h.Minutes[i].At = model.FromMillis((first + int64(i)) * 60_000)
	}
	var latency [buckets]int64
	var recent int64
	add := func(s *scope) {
		for i := range s.minutes {
			m := &s.minutes[i]
			if m.at < first || m.at > now/60 {
				continue
			}
			count := &h.Minutes[m.at-first]
			for class, n := range m.classes {
				h.Classes[class] += int64(n)
				count.Requests += int64(n)
			}
			count.Refused += int64(m.classes[4])
			count.Failed += int64(m.classes[5])
		}
		for _, n := range s.seconds {
			if n.at >= now-rateSeconds && n.at < now {
				recent += int64(n.requests)
			}
		}
		s.latency.addTo(&latency, now)
	}
	t.read(func() {
		if v.All {
			add(&t.all)
		}
	})
	if !v.All {
		for k := range keys {
			t.read(func() {
				if s := t.scopes.index[k]; s != nil {
					add(&s.value)
				}
			})
		}
	}
	h.Classes[0] = 0 // no status has this class; it exists so that index 4 is 4xx
	h.PerSecond = float64(recent) / rateSeconds
	if slices.ContainsFunc(h.Minutes, func(m model.MinuteCount) bool { return m.Requests > 0 }) {
		h.P50, h.P90, h.P99 = percentile(&latency, 50), percentile(&latency, 90), percentile(&latency, 99)
	}
	return h
}

// Count is how often a credential was presented in the last hour, and how often it
// was refused.
type Count struct{ Requests, Refused int64 }

// Credentials returns the counts of all credentials that a view shows and that were
// presented in the last hour, by id.
func (t *Traffic) Credentials(v View, now time.Time) map[string]Count {
	keys, counts := v.scopeKeys(), map[string]Count{}
	scan(t, t.credentials, func(id credentialID, c *credential) {
		if n := c.requests.total(now.Unix()); n > 0 && (v.All || keys[c.scope]) {
			counts[string(id)] = Count{n, c.refused.total(now.Unix())}
		}
	})
	return counts
}

// Credential returns the counts of one credential and the addresses that it came
// from, most requests first.
func (t *Traffic) Credential(id string, now time.Time) (n Count, from []model.AddressCount) {
	t.read(func() {
		s := t.credentials.index[credentialID(id)]
		if s == nil {
			return
		}
		c := &s.value
		n = Count{c.requests.total(now.Unix()), c.refused.total(now.Unix())}
		for i := range c.sources {
			if p := &c.sources[i]; !p.requests.empty(now.Unix()) {
				from = append(from, model.AddressCount{RemoteIP: p.ip, Requests: p.requests.sum, LastAt: model.FromMillis(p.lastAt)})
			}
		}
	})
	slices.SortFunc(from, func(a, b model.AddressCount) int {
		return cmp.Or(cmp.Compare(b.Requests, a.Requests), b.LastAt.Compare(a.LastAt.Time), strings.Compare(a.RemoteIP, b.RemoteIP))
	})
	return n, from
}

func (t *Traffic) read(look func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	look()
}

// scanBatch is how many entries are read before the lock is released.
const scanBatch = 512

// scan calls look for all entries of a table, and releases the lock after every
// scanBatch. It may miss an entry that is replaced meanwhile, but sees none twice.
func scan[K key[K], V any](t *Traffic, from *table[K, V], look func(K, *V)) {
	for start, more := 0, true; more; start += scanBatch {
		t.read(func() {
			end := min(start+scanBatch, len(from.slots))
			for _, s := range from.slots[start:end] {
				look(s.key, &s.value)
			}
			more = end < len(from.slots)
		})
	}
}
