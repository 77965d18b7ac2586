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
func (s *Store) PutServerKey(ctx context.Context, by By, k ServerKey) error {
	return s.change(ctx, "put server key", &by, func(ctx context.Context, tx *sql.Tx) ([]event, error) {
		return []event{k.event(model.ActionSigningKeyCreated, nil, members{"algorithm": k.Algorithm, "state": k.State})},
			insertServerKey(ctx, tx, k)
	})
}

// RotateServerKey retires the active key, makes the next key active and fresh the
// next one, in one transaction. ErrConflict: there is no next key.
func (s *Store) RotateServerKey(ctx context.Context, by By, purpose string, fresh ServerKey) error {
	return s.change(ctx, "rotate server key", &by, func(ctx context.Context, tx *sql.Tx) ([]event, error) {
		var retired string
		err := tx.QueryRowContext(ctx, `UPDATE server_keys SET state = $3, retired_at = $4 WHERE purpose = $1 AND state = $2 RETURNING id`,
			purpose, string(model.KeyActive), string(model.KeyRetired), millis(by.At)).Scan(&retired)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return nil, err
		}
		active := ServerKey{Purpose: purpose}
		err = tx.QueryRowContext(ctx, `UPDATE server_keys SET state = $3, activated_at = $4 WHERE purpose = $1 AND state = $2 RETURNING id`,
			purpose, string(model.KeyNext), string(model.KeyActive), millis(by.At)).Scan(&active.ID)
		if errors.Is(err, sql.ErrNoRows) {
			return nil, ErrConflict
		}
		if err != nil {
			return nil, err
		}
		fresh.Purpose, fresh.State, fresh.ActivatedAt, fresh.RetiredAt = purpose, model.KeyNext, nil, nil
		return []event{active.event(model.ActionSigningKeyRotated, members{"active": retired, "next": active.ID},
			members{"active": active.ID, "next": fresh.ID})}, insertServerKey(ctx, tx, fresh)
	})
}

// PruneServerKeys drops keys of the purpose that were retired before the given
// time, and returns how many.
func (s *Store) PruneServerKeys(ctx context.Context, by By, purpose string, retiredBefore time.Time) (n int, err error) {
	err = s.change(ctx, "prune server keys", &by, func(ctx context.Context, tx *sql.Tx) (events []event, err error) {
		ids, err := list(ctx, tx, func(row scanner) (id string, err error) { return id, row.Scan(&id) },
			`DELETE FROM server_keys WHERE purpose = $1 AND state = $2 AND retired_at < $3 RETURNING id`,
			purpose, string(model.KeyRetired), millis(retiredBefore))
		for _, id := range ids {
			k := ServerKey{ID: id, Purpose: purpose}
			events = append(events, k.event(model.ActionSigningKeyRemoved, members{"state": model.KeyRetired}, nil))
		}
		n = len(ids)
		return events, err
	})
	return n, err
}

func (k *ServerKey) event(action model.Action, before, after members) event {
	return event{action, model.Object{Kind: "signing_key", ID: k.ID, Name: k.Purpose}, "", before, after}
}

func insertServerKey(ctx context.Context, tx *sql.Tx, k ServerKey) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO server_keys (id, purpose, algorithm, state, sealed, created_at, activated_at, retired_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		k.ID, k.Purpose, k.Algorithm, string(k.State), blob(k.Sealed), millis(k.CreatedAt), millisOrNull(k.ActivatedAt), millisOrNull(k.RetiredAt))
	return err
}
