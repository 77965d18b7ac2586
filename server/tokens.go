package server

import (
	"net/http"

	"keydeck/backend"
	"keydeck/model"
)

// What the server says of tokens and of its own keys (api.md, section 6).

// POST /auth/tokens/inspect
func (s *Server) inspectToken(w *exchange, r *http.Request, p backend.Principal) error {
	in := check(w, r)
	ask := inspection(in.body())
	if err := in.err(); err != nil {
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

// inspection reads exactly one of token and authorization. One that is null is
// not there.
func inspection(body *bodyChecker) (ask model.InspectRequest) {
	given := func(name string) bool {
		v := body.find(name, false)
		return v != nil && v.kind != jsonNull
	}
	switch token, authorization := given("token"), given("authorization"); {
	case token && authorization:
		body.reject("send token or authorization, not both")
	case authorization:
		ask.Authorization = body.str("authorization", 1, 0)
	default:
		ask.Token = body.str("token", 1, 0)
	}
	return ask
}

// keyList has no pages: there are never more than a few server keys.
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

// jwksMaxAge is for how long a verifier may keep the key set. A next key is
// published for longer than that before it signs.
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
