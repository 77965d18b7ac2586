package wallet

import (
	"slices"
	"strings"
	"testing"

	"keydeck/model"
	"keydeck/ui/tui/tuitest/fake"
	"keydeck/ui/tui/widget"
)

func TestShellLines(t *testing.T) {
	tests := []struct {
		w    int
		want []string
	}{
		{60, []string{`curl http://127.0.0.1:8000/v1/token/get \`, `  -H "Authorization: x"`}},
		{26, []string{`curl http://127.0.0.1:800\`, `0/v1/token/get \`, `  -H "Authorization: x"`}},
		{20, []string{`curl http://127.0.0\`, `.1:8000/v1/token/ge\`, `t \`, `  -H "Authorization\`, `: x"`}},
	}
	for _, tt := range tests {
		got := WrapCommand(tt.w, "curl http://127.0.0.1:8000/v1/token/get", "-H \"Authorization:\u00a0x\"")
		if !slices.Equal(got, tt.want) {
			t.Errorf("in %d cells: %q, want %q", tt.w, got, tt.want)
		}
		for _, l := range got {
			if widget.Width(l) > tt.w {
				t.Errorf("%q is wider than %d", l, tt.w)
			}
		}
	}
}

func TestCurlOfCallsWithTheirCredentialInTheBody(t *testing.T) {
	tests := []struct {
		method, path, route string
		kind                model.Kind
		want                bool
	}{
		{"POST", "/auth/verification/refresh-token", "/auth/verification/refresh-token", model.KindRefreshToken, false},
		{"POST", "/auth/verification/revoke-token/", "/auth/verification/revoke-token", model.KindRefreshToken, false},
		{"GET", "/v1/healthz", "/v1/healthz", model.KindAccessToken, false},
		{"GET", "/wp-login.php", "", model.KindAPIKey, false},
		{"POST", "/keydeck/ABC123/v1/authenticateKeys", "/{service}/{tenantid}/v1/authenticateKeys", model.KindKeyPair, false},
		{"POST", "/Keydeck/ABC123/V1/authenticatekeys/", "/{service}/{tenantid}/v1/authenticateKeys", model.KindKeyPair, false},
		{"GET", "/auth/users/me", "/auth/users/me", model.KindAccessToken, true},
		{"GET", "/", "/", model.KindAPIKey, true},
	}
	for _, tt := range tests {
		r := model.RequestRecord{Method: tt.method, Path: tt.path, Route: tt.route, Scheme: tt.kind}
		if got := strings.Contains(CurlCommand(&r, AccessOf(fake.Routes, &r), "http://x"), "Authorization"); got != tt.want {
			t.Errorf("%s %s as %s: an Authorization header is %v, want %v", tt.method, tt.path, tt.kind, got, tt.want)
		}
	}
}

// TestCurlHasTheRoutesHeaders checks the headers of each family's credential, without
// its secret.
func TestCurlHasTheRoutesHeaders(t *testing.T) {
	tests := []struct {
		path string
		kind model.Kind
		want []string
	}{
		{"/v1/token/get", model.KindAPIKey, []string{"'Authorization: ApiKey ••••••'"}},
		{"/v1/datetime/utc-now", model.KindServiceToken, []string{"'Authorization: Bearer ••••••'"}},
		{"/v1/datetime/utc-now", model.KindSessionKey, []string{"'Authorization: ••••••'"}},
		{"/auth/api-keys/", model.KindAPIKey, []string{"'x-api-key: ••••••'", "'x-project-id: p'"}},
		{"/auth/key-pairs/", model.KindAccessToken, []string{"'Authorization: Bearer ••••••'", "'x-project-id: p'"}},
		{"/", model.KindAPIKey, []string{"'Authorization: ••••••'"}},
		{"/", model.KindClientJWT, []string{"'Authorization: Bearer ••••••'"}},
		{"/", "", nil},
	}
	for _, tt := range tests {
		r := &model.RequestRecord{Method: "GET", Path: tt.path, Route: tt.path, Scheme: tt.kind, ProjectID: "p"}
		line := CurlCommand(r, AccessOf(fake.Routes, r), "http://x")
		if got := strings.Count(line, " -H "); got != len(tt.want) {
			t.Errorf("%s as %s has %d headers, want %d: %s", tt.path, tt.kind, got, len(tt.want), line)
		}
		for _, want := range tt.want {
			if !strings.Contains(line, want) {
				t.Errorf("%s as %s lacks %s: %s", tt.path, tt.kind, want, line)
			}
		}
	}
}

// TestFirstCall: a credential is tried on a route that takes it as it is in Authorization,
// or else on the first one that asks for nothing else, in the header that the route wants.
func TestFirstCall(t *testing.T) {
	k := Key{Kind: model.KindAPIKey, Account: "ABC123", Secrets: []string{"sk_x"}}
	keyHeader := []model.Acceptance{{Kind: model.KindAPIKey, Header: model.CarrierKeyHeader}}
	tests := []struct {
		name   string
		routes []model.Route
		want   string // "" for no route
	}{
		{"as it is", fake.Routes, "curl 'http://x/' -H 'Authorization: sk_x'\n"},
		{"account key", []model.Route{{Method: "GET", Route: "/v1/token/get", Accepts: []model.Acceptance{{Kind: model.KindAPIKey, Header: model.CarrierAccountKey}}}},
			"curl 'http://x/v1/token/get' -H \"Authorization: ApiKey $(printf '%s' 'ABC123:sk_x' | base64 | tr -d '\\n')\"\n"},
		{"header", []model.Route{
			{Method: "POST", Route: "/writes", Accepts: keyHeader},
			{Method: "GET", Route: "/of/{id}", Accepts: keyHeader},
			{Method: "GET", Route: "/in-project", Accepts: keyHeader, Project: true},
			{Method: "GET", Route: "/first", Accepts: keyHeader},
		}, "curl 'http://x/first' -H 'x-api-key: sk_x'\n"},
		{"none", fake.Routes[len(fake.Routes)-3:], ""},
	}
	for _, tt := range tests {
		first, ok := FirstCall(tt.routes, k.Kind)
		if ok != (tt.want != "") {
			t.Errorf("%s: found is %v", tt.name, ok)
		}
		if got := TryCommand(k, first, "http://x", "keydeck"); ok && got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}
