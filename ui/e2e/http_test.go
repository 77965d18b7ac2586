package e2e

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"keydeck/server/client"
)

// The calls that a program with a credential makes, over TCP.

var caller = &http.Client{Timeout: patience}

// call makes a request, "GET /path" for example, with headers "Name: value" and
// "@" before a JSON body, and gives the answer's body. Another status than want
// ends the test.
func call(t *testing.T, want int, url, request string, parts ...string) []byte {
	t.Helper()
	method, path, _ := strings.Cut(request, " ")
	var body io.Reader
	header := http.Header{"User-Agent": {"e2e/1"}}
	for _, p := range parts {
		if text, ok := strings.CutPrefix(p, "@"); ok {
			body = strings.NewReader(text)
			header.Set("Content-Type", "application/json")
			continue
		}
		name, value, _ := strings.Cut(p, ": ")
		header.Set(name, value)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, url+path, body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header = header
	res, err := caller.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatalf("%s: %v", request, err)
	}
	if res.StatusCode != want {
		t.Fatalf("%s: %s, want %d: %s", request, res.Status, want, raw)
	}
	return raw
}

// member reads a string from a JSON object.
func member(t *testing.T, body []byte, name string) string {
	t.Helper()
	var object map[string]any
	if err := json.Unmarshal(body, &object); err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	s, ok := object[name].(string)
	if !ok || s == "" {
		t.Fatalf("no %s in %s", name, body)
	}
	return s
}

// apiKeyHeader is family A's Authorization.
func apiKeyHeader(account, key string) string {
	return "Authorization: ApiKey " + base64.StdEncoding.EncodeToString([]byte(account+":"+key))
}

// clientJWT is what a client of family D signs by itself.
func clientJWT(kid, secret string) string {
	return client.SignJWT(kid, secret, map[string]int64{"exp": time.Now().Add(time.Hour).Unix()})
}
