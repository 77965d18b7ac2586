package backend

import (
	"testing"
	"time"

	"keydeck/model"
)

func TestRotateAPIKey(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	w := newWorld(t)
	p, project := w.owner()
	old := w.apiKey(p, project, model.CredentialSpec{Name: "ci", Scopes: []string{"read"}, ExpiresInDays: days(30)})
	if _, err := w.AuthenticateAPIKey(ctx, old.Secrets[0]); err != nil { // so that it is remembered
		t.Fatal(err)
	}
	w.clock.Add(20 * 24 * time.Hour)
	_, p = w.signIn("owner@example.com", socket)

	next, err := w.Rotate(ctx, p, project.ID, old.ID, model.KindAPIKey, model.RotateSpec{GraceSeconds: 3600})
	if err != nil {
		t.Fatal(err)
	}
	if next.ID == old.ID || next.Secrets[0] == old.Secrets[0] || model.CheckKey(next.Secrets[0]) != "" || next.Name != "ci" ||
		len(next.Scopes) != 1 || next.Scopes[0] != "read" || next.LastUsedAt != nil {
		t.Errorf("successor is %+v of %+v", next, old)
	}
	if got := next.ExpiresAt.Sub(next.CreatedAt.Time); got != 30*24*time.Hour {
		t.Errorf("the successor lives %v, want 30 days", got)
	}
	for _, key := range []string{old.Secrets[0], next.Secrets[0]} {
		if _, err := w.AuthenticateAPIKey(ctx, key); err != nil {
			t.Errorf("within the grace period: %v", err)
		}
	}
	_, err = w.Rotate(ctx, p, project.ID, old.ID, model.KindAPIKey, model.RotateSpec{})
	wantRefusal(t, err, model.CodeConflict, "")
	w.clock.Add(time.Hour)
	_, err = w.AuthenticateAPIKey(ctx, old.Secrets[0])
	wantRefusal(t, err, model.CodeUnauthorized, model.ReasonExpired)

	last, err := w.Rotate(ctx, p, project.ID, next.ID, model.KindAPIKey, model.RotateSpec{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.AuthenticateAPIKey(ctx, next.Secrets[0])
	wantRefusal(t, err, model.CodeUnauthorized, model.ReasonRevoked)
	if _, err := w.AuthenticateAPIKey(ctx, last.Secrets[0]); err != nil {
		t.Errorf("the last one: %v", err)
	}
}

func TestLifeOfASuccessor(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	w := newWorld(t)
	p, project := w.owner()
	far := model.At(time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC))
	patched := w.apiKey(p, project, model.CredentialSpec{})
	if _, err := w.Update(ctx, p, project.ID, patched.ID, model.KindAPIKey, model.CredentialPatch{ExpiresAt: model.Some(far)}); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name  string
		id    string
		grace int
		life  time.Duration // 0: never
		ends  time.Duration // of the old one, from now
	}{
		{"never", w.apiKey(p, project, model.CredentialSpec{}).ID, 60, 0, time.Minute},
		{"ends before the grace period", w.apiKey(p, project, model.CredentialSpec{ExpiresInDays: days(1)}).ID, model.MaxGraceSeconds, 24 * time.Hour, 24 * time.Hour},
		{"at the end of time", patched.ID, 60, maxLife, time.Minute},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			next, err := w.Rotate(ctx, p, project.ID, tt.id, model.KindAPIKey, model.RotateSpec{GraceSeconds: tt.grace})
			if err != nil {
				t.Fatal(err)
			}
			switch {
			case tt.life == 0 && next.ExpiresAt != nil:
				t.Errorf("ends at %v, want never", next.ExpiresAt)
			case tt.life != 0 && (next.ExpiresAt == nil || next.ExpiresAt.Sub(next.CreatedAt.Time) != tt.life):
				t.Errorf("ends at %v, want %v after %v", next.ExpiresAt, tt.life, next.CreatedAt)
			}
			old, err := w.db.Credential(ctx, project.ID, tt.id, model.KindAPIKey)
			if err != nil || old.ExpiresAt == nil || !old.ExpiresAt.Equal(w.Now().Add(tt.ends)) || old.RevokedAt != nil {
				t.Errorf("the old one ends at %v (revoked %v, %v), want in %v", old.ExpiresAt, old.RevokedAt, err, tt.ends)
			}
		})
	}
}

func TestRotateJWTSecretAndKeyPair(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	w := newWorld(t)
	p, project := w.owner()
	secret, err := w.Issue(ctx, p, project.ID, model.KindJWTSecret, model.CredentialSpec{Name: "web"})
	if err != nil {
		t.Fatal(err)
	}
	nextSecret, err := w.Rotate(ctx, p, project.ID, secret.ID, model.KindJWTSecret, model.RotateSpec{GraceSeconds: 60})
	if err != nil || nextSecret.ID == secret.ID || nextSecret.Secrets[0] == secret.Secrets[0] || nextSecret.Name != "web" {
		t.Fatalf("successor is %+v, %v", nextSecret, err)
	}
	pair, err := w.Issue(ctx, p, project.ID, model.KindKeyPair, model.CredentialSpec{Name: "desk", ExpiresInDays: days(365)})
	if err != nil {
		t.Fatal(err)
	}
	nextPair, err := w.Rotate(ctx, p, project.ID, pair.ID, model.KindKeyPair, model.RotateSpec{GraceSeconds: 60})
	if err != nil {
		t.Fatal(err)
	}
	for name, k := range map[string]model.IssuedCredential{"old": pair, "new": nextPair} {
		if _, _, err := w.AuthenticateKeys(ctx, project.AccountID, k.Secrets[0], k.Secrets[1]); err != nil {
			t.Errorf("the %s pair within the grace period: %v", name, err)
		}
	}
	_, _, err = w.AuthenticateKeys(ctx, project.AccountID, pair.Secrets[0], nextPair.Secrets[1])
	wantRefusal(t, err, model.CodeUnauthorized, model.ReasonPairMismatch)
	w.clock.Add(time.Minute)
	// The licence inside the old JWTs lasts a year; the row decides.
	_, _, err = w.AuthenticateKeys(ctx, project.AccountID, pair.Secrets[0], pair.Secrets[1])
	wantRefusal(t, err, model.CodeUnauthorized, model.ReasonLicenceExpired)
	if _, _, err := w.AuthenticateKeys(ctx, project.AccountID, nextPair.Secrets[0], nextPair.Secrets[1]); err != nil {
		t.Errorf("the new pair: %v", err)
	}
}

func TestRotateRefused(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	w := newWorld(t)
	p, project := w.owner()
	people := map[model.Role]Principal{}
	for _, role := range []model.Role{model.RoleMember, model.RoleViewer} {
		if _, err := w.AddMember(ctx, p, project.ID, string(role)+"@example.com", role); err != nil {
			t.Fatal(err)
		}
		_, people[role] = w.signIn(string(role)+"@example.com", remote)
	}
	key := w.apiKey(p, project, model.CredentialSpec{})
	writer := w.apiKey(p, project, model.CredentialSpec{Scopes: []string{model.ScopeKeysWrite}})
	asKey, _ := w.AuthenticateAPIKey(ctx, key.Secrets[0])
	asWriter, _ := w.AuthenticateAPIKey(ctx, writer.Secrets[0])
	secret, err := w.Issue(ctx, p, project.ID, model.KindJWTSecret, model.CredentialSpec{Name: "web"})
	if err != nil {
		t.Fatal(err)
	}
	revoked := w.apiKey(p, project, model.CredentialSpec{})
	if _, err := w.Revoke(ctx, p, project.ID, revoked.ID, model.KindAPIKey); err != nil {
		t.Fatal(err)
	}
	expired := w.apiKey(p, project, model.CredentialSpec{})
	if _, err := w.Update(ctx, p, project.ID, expired.ID, model.KindAPIKey, model.CredentialPatch{ExpiresAt: model.Some(model.At(w.Now().Add(time.Second)))}); err != nil {
		t.Fatal(err)
	}
	w.clock.Add(time.Second)
	second, err := w.CreateProject(ctx, p, "second")
	if err != nil {
		t.Fatal(err)
	}

	apiKey := func(who Principal, project, id string, grace int) error {
		_, err := w.Rotate(ctx, who, project, id, model.KindAPIKey, model.RotateSpec{GraceSeconds: grace})
		return err
	}
	jwtSecret := func(who Principal, id string) error {
		_, err := w.Rotate(ctx, who, project.ID, id, model.KindJWTSecret, model.RotateSpec{})
		return err
	}
	for _, tt := range []struct {
		name string
		err  error
		want model.Code // "" for success
	}{
		{"a viewer", apiKey(people[model.RoleViewer], project.ID, key.ID, 0), model.CodeForbidden},
		{"a key without the scope", apiKey(asKey, project.ID, key.ID, 0), model.CodeForbidden},
		{"another project", apiKey(p, second.ID, key.ID, 0), model.CodeNotFound},
		{"somebody else's project", apiKey(people[model.RoleMember], second.ID, key.ID, 0), model.CodeNotFound},
		{"unknown", apiKey(p, project.ID, second.ID, 0), model.CodeNotFound},
		{"no UUID", apiKey(p, project.ID, "x", 0), model.CodeNotFound},
		{"another kind", apiKey(p, project.ID, secret.ID, 0), model.CodeNotFound},
		{"a grace period that is negative", apiKey(p, project.ID, key.ID, -1), model.CodeInvalid},
		{"a grace period over 30 days", apiKey(p, project.ID, key.ID, model.MaxGraceSeconds+1), model.CodeInvalid},
		{"revoked", apiKey(p, project.ID, revoked.ID, 0), model.CodeConflict},
		{"expired", apiKey(p, project.ID, expired.ID, 0), model.CodeConflict},
		{"a secret by a key", jwtSecret(asWriter, secret.ID), model.CodeForbidden},
		{"a secret by a viewer", jwtSecret(people[model.RoleViewer], secret.ID), model.CodeForbidden},
		{"a secret by a member", jwtSecret(people[model.RoleMember], secret.ID), ""},
		{"a key by a key with the scope", apiKey(asWriter, project.ID, key.ID, 60), ""},
		{"a key by itself", apiKey(asWriter, project.ID, writer.ID, 0), ""},
	} {
		got := model.Code("")
		if tt.err != nil {
			got = model.CodeOf(tt.err)
		}
		if got != tt.want {
			t.Errorf("%s: got %q (%v), want %q", tt.name, got, tt.err, tt.want)
		}
	}
}
