package tui_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"keydeck/ui/tui/place"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/tuitest"
	"keydeck/ui/tui/tuitest/fake"
)

// TestOverviewLeadsOn checks where every line of the overview leads.
func TestOverviewLeadsOn(t *testing.T) {
	for i, want := range [][]string{
		{"› Requests"},
		{"› Credentials", "▌ci-deploy"},
		{"› Requests", "only reporting", "reason:expired"},
		{"› Requests", "reason:unknown_key"},
		{"› Credentials", "▌partner SW"},
		{"› Credentials", "▌old-laptop"},
		{"› Requests"},
		{"› Requests", "status:2xx"},
		{"› Requests", "status:4xx"},
		{"› Requests", "status:5xx"},
		{"› Requests", ">=310us"},
		{"› Requests", ">=820us"},
		{"› Requests", ">=1900us"},
		{"› Credentials", "▌web-frontend"},
		{"› Credentials", "▌ci-deploy"},
		{"› Credentials", "▌browser app"},
		{"› Requests", "method:GET route:=/v1/datetime/"},
		{"› Requests", "method:GET route:=/"},
		{"› Requests", "method:DELETE route:=/auth/api"},
	} {
		run(t, tuitest.Options{SignedIn: true, AtOverview: true, W: 140, H: 40, Seed: fake.BusyProject}, func(r *tuitest.Rig) {
			for range i {
				r.Keys("down")
			}
			r.Keys("enter")
			r.Wait(time.Second)
			r.Sees(want...)
			if strings.Contains(want[0], "Credentials") {
				r.Keys("esc")
				r.Sees("› Overview")
			}
		})
	}
}

func TestOverviewOfAllProjects(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, AtOverview: true, Seed: func(f *fake.Server) {
		fake.TwoProjects(f)
		fake.Traffic(f)
		f.Overview.Refusals, f.Overview.Log.Dropped = nil, 0
	}}, func(r *tuitest.Rig) {
		r.Sees("Keydeck › all projects › Overview")
		r.Keys("enter")
		r.Sees("Keydeck › all projects › Credentials", "▌ci-deploy", " acme ")
		r.Keys("1", "p", "enter")
		r.Sees("Keydeck › acme › Overview")
		r.Keys("p", "enter")
		r.Sees(`billing \x1b[31mred › Overview`)
		r.Keys("p", "enter") // back to where it was before, in two keys
		r.Sees("acme › Overview")
	})
}

// TestClicks checks that a click chooses what is under it, and does nothing else.
func TestClicks(t *testing.T) {
	for _, size := range []shell.Rect{{W: 80, H: 24}, {W: 140, H: 40}} {
		run(t, tuitest.Options{SignedIn: true, AtOverview: true, W: size.W, H: size.H, Seed: fake.BusyProject}, func(r *tuitest.Rig) {
			click := func(text string) {
				t.Helper()
				for y, l := range strings.Split(r.Screen(), "\n") {
					if at := strings.Index(l, text); at >= 0 {
						r.Send(tea.MouseClickMsg{X: ansi.StringWidth(l[:at]), Y: y, Button: tea.MouseLeft})
						return
					}
				}
				t.Errorf("the screen lacks %q", text)
			}
			click("reporting")
			r.Sees("▌refused")
			click("browser app")
			r.Sees("▌browser app")
			click("2,290")
			r.Sees("▌4xx")
			click("DELETE")
			r.Sees("▌DELETE")
			r.Keys("2")
			click("reporting")
			r.Sees("▌reporting")
			r.Keys("5", "m")
			click("new@example.com")
			r.Sees("▌new@example.com")
		})
	}
}

// TestAllProjectsHaveNames checks that credentials have names where all projects are
// shown, and that the way to one stays there.
func TestAllProjectsHaveNames(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: fake.TwoProjects}, func(r *tuitest.Rig) {
		r.Sees("Keydeck › all projects › Projects")
		r.Keys("3")
		r.Wait(time.Second)
		r.Sees("all projects", "ci-deploy")
		r.Lacks("sk_9Qtz")
		r.Keys("K")
		r.Sees("› all projects › Credentials", "▌ci-deploy")
	})
}

// TestFourKeyPresses goes from a secret that is shown once to the decoded token of the
// key's first call.
func TestFourKeyPresses(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject}, func(r *tuitest.Rig) {
		r.Keys("2")
		r.Keys("n", "nightly", "enter")
		r.Sees("New API key: nightly", "t try it")
		r.Keys("t") // at once: the key is held
		r.Wait(time.Second)
		r.Sees("only nightly", "/v1/token/get", "details", "T shows what is in the token")
		want := "GET /v1/token/get ApiKey " + base64.StdEncoding.EncodeToString([]byte("ABC123:"+fake.Secret))
		if len(r.Server.Replayed) != 1 || r.Server.Replayed[0] != want {
			t.Errorf("sent %q, want %q", r.Server.Replayed, want)
		}
		r.Keys("T")
		r.Sees("NOT VERIFIED", "HS256", "Claims")
	})
}

// TestTokenPastedAnywhereIsShown checks that a token pasted on a screen without an input is
// opened in the workbench, from where esc leads back, and that any other paste does
// nothing: no letter of it is a command.
func TestTokenPastedAnywhereIsShown(t *testing.T) {
	for _, at := range []struct{ key, title string }{{"1", "› Overview"}, {"2", "› Credentials"}, {"3", "› Requests"}, {"5", "› Projects"}} {
		run(t, tuitest.SignedIn, func(r *tuitest.Rig) {
			r.Keys(at.key)
			r.Wait(time.Second)
			for _, other := range []string{"n", "x y q", strings.Repeat("1234", 1000)} {
				r.Send(tea.PasteMsg{Content: other})
				r.Sees(at.title)
			}
			tuitest.PasteToken(r)
			r.Sees("› Token", "Claims", "expires in 1")
			r.Keys("esc")
			r.Sees(at.title)
		})
	}
	run(t, tuitest.SignedIn, func(r *tuitest.Rig) { // in an input it is text
		r.Keys("3", "f")
		tuitest.PasteToken(r)
		r.Sees("› Requests", "filter …", ".c2ln")
	})
	run(t, tuitest.SignedIn, func(r *tuitest.Rig) { // an edit is not lost
		r.Keys("4", "e")
		r.Send(tea.PasteMsg{Content: `"mine"`})
		r.Root.Shell().Visit(place.Requests, nil)
		r.Wait(time.Second)
		tuitest.PasteToken(r)
		r.Sees("a token is being edited here", `"mine"`)
	})
}
