package tui_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"keydeck/model"
	"keydeck/ui/tui"
	"keydeck/ui/tui/tuitest"
	"keydeck/ui/tui/tuitest/fake"
)

// TestScope goes from one project to all and back, by key and by the switcher, and reads
// the breadcrumb.
func TestScope(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, AtOverview: true, Seed: func(f *fake.Server) { fake.TwoProjects(f); fake.Traffic(f) }}, func(r *tuitest.Rig) {
		r.Sees("Keydeck › all projects › Overview", "s one project")
		r.Keys("s") // none was looked at yet
		r.Sees("Switch to project", "  all projects ", "▌acme")
		r.Keys("enter")
		r.Sees("Keydeck › acme › Overview", "s all projects")
		for _, k := range []string{"1", "2", "3", "4", "5"} {
			r.Keys(k)
			r.Wait(time.Second)
			title := map[string]string{"1": "Overview", "2": "Credentials", "3": "Requests", "4": "Token", "5": "Projects"}[k]
			r.Sees("Keydeck › acme › " + title)
			r.Keys("s")
			r.Wait(time.Second)
			r.Sees("Keydeck › all projects › " + title)
			r.Keys("s")
			r.Sees("Keydeck › acme › " + title)
		}
		r.Keys("esc")
		r.Sees("acme › Token") // the way back is kept
		r.Keys("1", "p", "all pro", "enter")
		r.Sees("Keydeck › all projects › Overview")
		r.Keys("p", "enter")
		r.Sees("Keydeck › acme › Overview")
	})
}

// TestMembersAreOfTheProjectNamed: the header names the project whose members are shown,
// whatever project is looked at elsewhere.
func TestMembersAreOfTheProjectNamed(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: func(f *fake.Server) { fake.TwoProjects(f); fake.Traffic(f) }}, func(r *tuitest.Rig) {
		r.Keys("enter")
		r.Sees("acme › Credentials")
		r.Keys("5", "down", "m")
		r.Sees(`Keydeck › billing \x1b[31mred › Members`, `People of billing \x1b[31mred`)
		r.Lacks("acme")
		r.Keys("s")
		r.Sees("all projects › Projects")
	})
}

// TestAllProjectsIsAPlace: from the first screen, 2 shows the credentials of all projects,
// and each is issued, rotated and revoked in its own.
func TestAllProjectsIsAPlace(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, AtOverview: true, W: 140, H: 40, Seed: grafana}, func(r *tuitest.Rig) {
		r.Keys("2")
		r.Wait(time.Second)
		r.Sees("Keydeck › all projects › Credentials", "PROJECT", "7 of 7", "grafana")
		for _, l := range strings.Split(r.Screen(), "\n") {
			if want := map[bool]string{true: "billing", false: "acme"}[strings.Contains(l, "grafana")]; strings.Contains(l, "API key   ") && !strings.Contains(l, want) {
				t.Errorf("%q does not name the project %s", l, want)
			}
		}
		r.Keys("/", "billing", "enter")
		r.Sees("1 of 7", "▌grafana")
		r.Keys("x")
		r.Sees("never expires, of billing")
		r.Keys("y")
		r.Wait(time.Second)
		r.Sees("revoked; it is refused from now on")
		r.Keys("esc", "n")
		r.Sees("Issue in which project?")
		r.Keys("acme", "enter", "nightly", "enter")
		r.Sees("New API key: nightly")
		r.Keys("y", "esc", "r", "enter")
		r.Sees("New API key: nightly")
	})
}

// TestAllProjectsIsRemembered: who leaves with all projects in sight comes back to them.
func TestAllProjectsIsRemembered(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: fake.TwoProjects, Options: tui.Options{StatePath: filepath.Join(t.TempDir(), "state.json")}}, func(r *tuitest.Rig) {
		r.Keys("enter")
		r.Wait(2 * time.Second)
		if got := r.Root.State().Prefs.Project; got != fake.UUID(11) {
			t.Errorf("the project kept is %q, want acme", got)
		}
		r.Keys("s")
		r.Wait(2 * time.Second)
		if got := r.Root.State().Prefs.Project; got != "" {
			t.Errorf("the project kept is %q, want none", got)
		}
	})
}

// TestDigitsLeaveTheSwitcher: while nothing is typed, a digit goes to its screen, unless
// the name of a project begins with it.
func TestDigitsLeaveTheSwitcher(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, AtOverview: true, Seed: func(f *fake.Server) {
		fake.TwoProjects(f)
		f.Projects[1].Name = "4 seasons"
	}}, func(r *tuitest.Rig) {
		r.Keys("p", "3")
		r.Wait(time.Second)
		r.Sees("all projects › Requests")
		r.Lacks("Switch to project")
		r.Keys("p", "4")
		r.Sees("Switch to project", "▌4 seasons")
		r.Lacks("acme  ")
		r.Keys("backspace", "a", "3")
		r.Sees("Switch to project", "No project has that in its name")
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

// TestOrdersOfAllProjects: the lines that stand for many credentials lead to those of all
// projects, and without a project, 2 says so.
func TestOrdersOfAllProjects(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, AtOverview: true, Seed: func(f *fake.Server) { fake.TwoProjects(f); fake.Traffic(f); fake.ManyWarnings(f) }}, func(r *tuitest.Rig) {
		r.Keys("down", "enter")
		r.Wait(time.Second)
		r.Sees("all projects › Credentials", "by expiry")
		r.Lacks("revoked")
	})
	run(t, tuitest.Options{SignedIn: true, Seed: func(f *fake.Server) { f.Credentials = nil }}, func(r *tuitest.Rig) {
		r.Keys("2")
		r.Wait(time.Second)
		r.Sees("No credential yet")
		r.Keys("n")
		r.Sees("there is no project yet; 5 and n make one")
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
