package server

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"keydeck/model"
)

func (b *testServer) trace(t *testing.T, ask model.TraceRequest, bearer string) model.Trace {
	t.Helper()
	body, err := json.Marshal(ask)
	if err != nil {
		t.Fatal(err)
	}
	return data[model.Trace](t, b.do("POST", "/auth/tokens/trace", string(body), bearer))
}

// aboutTheRequest are the reasons that have nothing to do with a credential.
var aboutTheRequest = []model.Reason{"", model.ReasonNotFound, model.ReasonInvalidInput}

// TestATraceIsWhatTheRoutesAnswer traces credentials of each kind in each state
// and sends them, as the trace says, to every route for real.
func TestATraceIsWhatTheRoutesAnswer(t *testing.T) {
	b := newTestServer(t)
	samples, super := b.samples(t)
	b.server.EndStreams() // one that lets a credential in would never end
	traces := make([]model.Trace, len(samples))
	for i, s := range samples {
		traces[i] = b.trace(t, s.ask, super.bearer)
		if got := traces[i].Inspection; got.Kind != s.kind || got.Reason != s.reason {
			t.Errorf("%s: inspected as %s, %q, want %s, %q", s.name, got.Kind, got.Reason, s.kind, s.reason)
		}
	}
	served := 0
	for _, r := range b.server.routes {
		if !r.local && (!r.accepts.open() || r.accepts.body != "") {
			served++
		}
	}
	send := func(i int) {
		s := samples[i]
		told := 0
		for _, step := range traces[i].Steps {
			for _, line := range append([]string{step.Method + " " + step.Route}, step.Also...) {
				told++
				method, path, _ := strings.Cut(line, " ")
				if path == "/auth/signing-keys/rotate" && step.Reason == "" {
					continue // takes seconds, and has the right of the list beside it
				}
				status, reason := b.really(s, step, method, path)
				if step.Reason != "" && (status != step.Status || reason != step.Reason) {
					t.Errorf("%s: %s: traced as %d %s, answered %d %q", s.name, line, step.Status, step.Reason, status, reason)
				}
				if step.Reason == "" && (step.Status != http.StatusOK || status == http.StatusUnauthorized || !slices.Contains(aboutTheRequest, reason)) {
					t.Errorf("%s: %s: traced as let in, answered %d %q", s.name, line, status, reason)
				}
			}
			if step.Message == "" || step.Header == "" {
				t.Errorf("%s: no words: %+v", s.name, step)
			}
		}
		if s.kind != model.KindRefreshToken {
			told++ // revoke-token answers alike to everything, and is left out
		}
		if told != served {
			t.Errorf("%s: the trace tells of %d routes, there are %d that take a credential", s.name, told, served)
		}
	}
	for _, last := range []bool{false, true} {
		for i := range samples {
			if samples[i].last == last {
				send(i)
			}
		}
	}
	for i, s := range samples { // and once it is all remembered
		if got := b.trace(t, s.ask, super.bearer); !s.last && !reflect.DeepEqual(got.Steps, traces[i].Steps) {
			t.Errorf("%s: traced again as\n%+v\nfirst as\n%+v", s.name, got.Steps, traces[i].Steps)
		}
	}
}

// really sends a sample as a step says, and returns the status of the answer and the
// reason in the log.
func (b *testServer) really(s sample, step model.TraceStep, method, path string) (int, model.Reason) {
	b.t.Helper()
	path = strings.NewReplacer("{service}", "keydeck", "{tenantid}", s.owner.project.AccountID, "{key_id}", nobody, "{id}", nobody,
		"{credential_id}", nobody, "{user_id}", nobody).Replace(path)
	value := s.ask.Token + s.ask.Authorization
	credential := value
	if scheme, rest, ok := strings.Cut(value, " "); ok && strings.EqualFold(scheme, "bearer") {
		credential = rest
	} else if ok && strings.EqualFold(scheme, "apikey") {
		credential = strings.TrimSpace(rest)
		if plain, err := base64.StdEncoding.DecodeString(credential); err == nil {
			_, credential, _ = strings.Cut(string(plain), ":")
		}
	}
	body := `{"name":"x","email":"x@example.com","role":"viewer","token":"x","claims":{"exp":4102444800}}`
	headers := []string{"X-Project-Id: " + s.owner.project.ID}
	switch step.Header {
	case "Authorization: Bearer":
		headers = append(headers, "Authorization: Bearer "+credential)
	case "Authorization: ApiKey":
		line := accountLine(s.owner.project.AccountID, credential)
		if s.ask.Authorization != "" && credential != value && !strings.HasPrefix(value, "Bearer") {
			line = "Authorization: " + value
		}
		headers = append(headers, line)
	case "Authorization":
		headers = append(headers, "Authorization: "+credential)
	case "x-api-key":
		headers = append(headers, "X-Api-Key: "+credential)
	case "body: apiKey":
		body = pairBody(credential, cmp.Or(s.pair, &s.owner.keyPair).Secrets[1])
	case "body: secretKey":
		body = pairBody(cmp.Or(s.pair, &s.owner.keyPair).Secrets[0], credential)
	case "body: refresh_token":
		body = fmt.Sprintf(`{"refresh_token":%q,"user_uuid":%q}`, credential, s.owner.id)
	default:
		b.t.Fatalf("%s: sent how? %+v", s.name, step)
	}
	a := serve(b.public, call{method, path, headers, body})
	return a.status, b.records(1)[0].Reason
}

// TestATraceIsNoUse checks everything that a use of a credential would leave behind.
func TestATraceIsNoUse(t *testing.T) {
	b := newTestServer(t)
	samples, super := b.samples(t)
	p := samples[0].owner
	look := func() string {
		var all strings.Builder
		for _, path := range []string{"/auth/api-keys/?limit=100", "/auth/key-pairs/", "/auth/jwt-secrets/", "/auth/usage/"} {
			target := path
			if path == "/auth/usage/" {
				target += "?project_id=" + p.project.ID
			}
			all.WriteString(b.do("GET", target, "", p.bearer, p.projectLine).body)
		}
		return all.String()
	}
	before := look()
	for _, s := range samples {
		b.clock.Add(time.Second)
		b.trace(t, s.ask, super.bearer)
		b.trace(t, s.ask, super.bearer)
	}
	if after := look(); after != before {
		t.Errorf("before\n%s\nafter\n%s", before, after)
	}
	for _, s := range samples {
		if s.name == "refresh token" {
			a := b.do("POST", "/auth/verification/refresh-token", fmt.Sprintf(`{"refresh_token":%q,"user_uuid":%q}`, s.ask.Token, s.owner.id))
			if a.status != http.StatusOK {
				t.Errorf("a refresh token is good for nothing after a trace: %d %s", a.status, a.body)
			}
		}
	}
	if me := b.do("GET", "/auth/users/me", "", p.bearer); me.status != http.StatusOK {
		t.Errorf("the trace of a used refresh token ended a login: %d", me.status)
	}
}

func TestTraceMessages(t *testing.T) {
	b := newTestServer(t)
	samples, super := b.samples(t)
	byName := map[string]model.TraceRequest{}
	for _, s := range samples {
		byName[s.name] = s.ask
	}
	byName["line break"] = model.TraceRequest{Token: "eyJ\nx.y.z"}
	const toUTC, toGreeting, toPair, toKeys = "/v1/datetime/utc-now", "/", "/{service}/{tenantid}/v1/authenticateKeys", "/auth/api-keys/"
	for _, tt := range []struct {
		sample, method, route string
		status                int
		reason                model.Reason
		want                  string
	}{
		{"key", "GET", toUTC, 200, "", "Let in."},
		{"key", "POST", toKeys, 403, model.ReasonScope, "The credential lacks the scope keys:write."},
		{"key", "GET", "/auth/users/me", 401, model.ReasonWrongKind, "This route takes a login access token; this is something else."},
		{"service token: expired", "GET", toUTC, 401, model.ReasonExpired, "It has expired."},
		{"client JWT: no kid", "GET", toGreeting, 500, model.ReasonMissingKID, "Its header has no kid, so no key can be chosen."},
		{"key: project gone", "GET", toUTC, 403, model.ReasonProjectGone, "Its project was deleted."},
		{"key: project gone", "GET", toKeys, 401, model.ReasonProjectGone, "Its project was deleted."},
		{"pair: licence over", "POST", toPair, 200, model.ReasonLicenceExpired, "The licence of the key pair is over."},
		{"apiKey of a pair", "POST", toPair, 200, "", "Let in, together with the other half of its pair."},
		{"refresh token", "GET", toGreeting, 401, model.ReasonMalformed, "A refresh token is only traded, in a body, for the next tokens. Here it is refused as malformed."},
		{"JWT secret", "GET", toGreeting, 401, model.ReasonMalformed, "A JWT secret is never sent itself; requests carry a client-signed JWT made with it. Here it is refused as malformed."},
		{"Bearer and a key", "GET", toGreeting, 200, "", "Let in. In the header as it was given it would be refused as wrong_kind."},
		{"line break", "GET", toGreeting, 400, model.ReasonMalformed, "It holds line breaks or other characters that no header may have."},
		{"a token as long as may be", "GET", toGreeting, 431, model.ReasonTooLarge, "In a header it is over the 16 KiB that a request header may have."},
	} {
		got := b.trace(t, byName[tt.sample], super.bearer)
		i := slices.IndexFunc(got.Steps, func(s model.TraceStep) bool { return s.Method == tt.method && s.Route == tt.route })
		if i < 0 {
			t.Fatalf("%s: no step for %s %s", tt.sample, tt.method, tt.route)
		}
		if s := got.Steps[i]; s.Status != tt.status || s.Reason != tt.reason || s.Message != tt.want {
			t.Errorf("%s on %s %s: got %d %s %q, want %d %s %q", tt.sample, tt.method, tt.route, s.Status, s.Reason, s.Message, tt.status, tt.reason, tt.want)
		}
	}
}

func TestTraceAndSignRoutes(t *testing.T) {
	b := newTestServer(t)
	p, other := b.person("ada@example.com"), b.signIn("bob@example.com")
	refused := b.do("GET", "/auth/api-keys/", "", "X-Api-Key: "+p.key.Secrets[0]+"x", p.projectLine)
	b.do("GET", "/", "", "Authorization: "+p.key.Secrets[0], "X-Request-Id: from-outside")
	got := b.trace(t, model.TraceRequest{RequestID: "from-outside"}, p.bearer)
	if got.Record == nil || got.Record.CredentialID != p.key.ID || got.Explanation == nil || !got.Inspection.Valid || *got.Inspection.CredentialID != p.key.ID {
		t.Errorf("trace of a request: got %+v", got)
	}
	if got := b.trace(t, model.TraceRequest{RequestID: refused.header.Get("X-Request-Id")}, p.bearer); got.Record == nil || got.Record.Reason != model.ReasonMalformed || got.Inspection.CredentialID != nil {
		t.Errorf("trace of a refused request: got %+v", got)
	}
	mine := b.trace(t, model.TraceRequest{Token: p.key.Secrets[0]}, p.bearer)
	if mine.Record != nil || mine.Explanation != nil || mine.Inspection.CredentialID == nil {
		t.Errorf("trace of a key: got %+v", mine)
	}
	theirs := b.trace(t, model.TraceRequest{Token: p.key.Secrets[0]}, other.bearer)
	if theirs.Inspection.CredentialID != nil || theirs.Inspection.ProjectID != nil || theirs.Inspection.AccountID != nil || !reflect.DeepEqual(theirs.Steps, mine.Steps) {
		t.Errorf("trace of another's key: got %+v", theirs)
	}
	for _, s := range theirs.Steps {
		if strings.Contains(s.Message+s.Header, p.project.AccountID) {
			t.Errorf("a stranger learns the account: %+v", s)
		}
	}

	sign := "/auth/jwt-secrets/" + p.secret.ID + "/sign"
	claims := fmt.Sprintf(`{"claims":{"exp":%d,"sub":"me"}}`, b.clock.Now().Add(time.Hour).Unix())
	signed := data[model.SignedToken](t, b.do("POST", sign, claims, p.bearer, p.projectLine))
	if a := b.do("GET", "/", "", "Authorization: Bearer "+signed.Token); a.status != http.StatusOK {
		t.Errorf("a signed token at its door: %d %s", a.status, a.body)
	}
	const trace = "/auth/tokens/trace"
	b.expect(t, []expect{
		{"no such request", post(trace, `{"request_id":"nothing"}`, p.bearer), 404, failedBody("not_found", "Request not found"), nil},
		{"another's request", post(trace, `{"request_id":"from-outside"}`, other.bearer), 404, failedBody("not_found", "Request not found"), nil},
		{"nothing to trace", post(trace, `{"token":null}`, p.bearer), 422, `{"detail":[{"type":"string_type","loc":["body","token"],"msg":"Input should be a valid string","input":null}]}`, nil},
		{"two", post(trace, `{"token":"x","request_id":"y"}`, p.bearer), 422,
			`{"detail":[{"type":"value_error","loc":["body"],"msg":"Value error, send token, authorization or request_id, not both","input":{"token":"x","request_id":"y"},"ctx":{"error":{}}}]}`, nil},
		{"three", post(trace, `{"token":"x","authorization":"z","request_id":"y"}`, p.bearer), 422, `~.*request_id, not all".*`, nil},
		{"a long request id", post(trace, fmt.Sprintf(`{"request_id":%q}`, strings.Repeat("x", 65)), p.bearer), 422, `~.*"string_too_long".*`, nil},
		{"a long token", post(trace, fmt.Sprintf(`{"token":%q}`, strings.Repeat("x", model.MaxTokenBytes+1)), p.bearer), 413, failedBody("too_large", "the token is over 16 KiB"), nil},
		{"trace without a login", post(trace, `{"token":"x"}`, "X-Api-Key: "+p.writer.Secrets[0]), 401, credentialRefused, nil},

		{"no claims", post(sign, `{}`, p.bearer, p.projectLine), 422, `{"detail":[{"type":"missing","loc":["body","claims"],"msg":"Field required","input":{}}]}`, nil},
		{"claims are a list", post(sign, `{"claims":[]}`, p.bearer, p.projectLine), 422, `{"detail":[{"type":"dict_type","loc":["body","claims"],"msg":"Input should be a valid dictionary","input":[]}]}`, nil},
		{"no exp", post(sign, `{"claims":{"a":1}}`, p.bearer, p.projectLine), 422,
			`{"detail":[{"type":"value_error","loc":["body","claims","exp"],"msg":"Value error, exp is missing; the server takes no token without an end.","input":null,"ctx":{"error":{}}}]}`, nil},
		{"exp is over", post(sign, `{"claims":{"exp":7}}`, p.bearer, p.projectLine), 422, `~.*"loc":\["body","claims","exp"\].*"input":7,.*`, nil},
		{"twice", post(sign, `{"claims":{"exp":4102444800,"a":1,"a":2}}`, p.bearer, p.projectLine), 422, `~.*"loc":\["body","claims"\],"msg":"Value error, A member appears twice.*`, nil},
		{"no project", post(sign, claims, p.bearer), 422, `~.*"loc":\["header","x-project-id"\].*`, nil},
		{"no secret", post("/auth/jwt-secrets/"+p.key.ID+"/sign", claims, p.bearer, p.projectLine), 404, failedBody("not_found", "JWT secret not found"), nil},
		{"sign without a login", post(sign, claims, "X-Api-Key: "+p.writer.Secrets[0], p.projectLine), 401, credentialRefused, nil},
	})
}

// FuzzTrace compares what a trace says about any text with what three routes with
// three grammars answer to it.
func FuzzTrace(f *testing.F) {
	b := newTestServer(f)
	p := b.person("ada@example.com")
	for _, seed := range []string{p.key.Secrets[0], "sk_", p.pair.AccessToken, p.pair.RefreshToken, p.keyPair.Secrets[0], p.secret.Secrets[0], b.sessionKey(p),
		signedJWT(p.secret.ID, p.secret.Secrets[0], `{"exp":4102444800}`), jws(`{"alg":"HS256"}`, `{}`, "x"), "..", "a.b.c", ".", "é", "ApiKey", "bearer"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, token string) {
		b := &testServer{t: t, backend: b.backend, public: b.public}
		token = strings.ToValidUTF8(strings.Join(strings.Fields(token), ""), "?")
		if token == "" || len(token) > model.MaxTokenBytes-1024 || unsendable(token) {
			t.Skip("no credential, or more than a header with others may have")
		}
		body, err := json.Marshal(model.TraceRequest{Token: token})
		if err != nil {
			t.Fatal(err)
		}
		a := exchanged(b.public, call{"POST", "/auth/tokens/trace", []string{p.bearer}, string(body)})
		for _, step := range data[model.Trace](t, a).Steps {
			if step.Method != http.MethodGet || strings.HasPrefix(step.Route, "/auth/") {
				continue
			}
			line, ok := map[string]string{"Authorization: ApiKey": accountLine(p.project.AccountID, token),
				"Authorization: Bearer": "Authorization: Bearer " + token, "Authorization": "Authorization: " + token}[step.Header]
			if !ok {
				t.Fatalf("%q is sent how? %+v", token, step)
			}
			got := exchanged(b.public, call{"GET", step.Route, []string{line}, ""})
			if reason := b.records(1)[0].Reason; got.status != step.Status || reason != step.Reason {
				t.Errorf("%q on %s: traced as %d %q, answered %d %q", token, step.Route, step.Status, step.Reason, got.status, reason)
			}
		}
	})
}
