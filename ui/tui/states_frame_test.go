package tui_test

import (
	"time"

	"keydeck/model"
	"keydeck/ui/tui"
	"keydeck/ui/tui/tuitest"
	"keydeck/ui/tui/tuitest/fake"
)

// frameStates are what is around every screen, or above any.
var frameStates = []tuitest.State{
	{Name: "attached", Frame: true, Opts: tuitest.Options{SignedIn: true, Remote: true, Seed: fake.OneProject}, Walk: tuitest.Steps()},
	{Name: "lost", Frame: true, Opts: tuitest.SignedIn, Walk: tuitest.Steps(fake.GoesDown, 7*time.Second)},
	{Name: "lost-and-back", Frame: true, Opts: tuitest.SignedIn, Walk: tuitest.Steps(fake.GoesDown, 7*time.Second, comesBack, 7*time.Second, "down", "down")},
	{Name: "banner", Frame: true, Opts: tuitest.Options{SignedIn: true, Seed: fake.OneProject, Options: tui.Options{OwnsServer: true, Banner: "demo: nothing here is kept"}}, Walk: tuitest.Steps()},
	{Name: "quit", Frame: true, Opts: tuitest.Options{SignedIn: true, Seed: fake.OneProject, Options: tui.Options{OwnsServer: true, Banner: "demo: nothing here is kept"}}, Walk: tuitest.Steps("q")},
	{Name: "sign-out", Opts: tuitest.SignedIn, Walk: tuitest.Steps("S")},
	{Name: "toast-said", Frame: true, Opts: tuitest.SignedIn, Walk: tuitest.Steps("y")},
	{Name: "toast-warned", Frame: true, Opts: tuitest.SignedIn, Walk: tuitest.Steps("esc")},
	{Name: "toast-failed", Frame: true, Opts: tuitest.SignedIn.With(fake.Refuses("DELETE /auth/api-keys/"+fake.UUID(22), fake.DatabaseFull)), Walk: tuitest.Steps("down", "x", "ci-deploy", "enter")},
	{Name: "toast-theme", Frame: true, Opts: tuitest.SignedIn, Walk: tuitest.Steps(tuitest.Ctrl('t'))},
	{Name: "private", Frame: true, Opts: tuitest.SignedIn, Walk: tuitest.Steps("*")},
	{Name: "private-request", Opts: tuitest.SignedIn, Walk: tuitest.Steps("*", "3", time.Second, "enter")},
	{Name: "mouse", Frame: true, Opts: tuitest.SignedIn, Walk: tuitest.Steps("M")},
	{Name: "help", Opts: tuitest.SignedIn, Walk: tuitest.Steps("?")},
	{Name: "help-end", Opts: tuitest.SignedIn, Walk: tuitest.Steps("?", "end")},
	{Name: "help-requests", Opts: tuitest.SignedIn, Walk: tuitest.Steps("3", time.Second, "?")},
	{Name: "palette", Opts: tuitest.SignedIn, Walk: tuitest.Steps(":")},
	{Name: "palette-found", Opts: tuitest.SignedIn, Walk: tuitest.Steps(":", "theme", "down", "down")},
	{Name: "palette-why-not", Opts: tuitest.SignedIn, Walk: tuitest.Steps("3", time.Second, ":", "older match")},
	{Name: "palette-nothing", Opts: tuitest.SignedIn, Walk: tuitest.Steps(":", "zzzz")},
	{Name: "switcher", Opts: tuitest.Several, Walk: tuitest.Steps("p")},
	{Name: "switcher-found", Opts: tuitest.Several, Walk: tuitest.Steps("p", "bil")},
	{Name: "switcher-nothing", Opts: tuitest.Several, Walk: tuitest.Steps("p", "zzz")},
	{Name: "switcher-many", Opts: tuitest.Several.With(fake.LongLists), Walk: tuitest.Steps("p", "down", "down")},
	{Name: "switcher-hostile", Opts: tuitest.Several.With(fake.Hostile), Walk: tuitest.Steps("p")},
	{Name: "switcher-first", Opts: tuitest.Several, Walk: tuitest.Steps("2", "n")},
	{Name: "palette-elsewhere", Opts: tuitest.Several, Walk: tuitest.Steps(":", "exp")},
	{Name: "palette-projects", Opts: tuitest.Several, Walk: tuitest.Steps(":", "switch bil")},
	{Name: "suspend", Opts: tuitest.Options{SignedIn: true, Seed: fake.OneProject, Options: tui.Options{OwnsServer: true}}, Walk: tuitest.Steps(":", "ctrl+z")},

	// from one screen to another
	{Name: "four-keypresses", Opts: tuitest.SignedIn, Walk: tuitest.Steps("2", "n", "nightly", "enter", "t", 5*time.Second)},
	{Name: "replay-with-key", Opts: tuitest.SignedIn, Walk: tuitest.Steps("n", "nightly", "enter", "y", "esc", "3", time.Second, "home", "R")},
	{Name: "requests-of-one", Opts: tuitest.SignedIn, Walk: tuitest.Steps("down", "enter", time.Second)},
	{Name: "signin-again", Opts: tuitest.SignedIn, Walk: tuitest.Steps(fake.Refuses("GET /auth/credentials/", &model.Error{Code: model.CodeUnauthorized, Message: "no"}), "ctrl+r")},
	{Name: "requests-why", Opts: tuitest.SignedIn.With(func(f *fake.Server) { f.Trace = tracedRecord(f.Now()) }), Walk: tuitest.Steps("3", time.Second, "home", "down", "w")},
}

func comesBack(f *fake.Server) { f.Down = false }
