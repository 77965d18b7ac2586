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

// feed follows the request log for one screen. Two commands run it: read holds
// the stream open and puts what comes into a bounded queue; next brings the
// queue to the screen, one message for each batchEvery however much has come.
// A screen that falls behind loses records, which are counted; the server never
// waits for it.
type feed struct {
	ctx    context.Context
	stop   context.CancelFunc
	client *client.Client
	filter model.RequestFilter
	wake   chan struct{} // holds one: there is something to bring

	mu    sync.Mutex
	batch batch
	last  string // id to resume after
}

// batch is what has come since the last one.
type batch struct {
	feed    *feed
	records []model.RequestRecord // oldest first
	skipped int64
	live    bool  // the stream is open
	err     error // why it is not
}

// Failure lets the root see a lost connection and the end of the login.
func (b batch) Failure() error { return b.err }

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

// read is a command that lasts as long as the feed.
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
			return nil // the end of a stream, however it comes, is taken up by reconnecting
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

// gather takes an event in, and counts what there is no room for.
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

// next waits until there is something, gathers what comes with it, and brings
// it to the screen.
func (f *feed) next(to shell.Screen) tea.Cmd {
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
		return shell.Reply{To: to, Msg: out}
	}
}
