package backend

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"time"

	"keydeck/backend/store"
	"keydeck/model"
)

// usage counts requests in memory, so that no request waits for the database. It
// holds one row for each credential and day, and is written about once a second.
type usage struct {
	writing  sync.Mutex
	mu       sync.Mutex
	uses     map[useKey]*store.Use
	sessions map[string]time.Time
}

type useKey struct {
	credential string
	day        int64
}

func newUsage() *usage {
	return &usage{uses: map[useKey]*store.Use{}, sessions: map[string]time.Time{}}
}

// flushEvery is how far last_used_at and usage counts lag behind.
const flushEvery = time.Second

// Count notes one request authenticated by p, for last_used_at and usage. It
// does no I/O.
func (b *Backend) Count(p Principal) {
	if p.CredentialID == "" {
		return
	}
	now := b.Now()
	u := b.usage
	u.mu.Lock()
	defer u.mu.Unlock()
	if p.IsLogin() {
		u.sessions[p.CredentialID] = now
		return
	}
	key := useKey{p.CredentialID, unixDay(now)}
	use, ok := u.uses[key]
	if !ok {
		use = &store.Use{CredentialID: p.CredentialID, Day: key.day}
		u.uses[key] = use
	}
	use.Requests++
	use.LastUsedAt = now
}

// take returns the counts and resets them.
func (u *usage) take() ([]store.Use, map[string]time.Time) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if len(u.uses) == 0 && len(u.sessions) == 0 {
		return nil, nil
	}
	uses := make([]store.Use, 0, len(u.uses))
	for _, use := range u.uses {
		uses = append(uses, *use)
	}
	sessions := u.sessions
	u.uses, u.sessions = map[useKey]*store.Use{}, map[string]time.Time{}
	return uses, sessions
}

// putBack adds counts that could not be written to those that came since.
func (u *usage) putBack(uses []store.Use, sessions map[string]time.Time) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for _, use := range uses {
		key := useKey{use.CredentialID, use.Day}
		if newer, ok := u.uses[key]; ok {
			newer.Requests += use.Requests
			continue
		}
		u.uses[key] = &use
	}
	maps.Copy(sessions, u.sessions) // what came meanwhile is newer
	u.sessions = sessions
}

// flushUsage writes the counts, so that the caller reads current ones. If the
// database cannot be written, the caller reads those of a moment ago.
func (b *Backend) flushUsage(ctx context.Context) {
	if err := b.writeUsage(ctx); err != nil && ctx.Err() == nil {
		b.log.Warn("write usage; it is kept and tried again", "error", err)
	}
}

// writeUsage writes the counts, and keeps those that cannot be written.
func (b *Backend) writeUsage(ctx context.Context) error {
	b.usage.writing.Lock() // the second caller must find the first one's counts written
	defer b.usage.writing.Unlock()
	uses, sessions := b.usage.take()
	if uses == nil && sessions == nil {
		return nil
	}
	if err := b.db.AddUse(ctx, uses, sessions); err != nil {
		b.usage.putBack(uses, sessions)
		return fmt.Errorf("write usage: %w", err)
	}
	return nil
}

// Record adds one request to the log and to the counts of the last hour. It does
// no I/O.
func (b *Backend) Record(r model.RequestRecord) {
	b.traffic.Record(&r, b.now())
	b.requests.Append(r)
}

// LogStats are the request log's counters.
func (b *Backend) LogStats() model.LogStats { return b.requests.Stats() }
