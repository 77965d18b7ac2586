package server

import (
	"context"
	"net/http"

	"keydeck/backend"
	"keydeck/model"
)

// Projects and their members. The ids in these paths are not validated here: what is
// not a UUID looks exactly like a project that doesn't exist.

// paged makes the handler of a list.
func paged[T any](list func(context.Context, backend.Principal, model.PageRequest) (model.Page[T], error)) handler {
	return func(w *exchange, r *http.Request, p backend.Principal) error {
		in := check(w, r)
		page := in.page()
		if err := in.Err(); err != nil {
			return err
		}
		return w.ok(list(r.Context(), p, page))
	}
}

// POST /auth/projects/
func (s *Server) createProject(w *exchange, r *http.Request, p backend.Principal) error {
	in := check(w, r)
	name := in.body().Text("name", 1, model.MaxNameChars)
	if err := in.Err(); err != nil {
		return err
	}
	return w.created(s.backend.CreateProject(r.Context(), p, name))
}

// PATCH /auth/projects/{id}
func (s *Server) renameProject(w *exchange, r *http.Request, p backend.Principal) error {
	in := check(w, r)
	name := in.body().Text("name", 1, model.MaxNameChars)
	if err := in.Err(); err != nil {
		return err
	}
	return w.ok(s.backend.RenameProject(r.Context(), p, r.PathValue("id"), name))
}

// DELETE /auth/projects/{id}
func (s *Server) deleteProject(w *exchange, r *http.Request, p backend.Principal) error {
	return w.ok(s.backend.DeleteProject(r.Context(), p, r.PathValue("id")))
}

// GET /auth/projects/{id}/members/
func (s *Server) listMembers(w *exchange, r *http.Request, p backend.Principal) error {
	in := check(w, r)
	page := in.page()
	if err := in.Err(); err != nil {
		return err
	}
	return w.ok(s.backend.Members(r.Context(), p, r.PathValue("id"), page))
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
	return w.created(s.backend.AddMember(r.Context(), p, r.PathValue("id"), email, role))
}

// DELETE /auth/projects/{id}/members/{user_id}
func (s *Server) removeMember(w *exchange, r *http.Request, p backend.Principal) error {
	if err := s.backend.RemoveMember(r.Context(), p, r.PathValue("id"), r.PathValue("user_id")); err != nil {
		return err
	}
	return w.data(http.StatusOK, struct{}{})
}
