package backend

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"keydeck/backend/token"
	"keydeck/model"
)

func TestServiceTokenDiesWithItsKey(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	w := newWorld(t)
	p, project := w.owner()
	key := w.apiKey(p, project, model.CredentialSpec{Scopes: []string{"read", "write"}})
	acting, err := w.AuthenticateAccountKey(ctx, project.AccountID, key.Secrets[0])
	if err != nil {
		t.Fatal(err)
	}
	raw, expires, err := w.ServiceToken(ctx, acting, ServiceTokenDefault)
	if err != nil {
		t.Fatal(err)
	}
	claims, err := token.PeekClaims(raw)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"sub": key.ID, "account_id": project.AccountID, "project_id": project.ID, "scope": "read write"}
	for name, value := range want {
		if claims.Raw[name] != value {
			t.Errorf("claim %s is %v, want %v", name, claims.Raw[name], value)
		}
	}
	if !claims.ExpiresAt.Equal(expires) || expires.Sub(w.Now().Truncate(time.Second)) != ServiceTokenDefault {
		t.Errorf("expires %v, exp %v", expires, claims.ExpiresAt)
	}
	if _, err := w.AuthenticateToken(ctx, raw, AcceptService); err != nil {
		t.Fatal(err)
	}
	_, err = w.AuthenticateToken(ctx, raw, AcceptAccess|AcceptSession|AcceptClient)
	wantRefusal(t, err, model.CodeUnauthorized, model.ReasonWrongKind)
	if _, err := w.Revoke(ctx, p, project.ID, key.ID, model.KindAPIKey); err != nil {
		t.Fatal(err)
	}
	_, err = w.AuthenticateToken(ctx, raw, AcceptService)
	wantRefusal(t, err, model.CodeUnauthorized, model.ReasonRevoked)
	_, _, err = w.ServiceToken(ctx, p, ServiceTokenDefault)
	wantRefusal(t, err, model.CodeUnauthorized, model.ReasonWrongKind)
}

func TestKeyPair(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	w := newWorld(t)
	p, project := w.owner()
	pair, err := w.Issue(ctx, p, project.ID, model.KindKeyPair, model.CredentialSpec{Name: "partner", ExpiresInDays: days(1)})
	if err != nil {
		t.Fatal(err)
	}
	other, err := w.Issue(ctx, p, project.ID, model.KindKeyPair, model.CredentialSpec{Name: "other"})
	if err != nil {
		t.Fatal(err)
	}
	elsewhere, err := w.CreateProject(ctx, p, "elsewhere")
	if err != nil {
		t.Fatal(err)
	}
	api, err := token.PeekClaims(pair.Secrets[0])
	if err != nil {
		t.Fatal(err)
	}
	if len(api.Raw) != 4 || api.Raw["CustomerId"] != project.AccountID || api.ID != pair.ID ||
		api.Raw["nNodeLicenseExpiry"] != fmt.Sprint(start.Add(24*time.Hour).Unix()) {
		t.Errorf("claims are %v", api.Raw)
	}

	refusals := []struct {
		name, tenant, api, secret string
		want                      model.Reason
	}{
		{"swapped", project.AccountID, pair.Secrets[1], pair.Secrets[0], model.ReasonPairMismatch},
		{"twice the api key", project.AccountID, pair.Secrets[0], pair.Secrets[0], model.ReasonPairMismatch},
		{"of two pairs", project.AccountID, pair.Secrets[0], other.Secrets[1], model.ReasonPairMismatch},
		{"another tenant's", elsewhere.AccountID, pair.Secrets[0], pair.Secrets[1], model.ReasonWrongAccount},
		{"altered", project.AccountID, pair.Secrets[0], pair.Secrets[1][:len(pair.Secrets[1])-10] + "AAAAAAAAAA", model.ReasonBadSignature},
		{"nonsense", project.AccountID, "x", "y", model.ReasonMalformed},
	}
	for _, tt := range refusals {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := w.AuthenticateKeys(ctx, tt.tenant, tt.api, tt.secret)
			if got := model.ReasonOf(err); got != tt.want && (tt.name != "altered" || got != model.ReasonMalformed) {
				t.Fatalf("got %v, want %s", err, tt.want)
			}
		})
	}

	session, who, err := w.AuthenticateKeys(ctx, project.AccountID, pair.Secrets[0], pair.Secrets[1])
	if err != nil || who.CredentialID != pair.ID {
		t.Fatalf("%+v, %v", who, err)
	}
	claims, err := token.PeekClaims(session)
	if err != nil {
		t.Fatal(err)
	}
	plain, _ := json.Marshal(claims.Raw["apiKey"])
	if want, _ := json.Marshal(api.Raw); string(plain) != string(want) || claims.Raw["hostname"] == "" {
		t.Errorf("session key's claims %v", claims.Raw)
	}
	if _, err := w.AuthenticateToken(ctx, session, AcceptSession); err != nil {
		t.Fatal(err)
	}
	_, err = w.AuthenticateToken(ctx, pair.Secrets[0], acceptAll)
	wantRefusal(t, err, model.CodeUnauthorized, model.ReasonWrongKind)

	w.clock.Add(time.Hour)
	_, err = w.AuthenticateToken(ctx, session, AcceptSession)
	wantRefusal(t, err, model.CodeUnauthorized, model.ReasonExpired)
	w.clock.Add(22*time.Hour + 30*time.Minute)
	last, _, err := w.AuthenticateKeys(ctx, project.AccountID, pair.Secrets[0], pair.Secrets[1])
	if err != nil {
		t.Fatal(err)
	}
	w.clock.Add(30 * time.Minute)
	_, err = w.AuthenticateToken(ctx, last, AcceptSession)
	wantRefusal(t, err, model.CodeUnauthorized, model.ReasonExpired)
	_, _, err = w.AuthenticateKeys(ctx, project.AccountID, pair.Secrets[0], pair.Secrets[1])
	wantRefusal(t, err, model.CodeUnauthorized, model.ReasonLicenceExpired)

	session, _, err = w.AuthenticateKeys(ctx, project.AccountID, other.Secrets[0], other.Secrets[1])
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Revoke(ctx, p, project.ID, other.ID, model.KindKeyPair); err != nil {
		t.Fatal(err)
	}
	_, err = w.AuthenticateToken(ctx, session, AcceptSession)
	wantRefusal(t, err, model.CodeUnauthorized, model.ReasonRevoked)
}

func TestClientJWT(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	w := newWorld(t)
	p, project := w.owner()
	secret, err := w.Issue(ctx, p, project.ID, model.KindJWTSecret, model.CredentialSpec{Name: "browser"})
	if err != nil {
		t.Fatal(err)
	}
	if len(secret.Secrets[0]) < 32 {
		t.Errorf("issued %+v", secret)
	}
	// As a client does it that knows nothing of this server's code.
	sign := func(kid any, key string, claims map[string]any) string {
		header := map[string]any{"alg": "HS256", "typ": "JWT"}
		if kid != nil {
			header["kid"] = kid
		}
		head, _ := json.Marshal(header)
		body, _ := json.Marshal(claims)
		signed := base64.RawURLEncoding.EncodeToString(head) + "." + base64.RawURLEncoding.EncodeToString(body)
		mac := hmac.New(sha256.New, []byte(key))
		mac.Write([]byte(signed))
		return signed + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
	}
	far := map[string]any{"exp": start.Add(100 * 365 * 24 * time.Hour).Unix()}
	good := sign(secret.ID, secret.Secrets[0], far)
	for _, raw := range []string{good, sign(strings.ToUpper(secret.ID), secret.Secrets[0], far)} {
		got, err := w.AuthenticateToken(ctx, raw, AcceptClient)
		if err != nil || got.CredentialID != secret.ID || got.ProjectID != project.ID {
			t.Fatalf("authenticated as %+v, %v", got, err)
		}
	}
	key := w.apiKey(p, project, model.CredentialSpec{})
	tests := []struct {
		name, raw string
		want      model.Reason
	}{
		{"no kid", sign(nil, secret.Secrets[0], far), model.ReasonMissingKID},
		{"kid is a number", sign(7, secret.Secrets[0], far), model.ReasonMalformed},
		{"unknown kid", sign("84fc585f-073e-4b30-8f74-e650d50c8622", secret.Secrets[0], far), model.ReasonUnknownKID},
		{"kid of an API key", sign(key.ID, secret.Secrets[0], far), model.ReasonUnknownKID},
		{"kid is SQL", sign("' OR 1=1 --", secret.Secrets[0], far), model.ReasonUnknownKID},
		{"another secret", sign(secret.ID, strings.Repeat("x", 64), far), model.ReasonBadSignature},
		{"no exp", sign(secret.ID, secret.Secrets[0], map[string]any{}), model.ReasonMissingExp},
		{"expired", sign(secret.ID, secret.Secrets[0], map[string]any{"exp": start.Unix()}), model.ReasonExpired},
		{"not yet", sign(secret.ID, secret.Secrets[0], map[string]any{"exp": start.Add(time.Hour).Unix(), "nbf": start.Add(2 * time.Minute).Unix()}), model.ReasonNotYetValid},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := w.AuthenticateToken(ctx, tt.raw, AcceptClient)
			wantRefusal(t, err, model.CodeUnauthorized, tt.want)
		})
	}
	if _, err := w.Revoke(ctx, p, project.ID, secret.ID, model.KindJWTSecret); err != nil {
		t.Fatal(err)
	}
	_, err = w.AuthenticateToken(ctx, good, AcceptClient)
	wantRefusal(t, err, model.CodeUnauthorized, model.ReasonRevoked)
	list, err := w.CredentialsOfKind(ctx, p, project.ID, model.KindJWTSecret, model.PageRequest{})
	if err != nil || len(list.Items) != 1 || strings.Contains(secret.Secrets[0], strings.TrimSuffix(list.Items[0].Secrets[0], "…")) && len(list.Items[0].Secrets[0]) > 8 {
		t.Errorf("list %+v, %v", list, err)
	}
}
