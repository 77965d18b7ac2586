package server

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"keydeck/model"
)

// fed is a Follower that returns what a test gives it.
type fed struct {
	batches chan []model.RequestRecord
	skipped int64
	broken  chan error
}

func (f *fed) Next(ctx context.Context, _ int) ([]model.RequestRecord, int64, error) {
	select {
	case batch := <-f.batches:
		return batch, f.skipped, nil
	case err := <-f.broken:
		return nil, 0, err
	case <-ctx.Done():
		return nil, 0, ctx.Err()
	}
}

func (f *fed) Close() {}

// streamed runs a stream and act in a synctest bubble and returns what the stream wrote
// until it ended.
func streamed(t *testing.T, live func() bool, act func(f *fed, w *httptest.ResponseRecorder, end func())) string {
	t.Helper()
	w := httptest.NewRecorder()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		f := &fed{batches: make(chan []model.RequestRecord), broken: make(chan error)}
		done := make(chan struct{})
		go func() {
			defer close(done)
			stream{w: w, follower: f, allowed: live, rightsChanged: context.Background, ping: 15 * time.Second, recheck: 30 * time.Second}.run(ctx)
		}()
		synctest.Wait()
		act(f, w, cancel)
		<-done
	})
	return w.Body.String()
}

func always() bool { return true }

const opening = ": keydeck request log\n\n"

func TestStreamEvents(t *testing.T) {
	got := streamed(t, always, func(f *fed, w *httptest.ResponseRecorder, end func()) {
		if got := w.Body.String(); got != opening || !w.Flushed {
			t.Errorf("at once: got %q, flushed %v", got, w.Flushed)
		}
		f.batches <- []model.RequestRecord{{ID: "1", Path: "/a\nb"}, {ID: "2"}}
		synctest.Wait()
		f.skipped = 12
		f.batches <- []model.RequestRecord{{ID: "15"}}
		synctest.Wait()
		end()
	})
	events := strings.Split(strings.TrimPrefix(got, opening), "\n\n")
	want := []string{"id: 1\nevent: request\ndata: {\"id\":\"1\",", "id: 2\nevent: request\ndata: {\"id\":\"2\",", "event: skipped\ndata: {\"skipped\":12}", "id: 15\nevent: request\ndata: ", ""}
	if len(events) != len(want) {
		t.Fatalf("got %d events in %q, want %d", len(events), got, len(want))
	}
	for i := range want {
		if !strings.HasPrefix(events[i], want[i]) || strings.Count(events[i], "\n") > 2 {
			t.Errorf("event %d: got %q, want %q…", i, events[i], want[i])
		}
	}
}

func TestStreamPings(t *testing.T) {
	got := streamed(t, always, func(_ *fed, _ *httptest.ResponseRecorder, end func()) {
		time.Sleep(31 * time.Second) // of the bubble's own time
		end()
	})
	if want := opening + ": ping\n\n: ping\n\n"; got != want {
		t.Errorf("31 silent seconds: got %q, want %q", got, want)
	}
}

func TestStreamEndsWithTheLogin(t *testing.T) {
	asked := 0
	began := time.Time{}
	took := time.Duration(0)
	streamed(t, func() bool { asked++; return asked < 4 }, func(f *fed, _ *httptest.ResponseRecorder, _ func()) {
		began = time.Now()
		// A busy log must not keep an ended login's stream alive.
		for range 1000 {
			select {
			case f.batches <- []model.RequestRecord{{ID: "x"}}:
				time.Sleep(100 * time.Millisecond)
			case <-time.After(time.Second):
				took = time.Since(began)
				return
			}
		}
	})
	if asked != 4 || took < 90*time.Second || took > 92*time.Second {
		t.Errorf("got %d looks and an end after %v, want 4 (one at the start) and 90 s", asked, took)
	}
}

func TestStreamEndsWithTheFollower(t *testing.T) {
	got := streamed(t, always, func(f *fed, _ *httptest.ResponseRecorder, _ func()) { f.broken <- errors.New("closed") })
	if got != opening {
		t.Errorf("got %q, want %q", got, opening)
	}
}

// live is a real connection to the stream.
type live struct {
	t    *testing.T
	body io.ReadCloser
	scan *bufio.Scanner
}

func (b *testServer) stream(t *testing.T, url string, headers ...string) live {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/auth/requests/stream?path=/v1", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range headers {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Set(name, value)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = res.Body.Close() })
	if got := res.Header.Get("Content-Type"); res.StatusCode != http.StatusOK || got != "text/event-stream" || res.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("got %d %v", res.StatusCode, res.Header)
	}
	document().answered(call{method: http.MethodGet, target: "/auth/requests/stream?path=/v1"}, answer{res.StatusCode, res.Header, ""})
	return live{t, res.Body, bufio.NewScanner(res.Body)}
}

// id waits for the next record's id, "" at the end of the stream.
func (l live) id() string {
	for l.scan.Scan() {
		if id, ok := strings.CutPrefix(l.scan.Text(), "id: "); ok {
			return id
		}
	}
	return ""
}

func TestStreamOverTCP(t *testing.T) {
	b := newTestServer(t)
	p := b.person("ada@example.com")
	ts := httptest.NewUnstartedServer(nil)
	ts.Config = b.server.HTTPServer(b.public)
	ts.Start()
	defer ts.Close()

	first := b.stream(t, ts.URL, p.bearer)
	b.do("GET", "/", "", "Authorization: "+p.key.Secrets[0]) // filtered out
	b.do("GET", "/v1/token/get", "", p.accountValue)
	b.do("GET", "/v1/healthz", "")
	one, two := first.id(), first.id()
	if one == "" || two <= one {
		t.Fatalf("got ids %q and %q", one, two)
	}
	_ = first.body.Close()
	b.do("GET", "/v1/healthz", "")

	// Resumed, it goes on where it was.
	second := b.stream(t, ts.URL, p.bearer, "Last-Event-ID: "+one)
	if got := second.id(); got != two {
		t.Errorf("resumed after %s: got %s, want %s", one, got, two)
	}
	if got := second.id(); got <= two {
		t.Errorf("resumed: got %s, want one after %s", got, two)
	}

	// A clean shutdown does not wait for it.
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := ts.Config.Shutdown(ctx); err != nil {
		t.Errorf("shutdown: %v", err)
	}
	if got := second.id(); got != "" {
		t.Errorf("after the shutdown: got record %s, want the end", got)
	}
	// Each stream is recorded when it ends.
	streams := 0
	for _, r := range b.records(20) {
		if r.Route == "/auth/requests/stream" && r.Status == 200 && r.UserID == p.id && r.Bytes > 0 {
			streams++
		}
	}
	if streams != 2 {
		t.Errorf("got %d records of streams, want 2", streams)
	}
}

func TestStreamEndsAtRemoteSignOut(t *testing.T) {
	b := newTestServer(t)
	p := b.signIn("ada@example.com")
	ts := httptest.NewServer(b.public)
	defer ts.Close()
	l := b.stream(t, ts.URL, p.bearer)
	b.do("POST", "/auth/verification/revoke-token", `{"refresh_token":"`+p.pair.RefreshToken+`"}`)
	b.do("GET", "/v1/healthz", "") // must not be told any more
	if got := l.id(); got != "" {
		t.Errorf("got record %s, want the end", got)
	}
}

func TestStreamEndsWhenProjectsChange(t *testing.T) {
	b := newTestServer(t)
	owner := b.person("root@example.com")
	p := b.signIn("ada@example.com")
	members := "/auth/projects/" + owner.project.ID + "/members/"
	b.do("POST", members, `{"email":"ada@example.com","role":"viewer"}`, owner.bearer)
	ts := httptest.NewServer(b.public)
	defer ts.Close()
	l := b.stream(t, ts.URL, p.bearer)
	b.do("GET", "/v1/token/get", "", owner.accountValue)
	if l.id() == "" {
		t.Fatal("a member does not see the project's requests")
	}
	b.do("DELETE", members+p.id, "", owner.bearer)
	b.do("GET", "/v1/token/get", "", owner.accountValue) // must not be told any more
	if got := l.id(); got != "" {
		t.Errorf("got record %s, want the end", got)
	}
}
