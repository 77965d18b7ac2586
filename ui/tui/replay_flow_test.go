package tui_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/ui/tui/tuitest"
	"keydeck/ui/tui/tuitest/fake"
)

func TestReplay(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject, H: 30, W: 100}, func(r *tuitest.Rig) {
		r.Keys("2", "n", "nightly", "enter", "y", "esc", "3")
		r.Wait(time.Second)
		r.Keys("home", "R")
		r.Sees("Send again", "GET /v1/token/get", "▌ API key nightly", "sk_GDje…nJfJ8", "the login of ada", "no credential",
			"Authorization: ApiKey base64(ABC123:sk_GDje…nJfJ8)")
		r.Keys("down")
		r.Sees("Authorization: Bearer <access token>", "takes no login access token, only an API key: expect a")
		r.Send(tea.PasteMsg{Content: "Bearer sk_pasted\n"})
		r.Sees("16 characters", "Authorization: Bearer …")
		r.Lacks("sk_pasted")
		if len(r.Server.Replayed) != 0 {
			t.Error("the paste was sent by itself")
		}
		r.Keys("enter")
		r.Sees("✓ 200 OK in ", `a\u001b[2Jb`, `X-Evil: \u202ex`, `"token":"…`)
		r.Lacks(fake.AccessToken(r.Server.Now())[:30])
		r.Keys("v")
		r.Sees(fake.AccessToken(r.Server.Now())[:30])
		r.Keys("R", "down", "enter")
		r.Sees("× 401 Unauthorized")
		want := []string{"GET /v1/token/get Bearer sk_pasted", "GET /v1/token/get "}
		if got := r.Server.Replayed; !slices.Equal(got, want) {
			t.Errorf("sent %q, want %q", got, want)
		}
		r.Keys("enter")
		r.Wait(time.Second)
		r.Sees("all projects", "no credential was sent")
	})
}

// TestReplaySendsAsTheRouteTakesIt replays with each kind of credential, on a route of
// each family.
func TestReplaySendsAsTheRouteTakesIt(t *testing.T) {
	project := " x-project-id=" + fake.UUID(11)
	const bearer = "Bearer " // and a JWT
	tests := []struct {
		kind, path string // what is issued, and what is sent again
		shown      string
		want       []string
	}{
		{"left", "/", "POST /keydeck/ABC123/v1/authenticateKeys", []string{"POST /keydeck/ABC123/v1/authenticateKeys ", "GET / session"}},
		{"left", "/auth/api-keys/", "Authorization: <session key>", []string{"POST /keydeck/ABC123/v1/authenticateKeys ", "GET /auth/api-keys/ session" + project}},
		{"right", "/", "Authorization: Bearer <a JWT signed now, kid 0190…0070>", []string{"GET / " + bearer}},
		{"", "/", "Authorization: sk_GDje…nJfJ8", []string{"GET / " + fake.Secret}},
		{"", "/V1/Datetime/UTC-now/", "ApiKey base64(ABC123:", []string{"GET /V1/Datetime/UTC-now/ " + fake.APIKeyHeader()}},
		{"", "/auth/api-keys/", "x-api-key: sk_GDje…nJfJ8", []string{"GET /auth/api-keys/  x-api-key=" + fake.Secret + project}},
		{"", "/auth/users/me", "Authorization: Bearer <access token>", []string{"GET /auth/users/me " + bearer}},
		{"", "/auth/jwt-secrets/", "x-project-id: " + fake.UUID(11), []string{"GET /auth/jwt-secrets/ " + bearer}},
		{"", "/v1/healthz", "no credential", []string{"GET /v1/healthz "}},
		{"", "/openapi.json", "no credential", []string{"GET /openapi.json "}},
	}
	for _, tt := range tests {
		t.Run(strings.TrimPrefix(tt.kind+" "+tt.path, " "), func(t *testing.T) {
			run(t, tuitest.Options{SignedIn: true, H: 30, W: 100, Seed: func(f *fake.Server) {
				fake.OneProject(f)
				f.Log = []model.RequestRecord{fake.Record(1, f.Now(), "GET", tt.path, 200, 22, "")}
			}}, func(r *tuitest.Rig) {
				r.Keys("2", "n", "nightly", "shift+tab")
				if tt.kind != "" {
					r.Keys(tt.kind)
				}
				r.Keys("enter", "y", "tab", "y", "esc", "3")
				r.Wait(time.Second)
				r.Keys("R")
				r.Sees(tt.shown)
				r.Keys("enter")
				r.Sees("X-Request-Id")
				got := slices.Clone(r.Server.Replayed)
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
