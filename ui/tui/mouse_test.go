package tui_test

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"keydeck/ui/tui"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/tuitest"
	"keydeck/ui/tui/tuitest/fake"
)

var twoProjects = tuitest.Options{SignedIn: true, W: 100, H: 30, Seed: func(f *fake.Server) {
	fake.OneProject(f)
	f.Projects = append(f.Projects, f.Projects[0])
	f.Projects[1].ID, f.Projects[1].Name = fake.UUID(12), "billing"
}}

func TestClicksInLists(t *testing.T) {
	wide := tuitest.Options{SignedIn: true, Seed: fake.OneProject, W: 100, H: 30}
	t.Run("palette", func(t *testing.T) {
		run(t, wide, func(r *tuitest.Rig) {
			r.Keys(":", "go to")
			r.ClickOn("go to Tokens")
			r.Lacks("Commands")
			r.Sees("› Token")
		})
	})
	t.Run("switcher", func(t *testing.T) {
		run(t, twoProjects, func(r *tuitest.Rig) {
			r.Keys("p")
			r.ClickOn("billing")
			r.Lacks("Switch to project")
			r.Sees("› billing")
		})
	})
	t.Run("again", func(t *testing.T) {
		run(t, wide, func(r *tuitest.Rig) {
			r.ClickOn("ci-deploy")
			r.Sees("› Credentials", "▌ci-deploy")
			r.ClickOn("ci-deploy") // does what enter does
			r.Sees("› Requests", "only ci-deploy")
		})
	})
	t.Run("columns", func(t *testing.T) {
		run(t, wide, func(r *tuitest.Rig) {
			r.Keys("3")
			r.Wait(time.Second)
			r.Keys("C")
			r.ClickOn("[x] TOOK")
			r.Sees("[ ] TOOK")
		})
	})
	t.Run("replay", func(t *testing.T) {
		run(t, wide, func(r *tuitest.Rig) {
			r.Keys("3")
			r.Wait(time.Second)
			r.Keys("home", "R")
			r.ClickOn("no credential")
			r.Sees("▌ no credential")
			if len(r.Server.Replayed) != 0 {
				t.Error("a click on a row has sent it")
			}
			r.ClickOn("enter send")
			r.Sees("401 Unauthorized")
		})
	})
	t.Run("secret", func(t *testing.T) {
		run(t, wide, func(r *tuitest.Rig) {
			r.Keys("n", "browser", "shift+tab", "right", "enter")
			r.Sees("▌ secret")
			r.ClickOn("kid  ")
			r.Sees("▌ kid")
			r.ClickOn("y copy kid")
			if len(r.Raw) != 1 {
				t.Errorf("%d things were copied, want the kid", len(r.Raw))
			}
		})
	})
}

// TestClicksInForms clicks fields, choices and scopes.
func TestClicksInForms(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject, W: 100, H: 30}, func(r *tuitest.Rig) {
		r.Keys("n", "nightly")
		r.ClickOn("30 d")
		r.Sees("[30 d]")
		r.ClickOn("other ")
		r.Sees("[other]", "In days")
		r.ClickOn("[ ] keys:write")
		r.Sees("[x] keys:write")
		r.ClickOn("[x] keys:write")
		r.Sees("[ ] keys:write")
		r.ClickOn("Name")
		r.Keys("-2")
		r.Sees("nightly-2")
		r.WheelOn("nightly-2", tea.MouseWheelDown)
		r.Keys("x")
		r.Sees("nightly-2x") // the wheel moved nothing
		r.ClickOn("7 d")
		r.ClickOn("enter issue it")
		r.Sees("New API key: nightly-2x")
	})
	run(t, tuitest.Options{SignedIn: true, Seed: fake.BusyProject, W: 100, H: 30}, func(r *tuitest.Rig) {
		r.Keys("r")
		r.ClickOn("7 d")
		r.Sees("[7 d]")
	})
}

// TestClicksOnButtons checks that a click on a hint does what it says, once the overlay
// takes input.
func TestClicksOnButtons(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject, Options: tui.Options{OwnsServer: true}}, func(r *tuitest.Rig) {
		r.Send(tuitest.Key("q"))
		r.Sees("Quit Keydeck?")
		x, y := r.Find("y stop and quit")
		r.Send(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft})
		if r.Quit {
			t.Error("a click that was on its way has quit")
		}
		r.Wait(shell.GracePeriod)
		r.ClickOn("stops the server") // beside the buttons
		r.Sees("Quit Keydeck?")
		r.ClickOn("n no")
		r.Lacks("Quit Keydeck?")
		r.Keys("q")
		r.ClickOn("y stop and quit")
		if !r.Quit {
			t.Error("a click on yes is no yes")
		}
	})
	run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject}, func(r *tuitest.Rig) {
		r.ClickOn("n new")
		r.Sees("Issue a credential")
	})
}

// TestClicksBeside checks that a click beside an overlay closes it unless something
// would be lost.
func TestClicksBeside(t *testing.T) {
	tests := []struct {
		name  string
		keys  []string
		title string
		stays bool
	}{
		{"help", []string{"?"}, "Keys: Credentials", false},
		{"palette", []string{":"}, "Commands", false},
		{"switcher", []string{"p"}, "Switch to project", false},
		{"question", []string{"S"}, "Sign out?", false},
		{"form", []string{"n"}, "Issue a credential", true},
		{"secret", []string{"n", "nightly", "enter"}, "New API key", true},
		{"typed question", []string{"5", "x"}, "Delete ", true},
		{"name", []string{"5", "n"}, "New project", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject}, func(r *tuitest.Rig) {
				r.Keys(tt.keys...)
				r.Sees(tt.title)
				r.ClickOutside()
				if tt.stays {
					r.Sees(tt.title)
				} else {
					r.Lacks(tt.title)
				}
			})
		})
	}
}

func TestWheelInOverlays(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject}, func(r *tuitest.Rig) {
		r.Keys("?")
		first := r.Screen()
		r.Send(tea.MouseWheelMsg{X: 0, Y: 0, Button: tea.MouseWheelDown})
		if r.Screen() != first {
			t.Errorf("the wheel beside the help scrolled it:\n%s", r.Screen())
		}
		r.WheelOn("Here", tea.MouseWheelDown)
		if r.Screen() == first {
			t.Errorf("the wheel did not scroll the help:\n%s", r.Screen())
		}
		r.Keys("esc", ":")
		r.WheelOn("COMMAND", tea.MouseWheelDown)
		if r.Root.PaletteCursor() != tui.WheelRows {
			t.Errorf("the wheel did not move in the palette:\n%s", r.Screen())
		}
	})
}

func TestMouse(t *testing.T) {
	run(t, tuitest.Options{SignedIn: true, Seed: fake.OneProject}, func(r *tuitest.Rig) {
		if m := r.Root.View().MouseMode; m != tea.MouseModeNone {
			t.Errorf("the mouse is %v at first, want off", m)
		}
		r.Keys("M")
		if m := r.Root.View().MouseMode; m != tea.MouseModeCellMotion {
			t.Errorf("the mouse is %v, want on", m)
		}
		x := strings.Index(strings.Split(r.Screen(), "\n")[1], "Requests")
		r.Send(tea.MouseClickMsg{X: x, Y: 1, Button: tea.MouseLeft})
		r.Wait(time.Second)
		r.Sees("› Requests", "following")
		r.Send(tea.MouseClickMsg{X: 5, Y: 6, Button: tea.MouseLeft})
		r.Sees("paused", "row 2,")
		r.Send(tea.MouseWheelMsg{Button: tea.MouseWheelDown})
		r.Sees("row 5,")
		r.Keys("c") // a key still is a key
		r.Keys("?")
		r.Send(tea.MouseClickMsg{X: 0, Y: 1, Button: tea.MouseLeft})
		r.Lacks("Keys: Requests")
		r.Sees("› Requests") // the click was for the help only
	})
}
