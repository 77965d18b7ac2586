package overview

import (
	"time"

	"keydeck/model"
	"keydeck/ui/tui/tuitest"
)

var overviewStates = []tuitest.State{
	{Name: "overview", Opts: tuitest.AtHome, Walk: tuitest.Do("down", "down", "down")},
	{Name: "overview-keys", Opts: tuitest.AtHome, Walk: tuitest.Do("end", "left")},
	{Name: "overview-all", Opts: tuitest.Options{SignedIn: true, Stay: true}.With((*tuitest.Fake).Furnish, (*tuitest.Fake).Busy, func(f *tuitest.Fake) { f.Overview.Refusals, f.Overview.Log.Dropped = nil, 0 }), Walk: tuitest.Do()},
	{Name: "overview-calm", Opts: tuitest.AtHome.With(func(f *tuitest.Fake) {
		f.Overview.Refusals, f.Overview.Expiring, f.Overview.Unused, f.Overview.Log.Dropped = nil, nil, nil, 0
	}), Walk: tuitest.Do()},
	{Name: "overview-quiet", Opts: tuitest.Options{SignedIn: true, Stay: true, Furnish: tuitest.OneProject}, Walk: tuitest.Do()},
	{Name: "overview-loading", Opts: tuitest.AtHome.With(tuitest.KeepsSilent("GET /auth/overview")), Walk: tuitest.Do()},
	{Name: "overview-error", Opts: tuitest.AtHome.With(tuitest.Refuses("GET /auth/overview", tuitest.DatabaseFull)), Walk: tuitest.Do()},
	{Name: "overview-stale", Opts: tuitest.AtHome, Walk: tuitest.Do(tuitest.Refuses("GET /auth/overview", tuitest.DatabaseFull), 3*time.Second)},
	{Name: "overview-lost", Opts: tuitest.AtHome, Walk: tuitest.Do(tuitest.GoesDown, 5*time.Second)},
	{Name: "overview-private", Opts: tuitest.AtHome, Walk: tuitest.Do("*")},
	{Name: "overview-hostile", Opts: tuitest.AtHome.With(tuitest.Hostile), Walk: tuitest.Do()},
	{Name: "overview-further", Opts: tuitest.AtHome.With(tuitest.Crowded), Walk: tuitest.Do("down", "down")},
	{Name: "overview-strangers", Opts: tuitest.AtHome.With(func(f *tuitest.Fake) {
		f.Overview.PerSecond = 412
		for _, why := range []model.Reason{model.ReasonNoRoute, model.ReasonMissing} {
			f.Overview.Refusals = append(f.Overview.Refusals, model.RefusalCount{Reason: why, Requests: 3})
		}
	}), Walk: tuitest.Do()},
	{Name: "overview-many", Opts: tuitest.AtHome.With(tuitest.Plenty, tuitest.OnlyOne), Walk: tuitest.Do("pgdown")},
}
