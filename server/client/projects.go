package client

import (
	"context"
	"net/http"

	"keydeck/model"
)

// Projects lists the user's projects, newest first. A superuser gets all
// projects.
func (c *Client) Projects(ctx context.Context, page model.PageRequest) (model.Page[model.Project], error) {
	return get[model.Page[model.Project]](ctx, c, call{path: "/auth/projects/", query: pageQuery(page)})
}

// CreateProject makes a project owned by the user.
func (c *Client) CreateProject(ctx context.Context, name string) (model.Project, error) {
	return get[model.Project](ctx, c, call{method: http.MethodPost, path: "/auth/projects/", body: map[string]string{"name": name}})
}

// RenameProject renames a project.
func (c *Client) RenameProject(ctx context.Context, id, name string) (model.Project, error) {
	return get[model.Project](ctx, c, call{method: http.MethodPatch, path: "/auth/projects/" + segment(id), body: map[string]string{"name": name}})
}

// DeleteProject deletes a project. All its credentials are refused from then
// on.
func (c *Client) DeleteProject(ctx context.Context, id string) (model.Revoked, error) {
	return get[model.Revoked](ctx, c, call{method: http.MethodDelete, path: "/auth/projects/" + segment(id)})
}

// Members lists a project's members, oldest first.
func (c *Client) Members(ctx context.Context, projectID string, page model.PageRequest) (model.Page[model.Member], error) {
	return get[model.Page[model.Member]](ctx, c, call{path: "/auth/projects/" + segment(projectID) + "/members/", query: pageQuery(page)})
}

// AddMember invites an address, or changes a member's role.
func (c *Client) AddMember(ctx context.Context, projectID, email string, role model.Role) (model.Member, error) {
	return get[model.Member](ctx, c, call{method: http.MethodPost, path: "/auth/projects/" + segment(projectID) + "/members/",
		body: map[string]string{"email": email, "role": string(role)}})
}

// RemoveMember removes a user from a project.
func (c *Client) RemoveMember(ctx context.Context, projectID, userID string) error {
	return c.do(ctx, call{method: http.MethodDelete, path: "/auth/projects/" + segment(projectID) + "/members/" + segment(userID)}, nil)
}
