package backend

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"keydeck/model"
)

func TestSignJWT(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	logged := &bytes.Buffer{}
	w := newWorld(t, func(c *Config) {
		c.Log = slog.New(slog.NewTextHandler(logged, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	p, project := w.owner()
	secret, err := w.Issue(ctx, p, project.ID, model.KindJWTSecret, model.CredentialSpec{Name: "browser", ExpiresInDays: days(2)})
	if err != nil {
		t.Fatal(err)
	}
	ahead := start.Add(time.Hour).Unix()
	t.Run("as it stands", func(t *testing.T) {
		claims := fmt.Sprintf(`{"z":1.50,"exp":%d,"a":12345678901234567890,"html":"<&>"}`, ahead)
		got, err := w.SignJWT(ctx, p, project.ID, strings.ToUpper(secret.ID), json.RawMessage(claims))
		if err != nil {
			t.Fatal(err)
		}
		who, err := w.AuthenticateToken(ctx, got.Token, AcceptClient)
		if err != nil || who.CredentialID != secret.ID {
			t.Errorf("the server says %+v, %v", who, err)
		}
		parts := strings.Split(got.Token, ".")
		header, _ := base64.RawURLEncoding.DecodeString(parts[0])
		if want := fmt.Sprintf(`{"alg":"HS256","typ":"JWT","kid":%q}`, secret.ID); string(header) != want {
			t.Errorf("header %s, want %s", header, want)
		}
		payload, _ := base64.RawURLEncoding.DecodeString(parts[1])
		if want := strings.NewReplacer("<", `\u003c`, "&", `\u0026`, ">", `\u003e`).Replace(claims); string(payload) != want {
			t.Errorf("payload %s, want %s", payload, want)
		}
	})
	for _, tt := range []struct{ name, claims, field, says string }{
		{"no exp", `{}`, "claims.exp", "exp is missing"},
		{"exp null", `{"exp":null}`, "claims", "exp is not a number"},
		{"exp text", `{"exp":"4102444800"}`, "claims", "exp is not a number"},
		{"exp now", fmt.Sprintf(`{"exp":%d}`, start.Unix()), "claims.exp", "does not lie ahead"},
		{"exp before", `{"exp":-5}`, "claims", "exp"},
		{"nbf too far ahead", fmt.Sprintf(`{"exp":%d,"nbf":%d}`, ahead, start.Add(61*time.Second).Unix()), "claims", "nbf or iat lies ahead"},
		{"iat ahead", fmt.Sprintf(`{"exp":%d,"iat":%d}`, ahead, ahead), "claims", "nbf or iat lies ahead"},
		{"aud of numbers", fmt.Sprintf(`{"exp":%d,"aud":[1]}`, ahead), "claims", "aud holds something"},
		{"iss of no text", fmt.Sprintf(`{"exp":%d,"iss":7}`, ahead), "claims", "iss is not a string"},
		{"twice", fmt.Sprintf(`{"exp":%d,"a":1,"\u0061":2}`, ahead), "claims", "appears twice"},
		{"twice, deeper", fmt.Sprintf(`{"exp":%d,"a":{"b":1,"b":2}}`, ahead), "claims", "appears twice"},
		{"no object", `[]`, "claims", "not a JSON object"},
		{"nothing", ``, "claims", "not a JSON object"},
		{"broken", `{"exp":`, "claims", "not a JSON object"},
		{"half a character", `{"exp":1,"a":"\ud800"}`, "claims", "not a JSON object"},
		{"too deep", fmt.Sprintf(`{"exp":%d,"a":%s1%s}`, ahead, strings.Repeat("[", 64), strings.Repeat("]", 64)), "claims", "not a JSON object"},
		{"too large", fmt.Sprintf(`{"exp":%d,"a":%q}`, ahead, strings.Repeat("x", model.MaxTokenBytes)), "claims", "over 16 KiB"},
		{"too large once signed", fmt.Sprintf(`{"exp":%d,"a":%q}`, ahead, strings.Repeat("x", model.MaxTokenBytes*3/4)), "claims", "over 16 KiB"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := w.SignJWT(ctx, p, project.ID, secret.ID, json.RawMessage(tt.claims))
			wantRefusal(t, err, model.CodeInvalid, model.ReasonInvalidInput)
			var e *model.Error
			if !errors.As(err, &e) || e.Field != tt.field || !strings.Contains(e.Message, tt.says) || got.Token != "" {
				t.Errorf("got %v, %q, want %q %q", err, got.Token, tt.field, tt.says)
			}
		})
	}
	good := json.RawMessage(fmt.Sprintf(`{"exp":%d,"marker":"b7e1"}`, ahead+7*24*3600))
	t.Run("who may", func(t *testing.T) {
		for _, role := range []model.Role{model.RoleViewer, model.RoleMember} {
			email := string(role) + "@example.com"
			if _, err := w.AddMember(ctx, p, project.ID, email, role); err != nil {
				t.Fatal(err)
			}
			_, member := w.signIn(email, remote)
			_, err := w.SignJWT(ctx, member, project.ID, secret.ID, good)
			_, issue := w.Issue(ctx, member, project.ID, model.KindJWTSecret, model.CredentialSpec{Name: "x"})
			if model.CodeOf(err) != model.CodeOf(issue) || (err == nil) != (issue == nil) || (err == nil) != (role == model.RoleMember) {
				t.Errorf("%s: sign %v, issue %v", role, err, issue)
			}
			if err := w.RemoveMember(ctx, p, project.ID, member.UserID); err != nil {
				t.Fatal(err)
			}
			_, err = w.SignJWT(ctx, member, project.ID, secret.ID, good)
			wantRefusal(t, err, model.CodeNotFound, model.ReasonNotFound)
		}
		key := w.apiKey(p, project, model.CredentialSpec{Scopes: []string{model.ScopeKeysWrite}})
		acting, _ := w.AuthenticateAPIKey(ctx, key.Secrets[0])
		_, err := w.SignJWT(ctx, acting, project.ID, secret.ID, good)
		wantRefusal(t, err, model.CodeForbidden, model.ReasonWrongKind)
		_, err = w.SignJWT(ctx, p, project.ID, key.ID, good) // an API key is no JWT secret
		wantRefusal(t, err, model.CodeNotFound, model.ReasonNotFound)
	})
	t.Run("ended", func(t *testing.T) {
		other, err := w.Issue(ctx, p, project.ID, model.KindJWTSecret, model.CredentialSpec{Name: "other"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Revoke(ctx, p, project.ID, other.ID, model.KindJWTSecret); err != nil {
			t.Fatal(err)
		}
		_, err = w.SignJWT(ctx, p, project.ID, other.ID, good)
		wantRefusal(t, err, model.CodeConflict, "")
		w.clock.Add(48 * time.Hour)
		_, err = w.SignJWT(ctx, p, project.ID, secret.ID, good)
		wantRefusal(t, err, model.CodeConflict, "")
	})
	if strings.Contains(logged.String(), "b7e1") || strings.Contains(logged.String(), secret.Secrets[0]) {
		t.Errorf("claims or secret are in the log:\n%s", logged)
	}
}
