package server

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"keydeck/model"
)

const nobody = "84fc585f-073e-4b30-8f74-e650d50c8622"

// TestTheSameMistakesOnEveryRoute makes the mistakes that routes have in common on each
// route. It checks the status only: serve checks every answer against the OpenAPI
// document.
func TestTheSameMistakesOnEveryRoute(t *testing.T) {
	b := newTestServer(t)
	p := b.person("owner@example.com")
	viewer := b.signIn("viewer@example.com")
	if a := b.do("POST", "/auth/projects/"+p.project.ID+"/members/", `{"email":"viewer@example.com","role":"viewer"}`, p.bearer); a.status/100 != 2 {
		t.Fatalf("invite: %d %s", a.status, a.body)
	}
	good := strings.NewReplacer("{service}", "keydeck", "{tenantid}", p.project.AccountID, "{key_id}", p.key.ID,
		"{credential_id}", p.key.ID, "{user_id}", viewer.id, "{file}", "index.html")
	// one makes a call with valid credentials, project and ids, apart from what a
	// mistake replaces.
	one := func(r model.Route, id, body string, headers ...string) answer {
		return b.do(r.Method, strings.Replace(good.Replace(r.Route), "{id}", id, 1), body, headers...)
	}
	idOf := func(r model.Route) string {
		switch {
		case strings.HasPrefix(r.Route, "/auth/projects/"):
			return p.project.ID
		case strings.HasPrefix(r.Route, "/auth/jwt-secrets/"):
			return p.secret.ID
		case strings.HasPrefix(r.Route, "/auth/key-pairs/"):
			return p.keyPair.ID
		case strings.HasPrefix(r.Route, "/auth/credentials/"):
			return p.secret.ID
		}
		return nobody
	}
	mistakes := []struct {
		name   string
		status int
		on     func(model.Route) bool // nil: all routes
		call   func(model.Route) answer
	}{
		{"a header over 16 KiB", 431, nil, func(r model.Route) answer {
			return one(r, idOf(r), "", "X-Pad: "+strings.Repeat("x", model.MaxHeaderBytes))
		}},
		{"a compressed body", 415, nil, func(r model.Route) answer { return one(r, idOf(r), "{}", "Content-Encoding: gzip") }},
		{"a body over 64 KiB", 413, nil, func(r model.Route) answer { return one(r, idOf(r), strings.Repeat(" ", model.MaxBodyBytes+1)) }},
		{"no credential", 401, needsLogin, func(r model.Route) answer { return one(r, idOf(r), "{}") }},
		{"two credentials", 400, needsLogin, func(r model.Route) answer { return one(r, idOf(r), "{}", p.bearer, viewer.bearer) }},
		{"page 0", 422, isList, func(r model.Route) answer {
			return b.do(r.Method, strings.Replace(good.Replace(r.Route), "{id}", idOf(r), 1)+"?page=0&limit=x&min_ms=-1", "", p.bearer)
		}},
		{"unreadable JSON", 422, takesBody, func(r model.Route) answer { return one(r, idOf(r), "[", p.bearer, p.projectLine) }},
		{"an id that is nobody's", 404, hasID, func(r model.Route) answer {
			r.Route = strings.NewReplacer("{key_id}", nobody, "{credential_id}", nobody, "{user_id}", nobody).Replace(r.Route)
			return one(r, nobody, `{"name":"x","email":"x@example.com","role":"viewer","claims":{"exp":4102444800}}`, p.bearer, p.projectLine)
		}},
		{"a project that is nobody's", 404, takesProject, func(r model.Route) answer {
			return one(r, idOf(r), `{"name":"x","claims":{"exp":4102444800}}`, p.bearer, "X-Project-Id: "+nobody)
		}},
		{"another project asked for", 404, mayAskForProject, func(r model.Route) answer {
			r.Route += "?project_id=" + nobody
			return one(r, idOf(r), "", p.bearer)
		}},
		{"a viewer who writes", 403, needsMember, func(r model.Route) answer {
			r.Route = strings.Replace(r.Route, "{user_id}", p.id, 1)
			return one(r, idOf(r), `{"name":"x","email":"x@example.com","role":"viewer","claims":{"exp":4102444800}}`, viewer.bearer, p.projectLine)
		}},
	}
	for _, r := range append(b.server.Routes(), model.Route{Method: http.MethodOptions, Route: "/"}) {
		for _, m := range mistakes {
			if m.on != nil && !m.on(r) {
				continue
			}
			if got := m.call(r); got.status != m.status {
				t.Errorf("%s on %s %s: got %d %.200s, want %d", m.name, r.Method, r.Route, got.status, got.body, m.status)
			}
		}
	}

	for name, a := range map[string]answer{
		"change a revoked key": func() answer {
			b.do("DELETE", "/auth/api-keys/"+p.key.ID, "", p.bearer, p.projectLine)
			return b.do("PATCH", "/auth/api-keys/"+p.key.ID, `{"name":"x"}`, p.bearer, p.projectLine)
		}(),
		"sign with a revoked secret": func() answer {
			b.do("DELETE", "/auth/jwt-secrets/"+p.secret.ID, "", p.bearer, p.projectLine)
			return b.do("POST", "/auth/jwt-secrets/"+p.secret.ID+"/sign", `{"claims":{"exp":4102444800}}`, p.bearer, p.projectLine)
		}(),
		"demote the last owner": b.do("POST", "/auth/projects/"+p.project.ID+"/members/", `{"email":"owner@example.com","role":"viewer"}`, p.bearer),
	} {
		if a.status != http.StatusConflict {
			t.Errorf("%s: got %d %s, want 409", name, a.status, a.body)
		}
	}
	renewed := data[model.TokenPair](t, b.do("POST", "/auth/verification/refresh-token",
		fmt.Sprintf(`{"refresh_token":%q,"user_uuid":%q}`, viewer.pair.RefreshToken, viewer.id)))

	// From here on the database is closed; the login is still known from memory.
	if err := b.backend.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	for _, r := range b.server.Routes() {
		if !needsDatabase(r) {
			continue
		}
		body := fmt.Sprintf(`{"name":"x","email":"x@example.com","role":"viewer","code":"000000","refresh_token":"x","user_uuid":%q,"token":%q,"claims":{"exp":4102444800}}`, nobody, strings.Repeat("r", 86))
		headers := []string{p.bearer, p.projectLine}
		if r.Route == "/v1/datetime/utc-now" || r.Route == "/v1/token/get" {
			headers = []string{accountLine(p.project.AccountID, p.writer.Secrets[0])}
		}
		if r.Route == "/" {
			headers = []string{"Authorization: " + p.writer.Secrets[0]}
		}
		if strings.Contains(r.Route, "{service}") {
			body = pairBody(p.keyPair.Secrets[0], p.keyPair.Secrets[1])
		}
		if r.Route == "/auth/requests/stream" {
			r.Route += "?project_id=" + p.project.ID // whose it is must be looked up
		}
		if r.Route == "/auth/signing-keys/" || r.Route == "/auth/routes/" { // answered from memory, but for a login that is not in it
			headers = []string{"Authorization: Bearer " + renewed.AccessToken}
		}
		got := one(r, idOf(r), body, headers...)
		if got.status != http.StatusServiceUnavailable || got.header.Get("Retry-After") == "" {
			t.Errorf("without the database %s %s: got %d %.200s (Retry-After %q), want 503", r.Method, r.Route, got.status, got.body, got.header.Get("Retry-After"))
		}
	}
}

func needsLogin(r model.Route) bool {
	return strings.HasPrefix(r.Route, "/auth/") && !strings.HasPrefix(r.Route, "/auth/verification/") || r.Route == "/v1/datetime/utc-now"
}

func isList(r model.Route) bool {
	return r.Method == http.MethodGet && strings.HasPrefix(r.Route, "/auth/") && strings.HasSuffix(r.Route, "/") && r.Route != "/auth/signing-keys/" && r.Route != "/auth/routes/" && r.Route != "/auth/usage/" ||
		r.Route == "/auth/requests/stream"
}

func takesBody(r model.Route) bool {
	return (r.Method == http.MethodPost || r.Method == http.MethodPatch) && strings.HasPrefix(r.Route, "/auth/") && r.Route != "/auth/signing-keys/rotate" && !strings.HasSuffix(r.Route, "/pause") && !strings.HasSuffix(r.Route, "/resume")
}

func hasID(r model.Route) bool {
	return strings.HasPrefix(r.Route, "/auth/") && strings.Contains(r.Route, "{")
}

func takesProject(r model.Route) bool {
	return r.Project || strings.HasPrefix(r.Route, "/auth/credentials/")
}

func mayAskForProject(r model.Route) bool {
	return r.Route == "/auth/overview" || strings.HasPrefix(r.Route, "/auth/usage/") || strings.HasPrefix(r.Route, "/auth/requests/") ||
		r.Method == http.MethodGet && strings.HasPrefix(r.Route, "/auth/credentials/")
}

// needsMember holds the role in the route table to what is refused: what it asks of a
// viewer beyond viewing is 403.
func needsMember(r model.Route) bool { return r.Role != "" && r.Role != model.RoleViewer }

// needsDatabase is false for routes answered from the binary or from memory.
func needsDatabase(r model.Route) bool {
	switch r.Route {
	case "/.well-known/jwks.json", "/openapi.json", "/docs", "/docs/{file}", "/metrics":
		return false
	}
	return true
}
