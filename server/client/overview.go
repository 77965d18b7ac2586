package client

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"strings"
	"time"

	"keydeck/model"
)

// Overview summarises a project, or all of the user's projects for "".
func (c *Client) Overview(ctx context.Context, projectID string) (model.Overview, error) {
	return get[model.Overview](ctx, c, call{path: "/auth/overview", query: projectQuery(projectID)})
}

// Use returns how much each credential of a project is used, for all kinds.
func (c *Client) Use(ctx context.Context, projectID string) ([]model.CredentialUse, error) {
	list, err := get[struct {
		Items []model.CredentialUse `json:"items"`
	}](ctx, c, call{path: "/auth/usage/", query: projectQuery(projectID)})
	return list.Items, err
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

// Replayed is the answer to a replayed request.
type Replayed struct {
	Status int
	Header http.Header
	Body   []byte // at most maxReplay bytes; for an answer without an end, what arrived in time
	Took   time.Duration
}

const maxReplay = 64 << 10

// Again is a request to replay as somebody else would send it: with exactly the
// headers in Header, and with the kept login only if AsLogin is set.
type Again struct {
	Method, Path string
	Header       http.Header
	Body         []byte // JSON; nil for none
	AsLogin      bool
}

// Replay sends a logged request again with another credential and without a
// body. authorization is the whole value of the Authorization header, "" for
// none. Only methods that change nothing are allowed.
func (c *Client) Replay(ctx context.Context, method, path, authorization string) (Replayed, error) {
	if method != http.MethodGet && method != http.MethodHead && method != http.MethodOptions {
		return Replayed{}, &model.Error{Code: model.CodeInvalid, Message: "only GET, HEAD and OPTIONS can be sent again: the log keeps no bodies"}
	}
	header := http.Header{}
	if authorization != "" {
		header.Set("Authorization", authorization)
	}
	return c.SendAgain(ctx, Again{Method: method, Path: path, Header: header})
}

// SendAgain sends a request and returns the answer, whatever its status. Paths
// under /local/ are rejected: over the socket they act as the server's owner,
// and anybody can put such a path into the log.
func (c *Client) SendAgain(ctx context.Context, again Again) (Replayed, error) {
	if strings.HasPrefix(path.Clean("/"+strings.ToLower(again.Path))+"/", "/local/") {
		return Replayed{}, &model.Error{Code: model.CodeInvalid, Message: "what is under /local/ is the owner's, and is not sent again"}
	}
	req, err := http.NewRequestWithContext(ctx, again.Method, c.base, bytes.NewReader(again.Body))
	if err != nil {
		return Replayed{}, fmt.Errorf("make request: %w", err)
	}
	req.URL.Path, req.URL.RawPath = again.Path, ""
	for name, values := range again.Header {
		req.Header[name] = values
	}
	if again.Body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if again.AsLogin {
		session, err := c.freshSession(ctx)
		if err != nil {
			return Replayed{}, err
		}
		req.Header.Set("Authorization", "Bearer "+session.AccessToken)
	}
	req.Header.Set("User-Agent", c.agent+model.ReplayMark)
	began := time.Now()
	res, err := c.http.Do(req)
	if err != nil {
		return Replayed{}, errors.Join(&model.Error{Code: model.CodeUnavailable, Reason: model.ReasonUnavailable,
			Message: "no server answers at " + c.target, Cause: err}, ctx.Err())
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxReplay))
	took := time.Since(began)
	switch {
	case err == nil:
		_, _ = io.CopyN(io.Discard, res.Body, 4<<10) // so that the connection can be used again
	case !errors.Is(err, context.DeadlineExceeded):
		return Replayed{}, fmt.Errorf("read answer: %w", err)
	}
	return Replayed{Status: res.StatusCode, Header: res.Header, Body: body, Took: took}, nil
}
