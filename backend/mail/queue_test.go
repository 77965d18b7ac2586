package mail

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emersion/go-smtp"
)

// script is a Sender that answers with the given errors in turn, then nil.
type script struct {
	mu      sync.Mutex
	answers []error
	tries   []string        // "address at offset"
	start   time.Time       // offsets count from here
	block   <-chan struct{} // every Send waits for it, or for ctx
}

// seen is what was tried so far.
func (s *script) seen() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.tries)
}

var (
	errTemporary = errors.New("451 later")
	errForGood   = fmt.Errorf("%w: 550 never", ErrPermanent)
)

func (s *script) Send(ctx context.Context, m Message) error {
	s.mu.Lock()
	s.tries = append(s.tries, fmt.Sprintf("%s %v", m.To, time.Since(s.start)))
	var answer error
	if len(s.answers) > 0 {
		answer, s.answers = s.answers[0], s.answers[1:]
	}
	s.mu.Unlock()
	if s.block != nil {
		select {
		case <-s.block:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return answer
}

var discard = slog.New(slog.NewTextHandler(io.Discard, nil))

// stats is Stats in one string.
func stats(q *Queue) string {
	waiting, sent, failed, lastError := q.Stats()
	return fmt.Sprintf("%d waiting, %d sent, %d failed, %q", waiting, sent, failed, lastError)
}

func mustClose(t *testing.T, q *Queue) {
	t.Helper()
	if err := q.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestQueueRetries(t *testing.T) {
	later := slices.Repeat([]error{errTemporary}, 20)
	tests := []struct {
		name    string
		answers []error
		ttl     time.Duration // 0: none
		tries   []time.Duration
		stats   string
	}{
		{"at once", nil, 10 * time.Minute, []time.Duration{0}, `0 waiting, 1 sent, 0 failed, ""`},
		{"greylisted twice", later[:2], 10 * time.Minute, []time.Duration{0, 1 * time.Second, 6 * time.Second}, `0 waiting, 1 sent, 0 failed, "451 later"`},
		{"refused for good", []error{errForGood}, 10 * time.Minute, []time.Duration{0}, `0 waiting, 0 sent, 1 failed, "mail: refused for good: 550 never"`},
		{"refused for good later", []error{errTemporary, errForGood}, 10 * time.Minute, []time.Duration{0, 1 * time.Second}, `0 waiting, 0 sent, 1 failed, "mail: refused for good: 550 never"`},
		{"until it expires", later, 6 * time.Minute,
			[]time.Duration{0, 1 * time.Second, 6 * time.Second, 21 * time.Second, 81 * time.Second, 201 * time.Second, 321 * time.Second}, `0 waiting, 0 sent, 1 failed, "451 later"`},
		{"without an end", later, 0,
			[]time.Duration{0, 1 * time.Second, 6 * time.Second, 21 * time.Second, 81 * time.Second, 201 * time.Second}, `0 waiting, 0 sent, 1 failed, "451 later"`},
		{"expired on arrival", nil, -time.Second, nil, `0 waiting, 0 sent, 1 failed, "mail: not delivered in time"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &script{answers: tt.answers, start: time.Now()}
				q := NewQueue(s, discard, time.Now)
				defer mustClose(t, q)
				m := Message{To: "a"}
				if tt.ttl != 0 {
					m.ExpiresAt = time.Now().Add(tt.ttl)
				}
				if err := q.Enqueue(m, nil); err != nil {
					t.Fatal(err)
				}
				<-time.After(time.Hour)
				var want []string
				for _, at := range tt.tries {
					want = append(want, fmt.Sprintf("a %v", at))
				}
				if !slices.Equal(s.seen(), want) {
					t.Errorf("tries %q, want %q", s.seen(), want)
				}
				if got := stats(q); got != tt.stats {
					t.Errorf("%s, want %s", got, tt.stats)
				}
			})
		})
	}
}

// TestQueueKeepsOrder prepares and first tries in order of arrival, also while
// all slots are taken, and lets later mail pass what waits for its next try.
func TestQueueKeepsOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		block := make(chan struct{})
		s := &script{block: block, start: time.Now()}
		q := NewQueue(s, discard, time.Now)
		var prepared []int
		for i := range 10 {
			err := q.Enqueue(Message{To: fmt.Sprint(i)}, func(context.Context) bool {
				prepared = append(prepared, i)
				return i != 3
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		synctest.Wait()
		if want := []int{0, 1, 2, 3, 4}; !slices.Equal(prepared, want) {
			t.Errorf("prepared %v while four are under way, want %v", prepared, want)
		}
		if got, want := stats(q), `9 waiting, 0 sent, 0 failed, ""`; got != want {
			t.Errorf("%s, want %s", got, want)
		}
		close(block)
		mustClose(t, q)
		if want := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}; !slices.Equal(prepared, want) {
			t.Errorf("prepared %v, want %v", prepared, want)
		}
		if slices.ContainsFunc(s.seen(), func(try string) bool { return strings.HasPrefix(try, "3 ") }) {
			t.Error("sent what prepare would not have sent")
		}
		if got, want := stats(q), `0 waiting, 9 sent, 0 failed, ""`; got != want {
			t.Errorf("%s, want %s", got, want)
		}
	})
}

func TestQueueLetsLaterMailPass(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{answers: []error{errTemporary}, start: time.Now()}
		q := NewQueue(s, discard, time.Now)
		var prepared int
		for _, to := range []string{"a", "b"} {
			if err := q.Enqueue(Message{To: to}, func(context.Context) bool { prepared++; return true }); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
		}
		<-time.After(time.Minute)
		mustClose(t, q)
		if want := []string{"a 0s", "b 0s", "a 1s"}; !slices.Equal(s.seen(), want) {
			t.Errorf("tries %q, want %q", s.seen(), want)
		}
		if prepared != 2 {
			t.Errorf("prepared %d times, want once for each message", prepared)
		}
	})
}

func TestQueueIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		block := make(chan struct{})
		q := NewQueue(&script{block: block, answers: []error{errTemporary}}, discard, time.Now)
		for i := range queueLimit {
			if err := q.Enqueue(Message{To: "a"}, nil); err != nil {
				t.Fatalf("message %d: %v", i, err)
			}
		}
		synctest.Wait()
		if err := q.Enqueue(Message{To: "a"}, nil); !errors.Is(err, ErrQueueFull) {
			t.Errorf("one more: %v, want ErrQueueFull", err)
		}
		close(block)
		synctest.Wait()
		// One message waits for its next try; the rest is gone.
		for i := range queueLimit - 1 {
			if err := q.Enqueue(Message{To: "a"}, nil); err != nil {
				t.Fatalf("message %d of the second lot: %v", i, err)
			}
		}
		<-time.After(time.Minute)
		mustClose(t, q)
		if got, want := stats(q), fmt.Sprintf(`0 waiting, %d sent, 0 failed, "451 later"`, 2*queueLimit-1); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	})
}

func TestQueueClose(t *testing.T) {
	t.Run("tries what is new and drops what waits", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := &script{answers: []error{errTemporary}, start: time.Now()}
			q := NewQueue(s, discard, time.Now)
			for _, to := range []string{"a", "b"} {
				if err := q.Enqueue(Message{To: to}, nil); err != nil {
					t.Fatal(err)
				}
				if to == "a" {
					synctest.Wait()
				}
			}
			mustClose(t, q)
			if want := []string{"a 0s", "b 0s"}; !slices.Equal(s.seen(), want) {
				t.Errorf("tries %q, want %q", s.seen(), want)
			}
			if got, want := stats(q), `0 waiting, 1 sent, 1 failed, "mail: the queue is closed"`; got != want {
				t.Errorf("%s, want %s", got, want)
			}
			if err := q.Enqueue(Message{To: "c"}, nil); !errors.Is(err, ErrQueueClosed) {
				t.Errorf("Enqueue afterwards: %v, want ErrQueueClosed", err)
			}
			mustClose(t, q)
		})
	})
	t.Run("breaks off when ctx is done", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			q := NewQueue(&script{block: make(chan struct{})}, discard, time.Now)
			for range 10 {
				if err := q.Enqueue(Message{To: "a"}, nil); err != nil {
					t.Fatal(err)
				}
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			if err := q.Close(ctx); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("Close = %v, want the deadline", err)
			}
			synctest.Wait()
			if got, want := stats(q), `0 waiting, 0 sent, 10 failed, "context canceled"`; got != want {
				t.Errorf("%s, want %s", got, want)
			}
		})
	})
}

// TestQueueTimesOut gives a Sender that never answers its slot back.
func TestQueueTimesOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := NewQueue(&script{block: make(chan struct{})}, discard, time.Now)
		if err := q.Enqueue(Message{To: "a", ExpiresAt: time.Now().Add(sendTimeout)}, nil); err != nil {
			t.Fatal(err)
		}
		<-time.After(time.Minute)
		if got, want := stats(q), `0 waiting, 0 sent, 1 failed, "context deadline exceeded"`; got != want {
			t.Errorf("%s, want %s", got, want)
		}
		mustClose(t, q)
	})
}

type panics struct{}

func (panics) Send(context.Context, Message) error { panic("send with 042137") }

func TestQueueSurvivesPanics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := NewQueue(panics{}, discard, time.Now)
		m := Message{To: "a", Code: "042137"}
		if err := q.Enqueue(m, func(context.Context) bool { panic("prepare") }); err != nil {
			t.Fatal(err)
		}
		for range 2 * queueSlots {
			if err := q.Enqueue(m, nil); err != nil {
				t.Fatal(err)
			}
		}
		mustClose(t, q)
		if got, want := stats(q), `0 waiting, 0 sent, 9 failed, "mail: panic while sending: send with (code)"`; got != want {
			t.Errorf("%s, want %s", got, want)
		}
	})
}

func TestQueueLogsNoCode(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		echo := func(err error) error {
			return fmt.Errorf("%w, I will not take 042137 %s", err, strings.Repeat("ä", 1000))
		}
		q := NewQueue(&script{answers: []error{echo(errTemporary), echo(errForGood)}}, slog.New(slog.NewTextHandler(&log, nil)), time.Now)
		m := Message{To: "you@example.com", Subject: "S", Text: "042137", Code: "042137"}
		if err := q.Enqueue(m, nil); err != nil {
			t.Fatal(err)
		}
		<-time.After(time.Minute)
		mustClose(t, q)
		text := log.String()
		if strings.Count(text, "you@example.com") != 2 || !strings.Contains(text, "given up") {
			t.Errorf("log %s, want both failures with the address", text)
		}
		if strings.Contains(text+stats(q), "042137") {
			t.Error("the code is in the log or the statistics")
		}
		if len(text) > 3*maxErrorBytes {
			t.Errorf("a server wrote %d bytes into the log", len(text))
		}
	})
}

// TestQueueOverSMTP goes through a real server that refuses the first time.
func TestQueueOverSMTP(t *testing.T) {
	srv := serve(t, nil, false)
	srv.answers = []error{&smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "greylisted"}}
	s := senderTo(t, srv.port, tlsNone)
	arrived := make(chan error, 2)
	q := NewQueue(report{s, arrived}, discard, time.Now)
	if err := q.Enqueue(codeMail(t, "you@example.com"), nil); err != nil {
		t.Fatal(err)
	}
	if err := <-arrived; err == nil {
		t.Error("the first try was not refused")
	}
	if err := <-arrived; err != nil {
		t.Errorf("the second try: %v", err)
	}
	mustClose(t, q)
	if len(srv.mails) != 1 || srv.mails[0].to != "you@example.com" {
		t.Errorf("arrived: %+v", srv.mails)
	}
}

// report is a Sender that tells how each try ended.
type report struct {
	Sender
	results chan<- error
}

func (r report) Send(ctx context.Context, m Message) error {
	err := r.Sender.Send(ctx, m)
	r.results <- err
	return err
}

func BenchmarkEnqueue(b *testing.B) {
	q := NewQueue(&script{}, discard, time.Now)
	defer q.Close(context.Background())
	for b.Loop() {
		if err := q.Enqueue(Message{To: "a"}, nil); err != nil && !errors.Is(err, ErrQueueFull) {
			b.Fatal(err)
		}
	}
}
