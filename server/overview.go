package server

import (
	"net/http"

	"keydeck/backend"
	"keydeck/model"
)

// What is going on (api.md, section 6). project_id is a string, as in the request
// log: what is no UUID looks exactly like a project that does not exist.

// GET /auth/overview
func (s *Server) overview(w *exchange, r *http.Request, p backend.Principal) error {
	project, _ := check(w, r).Query("project_id")
	o, err := s.backend.Overview(r.Context(), p, project)
	if err != nil {
		return err
	}
	return w.data(http.StatusOK, o)
}

// GET /auth/usage/
func (s *Server) listUse(w *exchange, r *http.Request, p backend.Principal) error {
	project, _ := check(w, r).Query("project_id")
	items, err := s.backend.Use(r.Context(), p, project)
	if err != nil {
		return err
	}
	return w.data(http.StatusOK, struct {
		Items []model.CredentialUse `json:"items"`
	}{items})
}

// GET /auth/usage/{credential_id}
func (s *Server) useOf(w *exchange, r *http.Request, p backend.Principal) error {
	in := check(w, r)
	id := in.PathUUID("credential_id")
	project, _ := in.Query("project_id")
	if err := in.Err(); err != nil {
		return err
	}
	use, err := s.backend.UseOf(r.Context(), p, project, id)
	if err != nil {
		return err
	}
	return w.data(http.StatusOK, use)
}
