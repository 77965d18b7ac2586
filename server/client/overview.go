package client

import (
	"context"

	"keydeck/model"
)

// Overview summarises a project, or all of the user's projects for "".
func (c *Client) Overview(ctx context.Context, projectID string) (model.Overview, error) {
	return get[model.Overview](ctx, c, call{path: "/auth/overview", query: projectQuery(projectID)})
}

// Use returns how much each credential of a project is used, for all kinds.
func (c *Client) Use(ctx context.Context, projectID string) ([]model.CredentialUse, error) {
	return items[model.CredentialUse](ctx, c, call{path: "/auth/usage/", query: projectQuery(projectID)})
}

// UseOf returns how much one credential is used, and from which addresses.
func (c *Client) UseOf(ctx context.Context, projectID, credentialID string) (model.CredentialUse, error) {
	return get[model.CredentialUse](ctx, c, call{path: "/auth/usage/" + segment(credentialID), query: projectQuery(projectID)})
}

func projectQuery(projectID string) map[string]string {
	if projectID == "" {
		return nil
	}
	return map[string]string{"project_id": projectID}
}
