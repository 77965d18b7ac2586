package tui_test

import (
	"time"

	"keydeck/model"
	"keydeck/ui/tui"
	"keydeck/ui/tui/tuitest"
)

// frameStates are what is around every screen, or floats over any.
var frameStates = []tuitest.State{
	{Name: "attached", Frame: true, Opts: tuitest.Options{SignedIn: true, URL: true, Furnish: tuitest.OneProject}, Walk: tuitest.Do()},
	{Name: "lost", Frame: true, Opts: tuitest.SignedIn, Walk: tuitest.Do(tuitest.GoesDown, 7*time.Second)},
	{Name: "lost-and-back", Frame: true, Opts: tuitest.SignedIn, Walk: tuitest.Do(tuitest.GoesDown, 7*time.Second, tuitest.ComesBack, 7*time.Second, "down", "down")},
	{Name: "banner", Frame: true, Opts: tuitest.Options{SignedIn: true, Furnish: tuitest.OneProject, Options: tui.Options{OwnsServer: true, Banner: "demo: nothing here is kept"}}, Walk: tuitest.Do()},
	{Name: "quit", Frame: true, Opts: tuitest.Options{SignedIn: true, Furnish: tuitest.OneProject, Options: tui.Options{OwnsServer: true, Banner: "demo: nothing here is kept"}}, Walk: tuitest.Do("q")},
	{Name: "sign-out", Opts: tuitest.SignedIn, Walk: tuitest.Do("S")},
	{Name: "toast-said", Frame: true, Opts: tuitest.SignedIn, Walk: tuitest.Do("y")},
	{Name: "toast-warned", Frame: true, Opts: tuitest.SignedIn, Walk: tuitest.Do("esc")},
	{Name: "toast-failed", Frame: true, Opts: tuitest.SignedIn.With(tuitest.Refuses("DELETE /auth/api-keys/"+tuitest.UUID(22), tuitest.DatabaseFull)), Walk: tuitest.Do("down", "x", "ci-deploy", "enter")},
	{Name: "toast-theme", Frame: true, Opts: tuitest.SignedIn, Walk: tuitest.Do(tuitest.ThemeKey)},
	{Name: "private", Frame: true, Opts: tuitest.SignedIn, Walk: tuitest.Do("*")},
	{Name: "private-request", Frame: true, Opts: tuitest.SignedIn, Walk: tuitest.Do("*", "3", time.Second, "enter")},
	{Name: "mouse", Frame: true, Opts: tuitest.SignedIn, Walk: tuitest.Do("M")},
	{Name: "help", Opts: tuitest.SignedIn, Walk: tuitest.Do("?")},
	{Name: "help-end", Opts: tuitest.SignedIn, Walk: tuitest.Do("?", "end")},
	{Name: "help-requests", Opts: tuitest.SignedIn, Walk: tuitest.Do("3", time.Second, "?")},
	{Name: "palette", Opts: tuitest.SignedIn, Walk: tuitest.Do(":")},
	{Name: "palette-found", Opts: tuitest.SignedIn, Walk: tuitest.Do(":", "theme", "down")},
	{Name: "palette-why-not", Opts: tuitest.SignedIn, Walk: tuitest.Do("3", time.Second, ":", "older match")},
	{Name: "palette-nothing", Opts: tuitest.SignedIn, Walk: tuitest.Do(":", "zzzz")},
	{Name: "switcher", Opts: tuitest.Several, Walk: tuitest.Do("p")},
	{Name: "switcher-found", Opts: tuitest.Several, Walk: tuitest.Do("p", "bil")},
	{Name: "switcher-nothing", Opts: tuitest.Several, Walk: tuitest.Do("p", "zzz")},
	{Name: "switcher-many", Opts: tuitest.Several.With(tuitest.Plenty), Walk: tuitest.Do("p", "down", "down")},
	{Name: "switcher-hostile", Opts: tuitest.Several.With(tuitest.Hostile), Walk: tuitest.Do("p")},
	{Name: "switcher-first", Opts: tuitest.Several, Walk: tuitest.Do("2")},
	{Name: "palette-elsewhere", Opts: tuitest.Several, Walk: tuitest.Do(":", "exp")},
	{Name: "palette-projects", Opts: tuitest.Several, Walk: tuitest.Do(":", "swtobil")},
	{Name: "suspend", Opts: tuitest.Options{SignedIn: true, Furnish: tuitest.OneProject, Options: tui.Options{OwnsServer: true}}, Walk: tuitest.Do(":", "ctrl+z")},

	// from one screen to another
	{Name: "four-keypresses", Opts: tuitest.SignedIn, Walk: tuitest.Do("2", "n", "nightly", "enter", "t", 5*time.Second)},
	{Name: "replay-with-key", Opts: tuitest.SignedIn, Walk: tuitest.Do("n", "nightly", "enter", "y", "esc", "3", time.Second, "home", "R")},
	{Name: "requests-of-one", Opts: tuitest.SignedIn, Walk: tuitest.Do("down", "enter", time.Second)},
	{Name: "signin-again", Opts: tuitest.SignedIn, Walk: tuitest.Do(tuitest.Refuses("GET /auth/credentials/", &model.Error{Code: model.CodeUnauthorized, Message: "no"}), "ctrl+r")},
	{Name: "token-why", Opts: tuitest.SignedIn.With(func(f *tuitest.Fake) { f.Trace = tracedRecord(f.Now()) }), Walk: tuitest.Do("3", time.Second, "home", "down", "w")},
	{Name: "token-why-never", Opts: tuitest.SignedIn.With(func(f *tuitest.Fake) { f.Trace = neverFitting(f, model.ReasonBadSignature, true) }), Walk: tuitest.Do("3", time.Second, "home", "down", "w")},
}
