package backend

import (
	"crypto/sha256"
	"hash/maphash"
	"sync"
	"sync/atomic"
	"time"

	"keydeck/backend/store"
	"keydeck/model"
)

// authCache lets most requests authenticate without the database. It has two
// parts:
//
//   - Facts never change: which credential a secret belongs to, that a token's
//     signature is good, when the token expires. Their key is the SHA-256 of
//     what was presented; they need no invalidation.
//   - Live state changes: revoked, expired, project deleted. Its key is the id
//     of the credential or session. The event of each change invalidates it after
//     the commit and before the action returns (events.go).
//
// A reader that was already reading the database when an action committed must
// not put the old row back: see liveCache.load.
type authCache struct {
	facts       *boundedMap[[sha256.Size]byte, fact]
	credentials *liveCache[store.Live]
	sessions    *liveCache[store.LiveSession]
}

// Bounds of the cache. An entry takes about 300 bytes.
const (
	maxFacts = 200_000
	maxLive  = 100_000
)

// fact is what never changes about a presented credential.
type fact struct {
	kind         model.Kind
	credentialID string // "" for an access token
	sessionID    string // of an access token, as userID
	userID       string
	notBefore    time.Time
	expires      time.Time // of the token itself; zero if it has no exp
}

func newAuthCache() *authCache {
	return &authCache{
		facts:       newBoundedMap[[sha256.Size]byte, fact](maxFacts),
		credentials: newLiveCache[store.Live](maxLive),
		sessions:    newLiveCache[store.LiveSession](maxLive),
	}
}

// boundedMap is a bounded map in two halves: when the young half is full it
// becomes the old half, and the previous old half is dropped. A hit in the old
// half moves the entry to the young one, so entries in use stay.
type boundedMap[K comparable, V any] struct {
	seed   maphash.Seed
	shards [shardCount]shard[K, V]
}

const shardCount = 16

type shard[K comparable, V any] struct {
	mu         sync.RWMutex
	limit      int // of one half
	young, old map[K]V
}

func newBoundedMap[K comparable, V any](limit int) *boundedMap[K, V] {
	g := &boundedMap[K, V]{seed: maphash.MakeSeed()}
	for i := range g.shards {
		g.shards[i].limit = max(1, limit/shardCount/2)
		g.shards[i].young = map[K]V{}
	}
	return g
}

func (g *boundedMap[K, V]) shard(key K) *shard[K, V] {
	return &g.shards[maphash.Comparable(g.seed, key)%shardCount]
}

func (g *boundedMap[K, V]) get(key K) (V, bool) {
	s := g.shard(key)
	s.mu.RLock()
	v, ok := s.young[key]
	if ok {
		s.mu.RUnlock()
		return v, true
	}
	_, ok = s.old[key]
	s.mu.RUnlock()
	if !ok {
		return v, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if v, ok = s.old[key]; ok { // it may have been dropped between the locks
		s.put(key, v)
	}
	return v, ok
}

func (g *boundedMap[K, V]) put(key K, v V) {
	s := g.shard(key)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.put(key, v)
}

func (s *shard[K, V]) put(key K, v V) {
	if len(s.young) >= s.limit {
		s.old, s.young = s.young, make(map[K]V, s.limit/4)
	}
	delete(s.old, key)
	s.young[key] = v
}

// liveCache is live state by id. It does not let slow readers put old rows back.
type liveCache[V any] struct {
	rows    *boundedMap[string, V]
	changes atomic.Uint64 // invalidations so far
}

func newLiveCache[V any](limit int) *liveCache[V] {
	return &liveCache[V]{rows: newBoundedMap[string, V](limit)}
}

// load returns the row of id from the cache, or reads it. A row that was read
// while an action invalidated something is returned but not cached: it may be the
// state from before the action.
func (f *liveCache[V]) load(id string, read func() (V, error)) (V, error) {
	if v, ok := f.rows.get(id); ok {
		return v, nil
	}
	before := f.changes.Load()
	v, err := read()
	if err == nil {
		f.putUnchanged(id, v, before)
	}
	return v, err
}

// putUnchanged caches a row, unless something was invalidated since changes had the
// value before. An action counts first and then deletes, under the lock that is held
// here, so an old row that passes the test is deleted right after.
func (f *liveCache[V]) putUnchanged(id string, v V, before uint64) {
	s := f.rows.shard(id)
	s.mu.Lock()
	defer s.mu.Unlock()
	if f.changes.Load() == before {
		s.put(id, v)
	}
}

// invalidate drops one id.
func (f *liveCache[V]) invalidate(id string) {
	f.changes.Add(1)
	s := f.rows.shard(id)
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.young, id)
	delete(s.old, id)
}

// invalidateAll drops everything, for changes that touch more than one row.
func (f *liveCache[V]) invalidateAll() {
	f.changes.Add(1)
	for i := range f.rows.shards {
		s := &f.rows.shards[i]
		s.mu.Lock()
		s.young, s.old = map[string]V{}, nil
		s.mu.Unlock()
	}
}
