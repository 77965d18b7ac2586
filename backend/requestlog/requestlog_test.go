package requestlog

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"keydeck/backend/store"
	"keydeck/model"
)

var ctx = context.Background()

func openDB(t testing.TB, path string) *store.Requests {
	t.Helper()
	state, db, err := store.OpenBoth(ctx, store.Options{Path: path + ".state"}, store.Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	if err := state.Close(); err != nil {
		t.Fatal(err)
	}
	return db
}

// start gives a log on a new database, and what closes both.
func start(t testing.TB, o Options) (l *Log, db *store.Requests, end func()) {
	t.Helper()
	return startAt(t, filepath.Join(t.TempDir(), "requests.db"), o)
}

func startAt(t testing.TB, path string, o Options) (l *Log, db *store.Requests, end func()) {
	t.Helper()
	db = openDB(t, path)
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	l, err := Open(ctx, db, o)
	if err != nil {
		t.Fatal(err)
	}
	return l, db, func() {
		t.Helper()
		if err := l.Close(ctx); err != nil {
			t.Error(err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}
}

// record n of a test says so in its path.
func record(n int) model.RequestRecord {
	return model.RequestRecord{Path: fmt.Sprint("/", n), Status: 200}
}

func paths(records []model.RequestRecord) []string {
	out := []string{}
	for _, r := range records {
		out = append(out, r.Path)
	}
	return out
}

func upTo(from, to int) []string {
	out := []string{}
	for n := from; n < to; n++ {
		out = append(out, record(n).Path)
	}
	return out
}

func wantPaths(t *testing.T, what string, got []model.RequestRecord, want []string) {
	t.Helper()
	if p := paths(got); !slices.Equal(p, want) {
		t.Errorf("%s: got %v, want %v", what, p, want)
	}
}

func query(t *testing.T, l *Log, f model.RequestFilter) []model.RequestRecord {
	t.Helper()
	got, err := l.Query(ctx, f)
	if err != nil {
		t.Fatal(err)
	}
	return got.Records
}

// TestQueryStopsAndGoesOn: a page for which nothing is found says how far the
// search came, and the next one goes on from there; what is in the ring alone is
// found at once.
func TestQueryStopsAndGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, _, end := start(t, Options{Search: 10})
		defer end()
		for n := range 35 {
			l.Append(record(n))
		}
		time.Sleep(batchDelay)
		synctest.Wait()
		l.Append(record(35)) // in the ring alone
		var pages []string
		f := model.RequestFilter{Q: "/3", Limit: 100}
		for {
			found, err := l.Query(ctx, f)
			if err != nil {
				t.Fatal(err)
			}
			pages = append(pages, fmt.Sprint(paths(found.Records), found.Looked))
			if f.Before = found.Stopped; f.Before == "" {
				break
			}
		}
		if want := []string{"[/35 /34 /33 /32 /31 /30] 10", "[] 10", "[] 10", "[/3] 0"}; !slices.Equal(pages, want) {
			t.Errorf("got %v, want %v", pages, want)
		}
	})
}

func TestQueryIncludesWhatIsNotWrittenYet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, db, end := start(t, Options{})
		defer end()
		for n := range 3 {
			l.Append(record(n))
		}
		synctest.Wait()
		stored, err := db.Query(ctx, model.RequestFilter{})
		if err != nil || len(stored) != 0 {
			t.Errorf("before the writer has gathered: got %v, %v in the file", paths(stored), err)
		}
		wantPaths(t, "from the ring", query(t, l, model.RequestFilter{}), []string{"/2", "/1", "/0"})
		time.Sleep(batchDelay) // of the test's own clock
		synctest.Wait()
		stored, err = db.Query(ctx, model.RequestFilter{})
		if err != nil {
			t.Fatal(err)
		}
		wantPaths(t, "in the file", stored, []string{"/2", "/1", "/0"})
		for n := 3; n < 5; n++ {
			l.Append(record(n))
		}
		all := query(t, l, model.RequestFilter{})
		wantPaths(t, "from both", all, []string{"/4", "/3", "/2", "/1", "/0"})
		wantPaths(t, "limit in the ring", query(t, l, model.RequestFilter{Limit: 1}), []string{"/4"})
		wantPaths(t, "limit across", query(t, l, model.RequestFilter{Limit: 3}), []string{"/4", "/3", "/2"})
		wantPaths(t, "filtered", query(t, l, model.RequestFilter{Path: "/3"}), []string{"/3"})
		for i, r := range all {
			wantPaths(t, "before "+r.Path, query(t, l, model.RequestFilter{Before: r.ID}), paths(all[i+1:]))
		}
	})
}

func TestFullBatchIsWrittenAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, _, end := start(t, Options{})
		defer end()
		l.Append(record(0))
		synctest.Wait() // the writer is gathering
		for n := 1; n < maxBatch; n++ {
			l.Append(record(n))
		}
		synctest.Wait()
		if got, want := l.Stats(), (model.LogStats{Recorded: maxBatch, Stored: maxBatch}); got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	})
}

func TestCloseWritesEverything(t *testing.T) {
	path := filepath.Join(t.TempDir(), "requests.db")
	l, _, end := startAt(t, path, Options{})
	const n = 3*maxBatch + 7
	for i := range n {
		l.Append(record(i))
	}
	end()
	l.Append(record(n)) // after Close: nothing
	if got, want := l.Stats(), (model.LogStats{Recorded: n, Stored: n}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	db := openDB(t, path)
	defer db.Close()
	stored, err := db.Since(ctx, "", model.RequestFilter{}, n+1)
	if err != nil {
		t.Fatal(err)
	}
	wantPaths(t, "stored", stored, upTo(0, n))
}

func TestIDsIncreaseAcrossAClockSetBack(t *testing.T) {
	const each = 1500 // of a clock that stands still; three times that is more than a millisecond has room for
	path := filepath.Join(t.TempDir(), "requests.db")
	start := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	clocks := []time.Time{start, start, start, start.Add(-24 * time.Hour), start.Add(time.Hour), {}}
	last, n := "", 0
	for _, now := range clocks {
		l, _, end := startAt(t, path, Options{Now: func() time.Time { return now }, Retention: 1 << 60})
		sub := l.Subscribe(model.RequestFilter{}, "")
		for range each {
			l.Append(record(n))
			n++
		}
		for seen := 0; seen < each; {
			batch, skipped, err := sub.Next(ctx, each)
			if err != nil || skipped != 0 {
				t.Fatal(skipped, err)
			}
			for _, r := range batch {
				if r.ID <= last {
					t.Fatalf("at %v: %s came after %s", now, r.ID, last)
				}
				last = r.ID
			}
			seen += len(batch)
		}
		end()
	}
}

func TestIDCarriesTheTime(t *testing.T) {
	var c clock
	at := time.UnixMilli(0x0192_e4a0_1234).Add(999_999)
	if got, want := c.next(at)[:18], "0192e4a0-1234-7f42"; got != want {
		t.Errorf("got %s, want %s…", got, want)
	}
	if got, want := clockAfter(c.next(at)), c; got != want {
		t.Errorf("clockAfter: got %x, want %x", got, want)
	}
	for _, bad := range []string{"", "x", "0192e4a0-1234-4f42-8000-000000000000"} {
		if got := clockAfter(bad); got != (clock{}) {
			t.Errorf("clockAfter(%q): got %x, want 0", bad, got)
		}
	}
}

func TestClean(t *testing.T) {
	long := strings.Repeat("ü", 2000)
	r := model.RequestRecord{At: model.Time{Time: time.Date(2026, 1, 1, 0, 0, 0, 1_999_999, time.FixedZone("x", 3600))},
		Method: long, Path: "/" + long, UserAgent: long, RemoteIP: "a\x00b", RequestID: "\xff", Reason: model.Reason(long)}
	clean(&r)
	for name, c := range map[string]struct{ got, want any }{
		"path":       {len(r.Path), model.MaxLogPath - 1},
		"user agent": {len(r.UserAgent), model.MaxLogUserAgent},
		"method":     {len(r.Method), maxLogMember},
		"reason":     {len(r.Reason), maxLogMember},
		"NUL":        {r.RemoteIP, "a\uFFFDb"},
		"not UTF-8":  {r.RequestID, "\uFFFD"},
		"time":       {r.At.String(), "2025-12-31T23:00:00.001Z"},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %v, want %v", name, c.got, c.want)
		}
	}
	if got, want := text("\x80\x80\x80\x80\x80\x80", 5), "\uFFFD"; got != want {
		t.Errorf("a cut through rubbish: got %q, want %q", got, want)
	}
}

// flaky is a log whose database takes a batch only while the error is nil.
func flaky(t *testing.T, o Options) (l *Log, db *store.Requests, fail *atomic.Pointer[error], end func()) {
	t.Helper()
	db = openDB(t, filepath.Join(t.TempDir(), "requests.db"))
	fail = new(atomic.Pointer[error])
	l, err := open(ctx, db, func(ctx context.Context, records []model.RequestRecord) error {
		if err := fail.Load(); err != nil {
			if *err == nil {
				panic("boom")
			}
			return *err
		}
		return db.Insert(ctx, records)
	}, o)
	if err != nil {
		t.Fatal(err)
	}
	return l, db, fail, func() {
		t.Helper()
		if err := errors.Join(l.Close(ctx), db.Close()); err != nil {
			t.Error(err)
		}
	}
}

func TestWriterTriesAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var logged logLines
		l, db, fail, end := flaky(t, Options{Ring: 100, Log: slog.New(slog.NewTextHandler(&logged, nil))})
		defer end()
		full := fmt.Errorf("disk full: %w", store.ErrUnavailable)
		fail.Store(&full)
		sub := l.Subscribe(model.RequestFilter{}, "")
		for n := range 150 {
			l.Append(record(n))
		}
		wantPaths(t, "a query while nothing can be written", query(t, l, model.RequestFilter{Limit: 2}), []string{"/149", "/148"})
		batch, skipped, err := sub.Next(ctx, 1000)
		if err != nil || skipped != 50 {
			t.Errorf("a subscriber: got %d skipped, %v, want 50", skipped, err)
		}
		wantPaths(t, "a subscriber", batch, upTo(50, 150))
		time.Sleep(time.Hour)
		if got, want := l.Stats(), (model.LogStats{Recorded: 150, Dropped: 50}); got != want {
			t.Errorf("after an hour: got %+v, want %+v", got, want)
		}
		if got := strings.Count(logged.String(), "will try again"); got < 100 || got > 1000 {
			t.Errorf("got %d lines in an hour, want one every 5 s at most", got)
		}
		l.Append(record(150))
		resumed := l.Subscribe(model.RequestFilter{}, "0")
		batch, skipped, err = resumed.Next(ctx, 1000)
		if err != nil || skipped != 1 { // the one since the writer last looked; the 50 before are given up, and in Stats
			t.Errorf("resumed from the start: got %d skipped, %v, want 1", skipped, err)
		}
		wantPaths(t, "resumed from the start", batch, upTo(51, 151))
		fail.Store(nil)
		time.Sleep(maxBackoff)
		synctest.Wait()
		if got, want := l.Stats(), (model.LogStats{Recorded: 151, Stored: 100, Dropped: 51}); got != want {
			t.Errorf("then: got %+v, want %+v", got, want)
		}
		stored, err := db.Since(ctx, "", model.RequestFilter{}, 1000)
		if err != nil {
			t.Fatal(err)
		}
		wantPaths(t, "stored", stored, upTo(51, 151))
	})
}

// TestWriterGivesABatchUp: a defect, unlike a full disk, would come back each
// time, and must not hold up what comes after.
func TestWriterGivesABatchUp(t *testing.T) {
	var panics error
	defect := errors.New("no such column")
	for name, failure := range map[string]*error{"error": &defect, "panic": &panics} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var logged logLines
				l, _, fail, end := flaky(t, Options{Log: slog.New(slog.NewTextHandler(&logged, nil))})
				defer end()
				fail.Store(failure)
				l.Append(record(0))
				time.Sleep(batchDelay)
				synctest.Wait()
				fail.Store(nil)
				l.Append(record(1))
				time.Sleep(batchDelay)
				synctest.Wait()
				if got, want := l.Stats(), (model.LogStats{Recorded: 2, Stored: 1, Dropped: 1}); got != want {
					t.Errorf("got %+v, want %+v", got, want)
				}
				if !strings.Contains(logged.String(), "gave a batch up") {
					t.Errorf("nobody was told: %s", logged.String())
				}
				wantPaths(t, "query", query(t, l, model.RequestFilter{}), []string{"/1"})
			})
		})
	}
}

func TestCloseGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, db, fail, _ := flaky(t, Options{Log: slog.New(slog.DiscardHandler)})
		down := fmt.Errorf("down: %w", store.ErrUnavailable)
		fail.Store(&down)
		l.Append(record(0))
		start := time.Now()
		patience, cancel := context.WithTimeout(ctx, 7*time.Second)
		defer cancel()
		err := l.Close(patience)
		if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "1 records") {
			t.Errorf("got %v, want the number of records and why", err)
		}
		if got := time.Since(start); got != 7*time.Second {
			t.Errorf("got %v of patience, want 7 s", got)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
		if _, err := l.Query(ctx, model.RequestFilter{Before: "x"}); !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("query: got %v, want %v", err, store.ErrUnavailable)
		}
	})
}

// logLines is a log to look at.
type logLines struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logLines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logLines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func TestRetention(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, _, end := start(t, Options{Retention: time.Hour})
		defer end()
		l.Append(record(0))
		time.Sleep(time.Hour - 30*time.Second)
		l.Append(record(1))
		synctest.Wait()
		wantPaths(t, "within the hour", query(t, l, model.RequestFilter{}), []string{"/1", "/0"})
		time.Sleep(2 * pruneEvery)
		synctest.Wait()
		wantPaths(t, "after it", query(t, l, model.RequestFilter{}), []string{"/1"})
	})
}

func TestPanicIsReported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var logged logLines
		l, _, end := start(t, Options{Log: slog.New(slog.NewTextHandler(&logged, nil))})
		defer end()
		runs := 0
		l.supervise("worker", func() {
			if runs++; runs == 1 {
				panic("boom")
			}
		})
		if got := logged.String(); runs != 2 || !strings.Contains(got, "boom") || !strings.Contains(got, "requestlog_test.go") {
			t.Errorf("got %d runs, want 2, and a report with a stack: %s", runs, got)
		}
	})
}

// TestManyAppenders: whatever the readers do, appenders go on, and each reader
// can account for every record.
func TestManyAppenders(t *testing.T) {
	const appenders, each = 8, 1000
	l, db, end := start(t, Options{Ring: 512})
	subs := []*Subscription{l.Subscribe(model.RequestFilter{}, ""), l.Subscribe(model.RequestFilter{}, "")}
	filtered := l.Subscribe(model.RequestFilter{Status: 404}, "")
	var readers, writers sync.WaitGroup
	got := make([]atomic.Int64, len(subs))
	skips := make([]atomic.Int64, len(subs))
	for i, sub := range subs {
		readers.Go(func() {
			last := ""
			for {
				batch, skipped, err := sub.Next(ctx, 7+1000*i) // the first is much too slow
				if errors.Is(err, ErrClosed) {
					return
				}
				if err != nil {
					t.Error(err)
					return
				}
				for _, r := range batch {
					if r.ID <= last {
						t.Errorf("%s came after %s", r.ID, last)
					}
					last = r.ID
				}
				got[i].Add(int64(len(batch)))
				skips[i].Add(skipped)
			}
		})
	}
	readers.Go(func() {
		if _, _, err := filtered.Next(ctx, 1); !errors.Is(err, ErrClosed) && err != nil {
			t.Error(err)
		}
	})
	for a := range appenders {
		writers.Go(func() {
			for n := range each {
				l.Append(record(a*each + n))
				if n%500 == 0 {
					if _, err := l.Query(ctx, model.RequestFilter{Limit: 10}); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	writers.Wait()
	if err := l.Close(ctx); err != nil {
		t.Error(err)
	}
	readers.Wait()
	for i := range subs {
		if g, s := got[i].Load(), skips[i].Load(); g+s != appenders*each {
			t.Errorf("reader %d: got %d + skipped %d, want %d in all", i, g, s, appenders*each)
		}
	}
	st := l.Stats()
	if st.Recorded != appenders*each || st.Stored+st.Dropped != st.Recorded {
		t.Errorf("got %+v, want %d = stored + dropped", st, appenders*each)
	}
	var stored int64
	for after := ""; ; {
		page, err := db.Since(ctx, after, model.RequestFilter{}, 5000)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		stored += int64(len(page))
		after = page[len(page)-1].ID
	}
	if stored != st.Stored {
		t.Errorf("got %d records in the file, want %d", stored, st.Stored)
	}
	end()
}

// BenchmarkAppend leaves out what the writer then costs: BenchmarkInsert in
// the store measures that.
func BenchmarkAppend(b *testing.B) {
	db := openDB(b, filepath.Join(b.TempDir(), "requests.db"))
	l, err := open(ctx, db, func(context.Context, []model.RequestRecord) error { return nil }, Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := errors.Join(l.Close(ctx), db.Close()); err != nil {
			b.Error(err)
		}
	})
	r := model.RequestRecord{At: model.At(time.Now()), Method: "GET", Path: "/auth/api-keys/", Status: 200,
		UserAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", CredentialID: "c", ProjectID: "p"}
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			l.Append(r)
		}
	})
}

// TestHeldIsBounded: a million records for which the disk is closed, and a reader
// who does not read, take no more room than the ring; what is lost is counted.
func TestHeldIsBounded(t *testing.T) {
	const million, ring = 1_000_000, 4096
	db := openDB(t, filepath.Join(t.TempDir(), "requests.db"))
	defer db.Close()
	stuck := func(ctx context.Context, _ []model.RequestRecord) error { <-ctx.Done(); return ctx.Err() }
	l, err := open(ctx, db, stuck, Options{Ring: ring, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	slow := l.Subscribe(model.RequestFilter{}, "")
	defer slow.Close()
	for n := range million {
		l.Append(model.RequestRecord{Path: fmt.Sprint("/", n), RemoteIP: fmt.Sprint("192.0.2.", n), CredentialID: fmt.Sprint(n)})
	}
	if len(l.ring) != ring || cap(l.waiting) > 8 {
		t.Errorf("a ring of %d and room for %d who wait, want %d and a few", len(l.ring), cap(l.waiting), ring)
	}
	batch, skipped, err := slow.Next(ctx, ring)
	if err != nil || len(batch) != ring || skipped != million-ring {
		t.Errorf("the slow reader got %d and was told of %d (%v), want %d and %d", len(batch), skipped, err, ring, million-ring)
	}
	if s := l.Stats(); s.Recorded != million || s.Stored != 0 || s.Dropped < million-ring-maxBatch {
		t.Errorf("got %+v, want %d recorded and all but the ring dropped", s, million)
	}
	hurry, cancel := context.WithCancel(ctx)
	cancel()
	if err := l.Close(hurry); err == nil {
		t.Error("closed as if all were written")
	}
}
