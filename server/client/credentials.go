package client

import (
	"context"
	"net/http"
	"time"

	"keydeck/model"
)

// The routes of the three kinds of credentials have the same shape.
const (
	apiKeys    = "/auth/api-keys/"
	jwtSecrets = "/auth/jwt-secrets/"
	keyPairs   = "/auth/key-pairs/"
)

// APIKeys lists a project's API keys, newest first, masked.
func (c *Client) APIKeys(ctx context.Context, projectID string, page model.PageRequest) (model.Page[model.APIKey], error) {
	return get[model.Page[model.APIKey]](ctx, c, call{path: apiKeys, project: projectID, query: pageQuery(page)})
}

// CreateAPIKey issues a key. Only this answer has the whole key.
func (c *Client) CreateAPIKey(ctx context.Context, projectID string, spec model.CredentialSpec) (model.APIKey, error) {
	return get[model.APIKey](ctx, c, call{method: http.MethodPost, path: apiKeys, project: projectID, body: spec})
}

// UpdateAPIKey changes a key's name, scopes or expiry.
func (c *Client) UpdateAPIKey(ctx context.Context, projectID, id string, patch model.CredentialPatch) (model.APIKey, error) {
	return get[model.APIKey](ctx, c, call{method: http.MethodPatch, path: apiKeys + segment(id), project: projectID, body: patch})
}

// RevokeAPIKey revokes a key. Revoking it again returns the time of the first
// revocation.
func (c *Client) RevokeAPIKey(ctx context.Context, projectID, id string) (model.Revoked, error) {
	return get[model.Revoked](ctx, c, call{method: http.MethodDelete, path: apiKeys + segment(id), project: projectID})
}

// JWTSecrets lists a project's JWT secrets, newest first, masked.
func (c *Client) JWTSecrets(ctx context.Context, projectID string, page model.PageRequest) (model.Page[model.JWTSecret], error) {
	return get[model.Page[model.JWTSecret]](ctx, c, call{path: jwtSecrets, project: projectID, query: pageQuery(page)})
}

// CreateJWTSecret issues a JWT secret. Only this answer has the whole secret.
func (c *Client) CreateJWTSecret(ctx context.Context, projectID string, spec model.CredentialSpec) (model.JWTSecret, error) {
	return get[model.JWTSecret](ctx, c, call{method: http.MethodPost, path: jwtSecrets, project: projectID, body: spec})
}

// RevokeJWTSecret revokes a JWT secret and every JWT signed with it.
func (c *Client) RevokeJWTSecret(ctx context.Context, projectID, id string) (model.Revoked, error) {
	return get[model.Revoked](ctx, c, call{method: http.MethodDelete, path: jwtSecrets + segment(id), project: projectID})
}

// KeyPairs lists a project's key pairs, newest first, masked.
func (c *Client) KeyPairs(ctx context.Context, projectID string, page model.PageRequest) (model.Page[model.KeyPair], error) {
	return get[model.Page[model.KeyPair]](ctx, c, call{path: keyPairs, project: projectID, query: pageQuery(page)})
}

// CreateKeyPair issues a pair. Only this answer has both whole keys.
func (c *Client) CreateKeyPair(ctx context.Context, projectID string, spec model.CredentialSpec) (model.KeyPair, error) {
	return get[model.KeyPair](ctx, c, call{method: http.MethodPost, path: keyPairs, project: projectID, body: spec})
}

// RevokeKeyPair revokes a pair and every session key made from it.
func (c *Client) RevokeKeyPair(ctx context.Context, projectID, id string) (model.Revoked, error) {
	return get[model.Revoked](ctx, c, call{method: http.MethodDelete, path: keyPairs + segment(id), project: projectID})
}

// RotateAPIKey issues a successor; the old key ends after the grace period.
// Only this answer has the whole new key.
func (c *Client) RotateAPIKey(ctx context.Context, projectID, id string, grace time.Duration) (model.APIKey, error) {
	return get[model.APIKey](ctx, c, rotation(apiKeys, projectID, id, grace))
}

// RotateJWTSecret is RotateAPIKey for JWT secrets.
func (c *Client) RotateJWTSecret(ctx context.Context, projectID, id string, grace time.Duration) (model.JWTSecret, error) {
	return get[model.JWTSecret](ctx, c, rotation(jwtSecrets, projectID, id, grace))
}

// RotateKeyPair is RotateAPIKey for key pairs.
func (c *Client) RotateKeyPair(ctx context.Context, projectID, id string, grace time.Duration) (model.KeyPair, error) {
	return get[model.KeyPair](ctx, c, rotation(keyPairs, projectID, id, grace))
}

func rotation(kind, projectID, id string, grace time.Duration) call {
	return call{method: http.MethodPost, path: kind + segment(id) + "/rotate", project: projectID,
		body: model.RotateSpec{GraceSeconds: int(grace / time.Second)}}
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
	return get[model.SignedToken](ctx, c, call{method: http.MethodPost, path: jwtSecrets + segment(id) + "/sign", project: projectID, body: in})
}

// keyList is the only list without pages: it never has more than a few items.
type keyList struct {
	Items []model.SigningKey `json:"items"`
}

// SigningKeys lists the server's RS512 keys.
func (c *Client) SigningKeys(ctx context.Context) ([]model.SigningKey, error) {
	list, err := get[keyList](ctx, c, call{path: "/auth/signing-keys/"})
	return list.Items, err
}

// RotateSigning makes the next signing key the active one. Only superusers may.
func (c *Client) RotateSigning(ctx context.Context) ([]model.SigningKey, error) {
	list, err := get[keyList](ctx, c, call{method: http.MethodPost, path: "/auth/signing-keys/rotate"})
	return list.Items, err
}
