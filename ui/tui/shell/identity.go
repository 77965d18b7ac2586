package shell

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/server/client"
	"keydeck/ui/tui/place"
	"keydeck/ui/tui/widget"
)

// AllProjects names the scope of all that the user may see.
const AllProjects = "all projects"

// Identity is the user signed in, with their projects, and how the server's routes
// take credentials.
type Identity struct {
	User     model.User
	Projects []model.Project
	Routes   []model.Route
}

func loadIdentity(c *client.Client) func(context.Context) (Identity, error) {
	return func(ctx context.Context) (Identity, error) {
		user, err := c.Me(ctx)
		if err != nil {
			return Identity{}, err
		}
		projects, err := LoadProjects(ctx, c)
		if err != nil {
			return Identity{}, err
		}
		routes, err := c.Routes(ctx)
		if model.CodeOf(err) == model.CodeNotFound { // an older server
			err = nil
		}
		return Identity{user, projects, routes}, err
	}
}

// LoadProjects reads all the user's projects.
func LoadProjects(ctx context.Context, c *client.Client) ([]model.Project, error) {
	return client.All(ctx, c.Projects)
}

// Identify loads who is signed in; the root goes on from there.
func (sh *Shell) Identify() tea.Cmd {
	return Ask(sh, nil, &sh.state.IdentityCall, loadIdentity(sh.state.Client), sh.state.Identified)
}

// SetProjects replaces the list of projects and updates the current one. If that is
// gone, overlays are closed and the projects are shown.
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

// OpenProject makes p the current project and goes to its credentials.
func (sh *Shell) OpenProject(p model.Project) {
	if sh.state.Project == nil || sh.state.Project.ID != p.ID {
		sh.state.Switched, sh.state.previous = true, sh.ProjectID()
	}
	sh.state.Project = &p
	sh.Visit(place.Credentials, nil)
}

// SwitchProject is OpenProject that stays on the current screen.
func (sh *Shell) SwitchProject(p model.Project) {
	sh.OpenProject(p)
	sh.state.Destination.Stay = true
}

// SwitchToAll makes all projects current, on the current screen.
func (sh *Shell) SwitchToAll() {
	if sh.state.Project != nil {
		sh.state.Switched, sh.state.previous = true, sh.ProjectID()
	}
	sh.state.Project = nil
	sh.state.Destination = &place.Destination{Stay: true}
}

// SwitchScope goes from the project to all of them, and from all to the one that was
// looked at before; if there was none, it asks which.
func (sh *Shell) SwitchScope() {
	if sh.state.Project != nil {
		sh.SwitchToAll()
		return
	}
	p := sh.ProjectByID(sh.state.previous)
	if p == nil && len(sh.state.Projects) == 1 {
		p = &sh.state.Projects[0]
	}
	if p == nil {
		sh.AskProject(nil)
		return
	}
	sh.SwitchProject(*p)
}

// AskProject opens the switcher with a question, or for nil to switch the project.
func (sh *Shell) AskProject(q *ProjectQuestion) { sh.Open(sh.state.Switcher(sh, q)) }

// LeaveProject makes no project current, since it is gone.
func (sh *Shell) LeaveProject() { sh.state.Project, sh.state.Switched = nil, true }

// Resume goes back to the start screen and loads who is signed in.
func (sh *Shell) Resume() tea.Cmd {
	sh.state.Notice = ""
	sh.GoTo(place.Destination{To: place.Start, Reset: true})
	return sh.Identify()
}

// SeesAll reports whether the user sees more than one project.
func (sh *Shell) SeesAll() bool { return sh.state.User.IsSuperuser || len(sh.state.Projects) > 1 }
