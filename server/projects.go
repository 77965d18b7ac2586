package server

import (
	"net/http"

	"keydeck/backend"
	"keydeck/model"
)

// Projects and their members. The ids in these paths are not validated here: what is
// not a UUID looks exactly like a project that doesn't exist.

// GET /auth/projects/
func (s *Server) listProjects(w *exchange, r *http.Request, p backend.Principal) error {
	in := check(w, r)
	page := in.page()
	if err := in.Err(); err != nil {
		return err
	}
	projects, err := s.backend.Projects(r.Context(), p, page)
	if err != nil {
		return err
	}
	return w.data(http.StatusOK, projects)
}

// POST /auth/projects/
func (s *Server) createProject(w *exchange, r *http.Request, p backend.Principal) error {
	in := check(w, r)
	name := in.body().Text("name", 1, model.MaxNameChars)
	if err := in.Err(); err != nil {
		return err
	}
	project, err := s.backend.CreateProject(r.Context(), p, name)
	if err != nil {
		return err
	}
	return w.data(http.StatusCreated, project)
}

// PATCH /auth/projects/{id}
func (s *Server) renameProject(w *exchange, r *http.Request, p backend.Principal) error {
	in := check(w, r)
	name := in.body().Text("name", 1, model.MaxNameChars)
	if err := in.Err(); err != nil {
		return err
	}
	project, err := s.backend.RenameProject(r.Context(), p, r.PathValue("id"), name)
	if err != nil {
		return err
	}
	return w.data(http.StatusOK, project)
}

// DELETE /auth/projects/{id}
func (s *Server) deleteProject(w *exchange, r *http.Request, p backend.Principal) error {
	revoked, err := s.backend.DeleteProject(r.Context(), p, r.PathValue("id"))
	if err != nil {
		return err
	}
	return w.data(http.StatusOK, revoked)
}

// GET /auth/projects/{id}/members/
func (s *Server) listMembers(w *exchange, r *http.Request, p backend.Principal) error {
	in := check(w, r)
	page := in.page()
	if err := in.Err(); err != nil {
		return err
	}
	members, err := s.backend.Members(r.Context(), p, r.PathValue("id"), page)
	if err != nil {
		return err
	}
	return w.data(http.StatusOK, members)
}

// POST /auth/projects/{id}/members/
func (s *Server) addMember(w *exchange, r *http.Request, p backend.Principal) error {
	in := check(w, r)
	body := in.body()
	email := body.Email("email")
	role := model.Role(body.Enum("role", string(model.RoleMember), string(model.RoleOwner), string(model.RoleMember), string(model.RoleViewer)))
	if err := in.Err(); err != nil {
		return err
	}
	member, err := s.backend.AddMember(r.Context(), p, r.PathValue("id"), email, role)
	if err != nil {
		return err
	}
	return w.data(http.StatusCreated, member)
}

// DELETE /auth/projects/{id}/members/{user_id}
func (s *Server) removeMember(w *exchange, r *http.Request, p backend.Principal) error {
	if err := s.backend.RemoveMember(r.Context(), p, r.PathValue("id"), r.PathValue("user_id")); err != nil {
		return err
	}
	return w.data(http.StatusOK, struct{}{})
}
