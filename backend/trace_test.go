package backend

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"keydeck/model"
)

// The signature is told apart from the verdict.
func TestInspectTellsTheSignature(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	w := newWorld(t)
	logged, p := w.signIn("owner@example.com", socket)
	page, err := w.Projects(ctx, p, model.PageRequest{})
	if err != nil {
		t.Fatal(err)
	}
	project := page.Items[0]
	if _, err := w.AddMember(ctx, p, project.ID, "guest@example.com", model.RoleViewer); err != nil {
		t.Fatal(err)
	}
	_, guest := w.signIn("guest@example.com", remote)
	if err := w.RemoveMember(ctx, p, project.ID, guest.UserID); err != nil {
		t.Fatal(err)
	}
	secret, err := w.Issue(ctx, p, project.ID, model.KindJWTSecret, model.CredentialSpec{Name: "web"})
	if err != nil {
		t.Fatal(err)
	}
	signed, err := w.SignJWT(ctx, p, project.ID, secret.ID, json.RawMessage(fmt.Sprintf(`{"exp":%d}`, start.Add(time.Minute).Unix())))
	if err != nil {
		t.Fatal(err)
	}
	pair, err := w.Issue(ctx, p, project.ID, model.KindKeyPair, model.CredentialSpec{Name: "desk"})
	if err != nil {
		t.Fatal(err)
	}
	session, _, err := w.AuthenticateKeys(ctx, project.AccountID, pair.Secrets[0], pair.Secrets[1])
	if err != nil {
		t.Fatal(err)
	}
	w.clock.Add(AccessTTL)
	key := w.apiKey(p, project, model.CredentialSpec{})
	swap := func(raw string) string {
		i := strings.LastIndexByte(raw, '.') + 1
		return raw[:i] + strings.Repeat("A", len(raw)-i)
	}
	const web = `JWT secret "web" of project "owner's project"`
	tests := []struct {
		name, raw  string
		who        Principal
		reason     model.Reason
		signature  model.Signature
		key, state string
	}{
		{"expired, good", signed.Token, p, model.ReasonExpired, model.SignatureGood, web, "in force"},
		{"expired, good, a stranger asks", signed.Token, guest, model.ReasonExpired, model.SignatureGood, "a JWT secret of this server", ""},
		{"altered", swap(signed.Token), p, model.ReasonBadSignature, model.SignatureBad, web, "in force"},
		{"access token, expired", logged.AccessToken, p, model.ReasonExpired, model.SignatureGood, "this server, signing key 1 of 2", "active"},
		{"session key", session, p, "", model.SignatureGood, "this server, key for session keys", "active"},
		{"half of a pair", pair.Secrets[1], p, "", model.SignatureGood, "this server, key for the secret keys of key pairs", "active"},
		{"half of a pair, altered", swap(pair.Secrets[0]), p, model.ReasonBadSignature, model.SignatureBad, "this server, key for the API keys of key pairs", "active"},
		{"API key", key.Secrets[0], p, "", model.SignatureNotChecked, "", ""},
		{"unknown kid", "eyJhbGciOiJIUzI1NiIsImtpZCI6IngifQ.e30.AAAA", p, model.ReasonUnknownKID, model.SignatureNotChecked, "", ""},
		{"no JWT", "{}", p, model.ReasonMalformed, model.SignatureNotChecked, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := w.Inspect(ctx, tt.who, model.InspectRequest{Token: tt.raw})
			if err != nil {
				t.Fatal(err)
			}
			where, state := "", ""
			if got.Key != nil {
				where = *got.Key
			}
			if got.KeyState != nil {
				state = *got.KeyState
			}
			if got.Reason != tt.reason || got.Signature != tt.signature || where != tt.key || state != tt.state {
				t.Errorf("got %q %q %q %q, want %q %q %q %q", got.Reason, got.Signature, where, state, tt.reason, tt.signature, tt.key, tt.state)
			}
		})
	}
	if _, err := w.Revoke(ctx, p, project.ID, secret.ID, model.KindJWTSecret); err != nil {
		t.Fatal(err)
	}
	if got, err := w.Inspect(ctx, p, model.InspectRequest{Token: signed.Token}); err != nil || got.Signature != model.SignatureGood || *got.KeyState != "revoked" {
		t.Errorf("after revocation %+v, %v", got, err)
	}
	if _, err := w.RotateSigning(ctx, p); err != nil {
		t.Fatal(err)
	}
	got, err := w.Inspect(ctx, p, model.InspectRequest{Token: logged.AccessToken})
	if err != nil || got.Signature != model.SignatureGood || *got.Key != "this server, signing key 1 of 3" || *got.KeyState != "retired" {
		t.Errorf("after rotation %+v, %v", got, err)
	}
}

func TestTraceOfARequest(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	w := newWorld(t)
	_, p := w.signIn("owner@example.com", socket)
	page, err := w.Projects(ctx, p, model.PageRequest{})
	if err != nil {
		t.Fatal(err)
	}
	project := page.Items[0]
	stranger := Principal{Kind: model.KindAccessToken, UserID: "00000000-0000-0000-0000-000000000000"}

	short := w.apiKey(p, project, model.CredentialSpec{Name: "short", ExpiresInDays: days(1)})
	key := w.apiKey(p, project, model.CredentialSpec{Name: "ci"})
	doomed := w.apiKey(p, project, model.CredentialSpec{Name: "doomed"})
	n := 0
	// logs makes a record as a route would, and gives its X-Request-Id.
	logs := func(r model.RequestRecord) string {
		n++
		r.RequestID, r.At, r.Method, r.Path = fmt.Sprintf("request-%d", n), model.At(w.Now()), "GET", "/"
		if r.CredentialID != "" && r.UserID == "" {
			r.ProjectID = project.ID
		}
		if r.Status == 0 {
			r.Status = 401
		}
		w.Record(r)
		return r.RequestID
	}
	ofKey := func(k model.IssuedCredential, scheme model.Kind, reason model.Reason) string {
		return logs(model.RequestRecord{Scheme: scheme, CredentialID: k.ID, Reason: reason})
	}
	w.clock.Add(24*time.Hour + 3*time.Minute)
	expired := ofKey(short, model.KindAPIKey, model.ReasonExpired)
	tokenOver := ofKey(key, model.KindServiceToken, model.ReasonExpired)
	scope := ofKey(key, model.KindAPIKey, model.ReasonScope)
	good := logs(model.RequestRecord{Scheme: model.KindAPIKey, CredentialID: key.ID, Status: 200})
	notFound := logs(model.RequestRecord{Scheme: model.KindAPIKey, CredentialID: key.ID, Status: 404, Reason: model.ReasonNotFound})
	unknown := logs(model.RequestRecord{Scheme: model.KindAPIKey, UserID: p.UserID, Reason: model.ReasonUnknownKey})
	login := logs(model.RequestRecord{Scheme: model.KindAccessToken, CredentialID: p.CredentialID, UserID: p.UserID, Reason: model.ReasonExpired})
	vanished := logs(model.RequestRecord{Scheme: model.KindAccessToken, CredentialID: "84fc585f-073e-4b30-8f74-e650d50c8622", UserID: p.UserID, Reason: model.ReasonSessionEnded})
	before := logs(model.RequestRecord{Scheme: model.KindAPIKey, CredentialID: doomed.ID, Status: 200})
	if _, err := w.Revoke(ctx, p, project.ID, doomed.ID, model.KindAPIKey); err != nil {
		t.Fatal(err)
	}
	w.clock.Add(2 * time.Hour)
	revoked := ofKey(doomed, model.KindAPIKey, model.ReasonRevoked)
	if _, err := w.Revoke(ctx, p, project.ID, short.ID, model.KindAPIKey); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, id string
		kind     model.Kind
		valid    bool
		want     string
	}{
		{"expired, revoked since", expired, model.KindAPIKey, false, "The API key had expired 3 min earlier. The API key was revoked just now."},
		{"token over, key in force", tokenOver, model.KindAPIKey, true, "The token itself had expired; the log does not say when. The API key behind it is valid now; the log cannot tell whether the token itself still is: paste it in Tokens to find out."},
		{"scope", scope, model.KindAPIKey, true, "It was refused (scope). The credential lacks the scope keys:write. The API key is valid now, so only a different request or other rights would change the answer."},
		{"let in", good, model.KindAPIKey, true, "The credential was accepted. The API key is valid now and would be accepted."},
		{"not its fault", notFound, model.KindAPIKey, true, "It was refused (not_found) for another reason than its credential. The API key is valid now, so only a different request or other rights would change the answer."},
		{"unknown", unknown, model.KindUnknown, false, "It was refused (unknown_key). This server has no such credential. The log names no credential, so whether it would be accepted now is unknown; paste it in Tokens to find out."},
		{"login", login, model.KindAccessToken, true, "The token itself had expired; the log does not say when. The login behind it is valid now; the log cannot tell whether the token itself still is: paste it in Tokens to find out."},
		{"login that is forgotten", vanished, model.KindUnknown, false, "It was refused (session_ended). Its login has ended. The credential no longer exists."},
		{"let in, revoked since", before, model.KindAPIKey, false, "The credential was accepted. The API key was revoked 2 h ago."},
		{"revoked", revoked, model.KindAPIKey, false, "The API key had been revoked 2 h earlier. The API key was revoked 2 h ago."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := w.TraceRequest(ctx, p, tt.id)
			if err != nil {
				t.Fatal(err)
			}
			if got.Explanation == nil || *got.Explanation != tt.want {
				t.Errorf("got  %v\nwant %q", *got.Explanation, tt.want)
			}
			if got.Record.RequestID != tt.id || got.Inspection.Kind != tt.kind || got.Inspection.Valid != tt.valid || len(got.Steps) != 0 || got.Steps == nil {
				t.Errorf("got %+v", got)
			}
			byID, err := w.TraceRequest(ctx, p, strings.ToUpper(got.Record.ID))
			if err != nil || byID.Record.ID != got.Record.ID {
				t.Errorf("by its id %+v, %v", byID.Record, err)
			}
			_, err = w.TraceRequest(ctx, stranger, got.Record.ID)
			wantRefusal(t, err, model.CodeNotFound, model.ReasonNotFound)
			_, err = w.TraceRequest(ctx, stranger, tt.id)
			wantRefusal(t, err, model.CodeNotFound, model.ReasonNotFound)
		})
	}
	for _, id := range []string{"", "request", "request-99", "84fc585f-073e-4b30-8f74-e650d50c8622", "{84fc585f-073e-4b30-8f74-e650d50c8622}"} {
		_, err := w.TraceRequest(ctx, p, id)
		wantRefusal(t, err, model.CodeNotFound, model.ReasonNotFound)
	}
	again := logs(model.RequestRecord{Status: 204})
	n--
	newest := logs(model.RequestRecord{Status: 205})
	if got, err := w.TraceRequest(ctx, p, again); err != nil || again != newest || got.Record.Status != 205 {
		t.Errorf("of two with one X-Request-Id: %+v, %v, want the newest", got.Record, err)
	}
	acting, _ := w.AuthenticateAPIKey(ctx, key.Secrets[0])
	_, err = w.TraceRequest(ctx, acting, good)
	wantRefusal(t, err, model.CodeForbidden, model.ReasonWrongKind)
}
