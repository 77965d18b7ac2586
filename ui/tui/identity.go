package tui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/server/client"
	"keydeck/ui/tui/widget"
)

// allProjects is what the scope of all the user may see is called.
const allProjects = "all projects"

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

// identify loads who is signed in; the root takes it from there.
func (d *desk) identify() tea.Cmd {
	return ask(d, nil, &d.identityQ, loadIdentity(d.client))
}

// takeProjects takes the list of the projects over, with what is new of the one
// being looked at. If that is not among them any more, there is nothing to be
// seen of it and nothing to be done to it.
func (d *desk) takeProjects(list []model.Project) {
	d.projects = list
	if d.project == nil {
		return
	}
	for _, p := range list {
		if p.ID == d.project.ID {
			d.project = &p
			return
		}
	}
	end := " was deleted"
	if !d.user.IsSuperuser {
		end += ", or is closed to you now"
	}
	d.say(warned, "the project "+widget.Clip(d.project.Name, 24)+end)
	d.closeAll()
	d.leaveProject()
	d.goTo(goal{to: screenProjects, fresh: true})
}

// choose makes p the project being looked at and goes to its credentials.
func (d *desk) choose(p model.Project) {
	if d.project == nil || d.project.ID != p.ID {
		d.switched, d.before = true, d.projectID()
	}
	d.project = &p
	d.visit(screenCredentials, nil)
}

// switchTo is choose that stays on the present screen, where that is one of a
// project's.
func (d *desk) switchTo(p model.Project) {
	d.choose(p)
	d.goal.stay = true
}

// switchToAll makes all projects what is looked at. It stays on the present
// screen, where that can show them, and goes to their overview otherwise.
func (d *desk) switchToAll() {
	if d.project != nil {
		d.switched, d.before = true, d.projectID()
	}
	d.project = nil
	d.goal = &goal{to: screenOverview, stay: true}
}

// leaveProject is for when the project being looked at is gone.
func (d *desk) leaveProject() { d.project, d.switched = nil, true }

// resume goes back to the start, for the root to find out who is signed in.
func (d *desk) resume() tea.Cmd {
	d.notice = ""
	d.goTo(goal{to: screenStart, fresh: true})
	return d.identify()
}

// seesAll reports somebody who sees more than one project would show.
func (d *desk) seesAll() bool { return d.user.IsSuperuser || len(d.projects) > 1 }
