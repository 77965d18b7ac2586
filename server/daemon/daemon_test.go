package daemon

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"keydeck/model"
	"keydeck/server/client"
)

const patience = 30 * time.Second

// shortDir is a directory whose name leaves room for a socket's.
func shortDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "kd")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

func testConfig(t *testing.T) Config {
	t.Helper()
	return Config{Dir: filepath.Join(shortDir(t), "data"), Listen: "127.0.0.1:0", Version: "test"}
}

// running starts Run and waits until it is ready; ended gets what it returns.
func running(ctx context.Context, t *testing.T, c Config) (model.Status, <-chan error) {
	t.Helper()
	ready, ended := make(chan model.Status, 1), make(chan error, 1)
	go func() { ended <- Run(ctx, c, func(s model.Status) { ready <- s }) }()
	return wait(t, ready, ended), ended
}

func wait(t *testing.T, ready <-chan model.Status, ended <-chan error) model.Status {
	t.Helper()
	select {
	case s := <-ready:
		return s
	case err := <-ended:
		t.Fatalf("Run: %v", err)
	case <-time.After(patience):
		t.Fatal("not ready")
	}
	return model.Status{}
}

func end(t *testing.T, ended <-chan error) {
	t.Helper()
	select {
	case err := <-ended:
		if err != nil {
			t.Fatalf("ended with %v", err)
		}
	case <-time.After(patience):
		t.Fatal("does not end")
	}
}

func localClient(t *testing.T, dir string) *client.Client {
	t.Helper()
	socket, err := client.FindSocket(dir)
	if err != nil {
		t.Fatal(err)
	}
	c, err := client.New(client.Options{Socket: socket})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// mailedCode has a code sent to an address and reads it in the local mailbox.
func mailedCode(t *testing.T, local *client.Client, email string) string {
	t.Helper()
	if err := local.SendCode(t.Context(), email); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(patience); ; {
		box, err := local.Mail(t.Context())
		if err != nil || time.Now().After(deadline) {
			t.Fatalf("no code: %v", err)
		}
		if len(box) > 0 {
			return box[0].Code
		}
	}
}

func TestRunServesAndPutsEverythingAway(t *testing.T) {
	t.Parallel()
	c := testConfig(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	status, ended := running(ctx, t, c)

	if status.PID != os.Getpid() || status.DataDir != c.Dir || status.Version != "test" || !status.LocalMailbox || status.HasUsers || status.Signup != "invite" {
		t.Errorf("status %+v", status)
	}
	if !strings.HasPrefix(status.URL, "http://127.0.0.1:") || strings.HasSuffix(status.URL, ":0") {
		t.Errorf("URL %s, want the port that was bound", status.URL)
	}
	res, err := http.Get(status.URL + "/v1/healthz")
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Errorf("healthz: %d", res.StatusCode)
	}
	if res, err = http.Get(status.URL + "/local/status"); err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusNotFound {
		t.Errorf("/local/status over TCP: %d, want 404", res.StatusCode)
	}
	if got, err := localClient(t, c.Dir).Status(t.Context()); err != nil || got.PID != status.PID {
		t.Errorf("status over the socket: %+v, %v", got, err)
	}

	cancel()
	end(t, ended)
	for _, name := range []string{status.Socket, filepath.Join(c.Dir, client.HolderFile), filepath.Join(c.Dir, "keydeck.db-wal")} {
		if _, err := os.Lstat(name); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s is still there: %v", name, err)
		}
	}
}

func TestRunIsStoppedOverTheSocket(t *testing.T) {
	t.Parallel()
	c := testConfig(t)
	_, ended := running(t.Context(), t, c)
	if err := localClient(t, c.Dir).Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	end(t, ended)
}

func TestRunEndsLiveStreams(t *testing.T) {
	t.Parallel()
	c := testConfig(t)
	c.Backend.Admin = "boss@example.com"
	var logged bytes.Buffer
	c.Log = slog.New(slog.NewTextHandler(&logged, nil))
	_, ended := running(t.Context(), t, c)
	local := localClient(t, c.Dir)
	code := mailedCode(t, local, "boss@example.com")
	if err := local.SignIn(t.Context(), "boss@example.com", code); err != nil {
		t.Fatal(err)
	}
	stream, err := local.StreamRequests(t.Context(), model.RequestFilter{}, "")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = stream.Close() }()
	if err := localClient(t, c.Dir).Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	end(t, ended)
	if strings.Contains(logged.String(), "have been cut off") {
		t.Errorf("the server waited for the stream until it was cut off:\n%s", logged.String())
	}
}

// Who did what from where is in the log when the server has stopped.
func TestRunLogsChanges(t *testing.T) {
	t.Parallel()
	c := testConfig(t)
	c.Backend.Admin = "boss@example.com"
	var logged bytes.Buffer
	c.Log = slog.New(slog.NewTextHandler(&logged, nil))
	status, ended := running(t.Context(), t, c)
	local := localClient(t, c.Dir)
	code := mailedCode(t, local, "boss@example.com")
	post := func(path, token, body string) (answer struct {
		Data struct {
			AccessToken string `json:"access_token"`
		} `json:"data"`
	}) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, status.URL+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("X-Request-Id", "trace-me")
		req.Header.Set("Content-Type", "application/json")
		if token != "" {
			req.Header.Set("Authorization", "Bearer "+token)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = res.Body.Close() }()
		if err := json.NewDecoder(res.Body).Decode(&answer); err != nil || res.StatusCode >= 300 {
			t.Fatalf("%s: %s, %v", path, res.Status, err)
		}
		return answer
	}
	token := post("/auth/verification/verify-code", "", `{"email":"boss@example.com","code":"`+code+`"}`).Data.AccessToken
	post("/auth/projects/", token, `{"name":"a b"}`)
	if err := local.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	end(t, ended)
	for _, want := range []string{
		`msg=change seq=\d+ action=session.started actor.kind=user actor.id=[0-9a-f-]+ actor.hint=boss@example.com .* remote_ip=127.0.0.1 request_id=trace-me\n`,
		`msg=change seq=\d+ action=project.created actor.kind=user .* object.name="a b" project_id=[0-9a-f-]+ remote_ip=127.0.0.1 request_id=trace-me\n`,
	} {
		if !regexp.MustCompile(want).MatchString(logged.String()) {
			t.Errorf("no line %s in\n%s", want, logged.String())
		}
	}
}

func TestRunTouchesNothingBeforeThePortIsBound(t *testing.T) {
	t.Parallel()
	busy := httptest.NewServer(nil)
	defer busy.Close()
	c := testConfig(t)
	c.Listen = busy.Listener.Addr().String()
	err := Run(t.Context(), c, func(model.Status) { t.Error("ready") })
	if err == nil || !strings.Contains(err.Error(), "is in use") {
		t.Fatalf("Run: %v, want a busy port", err)
	}
	entries, err := os.ReadDir(c.Dir)
	if err != nil || len(entries) != 1 || entries[0].Name() != lockFile {
		t.Errorf("the data directory holds %v, %v, want the lock alone", entries, err)
	}
}

func TestRunServesTLS(t *testing.T) {
	t.Parallel()
	model := httptest.NewUnstartedServer(nil)
	model.StartTLS() // for its certificate
	defer model.Close()
	c := testConfig(t)
	c.TLS = &model.TLS.Certificates[0]
	c.PublicURL = "https://keys.example.com"
	ctx, cancel := context.WithCancel(t.Context())
	status, ended := running(ctx, t, c)
	if status.URL != "https://keys.example.com" {
		t.Errorf("URL %s, want the public one", status.URL)
	}
	roots := x509.NewCertPool()
	roots.AddCert(model.Certificate())
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true}
	defer transport.CloseIdleConnections()
	res, err := (&http.Client{Transport: transport}).Get("https://" + status.Listen + "/v1/healthz")
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusOK || res.ProtoMajor != 2 {
		t.Errorf("healthz: %d over %s, want 200 over HTTP/2", res.StatusCode, res.Proto)
	}
	cancel()
	end(t, ended)
}

func TestRunSurvivesAPanicOfItsCaller(t *testing.T) {
	t.Parallel()
	c := testConfig(t)
	err := Run(t.Context(), c, func(model.Status) { panic("at the disco") })
	if err == nil || !strings.Contains(err.Error(), "at the disco") {
		t.Fatalf("Run: %v, want the panic as an error", err)
	}
	if _, err := os.Lstat(filepath.Join(c.Dir, client.HolderFile)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the note is still there: %v", err)
	}
}

func TestForeground(t *testing.T) {
	t.Parallel()
	gone := func() bool { return false }
	present := func() bool { return true }

	t.Run("leaving the dashboard ends the server", func(t *testing.T) {
		c := testConfig(t)
		err := Foreground(t.Context(), c, Front{Present: present, Run: func(ctx context.Context, owned bool) error {
			if !owned {
				t.Error("the server is not ours")
			}
			_, err := localClient(t, c.Dir).Status(ctx)
			return err
		}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := client.ReadHolder(c.Dir); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("the server still holds the directory: %v", err)
		}
	})

	for name, hup := range map[string]bool{"with a hangup": true, "without a word": false} {
		t.Run("a terminal that vanishes "+name+" leaves the server serving", func(t *testing.T) {
			c := testConfig(t)
			hangup := make(chan os.Signal, 1)
			front := Front{Hangup: hangup, Present: gone, Run: func(ctx context.Context, _ bool) error {
				if hup {
					hangup <- os.Interrupt // any signal will do
					<-ctx.Done()
				}
				return nil
			}}
			if hup {
				front.Present = present // the hangup alone must do
			}
			var left sync.WaitGroup
			left.Add(1)
			draw := front.Run
			front.Run = func(ctx context.Context, owned bool) error { defer left.Done(); return draw(ctx, owned) }
			ended := make(chan error, 1)
			go func() { ended <- Foreground(t.Context(), c, front) }()
			left.Wait()
			local := localClient(t, c.Dir)
			if _, err := local.Status(t.Context()); err != nil {
				t.Fatalf("the server is gone: %v", err)
			}
			if err := local.Stop(t.Context()); err != nil {
				t.Fatal(err)
			}
			end(t, ended)
		})
	}

	t.Run("a server that is stopped ends the dashboard", func(t *testing.T) {
		c := testConfig(t)
		err := Foreground(t.Context(), c, Front{Present: present, Run: func(ctx context.Context, _ bool) error {
			err := localClient(t, c.Dir).Stop(ctx)
			<-ctx.Done()
			return err
		}})
		if err != nil {
			t.Fatal(err)
		}
	})

	t.Run("a directory that is served gets the dashboard alone", func(t *testing.T) {
		c := testConfig(t)
		ctx, cancel := context.WithCancel(t.Context())
		status, ended := running(ctx, t, c)
		err := Foreground(t.Context(), c, Front{Present: present, Run: func(ctx context.Context, owned bool) error {
			if owned {
				t.Error("the server is another's, and called ours")
			}
			return nil
		}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := localClient(t, c.Dir).Status(t.Context()); err != nil {
			t.Errorf("process %d's server ended with the dashboard: %v", status.PID, err)
		}
		cancel()
		end(t, ended)
	})

	t.Run("a panic in the dashboard is an error", func(t *testing.T) {
		err := Foreground(t.Context(), testConfig(t), Front{Present: present, Run: func(context.Context, bool) error { panic("blank screen") }})
		if err == nil || !strings.Contains(err.Error(), "blank screen") {
			t.Errorf("Foreground: %v, want the panic", err)
		}
	})

	t.Run("a server that cannot start is an error, and nothing is drawn", func(t *testing.T) {
		c := testConfig(t)
		c.Listen = "192.0.2.1:1"
		err := Foreground(t.Context(), c, Front{Present: present, Run: func(context.Context, bool) error { t.Error("drawn"); return nil }})
		if err == nil {
			t.Error("no error")
		}
	})
}

func TestLogFileSetsAFullOneAside(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keydeck.log")
	l := NewLogFile(path)
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("made before the first line: %v", err)
	}
	line := []byte(strings.Repeat("x", 1<<20-1) + "\n")
	for range 9 { // one more than fits
		if n, err := l.Write(line); err != nil || n != len(line) {
			t.Fatalf("write: %d, %v", n, err)
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]int64{path: 1 << 20, path + ".1": 8 << 20} {
		if stat, err := os.Stat(name); err != nil || stat.Size() != want || stat.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v, want %d bytes, mode 0600", filepath.Base(name), stat, err, want)
		}
	}
	if err := l.Close(); err != nil {
		t.Errorf("second Close: %v", err)
	}
}
