package client

import (
	"context"
	"net/http"

	"keydeck/model"
)

// SendCode asks for a sign-in code by e-mail. The answer is the same for every
// address.
func (c *Client) SendCode(ctx context.Context, email string) error {
	return c.do(ctx, call{method: http.MethodPost, path: "/auth/verification/send-code", anonymous: true,
		body: map[string]string{"email": email}}, nil)
}

// SignIn exchanges the code for a login and keeps it.
func (c *Client) SignIn(ctx context.Context, email, code string) error {
	var pair model.TokenPair
	err := c.do(ctx, call{method: http.MethodPost, path: "/auth/verification/verify-code", anonymous: true,
		body: map[string]string{"email": email, "code": code}}, &pair)
	if err != nil {
		return err
	}
	claims := accessClaims(pair.AccessToken)
	_, err = c.sessions.Update(ctx, func(*Session) (*Session, error) {
		return &Session{UserID: claims.Sub, Email: email, AccessToken: pair.AccessToken, RefreshToken: pair.RefreshToken}, nil
	})
	return err
}

// SignedIn returns the kept login's e-mail address, "" if there is none. It
// does not ask the server.
func (c *Client) SignedIn() (email string, err error) {
	s, err := c.sessions.Load()
	if err != nil || s == nil {
		return "", err
	}
	return s.Email, nil
}

// SignOut ends the login at the server and forgets it. If the server cannot be
// reached, the login is kept and SignOut returns an error.
func (c *Client) SignOut(ctx context.Context) error {
	_, err := c.sessions.Update(ctx, func(current *Session) (*Session, error) {
		if current == nil {
			return nil, nil
		}
		return nil, c.do(ctx, call{method: http.MethodPost, path: "/auth/verification/revoke-token", anonymous: true,
			body: map[string]string{"refresh_token": current.RefreshToken}}, nil)
	})
	return err
}

// Me is the signed-in user.
func (c *Client) Me(ctx context.Context) (model.User, error) {
	return get[model.User](ctx, c, call{path: "/auth/users/me"})
}
