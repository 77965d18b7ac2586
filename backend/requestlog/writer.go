package requestlog

import (
	"context"
	"errors"
	"time"

	"keydeck/backend/store"
	"keydeck/model"
)

// write is the goroutine that stores records: it waits for one, collects more until
// there is a full batch or batchDelay has passed, and writes them all.
func (l *Log) write() {
	buf := make([]model.RequestRecord, 0, maxBatch)
	for closing := false; !closing; {
		select {
		case <-l.wake:
		case <-l.closing.Done():
			closing = true
		}
		select { // more come in the meantime
		case <-time.After(batchDelay):
		case <-l.full:
		case <-l.closing.Done():
		}
		buf = l.drain(buf)
	}
}

// drain writes batches until nothing is left. While the database is unavailable it
// retries, until Close gives up; the ring takes records meanwhile.
func (l *Log) drain(buf []model.RequestRecord) []model.RequestRecord {
	backoff := batchDelay
	for {
		var from int64
		if buf, from = l.beginBatch(buf[:0]); len(buf) == 0 {
			return buf
		}
		err := model.Recover(func() error { return l.insert(l.patience, buf) })
		if err != nil && l.patience.Err() != nil {
			return buf // Close reports what is left
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
			// Retrying would fail again and hold up the rest.
			l.log.Error("request log: gave a batch up", "records", len(buf), "err", err)
		}
		backoff = batchDelay
		l.finishBatch(from, int64(len(buf)), buf[len(buf)-1].ID, err == nil)
	}
}

// waitRetry waits before the next attempt, even while the log is being closed, but
// no longer than Close waits.
func (l *Log) waitRetry(d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-l.patience.Done():
		return context.Cause(l.patience)
	}
}

// beginBatch copies the next batch from the ring and returns the number of its
// first record. Records that the ring has overwritten are counted as dropped.
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

// finishBatch counts a batch as stored, or as dropped.
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

// abortBatch puts the batch back: it is no longer being written.
func (l *Log) abortBatch() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.writing = 0
}

// retain is the goroutine that keeps the log's age and size within bounds.
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
