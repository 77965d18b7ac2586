package tuitest

import (
	"time"

	"keydeck/ui/tui/tuitest/fake"
)

// State is something that can be seen, and the way there. A line in one of the
// tables below is all that a new one takes: TestGolden draws it at every size, in
// every theme, and holds it to the rules; TestKeyTable and TestHints try its keys.
type State struct {
	Name string // of its golden file: the screen or overlay first, then what is special
	Opts Options
	Walk func(*Rig)

	Frame bool // the golden file has the frame around the screen too, or what lies under the overlay
}

var SignedIn = Options{SignedIn: true, Seed: fake.OneProject}

// With furnishes the server further.
func (o Options) With(more ...func(*fake.Server)) Options {
	before := o.Seed
	o.Seed = func(f *fake.Server) {
		if before != nil {
			before(f)
		}
		for _, m := range more {
			m(f)
		}
	}
	return o
}

// Steps is a walk: texts are keys or typed (see rig.keys), a duration passes, a
// message comes, a function does what it does.
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

// Where states begin.
var (
	Busy       = Options{SignedIn: true, Seed: fake.BusyProject}
	Several    = Options{SignedIn: true, Seed: fake.TwoProjects}
	AtOverview = Options{SignedIn: true, AtOverview: true, Seed: fake.BusyProject} // at the overview
)
