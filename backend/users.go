package backend

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"keydeck/backend/store"
	"keydeck/model"
)

// loginOnly refuses a project's credential where a person must act.
func loginOnly(p Principal) error {
	if !p.IsLogin() {
		return model.Forbidden(model.ReasonWrongKind, "This needs a login, not a project's credential.")
	}
	return nil
}

// Me is the signed-in user.
func (b *Backend) Me(ctx context.Context, p Principal) (model.User, error) {
	if err := loginOnly(p); err != nil {
		return model.User{}, err
	}
	b.flushUsage(ctx)
	u, err := b.db.UserByID(ctx, p.UserID)
	if err != nil {
		return model.User{}, storeError(err, "user")
	}
	projects, _, err := b.db.Projects(ctx, p.UserID, model.PageRequest{Page: 1, Limit: model.MaxPageLimit})
	if err != nil {
		return model.User{}, storeError(err, "projects")
	}
	used, err := b.db.TokensUsed(ctx, p.UserID)
	if err != nil {
		return model.User{}, storeError(err, "usage")
	}
	out := model.User{
		ID: u.ID, Email: u.Email, FullName: u.FullName, IsActive: u.IsActive, IsSuperuser: u.IsSuperuser, IsVerified: u.IsVerified,
		Projects: []model.ProjectRef{}, CreatedAt: model.At(u.CreatedAt), UpdatedAt: model.At(u.UpdatedAt),
		Billing: model.Billing{TokenBalance: max(0, u.TokenGrant-used), TokensUsed: used, SubscriptionTier: u.Tier},
	}
	for _, project := range projects {
		out.Projects = append(out.Projects, model.ProjectRef{ID: project.ID, Name: project.Name})
	}
	return out, nil
}

// Sessions lists the user's logins that were not signed out, newest first.
func (b *Backend) Sessions(ctx context.Context, p Principal, page model.PageRequest) (model.Page[model.Session], error) {
	if err := loginOnly(p); err != nil {
		return model.Page[model.Session]{}, err
	}
	b.flushUsage(ctx)
	page = page.Normal()
	rows, total, err := b.db.Sessions(ctx, p.UserID, page)
	if err != nil {
		return model.Page[model.Session]{}, storeError(err, "sessions")
	}
	now := b.Now()
	items := make([]model.Session, 0, len(rows))
	for _, s := range rows {
		items = append(items, model.Session{
			ID: s.ID, IP: s.IP, UserAgent: s.UserAgent, IsCurrent: s.ID == p.CredentialID,
			IsActive: s.RevokedAt == nil && now.Before(s.ExpiresAt), LastUsedAt: model.AtOrNil(s.LastUsedAt),
			ExpiresAt: model.At(s.ExpiresAt), CreatedAt: model.At(s.CreatedAt), UpdatedAt: model.At(s.UpdatedAt),
		})
	}
	return model.NewPage(items, page, total), nil
}

// RevokeSession signs out one of the user's logins. Repeating it returns the time
// of the first call.
func (b *Backend) RevokeSession(ctx context.Context, p Principal, id string) (model.Revoked, error) {
	if err := loginOnly(p); err != nil {
		return model.Revoked{}, err
	}
	id, err := canonicalID(id, "Session")
	if err != nil {
		return model.Revoked{}, err
	}
	at, err := b.db.RevokeSession(ctx, b.by(p), p.UserID, id)
	if err != nil {
		return model.Revoked{}, storeError(err, "Session")
	}
	return model.Revoked{ID: id, DeactivatedAt: model.At(at)}, nil
}

// HasUsers reports whether anybody has ever signed in.
func (b *Backend) HasUsers(ctx context.Context) (bool, error) {
	has, err := b.db.HasUsers(ctx)
	return has, storeError(err, "users")
}

// canonicalID returns the canonical spelling of a UUID. Nothing else is ever an id,
// so it is CodeNotFound.
func canonicalID(id, what string) (string, error) {
	parsed, err := uuid.Parse(id)
	if err != nil {
		return "", model.NotFound(what)
	}
	return parsed.String(), nil
}

// conflict gives store.ErrConflict the message msg, and other errors the one of
// storeError.
func conflict(err error, what, msg string) error {
	if errors.Is(err, store.ErrConflict) {
		return &model.Error{Code: model.CodeConflict, Message: msg, Cause: err}
	}
	return storeError(err, what)
}
