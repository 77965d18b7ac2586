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
	Ends      time.Time // when the old one expires, unless it does earlier; up to Now, it is revoked
	Now       time.Time
}

// RotateCredential writes the successor and ends the old credential in one
// transaction. ErrConflict: the old one is revoked, expired or rotated already, or
// was changed since it was read. ErrNotFound: it or its project does not exist.
func (s *Store) RotateCredential(ctx context.Context, r Rotation) error {
	return s.db.update(ctx, "rotate credential", func(ctx context.Context, tx *sql.Tx) error {
		if err := insertCredential(ctx, tx, r.Successor); err != nil {
			return err
		}
		old, err := scanCredential(tx.QueryRowContext(ctx, selectCredential, r.Old.ID, r.Successor.ProjectID, string(r.Successor.Kind)))
		if err != nil {
			return err
		}
		if !old.Rotatable(r.Now) || !old.UpdatedAt.Equal(cut(r.Old.UpdatedAt)) {
			return ErrConflict
		}
		switch {
		case !r.Ends.After(r.Now):
			old.RevokedAt = &r.Now
		case old.ExpiresAt == nil || old.ExpiresAt.After(r.Ends):
			old.ExpiresAt = &r.Ends
		}
		_, err = tx.ExecContext(ctx, `UPDATE credentials SET expires_at = $2, revoked_at = $3, successor_id = $4, updated_at = $5 WHERE id = $1`,
			old.ID, millisOrNull(old.ExpiresAt), millisOrNull(old.RevokedAt), r.Successor.ID, millis(r.Now))
		return err
	})
}

// Rotatable reports whether a credential is active and has no successor yet.
func (c *Credential) Rotatable(now time.Time) bool {
	return c.RevokedAt == nil && c.SuccessorID == "" && (c.ExpiresAt == nil || c.ExpiresAt.After(cut(now)))
}
