// Package requestlog is the request log: a ring buffer in memory that takes every
// record, a writer that stores them in batches, retention, and subscriptions.
//
// Guarantees:
//
//   - Append holds a lock for well under a microsecond. It does no I/O and never
//     waits for the disk, a reader or a subscriber.
//   - Ids increase strictly in the order of Append, also across restarts and if
//     the clock was set back.
//   - A record that the writer cannot store before the ring overwrites it is lost,
//     and counted in Stats. Otherwise only a power cut loses records, those of
//     the last batch.
//   - A slow subscriber loses records, is told how many, and delays nobody.
//   - The package starts two goroutines. They log a panic and carry on; Close ends
//     them.
package requestlog

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"keydeck/backend/store"
	"keydeck/model"
)

// ErrClosed is what Next returns once the log or the subscription is closed.
var ErrClosed = errors.New("requestlog: closed")

const (
	defaultRing      = 1 << 16
	defaultRetention = 7 * 24 * time.Hour
	defaultMaxBytes  = 1 << 30
	// defaultSearch bounds a search that finds nothing to about 0.1 s, however large
	// the log is.
	defaultSearch = 50_000

	// batchDelay is how long records are collected before they are written, and
	// before a subscriber gets them.
	batchDelay = 100 * time.Millisecond
	// maxBatch is how many records one transaction writes, and how many are copied
	// from the ring at a time, which holds the lock for about 50 µs.
	maxBatch = 1000
	// maxBackoff is the longest pause between two attempts to write.
	maxBackoff = 5 * time.Second
	// pruneEvery is how often age and size are checked.
	pruneEvery = time.Minute
)

// Options of Open. The zero value is what a server uses.
type Options struct {
	Ring      int           // records in memory, 0: 65536
	Retention time.Duration // 0: 7 days
	MaxBytes  int64         // size cap of requests.db, 0: 1 GiB
	Search    int           // most records in the file that Query looks at, 0: 50,000
	Now       func() time.Time
	Log       *slog.Logger
}

// Log is an open request log. All methods are safe for concurrent use.
//
// Records are numbered from 0 in the order of Append since Open. Record n is in
// ring[n % len(ring)] until record n+len(ring) overwrites it.
type Log struct {
	db     *store.Requests
	insert inserter
	now    func() time.Time
	log    *slog.Logger

	retention time.Duration
	maxBytes  int64
	search    int

	mu        sync.Mutex
	ring      []model.RequestRecord
	head      int64  // number of the next record
	next      int64  // number of the first record that is neither stored nor given up
	writing   int64  // records below this number are being written, 0 for none
	stored    int64  // count
	dropped   int64  // count
	evictedID string // id of the last record that left the ring, or the newest in the file at Open
	storedID  string // id of the last record that was stored or given up, or the newest in the file at Open
	ids       clock
	waiting   []*Subscription // to be woken by the next record
	closed    bool

	wake     chan struct{}   // there is something to write
	full     chan struct{}   // there is a whole batch to write
	closing  context.Context // done when Close is called
	stop     context.CancelFunc
	patience context.Context // done when Close gives up, which ends the last attempts to write
	giveUp   context.CancelFunc
	done     sync.WaitGroup
}

// inserter stores a batch in one transaction, as store.Requests.Insert does.
type inserter func(ctx context.Context, records []model.RequestRecord) error

// Open starts the log on its database, which the caller closes after the log.
// ctx is for opening only.
func Open(ctx context.Context, db *store.Requests, o Options) (*Log, error) {
	return open(ctx, db, db.Insert, o)
}

// open is Open with another inserter, for tests.
func open(ctx context.Context, db *store.Requests, insert inserter, o Options) (*Log, error) {
	newest, err := db.Newest(ctx)
	if err != nil {
		return nil, fmt.Errorf("requestlog: open: %w", err)
	}
	l := &Log{
		db: db, insert: insert, now: o.Now, log: cmp.Or(o.Log, slog.Default()), retention: cmp.Or(o.Retention, defaultRetention),
		maxBytes: cmp.Or(o.MaxBytes, defaultMaxBytes), search: cmp.Or(o.Search, defaultSearch),
		ring:      make([]model.RequestRecord, cmp.Or(o.Ring, defaultRing)),
		evictedID: newest, storedID: newest, ids: clockAfter(newest),
		wake: make(chan struct{}, 1), full: make(chan struct{}, 1),
	}
	if l.now == nil {
		l.now = time.Now
	}
	l.patience, l.giveUp = context.WithCancel(context.WithoutCancel(ctx))
	l.closing, l.stop = context.WithCancel(l.patience)
	l.done.Go(func() { l.supervise("writer", l.write) })
	l.done.Go(func() { l.supervise("retention", l.retain) })
	return l, nil
}

// Append adds a record. It sets the record's ID, and At to now if it is zero. It
// never blocks and does no I/O; records that the writer cannot keep up with are
// dropped and counted. After Close it does nothing.
func (l *Log) Append(r model.RequestRecord) {
	clean(&r)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return
	}
	now := l.now()
	r.ID = l.ids.next(now)
	if r.At.IsZero() {
		r.At = model.At(now)
	}
	slot := &l.ring[l.head%int64(len(l.ring))]
	if l.head >= int64(len(l.ring)) {
		l.evictedID = slot.ID
	}
	*slot = r
	l.head++
	switch l.head - l.next {
	case 1:
		signal(l.wake)
	case maxBatch:
		signal(l.full)
	}
	for i, s := range l.waiting {
		signal(s.wake)
		l.waiting[i] = nil
	}
	l.waiting = l.waiting[:0]
}

// Query reads the log, newest first, with everything that was appended before the
// call: what is not on the disk yet comes from the ring. It looks at no more than
// Options.Search records in the file (see store.Requests.Search).
func (l *Log) Query(ctx context.Context, f model.RequestFilter) (store.Found, error) {
	if f.Limit <= 0 {
		f.Limit = model.DefaultRequestLimit
	}
	f.Limit = min(f.Limit, model.MaxRequestsPerGet+1)
	fresh, oldest := l.unstored(&f)
	if len(fresh) >= f.Limit {
		return store.Found{Records: fresh[:f.Limit]}, nil
	}
	// Ids increase, so everything older than the oldest record from the ring is in
	// the file, and records that were stored meanwhile are not read twice.
	if oldest != "" && (f.Before == "" || oldest < f.Before) {
		f.Before = oldest
	}
	f.Limit -= len(fresh)
	found, err := l.db.Search(ctx, f, l.search)
	if err != nil {
		return store.Found{}, fmt.Errorf("requestlog: query: %w", err)
	}
	found.Records = append(fresh, found.Records...)
	return found, nil
}

// unstored returns the records that pass the filter and are not on the disk yet,
// newest first, and the id of the oldest record that it looked at.
func (l *Log) unstored(f *model.RequestFilter) (fresh []model.RequestRecord, oldest string) {
	buf := make([]model.RequestRecord, 0, maxBatch)
	l.mu.Lock()
	end, from := l.head, max(l.next, l.tail())
	l.mu.Unlock()
	for end > from && len(fresh) < f.Limit {
		start := max(from, end-maxBatch)
		var got int64
		if buf, got = l.copyRing(buf[:0], start, end); got > start {
			from = got // the ring has overwritten the rest: it is stored or lost
		}
		for i := len(buf) - 1; i >= 0 && len(fresh) < f.Limit; i-- {
			oldest = buf[i].ID
			if r := &buf[i]; (f.Before == "" || r.ID < f.Before) && f.Match(r) {
				fresh = append(fresh, *r)
			}
		}
		end = start
	}
	return fresh, oldest
}

// copyRing appends the records from start up to, but not including, end to buf. If
// the ring has overwritten some, it starts at the oldest one left, whose number it
// returns.
func (l *Log) copyRing(buf []model.RequestRecord, start, end int64) ([]model.RequestRecord, int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	start = max(start, l.tail())
	for n := start; n < end; n++ {
		buf = append(buf, l.ring[n%int64(len(l.ring))])
	}
	return buf, start
}

// tail is the number of the oldest record in the ring. l.mu is held.
func (l *Log) tail() int64 { return max(0, l.head-int64(len(l.ring))) }

// Stats counts since Open.
func (l *Log) Stats() model.LogStats {
	l.mu.Lock()
	defer l.mu.Unlock()
	lost := max(0, l.tail()-max(l.next, l.writing)) // overwritten before they were stored
	return model.LogStats{Recorded: l.head, Stored: l.stored, Dropped: l.dropped + lost}
}

// Close accepts no more records, writes those in the ring, and ends the
// subscriptions. If ctx ends first, it gives up, and the error says how many
// records were not written. A second call waits for the first.
func (l *Log) Close(ctx context.Context) error {
	l.mu.Lock()
	l.closed = true
	l.stop()
	l.mu.Unlock()
	stop := context.AfterFunc(ctx, l.giveUp)
	defer stop()
	l.done.Wait()
	l.giveUp()
	l.mu.Lock()
	defer l.mu.Unlock()
	if left := l.head - l.next; left > 0 {
		return fmt.Errorf("requestlog: close: %d records were not written: %w", left, context.Cause(ctx))
	}
	return nil
}

// signal wakes the reader of a channel with a buffer of one, unless it has been
// woken already.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// supervise runs a goroutine's work and restarts it after a panic.
func (l *Log) supervise(name string, work func()) {
	for {
		err := model.Recover(func() error { work(); return nil })
		if err == nil {
			return
		}
		l.log.Error("request log: "+name+" starts again", "err", err)
		if l.waitRetry(time.Second) != nil {
			return
		}
	}
}
