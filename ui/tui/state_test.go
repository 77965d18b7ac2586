package tui

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
)

func oneProject(f *fake) {
	f.furnish()
	f.projects = f.projects[:1]
}

// state is something that can be seen, and the way there. A line in one of the
// tables below is all that a new one takes: TestGolden draws it at every size, in
// every theme, and holds it to the rules; TestKeyTable and TestHints try its keys.
type state struct {
	name string // of its golden file: the screen or overlay first, then what is special
	opts rigOptions
	walk func(*rig)
}

var signed = rigOptions{signedIn: true, furnish: oneProject}

// with furnishes the server further.
func (o rigOptions) with(more ...func(*fake)) rigOptions {
	before := o.furnish
	o.furnish = func(f *fake) {
		if before != nil {
			before(f)
		}
		for _, m := range more {
			m(f)
		}
	}
	return o
}

// do is a walk: texts are keys or typed (see rig.keys), a duration passes, a
// message comes, a function does what it does.
func do(steps ...any) func(*rig) {
	return func(r *rig) {
		for _, s := range steps {
			switch s := s.(type) {
			case string:
				r.keys(s)
			case time.Duration:
				r.wait(s)
			case func(*rig):
				s(r)
			case func(*fake):
				s(r.fake)
			default:
				r.send(s)
			}
		}
	}
}

var databaseFull = &model.Error{Code: model.CodeUnavailable, Message: "the database is full; free some space"}

// refuses makes the server answer a call with an error.
func refuses(call string, err *model.Error) func(*fake) {
	return func(f *fake) { f.fail[call] = err }
}

// keepsSilent makes the server not answer a call.
func keepsSilent(call string) func(*fake) { return func(f *fake) { f.silent[call] = true } }

// goesDown and comesBack are the server's.
func goesDown(f *fake) { f.down = true }

func comesBack(f *fake) { f.down = false }

func noUsers(f *fake) { f.hasUsers = false }

func withSMTP(f *fake) { f.smtp = true }

func viewer(f *fake) { f.projects[0].Role, f.plainUser = model.RoleViewer, true }

// evil is what strangers call things: controls, a turn of the reading direction,
// something invisible, wide characters, marks upon marks, and no end.
var evil = "a\x1b[31mb\u202ec\u200bd\r\ne\u0301\u0301\u0301\u0301\u0301 家族👨‍👩‍👧 " + strings.Repeat("endless", 40)

// hostile gives everything that has a name an evil one.
func hostile(f *fake) {
	for i := range f.projects {
		f.projects[i].Name, f.projects[i].AccountID = evil, evil
	}
	for i := range f.keys {
		f.keys[i].Name, f.keys[i].FullKey, f.keys[i].Scopes = evil, evil, []string{evil, evil}
	}
	for i := range f.secrets {
		f.secrets[i].Name = evil
	}
	for i := range f.pairs {
		f.pairs[i].Name, f.pairs[i].APIKey = evil, evil
	}
	for i := range f.log {
		r := &f.log[i]
		r.Method, r.Path, r.Route, r.RemoteIP, r.UserAgent, r.CredentialHint, r.RequestID = evil, "/"+evil, evil, evil, evil, evil, evil
		if r.Status >= 400 {
			r.Reason = model.Reason(evil)
		}
	}
	for i := range f.members {
		f.members[i].Email, f.members[i].FullName = evil+"@example.com", evil
	}
	o := &f.overview
	for i := range o.Busiest {
		o.Busiest[i].Name, o.Busiest[i].Hint = evil, evil
	}
	for i := range o.Routes {
		o.Routes[i].Method, o.Routes[i].Route = evil, evil
	}
	for i := range o.Refusals {
		o.Refusals[i].Name, o.Refusals[i].Hint, o.Refusals[i].Reason = evil, evil, model.Reason(evil)
	}
	for _, list := range [][]model.Attention{o.Expiring, o.Unused} {
		for i := range list {
			list[i].Name, list[i].Hint = evil, evil
		}
	}
}

// plenty makes lists that are longer than any window.
func plenty(f *fake) {
	now := model.At(f.now())
	for i := range 300 {
		f.projects = append(f.projects, model.Project{ID: uuid(3000 + i), Name: fmt.Sprintf("project %d", i), AccountID: fmt.Sprintf("AC%04d", i),
			Role: model.RoleMember, CreatedAt: now, UpdatedAt: now})
		f.keys = append(f.keys, model.APIKey{ID: uuid(4000 + i), Name: fmt.Sprintf("worker-%d", i), FullKey: fmt.Sprintf("sk_%04d…%05d", i, i),
			IsActive: true, CreatedAt: now, UpdatedAt: now})
		f.members = append(f.members, model.Member{UserID: uuid(5000 + i), Email: fmt.Sprintf("person%d@example.com", i), Role: model.RoleMember,
			IsVerified: i%3 > 0, CreatedAt: now})
		f.overview.Refusals = append(f.overview.Refusals, model.RefusalCount{Reason: model.ReasonRevoked, CredentialID: uuid(4000 + i),
			Name: fmt.Sprintf("worker-%d", i), Requests: int64(300 - i)})
	}
}

// onlyOne leaves the first project.
func onlyOne(f *fake) { f.projects = f.projects[:1] }

var themeKey = tea.KeyPressMsg{Code: 't', Mod: tea.ModCtrl}

// crowded has more of everything than the overview lists.
func crowded(f *fake) {
	f.overview.ExpiringTotal, f.overview.RefusalsTotal, f.overview.UnusedTotal = 499, 14, model.MaxCounted
}

func ctrl(c rune) tea.KeyPressMsg { return tea.KeyPressMsg{Code: c, Mod: tea.ModCtrl} }

// Where states begin.
var (
	busy    = rigOptions{signedIn: true, furnish: busyProject}
	several = rigOptions{signedIn: true, furnish: (*fake).furnish}
	atHome  = rigOptions{signedIn: true, stay: true, furnish: busyProject} // at the overview
)
