package server

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"keydeck/model"
)

func (b *testServer) listCredentials(query string, headers ...string) model.CredentialPage {
	b.t.Helper()
	return data[model.CredentialPage](b.t, b.do("GET", "/auth/credentials/"+query, "", headers...))
}

// names are those of a list's credentials, with their states.
func names(page model.CredentialPage) string {
	var out []string
	for _, c := range page.Items {
		out = append(out, fmt.Sprintf("%s %s %s", c.Kind, c.Name, c.State))
	}
	return strings.Join(out, ", ")
}

func TestCredentialsOfEveryKind(t *testing.T) {
	b := newTestServer(t)
	b.person("root@example.com")
	p := b.person("bob@example.com")
	issue := func(kind, body string) {
		t.Helper()
		if a := b.do("POST", "/auth/"+kind+"/", body, p.bearer, p.projectLine); a.status != 201 {
			t.Fatalf("issue: %d %s", a.status, a.body)
		}
	}
	b.clock.Add(time.Second)
	issue("api-keys", `{"name":"week","expires_in_days":7}`)
	b.clock.Add(time.Second)
	issue("jwt-secrets", `{"name":"day","expires_in_days":1,"scopes":["Deploy"]}`)
	b.clock.Add(time.Second)
	issue("key-pairs", `{"name":"pair"}`)
	data[any](t, b.do("DELETE", "/auth/api-keys/"+p.key.ID, "", p.bearer, p.projectLine))

	const item = `\{"id":"[0-9a-f-]{36}","project_id":"[0-9a-f-]{36}","kind":"%s","name":"%s","prefix":"%s","masked":"%s","masked_secret":%s,"scopes":%s,"note":"","owner":"",` +
		`"created_by":\{"kind":"user","id":"[0-9a-f-]{36}","hint":"bob@example.com"\},"last_used_at":null,"expires_at":%s,"paused_at":null,"is_active":true,"state":"%s","created_at":"[^"]+Z","updated_at":"[^"]+Z"\}`
	pair := fmt.Sprintf(item, "key_pair", "pair", "", `…[\w-]{12}`, `"…[\w-]{12}"`, "null", "null", "active")
	day := fmt.Sprintf(item, "jwt_secret", "day", `[^"]{4}`, `[^"]{4}…`, "null", `\["Deploy"\]`, `"[^"]+Z"`, "expiring")
	week := fmt.Sprintf(item, "api_key", "week", `sk_\w{5}`, `sk_\w{4}…\w{5}`, "null", "null", `"[^"]+Z"`, "expiring")
	b.expect(t, []expect{
		{"a page", get("/auth/credentials?limit=3", p.bearer, p.projectLine), 200,
			`~\{"success":true,"data":\{"items":\[` + pair + "," + day + "," + week + `\],"pagination":\{"limit":3,"next_cursor":"[\w-]+"\}\},"error":null\}`, nil},
		{"one", get("/auth/credentials/"+p.secret.ID, p.bearer), 200, `~\{"success":true,"data":\{"id":"` + p.secret.ID + `",.*\},"error":null\}`, nil},
		{"no kind", get("/auth/credentials/?kind=session_key", p.bearer), 422,
			`{"detail":[{"type":"enum","loc":["query","kind"],"msg":"Input should be 'api_key', 'jwt_secret' or 'key_pair'","input":"session_key","ctx":{"expected":"'api_key', 'jwt_secret' or 'key_pair'"}}]}`, nil},
		{"no state", get("/auth/credentials/?state=", p.bearer), 422, `~.*"loc":\["query","state"\].*"input":"".*`, nil},
		{"no sort", get("/auth/credentials/?sort=digest", p.bearer), 422, `~.*"loc":\["query","sort"\].*`, nil},
		{"no cursor", get("/auth/credentials/?cursor=e30", p.bearer), 422,
			`{"detail":[{"type":"value_error","loc":["query","cursor"],"msg":"Value error, this is not the next_cursor of a list with this sort","input":"e30","ctx":{"error":{}}}]}`, nil},
		{"two projects", get("/auth/credentials/?project_id="+nobody, p.bearer, p.projectLine), 422, `~.*"loc":\["query","project_id"\].*`, nil},
		{"empty project", get("/auth/credentials/", p.bearer, "X-Project-Id: "), 404, failedBody("not_found", "Project not found"), nil},
		{"no id", get("/auth/credentials/x", p.bearer), 422, `~.*"uuid_parsing","loc":\["path","id"\].*`, nil},
		{"a JWT secret's token", get("/auth/credentials/", "Authorization: Bearer "+clientJWT(p.secret.Secrets[0], p.secret.ID, map[string]any{"exp": 4102444800})), 401, credentialRefused, nil},
	})
	for query, want := range map[string]string{
		"?kind=key_pair":                          "key_pair pair active, key_pair " + p.keyPair.Name + " active",
		"?state=expiring":                         "jwt_secret day expiring, api_key week expiring",
		"?state=revoked":                          "api_key one revoked",
		"?q=deploy":                               "jwt_secret day expiring",
		"?sort=expires_at&limit=2":                "jwt_secret day expiring, api_key week expiring",
		"?sort=-name&limit=1":                     "api_key week expiring",
		"?project_id=" + p.project.ID + "&q=week": "api_key week expiring",
	} {
		if got := names(b.listCredentials(query, p.bearer)); got != want {
			t.Errorf("%s: got %s, want %s", query, got, want)
		}
	}
	b.clock.Add(24 * time.Hour)
	p.bearer = b.signIn("bob@example.com").bearer
	if got := names(b.listCredentials("?state=expired", p.bearer)); got != "jwt_secret day expired" {
		t.Errorf("a day later: got %s", got)
	}

	first := b.listCredentials("?limit=2&sort=name", p.bearer)
	issue("api-keys", `{"name":"a new one"}`)
	rest := b.listCredentials("?sort=name&cursor="+url.QueryEscape(*first.Pagination.NextCursor), p.bearer)
	if got := len(first.Items) + len(rest.Items); got != 7 || rest.Pagination.NextCursor != nil {
		t.Errorf("got %d on two pages, then %v, want 7 and the end", got, rest.Pagination.NextCursor)
	}
	if a := b.do("GET", "/auth/credentials/?cursor="+*first.Pagination.NextCursor, "", p.bearer); a.status != 422 {
		t.Errorf("a cursor of another order: got %d", a.status)
	}
}

// TestNoForeignCredentialIsListed asks in every way for what is not the asker's.
func TestNoForeignCredentialIsListed(t *testing.T) {
	b := newTestServer(t)
	root := b.person("root@example.com")
	p, other := b.person("bob@example.com"), b.person("eve@example.com")
	guest := b.signIn("guest@example.com")
	data[any](t, b.do("POST", "/auth/projects/"+p.project.ID+"/members/", `{"email":"guest@example.com","role":"viewer"}`, p.bearer))
	session := "Authorization: " + b.sessionKey(p)
	key := "X-Api-Key: " + p.key.Secrets[0]
	all := []model.Kind{model.KindAPIKey, model.KindJWTSecret, model.KindKeyPair}
	cursor := *b.listCredentials("?limit=1", other.bearer).Pagination.NextCursor
	foreign := []string{other.key.ID, other.writer.ID, other.secret.ID, other.keyPair.ID}
	for _, asker := range []struct {
		name, credential string
		kinds            []model.Kind
	}{
		{"an owner", p.bearer, all}, {"a viewer", guest.bearer, all},
		{"an API key", key, all[:1]}, {"a session key", session, all[:1]},
	} {
		for _, query := range []string{
			"", "?q=" + other.secret.ID, "?q=" + url.QueryEscape(other.project.ID), "?kind=jwt_secret", "?kind=key_pair", "?kind=api_key",
			"?state=active", "?q=%25", "?q=%00", "?sort=-name", "?sort=last_used_at", "?cursor=" + cursor, "?project_id=" + p.project.ID,
			"?project_id=", "?q=" + url.QueryEscape("' OR 1=1 --"),
		} {
			for _, c := range b.listCredentials(query+strings.Replace("?limit=1000", "?", map[bool]string{true: "?", false: "&"}[query == ""], 1), asker.credential).Items {
				mine := c.ProjectID == p.project.ID || asker.credential == guest.bearer && c.ProjectID != other.project.ID && c.ProjectID != root.project.ID
				if !mine || slices.Contains(foreign, c.ID) || !slices.Contains(asker.kinds, c.Kind) {
					t.Errorf("%s sees with %q: %+v", asker.name, query, c)
				}
			}
		}
		for _, target := range []string{"?project_id=" + other.project.ID, "?kind=api_key&project_id=" + other.project.ID, foreign[0], foreign[2], nobody,
			foreign[0] + "?project_id=" + other.project.ID} {
			if a := b.do("GET", "/auth/credentials/"+target, "", asker.credential); a.status != 404 {
				t.Errorf("%s asks for %q: got %d %s, want 404", asker.name, target, a.status, a.body)
			}
		}
		if a := b.do("GET", "/auth/credentials/", "", asker.credential, other.projectLine); a.status != 404 {
			t.Errorf("%s asks for a foreign project: got %d %s", asker.name, a.status, a.body)
		}
		wantSecret := map[bool]int{true: 200, false: 404}[len(asker.kinds) > 1]
		if a := b.do("GET", "/auth/credentials/"+p.secret.ID, "", asker.credential); a.status != wantSecret {
			t.Errorf("%s asks for a JWT secret: got %d, want %d", asker.name, a.status, wantSecret)
		}
	}
	if got := b.listCredentials("", key).Items; len(got) != 2 {
		t.Errorf("a key sees %d keys of its project, want 2", len(got))
	}

	count := func(query, credential string) int { return len(b.listCredentials(query, credential).Items) }
	if got := count("?limit=1000", root.bearer); got != 12 {
		t.Errorf("a superuser sees %d, want all 12", got)
	}
	data[any](t, b.do("DELETE", "/auth/projects/"+other.project.ID, "", other.bearer))
	if got := []int{count("?limit=1000", root.bearer), count("", other.bearer)}; !slices.Equal(got, []int{8, 0}) {
		t.Errorf("after a project was deleted, root and its owner see %d", got)
	}
}

// TestPauseAndEdit: the routes of a credential of any kind, in family C's envelope.
func TestPauseAndEdit(t *testing.T) {
	b := newTestServer(t)
	p := b.person("bob@example.com")
	path := "/auth/credentials/" + p.key.ID
	patch := func(body string, headers ...string) call { return call{"PATCH", path, headers, body} }
	greet := get("/", "Authorization: "+p.key.Secrets[0])
	const paused, active = `~.*"paused_at":"[^"]+Z","is_active":false,"state":"paused".*`, `~.*"paused_at":null,"is_active":true,"state":"active".*`
	b.expect(t, []expect{
		{"edit", patch(`{"name":"ci","note":"the shop's","owner":"ops","expires_in_days":90}`, p.bearer), 200,
			`~.*"name":"ci",.*"note":"the shop's","owner":"ops","created_by":\{"kind":"user",.*"expires_at":"[^"]+Z".*`, nil},
		{"empty the note", patch(`{"note":null,"owner":""}`, p.bearer), 200, `~.*"name":"ci",.*"note":"","owner":"".*`, nil},
		{"two expiries", patch(`{"expires_in_days":1,"expires_at":null}`, p.bearer), 422, `~.*`, nil},
		{"no text", patch(`{"note":7}`, p.bearer), 422, `~.*"loc":\["body","note"\].*`, nil},
		{"too long", patch(`{"owner":"`+strings.Repeat("o", 101)+`"}`, p.bearer), 422, `~.*`, nil},
		{"a key without the scope", patch(`{"note":"x"}`, "X-Api-Key: "+p.key.Secrets[0]), 403, `~.*"forbidden".*`, nil},
		{"a key with it", patch(`{"note":"by a key"}`, "X-Api-Key: "+p.writer.Secrets[0]), 200, `~.*"note":"by a key".*"hint":"".*`, nil},
		{"another project named", patch(`{"note":"x"}`, p.bearer, "X-Project-Id: "+nobody), 404, `~.*`, nil},
		{"pause, of two projects", post(path+"/pause?project_id="+nobody, "", p.bearer, p.projectLine), 422, `~.*`, nil},
		{"resume, of two projects", post(path+"/resume?project_id="+nobody, "", p.bearer, p.projectLine), 422, `~.*`, nil},
		{"pause", post(path+"/pause", "", p.bearer), 200, paused, nil},
		{"pause again", post(path+"/pause", "", p.bearer, p.projectLine), 200, paused, nil},
		{"refused", greet, 401, `{"error":"unauthorized"}`, nil},
		{"in the list", get("/auth/credentials/?state=paused", p.bearer), 200, `~.*"items":\[\{"id":"` + p.key.ID + `".*`, nil},
		{"rotate what is paused", post("/auth/api-keys/"+p.key.ID+"/rotate", "{}", p.bearer, p.projectLine), 409, `~.*This credential is paused; resume it first.*`, nil},
		{"of family C", get("/auth/api-keys/", p.bearer, p.projectLine), 200, `~.*"name":"ci".*"is_active":false.*`, nil},
		{"resume", post(path+"/resume", "", p.bearer), 200, active, nil},
		{"good again", greet, 200, `~.*`, nil},
		{"revoke", call{"DELETE", "/auth/api-keys/" + p.key.ID, []string{p.bearer, p.projectLine}, ""}, 200, `~.*`, nil},
		{"edit what is revoked", patch(`{"note":"x"}`, p.bearer), 409, `~.*This API key is revoked; make a new one.*`, nil},
		{"pause what is revoked", post(path+"/pause", "", p.bearer), 409, `~.*This API key is revoked or has expired; make a new one.*`, nil},
		{"resume what is revoked", post(path+"/resume", "", p.bearer), 409, `~.*`, nil},
	})
	if got := b.records(50); !slices.ContainsFunc(got, func(r model.RequestRecord) bool { return r.Reason == model.ReasonPaused && r.CredentialID == p.key.ID }) {
		t.Errorf("no record says paused: %+v", got)
	}
}
