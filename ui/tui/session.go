package tui

import (
	"context"
	"net/http"
	"time"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/server/client"
	"keydeck/ui/tui/place"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/wallet"
)

// connect asks for the server's status and for the stored login.
func (r *Root) connect() tea.Cmd { return tea.Batch(r.loadStatus(), r.readLogin()) }

// readLogin reads the stored login, off the Update loop.
func (r *Root) readLogin() tea.Cmd {
	if r.loginCall.Pending {
		return nil
	}
	return shell.Background(r.sh, nil, &r.loginCall, func(context.Context) (string, error) { return r.state.Client.SignedIn() }, r.loginRead)
}

// loginRead goes on with the stored login, or to the sign-in screen where there is
// none.
func (r *Root) loginRead(email string, err error) tea.Cmd {
	switch {
	case r.current != place.Start && r.current != place.SignIn, r.state.IdentityCall.Pending:
	case email != "":
		return r.sh.Identify()
	case r.current == place.Start:
		if err != nil {
			r.state.Notice = shell.ErrorText(err)
		}
		r.state.Destination = &place.Destination{To: place.SignIn, Reset: true}
		return r.probe()
	}
	return nil
}

// identified goes on with who is signed in.
func (r *Root) identified(id shell.Identity, err error) tea.Cmd {
	if err != nil {
		r.loginRejected = r.state.Now
		return nil
	}
	r.signIn(id)
	return nil
}

// signIn opens the first screen of somebody who is signed in: the overview of
// their only project, or of all of them; the projects where there is none yet.
func (r *Root) signIn(id shell.Identity) {
	r.state.User, r.state.Projects, r.state.Routes = id.User, id.Projects, id.Routes
	r.state.SignedIn, r.state.Notice = true, ""
	r.state.Project = nil
	r.state.Destination = &place.Destination{To: place.Overview, Reset: true}
	switch len(id.Projects) {
	case 0:
		r.state.Destination.To = place.Projects
	case 1:
		r.state.Project = &id.Projects[0]
	default:
		r.state.Project = r.lastProject(id.Projects)
	}
	r.dropPages(place.SignIn, place.Start)
}

// lastProject is the project of the last session, nil if it is gone.
func (r *Root) lastProject(list []model.Project) *model.Project {
	for i := range list {
		if list[i].ID == r.state.Prefs.Project {
			return &list[i]
		}
	}
	return nil
}

// signedOut drops everything of the user's and shows the sign-in screen.
func (r *Root) signedOut(notice string) {
	r.dropPages(place.Overview, place.Credentials, place.Requests, place.Tokens, place.Projects, place.Members, place.SignIn)
	r.keys = nil
	r.state.User, r.state.Projects, r.state.Project, r.state.SignedIn = model.User{}, nil, nil, false
	r.sh.CloseAll()
	r.state.Notice = notice
	r.state.Wallet = wallet.Wallet{}
	r.state.Destination = &place.Destination{To: place.SignIn, Reset: true}
}

func (r *Root) askSignOut() tea.Cmd {
	effect := []string{"The login of " + r.state.User.Email + " ends here and at the server.", "Credentials go on working."}
	r.sh.OpenGuarded(shell.NewConfirm(r.sh, "Sign out?", effect, "sign out", func() tea.Cmd {
		return shell.Ask(r.sh, nil, &r.signOutCall, shell.ErrorOnly(r.state.Client.SignOut), shell.Quiet(r.signOutDone))
	}))
	return nil
}

func (r *Root) signOutDone(_ shell.None, err error) {
	if err != nil {
		r.sh.Notify(shell.Failure, "still signed in: "+shell.ErrorText(err))
		return
	}
	r.state.LastUser = ""
	r.signedOut("Signed out.")
}

// checkMissing checks that the project still exists when the server has not found
// something: it may have been deleted elsewhere.
func (r *Root) checkMissing(err error) tea.Cmd {
	if model.CodeOf(err) != model.CodeNotFound {
		return nil
	}
	return r.reloadProjects()
}

// projectsEvery is how often, in seconds, the projects are reloaded while a screen
// is up that would not notice that the project is gone.
const projectsEvery = 10

func (r *Root) reloadProjects() tea.Cmd {
	if !r.state.SignedIn || r.projectsCall.Pending {
		return nil
	}
	return shell.Ask(r.sh, nil, &r.projectsCall, func(ctx context.Context) ([]model.Project, error) { return shell.LoadProjects(ctx, r.state.Client) },
		shell.Quiet(func(list []model.Project, err error) {
			if err == nil {
				r.sh.SetProjects(list)
			}
		}))
}

// noteOutcome updates the link and the login by the outcome of a call. It reports
// that the login has ended, which makes the result moot.
func (r *Root) noteOutcome(err error) (ended bool) {
	switch {
	case shell.Unreachable(err):
		r.state.Link = shell.LinkLost
	case r.state.Context.Err() != nil:
	default:
		r.state.Link, r.everConnected = shell.LinkUp, true
	}
	// On the sign-in screen a 401 is a wrong code.
	if err == nil || r.current == place.SignIn || model.CodeOf(err) != model.CodeUnauthorized {
		return false
	}
	r.state.LastUser, r.loginRejected = r.state.User.Email, r.state.Now
	r.signedOut("The login has ended; sign in again.")
	return true
}

func (r *Root) loadStatus() tea.Cmd {
	if !r.state.Client.IsLocal() || r.statusCall.Pending {
		return nil
	}
	return shell.Ask(r.sh, nil, &r.statusCall, r.state.Client.Status, shell.Quiet(func(status model.Status, err error) {
		if err == nil {
			r.state.Status = status
		}
	}))
}

// loginRetryAfter is how long a stored login that was refused is not tried again: it may
// stay in its file until it expires.
const loginRetryAfter = 5 * time.Second

// probe asks a server at a URL whether it is there, while nothing else is asked of
// it.
func (r *Root) probe() tea.Cmd {
	if r.state.Client.IsLocal() || r.state.Link == shell.LinkUp || r.probeCall.Pending {
		return nil
	}
	return shell.Ask(r.sh, nil, &r.probeCall, func(ctx context.Context) (client.Replayed, error) {
		return r.state.Client.Replay(ctx, client.ReplayRequest{Method: http.MethodGet, Path: "/v1/healthz"})
	}, shell.Quiet(func(client.Replayed, error) {})) // handleReply notes that the server answers
}

// connectTimeout is how long the first answer may take before the dashboard says
// that no server answers.
const connectTimeout = 3 * time.Second

// heartbeat asks for the server's status over the socket every other second. Over a
// URL it asks only while no server answers.
func (r *Root) heartbeat() tea.Cmd {
	if r.state.Link == shell.LinkStarting || r.ticks%2 != 0 {
		return nil
	}
	var cmds []tea.Cmd
	switch {
	case r.current == place.SignIn:
		if r.state.Now.Sub(r.loginRejected) >= loginRetryAfter { // keydeck login may have signed somebody in
			cmds = append(cmds, r.readLogin())
		}
		cmds = append(cmds, r.probe())
	case r.current == place.Start && !r.state.SignedIn:
		cmds = append(cmds, r.readLogin())
	case r.state.SignedIn && r.state.Link == shell.LinkLost && !r.state.Client.IsLocal() && !r.pingCall.Pending:
		cmds = append(cmds, shell.Ask(r.sh, nil, &r.pingCall, r.state.Client.Me, shell.Quiet(func(model.User, error) {})))
	}
	if r.ticks%projectsEvery == 0 && (r.current == place.Requests || r.current == place.Tokens || r.current == place.Credentials) {
		cmds = append(cmds, r.reloadProjects())
	}
	return tea.Batch(append(cmds, r.loadStatus())...)
}
