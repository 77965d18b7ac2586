package server

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// FuzzHandler throws any method, path, header and body at the whole server: no
// panic, no 5xx but the documented one, and every answer in its family's shape.
func FuzzHandler(f *testing.F) {
	b := newTestServer(f)
	p := b.person("ada@example.com")
	for _, seed := range []struct{ method, target, authorization, header, body string }{
		{"GET", "/v1/token/get?expirationInSeconds=60", strings.TrimPrefix(p.accountValue, "Authorization: "), "", ""},
		{"GET", "/V1/DateTime/utc-now/", "Bearer " + p.pair.AccessToken, "", ""},
		{"POST", "/keydeck/" + p.project.AccountID + "/v1/authenticateKeys", "", "", pairBody(p.keyPair.Secrets[0], p.keyPair.Secrets[1])},
		{"GET", "/", p.key.Secrets[0], "", ""},
		{"GET", "/", "Bearer " + clientJWT(p.secret.Secrets[0], p.secret.ID, map[string]any{"exp": 4102444800}), "", ""},
		{"GET", "/", "Bearer " + clientJWT("x", "", nil), "", ""},
		{"GET", "/auth/api-keys/?page=1&limit=%32", "Bearer " + p.pair.AccessToken, p.project.ID, ""},
		{"GET", "/auth/credentials/?kind=api_key&state=active&q=%25&sort=name&limit=1&cursor=eyJzIjoibmFtZSIsIm4iOiJ4IiwiaWQiOiJ4In0", "Bearer " + p.pair.AccessToken, p.project.ID, ""},
		{"POST", "/auth/api-keys", "Bearer " + p.pair.AccessToken, p.project.ID, `{"name":"x","expires_in_days":"1_0","scopes":["a"]}`},
		{"PATCH", "/auth/api-keys/" + p.key.ID, "Bearer " + p.pair.AccessToken, p.project.ID, `{"name":"x","expires_at":1.5e9}`},
		{"POST", "/auth/verification/send-code", "", "", `{"email":"a@b.co"}`},
		{"GET", "/auth/requests/?status=4xx&since=1&q=%00&min_ms=1e3", "Bearer " + p.pair.AccessToken, "", ""},
		{"POST", "/auth/tokens/inspect", "Bearer " + p.pair.AccessToken, "", `{"authorization":"ApiKey eDp5"}`},
		{"POST", "/auth/tokens/trace", "Bearer " + p.pair.AccessToken, "", `{"token":"a.b.c"}`},
		{"POST", "/auth/jwt-secrets/" + p.secret.ID + "/sign", "Bearer " + p.pair.AccessToken, p.project.ID, `{"claims":{"exp":1e10}}`},
		{"OPTIONS", "*", "", "", ""}, {"BREW", "/a/../b//", "", "", "\xff"}, {"HEAD", "/docs/%2e%2e", "", "", ""},
	} {
		f.Add(seed.method, seed.target, seed.authorization, seed.header, seed.body)
	}
	f.Fuzz(func(t *testing.T, method, target, authorization, header, body string) {
		plain, err := url.PathUnescape(target)
		if err != nil {
			plain = target
		}
		if strings.Contains(plain, "/stream") || target == "" {
			t.Skip("a stream has no end; a request has a target")
		}
		c := call{method, target, []string{"X-Project-Id: " + header}, body}
		if authorization != "" {
			c.headers = append(c.headers, "Authorization: "+authorization)
		}
		got := exchanged(b.public, c)
		documented := got.body == `{"error":"jwt token is missing 'kid' header parameter"}`
		if got.status >= 500 && !documented || got.status == 307 || got.status == 301 {
			t.Fatalf("%s %q: got %d %s", method, target, got.status, got.body)
		}
		if got.status < 400 || method == http.MethodHead {
			return
		}
		shapes := map[string][]string{
			"application/problem+json": {"type", "title", "status", "traceId"},
			"application/json":         nil,
		}
		want, known := shapes[got.header.Get("Content-Type")]
		members := map[string]any{}
		if err := json.Unmarshal([]byte(got.body), &members); err != nil || !known {
			t.Fatalf("%s %q: got %s %s: %v", method, target, got.header.Get("Content-Type"), got.body, err)
		}
		_, four := members["sessionKey"]
		_, enveloped := members["success"]
		_, detail := members["detail"]
		_, simple := members["error"]
		for _, name := range want {
			if members[name] == nil {
				t.Fatalf("%s %q: got %s, want %s", method, target, got.body, name)
			}
		}
		if want == nil && !four && !(enveloped && detail && simple) && !(detail && len(members) == 1) && !(simple && len(members) == 1) {
			t.Fatalf("%s %q: got no family's shape: %s", method, target, got.body)
		}
	})
}
