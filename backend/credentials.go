package backend

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"keydeck/backend/store"
	"keydeck/model"
)

// nameOf is the name of a kind at the beginning of a sentence: "Key pair".
func nameOf(kind model.Kind) string {
	name := kind.Name()
	return strings.ToUpper(name[:1]) + name[1:]
}

// mayRead allows reading to a login with any role in the project, and for a kind that
// keys manage also to a credential of that project. It returns the project's id and
// account.
func (b *Backend) mayRead(ctx context.Context, p Principal, projectID string, kind model.Kind) (store.Project, error) {
	return b.mayUse(ctx, p, projectID, kind, model.RoleViewer)
}

// mayWrite is mayRead, but a login must be a member or an owner, and a credential
// must have the scope keys:write.
func (b *Backend) mayWrite(ctx context.Context, p Principal, projectID string, kind model.Kind) (store.Project, error) {
	return b.mayUse(ctx, p, projectID, kind, model.RoleMember)
}

func (b *Backend) mayUse(ctx context.Context, p Principal, projectID string, kind model.Kind, need model.Role) (store.Project, error) {
	if p.IsLogin() || !kind.Spec().ByKey {
		return b.projectFor(ctx, p, projectID, need)
	}
	id, err := ownProject(p, projectID)
	if err != nil {
		return store.Project{}, err
	}
	if need != model.RoleViewer {
		err = p.MayWriteKeys()
	}
	return store.Project{ID: id, AccountID: p.AccountID}, err
}

// ownProject is the id of the project of a project's credential. Every other is
// CodeNotFound.
func ownProject(p Principal, projectID string) (string, error) {
	id, err := canonicalID(projectID, project)
	if err == nil && id != p.ProjectID {
		err = model.NotFound(project)
	}
	return id, err
}

// validScopes allows what RFC 6749, section 3.3 allows in a scope token, so that a
// list fits into the space-separated scope claim of a service token.
func validScopes(scopes []string) error {
	if len(scopes) > model.MaxScopes {
		return model.Invalid("scopes", "There are at most 64 scopes.")
	}
	for _, s := range scopes {
		if s == "" || len(s) > model.MaxScopeChars {
			return model.Invalid("scopes", "A scope has 1 to 100 characters.")
		}
		for i := range len(s) {
			if c := s[i]; c <= 0x20 || c >= 0x7f || c == '"' || c == '\\' {
				return model.Invalid("scopes", "A scope is made of visible ASCII characters without space, quote and backslash.")
			}
		}
	}
	return nil
}

// newRow checks a spec and makes the members of the row that all kinds share.
func (b *Backend) newRow(by store.By, owner store.Project, kind model.Kind, s model.CredentialSpec) (store.Credential, error) {
	name, err := validName(s.Name)
	if err != nil {
		return store.Credential{}, err
	}
	if err := validScopes(s.Scopes); err != nil {
		return store.Credential{}, err
	}
	if d := s.ExpiresInDays; d != nil && (*d < 1 || *d > model.MaxExpiresInDays) {
		return store.Credential{}, model.Invalid("expires_in_days", "An expiry is 1 to 36500 days from now.")
	}
	id, err := b.newID()
	if err != nil {
		return store.Credential{}, internal(err)
	}
	row := store.Credential{ID: id, ProjectID: owner.ID, Kind: kind, Name: name, Scopes: s.Scopes,
		CreatedBy: by.ID, CreatedAt: by.At, UpdatedAt: by.At}
	if s.ExpiresInDays != nil {
		at := by.At.Add(time.Duration(*s.ExpiresInDays) * 24 * time.Hour)
		row.ExpiresAt = &at
	}
	return row, nil
}

// CredentialsOfKind returns one page of a project's credentials of one kind, newest
// first, masked.
func (b *Backend) CredentialsOfKind(ctx context.Context, p Principal, projectID string, kind model.Kind, page model.PageRequest) (model.Page[model.IssuedCredential], error) {
	owner, err := b.mayRead(ctx, p, projectID, kind)
	if err != nil {
		return model.Page[model.IssuedCredential]{}, err
	}
	b.flushUsage(ctx)
	page = page.Normal()
	rows, total, err := b.db.Credentials(ctx, owner.ID, kind, page)
	if err != nil {
		return model.Page[model.IssuedCredential]{}, storeError(err, "credentials")
	}
	now := b.Now()
	items := make([]model.IssuedCredential, 0, len(rows))
	for _, row := range rows {
		items = append(items, issuedView(row, now, masked(row)))
	}
	return model.NewPage(items, page, total), nil
}

// Revoke ends a credential. The next request with it, or with a token made from
// it, is refused. Repeating it returns the time of the first call.
func (b *Backend) Revoke(ctx context.Context, p Principal, projectID, id string, kind model.Kind) (model.Revoked, error) {
	owner, err := b.mayWrite(ctx, p, projectID, kind)
	if err != nil {
		return model.Revoked{}, err
	}
	if id, err = canonicalID(id, nameOf(kind)); err != nil {
		return model.Revoked{}, err
	}
	at, err := b.db.RevokeCredential(ctx, b.by(p), owner.ID, id, kind)
	if err != nil {
		return model.Revoked{}, storeError(err, nameOf(kind))
	}
	return model.Revoked{ID: id, DeactivatedAt: model.At(at)}, nil
}

func isActive(c store.Credential, now time.Time) bool {
	return c.RevokedAt == nil && c.PausedAt == nil && (c.ExpiresAt == nil || now.Before(*c.ExpiresAt))
}

// masked are the secrets of a credential as they are shown.
func masked(c store.Credential) []string {
	out := []string{c.Hint}
	if c.Sealed != nil { // the hint is the kid
		out[0] = c.Prefix + "…"
	}
	if c.SecondDigest != nil {
		out = append(out, c.SecondHint)
	}
	return out
}

// credentialView shows a credential without its secrets.
func credentialView(c store.Credential, active bool) model.Credential {
	hints := masked(c)
	out := model.Credential{ID: c.ID, ProjectID: c.ProjectID, Kind: c.Kind, Name: c.Name, Prefix: c.Prefix, Masked: hints[0],
		Scopes: c.Scopes, Note: c.Note, Owner: c.Owner, LastUsedAt: model.AtOrNil(c.LastUsedAt), ExpiresAt: model.AtOrNil(c.ExpiresAt),
		PausedAt: model.AtOrNil(c.PausedAt), IsActive: active,
		CreatedAt: model.At(c.CreatedAt), UpdatedAt: model.At(c.UpdatedAt)}
	if len(hints) > 1 {
		out.MaskedSecret = &hints[1]
	}
	return out
}

// issuedView shows a credential in the shape of its kind's routes.
func issuedView(c store.Credential, now time.Time, secrets []string) model.IssuedCredential {
	return model.IssuedCredential{Credential: credentialView(c, isActive(c, now)), Secrets: secrets}
}

// Update changes name, scopes or expiry of a credential that is not revoked.
func (b *Backend) Update(ctx context.Context, p Principal, projectID, id string, kind model.Kind, c model.CredentialPatch) (model.IssuedCredential, error) {
	none := model.IssuedCredential{}
	owner, err := b.mayWrite(ctx, p, projectID, kind)
	if err != nil {
		return none, err
	}
	if id, err = canonicalID(id, nameOf(kind)); err != nil {
		return none, err
	}
	if c, err = b.validPatch(c); err != nil {
		return none, err
	}
	by := b.by(p)
	row, err := b.db.UpdateCredential(ctx, by, owner.ID, id, kind, c)
	if err != nil {
		return none, conflict(err, nameOf(kind), "This "+kind.Name()+" is revoked; make a new one.")
	}
	return issuedView(row, by.At, masked(row)), nil
}

func (b *Backend) validPatch(c model.CredentialPatch) (model.CredentialPatch, error) {
	if c.Name.Set {
		if c.Name.Value == nil {
			return c, model.Invalid("name", "A name must not be null.")
		}
		name, err := validName(*c.Name.Value)
		if err != nil {
			return c, err
		}
		c.Name = model.Some(name)
	}
	for _, text := range []struct {
		name string
		in   *model.Optional[string]
		most int
	}{{"note", &c.Note, model.MaxNoteChars}, {"owner", &c.Owner, model.MaxNameChars}} {
		if text.in.Set {
			plain := ""
			if text.in.Value != nil {
				plain = strings.TrimSpace(*text.in.Value)
			}
			if utf8.RuneCountInString(plain) > text.most {
				return c, model.Invalid(text.name, fmt.Sprintf("At most %d characters.", text.most))
			}
			*text.in = model.Some(plain)
		}
	}
	if c.Scopes.Value != nil {
		if err := validScopes(*c.Scopes.Value); err != nil {
			return c, err
		}
	}
	if at := c.ExpiresAt.Value; at != nil && !at.After(b.Now()) {
		return c, model.Invalid("expires_at", "An expiry must lie ahead; to end the key now, revoke it.")
	}
	return c, nil
}
