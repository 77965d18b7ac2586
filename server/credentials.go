package server

import (
	"context"
	"net/http"
	"time"

	"keydeck/backend"
	"keydeck/model"
	"keydeck/server/pydantic"
)

// The credentials of a project: API keys, JWT secrets and key pairs. The routes of
// the three kinds have the same shape, so they share these functions.

func listCredentials[T any](w *exchange, r *http.Request, p backend.Principal,
	list func(context.Context, backend.Principal, string, model.PageRequest) (model.Page[T], error),
) error {
	in := check(w, r)
	page, project := in.page(), in.project()
	if err := in.Err(); err != nil {
		return err
	}
	items, err := list(r.Context(), p, project, page)
	if err != nil {
		return err
	}
	return w.data(http.StatusOK, items)
}

func createCredential[T any](w *exchange, r *http.Request, p backend.Principal,
	create func(context.Context, backend.Principal, string, model.CredentialSpec) (T, error),
) error {
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
	made, err := create(r.Context(), p, project, spec)
	if err != nil {
		return err
	}
	return w.data(http.StatusCreated, made)
}

func revokeCredential(w *exchange, r *http.Request, p backend.Principal, param string,
	revoke func(context.Context, backend.Principal, string, string) (model.Revoked, error),
) error {
	in := check(w, r)
	id, project := in.PathUUID(param), in.project()
	if err := in.Err(); err != nil {
		return err
	}
	revoked, err := revoke(r.Context(), p, project, id)
	if err != nil {
		return err
	}
	return w.data(http.StatusOK, revoked)
}

func rotateCredential[T any](w *exchange, r *http.Request, p backend.Principal, param string,
	rotate func(context.Context, backend.Principal, string, string, model.RotateSpec) (T, error),
) error {
	in := check(w, r)
	id, project := in.PathUUID(param), in.project()
	spec := model.RotateSpec{GraceSeconds: in.body().Int("grace_seconds", 0, 0, model.MaxGraceSeconds)}
	if err := in.Err(); err != nil {
		return err
	}
	made, err := rotate(r.Context(), p, project, id, spec)
	if err != nil {
		return err
	}
	return w.data(http.StatusCreated, made)
}

// GET /auth/api-keys/
func (s *Server) listAPIKeys(w *exchange, r *http.Request, p backend.Principal) error {
	return listCredentials(w, r, p, s.backend.APIKeys)
}

// POST /auth/api-keys/
func (s *Server) createAPIKey(w *exchange, r *http.Request, p backend.Principal) error {
	return createCredential(w, r, p, s.backend.CreateAPIKey)
}

// PATCH /auth/api-keys/{key_id}. The expiry is sent as expires_at or, as in POST, as
// expires_in_days.
func (s *Server) updateAPIKey(w *exchange, r *http.Request, p backend.Principal) error {
	in := check(w, r)
	id, project := in.PathUUID("key_id"), in.project()
	patch := keyPatch(in.body(), s.backend.Now())
	if err := in.Err(); err != nil {
		return err
	}
	key, err := s.backend.UpdateAPIKey(r.Context(), p, project, id, patch)
	if err != nil {
		return err
	}
	return w.data(http.StatusOK, key)
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

// DELETE /auth/api-keys/{key_id}
func (s *Server) revokeAPIKey(w *exchange, r *http.Request, p backend.Principal) error {
	return revokeCredential(w, r, p, "key_id", s.backend.RevokeAPIKey)
}

// POST /auth/api-keys/{key_id}/rotate
func (s *Server) rotateAPIKey(w *exchange, r *http.Request, p backend.Principal) error {
	return rotateCredential(w, r, p, "key_id", s.backend.RotateAPIKey)
}

// GET /auth/jwt-secrets/
func (s *Server) listJWTSecrets(w *exchange, r *http.Request, p backend.Principal) error {
	return listCredentials(w, r, p, s.backend.JWTSecrets)
}

// POST /auth/jwt-secrets/
func (s *Server) createJWTSecret(w *exchange, r *http.Request, p backend.Principal) error {
	return createCredential(w, r, p, s.backend.CreateJWTSecret)
}

// DELETE /auth/jwt-secrets/{id}
func (s *Server) revokeJWTSecret(w *exchange, r *http.Request, p backend.Principal) error {
	return revokeCredential(w, r, p, "id", s.backend.RevokeJWTSecret)
}

// POST /auth/jwt-secrets/{id}/rotate
func (s *Server) rotateJWTSecret(w *exchange, r *http.Request, p backend.Principal) error {
	return rotateCredential(w, r, p, "id", s.backend.RotateJWTSecret)
}

// POST /auth/jwt-secrets/{id}/sign
func (s *Server) signJWT(w *exchange, r *http.Request, p backend.Principal) error {
	in := check(w, r)
	id, project := in.PathUUID("id"), in.project()
	claims := in.body().Object("claims")
	if err := in.Err(); err != nil {
		return err
	}
	signed, err := s.backend.SignJWT(r.Context(), p, project, id, claims)
	if err != nil {
		return err
	}
	return w.data(http.StatusOK, signed)
}

// GET /auth/key-pairs/
func (s *Server) listKeyPairs(w *exchange, r *http.Request, p backend.Principal) error {
	return listCredentials(w, r, p, s.backend.KeyPairs)
}

// POST /auth/key-pairs/
func (s *Server) createKeyPair(w *exchange, r *http.Request, p backend.Principal) error {
	return createCredential(w, r, p, s.backend.CreateKeyPair)
}

// DELETE /auth/key-pairs/{id}
func (s *Server) revokeKeyPair(w *exchange, r *http.Request, p backend.Principal) error {
	return revokeCredential(w, r, p, "id", s.backend.RevokeKeyPair)
}

// POST /auth/key-pairs/{id}/rotate
func (s *Server) rotateKeyPair(w *exchange, r *http.Request, p backend.Principal) error {
	return rotateCredential(w, r, p, "id", s.backend.RotateKeyPair)
}
