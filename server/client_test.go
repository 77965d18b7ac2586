package server

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"keydeck/model"
	"keydeck/server/client"
)

// client is the Go client of a person who is signed in.
func (b *testServer) client(p person) *client.Client {
	b.t.Helper()
	listener := httptest.NewServer(b.public)
	b.t.Cleanup(listener.Close)
	login := client.NewMemory()
	_, err := login.Update(context.Background(), func(*client.Session) (*client.Session, error) {
		return &client.Session{UserID: p.id, Email: p.email, AccessToken: p.pair.AccessToken, RefreshToken: p.pair.RefreshToken}, nil
	})
	if err != nil {
		b.t.Fatal(err)
	}
	c, err := client.New(client.Options{URL: listener.URL, Sessions: login, Now: b.clock.Now})
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(c.Close)
	return c
}

func TestClientOverviewAndUse(t *testing.T) {
	ctx := t.Context()
	b := newTestServer(t)
	p := b.person("ada@example.com")
	c := b.client(p)
	b.do("GET", "/", "", "Authorization: "+p.key.Secrets[0])
	for _, project := range []string{"", p.project.ID} {
		o, err := c.Overview(ctx, project)
		if err != nil || len(o.Minutes) != 60 || o.Today != 1 || len(o.Busiest) != 1 || o.Busiest[0].Name != "one" {
			t.Errorf("overview of %q: got %+v, %v", project, o, err)
		}
		list, err := c.Use(ctx, project)
		if err != nil || len(list) != 4 || list[0].CredentialID != p.key.ID || list[0].LastHour != 1 {
			t.Errorf("use in %q: got %+v, %v", project, list, err)
		}
		use, err := c.UseOf(ctx, project, p.key.ID)
		if err != nil || use.RequestsToday != 1 || len(use.Addresses) != 1 || use.Addresses[0].Requests != 1 {
			t.Errorf("use of one in %q: got %+v, %v", project, use, err)
		}
	}
	for name, err := range map[string]error{
		"overview":   second(c.Overview(ctx, nobody)),
		"use":        second(c.Use(ctx, nobody)),
		"use of one": second(c.UseOf(ctx, "", nobody)),
	} {
		if model.CodeOf(err) != model.CodeNotFound {
			t.Errorf("%s of what is nobody's: got %v", name, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestClientRotates(t *testing.T) {
	ctx := t.Context()
	b := newTestServer(t)
	p := b.person("ada@example.com")
	c := b.client(p)
	key, err := c.Rotate(ctx, p.project.ID, model.KindAPIKey, p.key.ID, time.Hour)
	if err != nil || model.CheckKey(key.Secrets[0]) != "" || key.ID == p.key.ID || key.Name != p.key.Name {
		t.Errorf("key: got %+v, %v", key, err)
	}
	secret, err := c.Rotate(ctx, p.project.ID, model.KindJWTSecret, p.secret.ID, 0)
	if err != nil || secret.Secrets[0] == p.secret.Secrets[0] || secret.Name != p.secret.Name {
		t.Errorf("secret: got %+v, %v", secret, err)
	}
	pair, err := c.Rotate(ctx, p.project.ID, model.KindKeyPair, p.keyPair.ID, time.Minute)
	if err != nil || pair.Secrets[1] == p.keyPair.Secrets[1] || pair.Name != p.keyPair.Name {
		t.Errorf("pair: got %+v, %v", pair, err)
	}
	_, err = c.Rotate(ctx, p.project.ID, model.KindAPIKey, key.ID, (model.MaxGraceSeconds+1)*time.Second)
	if model.CodeOf(err) != model.CodeInvalid {
		t.Errorf("too long a grace period: got %v", err)
	}
	_, err = c.Rotate(ctx, p.project.ID, model.KindJWTSecret, p.secret.ID, 0)
	if model.CodeOf(err) != model.CodeConflict {
		t.Errorf("a revoked secret: got %v", err)
	}
}

func TestClientReplays(t *testing.T) {
	ctx := t.Context()
	b := newTestServer(t)
	p := b.person("ada@example.com")
	c := b.client(p)
	for _, tt := range []struct {
		method, path, authorization string
		status                      int
		body                        string
	}{
		{"GET", "/", p.key.Secrets[0], 200, "Oh, Hello"},
		{"GET", "/", "", 401, "error"}, // the login of the client is not sent along
		{"GET", "/auth/users/me", "", 401, "Could not validate"},
		{"HEAD", "/", p.key.Secrets[0], 200, ""},
		{"OPTIONS", "/", "", 204, ""},
		{"GET", "/a%62//../?x=%20 ü", "", 404, ""},
	} {
		header := http.Header{}
		if tt.authorization != "" {
			header.Set("Authorization", tt.authorization)
		}
		got, err := c.Replay(ctx, client.ReplayRequest{Method: tt.method, Path: tt.path, Header: header})
		if err != nil || got.Status != tt.status || !strings.Contains(string(got.Body), tt.body) || got.Took <= 0 {
			t.Errorf("%s %s: got %d %s, %v, want %d %s", tt.method, tt.path, got.Status, got.Body, err, tt.status, tt.body)
		}
	}
	if r := b.records(1)[0]; !strings.HasSuffix(r.UserAgent, "(replay)") || r.Path != "/a%62//../?x=%20 ü" {
		t.Errorf("logged as %+v", r)
	}
	for _, path := range []string{"/local/stop", "/LOCAL/stop", "//x/../local/stop"} {
		if _, err := c.Replay(ctx, client.ReplayRequest{Method: "POST", Path: path}); model.CodeOf(err) != model.CodeInvalid {
			t.Errorf("%s: got %v, want it rejected", path, err)
		}
	}
}

func TestClientTracesAndSigns(t *testing.T) {
	ctx := t.Context()
	b := newTestServer(t)
	p := b.person("ada@example.com")
	c := b.client(p)
	exp := b.clock.Now().Add(time.Hour).Unix()
	signed, err := c.SignJWT(ctx, p.project.ID, p.secret.ID, model.SignRequest{Claims: fmt.Appendf(nil, `{"exp":%d}`, exp)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.SignJWT(ctx, p.project.ID, p.secret.ID, model.SignRequest{}); model.CodeOf(err) != model.CodeInvalid {
		t.Errorf("no claims: got %v", err)
	}
	got, err := c.Trace(ctx, model.TraceRequest{Token: signed.Token})
	if err != nil || got.Inspection.Kind != model.KindClientJWT || got.Inspection.Signature != model.SignatureGood || len(got.Steps) == 0 {
		t.Errorf("trace: got %+v, %v", got, err)
	}
	record := b.records(1)[0] // of the trace itself
	past, err := c.Trace(ctx, model.TraceRequest{RequestID: record.ID})
	if err != nil || past.Record == nil || past.Record.ID != record.ID || past.Inspection.Kind != model.KindAccessToken {
		t.Errorf("trace of a request: got %+v, %v", past, err)
	}
}

// TestClientListsCredentials reads more than a page holds.
func TestClientListsCredentials(t *testing.T) {
	b := newTestServer(t)
	p := b.person("ada@example.com")
	c := b.client(p)
	for i := range model.MaxPageLimit {
		if _, err := c.Issue(t.Context(), p.project.ID, model.KindAPIKey, model.CredentialSpec{Name: fmt.Sprint("key ", i)}); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		f    model.CredentialFilter
		want int
	}{
		{model.CredentialFilter{ProjectID: p.project.ID}, model.MaxPageLimit + 4}, {model.CredentialFilter{}, model.MaxPageLimit + 4},
		{model.CredentialFilter{Kind: model.KindAPIKey, State: model.StateActive, Q: "KEY 99", Sort: "name"}, 11},
		{model.CredentialFilter{Kind: model.KindKeyPair, Limit: 1}, 1},
	} {
		list, err := c.Credentials(t.Context(), tt.f)
		ids := map[string]bool{}
		for _, cr := range list {
			ids[cr.ID] = true
		}
		if err != nil || len(list) != tt.want || len(ids) != tt.want {
			t.Errorf("%+v: got %d, %d of them different, %v, want %d", tt.f, len(list), len(ids), err, tt.want)
		}
	}
	since := b.clock.Now()
	if list, err := c.CredentialsSince(t.Context(), p.project.ID, since); err != nil || len(list) != model.MaxPageLimit+4 {
		t.Errorf("all have changed: got %d, %v", len(list), err)
	}
	b.clock.Add(time.Second)
	if _, err := c.Revoke(t.Context(), p.project.ID, model.KindAPIKey, p.key.ID); err != nil {
		t.Fatal(err)
	}
	list, err := c.CredentialsSince(t.Context(), p.project.ID, since.Add(time.Millisecond))
	if err != nil || len(list) != 1 || list[0].ID != p.key.ID || list[0].State != model.StateRevoked {
		t.Errorf("one has changed: got %+v, %v", list, err)
	}
	if _, err := c.Credentials(t.Context(), model.CredentialFilter{ProjectID: nobody}); model.CodeOf(err) != model.CodeNotFound {
		t.Errorf("of a project that is nobody's: got %v", err)
	}
}

// TestClientSaysWhatIsWrong: an error names the field, and says what is wrong with it in
// words for people.
func TestClientSaysWhatIsWrong(t *testing.T) {
	ctx := t.Context()
	b := newTestServer(t)
	p := b.person("ada@example.com")
	c := b.client(p)
	for want, err := range map[string]error{
		"email: An email address must have an @-sign.":      second(c.AddMember(ctx, p.project.ID, "nobody", model.RoleViewer)),
		"name: A name must not contain control characters.": second(c.RenameProject(ctx, p.project.ID, "a\x00b")),
	} {
		if err == nil || err.Error() != want || model.CodeOf(err) != model.CodeInvalid {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}
