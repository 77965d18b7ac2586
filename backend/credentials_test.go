package backend

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"keydeck/backend/token"
	"keydeck/model"
)

func TestAPIKeyIsRefusedFromTheNextRequestOn(t *testing.T) {
	ctx := t.Context()
	w := newWorld(t)
	p, project := w.owner()
	key := w.apiKey(p, project, model.CredentialSpec{Name: "ci", Scopes: []string{"read"}})

	if key.Prefix != key.FullKey[:8] || !key.IsActive || model.CheckAPIKey(key.FullKey) != "" {
		t.Errorf("issued %+v", key)
	}
	got, err := w.AuthenticateAPIKey(ctx, key.FullKey)
	if err != nil || got.CredentialID != key.ID || got.ProjectID != project.ID || got.AccountID != project.AccountID {
		t.Fatalf("authenticated as %+v, %v", got, err)
	}
	first, err := w.RevokeAPIKey(ctx, p, project.ID, key.ID)
	if err != nil {
		t.Fatal(err)
	}
	got, err = w.AuthenticateAPIKey(ctx, key.FullKey)
	wantRefusal(t, err, model.CodeUnauthorized, model.ReasonRevoked)
	if got.CredentialID != key.ID {
		t.Error("the log cannot tell which key was refused")
	}
	w.clock.Add(time.Hour)
	again, err := w.RevokeAPIKey(ctx, p, project.ID, strings.ToUpper(key.ID))
	if err != nil || again != first {
		t.Errorf("revoking again gives %+v, %v, want %+v", again, err, first)
	}
	page, err := w.APIKeys(ctx, p, project.ID, model.PageRequest{})
	if err != nil || len(page.Items) != 1 || page.Items[0].IsActive || page.Items[0].FullKey != model.MaskAPIKey(key.FullKey) {
		t.Errorf("list is %+v, %v", page, err)
	}
}

func TestWrongKeys(t *testing.T) {
	w := newWorld(t)
	p, project := w.owner()
	key := w.apiKey(p, project, model.CredentialSpec{ExpiresInDays: days(1)})
	typo := []byte(key.FullKey)
	typo[10] ^= 1
	tests := []struct {
		name, key string
		want      model.Reason
	}{
		{"empty", "", model.ReasonMalformed},
		{"one character off", string(typo), model.ReasonBadChecksum},
		{"cut off", key.FullKey[:40], model.ReasonMalformed},
		{"unknown", model.FormatAPIKey(strings.Repeat("a", model.APIKeyRandomLen)), model.ReasonUnknownKey},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := w.AuthenticateAPIKey(t.Context(), tt.key)
			wantRefusal(t, err, model.CodeUnauthorized, tt.want)
		})
	}
	t.Run("another account id", func(t *testing.T) {
		_, err := w.AuthenticateAccountKey(t.Context(), "ZZZZZZ", key.FullKey)
		wantRefusal(t, err, model.CodeForbidden, model.ReasonWrongAccount)
	})
	t.Run("expired", func(t *testing.T) {
		w.clock.Add(24*time.Hour - time.Millisecond)
		if _, err := w.AuthenticateAPIKey(t.Context(), key.FullKey); err != nil {
			t.Fatalf("a moment before its end: %v", err)
		}
		w.clock.Add(time.Millisecond)
		_, err := w.AuthenticateAPIKey(t.Context(), key.FullKey)
		wantRefusal(t, err, model.CodeUnauthorized, model.ReasonExpired)
	})
}

func TestServiceTokenDiesWithItsKey(t *testing.T) {
	ctx := t.Context()
	w := newWorld(t)
	p, project := w.owner()
	key := w.apiKey(p, project, model.CredentialSpec{Scopes: []string{"read", "write"}})
	acting, err := w.AuthenticateAccountKey(ctx, project.AccountID, key.FullKey)
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
	if _, err := w.RevokeAPIKey(ctx, p, project.ID, key.ID); err != nil {
		t.Fatal(err)
	}
	_, err = w.AuthenticateToken(ctx, raw, AcceptService)
	wantRefusal(t, err, model.CodeUnauthorized, model.ReasonRevoked)
	_, _, err = w.ServiceToken(ctx, p, ServiceTokenDefault)
	wantRefusal(t, err, model.CodeUnauthorized, model.ReasonWrongKind)
}

func TestKeyPair(t *testing.T) {
	ctx := t.Context()
	w := newWorld(t)
	p, project := w.owner()
	pair, err := w.CreateKeyPair(ctx, p, project.ID, model.CredentialSpec{Name: "partner", ExpiresInDays: days(1)})
	if err != nil {
		t.Fatal(err)
	}
	other, err := w.CreateKeyPair(ctx, p, project.ID, model.CredentialSpec{Name: "other"})
	if err != nil {
		t.Fatal(err)
	}
	elsewhere, err := w.CreateProject(ctx, p, "elsewhere")
	if err != nil {
		t.Fatal(err)
	}
	api, err := token.PeekClaims(pair.APIKey)
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
		{"swapped", project.AccountID, pair.SecretKey, pair.APIKey, model.ReasonPairMismatch},
		{"twice the api key", project.AccountID, pair.APIKey, pair.APIKey, model.ReasonPairMismatch},
		{"of two pairs", project.AccountID, pair.APIKey, other.SecretKey, model.ReasonPairMismatch},
		{"another tenant's", elsewhere.AccountID, pair.APIKey, pair.SecretKey, model.ReasonWrongAccount},
		{"altered", project.AccountID, pair.APIKey, pair.SecretKey[:len(pair.SecretKey)-10] + "AAAAAAAAAA", model.ReasonBadSignature},
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

	session, who, err := w.AuthenticateKeys(ctx, project.AccountID, pair.APIKey, pair.SecretKey)
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
	_, err = w.AuthenticateToken(ctx, pair.APIKey, acceptAll)
	wantRefusal(t, err, model.CodeUnauthorized, model.ReasonWrongKind)

	w.clock.Add(time.Hour)
	_, err = w.AuthenticateToken(ctx, session, AcceptSession)
	wantRefusal(t, err, model.CodeUnauthorized, model.ReasonExpired)
	w.clock.Add(22*time.Hour + 30*time.Minute)
	last, _, err := w.AuthenticateKeys(ctx, project.AccountID, pair.APIKey, pair.SecretKey)
	if err != nil {
		t.Fatal(err)
	}
	w.clock.Add(30 * time.Minute)
	_, err = w.AuthenticateToken(ctx, last, AcceptSession)
	wantRefusal(t, err, model.CodeUnauthorized, model.ReasonExpired)
	_, _, err = w.AuthenticateKeys(ctx, project.AccountID, pair.APIKey, pair.SecretKey)
	wantRefusal(t, err, model.CodeUnauthorized, model.ReasonLicenceExpired)

	session, _, err = w.AuthenticateKeys(ctx, project.AccountID, other.APIKey, other.SecretKey)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.RevokeKeyPair(ctx, p, project.ID, other.ID); err != nil {
		t.Fatal(err)
	}
	_, err = w.AuthenticateToken(ctx, session, AcceptSession)
	wantRefusal(t, err, model.CodeUnauthorized, model.ReasonRevoked)
}

func TestClientJWT(t *testing.T) {
	ctx := t.Context()
	w := newWorld(t)
	p, project := w.owner()
	secret, err := w.CreateJWTSecret(ctx, p, project.ID, model.CredentialSpec{Name: "browser"})
	if err != nil {
		t.Fatal(err)
	}
	if secret.KID != secret.ID || len(secret.Secret) < 32 {
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
	good := sign(secret.KID, secret.Secret, far)
	for _, raw := range []string{good, sign(strings.ToUpper(secret.KID), secret.Secret, far)} {
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
		{"no kid", sign(nil, secret.Secret, far), model.ReasonMissingKID},
		{"kid is a number", sign(7, secret.Secret, far), model.ReasonMalformed},
		{"unknown kid", sign("84fc585f-073e-4b30-8f74-e650d50c8622", secret.Secret, far), model.ReasonUnknownKID},
		{"kid of an API key", sign(key.ID, secret.Secret, far), model.ReasonUnknownKID},
		{"kid is SQL", sign("' OR 1=1 --", secret.Secret, far), model.ReasonUnknownKID},
		{"another secret", sign(secret.KID, strings.Repeat("x", 64), far), model.ReasonBadSignature},
		{"no exp", sign(secret.KID, secret.Secret, map[string]any{}), model.ReasonMissingExp},
		{"expired", sign(secret.KID, secret.Secret, map[string]any{"exp": start.Unix()}), model.ReasonExpired},
		{"not yet", sign(secret.KID, secret.Secret, map[string]any{"exp": start.Add(time.Hour).Unix(), "nbf": start.Add(2 * time.Minute).Unix()}), model.ReasonNotYetValid},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := w.AuthenticateToken(ctx, tt.raw, AcceptClient)
			wantRefusal(t, err, model.CodeUnauthorized, tt.want)
		})
	}
	if _, err := w.RevokeJWTSecret(ctx, p, project.ID, secret.ID); err != nil {
		t.Fatal(err)
	}
	_, err = w.AuthenticateToken(ctx, good, AcceptClient)
	wantRefusal(t, err, model.CodeUnauthorized, model.ReasonRevoked)
	list, err := w.JWTSecrets(ctx, p, project.ID, model.PageRequest{})
	if err != nil || len(list.Items) != 1 || strings.Contains(secret.Secret, strings.TrimSuffix(list.Items[0].Secret, "…")) && len(list.Items[0].Secret) > 8 {
		t.Errorf("list %+v, %v", list, err)
	}
}

func TestDeletedProject(t *testing.T) {
	ctx := t.Context()
	w := newWorld(t)
	p, project := w.owner()
	key := w.apiKey(p, project, model.CredentialSpec{})
	if _, err := w.AuthenticateAPIKey(ctx, key.FullKey); err != nil {
		t.Fatal(err)
	}
	if _, err := w.DeleteProject(ctx, p, project.ID); err != nil {
		t.Fatal(err)
	}
	_, err := w.AuthenticateAPIKey(ctx, key.FullKey)
	wantRefusal(t, err, model.CodeForbidden, model.ReasonProjectGone)
	_, err = w.APIKeys(ctx, p, project.ID, model.PageRequest{})
	wantRefusal(t, err, model.CodeNotFound, model.ReasonNotFound)
}

func TestRolesAndTenants(t *testing.T) {
	ctx := t.Context()
	w := newWorld(t)
	owner, project := w.owner()
	people := map[model.Role]Principal{}
	for _, role := range []model.Role{model.RoleMember, model.RoleViewer} {
		email := string(role) + "@example.com"
		if _, err := w.AddMember(ctx, owner, project.ID, email, role); err != nil {
			t.Fatal(err)
		}
		_, people[role] = w.signIn(email, remote)
	}
	second, err := w.CreateProject(ctx, owner, "second")
	if err != nil {
		t.Fatal(err)
	}
	writer := w.apiKey(owner, project, model.CredentialSpec{Scopes: []string{model.ScopeKeysWrite}})
	reader := w.apiKey(owner, project, model.CredentialSpec{})
	asWriter, _ := w.AuthenticateAPIKey(ctx, writer.FullKey)
	asReader, _ := w.AuthenticateAPIKey(ctx, reader.FullKey)

	spec := model.CredentialSpec{Name: "new"}
	tests := []struct {
		name string
		act  func() error
		want model.Code // "" for success
	}{
		{"member issues", func() error { _, err := w.CreateAPIKey(ctx, people[model.RoleMember], project.ID, spec); return err }, ""},
		{"viewer issues", func() error { _, err := w.CreateAPIKey(ctx, people[model.RoleViewer], project.ID, spec); return err }, model.CodeForbidden},
		{"viewer reads", func() error {
			_, err := w.APIKeys(ctx, people[model.RoleViewer], project.ID, model.PageRequest{})
			return err
		}, ""},
		{"member deletes project", func() error { _, err := w.DeleteProject(ctx, people[model.RoleMember], project.ID); return err }, model.CodeForbidden},
		{"member reads another project", func() error {
			_, err := w.APIKeys(ctx, people[model.RoleMember], second.ID, model.PageRequest{})
			return err
		}, model.CodeNotFound},
		{"no uuid", func() error { _, err := w.APIKeys(ctx, owner, "acme", model.PageRequest{}); return err }, model.CodeNotFound},
		{"key reads", func() error { _, err := w.APIKeys(ctx, asReader, project.ID, model.PageRequest{}); return err }, ""},
		{"key without scope issues", func() error { _, err := w.CreateAPIKey(ctx, asReader, project.ID, spec); return err }, model.CodeForbidden},
		{"key with scope issues", func() error { _, err := w.CreateAPIKey(ctx, asWriter, project.ID, spec); return err }, ""},
		{"key reads another project", func() error { _, err := w.APIKeys(ctx, asReader, second.ID, model.PageRequest{}); return err }, model.CodeNotFound},
		{"key reads secrets", func() error { _, err := w.JWTSecrets(ctx, asWriter, project.ID, model.PageRequest{}); return err }, model.CodeForbidden},
		{"key makes projects", func() error { _, err := w.CreateProject(ctx, asWriter, "x"); return err }, model.CodeForbidden},
		{"last owner leaves", func() error { return w.RemoveMember(ctx, owner, project.ID, owner.UserID) }, model.CodeConflict},
		{"viewer leaves", func() error {
			return w.RemoveMember(ctx, people[model.RoleViewer], project.ID, people[model.RoleViewer].UserID)
		}, ""},
		{"viewer is out", func() error {
			_, err := w.APIKeys(ctx, people[model.RoleViewer], project.ID, model.PageRequest{})
			return err
		}, model.CodeNotFound},
		{"member rotates", func() error { _, err := w.RotateSigning(ctx, people[model.RoleMember]); return err }, model.CodeForbidden},
		{"bad role", func() error { _, err := w.AddMember(ctx, owner, project.ID, "x@example.com", "king"); return err }, model.CodeInvalid},
		{"empty name", func() error { _, err := w.CreateProject(ctx, owner, " \t "); return err }, model.CodeInvalid},
		{"name too long", func() error { _, err := w.CreateProject(ctx, owner, strings.Repeat("ü", 101)); return err }, model.CodeInvalid},
		{"name of 100 characters", func() error { _, err := w.CreateProject(ctx, owner, strings.Repeat("ü", 100)); return err }, ""},
		{"scope with a space", func() error {
			_, err := w.CreateAPIKey(ctx, owner, project.ID, model.CredentialSpec{Name: "x", Scopes: []string{"a b"}})
			return err
		}, model.CodeInvalid},
		{"expiry of 0 days", func() error {
			_, err := w.CreateAPIKey(ctx, owner, project.ID, model.CredentialSpec{Name: "x", ExpiresInDays: days(0)})
			return err
		}, model.CodeInvalid},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.act()
			got := model.Code("")
			if err != nil {
				got = model.CodeOf(err)
			}
			if got != tt.want {
				t.Errorf("got %q (%v), want %q", got, err, tt.want)
			}
		})
	}
}

func TestUpdateAPIKey(t *testing.T) {
	ctx := t.Context()
	w := newWorld(t)
	p, project := w.owner()
	key := w.apiKey(p, project, model.CredentialSpec{Name: "old", Scopes: []string{"a"}})
	if _, err := w.AuthenticateAPIKey(ctx, key.FullKey); err != nil {
		t.Fatal(err)
	}
	w.clock.Add(time.Minute)
	got, err := w.UpdateAPIKey(ctx, p, project.ID, key.ID, model.CredentialPatch{
		Name: model.Some("new"), Scopes: model.Null[[]string](), ExpiresAt: model.Some(model.At(w.Now().Add(time.Second))),
	})
	if err != nil || got.Name != "new" || got.Scopes != nil || got.ExpiresAt == nil || !got.UpdatedAt.After(key.UpdatedAt.Time) {
		t.Fatalf("updated to %+v, %v", got, err)
	}
	w.clock.Add(time.Second)
	_, err = w.AuthenticateAPIKey(ctx, key.FullKey)
	wantRefusal(t, err, model.CodeUnauthorized, model.ReasonExpired)
	if _, err = w.UpdateAPIKey(ctx, p, project.ID, key.ID, model.CredentialPatch{ExpiresAt: model.Null[model.Time]()}); err != nil {
		t.Fatal(err)
	}
	if _, err = w.AuthenticateAPIKey(ctx, key.FullKey); err != nil {
		t.Errorf("with its expiry lifted: %v", err)
	}
	_, err = w.UpdateAPIKey(ctx, p, project.ID, key.ID, model.CredentialPatch{ExpiresAt: model.Some(model.At(start))})
	wantRefusal(t, err, model.CodeInvalid, model.ReasonInvalidInput)
	if _, err := w.RevokeAPIKey(ctx, p, project.ID, key.ID); err != nil {
		t.Fatal(err)
	}
	_, err = w.UpdateAPIKey(ctx, p, project.ID, key.ID, model.CredentialPatch{Name: model.Some("x")})
	wantRefusal(t, err, model.CodeConflict, "")
}

// A revocation that returned before a request began must be seen by it, however
// many requests are filling memory at that moment.
func TestRevocationAgainstBusyReaders(t *testing.T) {
	ctx := t.Context()
	w := newWorld(t)
	p, project := w.owner()
	for range 20 {
		key := w.apiKey(p, project, model.CredentialSpec{})
		revoked := make(chan struct{})
		var readers sync.WaitGroup
		for range 8 {
			readers.Go(func() {
				for range 200 {
					after := isClosed(revoked)
					_, err := w.AuthenticateAPIKey(ctx, key.FullKey)
					if after && err == nil {
						t.Error("a revoked key was accepted")
						return
					}
					if after {
						return
					}
					w.known.credentials.forget("another id, to keep the fence busy")
				}
			})
		}
		if _, err := w.RevokeAPIKey(ctx, p, project.ID, key.ID); err != nil {
			t.Fatal(err)
		}
		close(revoked)
		readers.Wait()
		_, err := w.AuthenticateAPIKey(ctx, key.FullKey)
		wantRefusal(t, err, model.CodeUnauthorized, model.ReasonRevoked)
	}
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// The fence: a row read before a change must not be remembered after it.
func TestASlowReaderDoesNotBringTheOldRowBack(t *testing.T) {
	f := newFenced[string](100)
	got, err := f.fill("id", func() (string, error) {
		f.forget("id") // the change commits while the reader is under way
		return "old", nil
	})
	if err != nil || got != "old" {
		t.Fatalf("got %q, %v", got, err)
	}
	got, _ = f.fill("id", func() (string, error) { return "new", nil })
	if got != "new" {
		t.Errorf("remembered %q", got)
	}
	mark := f.mark()
	f.forget("id")
	f.keep("id", "old", mark)
	if got, _ = f.fill("id", func() (string, error) { return "newer", nil }); got != "newer" {
		t.Errorf("kept %q across a change", got)
	}
}

func TestMemoryIsBounded(t *testing.T) {
	g := newGenerations[int, int](1600)
	for i := range 100_000 {
		g.put(i, i)
		g.get(7) // in use all the time
	}
	total := 0
	for i := range g.shards {
		total += len(g.shards[i].young) + len(g.shards[i].old)
	}
	if total > 1600 {
		t.Errorf("%d entries are remembered, the bound is 1600", total)
	}
	if _, ok := g.get(7); !ok {
		t.Error("an entry in constant use was forgotten")
	}
}

func TestRotationUnderLoadRefusesNoValidToken(t *testing.T) {
	ctx := t.Context()
	w := newWorld(t)
	p, project := w.owner()
	key := w.apiKey(p, project, model.CredentialSpec{})
	acting, err := w.AuthenticateAPIKey(ctx, key.FullKey)
	if err != nil {
		t.Fatal(err)
	}
	old, _, err := w.ServiceToken(ctx, acting, ServiceTokenMax)
	if err != nil {
		t.Fatal(err)
	}
	stop := make(chan struct{})
	var load sync.WaitGroup
	for range 4 {
		load.Go(func() {
			for !isClosed(stop) {
				raw, _, err := w.ServiceToken(ctx, acting, ServiceTokenMin)
				if err != nil {
					t.Errorf("sign: %v", err)
					return
				}
				for _, r := range []string{raw, old} {
					if _, err := w.AuthenticateToken(ctx, r, AcceptService); err != nil {
						t.Errorf("refused a valid token: %v", err)
						return
					}
				}
			}
		})
	}
	before, err := w.JWKS(ctx)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := w.RotateSigning(ctx, p)
	close(stop)
	load.Wait()
	if err != nil {
		t.Fatal(err)
	}
	if len(before.Keys) != 2 || len(keys) != 3 {
		t.Fatalf("%d keys before, %d after", len(before.Keys), len(keys))
	}
	states := []model.KeyState{keys[0].State, keys[1].State, keys[2].State}
	if fmt.Sprint(states) != "[retired active next]" || keys[1].ID != before.Keys[1].KeyID {
		t.Errorf("states %v; the active key was not published before", states)
	}
	header, _ := token.ParseHeader(old)
	if header.KeyID != keys[0].ID {
		t.Error("the old token was not signed by the retired key")
	}
	w.clock.Add(ServiceTokenMax - time.Second)
	if _, err := w.AuthenticateToken(ctx, old, AcceptService); err != nil {
		t.Errorf("a second before its end, after the rotation: %v", err)
	}
	w.clock.Add(skew + 2*time.Second)
	if err := w.keys.prune(ctx); err != nil {
		t.Fatal(err)
	}
	set, err := w.JWKS(ctx)
	if err != nil || len(set.Keys) != 2 {
		t.Errorf("%d keys are published after the retired one's end, %v", len(set.Keys), err)
	}
}

func TestUsageIsCounted(t *testing.T) {
	ctx := t.Context()
	w := newWorld(t)
	p, project := w.owner()
	key := w.apiKey(p, project, model.CredentialSpec{})
	acting, _ := w.AuthenticateAPIKey(ctx, key.FullKey)
	for range 3 {
		w.clock.Add(time.Second)
		w.Count(acting)
	}
	w.Count(p)
	if err := w.writeUsage(ctx); err != nil {
		t.Fatal(err)
	}
	me, err := w.Me(ctx, p)
	if err != nil || me.Billing.TokensUsed != 3 || me.Billing.TokenBalance != tokenGrant-3 {
		t.Errorf("billing %+v, %v", me.Billing, err)
	}
	page, err := w.APIKeys(ctx, p, project.ID, model.PageRequest{})
	if err != nil || page.Items[0].LastUsedAt == nil || !page.Items[0].LastUsedAt.Equal(start.Add(3*time.Second)) {
		t.Errorf("last used %v, %v", page.Items[0].LastUsedAt, err)
	}
}

func TestInspectAgreesWithTheRoutes(t *testing.T) {
	ctx := t.Context()
	w := newWorld(t)
	logged, p := w.signIn("owner@example.com", socket)
	projects, err := w.Projects(ctx, p, model.PageRequest{})
	if err != nil {
		t.Fatal(err)
	}
	project := projects.Items[0]
	key := w.apiKey(p, project, model.CredentialSpec{Name: "ci"})
	acting, _ := w.AuthenticateAPIKey(ctx, key.FullKey)
	service, _, err := w.ServiceToken(ctx, acting, ServiceTokenDefault)
	if err != nil {
		t.Fatal(err)
	}
	pair, err := w.CreateKeyPair(ctx, p, project.ID, model.CredentialSpec{Name: "pair"})
	if err != nil {
		t.Fatal(err)
	}
	session, _, err := w.AuthenticateKeys(ctx, project.AccountID, pair.APIKey, pair.SecretKey)
	if err != nil {
		t.Fatal(err)
	}
	account := base64.StdEncoding.EncodeToString([]byte(project.AccountID + ":" + key.FullKey))
	other := base64.RawURLEncoding.EncodeToString([]byte("ZZZZZZ:" + key.FullKey))
	tests := []struct {
		name string
		in   model.InspectRequest
		kind model.Kind
		want model.Reason
	}{
		{"api key", model.InspectRequest{Token: key.FullKey}, model.KindAPIKey, ""},
		{"api key header", model.InspectRequest{Authorization: "apikey " + account}, model.KindAPIKey, ""},
		{"api key, other account", model.InspectRequest{Authorization: "ApiKey " + other}, model.KindAPIKey, model.ReasonWrongAccount},
		{"service token", model.InspectRequest{Authorization: "Bearer " + service}, model.KindServiceToken, ""},
		{"access token", model.InspectRequest{Token: logged.AccessToken}, model.KindAccessToken, ""},
		{"refresh token", model.InspectRequest{Token: logged.RefreshToken}, model.KindRefreshToken, ""},
		{"session key", model.InspectRequest{Token: session}, model.KindSessionKey, ""},
		{"half of a pair", model.InspectRequest{Token: pair.SecretKey}, model.KindKeyPair, ""},
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
		got, err := w.Inspect(ctx, guest, model.InspectRequest{Token: key.FullKey})
		if err != nil || !got.Valid || got.CredentialID != nil || got.ProjectID != nil {
			t.Errorf("a stranger is told %+v, %v", got, err)
		}
	})
	if _, err := w.RevokeAPIKey(ctx, p, project.ID, key.ID); err != nil {
		t.Fatal(err)
	}
	got, err := w.Inspect(ctx, p, model.InspectRequest{Token: service})
	if err != nil || got.Valid || got.Reason != model.ReasonRevoked || got.RevokedAt == nil {
		t.Errorf("after revocation %+v, %v", got, err)
	}
}

// Authentication goes on from memory while the database does not answer.
func TestVerificationGoesOnWithoutTheDatabase(t *testing.T) {
	w := newWorld(t)
	p, project := w.owner()
	key := w.apiKey(p, project, model.CredentialSpec{})
	fresh := w.apiKey(p, project, model.CredentialSpec{})
	if _, err := w.AuthenticateAPIKey(t.Context(), key.FullKey); err != nil {
		t.Fatal(err)
	}
	if err := w.db.Close(); err != nil {
		t.Fatal(err)
	}
	w.usage.take() // nothing may be left to write when the test ends
	if _, err := w.AuthenticateAPIKey(t.Context(), key.FullKey); err != nil {
		t.Errorf("a known key: %v", err)
	}
	_, err := w.AuthenticateAPIKey(t.Context(), fresh.FullKey)
	wantRefusal(t, err, model.CodeUnavailable, model.ReasonUnavailable)
	if err := w.Ready(t.Context()); model.CodeOf(err) != model.CodeUnavailable {
		t.Errorf("ready: %v", err)
	}
}

func BenchmarkAuthenticateAPIKey(b *testing.B) {
	w := newWorld(b)
	p, project := w.owner()
	key := w.apiKey(p, project, model.CredentialSpec{}).FullKey
	b.Run("memory", func(b *testing.B) {
		for b.Loop() {
			if _, err := w.AuthenticateAPIKey(b.Context(), key); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("database", func(b *testing.B) {
		for b.Loop() {
			w.known = newMemory()
			if _, err := w.AuthenticateAPIKey(b.Context(), key); err != nil {
				b.Fatal(err)
			}
		}
	})
}
