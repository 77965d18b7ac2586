package tui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/server/client"
)

// identity is who is signed in and what is theirs.
type identity struct {
	user     model.User
	projects []model.Project
}

func loadIdentity(c *client.Client) func(context.Context) (identity, error) {
	return func(ctx context.Context) (identity, error) {
		user, err := c.Me(ctx)
		if err != nil {
			return identity{}, err
		}
		projects, err := loadProjects(ctx, c)
		return identity{cleanUser(user), projects}, err
	}
}

func loadProjects(ctx context.Context, c *client.Client) ([]model.Project, error) {
	projects, err := client.All(ctx, c.Projects)
	for i := range projects {
		projects[i] = cleanProject(projects[i])
	}
	return projects, err
}

// begin finds out whether somebody is signed in, once the server is up.
func (r *Root) begin() tea.Cmd {
	email, err := r.client.SignedIn()
	if err != nil {
		r.notice = words(err)
	}
	if email == "" {
		r.goal = &goal{to: screenSignIn, fresh: true}
		return tea.Batch(r.askStatus(), r.travel())
	}
	return tea.Batch(r.askStatus(), r.identify())
}

// identify loads who is signed in; the root takes it from there.
func (d *desk) identify() tea.Cmd {
	return ask(d, nil, &d.identityQ, loadIdentity(d.client))
}

// own handles what the root itself asked for.
func (r *Root) own(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case answer[model.Status]:
		if r.statusQ.take(msg) && msg.err == nil {
			r.status = cleanStatus(msg.value)
		}
	case answer[identity]:
		if r.identityQ.take(msg) && msg.err == nil {
			r.signIn(msg.value)
		}
	case answer[tried]:
		if r.tryQ.take(msg) {
			r.wasTried(msg.value, msg.err)
		}
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
	r.overlays, r.notice = nil, notice
	r.held, r.tokens = nil, nil
	r.goal = &goal{to: screenSignIn, fresh: true}
}

func (r *Root) askSignOut() tea.Cmd {
	r.openGuarded(&confirm{
		desk:  r.desk,
		title: "Sign out?",
		lines: []string{"The login of " + r.user.Email + " ends here and at the server.", "Credentials go on working."},
		yes:   "sign out",
		run: func() tea.Cmd {
			return ask(r.desk, nil, &r.signOutQ, only(r.client.SignOut))
		},
	})
	return nil
}

// choose makes p the project being looked at and goes to its credentials.
func (d *desk) choose(p model.Project) {
	if d.project == nil || d.project.ID != p.ID {
		d.switched, d.before = true, d.projectID()
	}
	d.project = &p
	d.visit(screenCredentials, nil)
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
		r.link = linkUp
	}
	if err == nil || !r.waitsForLogin() || model.CodeOf(err) != model.CodeUnauthorized {
		return false
	}
	r.lastUser = r.user.Email
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

// heartbeat looks after the server: over the socket every other second by its
// status; over a URL only while nobody answers, by what is waited for anyway.
func (r *Root) heartbeat() tea.Cmd {
	if r.link == linkStarting || r.pulse%2 != 0 {
		return nil
	}
	var cmds []tea.Cmd
	if email, _ := r.client.SignedIn(); !r.signedIn && email != "" && r.current == screenStart && !r.identityQ.waiting {
		cmds = append(cmds, r.identify())
	} else if r.signedIn && r.link == linkLost && !r.client.IsLocal() && !r.pingQ.waiting {
		cmds = append(cmds, ask(r.desk, nil, &r.pingQ, r.client.Me))
	}
	return tea.Batch(append(cmds, r.askStatus())...)
}
