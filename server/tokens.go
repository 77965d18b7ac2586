package server

import (
	"net/http"

	"keydeck/backend"
	"keydeck/model"
	"keydeck/server/pydantic"
)

// What the server says about tokens and about its own keys.

// POST /auth/tokens/inspect
func (s *Server) inspectToken(w *exchange, r *http.Request, p backend.Principal) error {
	in := check(w, r)
	ask := inspection(in.body())
	if err := in.Err(); err != nil {
		return err
	}
	if err := boundTokens(ask.Token, ask.Authorization); err != nil {
		return err
	}
	verdict, err := s.backend.Inspect(r.Context(), p, ask)
	if err != nil {
		return err
	}
	return w.data(http.StatusOK, verdict)
}

// POST /auth/tokens/trace
func (s *Server) traceToken(w *exchange, r *http.Request, p backend.Principal) error {
	in := check(w, r)
	ask := traced(in.body())
	if err := in.Err(); err != nil {
		return err
	}
	if err := boundTokens(ask.Token, ask.Authorization); err != nil {
		return err
	}
	trace, err := s.trace(r.Context(), p, ask)
	if err != nil {
		return err
	}
	return w.data(http.StatusOK, trace)
}

func traced(body *pydantic.Body) (ask model.TraceRequest) {
	switch only := body.OneOf("token", "authorization", "request_id"); only {
	case "authorization":
		ask.Authorization = body.Text(only, 1, 0)
	case "request_id":
		ask.RequestID = body.Text(only, 1, model.MaxRequestIDChars)
	default:
		ask.Token = body.Text("token", 1, 0)
	}
	return ask
}

// inspection reads token or authorization, whichever was sent.
func inspection(body *pydantic.Body) (ask model.InspectRequest) {
	switch only := body.OneOf("token", "authorization"); only {
	case "authorization":
		ask.Authorization = body.Text(only, 1, 0)
	default:
		ask.Token = body.Text("token", 1, 0)
	}
	return ask
}

// keyList is not paged: there are never more than a few server keys.
type keyList struct {
	Items []model.SigningKey `json:"items"`
}

// GET /auth/signing-keys/
func (s *Server) listSigningKeys(w *exchange, r *http.Request, p backend.Principal) error {
	keys, err := s.backend.SigningKeys(r.Context(), p)
	if err != nil {
		return err
	}
	return w.data(http.StatusOK, keyList{append([]model.SigningKey{}, keys...)})
}

// POST /auth/signing-keys/rotate
func (s *Server) rotateSigning(w *exchange, r *http.Request, p backend.Principal) error {
	keys, err := s.backend.RotateSigning(r.Context(), p)
	if err != nil {
		return err
	}
	return w.data(http.StatusOK, keyList{append([]model.SigningKey{}, keys...)})
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
