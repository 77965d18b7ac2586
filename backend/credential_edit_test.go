package backend

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"keydeck/model"
)

// TestPause: what is paused is refused from the next request on, in every form in which
// it is sent, and good again once it is resumed.
func TestPause(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	w := newWorld(t)
	p, project := w.owner()
	key := w.apiKey(p, project, model.CredentialSpec{Name: "ci"})
	acting, err := w.AuthenticateAccountKey(ctx, project.AccountID, key.Secrets[0])
	if err != nil {
		t.Fatal(err)
	}
	service, _, err := w.ServiceToken(ctx, acting, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	pair, err := w.Issue(ctx, p, project.ID, model.KindKeyPair, model.CredentialSpec{Name: "pair"})
	if err != nil {
		t.Fatal(err)
	}
	session, _, err := w.AuthenticateKeys(ctx, project.AccountID, pair.Secrets[0], pair.Secrets[1])
	if err != nil {
		t.Fatal(err)
	}
	secret, err := w.Issue(ctx, p, project.ID, model.KindJWTSecret, model.CredentialSpec{Name: "web"})
	if err != nil {
		t.Fatal(err)
	}
	claims := fmt.Appendf(nil, `{"exp":%d}`, w.Now().Add(time.Hour).Unix())
	signed, err := w.SignJWT(ctx, p, project.ID, secret.ID, claims)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		id   string
		use  func() (Principal, error)
	}{
		{"key", key.ID, func() (Principal, error) { return w.AuthenticateAPIKey(ctx, key.Secrets[0]) }},
		{"key with its account", key.ID, func() (Principal, error) { return w.AuthenticateAccountKey(ctx, project.AccountID, key.Secrets[0]) }},
		{"service token of a key", key.ID, func() (Principal, error) { return w.AuthenticateToken(ctx, service, AcceptService) }},
		{"pair", pair.ID, func() (Principal, error) {
			_, p, err := w.AuthenticateKeys(ctx, project.AccountID, pair.Secrets[0], pair.Secrets[1])
			return p, err
		}},
		{"session key of a pair", pair.ID, func() (Principal, error) { return w.AuthenticateToken(ctx, session, AcceptSession) }},
		{"JWT of a secret", secret.ID, func() (Principal, error) { return w.AuthenticateToken(ctx, signed.Token, AcceptClient) }},
	}
	for _, tt := range tests {
		if _, err := tt.use(); err != nil { // so that it is remembered
			t.Fatalf("%s: %v", tt.name, err)
		}
		paused, err := w.Pause(ctx, p, "", tt.id)
		if err != nil || paused.State != model.StatePaused || paused.IsActive || paused.PausedAt == nil {
			t.Fatalf("%s: paused as %+v, %v", tt.name, paused, err)
		}
		again, err := w.Pause(ctx, p, project.ID, tt.id)
		if err != nil || !again.PausedAt.Equal(paused.PausedAt.Time) {
			t.Errorf("%s: paused again as %+v, %v", tt.name, again, err)
		}
		who, err := tt.use()
		wantRefusal(t, err, model.CodeUnauthorized, model.ReasonPaused)
		if who.CredentialID != tt.id {
			t.Errorf("%s: the log would name %q", tt.name, who.CredentialID)
		}
		resumed, err := w.Resume(ctx, p, "", tt.id)
		if err != nil || resumed.State != model.StateActive || !resumed.IsActive || resumed.PausedAt != nil {
			t.Fatalf("%s: resumed as %+v, %v", tt.name, resumed, err)
		}
		if _, err := tt.use(); err != nil {
			t.Errorf("%s: resumed and refused: %v", tt.name, err)
		}
	}
	if _, err := w.Pause(ctx, p, "", secret.ID); err != nil {
		t.Fatal(err)
	}
	_, err = w.SignJWT(ctx, p, project.ID, secret.ID, claims)
	wantRefusal(t, err, model.CodeConflict, "")
	got, err := w.Inspect(ctx, p, model.InspectRequest{Token: signed.Token})
	if err != nil || got.Valid || got.Reason != model.ReasonPaused || got.KeyState == nil || *got.KeyState != "paused" {
		t.Errorf("inspected as %+v, %v", got, err)
	}
	if _, err := w.Revoke(ctx, p, project.ID, key.ID, model.KindAPIKey); err != nil {
		t.Fatal(err)
	}
	for name, pause := range map[string]func() (model.Credential, error){
		"pause":  func() (model.Credential, error) { return w.Pause(ctx, p, "", key.ID) },
		"resume": func() (model.Credential, error) { return w.Resume(ctx, p, "", key.ID) },
	} {
		if _, err := pause(); model.CodeOf(err) != model.CodeConflict {
			t.Errorf("%s what is revoked: %v", name, err)
		}
	}
}

// TestEditCredential: each member alone, and who may.
func TestEditCredential(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	w := newWorld(t)
	p, project := w.owner()
	if _, err := w.AddMember(ctx, p, must(w.CreateProject(ctx, p, "second")).ID, "other@example.com", model.RoleOwner); err != nil {
		t.Fatal(err)
	}
	_, other := w.signIn("other@example.com", remote)
	foreign := model.Project{ID: "84fc585f-073e-4b30-8f74-e650d50c8622"}
	pair, err := w.Issue(ctx, p, project.ID, model.KindKeyPair, model.CredentialSpec{Name: "pair", Scopes: []string{"a"}})
	if err != nil {
		t.Fatal(err)
	}
	later := model.At(w.Now().Add(48 * time.Hour))
	for _, patch := range []model.CredentialPatch{
		{Name: model.Some("partner")}, {Note: model.Some("  for the shop ")}, {Owner: model.Some("ops")}, {Scopes: model.Some([]string{"b"})}, {ExpiresAt: model.Some(later)},
	} {
		if _, err := w.EditCredential(ctx, p, "", pair.ID, patch); err != nil {
			t.Errorf("%+v: %v", patch, err)
		}
	}
	got, err := w.Credential(ctx, p, "", pair.ID)
	if err != nil || got.Name != "partner" || got.Note != "for the shop" || got.Owner != "ops" || got.Scopes[0] != "b" || !got.ExpiresAt.Equal(later.Time) ||
		got.CreatedBy.ID != p.UserID || got.CreatedBy.Hint == "" {
		t.Errorf("edited to %+v, %v", got, err)
	}
	found, err := w.Credentials(ctx, p, model.CredentialFilter{Q: "SHOP"})
	if err != nil || len(found.Items) != 1 || found.Items[0].ID != pair.ID {
		t.Errorf("found by its note: %+v, %v", found, err)
	}
	writer := w.apiKey(p, project, model.CredentialSpec{Scopes: []string{model.ScopeKeysWrite}})
	reader := w.apiKey(p, project, model.CredentialSpec{})
	asWriter, _ := w.AuthenticateAPIKey(ctx, writer.Secrets[0])
	asReader, _ := w.AuthenticateAPIKey(ctx, reader.Secrets[0])
	note := model.CredentialPatch{Note: model.Some("x")}
	tests := []struct {
		name string
		who  Principal
		id   string
		in   model.CredentialPatch
		want model.Code
	}{
		{"a key with the scope", asWriter, reader.ID, note, ""},
		{"a key without it", asReader, reader.ID, note, model.CodeForbidden},
		{"a key, of a pair", asWriter, pair.ID, note, model.CodeNotFound},
		{"another project's", other, pair.ID, note, model.CodeNotFound},
		{"one that is nobody's", p, foreign.ID, note, model.CodeNotFound},
		{"too long a note", p, pair.ID, model.CredentialPatch{Note: model.Some(strings.Repeat("ä", model.MaxNoteChars+1))}, model.CodeInvalid},
		{"too long an owner", p, pair.ID, model.CredentialPatch{Owner: model.Some(strings.Repeat("o", model.MaxNameChars+1))}, model.CodeInvalid},
		{"the note emptied", p, pair.ID, model.CredentialPatch{Note: model.Null[string]()}, ""},
	}
	for _, tt := range tests {
		_, err := w.EditCredential(ctx, tt.who, "", tt.id, tt.in)
		if (err == nil) != (tt.want == "") || err != nil && model.CodeOf(err) != tt.want {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
	}
	if got, err := w.Credential(ctx, asWriter, "", reader.ID); err != nil || got.CreatedBy.ID != p.UserID || got.CreatedBy.Hint != "" {
		t.Errorf("a key sees who issued it: %+v, %v", got.CreatedBy, err)
	}
}
