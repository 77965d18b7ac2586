package server

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"keydeck/model"
)

func TestProjectsAndMembers(t *testing.T) {
	b := newTestServer(t)
	p, other := b.signIn("ada@example.com"), b.signIn("bob@example.com")
	made := b.do("POST", "/auth/projects", `{"name":"acme"}`, other.bearer)
	if want := regexp.MustCompile(`^\{"success":true,"data":\{"id":"[0-9a-f-]{36}","name":"acme","account_id":"[A-Z0-9]{6}","role":"owner","created_at":"[^"]+Z","updated_at":"[^"]+Z"\},"error":null\}$`); made.status != 201 || !want.MatchString(made.body) {
		t.Fatalf("create: got %d %s", made.status, made.body)
	}
	project := data[model.Project](t, made)
	path := "/auth/projects/" + project.ID
	third := b.signIn("eve@example.com")
	notFound := failedBody("not_found", "Project not found")
	const anything = `~.*`
	b.expect(t, []expect{
		{"list", get("/auth/projects?limit=1", other.bearer), 200, `~.*"pagination":\{"page":1,"limit":1,"total":2,"pages":2\}.*`, nil},
		{"no name", post("/auth/projects/", `{}`, other.bearer), 422, `{"detail":[{"type":"missing","loc":["body","name"],"msg":"Field required","input":{}}]}`, nil},
		{"rename", call{"PATCH", path, []string{other.bearer}, `{"name":"acme 2"}`}, 200, `~.*"name":"acme 2".*`, nil},
		{"rename a foreign one", call{"PATCH", path, []string{third.bearer}, `{"name":"x"}`}, 404, notFound, nil},
		{"rename no uuid", call{"PATCH", "/auth/projects/x", []string{third.bearer}, `{"name":"x"}`}, 404, notFound, nil},
		{"delete a foreign one", call{"DELETE", path, []string{third.bearer}, ""}, 404, notFound, nil},
		{"members", get(path+"/members", other.bearer), 200, `~\{"success":true,"data":\{"items":\[\{"user_id":"[^"]+","email":"bob@example.com","full_name":"","role":"owner","is_verified":true,.*`, nil},
		{"members of a foreign one", get(path+"/members/", third.bearer), 404, notFound, nil},
		{"invite", post(path+"/members/", `{"email":"eve@example.com","role":"viewer"}`, other.bearer), 201, `~.*"role":"viewer".*`, nil},
		{"invite: role", post(path+"/members/", `{"email":"x@example.com","role":"king"}`, other.bearer), 422, `~.*"type":"enum","loc":\["body","role"\].*`, nil},
		{"a viewer invites", post(path+"/members/", `{"email":"x@example.com"}`, third.bearer), 403, `~.*"code":"forbidden".*`, nil},
		{"a viewer issues", post("/auth/api-keys/", `{"name":"x"}`, third.bearer, "X-Project-Id: "+project.ID), 403, `~.*"code":"forbidden".*`, nil},
		{"the last owner leaves", call{"DELETE", path + "/members/" + other.id, []string{other.bearer}, ""}, 409, `~.*"code":"conflict".*`, nil},
		{"the viewer leaves", call{"DELETE", path + "/members/" + third.id, []string{other.bearer}, ""}, 200, `{"success":true,"data":{},"error":null}`, nil},
		{"superuser sees it", get(path+"/members/", p.bearer), 200, anything, nil},
		{"delete", call{"DELETE", path, []string{other.bearer}, ""}, 200, `~.*"is_active":false,"deactivated_at":"[^"]+Z".*`, nil},
	})
}

func TestSecretsPairsAndSessions(t *testing.T) {
	b := newTestServer(t)
	p := b.person("ada@example.com")
	const rest = `"scopes":null,"last_used_at":null,"expires_at":null,"is_active":true,"created_at":"[^"]+","updated_at":"[^"]+"`
	const uuid = "84fc585f-073e-4b30-8f74-e650d50c8622"
	secret := b.do("POST", "/auth/jwt-secrets", `{"name":"s"}`, p.bearer, p.projectLine)
	if want := regexp.MustCompile(`^\{"success":true,"data":\{"id":"([^"]+)","kid":"([^"]+)","name":"s","secret":"[^"…]{32,}",` + rest + `\},"error":null\}$`).FindStringSubmatch(secret.body); secret.status != 201 || want == nil || want[1] != want[2] {
		t.Errorf("JWT secret: got %d %s", secret.status, secret.body)
	}
	pair := b.do("POST", "/auth/key-pairs/", `{"name":"k"}`, p.bearer, p.projectLine)
	if want := regexp.MustCompile(`^\{"success":true,"data":\{"id":"[^"]+","name":"k","api_key":"[\w-]+\.[\w-]+\.[\w-]+","secret_key":"[\w-]+\.[\w-]+\.[\w-]+",` + rest + `\},"error":null\}$`); pair.status != 201 || !want.MatchString(pair.body) {
		t.Errorf("key pair: got %d %s", pair.status, pair.body)
	}
	uuidError := `~\{"detail":\[\{"type":"uuid_parsing","loc":\["path","id"\],.*`
	b.expect(t, []expect{
		{"secrets are masked", get("/auth/jwt-secrets/", p.bearer, p.projectLine), 200, `~.*"secret":"[^"]*…[^"]*".*"total":2,.*`, nil},
		{"pairs are masked", get("/auth/key-pairs/", p.bearer, p.projectLine), 200, `~.*"api_key":"[^"]*…[^"]*","secret_key":"[^"]*…[^"]*".*"total":2,.*`, nil},
		{"secrets want a login", get("/auth/jwt-secrets/", "X-Api-Key: "+p.writer.Secrets[0], p.projectLine), 401, credentialRefused, nil},
		{"secret id", call{"DELETE", "/auth/jwt-secrets/x", []string{p.bearer, p.projectLine}, ""}, 422, uuidError, nil},
		{"pair id", call{"DELETE", "/auth/key-pairs/x", []string{p.bearer, p.projectLine}, ""}, 422, uuidError, nil},
		{"an API key is no pair", call{"DELETE", "/auth/key-pairs/" + p.key.ID, []string{p.bearer, p.projectLine}, ""}, 404, `~.*"not_found".*`, nil},
		{"sessions", get("/auth/sessions", p.bearer), 200, `~.*"is_current":true,"is_active":true,.*"pagination".*`, nil},
		{"session id", call{"DELETE", "/auth/sessions/x", []string{p.bearer}, ""}, 422, uuidError, nil},
		{"unknown session", call{"DELETE", "/auth/sessions/" + uuid, []string{p.bearer}, ""}, 404, `~.*"not_found".*`, nil},
	})
	sessions := data[model.Page[model.Session]](t, b.do("GET", "/auth/sessions/", "", p.bearer))
	b.expect(t, []expect{
		{"remote sign-out", call{"DELETE", "/auth/sessions/" + sessions.Items[0].ID, []string{p.bearer}, ""}, 200, `~.*"is_active":false.*`, nil},
		{"signed out", get("/auth/users/me", p.bearer), 401, credentialRefused, nil},
	})
}

func TestInspectAndServerKeys(t *testing.T) {
	b := newTestServer(t)
	p, other := b.person("ada@example.com"), b.signIn("bob@example.com")
	big := strings.Repeat("x", model.MaxTokenBytes+1)
	b.expect(t, []expect{
		{"key", post("/auth/tokens/inspect", fmt.Sprintf(`{"token":%q}`, p.key.Secrets[0]), p.bearer), 200, `~\{"success":true,"data":\{"kind":"api_key","valid":true,"reason":"".*`, nil},
		{"header", post("/auth/tokens/inspect/", fmt.Sprintf(`{"authorization":%q}`, strings.TrimPrefix(p.accountValue, "Authorization: ")), p.bearer), 200, `~.*"kind":"api_key","valid":true.*`, nil},
		{"garbage", post("/auth/tokens/inspect", `{"token":"x"}`, p.bearer), 200, `~.*"kind":"unknown","valid":false.*`, nil},
		{"neither", post("/auth/tokens/inspect", `{}`, p.bearer), 422, `{"detail":[{"type":"missing","loc":["body","token"],"msg":"Field required","input":{}}]}`, nil},
		{"both", post("/auth/tokens/inspect", `{"token":"x","authorization":"y"}`, p.bearer), 422,
			`{"detail":[{"type":"value_error","loc":["body"],"msg":"Value error, send token or authorization, not both","input":{"token":"x","authorization":"y"},"ctx":{"error":{}}}]}`, nil},
		{"large", post("/auth/tokens/inspect", fmt.Sprintf(`{"token":%q}`, big), p.bearer), 413, failedBody("too_large", "the token is over 16 KiB"), nil},
		{"no login", post("/auth/tokens/inspect", `{"token":"x"}`), 401, credentialRefused, nil},
		{"jwks", get("/.well-known/jwks.json"), 200, `~\{"keys":\[\{"kty":"RSA","use":"sig","alg":"RS512","kid":"[^"]+","n":"[\w-]+","e":"AQAB"\}.*`, map[string]string{"Cache-Control": "public, max-age=300", "Access-Control-Allow-Origin": "*"}},
		{"signing keys", get("/auth/signing-keys/", p.bearer), 200, `~\{"success":true,"data":\{"items":\[\{"id":"[^"]+","algorithm":"RS512","state":.*`, nil},
		{"rotate", post("/auth/signing-keys/rotate", "", p.bearer), 200, `~.*"state":"active".*`, nil},
		{"rotate by a user", post("/auth/signing-keys/rotate", "", other.bearer), 403, `~.*"code":"forbidden".*`, nil},
		{"still in", get("/auth/users/me", p.bearer), 200, `~.*`, nil},
	})
}

func TestRequestLogRoute(t *testing.T) {
	b := newTestServer(t)
	p, other := b.person("ada@example.com"), b.signIn("bob@example.com")
	b.do("GET", "/", "", "Authorization: "+p.key.Secrets[0])
	b.do("GET", "/", "", "Authorization: sk_nope")
	all := data[model.RequestPage](t, b.do("GET", "/auth/requests/?limit=3", "", p.bearer))
	if len(all.Items) != 3 || all.NextBefore == nil {
		t.Fatalf("list: got %d items, next %v", len(all.Items), all.NextBefore)
	}
	next := data[model.RequestPage](t, b.do("GET", "/auth/requests/?limit=5000&before="+*all.NextBefore, "", p.bearer))
	if len(next.Items) == 0 || next.Items[0].ID >= all.Items[2].ID || next.NextBefore != nil {
		t.Errorf("next page: got %d items, next %v", len(next.Items), next.NextBefore)
	}
	mine := data[model.RequestPage](t, b.do("GET", "/auth/requests/?status=2xx&path=/&method=get&credential_id="+p.key.ID, "", p.bearer))
	if len(mine.Items) != 1 || mine.Items[0].Path != "/" || mine.Items[0].Scheme != model.KindAPIKey {
		t.Errorf("filtered: got %+v", mine.Items)
	}
	b.do("GET", "/v1/healthz", "")
	for _, r := range data[model.RequestPage](t, b.do("GET", "/auth/requests/?method=get&route=/", "", p.bearer)).Items {
		if r.Route != "/" {
			t.Errorf("of the route / alone: got %s", r.Path)
		}
	}
	if got := data[model.RequestPage](t, b.do("GET", "/auth/requests/?credential_id="+p.key.ID, "", other.bearer)); len(got.Items) != 0 {
		t.Errorf("another user's view: got %+v", got.Items)
	}
	detail := func(kind, name string) string {
		return `~\{"detail":\[\{"type":"` + kind + `","loc":\["query","` + name + `"\],.*`
	}
	b.expect(t, []expect{
		{"status", get("/auth/requests/?status=4x", p.bearer), 422, `{"detail":[{"type":"string_pattern_mismatch","loc":["query","status"],"msg":"String should match pattern '^[1-5](\\d\\d|[xX][xX])$'","input":"4x","ctx":{"pattern":"^[1-5](\\d\\d|[xX][xX])$"}}]}`, nil},
		{"since", get("/auth/requests/?since=x", p.bearer), 422, detail("datetime_from_date_parsing", "since"), nil},
		{"until", get("/auth/requests/?until=", p.bearer), 422, detail("datetime_from_date_parsing", "until"), nil},
		{"min_ms", get("/auth/requests/?min_ms=-1", p.bearer), 422, detail("greater_than_equal", "min_ms"), nil},
		{"before", get("/auth/requests/?before=x", p.bearer), 422, detail("uuid_parsing", "before"), nil},
		{"limit", get("/auth/requests/?limit=0", p.bearer), 422, detail("greater_than_equal", "limit"), nil},
		{"foreign project", get("/auth/requests/?project_id="+p.project.ID, other.bearer), 404, failedBody("not_found", "Project not found"), nil},
		{"none match", get("/auth/requests/?q=nothing-has-this", p.bearer), 200, `{"success":true,"data":{"items":[],"next_before":null},"error":null}`, nil},
		{"no login", get("/auth/requests/"), 401, credentialRefused, nil},
		{"stream: no login", get("/auth/requests/stream"), 401, credentialRefused, nil},
		{"stream: filter", get("/auth/requests/stream?min_ms=x", p.bearer), 422, detail("float_parsing", "min_ms"), nil},
		{"stream: id", get("/auth/requests/stream", p.bearer, "Last-Event-ID: x"), 422, `~\{"detail":\[\{"type":"uuid_parsing","loc":\["header","last-event-id"\],.*`, nil},
		{"stream: foreign project", get("/auth/requests/stream?project_id="+p.project.ID, other.bearer), 404, failedBody("not_found", "Project not found"), nil},
	})
}

func TestLocalRoutes(t *testing.T) {
	b := newTestServer(t)
	status := data[model.Status](t, serve(b.local, get("/local/status")))
	if status.PID != 7 || status.Version != "1.2.3" {
		t.Errorf("status: got %+v", status)
	}
	if a := serve(b.local, get("/local/mail")); a.body != `{"success":true,"data":{"items":[]},"error":null}` {
		t.Errorf("mail: got %d %s", a.status, a.body)
	}
	if a := serve(b.local, get("/v1/healthz")); a.status != 200 {
		t.Errorf("public route on the socket: got %d", a.status)
	}
	if a := serve(b.local, get("/local/stop")); a.status != 405 || a.header.Get("Allow") != "OPTIONS, POST" {
		t.Errorf("GET /local/stop: got %d %v", a.status, a.header)
	}
	if a := serve(b.local, post("/local/stop", "")); a.status != 202 {
		t.Errorf("stop: got %d %s", a.status, a.body)
	}
	<-b.stopped
	for _, target := range []string{"/local/status", "/local/mail", "/local/stop", "/LOCAL/mail"} {
		if a := b.do("GET", target, ""); a.status != 404 {
			t.Errorf("%s on TCP: got %d, want 404", target, a.status)
		}
	}
	for _, r := range b.records(100) {
		if r.RemoteIP == "local" && strings.HasPrefix(r.Path, "/local/") {
			t.Errorf("the owner's own look is in the log: %+v", r)
		}
	}
}

func TestDocuments(t *testing.T) {
	b := newTestServer(t)
	a := b.do("GET", "/openapi.json", "")
	var doc struct {
		OpenAPI string
		Paths   map[string]map[string]any
		Servers []map[string]string
	}
	if err := json.Unmarshal([]byte(a.body), &doc); err != nil || !strings.HasPrefix(doc.OpenAPI, "3.1") {
		t.Fatalf("openapi.json: %v, version %q", err, doc.OpenAPI)
	}
	for _, rt := range b.server.Routes() {
		if doc.Paths[rt.Route][strings.ToLower(rt.Method)] == nil {
			t.Errorf("%s %s is not documented", rt.Method, rt.Route)
		}
	}
	placed := newTestServer(t, func(c *Config) { c.PublicURL, c.Region = "https://auth.example.com", "eu" })
	decode(t, placed.do("GET", "/openapi.json", "").body, &doc)
	if len(doc.Servers) != 1 || doc.Servers[0]["url"] != "https://auth.example.com" || doc.Servers[0]["description"] != "eu" {
		t.Errorf("servers: got %v", doc.Servers)
	}
	page := b.do("GET", "/docs", "")
	if policy := page.header.Get("Content-Security-Policy"); page.status != 200 || !strings.HasPrefix(policy, "default-src 'none'; script-src 'self';") {
		t.Errorf("docs: got %d, policy %q", page.status, policy)
	}
	for _, ref := range regexp.MustCompile(`(?:src|href)="([^"]+)"`).FindAllStringSubmatch(page.body, -1) {
		if got := b.do("GET", ref[1], ""); got.status != 200 {
			t.Errorf("docs refer to %s: got %d", ref[1], got.status)
		}
	}
	for target, contentType := range map[string]string{
		"/docs/": "text/html; charset=utf-8", "/docs/swagger-ui.css": "text/css; charset=utf-8", "/docs/swagger-ui-bundle.js": "text/javascript; charset=utf-8",
	} {
		if got := b.do("GET", target, ""); got.status != 200 || got.header.Get("Content-Type") != contentType {
			t.Errorf("%s: got %d %s, want %s", target, got.status, got.header.Get("Content-Type"), contentType)
		}
	}
	for _, target := range []string{"/docs/nothing.js", "/docs/..%2fopenapi.yaml", "/docs/x/y"} {
		if got := b.do("GET", target, ""); got.status != 404 {
			t.Errorf("%s: got %d, want 404", target, got.status)
		}
	}
}

func TestReadinessAndMetrics(t *testing.T) {
	b := newTestServer(t, func(c *Config) { c.Region = `e"u` })
	b.do("GET", "/V1/healthz/", "")
	b.do("BREW", "/nothing", "")
	b.expect(t, []expect{{"ready", get("/readyz"), 200, `{"success":true,"data":{"ready":true},"error":null}`, nil}})
	a := b.do("GET", "/metrics", "")
	for _, line := range []string{
		`keydeck_http_requests_total{method="GET",route="/v1/healthz",status="2xx"} 1`,
		`keydeck_http_requests_total{method="other",route="",status="4xx"} 1`,
		`keydeck_http_request_duration_seconds_bucket{route="/v1/healthz",le="+Inf"} 1`,
		`keydeck_http_request_duration_seconds_count{route="/v1/healthz"} 1`,
		`keydeck_log_recorded_total 3`,
		`keydeck_build_info{goversion="`, `",region="e\"u",version="1.2.3"} 1`,
		`# TYPE keydeck_http_request_duration_seconds histogram`,
		`process_start_time_seconds `,
	} {
		if !strings.Contains(a.body, line) {
			t.Errorf("metrics lack %s in\n%s", line, a.body)
		}
	}
	if got := a.header.Get("Content-Type"); !strings.HasPrefix(got, "text/plain; version=0.0.4; charset=utf-8") {
		t.Errorf("content type: got %s", got)
	}
}

// A database that is gone: 503 with Retry-After in every family's shape.
func TestUnavailable(t *testing.T) {
	b := newTestServer(t)
	if err := b.backend.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	retry := map[string]string{"Retry-After": "1"}
	b.expect(t, []expect{
		{"healthz", get("/v1/healthz"), 503, "the database does not answer", map[string]string{"Retry-After": "1", "Content-Type": "text/plain"}},
		{"readyz", get("/readyz"), 503, failedBody("unavailable", "the database does not answer"), retry},
		{"send-code", post("/auth/verification/send-code", `{"email":"x@example.com"}`), 503, `~\{"success":false,"data":\{\},"error":\{"code":"unavailable",.*`, map[string]string{"Retry-After": "5"}},
		{"D, unknown key", get("/", "Authorization: "+model.FormatKey(model.KindAPIKey, strings.Repeat("a", model.KeyRandomLen))), 503, `~\{"error":".*"\}`, map[string]string{"Retry-After": "5"}},
		{"A, unknown key", get("/v1/token/get", accountLine("ABC123", model.FormatKey(model.KindAPIKey, strings.Repeat("a", model.KeyRandomLen)))), 503,
			`~\{"type":"https://tools.ietf.org/html/rfc9110#section-15.6.4","title":"Service Unavailable","status":503,"traceId":"TRACE"\}`, map[string]string{"Retry-After": "5"}},
	})

}
