package credentials

import (
	"fmt"
	"time"

	"keydeck/model"
	"keydeck/ui/tui/tuitest"
	"keydeck/ui/tui/tuitest/fake"
)

var credentialStates = []tuitest.State{
	{Name: "credentials", Opts: tuitest.SignedIn, Walk: tuitest.Steps("down")},
	{Name: "credentials-loading", Opts: tuitest.SignedIn.With(fake.NeverAnswers("GET /auth/credentials/")), Walk: tuitest.Steps()},
	{Name: "credentials-error", Opts: tuitest.SignedIn.With(fake.Refuses("GET /auth/credentials/", fake.DatabaseFull)), Walk: tuitest.Steps()},
	{Name: "credentials-stale", Opts: tuitest.SignedIn, Walk: tuitest.Steps(fake.Refuses("GET /auth/credentials/", fake.DatabaseFull), "ctrl+r")},
	{Name: "credentials-empty", Opts: tuitest.SignedIn.With(func(f *fake.Server) { f.Credentials = nil }), Walk: tuitest.Steps()},
	{Name: "credentials-hostile", Opts: tuitest.Busy.With(fake.Hostile), Walk: tuitest.Steps("down")},
	{Name: "credentials-many", Opts: tuitest.Busy.With(fake.LongLists, fake.OnlyFirstProject), Walk: tuitest.Steps("end", "up")},
	{Name: "credentials-viewer", Opts: tuitest.Busy.With(fake.Viewer), Walk: tuitest.Steps("n")},
	{Name: "credentials-filter", Opts: tuitest.SignedIn, Walk: tuitest.Steps("/", "api key")},
	{Name: "credentials-nothing", Opts: tuitest.SignedIn, Walk: tuitest.Steps("/", "zzz")},
	{Name: "credentials-nothing-kept", Opts: tuitest.SignedIn, Walk: tuitest.Steps("/", "zzz", "enter")},
	{Name: "credentials-fuzzy", Opts: tuitest.Busy, Walk: tuitest.Steps("/", "~wfe", "enter")},
	{Name: "credentials-active", Opts: tuitest.SignedIn, Walk: tuitest.Steps("a")},
	{Name: "credentials-busy", Opts: tuitest.Busy, Walk: tuitest.Steps("o", "o", "o", "o", "o", "o", "o")},
	{Name: "credentials-reversed", Opts: tuitest.Busy, Walk: tuitest.Steps("o", "O")},
	{Name: "credentials-chosen", Opts: tuitest.Busy, Walk: tuitest.Steps("space", "space", "down", "space")},
	{Name: "credential-details", Opts: tuitest.Busy, Walk: tuitest.Steps("down", "d")},
	{Name: "credential-details-looking", Opts: tuitest.Busy.With(fake.NeverAnswers("GET /auth/usage/" + fake.UUID(21))), Walk: tuitest.Steps("d", "end")},
	{Name: "credential-details-unknown", Opts: tuitest.Busy.With(fake.Refuses("GET /auth/usage/"+fake.UUID(21), fake.DatabaseFull)), Walk: tuitest.Steps("d", "end")},
	{Name: "credential-details-hostile", Opts: tuitest.Busy.With(fake.Hostile), Walk: tuitest.Steps("d", "j")},
	{Name: "credential-details-ended", Opts: tuitest.Busy, Walk: tuitest.Steps("end", "d")},
	{Name: "edit", Opts: tuitest.Busy, Walk: tuitest.Steps("down", "e")},
	{Name: "edit-waiting", Opts: tuitest.Busy.With(fake.NeverAnswers("PATCH /auth/credentials/" + fake.UUID(21))), Walk: tuitest.Steps("e", "2", "enter")},
	{Name: "edit-refused", Opts: tuitest.Busy.With(fake.Refuses("PATCH /auth/credentials/"+fake.UUID(21), fake.DatabaseFull)), Walk: tuitest.Steps("e", "2", "enter")},
	{Name: "edit-hostile", Opts: tuitest.Busy.With(fake.Hostile), Walk: tuitest.Steps("e")},
	{Name: "edited", Opts: tuitest.Busy, Walk: tuitest.Steps("e", "2", "enter")},
	{Name: "credentials-private", Opts: tuitest.Busy, Walk: tuitest.Steps("down", "*")},

	{Name: "credentials-twins", Opts: tuitest.Busy.With(sameNames), Walk: tuitest.Steps("down")},
	{Name: "credentials-sorted-kind", Opts: tuitest.Busy.With(sameNames), Walk: tuitest.Steps("o", "o", "down")},

	{Name: "revoke", Opts: tuitest.SignedIn, Walk: tuitest.Steps("down", "x")},
	{Name: "revoke-looking", Opts: tuitest.Busy.With(fake.NeverAnswers("GET /auth/usage/" + fake.UUID(21))), Walk: tuitest.Steps("x")},
	{Name: "revoke-used", Opts: tuitest.Busy, Walk: tuitest.Steps("x", "web")},
	{Name: "revoke-wrong", Opts: tuitest.Busy, Walk: tuitest.Steps("x", "web", "enter")},
	{Name: "revoke-unused", Opts: tuitest.Busy, Walk: tuitest.Steps("end", "up", "x")},
	{Name: "revoke-unknown", Opts: tuitest.Busy.With(fake.Refuses("GET /auth/usage/"+fake.UUID(21), fake.DatabaseFull)), Walk: tuitest.Steps("x")},
	{Name: "revoke-several", Opts: tuitest.Busy, Walk: tuitest.Steps("A", "x")},
	{Name: "revoke-many", Opts: tuitest.Busy.With(fake.LongLists, fake.OnlyFirstProject), Walk: tuitest.Steps("A", "x", "3")},
	{Name: "revoke-hostile", Opts: tuitest.Busy.With(fake.Hostile), Walk: tuitest.Steps("x")},
	{Name: "revoke-hundreds", Opts: tuitest.Busy.With(hundreds), Walk: tuitest.Steps("A", "x")},
	{Name: "revoke-idle", Opts: tuitest.SignedIn.With(fake.LongLists, fake.OnlyFirstProject, func(f *fake.Server) { f.Credentials = f.Credentials[6:] }), Walk: tuitest.Steps("A", "x")},
	{Name: "revoke-twin", Opts: tuitest.Busy, Walk: tuitest.Steps("r", "enter", "y", "esc", "down", "x")},
	{Name: "revoke-twins", Opts: tuitest.Busy, Walk: tuitest.Steps("r", "enter", "y", "esc", "space", "space", "x")},
	{Name: "paused", Opts: tuitest.Busy, Walk: tuitest.Steps("x", "ctrl+p")},
	{Name: "paused-later", Opts: tuitest.Busy, Walk: tuitest.Steps("x", "ctrl+p", 10*time.Second)},
	{Name: "resume", Opts: tuitest.Busy, Walk: tuitest.Steps("x", "ctrl+p", "x")},
	{Name: "resume-several", Opts: tuitest.Busy, Walk: tuitest.Steps("A", "x", "ctrl+p", "A", "x")},
	{Name: "revoked", Opts: tuitest.Busy, Walk: tuitest.Steps("x", "web-frontend", "enter")},

	{Name: "rotate", Opts: tuitest.Busy, Walk: tuitest.Steps("r")},
	{Name: "rotate-late", Opts: tuitest.Busy, Walk: tuitest.Steps("down", "r", "left", "left")},
	{Name: "rotate-now", Opts: tuitest.Busy, Walk: tuitest.Steps("r", "left")},
	{Name: "rotate-waiting", Opts: tuitest.Busy.With(fake.NeverAnswers("POST /auth/api-keys/" + fake.UUID(21) + "/rotate")), Walk: tuitest.Steps("r", "enter")},
	{Name: "rotate-refused", Opts: tuitest.Busy.With(fake.Refuses("POST /auth/api-keys/"+fake.UUID(21)+"/rotate", fake.DatabaseFull)), Walk: tuitest.Steps("r", "enter")},
	{Name: "rotate-hostile", Opts: tuitest.Busy.With(fake.Hostile), Walk: tuitest.Steps("r")},
	{Name: "rotated", Opts: tuitest.Busy, Walk: tuitest.Steps("r", "enter")},

	{Name: "issue", Opts: tuitest.SignedIn, Walk: tuitest.Steps("n", "nightly-report", "tab", "left", "tab")},
	{Name: "issue-jwt", Opts: tuitest.SignedIn, Walk: tuitest.Steps("n", "browser", "shift+tab", "right")},
	{Name: "issue-pair", Opts: tuitest.SignedIn, Walk: tuitest.Steps("n", "partner", "shift+tab", "left")},
	{Name: "issue-days", Opts: tuitest.SignedIn, Walk: tuitest.Steps("n", "nightly", "tab", "right", "right", "tab", "30")},
	{Name: "issue-days-wrong", Opts: tuitest.SignedIn, Walk: tuitest.Steps("n", "nightly", "tab", "right", "right", "tab", "0", "enter")},
	{Name: "issue-scopes", Opts: tuitest.Busy, Walk: tuitest.Steps("n", "nightly", "tab", "tab", "space", "right")},
	{Name: "issue-scopes-hostile", Opts: tuitest.Busy.With(fake.Hostile), Walk: tuitest.Steps("n", "nightly", "tab", "tab", "space", "right")},
	{Name: "issue-scopes-many", Opts: tuitest.Busy.With(manyScopes), Walk: tuitest.Steps("n", "nightly", "tab", "tab", "right", "right", "right", "right", "right", "right", "right", "right", "right", "right", "right", "space")},
	{Name: "issue-wrong", Opts: tuitest.SignedIn, Walk: tuitest.Steps("n", "enter")},
	{Name: "issue-refused", Opts: tuitest.SignedIn.With(fake.Refuses("POST /auth/api-keys/", fake.DatabaseFull)), Walk: tuitest.Steps("n", "nightly", "enter")},
	{Name: "issue-waiting", Opts: tuitest.SignedIn.With(fake.NeverAnswers("POST /auth/api-keys/")), Walk: tuitest.Steps("n", "nightly", "enter")},

	{Name: "secret-key", Opts: tuitest.SignedIn, Walk: tuitest.Steps("n", "nightly-report", "enter")},
	{Name: "secret-key-shown", Opts: tuitest.SignedIn, Walk: tuitest.Steps("n", "nightly-report", "enter", "v")},
	{Name: "secret-key-copied", Opts: tuitest.SignedIn, Walk: tuitest.Steps("n", "nightly-report", "enter", "y")},
	{Name: "secret-key-was-copied", Opts: tuitest.SignedIn, Walk: tuitest.Steps("n", "nightly-report", "enter", "y", 5*time.Second)},
	{Name: "secret-key-uncopied", Opts: tuitest.SignedIn, Walk: tuitest.Steps("n", "nightly-report", "enter", "esc")},
	{Name: "secret-key-again", Opts: tuitest.SignedIn, Walk: tuitest.Steps("n", "nightly-report", "enter", "esc", "esc", "K")},
	{Name: "secret-key-private", Opts: tuitest.SignedIn, Walk: tuitest.Steps("*", "n", "nightly-report", "enter", "v")},
	{Name: "secret-jwt", Opts: tuitest.SignedIn, Walk: tuitest.Steps("n", "browser", "shift+tab", "right", "enter", "v")},
	{Name: "secret-pair", Opts: tuitest.SignedIn, Walk: tuitest.Steps("n", "partner", "shift+tab", "left", "enter")},
	{Name: "secret-pair-shown", Opts: tuitest.SignedIn, Walk: tuitest.Steps("n", "partner", "shift+tab", "left", "enter", "tab", "v")},
	{Name: "secret-pair-half", Opts: tuitest.SignedIn, Walk: tuitest.Steps("n", "partner", "shift+tab", "left", "enter", "y", 5*time.Second)},
	{Name: "secret-pair-uncopied", Opts: tuitest.SignedIn, Walk: tuitest.Steps("n", "partner", "shift+tab", "left", "enter", "tab", "v", "esc")},
}

// hundreds is a project with 900 more keys, one of which is busy.
func hundreds(f *fake.Server) {
	now := f.Now()
	for i := range 900 {
		k := model.Credential{Kind: model.KindAPIKey, ID: fake.UUID(200_000 + i), Name: fmt.Sprintf("svc-%04d-worker-of-the-night", i), Masked: fmt.Sprintf("sk_%04d…%05d", i, i),
			IsActive: true, CreatedAt: model.At(now), UpdatedAt: model.At(now)}
		if i == 899 {
			k.LastUsedAt = model.Ptr(now.Add(-2 * time.Minute))
			f.Uses = append(f.Uses, model.CredentialUse{CredentialID: k.ID, LastHour: 2000, RequestsToday: 2000, LastUsedAt: k.LastUsedAt})
		}
		f.Credentials = append(f.Credentials, k)
	}
}

// sameNames gives all API keys one long name. The second succeeded the third.
func sameNames(f *fake.Server) {
	for i := range f.Credentials[:4] {
		f.Credentials[i].Name = "billing-exporter-of-the-night-shift"
	}
	f.Credentials[2].UpdatedAt = f.Credentials[1].CreatedAt
}

// manyScopes gives a key more scopes than a form has room for.
func manyScopes(f *fake.Server) {
	for i := range 30 {
		f.Credentials[0].Scopes = append(f.Credentials[0].Scopes, fmt.Sprintf("catalog:part-%02d:read", i))
	}
}
