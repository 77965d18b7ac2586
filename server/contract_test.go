package server

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"keydeck/backend"
)

// clientJWT signs a JWT as a client of family D does. kid "" leaves it out.
func clientJWT(secret, kid string, claims map[string]any) string {
	header := map[string]any{"alg": "HS256", "typ": "JWT"}
	if kid != "" {
		header["kid"] = kid
	}
	part := func(v any) string {
		raw, err := json.Marshal(v)
		if err != nil {
			panic(err)
		}
		return base64.RawURLEncoding.EncodeToString(raw)
	}
	signed := part(header) + "." + part(claims)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(signed))
	return signed + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

const absent = "\x00absent"

// expect is one call and all that matters of its answer. Body is compared to the
// letter, but for trace ids; "~" before it makes it a regular expression.
type expect struct {
	name   string
	call   call
	status int
	body   string
	header map[string]string // absent: must not be there
}

var traceID = regexp.MustCompile(`00-[0-9a-f]{32}-[0-9a-f]{16}-00`)

func (b *testServer) expect(t *testing.T, tests []expect) {
	t.Helper()
	for _, tt := range tests {
		got := serve(b.public, tt.call)
		if got.status != tt.status {
			t.Errorf("%s: got status %d %s, want %d", tt.name, got.status, got.body, tt.status)
			continue
		}
		body := traceID.ReplaceAllString(got.body, "TRACE")
		if pattern, ok := strings.CutPrefix(tt.body, "~"); ok {
			if !regexp.MustCompile(`\A` + pattern + `\z`).MatchString(body) {
				t.Errorf("%s: got body %s, want a match of %s", tt.name, body, pattern)
			}
		} else if body != tt.body {
			t.Errorf("%s:\n got body %s\nwant body %s", tt.name, body, tt.body)
		}
		for name, want := range tt.header {
			values := got.header.Values(name)
			if want == absent && len(values) > 0 || want != absent && strings.Join(values, ", ") != want {
				t.Errorf("%s: got %s %q, want %q", tt.name, name, values, want)
			}
		}
		if got.header.Get("X-Request-Id") == "" || got.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: header without request id or nosniff: %v", tt.name, got.header)
		}
	}
}

func get(target string, headers ...string) call { return call{"GET", target, headers, ""} }
func post(target, body string, headers ...string) call {
	return call{"POST", target, headers, body}
}

func problemBody(section, title string, status int) string {
	return fmt.Sprintf(`{"type":"https://tools.ietf.org/html/rfc9110#section-%s","title":%q,"status":%d,"traceId":"TRACE"}`, section, title, status)
}

func failedBody(code, message string) string {
	return fmt.Sprintf(`{"success":false,"data":{},"error":{"code":%q,"message":%q},"detail":%q}`, code, message, message)
}

const credentialRefused = `{"success":false,"data":{},"error":{"code":"unauthorized","message":"Could not validate credentials"},"detail":"Could not validate credentials"}`

var problemHeader = map[string]string{"Content-Type": "application/problem+json", "Cache-Control": "no-store"}

func TestFamilyA(t *testing.T) {
	b := newTestServer(t)
	p, other := b.person("ada@example.com"), b.person("bob@example.com")
	session := b.sessionKey(p)
	var token struct{ Token, ExpirationUTCTime string }
	issued := b.do("GET", "/v1/token/get?expirationInSeconds=60", "", p.accountValue)
	decode(t, issued.body, &token)
	if want := b.clock.Now().Add(time.Minute).Format("2006-01-02T15:04:05.000Z"); token.ExpirationUTCTime != want {
		t.Errorf("expirationUtcTime: got %s, want %s", token.ExpirationUTCTime, want)
	}
	unauthorized := problemBody("15.5.2", "Unauthorized", 401)
	keyOnly := map[string]string{"WWW-Authenticate": "ApiKey", "Content-Type": "application/problem+json"}
	both := map[string]string{"WWW-Authenticate": "ApiKey, Bearer"}
	invalid := func(msg string) string {
		return `{"type":"https://tools.ietf.org/html/rfc9110#section-15.5.1","title":"One or more validation errors occurred.","status":400,"errors":{"expirationInSeconds":["` + msg + `"]},"traceId":"TRACE"}`
	}
	const now = `~\{"utcNow":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z"\}`
	const made = `~\{"expirationUtcTime":"[^"]+\.000Z","token":"[\w-]+\.[\w-]+\.[\w-]+"\}`
	raw := []byte(p.project.AccountID + ":" + p.key.Secrets[0])
	conflict := `{"type":"https://tools.ietf.org/html/rfc9110#section-15.5.1","title":"Bad Request","status":400,"detail":"the request carries credentials that do not belong together; send one","traceId":"TRACE"}`
	b.expect(t, []expect{
		{"token", get("/v1/token/get", p.accountValue), 200, made, map[string]string{"Cache-Control": "no-store", "Content-Type": "application/json"}},
		{"case and slash", get("/V1/Token/GET/?ExpirationINSeconds=3600", p.accountValue), 200, made, nil},
		{"HEAD", call{"HEAD", "/v1/token/get", []string{p.accountValue}, ""}, 200, made, nil},
		{"unpadded", get("/v1/token/get", "Authorization: apikey   "+base64.RawStdEncoding.EncodeToString(raw)), 200, made, nil},
		{"URL alphabet", get("/v1/token/get", "Authorization: APIKEY "+base64.URLEncoding.EncodeToString(raw)), 200, made, nil},
		{"no credential", get("/v1/token/get"), 401, unauthorized, keyOnly},
		{"empty credential", get("/v1/token/get", "Authorization: "), 401, unauthorized, keyOnly},
		{"bad base64", get("/v1/token/get", "Authorization: ApiKey ***"), 401, unauthorized, keyOnly},
		{"no colon", get("/v1/token/get", "Authorization: ApiKey "+base64.StdEncoding.EncodeToString([]byte("ABC123"))), 401, unauthorized, keyOnly},
		{"unknown key", get("/v1/token/get", accountLine("ABC123", "nope")), 401, unauthorized, keyOnly},
		{"bare key", get("/v1/token/get", "Authorization: "+p.key.Secrets[0]), 401, unauthorized, keyOnly},
		{"bearer", get("/v1/token/get", "Authorization: Bearer "+token.Token), 401, unauthorized, keyOnly},
		{"x-api-key alone", get("/v1/token/get", "X-Api-Key: "+p.key.Secrets[0]), 401, unauthorized, keyOnly},
		{"other account", get("/v1/token/get", accountLine(other.project.AccountID, p.key.Secrets[0])), 403, problemBody("15.5.4", "Forbidden", 403), map[string]string{"WWW-Authenticate": absent}},
		{"authentication first", get("/v1/token/get?expirationInSeconds=abc"), 401, unauthorized, nil},
		{"too short", get("/v1/token/get?expirationInSeconds=59", p.accountValue), 400, invalid("The field expirationInSeconds must be between 60 and 3600."), problemHeader},
		{"too long", get("/v1/token/get?expirationInSeconds=3601", p.accountValue), 400, invalid("The field expirationInSeconds must be between 60 and 3600."), nil},
		{"no integer", get("/v1/token/get?expirationInSeconds=abc", p.accountValue), 400, invalid("The value 'abc' is not valid."), nil},
		{"fraction", get("/v1/token/get?expirationInSeconds=60.0", p.accountValue), 400, invalid("The value '60.0' is not valid."), nil},
		{"overflow", get("/v1/token/get?expirationInSeconds=99999999999", p.accountValue), 400, invalid("The value '99999999999' is not valid."), nil},
		{"empty", get("/v1/token/get?expirationInSeconds=", p.accountValue), 400, invalid("The value '' is invalid."), nil},
		{"two headers", get("/v1/token/get", p.accountValue, p.accountValue), 400, conflict, problemHeader},
		{"another project's x-api-key", get("/v1/token/get", p.accountValue, "X-Api-Key: "+other.key.Secrets[0]), 400, conflict, nil},
		{"the same project's x-api-key", get("/v1/token/get", p.accountValue, "X-Api-Key: "+p.writer.Secrets[0]), 200, made, nil},
		{"a gateway's x-api-key", get("/v1/token/get", p.accountValue, "X-Api-Key: gateway"), 200, made, nil},

		{"now: key", get("/v1/datetime/utc-now", p.accountValue), 200, now, map[string]string{"Content-Type": "application/json"}},
		{"now: service token", get("/v1/datetime/UTC-NOW/", "Authorization: bearer "+token.Token), 200, now, nil},
		{"now: access token", get("/v1/datetime/utc-now", p.bearer), 200, now, nil},
		{"now: session key", get("/v1/datetime/utc-now", "Authorization: "+session), 200, now, nil},
		{"now: session key after Bearer", get("/v1/datetime/utc-now", "Authorization: Bearer "+session), 200, now, nil},
		{"now: raw service token", get("/v1/datetime/utc-now", "Authorization: "+token.Token), 401, unauthorized, both},
		{"now: none", get("/v1/datetime/utc-now"), 401, unauthorized, both},
		{"now: client JWT", get("/v1/datetime/utc-now", "Authorization: Bearer "+clientJWT(p.secret.Secrets[0], p.secret.ID, map[string]any{"exp": 4102444800})), 401, unauthorized, both},
		{"now: no kid", get("/v1/datetime/utc-now", "Authorization: Bearer "+clientJWT(p.secret.Secrets[0], "", map[string]any{"exp": 4102444800})), 401, unauthorized, both},

		{"health", get("/v1/healthz"), 200, `~\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z`, map[string]string{"Content-Type": "text/plain"}},
		{"unknown path", get("/v1/nothing"), 404, problemBody("15.5.5", "Not Found", 404), problemHeader},
		{"wrong method", post("/v1/token/get", ""), 405, problemBody("15.5.6", "Method Not Allowed", 405), map[string]string{"Allow": "GET, HEAD, OPTIONS"}},
	})
	// A token dies with its key, and a project that is gone is a 403.
	data[any](t, b.do("DELETE", "/auth/api-keys/"+p.key.ID, "", p.bearer, p.projectLine))
	otherToken := b.do("GET", "/v1/token/get", "", other.accountValue)
	decode(t, otherToken.body, &token)
	data[any](t, b.do("DELETE", "/auth/projects/"+other.project.ID, "", other.bearer))
	b.expect(t, []expect{
		{"revoked key", get("/v1/token/get", p.accountValue), 401, unauthorized, keyOnly},
		{"project gone: key", get("/v1/datetime/utc-now", other.accountValue), 403, problemBody("15.5.4", "Forbidden", 403), nil},
		{"project gone: token", get("/v1/datetime/utc-now", "Authorization: Bearer "+token.Token), 403, problemBody("15.5.4", "Forbidden", 403), nil},
		{"project gone: D", get("/", "Authorization: "+other.key.Secrets[0]), 401, `{"error":"unauthorized"}`, nil},
	})
}

func TestFamilyB(t *testing.T) {
	b := newTestServer(t)
	p, other := b.person("ada@example.com"), b.person("bob@example.com")
	path := "/keydeck/" + p.project.AccountID + "/v1/authenticateKeys"
	good := pairBody(p.keyPair.Secrets[0], p.keyPair.Secrets[1])
	four := func(code, text string) string {
		return fmt.Sprintf(`{"status":false,"errorCode":%q,"errorString":%q,"sessionKey":""}`, code, text)
	}
	refused := four("500", "Invalid API key / Secret key")
	const success = `~\{"status":true,"errorCode":"","errorString":"","sessionKey":"[\w-]+\.[\w-]+\.[\w-]+"\}`
	broken := p.keyPair.Secrets[0][:20] + " \r\n\t" + p.keyPair.Secrets[0][20:]
	b.expect(t, []expect{
		{"good", post(path, good), 200, success, map[string]string{"Content-Type": "application/json", "Cache-Control": "no-store"}},
		{"case and slash", post("/KeyDeck/"+p.project.AccountID+"/V1/AUTHENTICATEkeys/", good), 200, success, nil},
		{"white space inside", post(path, pairBody(broken, " "+p.keyPair.Secrets[1]+"\n")), 200, success, nil},
		{"any content type", post(path, good, "Content-Type: text/plain"), 200, success, nil},
		{"swapped", post(path, pairBody(p.keyPair.Secrets[1], p.keyPair.Secrets[0])), 200, refused, nil},
		{"twice the same", post(path, pairBody(p.keyPair.Secrets[0], p.keyPair.Secrets[0])), 200, refused, nil},
		{"garbage", post(path, pairBody("x", "y")), 200, refused, nil},
		{"another tenant's path", post("/keydeck/"+other.project.AccountID+"/v1/authenticateKeys", good), 200, refused, nil},
		{"unknown tenant", post("/keydeck/ABC123/v1/authenticateKeys", good), 200, refused, nil},
		{"another pair's secret", post(path, pairBody(p.keyPair.Secrets[0], other.keyPair.Secrets[1])), 200, refused, nil},
		{"unreadable", post(path, `{"apiKey":`), 400, four("400", "the body must be JSON with apiKey and secretKey: Expecting value at character 10"), nil},
		{"empty", post(path, ``), 400, four("400", "the body must be JSON with apiKey and secretKey: Expecting value at character 0"), nil},
		{"no object", post(path, `[]`), 400, four("400", "the body must be a JSON object with apiKey and secretKey"), nil},
		{"no fields", post(path, `{}`), 400, four("400", "apiKey is required, secretKey is required"), nil},
		{"one field", post(path, `{"apiKey":"x"}`), 400, four("400", "secretKey is required"), nil},
		{"no string", post(path, `{"apiKey":5,"secretKey":"x"}`), 400, four("400", "apiKey must be a string"), nil},
		{"blank", post(path, `{"apiKey":"x","secretKey":" \n "}`), 400, four("400", "secretKey must not be empty"), nil},
		{"another service", post("/other/"+p.project.AccountID+"/v1/authenticateKeys", good), 404, four("404", "Not Found"), nil},
		{"another service's GET", get("/auth/" + p.project.AccountID + "/v1/authenticateKeys"), 404, four("404", "Not Found"), nil},
		{"unknown path", get("/keydeck/x"), 404, four("404", "Not Found"), nil},
		{"wrong method", get(path), 405, four("405", "Method Not Allowed"), map[string]string{"Allow": "OPTIONS, POST"}},
		{"too deep", post(path, strings.Repeat("[", 65)), 413, four("413", "JSON is nested deeper than 64"), nil},
		{"too large", post(path, strings.Repeat(" ", 65<<10)), 413, four("413", "the body is over 64 KiB"), nil},
		{"long token", post(path, pairBody(strings.Repeat("x", 17<<10), "y")), 413, four("413", "the token is over 16 KiB"), nil},
		{"encoded", post(path, good, "Content-Encoding: gzip"), 415, four("415", "Content-Encoding other than identity is not supported"), nil},
	})
	b.clock.Add(time.Hour)
	session := b.sessionKey(p)
	data[any](t, b.do("DELETE", "/auth/key-pairs/"+p.keyPair.ID, "", b.signIn("ada@example.com").bearer, p.projectLine))
	b.expect(t, []expect{
		{"revoked", post(path, good), 200, refused, nil},
		{"session key of a revoked pair", get("/", "Authorization: "+session), 401, `{"error":"unauthorized"}`, nil},
	})
}

func TestFamilyBLicenceOver(t *testing.T) {
	b := newTestServer(t)
	p := b.person("ada@example.com")
	a := b.do("POST", "/auth/key-pairs/", `{"name":"day","expires_in_days":1}`, p.bearer, p.projectLine)
	pair := data[struct {
		APIKey    string `json:"api_key"`
		SecretKey string `json:"secret_key"`
	}](t, a)
	b.clock.Add(25 * time.Hour)
	b.expect(t, []expect{{"licence over", post("/keydeck/"+p.project.AccountID+"/v1/authenticateKeys", pairBody(pair.APIKey, pair.SecretKey)), 200,
		`{"status":false,"errorCode":"500","errorString":"TokenExpiredError: jwt expired","sessionKey":""}`, nil}})
}

// A service may have the name of a route.
func TestServiceNames(t *testing.T) {
	for _, name := range []string{"auth", "v1", "docs", "AuthSvc"} {
		b := newTestServer(t, func(c *Config) { c.Service = name })
		p := b.person("ada@example.com")
		a := b.do("POST", "/"+strings.ToUpper(name)+"/"+p.project.AccountID+"/v1/authenticateKeys/", pairBody(p.keyPair.Secrets[0], p.keyPair.Secrets[1]))
		if a.status != 200 || !strings.HasPrefix(a.body, `{"status":true`) {
			t.Errorf("service %s: got %d %s", name, a.status, a.body)
		}
		if a := b.do("GET", "/v1/healthz", ""); a.status != 200 {
			t.Errorf("service %s: healthz: got %d", name, a.status)
		}
	}
}

func TestFamilyD(t *testing.T) {
	b := newTestServer(t)
	p, other := b.person("ada@example.com"), b.person("bob@example.com")
	session := b.sessionKey(p)
	in := func(d time.Duration) int64 { return b.clock.Now().Add(d).Unix() }
	jwt := func(secret, kid string, claims map[string]any) string {
		return "Authorization: Bearer " + clientJWT(secret, kid, claims)
	}
	far := map[string]any{"exp": in(50 * 365 * 24 * time.Hour)}
	const hello = `~\{"message":"Oh, Hello","time":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"\}`
	const no = `{"error":"unauthorized"}`
	bearer := map[string]string{"WWW-Authenticate": "Bearer", "Content-Type": "application/json", "Access-Control-Allow-Origin": "*"}
	none := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","kid":"` + p.secret.ID + `"}`))
	const missingKID = `{"error":"jwt token is missing 'kid' header parameter"}`
	b.expect(t, []expect{
		{"key", get("/", "Authorization: "+p.key.Secrets[0]), 200, hello, map[string]string{"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Credentials": absent}},
		{"client JWT", get("/", jwt(p.secret.Secrets[0], p.secret.ID, far)), 200, hello, nil},
		{"upper-case kid", get("/", jwt(p.secret.Secrets[0], strings.ToUpper(p.secret.ID), far)), 200, hello, nil},
		{"session key", get("/", "Authorization: "+session), 200, hello, nil},
		{"session key after Bearer", get("/", "Authorization: BEARER  "+session), 200, hello, nil},
		{"missing kid", get("/", jwt(p.secret.Secrets[0], "", far)), 500, missingKID, map[string]string{"WWW-Authenticate": absent, "Access-Control-Allow-Origin": "*"}},
		{"missing kid, no scheme", get("/", "Authorization: "+clientJWT(p.secret.Secrets[0], "", far)), 401, no, bearer},
		{"none", get("/"), 401, no, bearer},
		{"unknown key", get("/", "Authorization: sk_unknown"), 401, no, bearer},
		{"key after Bearer", get("/", "Authorization: Bearer "+p.key.Secrets[0]), 401, no, bearer},
		{"family A's scheme", get("/", p.accountValue), 401, no, bearer},
		{"access token", get("/", p.bearer), 401, no, bearer},
		{"raw client JWT", get("/", "Authorization: "+clientJWT(p.secret.Secrets[0], p.secret.ID, far)), 401, no, bearer},
		{"x-api-key", get("/", "X-Api-Key: "+p.key.Secrets[0]), 401, no, bearer},
		{"query", get("/?authorization=" + p.key.Secrets[0]), 401, no, bearer},
		{"bad signature", get("/", jwt(other.secret.Secrets[0], p.secret.ID, far)), 401, no, bearer},
		{"unknown kid", get("/", jwt(p.secret.Secrets[0], "84fc585f-073e-4b30-8f74-e650d50c8622", far)), 401, no, bearer},
		{"kid of an API key", get("/", jwt(p.secret.Secrets[0], p.key.ID, far)), 401, no, bearer},
		{"expired", get("/", jwt(p.secret.Secrets[0], p.secret.ID, map[string]any{"exp": in(-time.Second)})), 401, no, bearer},
		{"no exp", get("/", jwt(p.secret.Secrets[0], p.secret.ID, map[string]any{"sub": "x"})), 401, no, bearer},
		{"alg none", get("/", "Authorization: Bearer "+none+".e30."), 401, no, bearer},
		{"garbage", get("/", "Authorization: Bearer garbage"), 401, no, bearer},
		{"two headers", get("/", "Authorization: "+p.key.Secrets[0], "Authorization: "+p.key.Secrets[0]), 400,
			`{"error":"the request carries credentials that do not belong together; send one"}`, nil},
		{"wrong method", post("/", ""), 405, `{"error":"method not allowed"}`, map[string]string{"Allow": "GET, HEAD, OPTIONS"}},
		{"unknown path", get("/nothing"), 404, `{"error":"not found"}`, nil},
		{"unclean path", get("//"), 404, `{"error":"not found"}`, map[string]string{"Location": absent}},
		{"large header", get("/", "X-Filler: "+strings.Repeat("x", 17<<10)), 431, `{"error":"the request header is over 16 KiB"}`, nil},
		{"preflight", call{"OPTIONS", "/", []string{"Origin: https://x.example", "Access-Control-Request-Method: GET"}, ""}, 204, ``, map[string]string{
			"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS", "Access-Control-Allow-Credentials": absent,
			"Access-Control-Allow-Headers": "authorization, content-type, x-api-key, x-project-id, last-event-id", "Access-Control-Max-Age": "600"}},
	})
	data[any](t, b.do("DELETE", "/auth/jwt-secrets/"+p.secret.ID, "", p.bearer, p.projectLine))
	b.expect(t, []expect{{"revoked", get("/", jwt(p.secret.Secrets[0], p.secret.ID, far)), 401, no, bearer}})
}

func TestVerification(t *testing.T) {
	b := newTestServer(t)
	p := b.signIn("ada@example.com")
	missing := func(name, input string) string {
		return fmt.Sprintf(`{"detail":[{"type":"missing","loc":["body",%q],"msg":"Field required","input":%s}]}`, name, input)
	}
	b.clock.Add(2 * time.Minute)
	const ok = `{"success":true,"data":{},"error":null}`
	badCode := failedBody("unauthorized", "The code is wrong or has expired.")
	badRefresh := failedBody("unauthorized", "The refresh token is not valid.")
	rotate := func(refresh, user string) call {
		return post("/auth/verification/refresh-token", fmt.Sprintf(`{"refresh_token":%q,"user_uuid":%q}`, refresh, user))
	}
	b.expect(t, []expect{
		{"send", post("/auth/verification/send-code", `{"email":"new@example.com"}`), 202, ok, map[string]string{"Content-Type": "application/json", "Cache-Control": "no-store"}},
		{"send, slash, bad Authorization", post("/auth/verification/send-code/", `{"email":"ada@example.com"}`, "Authorization: Bearer YOUR_SECRET_TOKEN", "Content-Type: application/json"), 202, ok, nil},
		{"send again", post("/auth/verification/send-code", `{"email":"new@example.com"}`), 429,
			failedBody("rate_limited", "A code was sent less than a minute ago. Try again in 60 s."), map[string]string{"Retry-After": "60"}},
		{"send: empty body", post("/auth/verification/send-code", ``), 422, `{"detail":[{"type":"missing","loc":["body"],"msg":"Field required","input":null}]}`, nil},
		{"send: no email", post("/auth/verification/send-code", `{}`), 422, missing("email", "{}"), nil},
		{"send: unreadable", post("/auth/verification/send-code", `{"email"`), 422,
			`{"detail":[{"type":"json_invalid","loc":["body",8],"msg":"JSON decode error","input":{},"ctx":{"error":"Expecting ':' delimiter"}}]}`, nil},
		{"send: form", post("/auth/verification/send-code", `email=a%40b.co`, "Content-Type: application/x-www-form-urlencoded"), 422,
			`{"detail":[{"type":"model_attributes_type","loc":["body"],"msg":"Input should be a valid dictionary or object to extract fields from","input":"email=a%40b.co"}]}`, nil},
		{"send: wrong method", get("/auth/verification/send-code"), 405, failedBody("method_not_allowed", "Method Not Allowed"), map[string]string{"Allow": "OPTIONS, POST"}},
		{"verify: wrong", post("/auth/verification/verify-code", `{"email":"ada@example.com","code":"nope"}`), 401, badCode, map[string]string{"WWW-Authenticate": absent}},
		{"verify: unknown address", post("/auth/verification/verify-code", `{"email":"who@example.com","code":"000000"}`), 401, badCode, nil},
		{"verify: no code", post("/auth/verification/verify-code", `{"email":"a@b.co"}`), 422, missing("code", `{"email":"a@b.co"}`), nil},
		{"verify: a number", post("/auth/verification/verify-code", `{"email":"a@b.co","code":965395}`), 422,
			`{"detail":[{"type":"string_type","loc":["body","code"],"msg":"Input should be a valid string","input":965395}]}`, nil},
		{"refresh: unknown", rotate("nope", p.id), 401, badRefresh, nil},
		{"refresh: another user", rotate(p.pair.RefreshToken, "84fc585f-073e-4b30-8f74-e650d50c8622"), 401, badRefresh, nil},
		{"refresh: no uuid", rotate(p.pair.RefreshToken, "x"), 401, badRefresh, nil},
		{"refresh: no user", post("/auth/verification/refresh-token", `{"refresh_token":"x"}`), 422, missing("user_uuid", `{"refresh_token":"x"}`), nil},
		{"refresh", rotate(p.pair.RefreshToken, p.id), 200, `~\{"success":true,"data":\{"access_token":"[\w-]+\.[\w-]+\.[\w-]+","refresh_token":"[\w-]{86}","token_type":"bearer"\},"error":null\}`, nil},
		{"refresh: reused", rotate(p.pair.RefreshToken, p.id), 401, badRefresh, nil},
		{"me after reuse", get("/auth/users/me", p.bearer), 401, credentialRefused, map[string]string{"WWW-Authenticate": "Bearer"}},
		{"revoke: unknown", post("/auth/verification/revoke-token", `{"refresh_token":"x"}`), 200, `{}`, nil},
		{"revoke: long", post("/auth/verification/revoke-token", `{"refresh_token":"`+strings.Repeat("x", 17<<10)+`"}`), 413, failedBody("too_large", "the token is over 16 KiB"), nil},
		{"refresh: long", rotate(strings.Repeat("x", 17<<10), p.id), 413, failedBody("too_large", "the token is over 16 KiB"), nil},
		{"revoke: missing", post("/auth/verification/revoke-token", `{}`), 422, missing("refresh_token", "{}"), nil},
	})
}

func TestFamilyC(t *testing.T) {
	b := newTestServer(t)
	p, other := b.person("ada@example.com"), b.person("bob@example.com")
	session := b.sessionKey(p)
	key, writer := "X-Api-Key: "+p.key.Secrets[0], "X-Api-Key: "+p.writer.Secrets[0]
	notFound := failedBody("not_found", "Project not found")
	noHeader := `{"detail":[{"type":"missing","loc":["header","x-project-id"],"msg":"Field required","input":null}]}`
	conflict := failedBody("bad_request", "the request carries credentials that do not belong together; send one")
	const item = `\{"id":"[0-9a-f-]{36}","prefix":"sk_\w{5}","name":"[^"]*","full_key":"sk_\w{4}…\w{5}","scopes":(null|\["keys:write"\]),"last_used_at":(null|"[^"]+Z"),"expires_at":null,"is_active":true,"created_at":"[^"]+\.\d{3}Z","updated_at":"[^"]+\.\d{3}Z"\}`
	const list = `~\{"success":true,"data":\{"items":\[` + item + `,` + item + `\],"pagination":\{"page":1,"limit":10,"total":2,"pages":1\}\},"error":null\}`
	const made = `~\{"success":true,"data":\{"id":"[0-9a-f-]{36}","prefix":"sk_\w{5}","name":"n","full_key":"sk_\w{43}","scopes":null,"last_used_at":null,"expires_at":null,"is_active":true,"created_at":"[^"]+","updated_at":"[^"]+"\},"error":null\}`
	const uuid = "84fc585f-073e-4b30-8f74-e650d50c8622"
	bearer := map[string]string{"WWW-Authenticate": "Bearer", "Cache-Control": "no-store"}
	b.expect(t, []expect{
		{"me", get("/auth/users/me", p.bearer), 200, `~\{"success":true,"data":\{"id":"[0-9a-f-]{36}","email":"ada@example.com","full_name":"[^"]*","is_active":true,"is_superuser":true,"is_verified":true,` +
			`"projects":\[\{"id":"[^"]+","name":"[^"]+"\},\{"id":"[^"]+","name":"[^"]+"\}\],"created_at":"[^"]+Z","updated_at":"[^"]+Z",` +
			`"billing":\{"token_balance":\d+,"tokens_used":\d+,"subscription_tier":"[^"]+"\}\},"error":null\}`, nil},
		{"me: none", get("/auth/users/me"), 401, credentialRefused, bearer},
		{"me: raw access token", get("/auth/users/me", "Authorization: "+p.pair.AccessToken), 401, credentialRefused, bearer},
		{"me: API key", get("/auth/users/me", key), 401, credentialRefused, bearer},
		{"me: two headers", get("/auth/users/me", p.bearer, p.bearer), 400, conflict, nil},

		{"list", get("/auth/api-keys/", p.bearer, p.projectLine), 200, list, nil},
		{"list without slash", get("/auth/api-keys", p.bearer, p.projectLine), 200, list, map[string]string{"Location": absent}},
		{"list with a body", call{"GET", "/auth/api-keys/", []string{p.bearer, p.projectLine, "Content-Type: application/json"}, "{}"}, 200, list, nil},
		{"list with a broken body", call{"GET", "/auth/api-keys/", []string{p.bearer, p.projectLine, "Content-Type: application/json"}, "{"}, 200, list, nil},
		{"list by key", get("/auth/api-keys/", key, p.projectLine), 200, list, nil},
		{"list by session key", get("/auth/api-keys/", "Authorization: "+session, p.projectLine), 200, list, nil},
		{"list by session key after Bearer", get("/auth/api-keys/", "Authorization: Bearer "+session, p.projectLine), 200, list, nil},
		{"list by both", get("/auth/api-keys/", p.bearer, key, p.projectLine), 200, list, nil},
		{"list by session key and key", get("/auth/api-keys/", "Authorization: "+session, key, p.projectLine), 200, list, nil},
		{"foreign key beside the login", get("/auth/api-keys/", other.bearer, key, other.projectLine), 400, conflict, nil},
		{"key of another project of the login", get("/auth/api-keys/", p.bearer, key, "X-Project-Id: "+uuid), 400, conflict, nil},
		{"session key and foreign key", get("/auth/api-keys/", "Authorization: "+session, "X-Api-Key: "+other.key.Secrets[0], p.projectLine), 400, conflict, nil},
		{"unknown key beside the login", get("/auth/api-keys/", p.bearer, "X-Api-Key: sk_x", p.projectLine), 401, credentialRefused, bearer},
		{"bad login beside a good key", get("/auth/api-keys/", "Authorization: Bearer x", key, p.projectLine), 401, credentialRefused, bearer},
		{"no project", get("/auth/api-keys/", p.bearer), 422, noHeader, nil},
		{"no project, no login", get("/auth/api-keys/"), 401, credentialRefused, bearer},
		{"errors in order", get("/auth/api-keys/?page=x&limit=0", p.bearer), 422, `{"detail":[{"type":"int_parsing","loc":["query","page"],"msg":"Input should be a valid integer, unable to parse string as an integer","input":"x"},` +
			`{"type":"greater_than_equal","loc":["query","limit"],"msg":"Input should be greater than or equal to 1","input":"0","ctx":{"ge":1}},` + strings.TrimPrefix(noHeader, `{"detail":[`), nil},
		{"capped limit", get("/auth/api-keys/?limit=5000&page=7", p.bearer, p.projectLine), 200, `{"success":true,"data":{"items":[],"pagination":{"page":7,"limit":1000,"total":2,"pages":1}},"error":null}`, nil},
		{"foreign project", get("/auth/api-keys/", other.bearer, p.projectLine), 404, notFound, nil},
		{"foreign project by key", get("/auth/api-keys/", key, other.projectLine), 404, notFound, nil},
		{"unknown project", get("/auth/api-keys/", other.bearer, "X-Project-Id: "+uuid), 404, notFound, nil},
		{"no uuid", get("/auth/api-keys/", other.bearer, "X-Project-Id: x"), 404, notFound, nil},
		{"empty project", get("/auth/api-keys/", other.bearer, "X-Project-Id: "), 404, notFound, nil},

		{"create", post("/auth/api-keys", `{"name":"n","expires_in_days":null,"scopes":null}`, p.bearer, p.projectLine), 201, made, nil},
		{"create by writer", post("/auth/api-keys/", `{"name":"n"}`, writer, p.projectLine), 201, made, nil},
		{"create by key", post("/auth/api-keys/", `{"name":"n"}`, key, p.projectLine), 403, `~\{"success":false,"data":\{\},"error":\{"code":"forbidden".*`, nil},
		{"create by session key", post("/auth/api-keys/", `{"name":"n"}`, "Authorization: "+session, p.projectLine), 403, `~\{"success":false,"data":\{\},"error":\{"code":"forbidden".*`, nil},
		{"create: all wrong", post("/auth/api-keys/", `{"expires_in_days":true,"scopes":"x"}`, p.bearer), 422, strings.TrimSuffix(noHeader, `]}`) +
			`,{"type":"missing","loc":["body","name"],"msg":"Field required","input":{"expires_in_days":true,"scopes":"x"}},` +
			`{"type":"int_type","loc":["body","expires_in_days"],"msg":"Input should be a valid integer","input":true},` +
			`{"type":"list_type","loc":["body","scopes"],"msg":"Input should be a valid list","input":"x"}]}`, nil},
		{"create: 0 days", post("/auth/api-keys/", `{"name":"n","expires_in_days":0}`, p.bearer, p.projectLine), 422,
			`{"detail":[{"type":"greater_than_equal","loc":["body","expires_in_days"],"msg":"Input should be greater than or equal to 1","input":0,"ctx":{"ge":1}}]}`, nil},
		{"create: long name", post("/auth/api-keys/", `{"name":"`+strings.Repeat("é", 101)+`"}`, p.bearer, p.projectLine), 422,
			`{"detail":[{"type":"string_too_long","loc":["body","name"],"msg":"String should have at most 100 characters","input":"` + strings.Repeat("é", 101) + `","ctx":{"max_length":100}}]}`, nil},
		{"create: blank name", post("/auth/api-keys/", `{"name":"  "}`, p.bearer, p.projectLine), 422, `~\{"detail":\[\{"type":"value_error","loc":\["body","name"\],.*`, nil},
		{"create: no login", post("/auth/api-keys/", `{`), 401, credentialRefused, bearer},

		{"revoke: no uuid", call{"DELETE", "/auth/api-keys/abc", []string{p.bearer}, ""}, 422,
			`{"detail":[{"type":"uuid_parsing","loc":["path","key_id"],"msg":"Input should be a valid UUID, invalid length: expected length 32 for simple format, found 3","input":"abc","ctx":{"error":"invalid length: expected length 32 for simple format, found 3"}},` +
				strings.TrimPrefix(noHeader, `{"detail":[`), nil},
		{"revoke: unknown", call{"DELETE", "/auth/api-keys/" + uuid, []string{p.bearer, p.projectLine}, ""}, 404, `~\{"success":false,"data":\{\},"error":\{"code":"not_found".*`, nil},
		{"revoke: foreign", call{"DELETE", "/auth/api-keys/" + p.key.ID, []string{other.bearer, other.projectLine}, ""}, 404, `~\{"success":false,"data":\{\},"error":\{"code":"not_found".*`, nil},
		{"patch: nothing to change", call{"PATCH", "/auth/api-keys/" + p.key.ID, []string{p.bearer, p.projectLine}, "{}"}, 200, `~.*"name":"one".*`, nil},
		{"patch: both expiries", call{"PATCH", "/auth/api-keys/" + p.key.ID, []string{p.bearer, p.projectLine}, `{"expires_at":null,"expires_in_days":1}`}, 422,
			`{"detail":[{"type":"value_error","loc":["body"],"msg":"Value error, send expires_at or expires_in_days, not both","input":{"expires_at":null,"expires_in_days":1},"ctx":{"error":{}}}]}`, nil},

		{"unknown path", get("/auth/nothing"), 404, failedBody("not_found", "Not Found"), nil},
		{"case matters", get("/auth/Users/me", p.bearer), 404, failedBody("not_found", "Not Found"), nil},
		{"dots", get("/auth/x/../users/me", p.bearer), 404, failedBody("not_found", "Not Found"), map[string]string{"Location": absent}},
		{"wrong method", call{"PUT", "/auth/api-keys/", []string{p.bearer}, ""}, 405, failedBody("method_not_allowed", "Method Not Allowed"), map[string]string{"Allow": "GET, HEAD, OPTIONS, POST"}},
		{"local on TCP", get("/local/status"), 404, failedBody("not_found", "Not Found"), nil},
	})

	revoke := call{"DELETE", "/auth/api-keys/" + p.key.ID, []string{p.bearer, p.projectLine}, ""}
	first := serve(b.public, revoke)
	b.clock.Add(time.Minute)
	if again := serve(b.public, revoke); again.status != 200 || again.body != first.body {
		t.Errorf("second revocation: got %d %s, want the first answer %s", again.status, again.body, first.body)
	}
	if want := regexp.MustCompile(`^\{"success":true,"data":\{"id":"` + p.key.ID + `","is_active":false,"deactivated_at":"[^"]+\.\d{3}Z"\},"error":null\}$`); !want.MatchString(first.body) {
		t.Errorf("revocation: got %s", first.body)
	}
	b.expect(t, []expect{{"revoked key", get("/auth/api-keys/", key, p.projectLine), 401, credentialRefused, bearer}})
	b.clock.Add(backend.AccessTTL)
	b.expect(t, []expect{{"access token over", get("/auth/users/me", p.bearer), 401, credentialRefused, bearer}})
}
