package tui_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"keydeck/model"
	"keydeck/ui/tui/tuitest"
	"keydeck/ui/tui/tuitest/fake"
)

// TestScopeOfOverview goes from one project to all and back, by key and by the
// switcher, and reads the breadcrumb.
func TestScopeOfOverview(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, AtOverview: true, Seed: func(f *fake.Server) { fake.TwoProjects(f); fake.Traffic(f) }}, func(r *tuitest.Rig) {
		r.Sees("Keydeck › all projects › Overview")
		r.Keys("s") // none was looked at yet
		r.Sees("Of which project?")
		r.Lacks("  all projects ")
		r.Keys("enter")
		r.Sees("Keydeck › acme › Overview", "s all projects")
		r.Keys("s")
		r.Sees("Keydeck › all projects › Overview", "s one project")
		r.Keys("s")
		r.Sees("Keydeck › acme › Overview")
		r.Keys("p", "up", "up", "enter")
		r.Sees("Keydeck › all projects › Overview")
		r.Keys("p", "enter")
		r.Sees("Keydeck › acme › Overview")
		r.Keys("p", "all pro", "enter")
		r.Sees("Keydeck › all projects › Overview")
		r.Keys("p", "enter", "3")
		r.Wait(time.Second)
		r.Sees("Keydeck › acme › Requests")
		r.Keys("s")
		r.Sees("Keydeck › all projects › Requests")
	})
}

// TestOnlyOneProject checks that a user of one project has no other scope.
func TestOnlyOneProject(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, AtOverview: true, Seed: func(f *fake.Server) { fake.BusyProject(f); f.PlainUser = true }}, func(r *tuitest.Rig) {
		r.Keys("s")
		r.Sees("cannot show all projects: this is the only project")
		r.Keys("p")
		r.Lacks("  all projects ")
	})
}

// TestProjectIsChosenOnTheWay checks that a screen which needs a project has one chosen
// first.
func TestProjectIsChosenOnTheWay(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, AtOverview: true, Seed: func(f *fake.Server) { fake.TwoProjects(f); fake.Traffic(f); fake.ManyWarnings(f) }}, func(r *tuitest.Rig) {
		r.Keys("2")
		r.Sees("Of which project?")
		r.Keys("esc")
		r.Sees("all projects › Overview")
		r.Keys("2", "down", "enter")
		r.Sees(`billing \x1b[31mred › Credentials`)
		r.Keys("1", "s", "down", "enter")
		r.Sees("Of which project?")
		r.Keys("enter")
		r.Wait(time.Second)
		r.Sees("› Credentials", "by expiry")
		r.Lacks("revoked")
	})
	run(t, tuitest.Options{SignedIn: true}, func(r *tuitest.Rig) {
		r.Keys("2")
		r.Sees("› Projects", "there is no project yet; n makes one")
	})
}

// TestFurther checks that lines such as "499 credentials" lead to what they stand for.
func TestFurther(t *testing.T) {
	for line, want := range map[string]string{"499 credentials": "by expiry ↓", "10,000+ credentials": "by last use ↑"} {
		run(t, tuitest.Options{SignedIn: true, AtOverview: true, Seed: func(f *fake.Server) { fake.BusyProject(f); fake.ManyWarnings(f) }, W: 140, H: 40}, func(r *tuitest.Rig) {
			r.Sees("499 expire", "14 refused", "10,000+ unused", "499 credentials", "and 12 more")
			chosen := func() bool {
				return slices.ContainsFunc(strings.Split(r.Screen(), "\n"), func(l string) bool { return strings.Contains(l, "▌") && strings.Contains(l, line) })
			}
			for i := 0; !chosen() && i < 40; i++ {
				r.Keys("down")
			}
			r.Keys("enter")
			r.Wait(time.Second)
			r.Sees("› Credentials", want)
			r.Lacks("revoked")
			if len(r.Root.State().Prefs.Sort) > 0 {
				t.Errorf("%s: the order is remembered: %v", line, r.Root.State().Prefs.Sort)
			}
		})
	}
}

// TestStrangers checks that calls without a known credential are one line, whatever
// refused them.
func TestStrangers(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, AtOverview: true, W: 140, H: 40, Seed: func(f *fake.Server) {
		fake.BusyProject(f)
		f.Overview.Refusals = []model.RefusalCount{{Reason: model.ReasonNoRoute, Requests: 5}, {Reason: model.ReasonUnknownKey, Requests: 2}, {Reason: model.ReasonMissing, Requests: 1}}
		f.Overview.Expiring, f.Overview.Unused, f.Overview.Log.Dropped = nil, nil, 0
	}}, func(r *tuitest.Rig) {
		r.Sees("▌refused  unknown callers", "8 times")
		r.Keys("enter")
		r.Wait(time.Second)
		r.Sees("reason:no_route,unknown_key,missing")
		r.Lacks("no request has")
	})
}
