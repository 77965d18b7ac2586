package overview

import (
	"time"

	"keydeck/model"
	"keydeck/ui/tui/tuitest"
	"keydeck/ui/tui/tuitest/fake"
)

var overviewStates = []tuitest.State{
	{Name: "overview", Opts: tuitest.AtOverview, Walk: tuitest.Steps("down", "down", "down")},
	{Name: "overview-keys", Opts: tuitest.AtOverview, Walk: tuitest.Steps("end", "left")},
	{Name: "overview-all", Opts: tuitest.Options{SignedIn: true, AtOverview: true}.With(fake.TwoProjects, fake.Traffic, func(f *fake.Server) { f.Overview.Refusals, f.Overview.Log.Dropped = nil, 0 }), Walk: tuitest.Steps()},
	{Name: "overview-calm", Opts: tuitest.AtOverview.With(func(f *fake.Server) {
		f.Overview.Refusals, f.Overview.Expiring, f.Overview.Unused, f.Overview.Log.Dropped = nil, nil, nil, 0
	}), Walk: tuitest.Steps()},
	{Name: "overview-quiet", Opts: tuitest.Options{SignedIn: true, AtOverview: true, Seed: fake.OneProject}, Walk: tuitest.Steps()},
	{Name: "overview-loading", Opts: tuitest.AtOverview.With(fake.NeverAnswers("GET /auth/overview")), Walk: tuitest.Steps()},
	{Name: "overview-error", Opts: tuitest.AtOverview.With(fake.Refuses("GET /auth/overview", fake.DatabaseFull)), Walk: tuitest.Steps()},
	{Name: "overview-stale", Opts: tuitest.AtOverview, Walk: tuitest.Steps(fake.Refuses("GET /auth/overview", fake.DatabaseFull), 3*time.Second)},
	{Name: "overview-lost", Opts: tuitest.AtOverview, Walk: tuitest.Steps(fake.GoesDown, 5*time.Second)},
	{Name: "overview-private", Opts: tuitest.AtOverview, Walk: tuitest.Steps("*")},
	{Name: "overview-hostile", Opts: tuitest.AtOverview.With(fake.Hostile), Walk: tuitest.Steps()},
	{Name: "overview-further", Opts: tuitest.AtOverview.With(fake.ManyWarnings), Walk: tuitest.Steps("down", "down")},
	{Name: "overview-strangers", Opts: tuitest.AtOverview.With(func(f *fake.Server) {
		f.Overview.PerSecond = 412
		for _, why := range []model.Reason{model.ReasonNoRoute, model.ReasonMissing} {
			f.Overview.Refusals = append(f.Overview.Refusals, model.RefusalCount{Reason: why, Requests: 3})
		}
	}), Walk: tuitest.Steps()},
	{Name: "overview-many", Opts: tuitest.AtOverview.With(fake.LongLists, fake.OnlyFirstProject), Walk: tuitest.Steps("pgdown")},
}
