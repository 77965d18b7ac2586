package tui

import (
	"time"

	"keydeck/model"
)

var overviewStates = []state{
	{"overview", atHome, do("down", "down", "down")},
	{"overview-keys", atHome, do("end", "left")},
	{"overview-all", rigOptions{signedIn: true, stay: true}.with((*fake).furnish, (*fake).busy, func(f *fake) { f.overview.Refusals, f.overview.Log.Dropped = nil, 0 }), do()},
	{"overview-calm", atHome.with(func(f *fake) {
		f.overview.Refusals, f.overview.Expiring, f.overview.Unused, f.overview.Log.Dropped = nil, nil, nil, 0
	}), do()},
	{"overview-quiet", rigOptions{signedIn: true, stay: true, furnish: oneProject}, do()},
	{"overview-loading", atHome.with(keepsSilent("GET /auth/overview")), do()},
	{"overview-error", atHome.with(refuses("GET /auth/overview", databaseFull)), do()},
	{"overview-stale", atHome, do(refuses("GET /auth/overview", databaseFull), 3*time.Second)},
	{"overview-lost", atHome, do(goesDown, 5*time.Second)},
	{"overview-private", atHome, do("*")},
	{"overview-hostile", atHome.with(hostile), do()},
	{"overview-further", atHome.with(crowded), do("down", "down")},
	{"overview-strangers", atHome.with(func(f *fake) {
		f.overview.PerSecond = 412
		for _, why := range []model.Reason{model.ReasonNoRoute, model.ReasonMissing} {
			f.overview.Refusals = append(f.overview.Refusals, model.RefusalCount{Reason: why, Requests: 3})
		}
	}), do()},
	{"overview-many", atHome.with(plenty, onlyOne), do("pgdown")},
}
