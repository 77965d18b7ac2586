package tui_test

import (
	"strings"
	"testing"
	"time"

	"keydeck/model"
	"keydeck/ui/tui/tuitest"
	"keydeck/ui/tui/tuitest/fake"
)

// TestPaletteGoesElsewhere checks that the palette finds a command of another screen,
// and goes there to run it or to say why it cannot be run.
func TestPaletteGoesElsewhere(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: fake.BusyProject}, func(r *tuitest.Rig) {
		r.Keys("5", ":", "requests copy curl")
		r.Sees("there, not yet: no request is selected")
		r.Keys("esc", ":", "exp")
		r.Sees(" Requests: export the matching requests")
		r.Keys("ort")
		r.Sees("▌Requests: export the matching requests")
		r.Keys("enter")
		r.Sees("› Requests", "Export")
		r.Keys("esc", "1", ":", "issue", "enter")
		r.Sees("› Credentials", "Issue a credential")
	})
}

// TestPaletteAsksForAProject: where all projects are shown, a credential is issued in one
// that is chosen first.
func TestPaletteAsksForAProject(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: fake.TwoProjects}, func(r *tuitest.Rig) {
		r.Keys(":", "issue", "enter")
		r.Sees("Issue in which project?")
		r.Keys("enter")
		r.Sees("all projects › Credentials", "Issue a credential in acme")
	})
}

// TestPaletteKnowsPlaces: wherever one stands, it finds every project, and every key of
// every project by its name or hint, also before the credentials were looked at.
func TestPaletteKnowsPlaces(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: grafana}, func(r *tuitest.Rig) {
		for _, k := range []string{"4", "3", "1", "5"} {
			r.Keys(k, ":", "switch to acme", "enter")
			r.Sees("Keydeck › acme ›")
			for _, sought := range []string{"grafana", "sk_Gra1"} {
				r.Keys(k, ":", sought)
				r.Sees(`▌go to grafana of billing \x1b[31mred`)
				r.Keys("enter")
				r.Wait(time.Second)
				r.Sees(`billing \x1b[31mred › Credentials`, "▌grafana")
			}
			r.Keys(k, ":", "switch to all", "enter")
			r.Keys(":", "go to reporting", "enter")
			r.Wait(time.Second)
			r.Sees("all projects › Credentials", "▌reporting")
		}
	})
	run(t, tuitest.Options{SignedIn: true, Seed: grafana}, func(r *tuitest.Rig) {
		r.Keys("1")
		r.Server.Silent["GET /auth/credentials/"] = true
		r.Keys(":", "grafana")
		r.Sees("Loading the keys of all projects…")
	})
	run(t, tuitest.Options{SignedIn: true, Seed: func(f *fake.Server) {
		grafana(f)
		f.Fail["GET /auth/credentials/"] = fake.DatabaseFull
	}}, func(r *tuitest.Rig) {
		r.Keys(":", "grafana")
		r.Sees("The keys could not be loaded: the database is full")
	})
}

// TestPaletteRanks: what has the letters at the beginning of a word comes before what has
// them inside.
func TestPaletteRanks(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: func(f *fake.Server) {
		fake.OneProject(f)
		f.Credentials[0].Name, f.Credentials[3].Name, f.Credentials[1].Name = "precinct", "service-0002-ci", "ci"
	}}, func(r *tuitest.Rig) {
		r.Keys(":", "ci")
		screen := r.Screen()
		at := func(name string) int { return strings.Index(screen, "go to "+name+" of acme") }
		if !(0 < at("ci") && at("ci") < at("service-0002-ci") && at("service-0002-ci") < at("precinct")) || !strings.Contains(screen, "▌go to ci of acme") {
			t.Errorf("the order is wrong:\n%s", screen)
		}
	})
}

// grafana is a key of the second of two projects.
func grafana(f *fake.Server) {
	fake.TwoProjects(f)
	f.Credentials = append(f.Credentials, model.Credential{Kind: model.KindAPIKey, ProjectID: fake.UUID(12), ID: fake.UUID(77), Name: "grafana", Masked: "sk_Gra1…Fana7",
		IsActive: true, CreatedAt: model.At(f.Now()), UpdatedAt: model.At(f.Now())})
}
