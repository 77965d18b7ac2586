package mail

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"
)

const (
	queueLimit  = 1024             // messages waiting, including those between two tries
	queueSlots  = 4                // messages sent at once, so that a slow server does not hold up the rest
	sendTimeout = 40 * time.Second // for one try; the Sender's own timeouts are shorter
)

// backoff is the wait before the second try, the third and so on. The last one
// repeats until the message expires.
var backoff = [...]time.Duration{time.Second, 5 * time.Second, 15 * time.Second, time.Minute, 2 * time.Minute}

var (
	ErrQueueFull   = errors.New("mail: too many messages are waiting")
	ErrQueueClosed = errors.New("mail: the queue is closed")

	errExpired = errors.New("mail: not delivered in time")
)

// Queue sends mail in the background, in order of arrival, with bounded retries.
//
// A message that waits for its next try does not hold up later ones. A failure that
// wraps ErrPermanent is not retried, nor is one whose next try would come after
// ExpiresAt; without ExpiresAt there are six tries in all. Failures are logged with
// the address, never with the code.
type Queue struct {
	sender Sender
	log    *slog.Logger
	now    func() time.Time
	jobs   chan *job // has room for every waiting message, so that a send never blocks
	slots  chan struct{}
	ctx    context.Context // ends when Close gives up waiting
	cancel context.CancelFunc
	done   chan struct{} // closed when the last try is over

	mu        sync.Mutex
	closed    bool
	waiting   int
	retries   map[*job]*time.Timer
	sent      int64
	failed    int64
	lastError string
}

type job struct {
	message Message
	prepare func(ctx context.Context) bool
	tries   int
}

// NewQueue starts a queue in front of s. now is the clock that ExpiresAt is
// compared with.
func NewQueue(s Sender, log *slog.Logger, now func() time.Time) *Queue {
	ctx, cancel := context.WithCancel(context.Background())
	q := &Queue{
		sender:  s,
		log:     log,
		now:     now,
		jobs:    make(chan *job, queueLimit),
		slots:   make(chan struct{}, queueSlots),
		ctx:     ctx,
		cancel:  cancel,
		done:    make(chan struct{}),
		retries: map[*job]*time.Timer{},
	}
	go q.run()
	return q
}

// Enqueue adds a message. It never blocks; the error is ErrQueueFull or
// ErrQueueClosed. prepare (nil for none) runs on the queue's goroutine right before
// the first try, in order of arrival. If it returns false, nothing is sent.
func (q *Queue) Enqueue(m Message, prepare func(ctx context.Context) bool) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return ErrQueueClosed
	}
	if q.waiting == queueLimit {
		return ErrQueueFull
	}
	q.waiting++
	q.jobs <- &job{message: m, prepare: prepare}
	return nil
}

// Close accepts no more messages, gives every message that has not been tried its
// first try, and drops those between two tries. When ctx is done, it aborts the
// tries and returns ctx's error.
func (q *Queue) Close(ctx context.Context) error {
	q.mu.Lock()
	if !q.closed {
		q.closed = true
		for j, timer := range q.retries {
			if timer.Stop() {
				q.failLocked(j, ErrQueueClosed)
			}
		}
		close(q.jobs)
	}
	q.mu.Unlock()
	defer q.cancel()
	select {
	case <-q.done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("mail: close the queue: %w", ctx.Err())
	}
}

// Stats says how many messages wait, how many were sent and given up since the
// start, and the error of the last failed try ("" for none).
func (q *Queue) Stats() (waiting int, sent, failed int64, lastError string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.waiting, q.sent, q.failed, q.lastError
}

// run takes the messages in order; each try has a goroutine and a slot.
func (q *Queue) run() {
	defer close(q.done)
	var tries sync.WaitGroup
	defer tries.Wait()
	for j := range q.jobs {
		q.slots <- struct{}{}
		if !q.prepare(j) {
			<-q.slots
			continue
		}
		tries.Go(func() {
			defer func() { <-q.slots }()
			q.try(j)
		})
	}
}

// prepare reports whether to send j. If not, j is done.
func (q *Queue) prepare(j *job) (ok bool) {
	if j.tries > 0 || j.prepare == nil {
		return true
	}
	defer func() {
		if r := recover(); r != nil {
			ok = false
			q.fail(j, fmt.Errorf("mail: panic while preparing: %v", r))
		}
	}()
	if j.prepare(q.ctx) {
		return true
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting--
	return false
}

func (q *Queue) try(j *job) {
	defer func() {
		if r := recover(); r != nil {
			q.fail(j, fmt.Errorf("mail: panic while sending: %v", r))
		}
	}()
	deadline := j.message.ExpiresAt
	if !deadline.IsZero() && !q.now().Before(deadline) {
		q.fail(j, errExpired)
		return
	}
	ctx, cancel := context.WithTimeout(q.ctx, sendTimeout)
	defer cancel()
	err := q.sender.Send(ctx, j.message)
	j.tries++
	switch {
	case err == nil:
		q.mu.Lock()
		defer q.mu.Unlock()
		q.waiting--
		q.sent++
	case errors.Is(err, ErrPermanent):
		q.fail(j, err)
	default:
		q.retry(j, err)
	}
}

// retry schedules the next try of j, or gives it up.
func (q *Queue) retry(j *job, err error) {
	wait := backoff[min(j.tries, len(backoff))-1]
	deadline := j.message.ExpiresAt
	pointless := deadline.IsZero() && j.tries > len(backoff) ||
		!deadline.IsZero() && !q.now().Add(wait).Before(deadline)

	q.mu.Lock()
	defer q.mu.Unlock()
	if pointless || q.closed {
		q.failLocked(j, err)
		return
	}
	q.lastError = describe(err, j.message.Code)
	q.log.Warn("mail not sent yet", "to", j.message.To, "tries", j.tries, "next_try_in", wait, "error", q.lastError)
	q.retries[j] = time.AfterFunc(wait, func() {
		q.mu.Lock()
		defer q.mu.Unlock()
		if q.closed {
			q.failLocked(j, err)
			return
		}
		delete(q.retries, j)
		q.jobs <- j
	})
}

func (q *Queue) fail(j *job, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.failLocked(j, err)
}

func (q *Queue) failLocked(j *job, err error) {
	delete(q.retries, j)
	q.waiting--
	q.failed++
	q.lastError = describe(err, j.message.Code)
	q.log.Error("mail given up", "to", j.message.To, "tries", j.tries, "error", q.lastError)
}

// maxErrorBytes bounds what a foreign server may write into the log.
const maxErrorBytes = 500

// describe is err's text without the code: a server may quote the message that it
// refuses.
func describe(err error, code string) string {
	text := err.Error()
	if code != "" {
		text = strings.ReplaceAll(text, code, "(code)")
	}
	if len(text) > maxErrorBytes {
		text = strings.ToValidUTF8(text[:maxErrorBytes], "") + "…"
	}
	return text
}
