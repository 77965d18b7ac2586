package client

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"keydeck/model"
)

// Credentials lists credentials of every kind, masked. It reads all pages.
func (c *Client) Credentials(ctx context.Context, f model.CredentialFilter) ([]model.Credential, error) {
	f.Limit = model.MaxPageLimit
	return c.credentialsWhile(ctx, f, func(*model.Credential) bool { return true })
}

// CredentialsSince lists a project's credentials that were issued or changed at a
// time or later, the last changed first. It reads as many pages as these fill.
func (c *Client) CredentialsSince(ctx context.Context, projectID string, since time.Time) ([]model.Credential, error) {
	f := model.CredentialFilter{ProjectID: projectID, Sort: "-updated_at", Limit: 100}
	return c.credentialsWhile(ctx, f, func(cr *model.Credential) bool { return !cr.UpdatedAt.Before(since) })
}

func (c *Client) credentialsWhile(ctx context.Context, f model.CredentialFilter, wanted func(*model.Credential) bool) ([]model.Credential, error) {
	items := []model.Credential{}
	for {
		page, err := get[model.CredentialPage](ctx, c, call{path: "/auth/credentials/", query: f.Query()})
		if err != nil {
			return nil, err
		}
		for i := range page.Items {
			if !wanted(&page.Items[i]) {
				return items, nil
			}
			items = append(items, page.Items[i])
		}
		if page.Pagination.NextCursor == nil {
			return items, nil
		}
		f.Cursor = *page.Pagination.NextCursor
	}
}

// pathOf is the collection of a kind of credential.
func pathOf(kind model.Kind) string { return "/auth/" + kind.Spec().Collection + "/" }

// Issue issues a credential of the kind. Only its answer has the secrets.
func (c *Client) Issue(ctx context.Context, projectID string, kind model.Kind, spec model.CredentialSpec) (model.IssuedCredential, error) {
	return c.issue(ctx, kind, call{method: http.MethodPost, path: pathOf(kind), project: projectID, body: spec})
}

// Rotate issues a successor of the same kind; the old credential ends after the
// grace period.
func (c *Client) Rotate(ctx context.Context, projectID string, kind model.Kind, id string, grace time.Duration) (model.IssuedCredential, error) {
	return c.issue(ctx, kind, call{method: http.MethodPost, path: pathOf(kind) + segment(id) + "/rotate", project: projectID,
		body: model.RotateSpec{GraceSeconds: int(grace / time.Second)}})
}

func (c *Client) issue(ctx context.Context, kind model.Kind, in call) (model.IssuedCredential, error) {
	out, err := get[model.IssuedCredential](ctx, c, in)
	if err == nil && out.Kind != kind {
		err = fmt.Errorf("read the new credential: it is no %s", kind.Name())
	}
	out.ProjectID = in.project
	return out, err
}

// Credential reads one credential.
func (c *Client) Credential(ctx context.Context, id string) (model.Credential, error) {
	return get[model.Credential](ctx, c, call{path: "/auth/credentials/" + segment(id)})
}

// Edit changes what the patch sets of a credential.
func (c *Client) Edit(ctx context.Context, id string, patch model.CredentialPatch) (model.Credential, error) {
	return get[model.Credential](ctx, c, call{method: http.MethodPatch, path: "/auth/credentials/" + segment(id), body: patch})
}

// Pause has a credential refused until it is resumed, or resumes it.
func (c *Client) Pause(ctx context.Context, id string, pause bool) (model.Credential, error) {
	verb := "/resume"
	if pause {
		verb = "/pause"
	}
	return get[model.Credential](ctx, c, call{method: http.MethodPost, path: "/auth/credentials/" + segment(id) + verb})
}

// Revoke revokes a credential and everything made with it: the JWTs signed with a
// JWT secret, the session keys of a key pair. Revoking it again returns the time
// of the first revocation.
func (c *Client) Revoke(ctx context.Context, projectID string, kind model.Kind, id string) (model.Revoked, error) {
	return get[model.Revoked](ctx, c, call{method: http.MethodDelete, path: pathOf(kind) + segment(id), project: projectID})
}

// Inspect asks for the server's verdict on a credential of any kind.
func (c *Client) Inspect(ctx context.Context, in model.InspectRequest) (model.Inspection, error) {
	return get[model.Inspection](ctx, c, call{method: http.MethodPost, path: "/auth/tokens/inspect", body: in})
}

// Trace asks how the server would answer a credential on each route, or why it
// answered a logged request as it did.
func (c *Client) Trace(ctx context.Context, in model.TraceRequest) (model.Trace, error) {
	return get[model.Trace](ctx, c, call{method: http.MethodPost, path: "/auth/tokens/trace", body: in})
}

// SignJWT signs claims, a JSON object, with one of the project's JWT secrets.
func (c *Client) SignJWT(ctx context.Context, projectID, id string, in model.SignRequest) (model.SignedToken, error) {
	return get[model.SignedToken](ctx, c, call{method: http.MethodPost, path: "/auth/jwt-secrets/" + segment(id) + "/sign", project: projectID, body: in})
}

// Routes lists how every route takes a credential.
func (c *Client) Routes(ctx context.Context) ([]model.Route, error) {
	return items[model.Route](ctx, c, call{path: "/auth/routes/"})
}

// SigningKeys lists the server's RS512 keys.
func (c *Client) SigningKeys(ctx context.Context) ([]model.SigningKey, error) {
	return items[model.SigningKey](ctx, c, call{path: "/auth/signing-keys/"})
}

// RotateSigning makes the next signing key the active one. Only superusers may.
func (c *Client) RotateSigning(ctx context.Context) ([]model.SigningKey, error) {
	return items[model.SigningKey](ctx, c, call{method: http.MethodPost, path: "/auth/signing-keys/rotate"})
}
