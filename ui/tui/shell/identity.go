package shell

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/server/client"
	"keydeck/ui/tui/place"
	"keydeck/ui/tui/widget"
)

// AllProjects is what the scope of all the user may see is called.
const AllProjects = "all projects"

// Identity is who is signed in and what is theirs.
type Identity struct {
	User     model.User
	Projects []model.Project
}

func loadIdentity(c *client.Client) func(context.Context) (Identity, error) {
	return func(ctx context.Context) (Identity, error) {
		user, err := c.Me(ctx)
		if err != nil {
			return Identity{}, err
		}
		projects, err := LoadProjects(ctx, c)
		return Identity{user, projects}, err
	}
}

// LoadProjects reads all the user's projects.
func LoadProjects(ctx context.Context, c *client.Client) ([]model.Project, error) {
	return client.All(ctx, c.Projects)
}

// Identify loads who is signed in; the root takes it from there.
func (sh *Shell) Identify() tea.Cmd {
	return Ask(sh, nil, &sh.state.IdentityCall, loadIdentity(sh.state.Client))
}

// SetProjects takes the list of the projects over, with what is new of the one
// being looked at. If that is not among them any more, there is nothing to be
// seen of it and nothing to be done to it.
func (sh *Shell) SetProjects(list []model.Project) {
	sh.state.Projects = list
	if sh.state.Project == nil {
		return
	}
	for _, p := range list {
		if p.ID == sh.state.Project.ID {
			sh.state.Project = &p
			return
		}
	}
	end := " was deleted"
	if !sh.state.User.IsSuperuser {
		end += ", or is closed to you now"
	}
	sh.Notify(Warning, "the project "+widget.Clip(sh.state.Project.Name, 24)+end)
	sh.CloseAll()
	sh.LeaveProject()
	sh.GoTo(place.Destination{To: place.Projects, Reset: true})
}

// OpenProject makes p the project being looked at and goes to its credentials.
func (sh *Shell) OpenProject(p model.Project) {
	if sh.state.Project == nil || sh.state.Project.ID != p.ID {
		sh.state.Switched, sh.state.previous = true, sh.ProjectID()
	}
	sh.state.Project = &p
	sh.Visit(place.Credentials, nil)
}

// SwitchProject is choose that stays on the present screen, where that is one of a
// project's.
func (sh *Shell) SwitchProject(p model.Project) {
	sh.OpenProject(p)
	sh.state.Destination.Stay = true
}

// SwitchToAll makes all projects what is looked at. It stays on the present
// screen, where that can show them, and goes to their overview otherwise.
func (sh *Shell) SwitchToAll() {
	if sh.state.Project != nil {
		sh.state.Switched, sh.state.previous = true, sh.ProjectID()
	}
	sh.state.Project = nil
	sh.state.Destination = &place.Destination{To: place.Overview, Stay: true}
}

// LeaveProject is for when the project being looked at is gone.
func (sh *Shell) LeaveProject() { sh.state.Project, sh.state.Switched = nil, true }

// Resume goes back to the start, for the root to find out who is signed in.
func (sh *Shell) Resume() tea.Cmd {
	sh.state.Notice = ""
	sh.GoTo(place.Destination{To: place.Start, Reset: true})
	return sh.Identify()
}

// SeesAll reports somebody who sees more than one project would show.
func (sh *Shell) SeesAll() bool { return sh.state.User.IsSuperuser || len(sh.state.Projects) > 1 }
