package server

import (
	"cmp"
	"context"
	"net/http"
	"strings"

	"keydeck/backend"
	"keydeck/model"
	"keydeck/server/pydantic"
)

// Credentials of every kind.

// GET /auth/credentials/
func (s *Server) listCredentials(w *exchange, r *http.Request, p backend.Principal) error {
	in := check(w, r)
	f := model.CredentialFilter{
		Kind:  pydantic.QueryEnum(in.Request, "kind", "", model.CredentialKinds),
		State: pydantic.QueryEnum(in.Request, "state", "", model.CredentialStates),
		Sort:  pydantic.QueryEnum(in.Request, "sort", model.NewestFirst, model.CredentialSorts),
		Limit: min(in.QueryInt("limit", model.DefaultPageLimit, 1), model.MaxPageLimit),
	}
	f.Q, _ = in.Query("q")
	if cursor, ok := in.Query("cursor"); ok {
		if f.Cursor = cursor; !backend.ValidCursor(f.Sort, cursor) {
			in.RejectQuery("cursor", cursor, "this is not the next_cursor of a list with this sort")
		}
	}
	var err error
	if f.ProjectID, err = in.anyProject(); err != nil {
		return err
	}
	return w.ok(s.backend.Credentials(r.Context(), p, f))
}

// GET /auth/credentials/{id}
func (s *Server) credential(w *exchange, r *http.Request, p backend.Principal) error {
	in := check(w, r)
	id := in.PathUUID("id")
	project, err := in.anyProject()
	if err != nil {
		return err
	}
	return w.ok(s.backend.Credential(r.Context(), p, project, id))
}

// PATCH /auth/credentials/{id}
func (s *Server) editCredential(w *exchange, r *http.Request, p backend.Principal) error {
	in := check(w, r)
	id, body := in.PathUUID("id"), in.body()
	patch := keyPatch(body, s.backend.Now())
	patch.Note, patch.Owner = optionalText(body, "note", model.MaxNoteChars), optionalText(body, "owner", model.MaxNameChars)
	project, err := in.anyProject()
	if err != nil {
		return err
	}
	return w.ok(s.backend.EditCredential(r.Context(), p, project, id, patch))
}

// optionalText is a string that may be left out; null and "" empty it.
func optionalText(body *pydantic.Body, name string, most int) (text model.Optional[string]) {
	if body.Has(name) {
		text = model.Some("")
		if !body.IsNull(name) {
			text = model.Some(body.Text(name, 0, most))
		}
	}
	return text
}

// POST /auth/credentials/{id}/pause, POST /auth/credentials/{id}/resume
func (s *Server) pauseCredential(do func(ctx context.Context, p backend.Principal, project, id string) (model.Credential, error)) handler {
	return func(w *exchange, r *http.Request, p backend.Principal) error {
		in := check(w, r)
		id := in.PathUUID("id")
		project, err := in.anyProject()
		if err != nil {
			return err
		}
		return w.ok(do(r.Context(), p, project, id))
	}
}

// anyProject is the project that the header or project_id names, or "" for all that
// the caller may see. The error is also that of the other values.
func (in *input) anyProject() (string, error) {
	project, _ := in.Query("project_id")
	header, ok := in.OptionalHeader(projectHeader)
	if ok && project != "" && !strings.EqualFold(header, project) {
		in.RejectQuery("project_id", project, projectHeader+" names another project")
	}
	if err := in.Err(); err != nil {
		return "", err
	}
	if ok && header == "" {
		return "", model.NotFound("Project") // as where the header is required
	}
	return cmp.Or(header, project), nil
}
