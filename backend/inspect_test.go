package backend

import (
	"encoding/base64"
	"testing"

	"keydeck/model"
)

func TestInspectAgreesWithTheRoutes(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	w := newWorld(t)
	logged, p := w.signIn("owner@example.com", socket)
	projects, err := w.Projects(ctx, p, model.PageRequest{})
	if err != nil {
		t.Fatal(err)
	}
	project := projects.Items[0]
	key := w.apiKey(p, project, model.CredentialSpec{Name: "ci"})
	acting, _ := w.AuthenticateAPIKey(ctx, key.Secrets[0])
	service, _, err := w.ServiceToken(ctx, acting, ServiceTokenDefault)
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
	account := base64.StdEncoding.EncodeToString([]byte(project.AccountID + ":" + key.Secrets[0]))
	other := base64.RawURLEncoding.EncodeToString([]byte("ZZZZZZ:" + key.Secrets[0]))
	tests := []struct {
		name string
		in   model.InspectRequest
		kind model.Kind
		want model.Reason
	}{
		{"api key", model.InspectRequest{Token: key.Secrets[0]}, model.KindAPIKey, ""},
		{"api key header", model.InspectRequest{Authorization: "apikey " + account}, model.KindAPIKey, ""},
		{"api key, other account", model.InspectRequest{Authorization: "ApiKey " + other}, model.KindAPIKey, model.ReasonWrongAccount},
		{"service token", model.InspectRequest{Authorization: "Bearer " + service}, model.KindServiceToken, ""},
		{"access token", model.InspectRequest{Token: logged.AccessToken}, model.KindAccessToken, ""},
		{"refresh token", model.InspectRequest{Token: logged.RefreshToken}, model.KindRefreshToken, ""},
		{"session key", model.InspectRequest{Token: session}, model.KindSessionKey, ""},
		{"half of a pair", model.InspectRequest{Token: pair.Secrets[1]}, model.KindKeyPair, ""},
		{"half of a pair, broken over lines", model.InspectRequest{Token: pair.Secrets[1][:20] + "\r\n " + pair.Secrets[1][20:]}, model.KindKeyPair, ""},
		{"service token, broken over lines", model.InspectRequest{Token: service[:20] + "\n" + service[20:]}, model.KindUnknown, model.ReasonMalformed},
		{"altered", model.InspectRequest{Token: service[:len(service)-6] + "AAAAAA"}, model.KindServiceToken, model.ReasonBadSignature},
		{"nonsense", model.InspectRequest{Token: "hello"}, model.KindUnknown, model.ReasonMalformed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := w.Inspect(ctx, p, tt.in)
			if err != nil {
				t.Fatal(err)
			}
			if got.Kind != tt.kind || got.Reason != tt.want || got.Valid != (tt.want == "") || got.Message == "" {
				t.Errorf("got %+v, want %s, %q", got, tt.kind, tt.want)
			}
			if got.Valid && got.CredentialID == nil {
				t.Error("its owner does not learn whose it is")
			}
		})
	}
	t.Run("somebody else's", func(t *testing.T) {
		if _, err := w.AddMember(ctx, p, project.ID, "guest@example.com", model.RoleViewer); err != nil {
			t.Fatal(err)
		}
		_, guest := w.signIn("guest@example.com", remote)
		if err := w.RemoveMember(ctx, p, project.ID, guest.UserID); err != nil {
			t.Fatal(err)
		}
		got, err := w.Inspect(ctx, guest, model.InspectRequest{Token: key.Secrets[0]})
		if err != nil || !got.Valid || got.CredentialID != nil || got.ProjectID != nil {
			t.Errorf("a stranger is told %+v, %v", got, err)
		}
	})
	if _, err := w.Revoke(ctx, p, project.ID, key.ID, model.KindAPIKey); err != nil {
		t.Fatal(err)
	}
	got, err := w.Inspect(ctx, p, model.InspectRequest{Token: service})
	if err != nil || got.Valid || got.Reason != model.ReasonRevoked || got.RevokedAt == nil {
		t.Errorf("after revocation %+v, %v", got, err)
	}
}
