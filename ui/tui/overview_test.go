package tui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"keydeck/model"
)

// TestOverviewLeadsOn goes down all lines of the overview and looks where each
// leads.
func TestOverviewLeadsOn(t *testing.T) {
	for i, want := range [][]string{
		{"› Requests"},
		{"› Requests", "reason:expired key:" + uuid(23)[:8]},
		{"› Requests", "reason:unknown_key"},
		{"› Credentials", "▌ci-deploy"},
		{"› Credentials", "▌partner SW"},
		{"› Credentials", "▌old-laptop"},
		{"› Requests"},
		{"› Requests", "status:2xx"},
		{"› Requests", "status:4xx"},
		{"› Requests", "status:5xx"},
		{"› Credentials", "▌web-frontend"},
		{"› Credentials", "▌ci-deploy"},
		{"› Credentials", "▌browser app"},
		{"› Requests", "method:GET route:/v1/datetime/"},
		{"› Requests", "method:GET route:/"},
		{"› Requests", "method:DELETE route:/auth/api"},
	} {
		run(t, rigOptions{signedIn: true, stay: true, w: 140, h: 40, furnish: busyProject}, func(r *rig) {
			for range i {
				r.keys("down")
			}
			r.keys("enter")
			r.wait(time.Second)
			r.sees(want...)
			if strings.Contains(want[0], "Credentials") {
				r.keys("esc")
				r.sees("› Overview")
			}
		})
	}
}

func TestOverviewOfAllProjects(t *testing.T) {
	run(t, rigOptions{signedIn: true, stay: true, furnish: func(f *fake) { f.furnish(); f.busy(); f.overview.Refusals, f.overview.Log.Dropped = nil, 0 }}, func(r *rig) {
		r.sees("Keydeck › Overview")
		r.keys("enter") // a credential of a project that is not chosen yet
		r.sees("Keydeck › acme › Credentials", "▌ci-deploy")
		r.keys("1", "p", "enter")
		r.sees(`billing \x1b[31mred › Overview`)
		r.keys("p", "enter") // back to where it was before, in two keys
		r.sees("acme › Overview")
	})
}

// TestOverviewKeepsItsPlace: what comes and goes above the cursor does not move
// it off its line, and a look that fails leaves the last one up.
func TestOverviewKeepsItsPlace(t *testing.T) {
	run(t, rigOptions{signedIn: true, stay: true, furnish: busyProject}, func(r *rig) {
		r.keys("down", "down", "down")
		r.sees("▌expires  ci-deploy")
		r.fake.mu.Lock()
		r.fake.overview.Refusals, r.fake.overview.Today = nil, 151999
		r.fake.mu.Unlock()
		r.wait(3 * time.Second)
		r.sees("▌expires  ci-deploy", "151,999 today")
		r.lacks("refused")
		r.fake.mu.Lock()
		r.fake.fail["GET /auth/overview"] = &model.Error{Code: model.CodeUnavailable, Message: "the database is full"}
		r.fake.mu.Unlock()
		r.wait(3 * time.Second)
		r.sees("▌expires  ci-deploy", "× the database is full")
	})
}

func TestOverviewIsAskedForWhileSeenOnly(t *testing.T) {
	run(t, rigOptions{signedIn: true, stay: true, furnish: busyProject}, func(r *rig) {
		looks := func() (n int) {
			r.fake.mu.Lock()
			defer r.fake.mu.Unlock()
			for _, c := range r.fake.calls {
				if c == "GET /auth/overview" {
					n++
				}
			}
			return n
		}
		before := looks()
		r.wait(10 * time.Second)
		if n := looks() - before; n < 4 || n > 6 {
			t.Errorf("%d looks in ten seconds, want one every two", n)
		}
		r.keys("4")
		before = looks()
		r.wait(10 * time.Second)
		if n := looks() - before; n != 0 {
			t.Errorf("%d looks while the token screen was up, want none", n)
		}
	})
}

func TestShare(t *testing.T) {
	for _, tt := range []struct {
		n, total int64
		want     string
	}{{0, 0, ""}, {0, 10, "0 %"}, {1, 1000, "<1 %"}, {1, 3, "33 %"}, {2, 3, "67 %"}, {5, 5, "100 %"}} {
		if got := share(tt.n, tt.total); got != tt.want {
			t.Errorf("share(%d, %d) = %q, want %q", tt.n, tt.total, got, tt.want)
		}
	}
}

func TestMembers(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: busyProject}, func(r *rig) {
		r.keys("5", "m")
		r.sees("acme › Members", "ada@example.com", "owner", "you", "invited", "signed in")
		r.keys("n", "eve", "enter")
		r.sees("that is no e-mail address")
		r.keys("@example.com", "tab", "left", "enter")
		r.sees("eve@example.com is viewer now", "4 people")
		r.keys("end", "r", "right", "enter")
		r.sees("eve@example.com is member now")
		r.keys("x", "enter") // no is the default
		r.sees("4 people")
		r.keys("x", "y")
		r.sees("taken out of the project", "3 people")
		r.lacks("eve@example.com is")
		r.keys("esc")
		r.sees("› Projects")
	})
}

func TestMembersAreTheOwnersBusiness(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: func(f *fake) { f.furnish(); f.busy() }}, func(r *rig) {
		r.root.user.IsSuperuser = false
		r.keys("down", "m", "n")
		r.sees("cannot invite somebody by e-mail: only an owner may")
	})
}

// TestForeignTextOfOverviewAndMembers: names, routes, reasons and addresses were
// chosen by strangers too.
func TestForeignTextOfOverviewAndMembers(t *testing.T) {
	evil := "a\x1b[2J\u202eb\u009bc\rd"
	run(t, rigOptions{signedIn: true, stay: true, w: 140, h: 40, furnish: func(f *fake) {
		busyProject(f)
		o := &f.overview
		o.Busiest[0].Name, o.Busiest[0].Hint, o.Routes[0].Method, o.Routes[0].Route = evil, evil, evil, "/"+evil
		o.Refusals[0].Name, o.Refusals[0].Reason, o.Refusals[1].Hint = evil, model.Reason(evil), evil
		o.Expiring[0].Name, o.Unused[0].Name = evil, evil
		f.members[0].Email, f.members[0].FullName, f.members[1].Role = evil, evil, model.Role(evil)
		f.keys[0].Name, f.keys[0].FullKey, f.keys[0].Scopes = evil, evil, []string{evil}
	}}, func(r *rig) {
		for _, keys := range [][]string{{}, {"down", "enter"}, {"2"}, {"space"}, {"x"}, {"esc", "esc", "r"}, {"esc", "n"}, {"esc", "/", "a2J", "enter"},
			{"5", "m"}, {"r"}, {"esc", "x"}, {"esc", "p", "a"}} {
			r.keys(keys...)
			checkFrame(t, r.root.View().Content, Rect{140, 40})
			if got := r.screen(); strings.ContainsAny(got, "\u202e\u009b\r\x1b") {
				t.Errorf("after %v:\n%q", keys, got)
			}
		}
	})
}

// TestClicks: a click chooses what is under it, and does nothing else.
func TestClicks(t *testing.T) {
	for _, size := range []Rect{{80, 24}, {140, 40}} {
		run(t, rigOptions{signedIn: true, stay: true, w: size.W, h: size.H, furnish: busyProject}, func(r *rig) {
			click := func(text string) {
				t.Helper()
				for y, l := range strings.Split(r.screen(), "\n") {
					if at := strings.Index(l, text); at >= 0 {
						r.send(tea.MouseClickMsg{X: ansi.StringWidth(l[:at]), Y: y, Button: tea.MouseLeft})
						return
					}
				}
				t.Errorf("the screen lacks %q", text)
			}
			click("old-laptop")
			r.sees("▌unused")
			click("browser app")
			r.sees("▌browser app")
			click("4xx")
			r.sees("▌4xx")
			click("DELETE")
			r.sees("▌DELETE")
			r.keys("2")
			click("reporting")
			r.sees("▌reporting")
			r.keys("5", "m")
			click("new@example.com")
			r.sees("▌new@example.com")
		})
	}
}

// TestThemesOfStates pins the colours that carry states, and that no theme
// changes a word.
func TestThemesOfStates(t *testing.T) {
	for _, state := range []struct {
		name string
		stay bool
		keys []string
	}{
		{"overview", true, []string{"down"}},
		{"credentials", false, []string{"space", "down"}},
		{"filter", false, []string{"/", "wfe"}},
		{"revoke", false, []string{"x", "no", "enter"}},
		{"rotate", false, []string{"r"}},
		{"issue", false, []string{"n", "tab", "tab", "space"}},
		{"members", false, []string{"5", "m"}},
	} {
		themesAgree(t, state.name+"-", fourThemes, rigOptions{signedIn: true, stay: state.stay, furnish: busyProject},
			func(r *rig) { r.keys(state.keys...) })
	}
}
