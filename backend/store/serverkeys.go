package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"keydeck/model"
)

// ServerKeys lists the server's own keys, retired ones too, by purpose and age.
func (s *Store) ServerKeys(ctx context.Context) ([]ServerKey, error) {
	keys, err := list(ctx, s.db.read, func(row scanner) (k ServerKey, err error) {
		return k, row.Scan(&k.ID, &k.Purpose, &k.Algorithm, &k.State, &k.Sealed, at{&k.CreatedAt}, atOrNull{&k.ActivatedAt}, atOrNull{&k.RetiredAt})
	}, `SELECT id, purpose, algorithm, state, sealed, created_at, activated_at, retired_at
		FROM server_keys ORDER BY purpose, created_at, id`)
	return keys, fail(ctx, "list server keys", err)
}

// PutServerKey writes a key. ErrConflict: the id is taken, or the purpose already
// has a key in that state (next or active).
func (s *Store) PutServerKey(ctx context.Context, k ServerKey) error {
	return s.db.update(ctx, "put server key", func(ctx context.Context, tx *sql.Tx) error {
		return insertServerKey(ctx, tx, k)
	})
}

// RotateServerKey retires the active key, makes the next key active and fresh the
// next one, in one transaction. ErrConflict: there is no next key.
func (s *Store) RotateServerKey(ctx context.Context, purpose string, fresh ServerKey, now time.Time) error {
	return s.db.update(ctx, "rotate server key", func(ctx context.Context, tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `UPDATE server_keys SET state = $3, retired_at = $4 WHERE purpose = $1 AND state = $2`,
			purpose, string(model.KeyActive), string(model.KeyRetired), millis(now)); err != nil {
			return err
		}
		err := affected(tx.ExecContext(ctx, `UPDATE server_keys SET state = $3, activated_at = $4 WHERE purpose = $1 AND state = $2`,
			purpose, string(model.KeyNext), string(model.KeyActive), millis(now)))
		if errors.Is(err, ErrNotFound) {
			return ErrConflict
		}
		if err != nil {
			return err
		}
		fresh.Purpose, fresh.State, fresh.ActivatedAt, fresh.RetiredAt = purpose, model.KeyNext, nil, nil
		return insertServerKey(ctx, tx, fresh)
	})
}

// PruneServerKeys drops keys of the purpose that were retired before the given
// time, and returns how many.
func (s *Store) PruneServerKeys(ctx context.Context, purpose string, retiredBefore time.Time) (n int64, err error) {
	err = s.db.update(ctx, "prune server keys", func(ctx context.Context, tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `DELETE FROM server_keys WHERE purpose = $1 AND state = $2 AND retired_at < $3`,
			purpose, string(model.KeyRetired), millis(retiredBefore))
		if err != nil {
			return err
		}
		n, err = res.RowsAffected()
		return err
	})
	return n, err
}

func insertServerKey(ctx context.Context, tx *sql.Tx, k ServerKey) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO server_keys (id, purpose, algorithm, state, sealed, created_at, activated_at, retired_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		k.ID, k.Purpose, k.Algorithm, string(k.State), blob(k.Sealed), millis(k.CreatedAt), millisOrNull(k.ActivatedAt), millisOrNull(k.RetiredAt))
	return err
}
