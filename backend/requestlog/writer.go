package requestlog

import (
	"context"
	"errors"
	"time"

	"keydeck/backend/store"
	"keydeck/model"
)

// write is the goroutine that stores records: it waits for one, gathers until
// there is a batch or a moment has passed, and writes all there is.
func (l *Log) write() {
	buf := make([]model.RequestRecord, 0, maxBatch)
	for closing := false; !closing; {
		select {
		case <-l.wake:
		case <-l.closing.Done():
			closing = true
		}
		if !closing {
			l.pause(batchDelay, l.full)
		}
		buf = l.drain(buf)
	}
}

// pause waits for a time, less if early fires or the log is being closed.
func (l *Log) pause(d time.Duration, early <-chan struct{}) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-early:
	case <-l.closing.Done():
	}
}

// drain writes batches until nothing is left. While the database does not
// answer it tries again and again, as long as Close has the patience; the ring
// goes on taking records meanwhile.
func (l *Log) drain(buf []model.RequestRecord) []model.RequestRecord {
	backoff := batchDelay
	for {
		var from int64
		if buf, from = l.beginBatch(buf[:0]); len(buf) == 0 {
			return buf
		}
		err := model.Recover(func() error { return l.insert(l.patience, buf) })
		if err != nil && l.patience.Err() != nil {
			return buf // Close says what is left
		}
		if errors.Is(err, store.ErrUnavailable) {
			l.log.Warn("request log: cannot write, will try again", "records", len(buf), "in", backoff, "err", err)
			l.abortBatch()
			if l.waitRetry(backoff) != nil {
				return buf
			}
			backoff = min(2*backoff, maxBackoff)
			continue
		}
		if err != nil {
			// A defect would come back with every attempt and hold up the rest.
			l.log.Error("request log: gave a batch up", "records", len(buf), "err", err)
		}
		backoff = batchDelay
		l.finishBatch(from, int64(len(buf)), buf[len(buf)-1].ID, err == nil)
	}
}

// rest waits before the next attempt, also while the log is being closed, but
// no longer than Close waits.
func (l *Log) waitRetry(d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-l.patience.Done():
		return context.Cause(l.patience)
	}
}

// takeOff copies the next batch out of the ring and gives the number of its
// first record. What the ring no longer has is counted as dropped.
func (l *Log) beginBatch(buf []model.RequestRecord) ([]model.RequestRecord, int64) {
	l.mu.Lock()
	if lost := l.tail() - l.next; lost > 0 {
		l.dropped += lost
		l.next += lost
		l.storedID = l.evictedID
	}
	from := l.next
	l.writing = min(l.head, from+maxBatch)
	end := l.writing
	for n := from; n < end; n++ {
		buf = append(buf, l.ring[n%int64(len(l.ring))])
	}
	l.mu.Unlock()
	return buf, from
}

// land settles a batch that was stored or given up.
func (l *Log) finishBatch(from, n int64, lastID string, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if ok {
		l.stored += n
	} else {
		l.dropped += n
	}
	l.next, l.storedID, l.writing = from+n, lastID, 0
}

// ground marks that no batch is on its way.
func (l *Log) abortBatch() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.writing = 0
}

// retain is the goroutine that keeps age and size of the file within bounds.
func (l *Log) retain() {
	t := time.NewTicker(pruneEvery)
	defer t.Stop()
	for {
		select {
		case <-l.closing.Done():
			return
		case <-t.C:
		}
		_, err := l.db.Prune(l.closing, l.now().Add(-l.retention), l.maxBytes)
		if err != nil && l.closing.Err() == nil {
			l.log.Error("request log: cannot drop old records", "err", err)
		}
	}
}
