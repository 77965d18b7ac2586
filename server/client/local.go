package client

import (
	"context"
	"net/http"

	"keydeck/model"
)

// Status, Mail and Stop exist on the socket only. Over a URL they fail with
// model.CodeNotFound.

// Status returns what the server reports about itself.
func (c *Client) Status(ctx context.Context) (model.Status, error) {
	return get[model.Status](ctx, c, call{path: "/local/status", anonymous: true})
}

// Mail lists the local mailbox, newest first.
func (c *Client) Mail(ctx context.Context) ([]model.Mail, error) {
	return items[model.Mail](ctx, c, call{path: "/local/mail", anonymous: true})
}

// Stop asks the server to shut down. It has stopped once its socket is gone.
func (c *Client) Stop(ctx context.Context) error {
	return c.do(ctx, call{method: http.MethodPost, path: "/local/stop", anonymous: true}, nil)
}
