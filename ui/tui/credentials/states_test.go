package credentials

import (
	"time"

	"keydeck/ui/tui/tuitest"
)

var credentialStates = []tuitest.State{
	{Name: "credentials", Opts: tuitest.SignedIn, Walk: tuitest.Do("down")},
	{Name: "credentials-loading", Opts: tuitest.SignedIn.With(tuitest.KeepsSilent("GET /auth/credentials/")), Walk: tuitest.Do()},
	{Name: "credentials-error", Opts: tuitest.SignedIn.With(tuitest.Refuses("GET /auth/credentials/", tuitest.DatabaseFull)), Walk: tuitest.Do()},
	{Name: "credentials-stale", Opts: tuitest.SignedIn, Walk: tuitest.Do(tuitest.Refuses("GET /auth/credentials/", tuitest.DatabaseFull), "ctrl+r")},
	{Name: "credentials-empty", Opts: tuitest.SignedIn.With(func(f *tuitest.Fake) { f.Keys, f.Secrets, f.Pairs = nil, nil, nil }), Walk: tuitest.Do()},
	{Name: "credentials-hostile", Opts: tuitest.Busy.With(tuitest.Hostile), Walk: tuitest.Do("down")},
	{Name: "credentials-many", Opts: tuitest.Busy.With(tuitest.Plenty, tuitest.OnlyOne), Walk: tuitest.Do("end", "up")},
	{Name: "credentials-viewer", Opts: tuitest.Busy.With(tuitest.Viewer), Walk: tuitest.Do("n")},
	{Name: "credentials-filter", Opts: tuitest.SignedIn, Walk: tuitest.Do("/", "api key")},
	{Name: "credentials-nothing", Opts: tuitest.SignedIn, Walk: tuitest.Do("/", "zzz")},
	{Name: "credentials-nothing-kept", Opts: tuitest.SignedIn, Walk: tuitest.Do("/", "zzz", "enter")},
	{Name: "credentials-fuzzy", Opts: tuitest.Busy, Walk: tuitest.Do("/", "wfe", "enter")},
	{Name: "credentials-active", Opts: tuitest.SignedIn, Walk: tuitest.Do("a")},
	{Name: "credentials-busy", Opts: tuitest.Busy, Walk: tuitest.Do("s", "s", "s", "s", "s", "s", "s")},
	{Name: "credentials-reversed", Opts: tuitest.Busy, Walk: tuitest.Do("s", "o")},
	{Name: "credentials-chosen", Opts: tuitest.Busy, Walk: tuitest.Do("space", "space", "down", "space")},
	{Name: "credentials-private", Opts: tuitest.Busy, Walk: tuitest.Do("down", "*")},

	{Name: "credentials-twins", Opts: tuitest.Busy.With(tuitest.Twins), Walk: tuitest.Do("down")},
	{Name: "credentials-sorted-kind", Opts: tuitest.Busy.With(tuitest.Twins), Walk: tuitest.Do("s", "s", "down")},

	{Name: "revoke", Opts: tuitest.SignedIn, Walk: tuitest.Do("down", "x")},
	{Name: "revoke-looking", Opts: tuitest.Busy.With(tuitest.KeepsSilent("GET /auth/usage/" + tuitest.UUID(21))), Walk: tuitest.Do("x")},
	{Name: "revoke-used", Opts: tuitest.Busy, Walk: tuitest.Do("x", "web")},
	{Name: "revoke-wrong", Opts: tuitest.Busy, Walk: tuitest.Do("x", "web", "enter")},
	{Name: "revoke-unused", Opts: tuitest.Busy, Walk: tuitest.Do("end", "up", "x")},
	{Name: "revoke-unknown", Opts: tuitest.Busy.With(tuitest.Refuses("GET /auth/usage/"+tuitest.UUID(21), tuitest.DatabaseFull)), Walk: tuitest.Do("x")},
	{Name: "revoke-several", Opts: tuitest.Busy, Walk: tuitest.Do("A", "x")},
	{Name: "revoke-many", Opts: tuitest.Busy.With(tuitest.Plenty, tuitest.OnlyOne), Walk: tuitest.Do("A", "x", "3")},
	{Name: "revoke-hostile", Opts: tuitest.Busy.With(tuitest.Hostile), Walk: tuitest.Do("x")},
	{Name: "revoke-hundreds", Opts: tuitest.Busy.With(tuitest.Hundreds), Walk: tuitest.Do("A", "x")},
	{Name: "revoke-idle", Opts: tuitest.SignedIn.With(tuitest.Plenty, tuitest.OnlyOne, func(f *tuitest.Fake) { f.Keys, f.Secrets, f.Pairs = f.Keys[4:], nil, nil }), Walk: tuitest.Do("A", "x")},
	{Name: "revoke-twin", Opts: tuitest.Busy, Walk: tuitest.Do("r", "enter", "y", "esc", "down", "x")},
	{Name: "revoke-twins", Opts: tuitest.Busy, Walk: tuitest.Do("r", "enter", "y", "esc", "space", "space", "x")},
	{Name: "revoked", Opts: tuitest.Busy, Walk: tuitest.Do("x", "web-frontend", "enter")},

	{Name: "rotate", Opts: tuitest.Busy, Walk: tuitest.Do("r")},
	{Name: "rotate-late", Opts: tuitest.Busy, Walk: tuitest.Do("down", "r", "left", "left")},
	{Name: "rotate-now", Opts: tuitest.Busy, Walk: tuitest.Do("r", "left")},
	{Name: "rotate-waiting", Opts: tuitest.Busy.With(tuitest.KeepsSilent("POST /auth/api-keys/" + tuitest.UUID(21) + "/rotate")), Walk: tuitest.Do("r", "enter")},
	{Name: "rotate-refused", Opts: tuitest.Busy.With(tuitest.Refuses("POST /auth/api-keys/"+tuitest.UUID(21)+"/rotate", tuitest.DatabaseFull)), Walk: tuitest.Do("r", "enter")},
	{Name: "rotate-hostile", Opts: tuitest.Busy.With(tuitest.Hostile), Walk: tuitest.Do("r")},
	{Name: "rotated", Opts: tuitest.Busy, Walk: tuitest.Do("r", "enter")},

	{Name: "issue", Opts: tuitest.SignedIn, Walk: tuitest.Do("n", "nightly-report", "tab", "right", "right", "tab")},
	{Name: "issue-jwt", Opts: tuitest.SignedIn, Walk: tuitest.Do("n", "browser", "shift+tab", "right")},
	{Name: "issue-pair", Opts: tuitest.SignedIn, Walk: tuitest.Do("n", "partner", "shift+tab", "left")},
	{Name: "issue-days", Opts: tuitest.SignedIn, Walk: tuitest.Do("n", "nightly", "tab", "left", "tab", "30")},
	{Name: "issue-days-wrong", Opts: tuitest.SignedIn, Walk: tuitest.Do("n", "nightly", "tab", "left", "tab", "0", "enter")},
	{Name: "issue-scopes", Opts: tuitest.Busy, Walk: tuitest.Do("n", "nightly", "tab", "tab", "space", "right")},
	{Name: "issue-scopes-hostile", Opts: tuitest.Busy.With(tuitest.Hostile), Walk: tuitest.Do("n", "nightly", "tab", "tab", "space", "right")},
	{Name: "issue-scopes-many", Opts: tuitest.Busy.With(tuitest.ManyScopes), Walk: tuitest.Do("n", "nightly", "tab", "tab", "right", "right", "right", "right", "right", "right", "right", "right", "right", "right", "right", "space")},
	{Name: "issue-wrong", Opts: tuitest.SignedIn, Walk: tuitest.Do("n", "enter")},
	{Name: "issue-refused", Opts: tuitest.SignedIn.With(tuitest.Refuses("POST /auth/api-keys/", tuitest.DatabaseFull)), Walk: tuitest.Do("n", "nightly", "enter")},
	{Name: "issue-waiting", Opts: tuitest.SignedIn.With(tuitest.KeepsSilent("POST /auth/api-keys/")), Walk: tuitest.Do("n", "nightly", "enter")},

	{Name: "secret-key", Opts: tuitest.SignedIn, Walk: tuitest.Do("n", "nightly-report", "enter")},
	{Name: "secret-key-shown", Opts: tuitest.SignedIn, Walk: tuitest.Do("n", "nightly-report", "enter", "v")},
	{Name: "secret-key-copied", Opts: tuitest.SignedIn, Walk: tuitest.Do("n", "nightly-report", "enter", "y")},
	{Name: "secret-key-was-copied", Opts: tuitest.SignedIn, Walk: tuitest.Do("n", "nightly-report", "enter", "y", 5*time.Second)},
	{Name: "secret-key-uncopied", Opts: tuitest.SignedIn, Walk: tuitest.Do("n", "nightly-report", "enter", "esc")},
	{Name: "secret-key-again", Opts: tuitest.SignedIn, Walk: tuitest.Do("n", "nightly-report", "enter", "esc", "esc", "K")},
	{Name: "secret-key-private", Opts: tuitest.SignedIn, Walk: tuitest.Do("*", "n", "nightly-report", "enter", "v")},
	{Name: "secret-jwt", Opts: tuitest.SignedIn, Walk: tuitest.Do("n", "browser", "shift+tab", "right", "enter", "v")},
	{Name: "secret-pair", Opts: tuitest.SignedIn, Walk: tuitest.Do("n", "partner", "shift+tab", "left", "enter")},
	{Name: "secret-pair-shown", Opts: tuitest.SignedIn, Walk: tuitest.Do("n", "partner", "shift+tab", "left", "enter", "tab", "v")},
	{Name: "secret-pair-half", Opts: tuitest.SignedIn, Walk: tuitest.Do("n", "partner", "shift+tab", "left", "enter", "y", 5*time.Second)},
	{Name: "secret-pair-uncopied", Opts: tuitest.SignedIn, Walk: tuitest.Do("n", "partner", "shift+tab", "left", "enter", "tab", "v", "esc")},
}
