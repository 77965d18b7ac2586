package server

import (
	"net/http"

	"keydeck/backend"
)

// Traffic and use. project_id is a plain string, as in the request log: what is not
// a UUID looks exactly like a project that doesn't exist.

// GET /auth/overview
func (s *Server) overview(w *exchange, r *http.Request, p backend.Principal) error {
	project, _ := check(w, r).Query("project_id")
	return w.ok(s.backend.Overview(r.Context(), p, project))
}

// GET /auth/usage/
func (s *Server) listUse(w *exchange, r *http.Request, p backend.Principal) error {
	project, _ := check(w, r).Query("project_id")
	return w.ok(items(s.backend.Use(r.Context(), p, project)))
}

// GET /auth/usage/{credential_id}
func (s *Server) useOf(w *exchange, r *http.Request, p backend.Principal) error {
	in := check(w, r)
	id := in.PathUUID("credential_id")
	project, _ := in.Query("project_id")
	if err := in.Err(); err != nil {
		return err
	}
	return w.ok(s.backend.UseOf(r.Context(), p, project, id))
}
