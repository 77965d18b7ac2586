package mail

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"keydeck/model"
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

	errExpired = finalError{errors.New("mail: not delivered in time")}
)

// finalError is a failure after which the message is given up.
type finalError struct{ error }

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
	jobs   chan job // has room for every waiting message, so that a send never blocks
	slots  chan struct{}
	ctx    context.Context // ends when Close gives up waiting
	cancel context.CancelFunc
	closed chan struct{} // Close was called
	done   chan struct{} // the last try is over

	mu        sync.Mutex
	waiting   int
	sent      int64
	failed    int64
	lastError string
}

type job struct {
	message Message
	prepare func(ctx context.Context) bool
}

// NewQueue starts a queue in front of s. now is the clock that ExpiresAt is
// compared with.
func NewQueue(s Sender, log *slog.Logger, now func() time.Time) *Queue {
	q := &Queue{sender: s, log: log, now: now, jobs: make(chan job, queueLimit), slots: make(chan struct{}, queueSlots),
		closed: make(chan struct{}), done: make(chan struct{})}
	q.ctx, q.cancel = context.WithCancel(context.Background())
	go q.run()
	return q
}

// Enqueue adds a message. It never blocks; the error is ErrQueueFull or
// ErrQueueClosed. prepare (nil for none) runs on the queue's goroutine right before
// the first try, in order of arrival. If it returns false, nothing is sent.
func (q *Queue) Enqueue(m Message, prepare func(ctx context.Context) bool) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.isClosed() {
		return ErrQueueClosed
	}
	if q.waiting == queueLimit {
		return ErrQueueFull
	}
	q.waiting++
	q.jobs <- job{m, prepare}
	return nil
}

func (q *Queue) isClosed() bool {
	select {
	case <-q.closed:
		return true
	default:
		return false
	}
}

// Close accepts no more messages, gives every message that has not been tried its
// first try, and drops those between two tries. When ctx is done, it aborts the
// tries and returns ctx's error.
func (q *Queue) Close(ctx context.Context) error {
	q.mu.Lock()
	if !q.isClosed() {
		close(q.closed)
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

// run takes the messages in order. Each has a goroutine, and a slot for each try.
func (q *Queue) run() {
	defer close(q.done)
	var messages sync.WaitGroup
	defer messages.Wait()
	for j := range q.jobs {
		q.slots <- struct{}{}
		if ok, err := q.prepare(j); !ok {
			<-q.slots
			q.finish(&j.message, 0, err)
			continue
		}
		messages.Go(func() { q.deliver(&j.message) })
	}
}

// prepare reports whether to send the message.
func (q *Queue) prepare(j job) (ok bool, err error) {
	err = model.Recover(func() error {
		ok = j.prepare == nil || j.prepare(q.ctx)
		return nil
	})
	return ok, err
}

// deliver tries until the message is sent or given up. It is called with a slot.
func (q *Queue) deliver(m *Message) {
	for tries := 1; ; tries++ {
		err := q.try(m)
		<-q.slots
		wait := backoff[min(tries, len(backoff))-1]
		if err == nil || !q.worthwhile(m, tries, wait, err) {
			q.finish(m, tries, err)
			return
		}
		select {
		case <-time.After(wait):
			q.slots <- struct{}{}
		case <-q.closed:
			q.finish(m, tries, ErrQueueClosed)
			return
		}
	}
}

func (q *Queue) try(m *Message) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = finalError{fmt.Errorf("mail: panic while sending: %v", r)}
		}
	}()
	if !m.ExpiresAt.IsZero() && !q.now().Before(m.ExpiresAt) {
		return errExpired
	}
	ctx, cancel := context.WithTimeout(q.ctx, sendTimeout)
	defer cancel()
	return q.sender.Send(ctx, *m)
}

// worthwhile reports whether to try again after the wait, and notes the failure if
// so.
func (q *Queue) worthwhile(m *Message, tries int, wait time.Duration, err error) bool {
	if _, final := errors.AsType[finalError](err); final || errors.Is(err, ErrPermanent) {
		return false
	}
	if m.ExpiresAt.IsZero() && tries > len(backoff) || !m.ExpiresAt.IsZero() && !q.now().Add(wait).Before(m.ExpiresAt) {
		return false
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.isClosed() {
		return false
	}
	q.lastError = describe(err, m.Code)
	q.log.Warn("mail not sent yet", "to", m.To, "tries", tries, "next_try_in", wait, "error", q.lastError)
	return true
}

// finish counts a message that no longer waits: sent, given up, or, without a try
// and an error, not to be sent.
func (q *Queue) finish(m *Message, tries int, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting--
	switch {
	case err != nil:
		q.failed++
		q.lastError = describe(err, m.Code)
		q.log.Error("mail given up", "to", m.To, "tries", tries, "error", q.lastError)
	case tries > 0:
		q.sent++
	}
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
