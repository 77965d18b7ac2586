package server

import (
	"net/http"

	"keydeck/backend"
	"keydeck/model"
)

// What the server says about tokens and about its own keys.

// POST /auth/tokens/inspect
func (s *Server) inspectToken(w *exchange, r *http.Request, p backend.Principal) error {
	in := check(w, r)
	ask, err := presented(in, "token", "authorization")
	if err != nil {
		return err
	}
	return w.ok(s.backend.Inspect(r.Context(), p, model.InspectRequest{Token: ask.Token, Authorization: ask.Authorization}))
}

// POST /auth/tokens/trace
func (s *Server) traceToken(w *exchange, r *http.Request, p backend.Principal) error {
	in := check(w, r)
	ask, err := presented(in, "token", "authorization", "request_id")
	if err != nil {
		return err
	}
	return w.ok(s.trace(r.Context(), p, ask))
}

// presented reads the one of the members that was sent.
func presented(in *input, members ...string) (ask model.TraceRequest, err error) {
	body := in.body()
	switch only := body.OneOf(members...); only {
	case "authorization":
		ask.Authorization = body.Text(only, 1, 0)
	case "request_id":
		ask.RequestID = body.Text(only, 1, model.MaxRequestIDChars)
	default:
		ask.Token = body.Text("token", 1, 0)
	}
	if err := in.Err(); err != nil {
		return ask, err
	}
	return ask, boundTokens(ask.Token, ask.Authorization)
}

// items is the answer of a list without pages.
func items[T any](list []T, err error) (any, error) {
	return struct {
		Items []T `json:"items"`
	}{list}, err
}

// GET /auth/signing-keys/
func (s *Server) listSigningKeys(w *exchange, r *http.Request, p backend.Principal) error {
	return w.ok(items(s.backend.SigningKeys(r.Context(), p)))
}

// POST /auth/signing-keys/rotate
func (s *Server) rotateSigning(w *exchange, r *http.Request, p backend.Principal) error {
	return w.ok(items(s.backend.RotateSigning(r.Context(), p)))
}

// jwksMaxAge says how long a verifier may cache the key set. A new key is published
// for longer than that before it signs.
const jwksMaxAge = "public, max-age=300"

// GET /.well-known/jwks.json
func (s *Server) jwks(w *exchange, r *http.Request, _ backend.Principal) error {
	set, err := s.backend.JWKS(r.Context())
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", jwksMaxAge)
	return w.json(http.StatusOK, jsonType, set)
}
