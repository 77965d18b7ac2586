package store

import (
	"context"
	"database/sql"
	"time"
)

// Rotation is the replacement of a credential by its successor.
type Rotation struct {
	Old       Credential // as it was read; if it has changed since, it is ErrConflict
	Successor Credential
	Ends      time.Time // when the old one expires, unless it does earlier; up to By.At, it is revoked
	By        By
}

// RotateCredential writes the successor and ends the old credential in one
// transaction. ErrConflict: the old one is revoked, expired, paused or rotated
// already, or was changed since it was read. ErrNotFound: it or its project does not exist.
func (s *Store) RotateCredential(ctx context.Context, r Rotation) error {
	return s.change(ctx, "rotate credential", &r.By, func(ctx context.Context, tx *sql.Tx) ([]event, error) {
		if err := insertCredential(ctx, tx, r.Successor); err != nil {
			return nil, err
		}
		old, err := scanCredential(tx.QueryRowContext(ctx, selectCredential, r.Old.ID, r.Successor.ProjectID, string(r.Successor.Kind)))
		if err != nil {
			return nil, err
		}
		if !old.Rotatable(r.By.At) || !old.UpdatedAt.Equal(cut(r.Old.UpdatedAt)) {
			return nil, ErrConflict
		}
		before := old.members()
		switch {
		case !r.Ends.After(r.By.At):
			old.RevokedAt = &r.By.At
		case old.ExpiresAt == nil || old.ExpiresAt.After(r.Ends):
			old.ExpiresAt = &r.Ends
		}
		old.SuccessorID = r.Successor.ID
		return []event{old.event("rotated", before)}, old.write(ctx, tx, r.By.At)
	})
}

// Rotatable reports whether a credential is active and has no successor yet.
func (c *Credential) Rotatable(now time.Time) bool {
	return !c.ended(now) && c.PausedAt == nil && c.SuccessorID == ""
}

// ended reports whether a credential is revoked or has expired.
func (c *Credential) ended(now time.Time) bool {
	return c.RevokedAt != nil || c.ExpiresAt != nil && !c.ExpiresAt.After(cut(now))
}
