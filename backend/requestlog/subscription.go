package requestlog

import (
	"context"
	"fmt"
	"time"

	"keydeck/model"
)

// Subscription follows the log. It is for one goroutine; only Close may come
// from another.
type Subscription struct {
	log    *Log
	filter model.RequestFilter
	wake   chan struct{}
	closed chan struct{}

	// Where the reader is. Behind the ring it reads the file from lastID on;
	// else seq is the number of the next record.
	behind bool
	lastID string
	seq    int64

	paused time.Time // no batch before this time
}

// Subscribe follows the log from the record after the given id ("" for now
// on). Records that have left the ring are read from the file, as far back as
// it goes. Before and Limit of the filter are not looked at.
func (l *Log) Subscribe(f model.RequestFilter, after string) *Subscription {
	s := &Subscription{log: l, filter: f, wake: make(chan struct{}, 1), closed: make(chan struct{}), lastID: after, behind: after != ""}
	l.mu.Lock()
	defer l.mu.Unlock()
	s.seq = l.head
	return s
}

// Next waits for records, then returns at most max of those that have come
// since, oldest first, and how many were skipped because the reader fell behind
// the ring (counted before the filter). It gathers for a moment (about 100 ms)
// so that a busy log comes in batches. An error is that of ctx, of the
// database, or ErrClosed; the subscription is still good after the first two.
func (s *Subscription) Next(ctx context.Context, max int) (batch []model.RequestRecord, skipped int64, err error) {
	if max < 1 {
		max = 1
	}
	for {
		if err := s.waitPause(ctx); err != nil {
			return nil, 0, err
		}
		ended := s.ended() // before the look at the log, so that nothing appended before Close is missed
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

// ended reports that nothing will come any more.
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

// hold waits until it is time for the next batch.
func (s *Subscription) waitPause(ctx context.Context) error {
	d := time.Until(s.paused)
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-s.closed:
	case <-s.log.closing.Done():
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}

// sleep waits for the first record that has not been looked at.
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

// forget takes a reader off the list of those to be woken.
func (l *Log) removeWaiter(s *Subscription) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, w := range l.waiting {
		if w == s {
			last := len(l.waiting) - 1
			l.waiting[i], l.waiting[last] = l.waiting[last], nil
			l.waiting = l.waiting[:last]
			break
		}
	}
	select {
	case <-s.wake: // it may have been woken while it left
	default:
	}
}

// read takes up to limit records that pass the filter from where the reader is.
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
		// The ring may have come round past end, too; then buf is empty.
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

// enterRing goes over to the ring if that has everything after lastID, and
// finds the place by bisection: ids increase.
func (s *Subscription) enterRing() bool {
	l := s.log
	l.mu.Lock()
	defer l.mu.Unlock()
	if s.lastID < l.evictedID {
		return false
	}
	low, high := l.tail(), l.head
	for low < high {
		mid := low + (high-low)/2
		if l.ring[mid%int64(len(l.ring))].ID > s.lastID {
			high = mid
		} else {
			low = mid + 1
		}
	}
	s.behind, s.seq = false, low
	return true
}

// readFile reads on after lastID in the file. more is false if it must be
// tried again later, because a batch is just on its way to the disk.
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
		if n < limit { // then everything that was settled has been seen
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
		// All that was settled has been seen, and yet the ring has come round:
		// what is missing left it before it was written, and is lost.
		s.behind, s.seq = false, settled
	}
	return nil, true, nil
}
