package tui

import (
	"context"
	"net/http"
	"time"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/server/client"
)

// begin finds out whether somebody is signed in, once the server is up.
func (r *Root) begin() tea.Cmd {
	email, err := r.client.SignedIn()
	if err != nil {
		r.notice = words(err)
	}
	if email == "" {
		r.goal = &goal{to: screenSignIn, fresh: true}
		return tea.Batch(r.askStatus(), r.probe(), r.travel())
	}
	return tea.Batch(r.askStatus(), r.identify())
}

// own handles what the root itself asked for.
func (r *Root) own(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case answer[model.Status]:
		if r.statusQ.take(msg) && msg.err == nil {
			r.status = cleanStatus(msg.value)
		}
	case answer[identity]:
		switch {
		case !r.identityQ.take(msg):
		case msg.err == nil:
			r.signIn(msg.value)
		default:
			r.refused = r.at
		}
	case answer[[]model.Project]:
		if r.goneQ.take(msg) && msg.err == nil {
			r.takeProjects(msg.value)
		}
	case noticed:
		if r.current == screenSignIn && !r.identityQ.waiting {
			return r.identify()
		}
	case answer[tried]:
		if r.tryQ.take(msg) {
			r.wasTried(msg.value, msg.err)
		}
	case answer[client.Replayed]:
		r.probeQ.take(msg) // that it came is all there is to know
	case answer[none]:
		if !r.signOutQ.take(msg) {
			return nil
		}
		if msg.err != nil {
			r.say(failed, "still signed in: "+words(msg.err))
			return nil
		}
		r.lastUser = ""
		r.signedOut("Signed out.")
	}
	return nil
}

// signIn opens the first screen of somebody who is signed in: the overview of
// their only project, or of all of them; the projects where there is none yet.
func (r *Root) signIn(id identity) {
	r.user, r.projects, r.signedIn, r.notice = id.user, id.projects, true, ""
	r.project = nil
	r.goal = &goal{to: screenOverview, fresh: true}
	switch len(id.projects) {
	case 0:
		r.goal.to = screenProjects
	case 1:
		r.project = &id.projects[0]
	default:
		r.project = r.lastProject(id.projects)
	}
	r.forget(screenSignIn, screenStart)
}

// lastProject is the one that was looked at last, if it is still there.
func (r *Root) lastProject(list []model.Project) *model.Project {
	for i := range list {
		if list[i].ID == r.stored.Project {
			return &list[i]
		}
	}
	return nil
}

// signedOut takes everything of the user's off the screen.
func (r *Root) signedOut(notice string) {
	r.forget(screenOverview, screenCredentials, screenRequests, screenToken, screenProjects, screenMembers, screenSignIn)
	r.user, r.projects, r.project, r.signedIn = model.User{}, nil, nil, false
	r.closeAll()
	r.notice = notice
	r.wallet = wallet{}
	r.goal = &goal{to: screenSignIn, fresh: true}
}

func (r *Root) askSignOut() tea.Cmd {
	effect := []string{"The login of " + r.user.Email + " ends here and at the server.", "Credentials go on working."}
	r.openGuarded(newConfirm(r.desk, "Sign out?", effect, "sign out", func() tea.Cmd {
		return ask(r.desk, nil, &r.signOutQ, only(r.client.SignOut))
	}))
	return nil
}

// missed looks whether the project is still there, when the server has not found
// something: it may have been deleted elsewhere.
func (r *Root) missed(err error) tea.Cmd {
	if model.CodeOf(err) != model.CodeNotFound {
		return nil
	}
	return r.lookForProject()
}

// lookEvery is how often, in seconds, it is looked for the project on screens
// that ask for nothing of it again by themselves.
const lookEvery = 10

func (r *Root) lookForProject() tea.Cmd {
	if r.project == nil || r.goneQ.waiting {
		return nil
	}
	return ask(r.desk, nil, &r.goneQ, func(ctx context.Context) ([]model.Project, error) { return loadProjects(ctx, r.client) })
}

// heard takes note of how a call ended: whether the server is there, and
// whether the login still is. It reports that the login has ended, and with it
// whatever the call was for.
func (r *Root) heard(err error) (ended bool) {
	switch {
	case lost(err):
		r.link = linkLost
	case r.ctx.Err() != nil:
	default:
		r.link, r.met = linkUp, true
	}
	if err == nil || !r.waitsForLogin() || model.CodeOf(err) != model.CodeUnauthorized {
		return false
	}
	r.lastUser, r.refused = r.user.Email, r.at
	r.signedOut("The login has ended; sign in again.")
	return true
}

// waitsForLogin: a 401 on the sign-in screen is a wrong code, anywhere else it
// is the end of the login.
func (r *Root) waitsForLogin() bool { return r.current != screenSignIn }

func (r *Root) askStatus() tea.Cmd {
	if !r.client.IsLocal() || r.statusQ.waiting {
		return nil
	}
	return ask(r.desk, nil, &r.statusQ, r.client.Status)
}

// refusedFor is how long a kept login that was refused is not tried again: it may
// stand in its file until it runs out.
const refusedFor = 5 * time.Second

// noticed is a login that came about elsewhere, by keydeck login.
type noticed struct{}

// lookForLogin looks whether somebody has signed in with the commands, while
// nobody is signed in here.
func (r *Root) lookForLogin() tea.Cmd {
	if r.at.Sub(r.refused) < refusedFor {
		return nil
	}
	c := r.client
	return func() tea.Msg {
		if email, err := c.SignedIn(); err != nil || email == "" {
			return nil
		}
		return letter{nil, noticed{}}
	}
}

// probe finds out whether a server answers at a URL, while nothing else is asked
// of it.
func (r *Root) probe() tea.Cmd {
	if r.client.IsLocal() || r.link == linkUp || r.probeQ.waiting {
		return nil
	}
	return ask(r.desk, nil, &r.probeQ, func(ctx context.Context) (client.Replayed, error) {
		return r.client.Replay(ctx, client.ReplayRequest{Method: http.MethodGet, Path: "/v1/healthz"})
	})
}

// patience is how long a server may take to answer at all before it is said
// that none does.
const patience = 3 * time.Second

// heartbeat looks after the server: over the socket every other second by its
// status; over a URL only while nobody answers, by what is waited for anyway.
func (r *Root) heartbeat() tea.Cmd {
	if r.link == linkStarting || r.pulse%2 != 0 {
		return nil
	}
	var cmds []tea.Cmd
	if r.current == screenSignIn {
		cmds = append(cmds, r.lookForLogin(), r.probe())
	} else if email, _ := r.client.SignedIn(); !r.signedIn && email != "" && r.current == screenStart && !r.identityQ.waiting {
		cmds = append(cmds, r.identify())
	} else if r.signedIn && r.link == linkLost && !r.client.IsLocal() && !r.pingQ.waiting {
		cmds = append(cmds, ask(r.desk, nil, &r.pingQ, r.client.Me))
	}
	if r.pulse%lookEvery == 0 && (r.current == screenRequests || r.current == screenToken) {
		cmds = append(cmds, r.lookForProject())
	}
	return tea.Batch(append(cmds, r.askStatus())...)
}
