package tui

import (
	"time"

	"keydeck/model"
)

// frameStates are what is around every screen, or floats over any.
var frameStates = []state{
	{"attached", rigOptions{signedIn: true, url: true, furnish: oneProject}, do()},
	{"lost", signed, do(goesDown, 7*time.Second)},
	{"lost-and-back", signed, do(goesDown, 7*time.Second, comesBack, 7*time.Second, "down", "down")},
	{"banner", rigOptions{signedIn: true, furnish: oneProject, Options: Options{OwnsServer: true, Banner: "demo: nothing here is kept"}}, do()},
	{"quit", rigOptions{signedIn: true, furnish: oneProject, Options: Options{OwnsServer: true, Banner: "demo: nothing here is kept"}}, do("q")},
	{"sign-out", signed, do("S")},
	{"toast-said", signed, do("y")},
	{"toast-warned", signed, do("esc")},
	{"toast-failed", signed.with(refuses("DELETE /auth/api-keys/"+uuid(22), databaseFull)), do("down", "x", "ci-deploy", "enter")},
	{"toast-theme", signed, do(themeKey)},
	{"private", signed, do("*")},
	{"private-request", signed, do("*", "3", time.Second, "enter")},
	{"mouse", signed, do("M")},
	{"help", signed, do("?")},
	{"help-end", signed, do("?", "end")},
	{"help-requests", signed, do("3", time.Second, "?")},
	{"palette", signed, do(":")},
	{"palette-found", signed, do(":", "theme", "down")},
	{"palette-why-not", signed, do("3", time.Second, ":", "older match")},
	{"palette-nothing", signed, do(":", "zzzz")},
	{"switcher", several, do("p")},
	{"switcher-found", several, do("p", "bil")},
	{"switcher-nothing", several, do("p", "zzz")},
	{"switcher-many", several.with(plenty), do("p", "down", "down")},
	{"switcher-hostile", several.with(hostile), do("p")},
	{"switcher-first", several, do("2")},
	{"palette-elsewhere", several, do(":", "exp")},
	{"palette-projects", several, do(":", "swtobil")},
	{"suspend", rigOptions{signedIn: true, furnish: oneProject, Options: Options{OwnsServer: true}}, do(":", "ctrl+z")},

	// from one screen to another
	{"four-keypresses", signed, do("2", "n", "nightly", "enter", "t", 5*time.Second)},
	{"replay-with-key", signed, do("n", "nightly", "enter", "y", "esc", "3", time.Second, "home", "R")},
	{"requests-of-one", signed, do("down", "enter", time.Second)},
	{"signin-again", signed, do(refuses("GET /auth/api-keys/", &model.Error{Code: model.CodeUnauthorized, Message: "no"}), "ctrl+r")},
	{"token-why", signed.with(func(f *fake) { f.trace = tracedRecord(f.now()) }), do("3", time.Second, "home", "down", "w")},
	{"token-why-never", signed.with(func(f *fake) { f.trace = neverFitting(f, model.ReasonBadSignature, true) }), do("3", time.Second, "home", "down", "w")},
}
