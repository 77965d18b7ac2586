package backend

import (
	"context"
	"time"

	"keydeck/backend/store"
	"keydeck/model"
)

// maxLife is the longest lifetime of a successor: a PATCH may have set the old
// credential's expiry further ahead than a new credential's may be.
const maxLife = model.MaxExpiresInDays * 24 * time.Hour

// Rotate issues a credential with the same name, scopes and lifetime, whose answer has
// the only copy of its secrets, and ends the old one after the grace period (0: revokes
// it at once), unless it expires earlier: both or neither. Whoever may issue and revoke
// may rotate. A new JWT secret has its own kid, so clients change secret and kid
// together; the licence claim in an old pair's JWTs does not change, the expiry in the
// database decides. CodeConflict if the old one is revoked or expired, has a successor,
// or was changed at the same moment.
func (b *Backend) Rotate(ctx context.Context, p Principal, projectID, id string, kind model.Kind, s model.RotateSpec) (model.IssuedCredential, error) {
	none := model.IssuedCredential{}
	owner, err := b.mayWrite(ctx, p, projectID, kind)
	if err != nil {
		return none, err
	}
	if id, err = canonicalID(id, nameOf(kind)); err != nil {
		return none, err
	}
	if s.GraceSeconds < 0 || s.GraceSeconds > model.MaxGraceSeconds {
		return none, model.Invalid("grace_seconds", "A grace period is 0 to 2592000 seconds.")
	}
	old, err := b.db.Credential(ctx, owner.ID, id, kind)
	if err != nil {
		return none, storeError(err, nameOf(kind))
	}
	by := b.by(p)
	next, err := b.successor(by, owner, old)
	if err != nil {
		return none, err
	}
	if err := rotatable(old, by.At); err != nil {
		return none, err
	}
	out, err := b.mint(owner, &next)
	if err != nil {
		return none, err
	}
	err = b.db.RotateCredential(ctx, store.Rotation{Old: old, Successor: next, By: by,
		Ends: by.At.Add(time.Duration(s.GraceSeconds) * time.Second)})
	if err != nil {
		return none, conflict(err, nameOf(kind), "The credential was changed at the same moment; look at it and try again.")
	}
	return out, nil
}

// successor is the row of a new credential with the name, scopes and lifetime of
// an old one.
func (b *Backend) successor(by store.By, owner store.Project, old store.Credential) (store.Credential, error) {
	next, err := b.newRow(by, owner, old.Kind, model.CredentialSpec{Name: old.Name, Scopes: old.Scopes})
	next.Note, next.Owner = old.Note, old.Owner
	if err == nil && old.ExpiresAt != nil {
		at := by.At.Add(min(old.ExpiresAt.Sub(old.CreatedAt), maxLife))
		next.ExpiresAt = &at
	}
	return next, err
}

// rotatable refuses a credential that is revoked or expired or has a successor,
// and says which.
func rotatable(c store.Credential, now time.Time) error {
	var why string
	switch {
	case c.RevokedAt != nil:
		why = " is revoked; make a new one."
	case c.SuccessorID != "":
		why = " was rotated already; rotate its successor."
	case c.PausedAt != nil:
		why = " is paused; resume it first."
	case !c.Rotatable(now):
		why = " has expired; make a new one."
	default:
		return nil
	}
	return &model.Error{Code: model.CodeConflict, Message: "This credential" + why}
}
