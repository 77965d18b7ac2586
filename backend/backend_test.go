package backend

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"keydeck/model"
)

// start is when every test begins.
var start = time.Date(2026, 3, 29, 2, 30, 15, 0, time.UTC)

// clock is a clock that only tests move.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// template is a data directory that has its signing keys already: making an RSA
// key takes seconds.
var template string

func TestMain(m *testing.M) { os.Exit(runTests(m)) }

func runTests(m *testing.M) int {
	if args := os.Getenv(killedEvents); args != "" {
		return actUntilKilled(args)
	}
	dir, err := os.MkdirTemp("", "keydeck-backend")
	if err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	template = dir
	c := &clock{now: start}
	b, err := Open(context.Background(), Config{Dir: dir, Now: c.Now})
	if err != nil {
		panic(err)
	}
	b.keys.complete(context.Background(), b.log)
	if err := b.Close(context.Background()); err != nil {
		panic(err)
	}
	return m.Run()
}

// world is a backend of one test's own, its clock and where it lives.
type world struct {
	*Backend
	clock *clock
	t     testing.TB
}

func newWorld(t testing.TB, change ...func(*Config)) *world {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(template)); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(dir, MasterFile), 0o600); err != nil {
		t.Fatal(err)
	}
	c := &clock{now: start}
	cfg := Config{Dir: dir, Now: c.Now}
	for _, f := range change {
		f(&cfg)
	}
	b, err := Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(context.Background()); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return &world{Backend: b, clock: c, t: t}
}

var (
	socket = Origin{Local: true, IP: "local", UserAgent: "test"}
	remote = Origin{IP: "203.0.113.7", UserAgent: "test"}
)

// mailed gives the code that was mailed to an address just now.
func (w *world) mailed(email string) string {
	w.t.Helper()
	code, ok := w.wasMailed(email)
	if !ok {
		w.t.Fatalf("no mail for %s", email)
	}
	return code
}

// wasMailed waits until the queue has sent what it had to send, or decided not
// to, and looks for a mail to an address.
func (w *world) wasMailed(email string) (code string, ok bool) {
	w.t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		if waiting, _, _, _ := w.queue.Stats(); waiting == 0 {
			break
		}
		<-tick.C
	}
	mails, err := w.Mailbox(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	for _, m := range mails {
		if m.To == email && m.At.Equal(w.clock.Now()) {
			return m.Code, true
		}
	}
	return "", false
}

// signIn walks an address through the mail code.
func (w *world) signIn(email string, o Origin) (model.TokenPair, Principal) {
	w.t.Helper()
	if err := w.SendCode(w.t.Context(), email, o); err != nil {
		w.t.Fatalf("send code to %s: %v", email, err)
	}
	pair, err := w.VerifyCode(w.t.Context(), email, w.mailed(email), o)
	if err != nil {
		w.t.Fatalf("verify code of %s: %v", email, err)
	}
	return pair, w.login(pair)
}

func (w *world) login(pair model.TokenPair) Principal {
	w.t.Helper()
	p, err := w.AuthenticateToken(w.t.Context(), pair.AccessToken, AcceptAccess)
	if err != nil {
		w.t.Fatalf("access token: %v", err)
	}
	return p
}

// owner signs the first user in and gives it with its project.
func (w *world) owner() (Principal, model.Project) {
	w.t.Helper()
	_, p := w.signIn("owner@example.com", socket)
	page, err := w.Projects(w.t.Context(), p, model.PageRequest{})
	if err != nil || len(page.Items) != 1 {
		w.t.Fatalf("projects: %v, %v", page, err)
	}
	return p, page.Items[0]
}

func (w *world) apiKey(p Principal, project model.Project, spec model.CredentialSpec) model.IssuedCredential {
	w.t.Helper()
	if spec.Name == "" {
		spec.Name = "test"
	}
	key, err := w.Issue(w.t.Context(), p, project.ID, model.KindAPIKey, spec)
	if err != nil {
		w.t.Fatal(err)
	}
	return key
}

// wantRefusal checks code and reason of a refusal.
func wantRefusal(t *testing.T, err error, code model.Code, reason model.Reason) {
	t.Helper()
	if err == nil {
		t.Fatalf("got no error, want %s, %s", code, reason)
	}
	if got, why := model.CodeOf(err), model.ReasonOf(err); got != code || why != reason {
		t.Fatalf("got %s, %s (%v), want %s, %s", got, why, err, code, reason)
	}
}

// An Open that fails leaves no goroutine behind: one in the bubble would fail
// the test.
func TestFailedOpenEndsWhatItStarted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for enough, last := 0, ""; !strings.Contains(last, "make code key"); enough += 48 { // so many random bytes, and no more
			b, err := Open(t.Context(), Config{Dir: t.TempDir(), Random: io.LimitReader(rand.Reader, int64(enough))})
			if err == nil {
				_ = b.Close(t.Context())
				t.Fatalf("the last failure is %q: none was after the request log was open", last)
			}
			last = err.Error()
		}
	})
}

func days(n int) *int { return &n }

func TestWrongMasterKey(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(template)); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, MasterFile)
	right, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]func() error{
		"another key": func() error { return os.WriteFile(path, fmt.Appendf(nil, "%064x\n", 7), 0o600) },
		"no key":      func() error { return os.Remove(path) },
	}
	for name, spoil := range tests {
		t.Run(name, func(t *testing.T) {
			if err := spoil(); err != nil {
				t.Fatal(err)
			}
			if b, err := Open(t.Context(), Config{Dir: dir}); err == nil {
				_ = b.Close(t.Context())
				t.Fatal("opened with the wrong master key")
			}
		})
	}
	if err := os.WriteFile(path, right, 0o600); err != nil {
		t.Fatal(err)
	}
	b, err := Open(t.Context(), Config{Dir: dir})
	if err != nil {
		t.Fatalf("with the right key back: %v", err)
	}
	if err := b.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// After a crash the newest state is in the write-ahead log. A wrong master key
// must leave both files as they are.
func TestWrongMasterKeyAfterACrash(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.owner()
	crashed := t.TempDir()
	before := map[string][]byte{}
	for _, name := range []string{StateFile, StateFile + "-wal"} {
		raw, err := os.ReadFile(filepath.Join(w.cfg.Dir, name))
		if err != nil {
			t.Fatal(err)
		}
		before[name] = raw
		if err := os.WriteFile(filepath.Join(crashed, name), raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	b, err := Open(t.Context(), Config{Dir: crashed, MasterKey: fmt.Sprintf("%064x", 7)})
	if err == nil {
		_ = b.Close(t.Context())
		t.Fatal("opened with the wrong master key")
	}
	for name, want := range before {
		if got, err := os.ReadFile(filepath.Join(crashed, name)); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s was changed (%v)", name, err)
		}
	}
}
