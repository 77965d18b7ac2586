package requests

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/ui/tui/tuitest"
	"keydeck/ui/tui/tuitest/fake"
)

// atLog walks to the requests, and on.
func atLog(steps ...any) func(*tuitest.Rig) {
	return tuitest.Steps(append([]any{"3", time.Second}, steps...)...)
}

var requestStates = []tuitest.State{
	{Name: "requests", Opts: tuitest.SignedIn, Walk: atLog()},
	{Name: "requests-loading", Opts: tuitest.SignedIn.With(fake.NeverAnswers("GET /auth/requests/")), Walk: atLog()},
	{Name: "requests-error", Opts: tuitest.SignedIn.With(fake.Refuses("GET /auth/requests/", fake.DatabaseFull)), Walk: atLog()},
	{Name: "requests-empty", Opts: tuitest.SignedIn.With(func(f *fake.Server) { f.Log = nil }), Walk: atLog()},
	{Name: "requests-empty-all", Opts: tuitest.SignedIn.With(func(f *fake.Server) { f.Log = nil }), Walk: atLog("s")},
	{Name: "requests-all", Opts: tuitest.SignedIn, Walk: atLog("s", time.Second)},
	{Name: "requests-own", Opts: tuitest.SignedIn, Walk: atLog("o", time.Second)},
	{Name: "requests-hostile", Opts: tuitest.SignedIn.With(fake.Hostile), Walk: atLog("home")},
	{Name: "requests-hostile-detail", Opts: tuitest.SignedIn.With(fake.Hostile), Walk: atLog("up", "enter")},
	{Name: "requests-many", Opts: tuitest.SignedIn.With(func(f *fake.Server) { fake.LogOf(f, 7000) }), Walk: atLog("home", time.Second)},
	{Name: "requests-paused", Opts: tuitest.SignedIn, Walk: atLog("up", "up", "enter", arrives(7), time.Second)},
	{Name: "requests-lost", Opts: tuitest.SignedIn.With(fake.Refuses("GET /auth/requests/stream", &model.Error{Code: model.CodeUnavailable, Message: "busy"})), Walk: atLog()},
	{Name: "requests-filter", Opts: tuitest.SignedIn, Walk: atLog("f", "status:4", "tab")},
	{Name: "requests-filter-plain", Opts: tuitest.SignedIn, Walk: atLog("f")},
	{Name: "requests-filter-wrong", Opts: tuitest.SignedIn, Walk: atLog("f", "GET stats:4xx")},
	{Name: "requests-filtered", Opts: tuitest.SignedIn, Walk: atLog("f", "status:4xx -path:/auth", "enter")},
	{Name: "requests-nothing", Opts: tuitest.SignedIn, Walk: atLog("f", "status:2xx status:4xx", "enter")},
	{Name: "requests-stalled", Opts: tuitest.SignedIn.With(func(f *fake.Server) { fake.LogOf(f, 7000) }), Walk: atLog("f", "id:"+fake.UUID(1000), "enter", 2*time.Second)},
	{Name: "requests-search", Opts: tuitest.SignedIn, Walk: atLog("/", "token")},
	{Name: "requests-found", Opts: tuitest.SignedIn, Walk: atLog("/", "token", "enter")},
	{Name: "requests-not-found", Opts: tuitest.SignedIn, Walk: atLog("/", "zzz", "enter")},
	{Name: "requests-detail-refused", Opts: tuitest.SignedIn, Walk: atLog("home", "down", "enter")},
	{Name: "requests-pane-large", Opts: tuitest.SignedIn, Walk: atLog("enter", "[", "[", "[", "[")},
	{Name: "requests-columns", Opts: tuitest.SignedIn, Walk: atLog("C", "space", "down", "down")},
	{Name: "requests-columns-all", Opts: tuitest.SignedIn, Walk: atLog("C", "down", "down", "space", "down", "space", "down", "space", "down", "down", "space", "esc")},
	{Name: "requests-ago", Opts: tuitest.SignedIn, Walk: atLog("t")},
	{Name: "requests-read", Opts: tuitest.SignedIn, Walk: atLog("up", "enter", readsOn, "tab", "tab")},
	{Name: "requests-long", Opts: tuitest.SignedIn.With(longPath), Walk: atLog("enter")},
	{Name: "requests-reasons", Opts: tuitest.SignedIn, Walk: atLog("f", "reason:", "tab", "tab")},
	{Name: "requests-skipped", Opts: tuitest.SignedIn, Walk: atLog(skips(1284))},
	{Name: "requests-utc", Opts: tuitest.SignedIn, Walk: atLog("t", "t", "enter", "[", "[")},

	{Name: "export", Opts: tuitest.SignedIn, Walk: atLog("E")},
	{Name: "export-wrong", Opts: tuitest.SignedIn, Walk: atLog("E", "tab", "ctrl+u", "nowhere/x", "enter")},
	{Name: "replay", Opts: tuitest.SignedIn, Walk: atLog("home", "R")},
	{Name: "replay-pasted", Opts: tuitest.SignedIn, Walk: atLog("home", "R", tea.PasteMsg{Content: "Bearer x"})},
	{Name: "replay-answer", Opts: tuitest.SignedIn, Walk: atLog("home", "R", tea.PasteMsg{Content: "Bearer x"}, "enter")},
	{Name: "replay-refused", Opts: tuitest.SignedIn, Walk: atLog("home", "R", "down", "down", "enter")},
	{Name: "replay-lost", Opts: tuitest.SignedIn, Walk: atLog("home", "R", "down", "down", fake.GoesDown, "enter")},
	{Name: "replay-private", Opts: tuitest.SignedIn, Walk: atLog("home", "*", "R", tea.PasteMsg{Content: "Bearer x"}, "enter")},
}

// arrives is a request that comes while the log is open.
func arrives(n int) func(*tuitest.Rig) {
	return func(r *tuitest.Rig) { r.Server.Stream <- fake.Record(n, time.Now(), "GET", "/v1/healthz", 200, 0, "") }
}

// readsOn gives the keys to the details. Where they stand beside the list, the first
// enter has.
func readsOn(r *tuitest.Rig) {
	if !r.Root.Page().(*screen).readingDetails() {
		r.Keys("enter")
	}
}

// longPath is a path as long as the log keeps them.
func longPath(f *fake.Server) {
	f.Log[len(f.Log)-1].Path = "/" + strings.Repeat("long", model.MaxLogPath/4)[1:]
}

// skips makes the server say that it has left out n requests.
func skips(n int) func(*tuitest.Rig) {
	return func(r *tuitest.Rig) {
		r.Server.Skipped <- n
		r.Wait(time.Second)
	}
}
