package backend

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"slices"
	"sync"
	"time"

	"keydeck/backend/store"
	"keydeck/model"
)

// by says that p changes something now.
func (b *Backend) by(p Principal) store.By {
	by := b.from(p.Origin)
	by.Actor = model.Actor{Kind: string(p.Kind), ID: p.CredentialID, Hint: p.Hint}
	if p.IsLogin() {
		by.Kind, by.ID = "user", p.UserID
	}
	return by
}

// from says that somebody at o changes something now, who is known only inside the
// change: whose login it is.
func (b *Backend) from(o Origin) store.By {
	return store.By{RemoteIP: o.IP, RequestID: o.RequestID, At: b.Now()}
}

// cacheFollower is how far the caches and the long-lived readers have followed the
// events. What they remember ends with the process, so they begin with the events
// after the start. Nothing else invalidates them.
type cacheFollower struct {
	mu  sync.Mutex
	seq int64 // of the last event followed
}

// followChange follows all events there are, unless the one with the number seq has
// been followed; see store.OnChange. Actions that come in together share the work: who
// waited for the lock mostly finds its own event followed. If it is unknown what was
// committed, or the events can't be read, nothing that is remembered can be trusted.
func (b *Backend) followChange(ctx context.Context, seq int64, err error) {
	f := &b.follower
	f.mu.Lock()
	defer f.mu.Unlock()
	if err == nil && 0 < seq && seq <= f.seq {
		return
	}
	var events []model.Event
	if err == nil {
		events, err = b.db.Events(context.WithoutCancel(ctx), f.seq, math.MaxInt32) // the change is made, whoever has gone
	}
	for i := range events {
		b.invalidate(&events[i])
		f.seq = events[i].Seq
	}
	if err != nil {
		b.log.Warn("follow a change; all that is remembered is dropped", "error", err)
		b.invalidate(&model.Event{})
	}
	b.wakeLog()
}

// invalidate drops what an event has made old: everything, if the action is unknown.
func (b *Backend) invalidate(e *model.Event) {
	switch e.Action {
	case model.ActionProjectCreated, model.ActionMemberAdded, model.ActionMemberUpdated, model.ActionMemberRemoved:
	case model.ActionProjectDeleted:
		b.cache.credentials.invalidateAll()
	case model.ActionUserUpdated:
		b.cache.sessions.invalidateAll()
	case model.ActionSessionRefreshed, model.ActionSessionEnded, model.ActionSessionReuse:
		b.cache.sessions.invalidate(e.Object.ID)
	case model.ActionProjectUpdated, model.ActionUserCreated, model.ActionSessionStarted,
		model.ActionSigningKeyCreated, model.ActionSigningKeyRotated, model.ActionSigningKeyRemoved:
		return // nothing of it is remembered
	default:
		if slices.Contains(model.CredentialKinds, model.Kind(e.Object.Kind)) {
			b.cache.credentials.invalidate(e.Object.ID)
			return
		}
		b.cache.credentials.invalidateAll()
		b.cache.sessions.invalidateAll()
	}
	b.access.fire()
}

const (
	logFollower = "log"       // the durable follower that writes each event to the server's log
	logBatch    = 100         // the most events after which it keeps its place
	logEvery    = time.Second // how long it gathers events before it writes them
	logRetry    = time.Minute // the longest that it waits after a failure
)

// runLog writes events to the log, at least once, in order, until ctx is done; then it
// writes the last ones.
func (b *Backend) runLog(ctx context.Context) {
	wait := time.Duration(0) // first what a process before this one left
	for running := true; running; {
		select {
		case <-b.toLog:
			select {
			case <-time.After(wait):
			case <-ctx.Done():
			}
		case <-ctx.Done():
			running = false
		}
		if err := b.logEvents(context.WithoutCancel(ctx)); err != nil {
			wait = min(max(2*wait, logEvery), logRetry)
			b.log.Warn("write changes to the log; they are kept and tried again", "error", err)
			b.wakeLog()
			continue
		}
		wait = logEvery
	}
}

// wakeLog tells runLog that there are events.
func (b *Backend) wakeLog() {
	select {
	case b.toLog <- struct{}{}:
	default: // it has been told
	}
}

func (b *Backend) logEvents(ctx context.Context) (err error) {
	for n := logBatch; n == logBatch && err == nil; {
		n, err = b.db.Follow(ctx, logFollower, logBatch, func(events []model.Event) error {
			return model.Recover(func() error { return writeEvents(ctx, b.log.Handler(), events) })
		})
	}
	return err
}

// writeEvents goes round slog.Logger, which would swallow the error of a full disk.
func writeEvents(ctx context.Context, h slog.Handler, events []model.Event) error {
	if !h.Enabled(ctx, slog.LevelInfo) {
		return nil
	}
	for i := range events {
		e := &events[i]
		line := slog.NewRecord(e.At.Local(), slog.LevelInfo, "change", 0)
		line.AddAttrs(slog.Int64("seq", e.Seq), slog.String("action", string(e.Action)),
			slog.Group("actor", "kind", e.Actor.Kind, "id", e.Actor.ID, "hint", e.Actor.Hint),
			slog.Group("object", "kind", e.Object.Kind, "id", e.Object.ID, "name", e.Object.Name),
			slog.String("project_id", e.ProjectID), slog.String("remote_ip", e.RemoteIP), slog.String("request_id", e.RequestID))
		if err := h.Handle(ctx, line); err != nil {
			return fmt.Errorf("event %d: %w", e.Seq, err)
		}
	}
	return nil
}
