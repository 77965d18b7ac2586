// Package traffic counts the requests of the last hour in memory: for each project
// and in total, by minute, status class, latency, route, credential, address and
// reason of refusal. Overviews are made from these counts, so that they never
// search the request log.
//
// Guarantees:
//
//   - Record holds a lock for well under a microsecond. It does no I/O, starts no
//     goroutine and reads no clock.
//   - Memory is bounded, whatever callers send (see the limits below). A new entry
//     evicts the one that was seen least recently. The total, and the counts of a
//     project that has not been evicted, stay exact.
//   - Reading holds the lock for tens of microseconds at a time, however many
//     credentials there are.
//   - The hour is the last 60 minutes of the clock, including the current one.
//     Percentiles cover 60 to 65 minutes and are accurate to about 6 %.
package traffic

import (
	"slices"
	"strings"
	"sync"
	"time"

	"keydeck/model"
)

const (
	window = 60 // minutes

	maxScopes      = 1_000  // about 13 KB each
	maxCredentials = 20_000 // about 600 bytes each
	maxRoutes      = 10_000 // of all scopes, about 350 bytes each
	maxRefusals    = 10_000 // of all scopes, about 350 bytes each
	maxSources     = 40_000 // addresses of all credentials, about 300 bytes each
	maxSourcesEach = 32     // of one credential
)

// streamRoute answers for as long as somebody follows the log, which says nothing
// about how fast the server is. Latency leaves it out.
const streamRoute = "/auth/requests/stream"

// Traffic holds the counts. Use New; the zero value is not usable. All methods are
// safe for concurrent use.
type Traffic struct {
	mu          sync.Mutex
	all         scope
	scopes      *table[scopeKey, scope]
	credentials *table[credentialID, credential]
	routes      *table[routeKey, series]
	refusals    *table[refusalKey, series]
	sources     int // addresses kept, of all credentials
}

// scopeKey says whose a request is: a project's or a login's own. With neither, it
// is an anonymous request.
type scopeKey struct{ project, user string }

type routeKey struct {
	scope         scopeKey
	method, route string
}

type refusalKey struct {
	scope      scopeKey
	reason     model.Reason
	credential string // "" if none was recognised, and for a login
}

type credentialID string

// credential holds the counts of one credential.
type credential struct {
	scope             scopeKey
	requests, refused series
	sources           []source
}

// source is an address that a credential was used from.
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

// Record counts a request that was answered now. If the record's time is missing
// or later than now, it counts as now.
func (t *Traffic) Record(r *model.RequestRecord, now time.Time) { t.count(r, now, live) }

// Remember counts a request of the past. Call it for the records of the log, newest
// first; it never evicts anything newer.
func (t *Traffic) Remember(r *model.RequestRecord, now time.Time) { t.count(r, now, past) }

// origin says whether a record is new or from the log. Only new ones evict others.
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
		id = "" // a login's is its session, which is not a credential to list
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

// source finds or makes the counts of an address. If there is no room, it replaces
// the address that was seen least recently; a record of the past only replaces one
// without requests in the window.
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

// otherMethod stands for every unknown method: callers can make up any number of
// them.
const otherMethod = "other"

var methods = []string{"GET", "POST", "DELETE", "PATCH", "PUT", "HEAD", "OPTIONS", "TRACE", "CONNECT"}

// methodName returns one of few strings, which are no part of a request's header.
func methodName(s string) string {
	if i := slices.Index(methods, s); i >= 0 {
		return methods[i]
	}
	return otherMethod
}
