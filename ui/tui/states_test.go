package tui

import (
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
)

// state is something that can be seen, and the way there. A line in one of the
// tables below is all that a new one takes: TestGolden draws it at every size, in
// every theme, and holds it to the rules; TestKeyTable and TestHints try its keys.
type state struct {
	name string // of its golden file: the screen or overlay first, then what is special
	opts rigOptions
	walk func(*rig)
}

var states = slices.Concat(signInStates, frameStates, overviewStates, projectStates, memberStates, credentialStates, requestStates, tokenStates)

// Where states begin.
var (
	signed  = rigOptions{signedIn: true, furnish: oneProject}
	busy    = rigOptions{signedIn: true, furnish: busyProject}
	several = rigOptions{signedIn: true, furnish: (*fake).furnish}
	atHome  = rigOptions{signedIn: true, stay: true, furnish: busyProject} // at the overview
)

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
func goesDown(f *fake)  { f.down = true }
func comesBack(f *fake) { f.down = false }

func noUsers(f *fake)  { f.hasUsers = false }
func withSMTP(f *fake) { f.smtp = true }
func viewer(f *fake)   { f.projects[0].Role, f.plainUser = model.RoleViewer, true }

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

var signInStates = []state{
	{"start", rigOptions{readyAfter: time.Hour}, do()},
	{"start-waiting", rigOptions{signedIn: true, url: true}.with(keepsSilent("GET /auth/users/me")), do()},
	{"start-lost", rigOptions{signedIn: true, down: true}, do()},
	{"signin-first", rigOptions{}.with(noUsers), do()},
	{"signin-lost", rigOptions{url: true, down: true}, do(4 * time.Second)},
	{"signin-smtp", rigOptions{}.with(withSMTP), do("ada")},
	{"signin-no-address", rigOptions{}, do("ada", "enter")},
	{"signin-sending", rigOptions{}.with(keepsSilent("POST /auth/verification/send-code")), do(fakeEmail, "enter")},
	{"signin-full", rigOptions{}.with(refuses("POST /auth/verification/send-code", databaseFull)), do(fakeEmail, "enter")},
	{"signin-code", rigOptions{}, do(fakeEmail, "enter", "042")},
	{"signin-code-by-mail", rigOptions{}.with(withSMTP), do(fakeEmail, "enter")},
	{"signin-mailbox", rigOptions{}, do(fakeEmail, "enter", "tab")},
	{"signin-mailbox-expired", rigOptions{}, do(fakeEmail, "enter", "tab", 11*time.Minute)},
	{"signin-mailbox-hostile", rigOptions{}.with(func(f *fake) {
		f.mail = []model.Mail{{ID: uuid(1), At: model.At(f.now()), To: evil, Subject: evil, Code: evil}}
	}), do(2 * time.Second)},
	{"signin-checking", rigOptions{}.with(keepsSilent("POST /auth/verification/verify-code")), do(fakeEmail, "enter", "111111", "enter")},
	{"signin-wrong", rigOptions{}.with(refuses("POST /auth/verification/verify-code", &model.Error{Code: model.CodeUnauthorized, Message: "no"})),
		do(fakeEmail, "enter", "111111", "enter")},
	{"signin-too-often", rigOptions{}.with(refuses("POST /auth/verification/verify-code", &model.Error{Code: model.CodeRateLimited, RetryAfter: 41 * time.Second})),
		do(fakeEmail, "enter", "111111", "enter")},
	{"signin-too-soon", rigOptions{}.with(refuses("POST /auth/verification/send-code", &model.Error{Code: model.CodeRateLimited, RetryAfter: 41 * time.Second})),
		do(fakeEmail, "enter")},
	{"signin-again", signed, do(refuses("GET /auth/api-keys/", &model.Error{Code: model.CodeUnauthorized, Message: "no"}), "ctrl+r")},
	{"signed-out", signed, do("S", "y")},
}

// frameStates are what is around every screen, or floats over any.
var frameStates = []state{
	{"attached", rigOptions{signedIn: true, url: true, furnish: oneProject}, do()},
	{"lost", signed, do(goesDown, 7*time.Second)},
	{"lost-and-back", signed, do(goesDown, 7*time.Second, comesBack, 7*time.Second, "down", "down")},
	{"banner", rigOptions{signedIn: true, furnish: oneProject, Options: Options{OwnsServer: true, Banner: "demo: nothing here is kept"}}, do()},
	{"quit", rigOptions{signedIn: true, furnish: oneProject, Options: Options{OwnsServer: true, Banner: "demo: nothing here is kept"}}, do("q")},
	{"sign-out", signed, do("S")},
	{"toast-said", signed, do("y")},
	{"toast-warned", signed, do("esc")},
	{"toast-failed", signed.with(refuses("DELETE /auth/api-keys/"+uuid(22), databaseFull)), do("down", "x", "ci-deploy", "enter")},
	{"toast-theme", signed, do(themeKey)},
	{"private", signed, do("*")},
	{"private-request", signed, do("*", "3", time.Second, "enter")},
	{"mouse", signed, do("M")},
	{"help", signed, do("?")},
	{"help-end", signed, do("?", "end")},
	{"help-requests", signed, do("3", time.Second, "?")},
	{"palette", signed, do(":")},
	{"palette-found", signed, do(":", "theme", "down")},
	{"palette-why-not", signed, do("3", time.Second, ":", "older match")},
	{"palette-nothing", signed, do(":", "zzzz")},
	{"switcher", several, do("p")},
	{"switcher-found", several, do("p", "bil")},
	{"switcher-nothing", several, do("p", "zzz")},
	{"switcher-many", several.with(plenty), do("p", "down", "down")},
	{"switcher-hostile", several.with(hostile), do("p")},
	{"switcher-first", several, do("2")},
	{"palette-elsewhere", several, do(":", "exp")},
	{"palette-projects", several, do(":", "swtobil")},
	{"suspend", rigOptions{signedIn: true, furnish: oneProject, Options: Options{OwnsServer: true}}, do(":", "ctrl+z")},
}

var themeKey = tea.KeyPressMsg{Code: 't', Mod: tea.ModCtrl}

var overviewStates = []state{
	{"overview", atHome, do("down", "down", "down")},
	{"overview-keys", atHome, do("end", "left")},
	{"overview-all", rigOptions{signedIn: true, stay: true}.with((*fake).furnish, (*fake).busy, func(f *fake) { f.overview.Refusals, f.overview.Log.Dropped = nil, 0 }), do()},
	{"overview-calm", atHome.with(func(f *fake) {
		f.overview.Refusals, f.overview.Expiring, f.overview.Unused, f.overview.Log.Dropped = nil, nil, nil, 0
	}), do()},
	{"overview-quiet", rigOptions{signedIn: true, stay: true, furnish: oneProject}, do()},
	{"overview-loading", atHome.with(keepsSilent("GET /auth/overview")), do()},
	{"overview-error", atHome.with(refuses("GET /auth/overview", databaseFull)), do()},
	{"overview-stale", atHome, do(refuses("GET /auth/overview", databaseFull), 3*time.Second)},
	{"overview-lost", atHome, do(goesDown, 5*time.Second)},
	{"overview-private", atHome, do("*")},
	{"overview-hostile", atHome.with(hostile), do()},
	{"overview-further", atHome.with(crowded), do("down", "down")},
	{"overview-strangers", atHome.with(func(f *fake) {
		f.overview.PerSecond = 412
		for _, why := range []model.Reason{model.ReasonNoRoute, model.ReasonMissing} {
			f.overview.Refusals = append(f.overview.Refusals, model.RefusalCount{Reason: why, Requests: 3})
		}
	}), do()},
	{"overview-many", atHome.with(plenty, onlyOne), do("pgdown")},
}

// crowded has more of everything than the overview lists.
func crowded(f *fake) {
	f.overview.ExpiringTotal, f.overview.RefusalsTotal, f.overview.UnusedTotal = 499, 14, model.MaxCounted
}

var projectStates = []state{
	{"projects", several, do()},
	{"projects-empty", rigOptions{signedIn: true}, do()},
	{"projects-loading", several, do("1", keepsSilent("GET /auth/projects/"), noProjectsYet, "5")},
	{"projects-error", several, do("1", refuses("GET /auth/projects/", databaseFull), noProjectsYet, "5")},
	{"projects-stale", several, do("1", refuses("GET /auth/projects/", databaseFull), "5")},
	{"projects-hostile", several.with(hostile), do("down")},
	{"projects-many", several.with(plenty), do("end")},
	{"projects-viewer", several.with(viewer), do()},
	{"projects-new", several, do("n", "web shop")},
	{"projects-new-wrong", several, do("n", "enter")},
	{"projects-made", several, do("n", "web shop", "enter")},
	{"projects-rename", several, do("r", " & co")},
	{"projects-rename-hostile", several.with(hostile), do("r")},
	{"projects-delete", several, do("x", "ac")},
	{"projects-delete-wrong", several, do("x", "ac", "enter")},
	{"projects-delete-hostile", several.with(hostile), do("x")},
}

// noProjectsYet is before the first answer of the server.
func noProjectsYet(r *rig) {
	r.root.projects = nil
	r.root.forget(screenProjects)
}

var memberStates = []state{
	{"members", busy, do("5", "m", "down")},
	{"members-empty", busy.with(func(f *fake) { f.members = nil }), do("5", "m")},
	{"members-loading", busy.with(keepsSilent("GET " + membersPath)), do("5", "m")},
	{"members-error", busy.with(refuses("GET "+membersPath, databaseFull)), do("5", "m")},
	{"members-stale", busy, do("5", "m", refuses("GET "+membersPath, databaseFull), "ctrl+r")},
	{"members-hostile", busy.with(hostile), do("5", "m")},
	{"members-many", busy.with(plenty, onlyOne), do("5", "m", "pgdown")},
	{"members-viewer", busy.with(viewer), do("5", "m", "n")},
	{"members-invite", busy, do("5", "m", "n", "eve@example.com", "tab", "right")},
	{"members-invite-wrong", busy, do("5", "m", "n", "eve", "enter")},
	{"members-role", busy, do("5", "m", "down", "r", "right")},
	{"members-remove", busy, do("5", "m", "end", "x")},
	{"members-remove-self", busy, do("5", "m", "x")},
	{"members-last-owner", busy.with(refuses("DELETE "+membersPath+uuid(1), &model.Error{Code: model.CodeConflict, Message: "a project needs an owner"})),
		do("5", "m", "x", "y")},
}

var membersPath = "/auth/projects/" + uuid(11) + "/members/"
