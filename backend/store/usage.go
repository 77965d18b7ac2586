package store

import (
	"context"
	"database/sql"
	"time"
)

// AddUse adds counts and moves last_used_at forward, never back, in one
// transaction. sessions maps session ids to the time they were last used. Unknown
// ids, of what was deleted meanwhile, are skipped.
func (s *Store) AddUse(ctx context.Context, uses []Use, sessions map[string]time.Time) error {
	if len(uses) == 0 && len(sessions) == 0 {
		return nil
	}
	return s.db.update(ctx, "add use", func(ctx context.Context, tx *sql.Tx) error {
		for _, u := range uses {
			if err := addUse(ctx, tx, u); err != nil {
				return err
			}
		}
		for id, t := range sessions {
			if _, err := tx.ExecContext(ctx, `UPDATE sessions SET last_used_at = $2
				WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2)`, id, millis(t)); err != nil {
				return err
			}
		}
		return nil
	})
}

func addUse(ctx context.Context, tx *sql.Tx, u Use) error {
	// The project is the credential's own; an unknown credential selects no row.
	_, err := tx.ExecContext(ctx, `
		INSERT INTO usage (credential_id, project_id, day, requests)
		SELECT id, project_id, CAST($2 AS BIGINT), CAST($3 AS BIGINT) FROM credentials WHERE id = $1
		ON CONFLICT (credential_id, day) DO UPDATE SET requests = usage.requests + excluded.requests`,
		u.CredentialID, u.Day, u.Requests)
	if err != nil || u.LastUsedAt.IsZero() {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE credentials SET last_used_at = $2
		WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2)`, u.CredentialID, millis(u.LastUsedAt))
	return err
}

// TokensUsed counts the requests of all projects that the user is in, deleted ones
// too: deleting a project refunds nothing.
func (s *Store) TokensUsed(ctx context.Context, userID string) (n int64, err error) {
	err = s.db.read.QueryRowContext(ctx, `SELECT CAST(coalesce(sum(us.requests), 0) AS BIGINT)
		FROM members m JOIN usage us ON us.project_id = m.project_id WHERE m.user_id = $1`, userID).Scan(&n)
	return n, fail(ctx, "sum usage", err)
}
