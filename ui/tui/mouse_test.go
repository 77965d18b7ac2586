package tui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
)

var twoProjects = rigOptions{signedIn: true, w: 100, h: 30, furnish: func(f *fake) {
	oneProject(f)
	f.projects = append(f.projects, f.projects[0])
	f.projects[1].ID, f.projects[1].Name = uuid(12), "billing"
}}

func TestClicksInLists(t *testing.T) {
	wide := rigOptions{signedIn: true, furnish: oneProject, w: 100, h: 30}
	t.Run("palette", func(t *testing.T) {
		run(t, wide, func(r *rig) {
			r.keys(":", "go to")
			r.clickOn("go to Tokens")
			r.lacks("Commands")
			r.sees("› Token")
		})
	})
	t.Run("switcher", func(t *testing.T) {
		run(t, twoProjects, func(r *rig) {
			r.keys("p")
			r.clickOn("billing")
			r.lacks("Switch to project")
			r.sees("› billing")
		})
	})
	t.Run("columns", func(t *testing.T) {
		run(t, wide, func(r *rig) {
			r.keys("3")
			r.wait(time.Second)
			r.keys("C")
			r.clickOn("[x] TOOK")
			r.sees("[ ] TOOK")
		})
	})
	t.Run("replay", func(t *testing.T) {
		run(t, wide, func(r *rig) {
			r.keys("3")
			r.wait(time.Second)
			r.keys("home", "R")
			r.clickOn("no credential")
			r.sees("▌ no credential")
			if len(r.fake.sent) != 0 {
				t.Error("a click on a row has sent it")
			}
			r.clickOn("enter send")
			r.sees("401 Unauthorized")
		})
	})
	t.Run("secret", func(t *testing.T) {
		run(t, wide, func(r *rig) {
			r.keys("n", "browser", "shift+tab", "right", "enter")
			r.sees("▌ secret")
			r.clickOn("kid  ")
			r.sees("▌ kid")
			r.clickOn("y copy kid")
			if len(r.raw) != 1 {
				t.Errorf("%d things were copied, want the kid", len(r.raw))
			}
		})
	})
}

// TestClicksInForms: the focus goes where one clicks, a choice is taken, a scope
// is picked.
func TestClicksInForms(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: oneProject, w: 100, h: 30}, func(r *rig) {
		r.keys("n", "nightly")
		r.clickOn("30 d")
		r.sees("[30 d]")
		r.clickOn("other ")
		r.sees("[other]", "In days")
		r.clickOn("[ ] keys:write")
		r.sees("[x] keys:write")
		r.clickOn("[x] keys:write")
		r.sees("[ ] keys:write")
		r.clickOn("Name")
		r.keys("-2")
		r.sees("nightly-2")
		r.wheelOn("nightly-2", tea.MouseWheelDown)
		r.keys("x")
		r.sees("nightly-2x") // the wheel moved nothing
		r.clickOn("7 d")
		r.clickOn("enter issue it")
		r.sees("New API key: nightly-2x")
	})
	run(t, rigOptions{signedIn: true, furnish: busyProject, w: 100, h: 30}, func(r *rig) {
		r.keys("r")
		r.clickOn("7 d")
		r.sees("[7 d]")
	})
}

// TestClicksOnButtons: what a hint says is done, once the overlay takes anything.
func TestClicksOnButtons(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: oneProject, Options: Options{OwnsServer: true}}, func(r *rig) {
		r.send(press("q"))
		r.sees("Quit Keydeck?")
		x, y := r.find("y stop and quit")
		r.send(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft})
		if r.quit {
			t.Error("a click that was on its way has quit")
		}
		r.wait(graceFor)
		r.clickOn("stops the server") // beside the buttons
		r.sees("Quit Keydeck?")
		r.clickOn("n no")
		r.lacks("Quit Keydeck?")
		r.keys("q")
		r.clickOn("y stop and quit")
		if !r.quit {
			t.Error("a click on yes is no yes")
		}
	})
	run(t, rigOptions{signedIn: true, furnish: oneProject}, func(r *rig) {
		r.clickOn("n new")
		r.sees("Issue a credential")
	})
}

// TestClicksBeside: what would be lost stays, what would not is closed.
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
			run(t, rigOptions{signedIn: true, furnish: oneProject}, func(r *rig) {
				r.keys(tt.keys...)
				r.sees(tt.title)
				r.clickBeside()
				if tt.stays {
					r.sees(tt.title)
				} else {
					r.lacks(tt.title)
				}
			})
		})
	}
}

func TestWheelInOverlays(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: oneProject}, func(r *rig) {
		r.keys("?")
		first := r.screen()
		r.send(tea.MouseWheelMsg{X: 0, Y: 0, Button: tea.MouseWheelDown})
		if r.screen() != first {
			t.Errorf("the wheel beside the help scrolled it:\n%s", r.screen())
		}
		r.wheelOn("Here", tea.MouseWheelDown)
		if r.screen() == first {
			t.Errorf("the wheel did not scroll the help:\n%s", r.screen())
		}
		r.keys("esc", ":")
		r.wheelOn("COMMAND", tea.MouseWheelDown)
		if r.root.PaletteCursor() != WheelRows {
			t.Errorf("the wheel did not move in the palette:\n%s", r.screen())
		}
	})
}

func TestMouse(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: oneProject}, func(r *rig) {
		if m := r.root.View().MouseMode; m != tea.MouseModeNone {
			t.Errorf("the mouse is %v at first, want off", m)
		}
		r.keys("M")
		if m := r.root.View().MouseMode; m != tea.MouseModeCellMotion {
			t.Errorf("the mouse is %v, want on", m)
		}
		x := strings.Index(strings.Split(r.screen(), "\n")[1], "Requests")
		r.send(tea.MouseClickMsg{X: x, Y: 1, Button: tea.MouseLeft})
		r.wait(time.Second)
		r.sees("› Requests", "following")
		r.send(tea.MouseClickMsg{X: 5, Y: 6, Button: tea.MouseLeft})
		r.sees("paused", "row 2,")
		r.send(tea.MouseWheelMsg{Button: tea.MouseWheelDown})
		r.sees("row 5,")
		r.keys("c") // a key still is a key
		r.keys("?")
		r.send(tea.MouseClickMsg{X: 0, Y: 1, Button: tea.MouseLeft})
		r.lacks("Keys: Requests")
		r.sees("› Requests") // the click was for the help only
	})
}
