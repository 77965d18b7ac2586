package server

import (
	"net/http"

	"keydeck/backend"
	"keydeck/model"
)

// Family C: signing in, and what belongs to the signed-in user (assets/doc/api.md,
// section 4.2).

// POST /auth/verification/send-code
func (s *Server) sendCode(w *exchange, r *http.Request, _ backend.Principal) error {
	in := check(w, r)
	email := in.body().Email("email")
	if err := in.Err(); err != nil {
		return err
	}
	if err := s.backend.SendCode(r.Context(), email, w.origin()); err != nil {
		return err
	}
	return w.data(http.StatusAccepted, struct{}{})
}

// POST /auth/verification/verify-code
func (s *Server) verifyCode(w *exchange, r *http.Request, _ backend.Principal) error {
	in := check(w, r)
	body := in.body()
	email, code := body.Email("email"), body.Text("code", 0, 0)
	if err := in.Err(); err != nil {
		return err
	}
	from := w.origin()
	from.UserAgent = model.CutText(model.MaskSecrets(r.UserAgent()), model.MaxLogUserAgent)
	return w.ok(s.backend.VerifyCode(r.Context(), email, code, from))
}

// POST /auth/verification/refresh-token
func (s *Server) refreshToken(w *exchange, r *http.Request, _ backend.Principal) error {
	in := check(w, r)
	body := in.body()
	refresh, user := body.Text("refresh_token", 0, 0), body.Text("user_uuid", 0, 0)
	if err := in.Err(); err != nil {
		return err
	}
	if err := boundTokens(refresh); err != nil {
		return err
	}
	w.principal.Kind = model.KindRefreshToken
	return w.ok(s.backend.RefreshToken(r.Context(), refresh, user, w.origin()))
}

// POST /auth/verification/revoke-token answers with a bare {}, as documented.
func (s *Server) revokeToken(w *exchange, r *http.Request, _ backend.Principal) error {
	in := check(w, r)
	refresh := in.body().Text("refresh_token", 0, 0)
	if err := in.Err(); err != nil {
		return err
	}
	if err := boundTokens(refresh); err != nil {
		return err
	}
	w.principal.Kind = model.KindRefreshToken
	if err := s.backend.RevokeToken(r.Context(), refresh, w.origin()); err != nil {
		return err
	}
	return w.json(http.StatusOK, jsonType, struct{}{})
}

// GET /auth/users/me
func (s *Server) me(w *exchange, r *http.Request, p backend.Principal) error {
	return w.ok(s.backend.Me(r.Context(), p))
}

// DELETE /auth/sessions/{id}
func (s *Server) revokeSession(w *exchange, r *http.Request, p backend.Principal) error {
	in := check(w, r)
	id := in.PathUUID("id")
	if err := in.Err(); err != nil {
		return err
	}
	return w.ok(s.backend.RevokeSession(r.Context(), p, id))
}
