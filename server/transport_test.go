package server

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"keydeck/model"
)

// What net/http rejects before a handler sees it is answered in JSON, and not a 5xx.
func TestRefusalsOfTheTransport(t *testing.T) {
	b := newTestServer(t)
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := b.server.HTTPServer(b.public)
	go func() { _ = srv.Serve(JSONErrorListener(l)) }()
	defer func() { _ = srv.Close() }()

	tests := []struct {
		name, sent string
		status     int
	}{
		{"an unknown transfer coding", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 400},
		{"HTTP/2.0 by word only", "GET / HTTP/2.0\r\nHost: x\r\n\r\n", 400},
		{"no HTTP at all", "hello\r\n\r\n", 400},
		{"no host", "GET / HTTP/1.1\r\n\r\n", 400},
		{"a header over a megabyte", "GET / HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("x", 2<<20) + "\r\n\r\n", 431},
		{"a header over 256 KiB", "GET /v1/healthz HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("x", 300_000) + "\r\n\r\n", 431},
		{"a good request", "GET /v1/healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 200},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", l.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = conn.Close() }()
			_ = conn.SetDeadline(time.Now().Add(30 * time.Second))
			go func() { _, _ = io.Copy(conn, strings.NewReader(tt.sent)) }() // the server may answer and close before it has read all
			res, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = res.Body.Close() }()
			body, _ := io.ReadAll(res.Body)
			if res.StatusCode != tt.status {
				t.Errorf("got %d %s, want %d", res.StatusCode, body, tt.status)
			}
			if res.StatusCode != http.StatusOK && (!strings.Contains(res.Header.Get("Content-Type"), "json") || !bytes.HasPrefix(body, []byte("{"))) {
				t.Errorf("got %s %q, want JSON", res.Header.Get("Content-Type"), body)
			}
		})
	}
}

// A chunked body has no announced length. Over the limit it is rejected even where no
// handler reads a body.
func TestChunkedBodiesAreBounded(t *testing.T) {
	b := newTestServer(t)
	p := b.person("owner@example.com")
	for _, c := range []call{
		{"GET", "/", []string{"Authorization: " + p.key.Secrets[0]}, ""},
		{"GET", "/v1/token/get", []string{p.accountValue}, ""},
		{"GET", "/v1/healthz", nil, ""},
		{"GET", "/auth/users/me", []string{p.bearer}, ""},
		{"GET", "/nothing", nil, ""},
	} {
		for size, want := range map[int]int{100: 0, 70_000: http.StatusRequestEntityTooLarge} {
			r, err := http.NewRequestWithContext(t.Context(), c.method, "http://keydeck.test"+c.target, io.NopCloser(strings.NewReader(strings.Repeat("x", size))))
			if err != nil {
				t.Fatal(err)
			}
			r.RequestURI, r.ContentLength = c.target, -1
			for _, line := range c.headers {
				name, value, _ := strings.Cut(line, ": ")
				r.Header.Set(name, value)
			}
			w := httptest.NewRecorder()
			b.public.ServeHTTP(w, r)
			if got := w.Code; got != want && (want != 0 || got == http.StatusRequestEntityTooLarge) {
				t.Errorf("%s %s with %d bytes in chunks: got %d", c.method, c.target, size, got)
			}
		}
	}
}

func TestNoSecretReachesTheLog(t *testing.T) {
	b := newTestServer(t)
	p := b.person("owner@example.com")
	secrets := []string{p.key.Secrets[0], p.pair.RefreshToken, p.pair.AccessToken, p.secret.Secrets[0], p.keyPair.Secrets[0], strings.TrimPrefix(p.accountValue, "Authorization: ApiKey ")}
	for _, s := range secrets {
		b.do("GET", "/auth/api-keys/"+s, "", p.bearer, "User-Agent: app/1.0 "+s, "X-Request-Id: "+s[:min(len(s), 64)])
		b.do("GET", "/prefix"+s+"/x", "")
		b.do("GET", "/"+strings.Replace(s, "_", "%5F", 1), "")
	}
	log := fmt.Sprint(b.records(100))
	for _, s := range secrets {
		if strings.Contains(log, s) || strings.Contains(log, s[len(s)-30:]) {
			t.Errorf("%.12s… stands in the log", s)
		}
	}
	for _, plain := range []string{"/auth/projects/84fc585f-073e-4b30-8f74-e650d50c8622/members/", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0", "/v1/datetime/utc-now"} {
		if got := model.MaskSecrets(plain); got != plain {
			t.Errorf("%q became %q", plain, got)
		}
	}
}
