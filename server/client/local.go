package client

import (
	"context"
	"net/http"

	"keydeck/model"
)

// Status, Mail and Stop exist on the socket only; over a URL they are
// model.CodeNotFound.

// Status is what the server says of itself.
func (c *Client) Status(ctx context.Context) (model.Status, error) {
	return get[model.Status](ctx, c, call{path: "/local/status", anonymous: true})
}

// Mail is the local mailbox, newest first.
func (c *Client) Mail(ctx context.Context) ([]model.Mail, error) {
	box, err := get[struct {
		Items []model.Mail `json:"items"`
	}](ctx, c, call{path: "/local/mail", anonymous: true})
	return box.Items, err
}

// Stop asks the server to end cleanly. It has stopped when its socket is gone.
func (c *Client) Stop(ctx context.Context) error {
	return c.do(ctx, call{method: http.MethodPost, path: "/local/stop", anonymous: true}, nil)
}
