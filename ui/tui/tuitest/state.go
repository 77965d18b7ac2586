package tuitest

import (
	"testing"
	"time"

	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/tuitest/fake"
)

// State is a situation of a screen or an overlay, and how to get there.
type State struct {
	Name  string // of its golden file: first the screen or overlay, then what is special
	Frame bool   // its golden file has the frame around the screen too
	Opts  Options
	Walk  func(*Rig)
}

// run runs body on a dashboard of that size which shows the state.
func (st State) run(t *testing.T, screens shell.Screens, size shell.Rect, body func(*Rig)) {
	t.Helper()
	opts := st.Opts
	opts.Screens, opts.W, opts.H = screens, size.W, size.H
	Run(t, opts, func(r *Rig) {
		st.Walk(r)
		body(r)
	})
}

// Options that states start from.
var (
	SignedIn   = Options{SignedIn: true, Seed: fake.OneProject}
	Busy       = Options{SignedIn: true, Seed: fake.BusyProject}
	Several    = Options{SignedIn: true, Seed: fake.TwoProjects}
	AtOverview = Options{SignedIn: true, AtOverview: true, Seed: fake.BusyProject}
)

// Steps makes a Walk: a string is pressed or typed (see Rig.Keys), a duration is waited
// for, a function is called, and anything else is sent as a message.
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
