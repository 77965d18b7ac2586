package requestlog

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"keydeck/model"
)

// next reads a batch that must come without an error or a skip.
func next(t *testing.T, s *Subscription, max int) []model.RequestRecord {
	t.Helper()
	batch, skipped, err := s.Next(ctx, max)
	if err != nil || skipped != 0 {
		t.Fatalf("got %d skipped, error %v", skipped, err)
	}
	return batch
}

func TestSubscribeFromNowOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, _, end := start(t, Options{})
		defer end()
		l.Append(record(0))
		s := l.Subscribe(model.RequestFilter{}, "")
		defer s.Close()
		start := time.Now()
		go func() {
			for n := 1; n < 6; n++ {
				time.Sleep(batchDelay / 5)
				l.Append(record(n))
			}
			time.Sleep(5 * time.Second)
			l.Append(record(6))
		}()
		wantPaths(t, "one batch of what came within a moment", next(t, s, 10), upTo(1, 6))
		if got, want := time.Since(start), batchDelay+batchDelay/5; got != want {
			t.Errorf("got the batch after %v, want %v", got, want)
		}
		wantPaths(t, "later", next(t, s, 10), upTo(6, 7))
	})
}

func TestNextIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, _, end := start(t, Options{})
		defer end()
		s := l.Subscribe(model.RequestFilter{}, "")
		defer s.Close()
		for n := range 2*maxBatch + 5 {
			l.Append(record(n))
		}
		start := time.Now()
		wantPaths(t, "first", next(t, s, maxBatch+2), upTo(0, maxBatch+2))
		wantPaths(t, "one", next(t, s, 0), upTo(maxBatch+2, maxBatch+3))
		wantPaths(t, "rest", next(t, s, 5000), upTo(maxBatch+3, 2*maxBatch+5))
		if got := time.Since(start); got != 0 {
			t.Errorf("waited %v for what was there", got)
		}
	})
}

func TestNextFilters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, _, end := start(t, Options{})
		defer end()
		s := l.Subscribe(model.RequestFilter{Path: "/1"}, "")
		defer s.Close()
		go func() {
			for n := range 12 {
				time.Sleep(batchDelay)
				l.Append(record(n))
			}
		}()
		wantPaths(t, "first", next(t, s, 1), []string{"/1"})
		wantPaths(t, "second", next(t, s, 1), []string{"/10"})
		wantPaths(t, "third", next(t, s, 1), []string{"/11"})
	})
}

func TestNextEnds(t *testing.T) {
	for _, c := range []struct {
		name string
		end  func(l *Log, s *Subscription, cancel func())
		want error
	}{
		{"subscription closed", func(_ *Log, s *Subscription, _ func()) { s.Close() }, ErrClosed},
		{"log closed", func(l *Log, _ *Subscription, _ func()) { _ = l.Close(ctx) }, ErrClosed},
		{"context", func(_ *Log, _ *Subscription, cancel func()) { cancel() }, context.Canceled},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l, _, end := start(t, Options{})
				defer end()
				s := l.Subscribe(model.RequestFilter{}, "")
				ctx, cancel := context.WithCancel(ctx)
				defer cancel()
				go func() {
					time.Sleep(time.Hour)
					c.end(l, s, cancel)
				}()
				batch, skipped, err := s.Next(ctx, 10)
				if len(batch) != 0 || skipped != 0 || !errors.Is(err, c.want) {
					t.Errorf("got %v, %d, %v, want %v", batch, skipped, err, c.want)
				}
				synctest.Wait()
				if n := len(l.waiting); n != 0 {
					t.Errorf("%d readers are still waiting to be woken", n)
				}
			})
		})
	}
}

func TestNothingIsMissedBeforeClose(t *testing.T) {
	l, _, end := start(t, Options{})
	s := l.Subscribe(model.RequestFilter{}, "")
	l.Append(record(0))
	end()
	wantPaths(t, "after Close", next(t, s, 10), upTo(0, 1))
	if _, _, err := s.Next(ctx, 10); !errors.Is(err, ErrClosed) {
		t.Errorf("then: got %v, want %v", err, ErrClosed)
	}
}

// TestResume picks up after each record of a log that lies in the file, on
// both sides of the seam, and in a ring of several sizes.
func TestResume(t *testing.T) {
	const old, recent = 8, 10
	for _, ring := range []int{1, 3, recent - 1, recent, recent + 1, 1000} {
		t.Run(fmt.Sprint("ring of ", ring), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				path := filepath.Join(t.TempDir(), "requests.db")
				l, _, end := startAt(t, path, Options{})
				for n := range old {
					l.Append(record(n))
				}
				end()
				l, _, end = startAt(t, path, Options{Ring: ring})
				defer end()
				for n := old; n < old+recent; n++ {
					l.Append(record(n))
					if ring < recent-1 {
						time.Sleep(2 * batchDelay) // lets the writer keep up
						synctest.Wait()
					}
				}
				all := query(t, l, model.RequestFilter{Limit: 1000})
				lost := old + recent - len(all) // what the ring dropped before it was written
				if ring > recent && lost != 0 {
					t.Fatalf("lost %d", lost)
				}
				for i := len(all) - 1; i >= 0; i-- {
					for _, size := range []int{3, 1000} {
						s := l.Subscribe(model.RequestFilter{}, all[i].ID)
						var got []string
						var skipped int64
						for len(got)+int(skipped) < i {
							batch, n, err := s.Next(ctx, size)
							if err != nil {
								t.Fatal(err)
							}
							got = append(got, paths(batch)...)
							skipped += n
						}
						s.Close()
						want := paths(all[:i])
						slices.Reverse(want)
						if !slices.Equal(got, want) {
							t.Fatalf("after %s, %d at a time: got %v and %d skipped, want %v", all[i].Path, size, got, skipped, want)
						}
					}
				}
			})
		})
	}
}

func TestResumeAtTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "requests.db")
		l, _, end := startAt(t, path, Options{})
		l.Append(record(0))
		last := query(t, l, model.RequestFilter{})[0].ID
		end()
		l, _, end = startAt(t, path, Options{})
		defer end()
		for _, after := range []string{last, "~ of another log"} {
			s := l.Subscribe(model.RequestFilter{}, after)
			go func() {
				time.Sleep(time.Minute)
				l.Append(record(1))
			}()
			wantPaths(t, "after "+after, next(t, s, 10), upTo(1, 2))
			s.Close()
		}
	})
}

func TestResumeFiltered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, _, end := start(t, Options{Ring: 10})
		defer end()
		for n := range 50 {
			l.Append(record(n))
			time.Sleep(2 * batchDelay)
		}
		synctest.Wait()
		s := l.Subscribe(model.RequestFilter{Path: "/4"}, "0")
		defer s.Close()
		want := []string{"/4", "/40", "/41", "/42", "/43", "/44", "/45", "/46", "/47", "/48", "/49"}
		var got []model.RequestRecord
		for len(got) < len(want) {
			got = append(got, next(t, s, 4)...)
		}
		wantPaths(t, "from the beginning", got, want)
	})
}
