package backend

import (
	"crypto/sha256"
	"hash/maphash"
	"sync"
	"time"

	"keydeck/backend/store"
	"keydeck/model"
)

// memory is what authentication remembers, so that a request needs no database.
// It keeps two things apart:
//
//   - facts never change: which credential a presented secret belongs to, that
//     a token's signature is good and until when it lasts. They are keyed by the
//     SHA-256 of what was presented and need no invalidation.
//   - live state changes: revoked, expired, project gone. It is keyed by the
//     credential's (or session's) id and forgotten by every action that changes
//     it, after its commit and before it returns.
//
// A reader that was already on its way to the database when an action committed
// must not put the old row back: see fenced.fill.
type authCache struct {
	facts       *boundedMap[[sha256.Size]byte, fact]
	credentials *liveCache[store.Live]
	sessions    *liveCache[store.LiveSession]
}

// Bounds of what is remembered. An entry is some 300 bytes.
const (
	maxFacts = 200_000
	maxLive  = 100_000
)

// fact is what stays true of a presented credential.
type fact struct {
	kind      model.Kind
	id        string // of the credential; of the session for an access token
	userID    string // access tokens
	notBefore time.Time
	expires   time.Time // zero: the secret itself carries no end
}

func newAuthCache() *authCache {
	return &authCache{
		facts:       newBoundedMap[[sha256.Size]byte, fact](maxFacts),
		credentials: newLiveCache[store.Live](maxLive),
		sessions:    newLiveCache[store.LiveSession](maxLive),
	}
}

// generations is a bounded map in two halves: when the young half is full it
// becomes the old one and what was old is forgotten. A hit in the old half moves
// to the young one, so what is in use stays.
type boundedMap[K comparable, V any] struct {
	seed   maphash.Seed
	shards [shardCount]shard[K, V]
}

const shardCount = 16

type shard[K comparable, V any] struct {
	mu         sync.RWMutex
	limit      int // of one half
	young, old map[K]V
	changes    uint64 // counts invalidations, see fenced.fill
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
	if v, ok = s.old[key]; ok { // it may have been forgotten between the locks
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

// fenced is live state by id, behind a fence against slow readers.
type liveCache[V any] struct{ rows *boundedMap[string, V] }

func newLiveCache[V any](limit int) *liveCache[V] {
	return &liveCache[V]{newBoundedMap[string, V](limit)}
}

// fill gives the row of id, from memory or by read. A row that was read while an
// action changed something in the same shard is answered but not kept: it may
// be the state from before the action.
func (f *liveCache[V]) load(id string, read func() (V, error)) (V, error) {
	if v, ok := f.rows.get(id); ok {
		return v, nil
	}
	s := f.rows.shard(id)
	s.mu.RLock()
	before := s.changes
	s.mu.RUnlock()
	v, err := read()
	if err != nil {
		return v, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.changes == before {
		s.put(id, v)
	}
	return v, nil
}

// keep puts a row that was read by another key under its id, if nothing changed
// since mark was taken.
func (f *liveCache[V]) putUnchanged(id string, v V, mark changeCounts) {
	s := f.rows.shard(id)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.changes == mark[f.rows.index(id)] {
		s.put(id, v)
	}
}

// marks are the change counts of all shards, for a read whose id is not known
// beforehand.
type changeCounts [shardCount]uint64

func (f *liveCache[V]) changeCounts() changeCounts {
	var m changeCounts
	for i := range f.rows.shards {
		s := &f.rows.shards[i]
		s.mu.RLock()
		m[i] = s.changes
		s.mu.RUnlock()
	}
	return m
}

func (g *boundedMap[K, V]) index(key K) int {
	return int(maphash.Comparable(g.seed, key) % shardCount)
}

// forget drops one id. Call it after the commit.
func (f *liveCache[V]) invalidate(id string) {
	s := f.rows.shard(id)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.changes++
	delete(s.young, id)
	delete(s.old, id)
}

// forgetAll drops everything, for changes that touch more than one row.
func (f *liveCache[V]) invalidateAll() {
	for i := range f.rows.shards {
		s := &f.rows.shards[i]
		s.mu.Lock()
		s.changes++
		s.young, s.old = map[string]V{}, nil
		s.mu.Unlock()
	}
}
