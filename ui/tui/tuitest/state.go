package tuitest

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
)

func OneProject(f *Fake) {
	f.Furnish()
	f.Projects = f.Projects[:1]
}

// State is something that can be seen, and the way there. A line in one of the
// tables below is all that a new one takes: TestGolden draws it at every size, in
// every theme, and holds it to the rules; TestKeyTable and TestHints try its keys.
type State struct {
	Name string // of its golden file: the screen or overlay first, then what is special
	Opts Options
	Walk func(*Rig)

	Frame bool // the golden file has the frame around the screen too, or what lies under the overlay
}

var SignedIn = Options{SignedIn: true, Furnish: OneProject}

// With furnishes the server further.
func (o Options) With(more ...func(*Fake)) Options {
	before := o.Furnish
	o.Furnish = func(f *Fake) {
		if before != nil {
			before(f)
		}
		for _, m := range more {
			m(f)
		}
	}
	return o
}

// Do is a walk: texts are keys or typed (see rig.keys), a duration passes, a
// message comes, a function does what it does.
func Do(steps ...any) func(*Rig) {
	return func(r *Rig) {
		for _, s := range steps {
			switch s := s.(type) {
			case string:
				r.Keys(s)
			case time.Duration:
				r.Wait(s)
			case func(*Rig):
				s(r)
			case func(*Fake):
				s(r.Fake)
			default:
				r.Send(s)
			}
		}
	}
}

var DatabaseFull = &model.Error{Code: model.CodeUnavailable, Message: "the database is full; free some space"}

// Refuses makes the server answer a call with an error.
func Refuses(call string, err *model.Error) func(*Fake) {
	return func(f *Fake) { f.Fail[call] = err }
}

// KeepsSilent makes the server not answer a call.
func KeepsSilent(call string) func(*Fake) { return func(f *Fake) { f.Silent[call] = true } }

// GoesDown and comesBack are the server's.
func GoesDown(f *Fake) { f.Down = true }

func ComesBack(f *Fake) { f.Down = false }

func NoUsers(f *Fake) { f.HasUsers = false }

func WithSMTP(f *Fake) { f.Smtp = true }

func Viewer(f *Fake) { f.Projects[0].Role, f.PlainUser = model.RoleViewer, true }

// Evil is what strangers call things: controls, a turn of the reading direction,
// something invisible, wide characters, marks upon marks, and no end.
var Evil = "a\x1b[31mb\u202ec\u200bd\r\ne\u0301\u0301\u0301\u0301\u0301 家族👨‍👩‍👧 " + strings.Repeat("endless", 40)

// Hostile gives everything that has a name an evil one.
func Hostile(f *Fake) {
	for i := range f.Projects {
		f.Projects[i].Name, f.Projects[i].AccountID = Evil, Evil
	}
	for i := range f.Keys {
		f.Keys[i].Name, f.Keys[i].FullKey, f.Keys[i].Scopes = Evil, Evil, []string{Evil, Evil}
	}
	for i := range f.Secrets {
		f.Secrets[i].Name = Evil
	}
	for i := range f.Pairs {
		f.Pairs[i].Name, f.Pairs[i].APIKey = Evil, Evil
	}
	for i := range f.Log {
		r := &f.Log[i]
		r.Method, r.Path, r.Route, r.RemoteIP, r.UserAgent, r.CredentialHint, r.RequestID = Evil, "/"+Evil, Evil, Evil, Evil, Evil, Evil
		if r.Status >= 400 {
			r.Reason = model.Reason(Evil)
		}
	}
	for i := range f.Members {
		f.Members[i].Email, f.Members[i].FullName = Evil+"@example.com", Evil
	}
	o := &f.Overview
	for i := range o.Busiest {
		o.Busiest[i].Name, o.Busiest[i].Hint = Evil, Evil
	}
	for i := range o.Routes {
		o.Routes[i].Method, o.Routes[i].Route = Evil, Evil
	}
	for i := range o.Refusals {
		o.Refusals[i].Name, o.Refusals[i].Hint, o.Refusals[i].Reason = Evil, Evil, model.Reason(Evil)
	}
	for _, list := range [][]model.Attention{o.Expiring, o.Unused} {
		for i := range list {
			list[i].Name, list[i].Hint = Evil, Evil
		}
	}
}

// Plenty makes lists that are longer than any window.
func Plenty(f *Fake) {
	now := model.At(f.Now())
	for i := range 300 {
		f.Projects = append(f.Projects, model.Project{ID: UUID(3000 + i), Name: fmt.Sprintf("project %d", i), AccountID: fmt.Sprintf("AC%04d", i),
			Role: model.RoleMember, CreatedAt: now, UpdatedAt: now})
		f.Keys = append(f.Keys, model.APIKey{ID: UUID(4000 + i), Name: fmt.Sprintf("worker-%d", i), FullKey: fmt.Sprintf("sk_%04d…%05d", i, i),
			IsActive: true, CreatedAt: now, UpdatedAt: now})
		f.Members = append(f.Members, model.Member{UserID: UUID(5000 + i), Email: fmt.Sprintf("person%d@example.com", i), Role: model.RoleMember,
			IsVerified: i%3 > 0, CreatedAt: now})
		f.Overview.Refusals = append(f.Overview.Refusals, model.RefusalCount{Reason: model.ReasonRevoked, CredentialID: UUID(4000 + i),
			Name: fmt.Sprintf("worker-%d", i), Requests: int64(300 - i)})
	}
}

// OnlyOne leaves the first project.
func OnlyOne(f *Fake) { f.Projects = f.Projects[:1] }

var ThemeKey = tea.KeyPressMsg{Code: 't', Mod: tea.ModCtrl}

// Crowded has more of everything than the overview lists.
func Crowded(f *Fake) {
	f.Overview.ExpiringTotal, f.Overview.RefusalsTotal, f.Overview.UnusedTotal = 499, 14, model.MaxCounted
}

func Ctrl(c rune) tea.KeyPressMsg { return tea.KeyPressMsg{Code: c, Mod: tea.ModCtrl} }

// Where states begin.
var (
	Busy    = Options{SignedIn: true, Furnish: BusyProject}
	Several = Options{SignedIn: true, Furnish: (*Fake).Furnish}
	AtHome  = Options{SignedIn: true, Stay: true, Furnish: BusyProject} // at the overview
)
