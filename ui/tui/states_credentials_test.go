package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
)

var credentialStates = []state{
	{"credentials", signed, do("down")},
	{"credentials-loading", signed.with(keepsSilent("GET /auth/api-keys/")), do()},
	{"credentials-error", signed.with(refuses("GET /auth/key-pairs/", databaseFull)), do()},
	{"credentials-stale", signed, do(refuses("GET /auth/key-pairs/", databaseFull), "ctrl+r")},
	{"credentials-empty", signed.with(func(f *fake) { f.keys, f.secrets, f.pairs = nil, nil, nil }), do()},
	{"credentials-hostile", busy.with(hostile), do("down")},
	{"credentials-many", busy.with(plenty, onlyOne), do("end", "up")},
	{"credentials-viewer", busy.with(viewer), do("n")},
	{"credentials-filter", signed, do("/", "api key")},
	{"credentials-nothing", signed, do("/", "zzz")},
	{"credentials-nothing-kept", signed, do("/", "zzz", "enter")},
	{"credentials-fuzzy", busy, do("/", "wfe", "enter")},
	{"credentials-active", signed, do("a")},
	{"credentials-busy", busy, do("s", "s", "s", "s", "s", "s", "s")},
	{"credentials-reversed", busy, do("s", "o")},
	{"credentials-chosen", busy, do("space", "space", "down", "space")},
	{"credentials-private", busy, do("down", "*")},

	{"credentials-twins", busy.with(twins), do("down")},
	{"credentials-sorted-kind", busy.with(twins), do("s", "s", "down")},

	{"revoke", signed, do("down", "x")},
	{"revoke-looking", busy.with(keepsSilent("GET /auth/usage/" + uuid(21))), do("x")},
	{"revoke-used", busy, do("x", "web")},
	{"revoke-wrong", busy, do("x", "web", "enter")},
	{"revoke-unused", busy, do("end", "up", "x")},
	{"revoke-unknown", busy.with(refuses("GET /auth/usage/"+uuid(21), databaseFull)), do("x")},
	{"revoke-several", busy, do("A", "x")},
	{"revoke-many", busy.with(plenty, onlyOne), do("A", "x", "3")},
	{"revoke-hostile", busy.with(hostile), do("x")},
	{"revoke-hundreds", busy.with(hundreds), do("A", "x")},
	{"revoke-idle", signed.with(plenty, onlyOne, func(f *fake) { f.keys, f.secrets, f.pairs = f.keys[4:], nil, nil }), do("A", "x")},
	{"revoke-twin", busy, do("r", "enter", "y", "esc", "down", "x")},
	{"revoke-twins", busy, do("r", "enter", "y", "esc", "space", "space", "x")},
	{"revoked", busy, do("x", "web-frontend", "enter")},

	{"rotate", busy, do("r")},
	{"rotate-late", busy, do("down", "r", "left", "left")},
	{"rotate-now", busy, do("r", "left")},
	{"rotate-waiting", busy.with(keepsSilent("POST /auth/api-keys/" + uuid(21) + "/rotate")), do("r", "enter")},
	{"rotate-refused", busy.with(refuses("POST /auth/api-keys/"+uuid(21)+"/rotate", databaseFull)), do("r", "enter")},
	{"rotate-hostile", busy.with(hostile), do("r")},
	{"rotated", busy, do("r", "enter")},

	{"issue", signed, do("n", "nightly-report", "tab", "right", "right", "tab")},
	{"issue-jwt", signed, do("n", "browser", "shift+tab", "right")},
	{"issue-pair", signed, do("n", "partner", "shift+tab", "left")},
	{"issue-days", signed, do("n", "nightly", "tab", "left", "tab", "30")},
	{"issue-days-wrong", signed, do("n", "nightly", "tab", "left", "tab", "0", "enter")},
	{"issue-scopes", busy, do("n", "nightly", "tab", "tab", "space", "right")},
	{"issue-scopes-hostile", busy.with(hostile), do("n", "nightly", "tab", "tab", "space", "right")},
	{"issue-scopes-many", busy.with(manyScopes), do("n", "nightly", "tab", "tab", "right", "right", "right", "right", "right", "right", "right", "right", "right", "right", "right", "space")},
	{"issue-wrong", signed, do("n", "enter")},
	{"issue-refused", signed.with(refuses("POST /auth/api-keys/", databaseFull)), do("n", "nightly", "enter")},
	{"issue-waiting", signed.with(keepsSilent("POST /auth/api-keys/")), do("n", "nightly", "enter")},

	{"secret-key", signed, do("n", "nightly-report", "enter")},
	{"secret-key-shown", signed, do("n", "nightly-report", "enter", "v")},
	{"secret-key-copied", signed, do("n", "nightly-report", "enter", "y")},
	{"secret-key-was-copied", signed, do("n", "nightly-report", "enter", "y", 5*time.Second)},
	{"secret-key-uncopied", signed, do("n", "nightly-report", "enter", "esc")},
	{"secret-key-again", signed, do("n", "nightly-report", "enter", "esc", "esc", "K")},
	{"secret-key-private", signed, do("*", "n", "nightly-report", "enter", "v")},
	{"secret-jwt", signed, do("n", "browser", "shift+tab", "right", "enter", "v")},
	{"secret-pair", signed, do("n", "partner", "shift+tab", "left", "enter")},
	{"secret-pair-shown", signed, do("n", "partner", "shift+tab", "left", "enter", "tab", "v")},
	{"secret-pair-half", signed, do("n", "partner", "shift+tab", "left", "enter", "y", 5*time.Second)},
	{"secret-pair-uncopied", signed, do("n", "partner", "shift+tab", "left", "enter", "tab", "v", "esc")},
}

var tokenStates = []state{
	{"token-empty", signed, do("4")},
	{"token-typing", signed, do("4", "e", "eyJhbGciOi")},
	{"token", signed, do("4", aToken)},
	{"token-waiting", signed.with(keepsSilent("POST /auth/tokens/inspect")), do("4", aToken, "enter")},
	{"token-unasked", signed.with(refuses("POST /auth/tokens/inspect", databaseFull)), do("4", aToken, "enter")},
	{"token-accepted", signed.with(func(f *fake) { f.verdict = accepted(f.now()) }), do("4", aToken, "enter")},
	{"token-over", signed.with(func(f *fake) { f.verdict = accepted(f.now()) }), do("4", aToken, "enter", 15*time.Minute)},
	{"token-end", signed.with(func(f *fake) { f.verdict = accepted(f.now()) }), do("4", aToken, "enter", "end")},
	{"token-refused", signed.with(func(f *fake) {
		f.verdict = model.Inspection{Kind: model.KindAPIKey, Reason: model.ReasonRevoked, RevokedAt: model.Ptr(f.now().Add(-time.Hour))}
	}), do("4", tea.PasteMsg{Content: fakeSecret}, "enter")},
	{"token-key", signed, do("4", tea.PasteMsg{Content: fakeSecret})},
	{"token-broken", signed, do("4", tea.PasteMsg{Content: "eyJhbGciOiJub25lIn0.e30.x.y"})},
	{"token-hostile", signed, do("4", tea.PasteMsg{Content: signedToken(map[string]any{"alg": "none", evil: evil}, map[string]any{
		evil: evil, "sub": evil, "aud": []string{evil, evil}, "iat": 946684800, "exp": 946688400, "nbf": "x",
	})})},
	{"token-not-yet", signed, do("4", tea.PasteMsg{Content: signedToken(map[string]any{"alg": "RS256", "typ": "JWT", "kid": "k1"}, map[string]any{
		"sub": "ada", "iss": "https://issuer.example.com", "aud": "shop", "iat": 946771200, "nbf": 946771200, "exp": 946857600,
	})})},
}

func aToken(r *rig) { r.send(pastedToken()) }

func pastedToken() tea.PasteMsg {
	return tea.PasteMsg{Content: fakeToken(time.Now().Add(14 * time.Minute))}
}

func accepted(now time.Time) model.Inspection {
	name, hint, account, project, kid, id := "ci-deploy", "sk_9Qtz…b21Xc", "ABC123", uuid(11), uuid(90), uuid(22)
	return model.Inspection{Kind: model.KindServiceToken, Valid: true, CredentialName: &name, CredentialHint: &hint, CredentialID: &id,
		AccountID: &account, ProjectID: &project, KID: &kid, Scopes: []string{"keys:write"}, ExpiresAt: model.Ptr(now.Add(14 * time.Minute))}
}
