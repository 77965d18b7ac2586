package server

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"keydeck/backend"
	"keydeck/model"
)

func TestLimitsInEveryShape(t *testing.T) {
	b := newTestServer(t)
	large, huge := "X-Filler: "+strings.Repeat("x", model.MaxHeaderBytes), strings.Repeat(" ", model.MaxBodyBytes+1)
	shapes := []struct {
		target string
		body   func(status int) string // a pattern
	}{
		{"/v1/token/get", func(status int) string {
			return fmt.Sprintf(`\{"type":"https://tools\.ietf\.org/html/rfc\d+#section-[\d.]+","title":"[^"]+","status":%d,"traceId":"00-[^"]+"\}`, status)
		}},
		{"/v1/nothing", func(status int) string { return `\{"type":.*` }},
		{"/keydeck/ABC123/v1/authenticateKeys", func(status int) string {
			return fmt.Sprintf(`\{"status":false,"errorCode":"%d","errorString":"[^"]+","sessionKey":""\}`, status)
		}},
		{"/auth/api-keys/", func(int) string {
			return `\{"success":false,"data":\{\},"error":\{"code":"[^"]+","message":"[^"]+"\},"detail":"[^"]+"\}`
		}},
		{"/auth/nothing", func(int) string { return `\{"success":false,.*` }},
		{"/", func(int) string { return `\{"error":"[^"]+"\}` }},
	}
	for _, s := range shapes {
		for _, tt := range []struct {
			status int
			call   call
		}{
			{431, call{"GET", s.target, []string{large}, ""}},
			{431, call{"GET", s.target + "?" + strings.Repeat("x", model.MaxHeaderBytes), nil, ""}},
			{431, call{"OPTIONS", s.target, []string{large}, ""}},
			{413, call{"POST", s.target, nil, huge}},
			{415, call{"POST", s.target, []string{"Content-Encoding: identity, gzip"}, ""}},
		} {
			got := serve(b.public, tt.call)
			if got.status != tt.status || !regexp.MustCompile(`\A`+s.body(tt.status)+`\z`).MatchString(got.body) {
				t.Errorf("%s %s: got %d %s, want %d", tt.call.method, s.target, got.status, got.body, tt.status)
			}
			if got.header.Get("Access-Control-Allow-Origin") != "*" {
				t.Errorf("%s %s: an error without CORS", tt.call.method, s.target)
			}
		}
	}
	if got := b.do("GET", "/v1/healthz", "", "Content-Encoding: Identity"); got.status != 200 {
		t.Errorf("identity: got %d", got.status)
	}
	p := b.signIn("ada@example.com")
	deep := `{"name":` + strings.Repeat("[", 64) + strings.Repeat("]", 64) + `}`
	if got := b.do("POST", "/auth/projects/", deep, p.bearer); got.status != 413 || got.body != failedBody("too_large", "JSON is nested deeper than 64") {
		t.Errorf("depth: got %d %s", got.status, got.body)
	}
}

// A body of unknown length is bounded while it is read.
func TestUnannouncedBody(t *testing.T) {
	b := newTestServer(t)
	r := httptest.NewRequest(http.MethodPost, "/auth/verification/send-code", strings.NewReader(strings.Repeat(" ", model.MaxBodyBytes+1)))
	r.ContentLength = -1
	w := httptest.NewRecorder()
	b.public.ServeHTTP(w, r)
	if w.Code != 413 || w.Body.String() != failedBody("too_large", "the body is over 64 KiB") {
		t.Errorf("got %d %s, want 413", w.Code, w.Body)
	}
}

// Over a real connection: a header far over the limit gets our own answer, not
// net/http's, and OPTIONS * is a path like any other.
func TestRawConnection(t *testing.T) {
	b := newTestServer(t)
	ts := httptest.NewUnstartedServer(nil)
	ts.Config = b.server.HTTPServer(b.public)
	ts.Start()
	defer ts.Close()
	for _, tt := range []struct {
		request, body string
		status        int
	}{
		{"GET /v1/healthz HTTP/1.1\r\nHost: x\r\nX-Filler: " + strings.Repeat("x", 100<<10) + "\r\n\r\n", `{"type":"https://tools.ietf.org/html/rfc6585#section-5"`, 431},
		{"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", `{"error":"not found"}`, 404},
		{"GET /auth/x/../../v1/healthz HTTP/1.1\r\nHost: x\r\n\r\n", `{"success":false`, 404},
		{"GET http://other.example/v1/healthz HTTP/1.1\r\nHost: x\r\n\r\n", `20`, 200},
	} {
		conn, err := net.Dial("tcp", ts.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Write([]byte(tt.request)); err != nil {
			t.Fatal(err)
		}
		res, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatalf("%.40q: %v", tt.request, err)
		}
		if body := mustRead(t, res.Body); res.StatusCode != tt.status || !strings.HasPrefix(body, tt.body) {
			t.Errorf("%.40q: got %d %s, want %d", tt.request, res.StatusCode, body, tt.status)
		}
		_ = res.Body.Close()
		_ = conn.Close()
	}
}

func TestCORSOrigins(t *testing.T) {
	b := newTestServer(t, func(c *Config) { c.CORSOrigins = []string{"https://app.example.com"} })
	for _, tt := range []struct{ method, target, origin, want string }{
		{"GET", "/", "https://app.example.com", "https://app.example.com"},
		{"GET", "/nothing", "https://app.example.com", "https://app.example.com"},
		{"OPTIONS", "/auth/api-keys/", "https://app.example.com", "https://app.example.com"},
		{"GET", "/", "https://evil.example.com", ""},
		{"OPTIONS", "/", "https://evil.example.com", ""},
		{"OPTIONS", "/", "null", ""},
		{"GET", "/", "", ""},
	} {
		got := b.do(tt.method, tt.target, "", "Origin: "+tt.origin)
		if h := got.header.Get("Access-Control-Allow-Origin"); h != tt.want || got.header.Get("Vary") != "Origin" {
			t.Errorf("%s %s from %q: got %q, Vary %q, want %q", tt.method, tt.target, tt.origin, h, got.header.Get("Vary"), tt.want)
		}
		if methods := got.header.Get("Access-Control-Allow-Methods"); (methods != "") != (tt.method == "OPTIONS" && tt.want != "") {
			t.Errorf("%s %s from %q: allowed methods %q", tt.method, tt.target, tt.origin, methods)
		}
	}
}

func TestClientAddress(t *testing.T) {
	trusted := proxies(prefixes(t, "10.0.0.0/8", "::1/128"))
	for _, tt := range []struct {
		name, remote string
		forwarded    []string
		want         string
	}{
		{"direct", "203.0.113.7:1234", nil, "203.0.113.7"},
		{"a forged header", "203.0.113.7:1234", []string{"1.2.3.4"}, "203.0.113.7"},
		{"one proxy", "10.0.0.1:1", []string{"203.0.113.7"}, "203.0.113.7"},
		{"forged and real", "10.0.0.1:1", []string{"1.2.3.4, 203.0.113.7"}, "203.0.113.7"},
		{"two proxies", "10.0.0.1:1", []string{"1.2.3.4, 203.0.113.7 , 10.9.9.9"}, "203.0.113.7"},
		{"several headers", "10.0.0.1:1", []string{"1.2.3.4", "203.0.113.7", "10.9.9.9"}, "203.0.113.7"},
		{"all trusted", "10.0.0.1:1", []string{"10.0.0.3, 10.0.0.2"}, "10.0.0.3"},
		{"no header", "10.0.0.1:1", nil, "10.0.0.1"},
		{"garbage", "10.0.0.1:1", []string{"203.0.113.7, x"}, "10.0.0.1"},
		{"garbage behind a hop", "10.0.0.1:1", []string{"x, 10.0.0.2"}, "10.0.0.2"},
		{"with a port", "[::1]:1", []string{"203.0.113.7:55"}, "203.0.113.7"},
		{"IPv6", "[::1]:1", []string{"[2001:db8::7]:55"}, "2001:db8::7"},
		{"mapped", "[::ffff:10.0.0.1]:1", []string{"::ffff:203.0.113.7"}, "203.0.113.7"},
		{"no address", "@", nil, ""},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = tt.remote
		for _, v := range tt.forwarded {
			r.Header.Add("X-Forwarded-For", v)
		}
		if got := trusted.client(r); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestRecords(t *testing.T) {
	b := newTestServer(t)
	p := b.person("ada@example.com")
	revoked := data[model.IssuedCredential](t, b.do("POST", "/auth/api-keys/", `{"name":"x"}`, p.bearer, p.projectLine))
	data[any](t, b.do("DELETE", "/auth/api-keys/"+revoked.ID, "", p.bearer, p.projectLine))
	bad := model.FormatKey(model.KindAPIKey, strings.Repeat("b", model.KeyRandomLen))
	for _, tt := range []struct {
		name string
		call call
		want model.RequestRecord
	}{
		{"key", get("/?secret=1", "Authorization: "+p.key.Secrets[0], "User-Agent: curl/8", "X-Request-Id: abc.1"),
			model.RequestRecord{Method: "GET", Route: "/", Path: "/", Status: 200, Scheme: model.KindAPIKey, CredentialID: p.key.ID, ProjectID: p.project.ID, UserAgent: "curl/8", RequestID: "abc.1", RemoteIP: "192.0.2.1"}},
		{"revoked", get("/", "Authorization: "+revoked.Secrets[0]), model.RequestRecord{Method: "GET", Route: "/", Path: "/", Status: 401, Scheme: model.KindAPIKey, CredentialID: revoked.ID, ProjectID: p.project.ID, Reason: model.ReasonRevoked}},
		{"unknown", get("/", "Authorization: "+bad), model.RequestRecord{Method: "GET", Route: "/", Path: "/", Status: 401, Scheme: model.KindAPIKey, Reason: model.ReasonUnknownKey}},
		{"typo", get("/", "Authorization: "+bad[:len(bad)-1]+"!"), model.RequestRecord{Method: "GET", Route: "/", Path: "/", Status: 401, Scheme: model.KindAPIKey, Reason: model.ReasonMalformed}},
		{"missing", get("/"), model.RequestRecord{Method: "GET", Route: "/", Path: "/", Status: 401, Reason: model.ReasonMissing}},
		{"no kid", get("/", "Authorization: Bearer "+clientJWT("x", "", nil)), model.RequestRecord{Method: "GET", Route: "/", Path: "/", Status: 500, Reason: model.ReasonMissingKID}},
		{"login", get("/auth/users/me/", p.bearer), model.RequestRecord{Method: "GET", Route: "/auth/users/me", Path: "/auth/users/me/", Status: 200, Scheme: model.KindAccessToken, UserID: p.id}},
		{"case", get("/V1/HealthZ"), model.RequestRecord{Method: "GET", Route: "/v1/healthz", Path: "/V1/HealthZ", Status: 200}},
		{"no route", get("/nothing"), model.RequestRecord{Method: "GET", Path: "/nothing", Status: 404, Reason: model.ReasonNoRoute}},
		{"method", call{"PUT", "/", nil, ""}, model.RequestRecord{Method: "PUT", Route: "/", Path: "/", Status: 405, Reason: model.ReasonMethod}},
		{"input", get("/auth/api-keys/", p.bearer), model.RequestRecord{Method: "GET", Route: "/auth/api-keys/", Path: "/auth/api-keys/", Status: 422, Scheme: model.KindAccessToken, UserID: p.id, Reason: model.ReasonInvalidInput}},
		{"pair", post("/keydeck/"+p.project.AccountID+"/v1/authenticateKeys", pairBody(p.keyPair.Secrets[0], p.keyPair.Secrets[0])),
			model.RequestRecord{Method: "POST", Route: "/{service}/{tenantid}/v1/authenticateKeys", Path: "/keydeck/" + p.project.AccountID + "/v1/authenticateKeys", Status: 200, Scheme: model.KindKeyPair, Reason: model.ReasonPairMismatch}},
		{"scope", post("/auth/api-keys/", `{"name":"x"}`, "X-Api-Key: "+p.key.Secrets[0], p.projectLine), model.RequestRecord{Method: "POST", Route: "/auth/api-keys/", Path: "/auth/api-keys/", Status: 403, Scheme: model.KindAPIKey, CredentialID: p.key.ID, ProjectID: p.project.ID, Reason: model.ReasonScope}},
		{"preflight", call{"OPTIONS", "/", nil, ""}, model.RequestRecord{Method: "OPTIONS", Route: "/", Path: "/", Status: 204}},
	} {
		before := len(b.records(model.MaxRequestsPerGet))
		answer := serve(b.public, tt.call)
		records := b.records(model.MaxRequestsPerGet)
		if len(records) != before+1 {
			t.Errorf("%s: got %d records more, want 1", tt.name, len(records)-before)
			continue
		}
		got := records[0]
		if got.ID == "" || got.At.IsZero() || got.RequestID != answer.header.Get("X-Request-Id") || got.Bytes != int64(len(answer.body)) {
			t.Errorf("%s: id, time, request id or size: %+v", tt.name, got)
		}
		if tt.want.CredentialID != "" && got.CredentialHint == "" {
			t.Errorf("%s: no hint", tt.name)
		}
		got.ID, got.At, got.DurationUS, got.Bytes, got.CredentialHint = "", model.Time{}, 0, 0, ""
		if tt.want.RequestID == "" {
			got.RequestID = ""
		}
		if got.UserID != "" {
			got.CredentialID = "" // the login session's
		}
		tt.want.RemoteIP = "192.0.2.1"
		if got != tt.want {
			t.Errorf("%s:\n got %+v\nwant %+v", tt.name, got, tt.want)
		}
	}
}

func TestRequestIDs(t *testing.T) {
	b := newTestServer(t)
	for in, kept := range map[string]bool{
		"abc-1_2.3": true, strings.Repeat("a", 64): true, strings.Repeat("a", 65): false, "a b": false, "a\nb": false, "é": false, "": false,
	} {
		got := b.do("GET", "/v1/healthz", "", "X-Request-Id: "+in).header.Get("X-Request-Id")
		if (got == in) != kept || !kept && !regexp.MustCompile(`^[0-9a-f]{32}$`).MatchString(got) {
			t.Errorf("%q: got %q, kept should be %v", in, got, kept)
		}
	}
}

// A panic is a 500 in the family's shape, logged with its stack and recorded once.
// After half an answer the connection is cut.
func TestPanic(t *testing.T) {
	b := newTestServer(t)
	half := false
	b.server.routes = []route{{http.MethodGet, "/auth/boom", familyC, openToAll, anyRight, func(w *exchange, _ *http.Request, _ backend.Principal) error {
		if half {
			w.WriteHeader(http.StatusOK)
		}
		panic("boom")
	}, false}}
	h := b.server.Public()
	got := serve(h, get("/auth/boom"))
	if got.status != 500 || got.body != failedBody("internal", "Internal Server Error") {
		t.Errorf("got %d %s", got.status, got.body)
	}
	if log := b.logged.String(); !strings.Contains(log, "panic=boom") || !strings.Contains(log, "exchange_test.go") {
		t.Errorf("log lacks panic or stack: %s", log)
	}
	if r := b.records(1)[0]; r.Status != 500 || r.Reason != model.ReasonInternal {
		t.Errorf("record: got %+v", r)
	}
	half = true
	defer func() {
		if err, _ := recover().(error); !errors.Is(err, http.ErrAbortHandler) {
			t.Errorf("after half an answer: got %v, want the connection cut", err)
		}
	}()
	serve(h, get("/auth/boom"))
}

// Internal errors of which no caller may see the cause.
func TestInternalError(t *testing.T) {
	b := newTestServer(t)
	b.server.routes = []route{{http.MethodGet, "/auth/boom", familyC, openToAll, anyRight, func(*exchange, *http.Request, backend.Principal) error {
		return fmt.Errorf("open /secret/place: no")
	}, false}}
	got := serve(b.server.Public(), get("/auth/boom"))
	if got.status != 500 || got.body != failedBody("internal", "Internal Server Error") {
		t.Errorf("got %d %s", got.status, got.body)
	}
	if log := b.logged.String(); !strings.Contains(log, "open /secret/place: no") {
		t.Errorf("the log does not tell: %s", log)
	}
}

func TestCanonicalPath(t *testing.T) {
	for _, tt := range []struct {
		in, want string
		ok       bool
	}{
		{"/", "/", true}, {"/V1/Token/Get/", "/v1/token/get", true}, {"/auth/api-keys/", "/auth/api-keys/", true}, {"/Auth/x", "/Auth/x", true},
		{"/SVC/AbC123/V1/authenticatekeys/", "/SVC/AbC123/v1/authenticateKeys", true}, {"/other/ABC123/v1/authenticateKeys", "/other/ABC123/v1/authenticateKeys", false},
		{"/v1/ABC123/v1/authenticateKeys", "/v1/ABC123/v1/authenticateKeys", false},
		{"", "", false}, {"*", "*", false}, {"//", "//", false}, {"/a//b", "/a//b", false}, {"/a/./b", "/a/./b", false}, {"/a/..", "/a/..", false}, {"/a//", "/a//", false},
	} {
		if got, ok := canonicalPath(tt.in, "svc"); got != tt.want || ok != tt.ok {
			t.Errorf("canonicalPath(%q): got %q, %v, want %q, %v", tt.in, got, ok, tt.want, tt.ok)
		}
	}
}

// TestLogIsBounded: what a caller makes up is cut in the log.
func TestLogIsBounded(t *testing.T) {
	b := newTestServer(t)
	b.do("GET", "/"+strings.Repeat("é", 2000), "", "User-Agent: "+strings.Repeat("\xff", 1000))
	r := b.records(1)[0]
	if len(r.Path) > model.MaxLogPath || len(r.UserAgent) > model.MaxLogUserAgent || !utf8.ValidString(r.Path+r.UserAgent) || len(r.Path) < 1000 {
		t.Errorf("got a path of %d and an agent of %d bytes", len(r.Path), len(r.UserAgent))
	}
}
