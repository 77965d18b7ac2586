package server

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"keydeck/backend"
	"keydeck/model"
)

// template is a data directory that already has its signing keys: making an RSA key
// takes seconds.
var template string

func TestMain(m *testing.M) { os.Exit(runTests(m)) }

func runTests(m *testing.M) int {
	dir, err := os.MkdirTemp("", "keydeck-server")
	if err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	template = dir
	b, err := backend.Open(context.Background(), backend.Config{Dir: dir})
	if err != nil {
		panic(err)
	}
	// Both signing keys, or every test's server would make the second one itself.
	for tick := time.NewTicker(5 * time.Millisecond); ; <-tick.C {
		set, err := b.JWKS(context.Background())
		if err != nil {
			panic(err)
		}
		if len(set.Keys) == 2 {
			tick.Stop()
			break
		}
	}
	if err := b.Close(context.Background()); err != nil {
		panic(err)
	}
	return document().verdict(m.Run())
}

// clock stands still until a test moves it.
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

// testServer is a server on a real backend.
type testServer struct {
	t       testing.TB
	clock   *clock
	backend *backend.Backend
	server  *Server
	public  http.Handler
	local   http.Handler
	logged  *bytes.Buffer
	stopped chan struct{}
}

func newTestServer(t testing.TB, change ...func(*Config)) *testServer {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(template)); err != nil {
		t.Fatal(err)
	}
	// A data directory is private; CopyFS doesn't keep the modes.
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if err := os.Chmod(dir+"/"+f.Name(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	b := &testServer{t: t, clock: &clock{now: time.Now().UTC().Truncate(time.Second)}, logged: &bytes.Buffer{}, stopped: make(chan struct{})}
	b.backend, err = backend.Open(t.Context(), backend.Config{Dir: dir, Now: b.clock.Now, OpenSignup: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.backend.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	config := Config{
		Backend: b.backend, Version: "1.2.3", Status: func() model.Status { return model.Status{Version: "1.2.3", PID: 7} },
		Stop: func() { close(b.stopped) }, Log: slog.New(slog.NewTextHandler(b.logged, nil)),
	}
	for _, f := range change {
		f(&config)
	}
	b.server = New(config)
	b.public, b.local = b.server.Public(), b.server.Local()
	return b
}

// call is one request. Headers are written "name: value".
type call struct {
	method, target string
	headers        []string
	body           string
}

type answer struct {
	status int
	header http.Header
	body   string
}

func (b *testServer) do(method, target, body string, headers ...string) answer {
	b.t.Helper()
	return serve(b.public, call{method, target, headers, body})
}

// serve makes a call and checks the answer against the OpenAPI document.
func serve(h http.Handler, c call) answer {
	a := exchanged(h, c)
	document().answered(c, a)
	return a
}

// exchanged makes a call.
func exchanged(h http.Handler, c call) answer {
	r := httptest.NewRequest(http.MethodPost, "http://keydeck.test/", strings.NewReader(c.body))
	r.Method, r.RequestURI = c.method, c.target
	// As net/http parses a request line; what it can't parse is taken as a path.
	if u, err := url.ParseRequestURI(c.target); err == nil {
		r.URL = u
	} else {
		path, query, _ := strings.Cut(c.target, "?")
		r.URL = &url.URL{Path: path, RawQuery: query}
	}
	for _, line := range c.headers {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Add(name, value)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return answer{w.Code, w.Result().Header, w.Body.String()}
}

// person is somebody who is signed in, with a project.
type person struct {
	email, id    string
	pair         model.TokenPair
	bearer       string // header line
	project      model.Project
	projectLine  string // header line
	key          model.IssuedCredential
	writer       model.IssuedCredential // has keys:write
	secret       model.IssuedCredential
	keyPair      model.IssuedCredential
	accountValue string // family A's Authorization header line
}

func (b *testServer) signIn(email string) person {
	b.t.Helper()
	b.clock.Add(2 * time.Minute) // past the wait between two codes
	if a := serve(b.local, call{"POST", "/auth/verification/send-code", nil, fmt.Sprintf(`{"email":%q}`, email)}); a.status != 202 {
		b.t.Fatalf("send-code: got %d %s, want 202", a.status, a.body)
	}
	code := b.codeFor(email)
	a := serve(b.local, call{"POST", "/auth/verification/verify-code", nil, fmt.Sprintf(`{"email":%q,"code":%q}`, email, code)})
	p := person{email: email, pair: data[model.TokenPair](b.t, a)}
	p.bearer = "Authorization: Bearer " + p.pair.AccessToken
	p.id = data[model.User](b.t, b.do("GET", "/auth/users/me", "", p.bearer)).ID
	return p
}

// codeFor reads the newest code from the mailbox. Mail arrives after the answer, so it
// asks until it is there.
func (b *testServer) codeFor(email string) string {
	b.t.Helper()
	for ctx := b.t.Context(); ctx.Err() == nil; {
		box := data[struct{ Items []model.Mail }](b.t, serve(b.local, call{"GET", "/local/mail", nil, ""}))
		for _, m := range box.Items {
			if m.To == email && m.At.After(b.clock.Now().Add(-time.Minute)) {
				return m.Code
			}
		}
	}
	b.t.Fatal("no mail came")
	return ""
}

// person signs somebody in and issues a credential of each kind.
func (b *testServer) person(email string) person {
	b.t.Helper()
	p := b.signIn(email)
	p.project = data[model.Project](b.t, b.do("POST", "/auth/projects/", `{"name":"acme"}`, p.bearer))
	p.projectLine = "X-Project-Id: " + p.project.ID
	p.key = data[model.IssuedCredential](b.t, b.do("POST", "/auth/api-keys/", `{"name":"one"}`, p.bearer, p.projectLine))
	p.writer = data[model.IssuedCredential](b.t, b.do("POST", "/auth/api-keys/", `{"name":"two","scopes":["keys:write"]}`, p.bearer, p.projectLine))
	p.secret = data[model.IssuedCredential](b.t, b.do("POST", "/auth/jwt-secrets/", `{"name":"web"}`, p.bearer, p.projectLine))
	p.keyPair = data[model.IssuedCredential](b.t, b.do("POST", "/auth/key-pairs/", `{"name":"desk"}`, p.bearer, p.projectLine))
	p.accountValue = accountLine(p.project.AccountID, p.key.Secrets[0])
	return p
}

func accountLine(account, key string) string {
	return "Authorization: ApiKey " + base64.StdEncoding.EncodeToString([]byte(account+":"+key))
}

// sessionKey exchanges the person's key pair for a session key.
func (b *testServer) sessionKey(p person) string {
	b.t.Helper()
	a := b.do("POST", "/keydeck/"+p.project.AccountID+"/v1/authenticateKeys", pairBody(p.keyPair.Secrets[0], p.keyPair.Secrets[1]))
	var got sessionKeyAnswer
	decode(b.t, a.body, &got)
	if !got.Status {
		b.t.Fatalf("authenticateKeys: got %s", a.body)
	}
	return got.SessionKey
}

func pairBody(api, secret string) string {
	return fmt.Sprintf(`{"apiKey":%q,"secretKey":%q}`, api, secret)
}

func decode(t testing.TB, body string, v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(body), v); err != nil {
		t.Fatalf("decode %s: %v", body, err)
	}
}

// data decodes family C's envelope.
func data[T any](t testing.TB, a answer) T {
	t.Helper()
	var got struct {
		Success bool
		Data    T
		Error   any
	}
	decode(t, a.body, &got)
	if !got.Success || got.Error != nil || a.status/100 != 2 {
		t.Fatalf("got %d %s, want success", a.status, a.body)
	}
	return got.Data
}

// records reads the newest records of the log, as a superuser.
func (b *testServer) records(n int) []model.RequestRecord {
	b.t.Helper()
	page, err := b.backend.Requests(b.t.Context(), backend.Principal{Kind: model.KindAccessToken, UserID: "00000000-0000-0000-0000-000000000000", Superuser: true},
		model.RequestFilter{Limit: n})
	if err != nil {
		b.t.Fatal(err)
	}
	return page.Items
}

func mustRead(t *testing.T, r io.Reader) string {
	t.Helper()
	raw, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func prefixes(t testing.TB, list ...string) []netip.Prefix {
	t.Helper()
	var out []netip.Prefix
	for _, s := range list {
		p, err := netip.ParsePrefix(s)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, p)
	}
	return out
}
