package tui

import (
	"slices"
	"strings"
	"testing"
	"time"

	"keydeck/model"
)

// TestScopeOfOverview goes from a project to all of them and back, by the key and
// by the switcher, and the breadcrumb says which.
func TestScopeOfOverview(t *testing.T) {
	run(t, rigOptions{signedIn: true, stay: true, furnish: func(f *fake) { f.furnish(); f.busy() }}, func(r *rig) {
		r.sees("Keydeck › all projects › Overview")
		r.keys("s") // none was looked at yet
		r.sees("Of which project?")
		r.lacks("  all projects ")
		r.keys("enter")
		r.sees("Keydeck › acme › Overview", "s all projects")
		r.keys("s")
		r.sees("Keydeck › all projects › Overview", "s one project")
		r.keys("s")
		r.sees("Keydeck › acme › Overview")
		r.keys("p", "up", "up", "enter")
		r.sees("Keydeck › all projects › Overview")
		r.keys("p", "enter")
		r.sees("Keydeck › acme › Overview")
		r.keys("p", "all pro", "enter")
		r.sees("Keydeck › all projects › Overview")
		r.keys("p", "enter", "3")
		r.wait(time.Second)
		r.sees("Keydeck › acme › Requests")
		r.keys("s")
		r.sees("Keydeck › all projects › Requests")
	})
}

// TestOnlyOneProject: who sees one project has no other scope.
func TestOnlyOneProject(t *testing.T) {
	run(t, rigOptions{signedIn: true, stay: true, furnish: func(f *fake) { busyProject(f); f.plainUser = true }}, func(r *rig) {
		r.keys("s")
		r.sees("cannot show all projects: this is the only project")
		r.keys("p")
		r.lacks("  all projects ")
	})
}

// TestProjectIsChosenOnTheWay: a screen that needs a project has one chosen, and
// is gone to then.
func TestProjectIsChosenOnTheWay(t *testing.T) {
	run(t, rigOptions{signedIn: true, stay: true, furnish: func(f *fake) { f.furnish(); f.busy(); crowded(f) }}, func(r *rig) {
		r.keys("2")
		r.sees("Of which project?")
		r.keys("esc")
		r.sees("all projects › Overview")
		r.keys("2", "down", "enter")
		r.sees(`billing \x1b[31mred › Credentials`)
		r.keys("1", "s", "down", "down", "enter")
		r.sees("Of which project?")
		r.keys("enter")
		r.wait(time.Second)
		r.sees("› Credentials", "by expiry")
		r.lacks("revoked")
	})
	run(t, rigOptions{signedIn: true}, func(r *rig) {
		r.keys("2")
		r.sees("› Projects", "there is no project yet; n makes one")
	})
}

// TestFurther: the lines that stand for what is not listed lead to it.
func TestFurther(t *testing.T) {
	for line, want := range map[string]string{"and 498 more": "by expiry ↓", "and 9,998 more": "by last use ↑"} {
		run(t, rigOptions{signedIn: true, stay: true, furnish: func(f *fake) { busyProject(f); crowded(f) }, w: 140, h: 40}, func(r *rig) {
			r.sees("499 expire", "14 refused", "10,000+ unused", "and 498 more", "and 12 more")
			chosen := func() bool {
				return slices.ContainsFunc(strings.Split(r.screen(), "\n"), func(l string) bool { return strings.Contains(l, "▌") && strings.Contains(l, line) })
			}
			for i := 0; !chosen() && i < 40; i++ {
				r.keys("down")
			}
			r.keys("enter")
			r.wait(time.Second)
			r.sees("› Credentials", want)
			r.lacks("revoked")
			if len(r.root.stored.Sort) > 0 {
				t.Errorf("%s: the order is remembered: %v", line, r.root.stored.Sort)
			}
		})
	}
}

// TestStrangers: calls that no known credential made are one line, whatever
// refused them.
func TestStrangers(t *testing.T) {
	run(t, rigOptions{signedIn: true, stay: true, w: 140, h: 40, furnish: func(f *fake) {
		busyProject(f)
		f.overview.Refusals = []model.RefusalCount{{Reason: model.ReasonNoRoute, Requests: 5}, {Reason: model.ReasonUnknownKey, Requests: 2}, {Reason: model.ReasonMissing, Requests: 1}}
		f.overview.Expiring, f.overview.Unused, f.overview.Log.Dropped = nil, nil, 0
	}}, func(r *rig) {
		r.sees("▌refused  unknown callers", "8 times")
		r.keys("enter")
		r.wait(time.Second)
		r.sees("reason:no_route,unknown_key,missing")
		r.lacks("no request has")
	})
}
