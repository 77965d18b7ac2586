// Package requestlog is the request log: a ring in memory that takes every
// record, a writer that stores them in batches, retention, and subscriptions.
//
// Guarantees:
//
//   - Append takes a lock for well under a microsecond and does nothing else:
//     no I/O, no wait for the disk, for a reader or for a subscriber.
//   - Records get their ids in the order in which they are taken in, strictly
//     increasing, also across restarts and a clock that was set back.
//   - What the writer cannot store before the ring comes round again is lost,
//     and counted in Stats. Nothing else is ever lost, but for the last batch
//     in a power cut.
//   - A subscriber that is slow loses records, is told how many, and delays
//     nobody.
//   - The package starts two goroutines, which recover from a panic, report it
//     and go on. Close ends them.
package requestlog

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"keydeck/backend/store"
	"keydeck/model"
)

// ErrClosed is what Next says after Close of the log or of the subscription.
var ErrClosed = errors.New("requestlog: closed")

const (
	defaultRing      = 1 << 16
	defaultRetention = 7 * 24 * time.Hour
	defaultMaxBytes  = 1 << 30
	// defaultSearch answers a filter that no record passes in about a tenth of a
	// second, however large the log is.
	defaultSearch = 50_000

	// gather is how long records are collected before they are written, and
	// before a subscriber gets them.
	batchDelay = 100 * time.Millisecond
	// maxBatch is how many records one transaction writes, and how many are
	// copied out of the ring at a time: a copy holds the lock for about 50 µs.
	maxBatch = 1000
	// maxBackoff is the longest pause between two attempts to write.
	maxBackoff = 5 * time.Second
	// pruneEvery is the time between two looks at age and size.
	pruneEvery = time.Minute
)

// Options of Open. The zero value is what a server uses.
type Options struct {
	Ring      int           // records in memory, 0: 65536
	Retention time.Duration // 0: 7 days
	MaxBytes  int64         // size cap of requests.db, 0: 1 GiB
	Search    int           // records in the file that one page looks at, 0: 50,000
	Now       func() time.Time
	Log       *slog.Logger
}

// Log is an open request log. All methods are safe for concurrent use.
//
// Records are numbered from 0 in the order they are taken in since Open;
// record n sits in ring[n % len(ring)] until record n+len(ring) comes.
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
	next      int64  // number of the first record that is not settled: stored or given up
	writing   int64  // records below this number are on their way to the disk
	stored    int64  // count
	dropped   int64  // count
	evictedID string // id of the last record that left the ring, or the newest in the file at Open
	storedID  string // id of the last settled record, or the newest in the file at Open
	ids       clock
	waiting   []*Subscription // to be woken by the next record
	closed    bool

	wake     chan struct{}   // there is something to write
	full     chan struct{}   // there is a whole batch to write
	closing  context.Context // ends with the call of Close
	stop     context.CancelFunc
	patience context.Context // ends with the patience of Close, and with it the last attempts to write
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

// open is Open with the writer's last step as an argument, for tests.
func open(ctx context.Context, db *store.Requests, insert inserter, o Options) (*Log, error) {
	newest, err := db.Newest(ctx)
	if err != nil {
		return nil, fmt.Errorf("requestlog: open: %w", err)
	}
	l := &Log{
		db: db, insert: insert, now: o.Now, log: o.Log, retention: o.Retention, maxBytes: o.MaxBytes, search: o.Search,
		evictedID: newest, storedID: newest, ids: clockAfter(newest),
		wake: make(chan struct{}, 1), full: make(chan struct{}, 1),
	}
	if l.now == nil {
		l.now = time.Now
	}
	if l.log == nil {
		l.log = slog.Default()
	}
	if l.retention <= 0 {
		l.retention = defaultRetention
	}
	if l.maxBytes <= 0 {
		l.maxBytes = defaultMaxBytes
	}
	if l.search <= 0 {
		l.search = defaultSearch
	}
	if o.Ring <= 0 {
		o.Ring = defaultRing
	}
	l.ring = make([]model.RequestRecord, o.Ring)
	l.patience, l.giveUp = context.WithCancel(context.WithoutCancel(ctx))
	l.closing, l.stop = context.WithCancel(l.patience)
	l.done.Go(func() { l.supervise("writer", l.write) })
	l.done.Go(func() { l.supervise("retention", l.retain) })
	return l, nil
}

// Append takes a record in and gives it its id (what was in ID is replaced,
// and a zero At becomes now). It never blocks and does no I/O; what the writer
// cannot keep up with is dropped and counted. After Close it does nothing.
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

// Query reads the log, newest first, including everything appended before the
// call: what is not on the disk yet comes out of the ring. In the file it looks
// at Options.Search records at most, as store.Requests.Search does.
func (l *Log) Query(ctx context.Context, f model.RequestFilter) (store.Found, error) {
	if f.Limit <= 0 {
		f.Limit = model.DefaultRequestLimit
	}
	f.Limit = min(f.Limit, model.MaxRequestsPerGet+1)
	fresh, oldest := l.unstored(&f)
	if len(fresh) >= f.Limit {
		return store.Found{Records: fresh[:f.Limit]}, nil
	}
	// Ids increase, so all that is older than the oldest record taken from the
	// ring was settled before, and what has been stored since is not read twice.
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

// unstored gives the records that pass the filter and are not on the disk yet,
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
			from = got // the ring came round meanwhile; what it took is settled or lost
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

// copyRing appends the records start (or the oldest that is still there, the
// second result) up to end, which it must not pass, to buf.
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
	lost := max(0, l.tail()-max(l.next, l.writing)) // not settled yet, but gone
	return model.LogStats{Recorded: l.head, Stored: l.stored, Dropped: l.dropped + lost}
}

// Close takes no more records, writes what is in the ring, and ends the
// subscriptions. When ctx ends first, it gives up and says how many records
// were not written. A second call waits for the first.
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

// signal wakes the reader of a channel with room for one, if it is not awake.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// keepUp runs a goroutine's work and starts it again after a panic.
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
