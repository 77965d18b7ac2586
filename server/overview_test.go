package server

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"keydeck/model"
)

func TestOverviewAndUsage(t *testing.T) {
	b := newTestServer(t)
	p, other := b.person("ada@example.com"), b.signIn("bob@example.com") // ada came first: a superuser
	for range 3 {
		b.do("GET", "/", "", "Authorization: "+p.key.Secrets[0])
	}
	b.do("GET", "/v1/token/get", "", accountLine("ZZZZZZ", p.key.Secrets[0]))
	mine := "?project_id=" + p.project.ID
	use := fmt.Sprintf(`"credential_id":%q,"requests_today":3,"last_hour":4,"refused_last_hour":1,"last_used_at":"[^"]+Z"`, p.key.ID)
	b.expect(t, []expect{
		{"of a project", get("/auth/overview"+mine, p.bearer), 200, `~\{"success":true,"data":\{"at":"[^"]+Z","per_second":0,"today":3,"minutes":\[(\{[^}]*\},){59}\{"at":"[^"]+","requests":4,"refused":1,"failed":0\}\],` +
			`"classes":\[0,0,3,0,1,0\],"p50_us":\d+,"p90_us":\d+,"p99_us":\d+,"busiest_credentials":\[\{"credential_id":"` + p.key.ID + `","name":"one","hint":"sk_[^"]+","requests":4\}\],` +
			`"busiest_routes":\[\{"method":"GET","route":"/","requests":3\},\{"method":"GET","route":"/v1/token/get","requests":1\}\],` +
			`"refusals":\[\{"reason":"wrong_account","credential_id":"` + p.key.ID + `","name":"one","hint":"sk_[^"]+","requests":1\}\],"expiring":\[\],"unused":\[\],"expiring_total":0,"unused_total":0,"refusals_total":1,"log":\{"recorded":\d+,.*`, nil},
		{"with a trailing slash", get("/auth/overview/", p.bearer), 200, `~.*"reason":"wrong_account".*`, nil},
		{"of nothing yet", get("/auth/overview", other.bearer), 200, `~.*"today":0,.*"busiest_credentials":\[\].*"refusals":\[\].*`, nil},
		{"not his", get("/auth/overview"+mine, other.bearer), 404, failedBody("not_found", "Project not found"), nil},
		{"no project", get("/auth/overview?project_id=acme", p.bearer), 404, failedBody("not_found", "Project not found"), nil},
		{"by a key", get("/auth/overview", "X-Api-Key: "+p.key.Secrets[0]), 401, credentialRefused, nil},

		{"use", get("/auth/usage"+mine, p.bearer), 200, `~\{"success":true,"data":\{"items":\[\{` + use + `,"addresses":\[\]\},(\{[^}]*"requests_today":0,[^}]*\},?){3}\]\},"error":null\}`, nil},
		{"use of nothing", get("/auth/usage/", other.bearer), 200, `{"success":true,"data":{"items":[]},"error":null}`, nil},
		{"use, not his", get("/auth/usage/"+mine, other.bearer), 404, failedBody("not_found", "Project not found"), nil},
		{"use of one", get("/auth/usage/"+p.key.ID+mine, p.bearer), 200, `~\{"success":true,"data":\{` + use + `,"addresses":\[\{"remote_ip":"[^"]+","requests":4,"last_at":"[^"]+Z"\}\]\},"error":null\}`, nil},
		{"in capitals", get("/auth/usage/"+strings.ToUpper(p.key.ID), p.bearer), 200, `~.*"last_hour":4.*`, nil},
		{"use of one, not his", get("/auth/usage/"+p.key.ID, other.bearer), 404, failedBody("not_found", "Credential not found"), nil},
		{"use of no UUID", get("/auth/usage/x", p.bearer), 422, `~\{"detail":\[\{"type":"uuid_parsing","loc":\["path","credential_id"\],.*`, nil},
	})
	b.clock.Add(time.Second)
	if o := data[model.Overview](t, b.do("GET", "/auth/overview"+mine, "", p.bearer)); o.PerSecond != 0.4 {
		t.Errorf("got %v requests a second, want 4 in ten", o.PerSecond)
	}
}

func TestRotate(t *testing.T) {
	b := newTestServer(t)
	p := b.person("ada@example.com")
	key, secret, pair := "/auth/api-keys/"+p.key.ID+"/rotate", "/auth/jwt-secrets/"+p.secret.ID+"/rotate", "/auth/key-pairs/"+p.keyPair.ID+"/rotate"
	grace := func(kind, msg, input, ctx string) string {
		return `{"detail":[{"type":"` + kind + `","loc":["body","grace_seconds"],"msg":"` + msg + `","input":` + input + ctx + `}]}`
	}
	const notInt = "Input should be a valid integer"
	b.expect(t, []expect{
		{"no body", post(key, "", p.bearer, p.projectLine), 422, `{"detail":[{"type":"missing","loc":["body"],"msg":"Field required","input":null}]}`, nil},
		{"null", post(key, `{"grace_seconds":null}`, p.bearer, p.projectLine), 422, grace("int_type", notInt, "null", ""), nil},
		{"a list", post(key, `{"grace_seconds":[]}`, p.bearer, p.projectLine), 422, grace("int_type", notInt, "[]", ""), nil},
		{"a word", post(key, `{"grace_seconds":"x"}`, p.bearer, p.projectLine), 422, grace("int_parsing", notInt+", unable to parse string as an integer", `"x"`, ""), nil},
		{"a fraction", post(key, `{"grace_seconds":1.5}`, p.bearer, p.projectLine), 422, grace("int_from_float", notInt+", got a number with a fractional part", "1.5", ""), nil},
		{"negative", post(key, `{"grace_seconds":-1}`, p.bearer, p.projectLine), 422, grace("greater_than_equal", "Input should be greater than or equal to 0", "-1", `,"ctx":{"ge":0}`), nil},
		{"too long", post(key, `{"grace_seconds":2592001}`, p.bearer, p.projectLine), 422, grace("less_than_equal", "Input should be less than or equal to 2592000", "2592001", `,"ctx":{"le":2592000}`), nil},
		{"no project", post(key, `{}`, p.bearer), 422, `~.*"loc":\["header","x-project-id"\].*`, nil},
		{"no UUID", post("/auth/api-keys/x/rotate", `{}`, p.bearer, p.projectLine), 422, `~.*"uuid_parsing","loc":\["path","key_id"\].*`, nil},
		{"a key without the scope", post(key, `{}`, "X-Api-Key: "+p.key.Secrets[0], p.projectLine), 403, `~.*"forbidden".*`, nil},
		{"a secret by a key", post(secret, `{}`, "X-Api-Key: "+p.writer.Secrets[0], p.projectLine), 401, credentialRefused, nil},
		{"a key by a key", post(key, `{"grace_seconds":"60"}`, "X-Api-Key: "+p.writer.Secrets[0], p.projectLine), 201, `~.*"name":"one","full_key":"sk_[0-9A-Za-z]{43}".*"is_active":true.*`, nil},
		{"again", post(key, `{}`, p.bearer, p.projectLine), 409, failedBody("conflict", "This credential was rotated already; rotate its successor."), nil},
		{"the old one works on", get("/", "Authorization: "+p.key.Secrets[0]), 200, `~.*Hello.*`, nil},
		{"a secret", post(secret, `{"grace_seconds":0}`, p.bearer, p.projectLine), 201, `~.*"name":"web","secret":"[0-9A-Za-z]{64}".*`, nil},
		{"a revoked secret", post(secret, `{}`, p.bearer, p.projectLine), 409, failedBody("conflict", "This credential is revoked; make a new one."), nil},
		{"a pair", post(pair, `{}`, p.bearer, p.projectLine), 201, `~.*"name":"desk","api_key":"[\w-]+\.[\w-]+\.[\w-]+".*`, nil},
		{"a revoked pair", post(pair, `{}`, p.bearer, p.projectLine), 409, failedBody("conflict", "This credential is revoked; make a new one."), nil},
	})
	b.clock.Add(time.Minute)
	b.expect(t, []expect{
		{"the old one is over", get("/", "Authorization: "+p.key.Secrets[0]), 401, `~.*`, nil},
		{"the old pair is over", post("/keydeck/"+p.project.AccountID+"/v1/authenticateKeys", pairBody(p.keyPair.Secrets[0], p.keyPair.Secrets[1])), 200, `~.*Invalid API key / Secret key.*`, nil},
		{"an expired key", post(key, `{}`, p.bearer, p.projectLine), 409, failedBody("conflict", "This credential was rotated already; rotate its successor."), nil},
	})
}
