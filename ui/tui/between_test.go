package tui

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// TestOverviewLeadsOn goes down all lines of the overview and looks where each
// leads.
func TestOverviewLeadsOn(t *testing.T) {
	for i, want := range [][]string{
		{"› Requests"},
		{"› Credentials", "▌ci-deploy"},
		{"› Requests", "reason:expired key:" + uuid(23)[:8]},
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
		r.sees("Keydeck › all projects › Overview")
		r.keys("enter") // a credential of a project that is not chosen yet
		r.sees("Keydeck › acme › Credentials", "▌ci-deploy")
		r.keys("1", "p", "enter")
		r.sees(`billing \x1b[31mred › Overview`)
		r.keys("p", "enter") // back to where it was before, in two keys
		r.sees("acme › Overview")
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
			click("reporting")
			r.sees("▌refused")
			click("browser app")
			r.sees("▌browser app")
			click("2,290")
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

// TestAllProjectsHaveNames: where no project is chosen too, the list has names, and
// g goes to the project that the credential is of.
func TestAllProjectsHaveNames(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: (*fake).furnish}, func(r *rig) {
		r.sees("Keydeck › Projects")
		r.keys("3")
		r.wait(time.Second)
		r.sees("all projects", "ci-deploy")
		r.lacks("sk_9Qtz")
		r.keys("g")
		r.sees("now at the project acme, where the credential is", "› acme › Credentials", "▌ci-deploy")
	})
}

// TestFourKeyPresses walks from the secret that is shown once to the decoded
// token of the key's first call.
func TestFourKeyPresses(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: oneProject}, func(r *rig) {
		r.keys("2")
		r.keys("n", "nightly", "enter")
		r.sees("New API key: nightly", "t try it")
		r.keys("t") // at once: the key is held
		r.wait(time.Second)
		r.sees("only nightly", "/v1/token/get", "details", "T takes the token")
		want := "GET /v1/token/get ApiKey " + base64.StdEncoding.EncodeToString([]byte("ABC123:"+fakeSecret))
		if len(r.fake.sent) != 1 || r.fake.sent[0] != want {
			t.Errorf("sent %q, want %q", r.fake.sent, want)
		}
		r.keys("T")
		r.sees("NOT VERIFIED", "HS256", "Claims")
	})
}
