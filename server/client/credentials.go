package client

import (
	"context"
	"net/http"
	"time"

	"keydeck/model"
)

// Credential is what the three kinds of credentials have in common. Its texts are
// as the server sent them, and it holds no secret.
type Credential struct {
	Kind              model.Kind
	ID, Name          string
	Masked            string // the key or secret, masked; of a key pair the API key
	Scopes            []string
	Active            bool
	LastUsed, Expires *model.Time
	Created, Updated  model.Time
}

func ofAPIKey(k model.APIKey) Credential {
	return Credential{model.KindAPIKey, k.ID, k.Name, k.FullKey, k.Scopes, k.IsActive, k.LastUsedAt, k.ExpiresAt, k.CreatedAt, k.UpdatedAt}
}

func ofJWTSecret(k model.JWTSecret) Credential {
	return Credential{model.KindJWTSecret, k.ID, k.Name, k.Secret, k.Scopes, k.IsActive, k.LastUsedAt, k.ExpiresAt, k.CreatedAt, k.UpdatedAt}
}

func ofKeyPair(k model.KeyPair) Credential {
	return Credential{model.KindKeyPair, k.ID, k.Name, k.APIKey, k.Scopes, k.IsActive, k.LastUsedAt, k.ExpiresAt, k.CreatedAt, k.UpdatedAt}
}

// Credentials are credentials of a project as the API lists them: by kind, newest
// first.
type Credentials struct {
	APIKeys    []model.APIKey    `json:"api_keys,omitempty"`
	JWTSecrets []model.JWTSecret `json:"jwt_secrets,omitempty"`
	KeyPairs   []model.KeyPair   `json:"key_pairs,omitempty"`
}

// All returns the credentials of all kinds: API keys, JWT secrets, key pairs.
func (l Credentials) All() []Credential {
	out := make([]Credential, 0, len(l.APIKeys)+len(l.JWTSecrets)+len(l.KeyPairs))
	for _, k := range l.APIKeys {
		out = append(out, ofAPIKey(k))
	}
	for _, k := range l.JWTSecrets {
		out = append(out, ofJWTSecret(k))
	}
	for _, k := range l.KeyPairs {
		out = append(out, ofKeyPair(k))
	}
	return out
}

// Credentials lists a project's credentials of one kind, or of all kinds for "".
func (c *Client) Credentials(ctx context.Context, projectID string, kind model.Kind) (l Credentials, err error) {
	if kind == "" || kind == model.KindAPIKey {
		l.APIKeys, err = listCredentials[model.APIKey](ctx, c, projectID, model.KindAPIKey)
	}
	if err == nil && (kind == "" || kind == model.KindJWTSecret) {
		l.JWTSecrets, err = listCredentials[model.JWTSecret](ctx, c, projectID, model.KindJWTSecret)
	}
	if err == nil && (kind == "" || kind == model.KindKeyPair) {
		l.KeyPairs, err = listCredentials[model.KeyPair](ctx, c, projectID, model.KindKeyPair)
	}
	return l, err
}

func listCredentials[T any](ctx context.Context, c *Client, projectID string, kind model.Kind) ([]T, error) {
	return All(ctx, func(ctx context.Context, page model.PageRequest) (model.Page[T], error) {
		return get[model.Page[T]](ctx, c, call{path: credentialPaths[kind], project: projectID, query: pageQuery(page)})
	})
}

// credentialPaths are the routes of the kinds, which have the same shape.
var credentialPaths = map[model.Kind]string{
	model.KindAPIKey:    "/auth/api-keys/",
	model.KindJWTSecret: "/auth/jwt-secrets/",
	model.KindKeyPair:   "/auth/key-pairs/",
}

// Issued is a new credential. Only this answer has its secrets: of a key pair the
// API key and the secret key, of the other kinds one.
type Issued struct {
	Credential
	Secrets []string
	Answer  any // model.APIKey, model.JWTSecret or model.KeyPair
}

// Issue issues a credential of the kind.
func (c *Client) Issue(ctx context.Context, projectID string, kind model.Kind, spec model.CredentialSpec) (Issued, error) {
	return c.issue(ctx, kind, call{method: http.MethodPost, path: credentialPaths[kind], project: projectID, body: spec})
}

// Rotate issues a successor of the same kind; the old credential ends after the
// grace period.
func (c *Client) Rotate(ctx context.Context, projectID string, kind model.Kind, id string, grace time.Duration) (Issued, error) {
	return c.issue(ctx, kind, call{method: http.MethodPost, path: credentialPaths[kind] + segment(id) + "/rotate", project: projectID,
		body: model.RotateSpec{GraceSeconds: int(grace / time.Second)}})
}

func (c *Client) issue(ctx context.Context, kind model.Kind, in call) (Issued, error) {
	switch kind {
	case model.KindJWTSecret:
		k, err := get[model.JWTSecret](ctx, c, in)
		return newlyIssued(ofJWTSecret(k), k, k.Secret), err
	case model.KindKeyPair:
		k, err := get[model.KeyPair](ctx, c, in)
		return newlyIssued(ofKeyPair(k), k, k.APIKey, k.SecretKey), err
	}
	k, err := get[model.APIKey](ctx, c, in)
	return newlyIssued(ofAPIKey(k), k, k.FullKey), err
}

func newlyIssued(of Credential, answer any, secrets ...string) Issued {
	of.Masked = ""
	return Issued{of, secrets, answer}
}

// Revoke revokes a credential and everything made with it: the JWTs signed with a
// JWT secret, the session keys of a key pair. Revoking it again returns the time
// of the first revocation.
func (c *Client) Revoke(ctx context.Context, projectID string, kind model.Kind, id string) (model.Revoked, error) {
	return get[model.Revoked](ctx, c, call{method: http.MethodDelete, path: credentialPaths[kind] + segment(id), project: projectID})
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
	return get[model.SignedToken](ctx, c, call{method: http.MethodPost, path: credentialPaths[model.KindJWTSecret] + segment(id) + "/sign", project: projectID, body: in})
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
