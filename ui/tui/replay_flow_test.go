package tui

import (
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
)

func TestReplay(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: oneProject, h: 30, w: 100}, func(r *rig) {
		r.keys("2", "n", "nightly", "enter", "y", "esc", "3")
		r.wait(time.Second)
		r.keys("home", "R")
		r.sees("Send again", "GET /v1/token/get", "▌ API key nightly", "sk_GDje…nJfJ8", "the login of ada", "no credential",
			"Authorization: ApiKey base64(ABC123:sk_GDje…nJfJ8)")
		r.keys("down")
		r.sees("Authorization: Bearer <access token>", "takes no login access token, only an API key: expect a")
		r.send(tea.PasteMsg{Content: "Bearer sk_pasted\n"})
		r.sees("16 characters", "Authorization: Bearer …")
		r.lacks("sk_pasted")
		if len(r.fake.sent) != 0 {
			t.Error("the paste was sent by itself")
		}
		r.keys("enter")
		r.sees("✓ 200 OK in ", `a\u001b[2Jb`, `X-Evil: \u202ex`, `"token":"eyJhbG…`)
		r.lacks(fakeToken(r.fake.now())[:30])
		r.keys("v")
		r.sees(fakeToken(r.fake.now())[:30])
		r.keys("R", "down", "enter")
		r.sees("× 401 Unauthorized")
		want := []string{"GET /v1/token/get Bearer sk_pasted", "GET /v1/token/get "}
		if got := r.fake.sent; !slices.Equal(got, want) {
			t.Errorf("sent %q, want %q", got, want)
		}
		r.keys("enter")
		r.wait(time.Second)
		r.sees("all projects", "no credential was sent")
	})
}

// TestReplaySendsAsTheRouteTakesIt: each kind of credential, on a route of each
// family.
func TestReplaySendsAsTheRouteTakesIt(t *testing.T) {
	project := " x-project-id=" + uuid(11)
	const bearer = "Bearer " // and a JWT
	tests := []struct {
		kind, path string // what is issued, and what is sent again
		shown      string
		want       []string
	}{
		{"left", "/", "POST /keydeck/ABC123/v1/authenticateKeys", []string{"POST /keydeck/ABC123/v1/authenticateKeys ", "GET / session"}},
		{"left", "/auth/api-keys/", "Authorization: <session key>", []string{"POST /keydeck/ABC123/v1/authenticateKeys ", "GET /auth/api-keys/ session" + project}},
		{"right", "/", "Authorization: Bearer <a JWT signed now, kid 0190…000070>", []string{"GET / " + bearer}},
		{"", "/", "Authorization: sk_GDje…nJfJ8", []string{"GET / " + fakeSecret}},
		{"", "/V1/Datetime/UTC-now/", "ApiKey base64(ABC123:", []string{"GET /V1/Datetime/UTC-now/ " + apiKeyValue()}},
		{"", "/auth/api-keys/", "x-api-key: sk_GDje…nJfJ8", []string{"GET /auth/api-keys/  x-api-key=" + fakeSecret + project}},
		{"", "/auth/users/me", "Authorization: Bearer <access token>", []string{"GET /auth/users/me " + bearer}},
		{"", "/auth/jwt-secrets/", "x-project-id: " + uuid(11), []string{"GET /auth/jwt-secrets/ " + bearer}},
		{"", "/v1/healthz", "no credential", []string{"GET /v1/healthz "}},
		{"", "/openapi.json", "no credential", []string{"GET /openapi.json "}},
	}
	for _, tt := range tests {
		t.Run(strings.TrimPrefix(tt.kind+" "+tt.path, " "), func(t *testing.T) {
			run(t, rigOptions{signedIn: true, h: 30, w: 100, furnish: func(f *fake) {
				oneProject(f)
				f.log = []model.RequestRecord{record(1, f.now(), "GET", tt.path, 200, 22, "")}
			}}, func(r *rig) {
				r.keys("2", "n", "nightly", "shift+tab")
				if tt.kind != "" {
					r.keys(tt.kind)
				}
				r.keys("enter", "y", "tab", "y", "esc", "3")
				r.wait(time.Second)
				r.keys("R")
				r.sees(tt.shown)
				r.keys("enter")
				r.sees("X-Request-Id")
				got := slices.Clone(r.fake.sent)
				for i := range got {
					if head, jwt, ok := strings.Cut(got[i], bearer); ok && strings.Count(jwt, ".") == 2 {
						got[i] = head + bearer
					}
				}
				if !slices.Equal(got, tt.want) {
					t.Errorf("sent %q, want %q", got, tt.want)
				}
			})
		})
	}
}
