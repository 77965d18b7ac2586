package tuitest

import (
	"testing"
	"time"

	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/tuitest/fake"
)

// State is something that can be seen, and the way there.
type State struct {
	Name  string // of its golden file: the screen or overlay first, then what is special
	Frame bool   // its golden file is of the frame around the screen
	Opts  Options
	Walk  func(*Rig)
}

// run runs body on a dashboard of a size that shows the state.
func (st State) run(t *testing.T, screens shell.Screens, size shell.Rect, body func(*Rig)) {
	t.Helper()
	opts := st.Opts
	opts.Screens, opts.W, opts.H = screens, size.W, size.H
	Run(t, opts, func(r *Rig) {
		st.Walk(r)
		body(r)
	})
}

// Where states begin.
var (
	SignedIn   = Options{SignedIn: true, Seed: fake.OneProject}
	Busy       = Options{SignedIn: true, Seed: fake.BusyProject}
	Several    = Options{SignedIn: true, Seed: fake.TwoProjects}
	AtOverview = Options{SignedIn: true, AtOverview: true, Seed: fake.BusyProject}
)

// Steps is a walk: a string is pressed or typed (see Rig.Keys), a duration passes, a
// function is called, and anything else is a message.
func Steps(steps ...any) func(*Rig) {
	return func(r *Rig) {
		for _, s := range steps {
			switch s := s.(type) {
			case string:
				r.Keys(s)
			case time.Duration:
				r.Wait(s)
			case func(*Rig):
				s(r)
			case func(*fake.Server):
				s(r.Server)
			default:
				r.Send(s)
			}
		}
	}
}
