// Package traffic counts the requests of the last hour in memory: for each
// project and over all, by minute, status class, latency, route, credential,
// address and reason of refusal. It is what an overview is made of, so that
// looking at it never searches the request log.
//
// Guarantees:
//
//   - Record takes a lock for well under a microsecond and does nothing else:
//     no I/O, no goroutine, no clock of its own.
//   - Memory is bounded, whatever callers send (see the limits below). What does
//     not fit pushes out what was seen least recently; the counts over all and
//     those of a project that is seen stay exact.
//   - Whoever reads holds the lock for tens of microseconds at a time, however
//     many credentials there are.
//   - The hour is the last 60 minutes of the clock, the one under way included.
//     Percentiles are those of 60 to 65 minutes, to about 6 %.
package traffic

import (
	"strings"
	"sync"
	"time"

	"keydeck/model"
)

const (
	window = 60 // minutes that are looked back on

	maxScopes      = 1_000  // about 13 KB each
	maxCredentials = 20_000 // about 600 bytes each
	maxRoutes      = 10_000 // of all scopes, about 350 bytes each
	maxRefusals    = 10_000 // of all scopes, about 350 bytes each
	maxSources     = 40_000 // addresses of all credentials, about 300 bytes each
	maxSourcesEach = 32     // of one credential
)

// streamRoute answers for as long as somebody follows the log. How long that is
// says nothing of how fast the server is, so latency leaves it out.
const streamRoute = "/auth/requests/stream"

// Traffic counts. The zero value is not ready: use New. All methods are safe for
// concurrent use.
type Traffic struct {
	mu          sync.Mutex
	all         scope
	scopes      *table[scopeKey, scope]
	credentials *table[credentialID, credential]
	routes      *table[routeKey, series]
	refusals    *table[refusalKey, series]
	sources     int // addresses that are kept, of all credentials
}

// scopeKey says whose a request is: a project's, or a login's own. Neither is
// everybody else's.
type scopeKey struct{ project, user string }

type routeKey struct {
	scope         scopeKey
	method, route string
}

type refusalKey struct {
	scope      scopeKey
	reason     model.Reason
	credential string // "" for none that was recognised, or a login
}

type credentialID string

// credential is one credential's hour.
type credential struct {
	scope             scopeKey
	requests, refused series
	sources           []source
}

// place is an address that a credential was used from.
type source struct {
	ip       string
	lastAt   int64 // unix milliseconds
	requests series
}

// New makes empty counts.
func New() *Traffic {
	t := &Traffic{
		scopes:      newTable[scopeKey, scope](maxScopes),
		credentials: newTable[credentialID, credential](maxCredentials),
		routes:      newTable[routeKey, series](maxRoutes),
		refusals:    newTable[refusalKey, series](maxRefusals),
	}
	t.credentials.onEvict = func(c *credential) { t.sources -= len(c.sources) }
	return t
}

// Record counts a request that has just been answered. now is the time; a record
// that says it began later, or does not say when, began now.
func (t *Traffic) Record(r *model.RequestRecord, now time.Time) { t.count(r, now, live) }

// Remember counts a request of the past, read from the log, newest first. It
// never pushes out what is newer.
func (t *Traffic) Remember(r *model.RequestRecord, now time.Time) { t.count(r, now, past) }

// age says where a record comes from, and so who makes room for whom.
type origin int

const (
	live origin = iota
	past
)

func (t *Traffic) count(r *model.RequestRecord, now time.Time, a origin) {
	at := r.At.Time
	if at.IsZero() || at.After(now) {
		at = now
	}
	w := stamp{millis: at.UnixMilli(), second: at.Unix(), minute: at.Unix() / 60, now: now.Unix()}
	if w.minute <= w.now/60-window {
		return
	}
	whose := scopeKey{project: r.ProjectID}
	if r.ProjectID == "" {
		whose.user = r.UserID
	}
	id := r.CredentialID
	if r.UserID != "" {
		id = "" // a login's is its session, which is no credential to look after
	}
	method := methodName(r.Method)

	t.mu.Lock()
	defer t.mu.Unlock()
	t.all.add(w, r)
	t.scopes.entry(whose, a).add(w, r)
	t.routes.entry(routeKey{whose, method, r.Route}, a).add(w)
	if r.Reason != "" {
		t.refusals.entry(refusalKey{whose, r.Reason, id}, a).add(w)
	}
	if id == "" {
		return
	}
	if c := t.credentials.entry(credentialID(id), a); c != nil {
		t.countCredential(c, whose, r, w, a)
	}
}

func (t *Traffic) countCredential(c *credential, whose scopeKey, r *model.RequestRecord, w stamp, a origin) {
	if c.scope != whose {
		c.scope = whose.clone()
	}
	c.requests.add(w)
	if r.Reason != "" {
		c.refused.add(w)
	}
	if p := t.source(c, r.RemoteIP, w, a); p != nil {
		p.requests.add(w)
		p.lastAt = max(p.lastAt, w.millis)
	}
}

// placeOf finds or makes the counts of an address: in a free place, in one that
// is over, or in that of the address that was seen least recently. A record of
// the past takes nobody's place.
func (t *Traffic) source(c *credential, ip string, w stamp, a origin) *source {
	if ip == "" {
		return nil
	}
	oldest := -1
	for i := range c.sources {
		p := &c.sources[i]
		if p.ip == ip {
			return p
		}
		if oldest < 0 || p.lastAt < c.sources[oldest].lastAt {
			oldest = i
		}
	}
	switch {
	case len(c.sources) < maxSourcesEach && t.sources < maxSources:
		t.sources++
		c.sources = append(c.sources, source{ip: strings.Clone(ip)})
		return &c.sources[len(c.sources)-1]
	case oldest < 0, a == past && !c.sources[oldest].requests.empty(w.now):
		return nil
	}
	c.sources[oldest] = source{ip: strings.Clone(ip)}
	return &c.sources[oldest]
}

func (k scopeKey) clone() scopeKey { return scopeKey{strings.Clone(k.project), strings.Clone(k.user)} }

func (k routeKey) clone() routeKey {
	return routeKey{k.scope.clone(), k.method, strings.Clone(k.route)}
}

func (k refusalKey) clone() refusalKey {
	return refusalKey{k.scope.clone(), k.reason, strings.Clone(k.credential)}
}

func (k credentialID) clone() credentialID { return credentialID(strings.Clone(string(k))) }

// otherMethod stands for every method that HTTP does not know: callers may make
// up any number of them.
const otherMethod = "other"

func methodName(s string) string {
	switch s {
	case "GET":
		return "GET"
	case "POST":
		return "POST"
	case "DELETE":
		return "DELETE"
	case "PATCH":
		return "PATCH"
	case "PUT":
		return "PUT"
	case "HEAD":
		return "HEAD"
	case "OPTIONS":
		return "OPTIONS"
	case "TRACE":
		return "TRACE"
	case "CONNECT":
		return "CONNECT"
	}
	return otherMethod
}
