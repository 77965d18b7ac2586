package tui

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
)

// atLog walks to the requests, and on.
func atLog(steps ...any) func(*rig) { return do(append([]any{"3", time.Second}, steps...)...) }

var requestStates = []state{
	{"requests", signed, atLog()},
	{"requests-loading", signed.with(keepsSilent("GET /auth/requests/")), atLog()},
	{"requests-error", signed.with(refuses("GET /auth/requests/", databaseFull)), atLog()},
	{"requests-empty", signed.with(func(f *fake) { f.log = nil }), atLog()},
	{"requests-empty-all", signed.with(func(f *fake) { f.log = nil }), atLog("s")},
	{"requests-all", signed, atLog("s", time.Second)},
	{"requests-own", signed, atLog("o", time.Second)},
	{"requests-hostile", signed.with(hostile), atLog("home")},
	{"requests-hostile-detail", signed.with(hostile), atLog("up", "enter")},
	{"requests-many", signed.with(func(f *fake) { busyLog(f, 7000) }), atLog("home", time.Second)},
	{"requests-paused", signed, atLog("up", "up", "enter", arrives(7), time.Second)},
	{"requests-lost", signed.with(refuses("GET /auth/requests/stream", &model.Error{Code: model.CodeUnavailable, Message: "busy"})), atLog()},
	{"requests-filter", signed, atLog("f", "status:4", "tab")},
	{"requests-filter-plain", signed, atLog("f")},
	{"requests-filter-wrong", signed, atLog("f", "GET stats:4xx")},
	{"requests-filtered", signed, atLog("f", "status:4xx -path:/auth", "enter")},
	{"requests-nothing", signed, atLog("f", "status:2xx status:4xx", "enter")},
	{"requests-stalled", signed.with(func(f *fake) { busyLog(f, 7000) }), atLog("f", "id:"+uuid(1000), "enter", 2*time.Second)},
	{"requests-search", signed, atLog("/", "token")},
	{"requests-found", signed, atLog("/", "token", "enter")},
	{"requests-not-found", signed, atLog("/", "zzz", "enter")},
	{"requests-detail-refused", signed, atLog("home", "down", "enter")},
	{"requests-pane-large", signed, atLog("enter", "[", "[", "[", "[")},
	{"requests-columns", signed, atLog("C", "space", "down", "down")},
	{"requests-columns-all", signed, atLog("C", "down", "down", "space", "down", "space", "down", "space", "down", "down", "space", "esc")},
	{"requests-ago", signed, atLog("t")},
	{"requests-read", signed, atLog("up", "enter", readsOn, "tab", "tab")},
	{"requests-long", signed.with(longPath), atLog("enter")},
	{"requests-reasons", signed, atLog("f", "reason:", "tab", "tab")},
	{"requests-skipped", signed, atLog(skips(1284))},
	{"requests-utc", signed, atLog("t", "t", "enter", "[", "[")},

	{"export", signed, atLog("E")},
	{"export-wrong", signed, atLog("E", "tab", "ctrl+u", "nowhere/x", "enter")},
	{"replay", signed, atLog("home", "R")},
	{"replay-pasted", signed, atLog("home", "R", tea.PasteMsg{Content: "Bearer x"})},
	{"replay-answer", signed, atLog("home", "R", tea.PasteMsg{Content: "Bearer x"}, "enter")},
	{"replay-refused", signed, atLog("home", "R", "down", "down", "enter")},
	{"replay-lost", signed, atLog("home", "R", "down", "down", goesDown, "enter")},
	{"replay-private", signed, atLog("home", "*", "R", tea.PasteMsg{Content: "Bearer x"}, "enter")},
}

// arrives is a request that comes while one looks.
func arrives(n int) func(*rig) {
	return func(r *rig) { r.fake.live <- record(n, time.Now(), "GET", "/v1/healthz", 200, 0, "") }
}

// readsOn gives the details the keys; where they stand beside the list the first
// enter has.
func readsOn(r *rig) {
	if !r.root.Page().(*requestsScreen).reads() {
		r.keys("enter")
	}
}

// longPath is a path as long as the log keeps them.
func longPath(f *fake) {
	f.log[len(f.log)-1].Path = "/" + strings.Repeat("long", model.MaxLogPath/4)[1:]
}

// skips makes the server say that it has left requests out.
func skips(n int) func(*rig) {
	return func(r *rig) {
		r.fake.skips <- n
		r.wait(time.Second)
	}
}
