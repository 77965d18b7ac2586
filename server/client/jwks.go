package client

import (
	"context"
	"io"
	"net/http"

	"keydeck/model"
)

// JWKS returns the server's published key set (RFC 7517, section 5) as the
// server sent it. It needs no login.
func (c *Client) JWKS(ctx context.Context) ([]byte, error) {
	res, err := c.send(ctx, call{method: http.MethodGet, path: "/.well-known/jwks.json"}, "")
	if err != nil {
		return nil, err
	}
	defer drain(res)
	if res.StatusCode != http.StatusOK {
		return nil, readError(res)
	}
	raw, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return nil, &model.Error{Code: model.CodeInternal, Message: "the server's answer could not be read", Cause: err}
	}
	return raw, nil
}
