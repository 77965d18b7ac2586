package store

import (
	"context"
	"database/sql"
)

// PutMail writes a message and drops all but the newest keep messages. ErrConflict:
// the id is taken.
func (s *Store) PutMail(ctx context.Context, m Mail, keep int) error {
	return s.db.update(ctx, "put mail", func(ctx context.Context, tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO mails (id, recipient, subject, sealed, at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)`,
			m.ID, m.To, m.Subject, blob(m.Sealed), millis(m.At), millisOrNull(m.ExpiresAt)); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `DELETE FROM mails WHERE id NOT IN (SELECT id FROM mails ORDER BY at DESC, id DESC LIMIT $1)`,
			max(keep, 0))
		return err
	})
}

// Mails lists at most limit messages, newest first.
func (s *Store) Mails(ctx context.Context, limit int) ([]Mail, error) {
	mails, err := list(ctx, s.db.read, func(row scanner) (m Mail, err error) {
		return m, row.Scan(&m.ID, &m.To, &m.Subject, &m.Sealed, at{&m.At}, atOrNull{&m.ExpiresAt})
	}, `SELECT id, recipient, subject, sealed, at, expires_at FROM mails ORDER BY at DESC, id DESC LIMIT $1`, max(limit, 0))
	return mails, fail(ctx, "list mails", err)
}
