package requestlog

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"time"

	"keydeck/model"
)

// Subscription follows the log. It is for one goroutine; only Close may be called
// from another.
type Subscription struct {
	log    *Log
	filter model.RequestFilter
	wake   chan struct{}
	closed chan struct{}

	// The reader's position. If it is behind the ring, it reads the file from lastID
	// on; otherwise seq is the number of the next record.
	behind bool
	lastID string
	seq    int64

	paused time.Time // no batch before this time
}

// Subscribe follows the log from the record after the given id ("": from now on).
// Records that are no longer in the ring are read from the file, as far back as
// that goes. Before and Limit of the filter are ignored.
func (l *Log) Subscribe(f model.RequestFilter, after string) *Subscription {
	s := &Subscription{log: l, filter: f, wake: make(chan struct{}, 1), closed: make(chan struct{}), lastID: after, behind: after != ""}
	l.mu.Lock()
	defer l.mu.Unlock()
	s.seq = l.head
	return s
}

// Next waits for records and returns at most max of them, oldest first, and how
// many were skipped because the reader fell behind the ring (counted before the
// filter). It collects records for about 100 ms, so that a busy log comes in
// batches. The error is ctx's, the database's or ErrClosed; the subscription is
// still usable after the first two.
func (s *Subscription) Next(ctx context.Context, max int) (batch []model.RequestRecord, skipped int64, err error) {
	if max < 1 {
		max = 1
	}
	for {
		if err := s.waitPause(ctx); err != nil {
			return nil, 0, err
		}
		ended := s.ended() // before reading, so that nothing appended before Close is missed
		batch, skipped, err = s.read(ctx, max)
		if err != nil {
			return nil, 0, err
		}
		if len(batch) > 0 || skipped > 0 {
			if len(batch) < max {
				s.paused = time.Now().Add(batchDelay)
			}
			return batch, skipped, nil
		}
		if ended {
			return nil, 0, ErrClosed
		}
		if err := s.waitRecord(ctx); err != nil {
			return nil, 0, err
		}
		s.paused = time.Now().Add(batchDelay)
	}
}

// Close ends the subscription: a Next that waits returns ErrClosed. It must be
// called once.
func (s *Subscription) Close() { close(s.closed) }

// ended reports that no more records will come.
func (s *Subscription) ended() bool {
	select {
	case <-s.closed:
		return true
	case <-s.log.closing.Done():
		return true
	default:
		return false
	}
}

// waitPause waits until it is time for the next batch.
func (s *Subscription) waitPause(ctx context.Context) error {
	d := time.Until(s.paused)
	if d <= 0 {
		return ctx.Err()
	}
	select {
	case <-time.After(d):
	case <-s.closed:
	case <-s.log.closing.Done():
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}

// waitRecord waits for a record that the reader has not seen.
func (s *Subscription) waitRecord(ctx context.Context) error {
	l := s.log
	l.mu.Lock()
	if s.behind || l.head > s.seq {
		l.mu.Unlock()
		return nil
	}
	l.waiting = append(l.waiting, s)
	l.mu.Unlock()
	defer l.removeWaiter(s)
	select {
	case <-s.wake:
	case <-s.closed:
	case <-l.closing.Done():
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}

// removeWaiter takes a reader off the list of those to be woken.
func (l *Log) removeWaiter(s *Subscription) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waiting = slices.DeleteFunc(l.waiting, func(w *Subscription) bool { return w == s })
	select {
	case <-s.wake: // it may have been woken meanwhile
	default:
	}
}

// read returns up to limit records that pass the filter, from the reader's position
// on.
func (s *Subscription) read(ctx context.Context, limit int) (batch []model.RequestRecord, skipped int64, err error) {
	for s.behind && !s.enterRing() {
		var more bool
		if batch, more, err = s.readFile(ctx, limit); err != nil || len(batch) > 0 || !more {
			return batch, 0, err
		}
	}
	buf := make([]model.RequestRecord, 0, maxBatch)
	for len(batch) < limit {
		s.log.mu.Lock()
		end := min(s.log.head, s.seq+maxBatch)
		s.log.mu.Unlock()
		if s.seq >= end {
			break
		}
		var start int64
		buf, start = s.log.copyRing(buf[:0], s.seq, end)
		// If the ring has overwritten everything up to end, buf is empty.
		skipped += start - s.seq
		s.seq = start
		for i := range buf {
			if len(batch) == limit {
				break
			}
			s.seq++
			if s.filter.Match(&buf[i]) {
				batch = append(batch, buf[i])
			}
		}
	}
	return batch, skipped, nil
}

// enterRing moves the reader to the ring if that has everything after lastID. It
// finds the position by binary search: ids increase.
func (s *Subscription) enterRing() bool {
	l := s.log
	l.mu.Lock()
	defer l.mu.Unlock()
	if s.lastID < l.evictedID {
		return false
	}
	tail := l.tail()
	known := sort.Search(int(l.head-tail), func(i int) bool { return l.ring[(tail+int64(i))%int64(len(l.ring))].ID > s.lastID })
	s.behind, s.seq = false, tail+int64(known)
	return true
}

// readFile reads the file after lastID. more is false if the caller must retry
// later, because a batch is being written.
func (s *Subscription) readFile(ctx context.Context, limit int) (batch []model.RequestRecord, more bool, err error) {
	l := s.log
	l.mu.Lock()
	settledID, settled, flying := l.storedID, l.next, l.writing
	l.mu.Unlock()
	if batch, err = l.db.Since(ctx, s.lastID, s.filter, limit); err != nil {
		return nil, false, fmt.Errorf("requestlog: catch up: %w", err)
	}
	if n := len(batch); n > 0 {
		s.lastID = batch[n-1].ID
		if n < limit { // then the reader has seen everything that was stored
			s.lastID = max(s.lastID, settledID)
		}
		return batch, true, nil
	}
	switch {
	case settledID > s.lastID:
		s.lastID = settledID
	case flying > settled:
		return nil, false, nil
	default:
		// The reader has seen everything that was stored, and yet the ring does not
		// have what follows: that was overwritten before it was written, and is lost.
		s.behind, s.seq = false, settled
	}
	return nil, true, nil
}
