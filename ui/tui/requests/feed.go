package requests

import (
	"context"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/server/client"
	"keydeck/ui/text"
	"keydeck/ui/tui/shell"
)

// feed follows the request log for the screen in two commands: run holds the
// stream open and queues its records; next delivers the queue, one batch each
// batchEvery. The queue is bounded. Records it has no room for are counted and
// dropped; the server never waits.
type feed struct {
	ctx    context.Context
	stop   context.CancelFunc
	client *client.Client
	filter model.RequestFilter
	wake   chan struct{} // buffered: the batch has changed

	mu    sync.Mutex
	batch batch
	last  string // id to resume after
}

// batch is what has come since the last batch.
type batch struct {
	feed    *feed
	records []model.RequestRecord // oldest first
	skipped int64
	live    bool  // the stream is open
	err     error // why it is not
}

const (
	batchEvery = 100 * time.Millisecond
	maxQueue   = 10_000 // records between two batches
	retryEvery = 2 * time.Second
)

func newFeed(sh *shell.Shell, filter model.RequestFilter, after string) *feed {
	ctx, stop := context.WithCancel(sh.Context())
	f := &feed{ctx: ctx, stop: stop, client: sh.Client(), filter: filter, wake: make(chan struct{}, 1), last: after}
	f.batch.feed = f
	return f
}

// run is a command that lasts until the feed stops.
func (f *feed) run() tea.Msg {
	for {
		err := f.follow()
		if f.ctx.Err() != nil {
			return nil
		}
		f.update(func(b *batch) { b.live, b.err = false, err })
		if code := model.CodeOf(err); err != nil && (code == model.CodeUnauthorized || code == model.CodeForbidden) {
			return nil
		}
		select {
		case <-time.After(retryEvery):
		case <-f.ctx.Done():
			return nil
		}
	}
}

// follow reads one stream to its end.
func (f *feed) follow() error {
	f.mu.Lock()
	after := f.last
	f.mu.Unlock()
	stream, err := f.client.StreamRequests(f.ctx, f.filter, after)
	if err != nil {
		return err
	}
	defer func() { _ = stream.Close() }()
	f.update(func(b *batch) { b.live, b.err = true, nil })
	for {
		ev, err := stream.Next()
		if err != nil {
			return nil // run reconnects
		}
		if ev.Record != nil {
			text.Clean(ev.Record)
		}
		f.update(func(b *batch) {
			b.add(ev)
			f.last = stream.LastID()
		})
	}
}

func (b *batch) add(ev client.Event) {
	b.skipped += ev.Skipped
	switch {
	case ev.Record == nil:
	case len(b.records) >= maxQueue:
		b.skipped++
	default:
		b.records = append(b.records, *ev.Record)
	}
}

func (f *feed) update(change func(*batch)) {
	f.mu.Lock()
	change(&f.batch)
	f.mu.Unlock()
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

// next is a command that waits for a change, collects for batchEvery, and delivers
// the batch to the screen.
func (f *feed) next(to *screen) tea.Cmd {
	return func() tea.Msg {
		select {
		case <-f.wake:
		case <-f.ctx.Done():
			return nil
		}
		select {
		case <-time.After(batchEvery):
		case <-f.ctx.Done():
			return nil
		}
		f.mu.Lock()
		defer f.mu.Unlock()
		out := f.batch
		f.batch = batch{feed: f, live: out.live, err: out.err}
		return shell.Reply{To: to, Asked: true, Err: out.err, Then: func() tea.Cmd { return to.batchArrived(out) }}
	}
}
