package server

import (
	"net/http"
	"time"

	"keydeck/backend"
	"keydeck/model"
	"keydeck/server/pydantic"
)

// The credentials of a project. The routes of all kinds have the same shape; these
// functions make their handlers. param is the name of the id in the path.

func (s *Server) listKind(kind model.Kind) handler {
	return func(w *exchange, r *http.Request, p backend.Principal) error {
		in := check(w, r)
		page, project := in.page(), in.project()
		if err := in.Err(); err != nil {
			return err
		}
		return w.ok(s.backend.CredentialsOfKind(r.Context(), p, project, kind, page))
	}
}

func (s *Server) issue(kind model.Kind) handler {
	return func(w *exchange, r *http.Request, p backend.Principal) error {
		in := check(w, r)
		project, body := in.project(), in.body()
		spec := model.CredentialSpec{
			Name:          body.Text("name", 1, model.MaxNameChars),
			ExpiresInDays: body.OptionalInt("expires_in_days", model.MaxExpiresInDays),
			Scopes:        body.Strings("scopes", model.MaxScopes, model.MaxScopeChars),
		}
		if err := in.Err(); err != nil {
			return err
		}
		return w.created(s.backend.Issue(r.Context(), p, project, kind, spec))
	}
}

func (s *Server) revoke(kind model.Kind, param string) handler {
	return func(w *exchange, r *http.Request, p backend.Principal) error {
		in := check(w, r)
		id, project := in.PathUUID(param), in.project()
		if err := in.Err(); err != nil {
			return err
		}
		return w.ok(s.backend.Revoke(r.Context(), p, project, id, kind))
	}
}

func (s *Server) rotate(kind model.Kind, param string) handler {
	return func(w *exchange, r *http.Request, p backend.Principal) error {
		in := check(w, r)
		id, project := in.PathUUID(param), in.project()
		spec := model.RotateSpec{GraceSeconds: in.body().Int("grace_seconds", 0, 0, model.MaxGraceSeconds)}
		if err := in.Err(); err != nil {
			return err
		}
		return w.created(s.backend.Rotate(r.Context(), p, project, id, kind, spec))
	}
}

// update takes the expiry as expires_at or, as in POST, as expires_in_days.
func (s *Server) update(kind model.Kind, param string) handler {
	return func(w *exchange, r *http.Request, p backend.Principal) error {
		in := check(w, r)
		id, project := in.PathUUID(param), in.project()
		patch := keyPatch(in.body(), s.backend.Now())
		if err := in.Err(); err != nil {
			return err
		}
		return w.ok(s.backend.Update(r.Context(), p, project, id, kind, patch))
	}
}

func keyPatch(body *pydantic.Body, now time.Time) (patch model.CredentialPatch) {
	if body.Has("name") {
		patch.Name = model.Some(body.Text("name", 1, model.MaxNameChars))
	}
	if body.Has("scopes") {
		patch.Scopes = model.Null[[]string]()
		if scopes := body.Strings("scopes", model.MaxScopes, model.MaxScopeChars); scopes != nil {
			patch.Scopes = model.Some(scopes)
		}
	}
	if at, ok := body.OptionalTime("expires_at"); ok {
		patch.ExpiresAt = model.Optional[model.Time]{Set: true, Value: at}
	}
	if body.Has("expires_in_days") {
		if patch.ExpiresAt.Set {
			body.Reject("send expires_at or expires_in_days, not both")
		}
		patch.ExpiresAt = model.Null[model.Time]()
		if days := body.OptionalInt("expires_in_days", model.MaxExpiresInDays); days != nil {
			patch.ExpiresAt = model.Some(model.At(now.AddDate(0, 0, *days)))
		}
	}
	return patch
}

// POST /auth/jwt-secrets/{id}/sign
func (s *Server) signJWT(w *exchange, r *http.Request, p backend.Principal) error {
	in := check(w, r)
	id, project := in.PathUUID("id"), in.project()
	claims := in.body().Object("claims")
	if err := in.Err(); err != nil {
		return err
	}
	return w.ok(s.backend.SignJWT(r.Context(), p, project, id, claims))
}
