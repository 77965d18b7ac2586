package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"keydeck/model"
)

// PutCode makes c the only valid code of its address. If a code was sent there
// after notAfter, used or not, it writes nothing and returns false and the time
// of that code.
func (s *Store) PutCode(ctx context.Context, c LoginCode, notAfter time.Time) (ok bool, sentAt time.Time, err error) {
	err = s.db.update(ctx, "put code", func(ctx context.Context, tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, `
			INSERT INTO login_codes (email, mac, nonce, tries, sent_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (email) DO UPDATE SET mac = excluded.mac, nonce = excluded.nonce, tries = excluded.tries,
				sent_at = excluded.sent_at, expires_at = excluded.expires_at, used_at = NULL
			WHERE login_codes.sent_at <= $7
			RETURNING sent_at`,
			c.Email, blob(c.MAC), blob(c.Nonce), c.Tries, millis(c.SentAt), millis(c.ExpiresAt), millis(notAfter)).Scan(at{&sentAt})
		if !errors.Is(err, sql.ErrNoRows) {
			ok = err == nil
			return err
		}
		return tx.QueryRowContext(ctx, `SELECT sent_at FROM login_codes WHERE email = $1`, c.Email).Scan(at{&sentAt})
	})
	return ok, sentAt, err
}

const updateTryCode = `
	UPDATE login_codes SET tries = tries + 1
	WHERE email = $1 AND used_at IS NULL AND expires_at > $2 AND tries < $3
	RETURNING email, mac, nonce, tries, sent_at, expires_at`

// TryCode counts a try and returns the code, if it is unused and not expired and
// had fewer than maxTries tries; otherwise ErrNotFound. The try counts whatever
// the caller's comparison then says.
func (s *Store) TryCode(ctx context.Context, email string, maxTries int, now time.Time) (LoginCode, error) {
	var c LoginCode
	err := s.db.update(ctx, "try code", func(ctx context.Context, tx *sql.Tx) error {
		return tx.StmtContext(ctx, s.tryCode).QueryRowContext(ctx, email, millis(now), maxTries).
			Scan(&c.Email, &c.MAC, &c.Nonce, &c.Tries, at{&c.SentAt}, at{&c.ExpiresAt})
	})
	return c, err
}

// LoginCode reads the code of an address under the same conditions as TryCode, and
// counts nothing.
func (s *Store) LoginCode(ctx context.Context, email string, maxTries int, now time.Time) (LoginCode, error) {
	var c LoginCode
	err := s.db.read.QueryRowContext(ctx, `
		SELECT email, mac, nonce, tries, sent_at, expires_at FROM login_codes
		WHERE email = $1 AND used_at IS NULL AND expires_at > $2 AND tries < $3`, email, millis(now), maxTries).
		Scan(&c.Email, &c.MAC, &c.Nonce, &c.Tries, at{&c.SentAt}, at{&c.ExpiresAt})
	return c, fail(ctx, "look at a code", err)
}

// CompleteSignIn uses the code up, finds or makes the user and marks it verified,
// makes a first project for a user without one, and writes session and refresh
// token. ErrNotFound: the code was used or replaced or has expired meanwhile, the
// user is inactive, or is new and may not be made. ErrConflict: an id or account
// id is taken. After an error the code is still valid.
func (s *Store) CompleteSignIn(ctx context.Context, in SignIn) (User, error) {
	var u User
	err := s.change(ctx, "complete sign-in", &in.By, func(ctx context.Context, tx *sql.Tx) (events []event, err error) {
		err = affected(tx.ExecContext(ctx, `
			UPDATE login_codes SET used_at = $1 WHERE email = $2 AND mac = $3 AND used_at IS NULL AND expires_at > $1`,
			millis(in.By.At), in.Email, blob(in.MAC)))
		if err != nil {
			return nil, err
		}
		if u, events, err = signInUser(ctx, tx, in); err != nil {
			return nil, err
		}
		in.By.orUser(u)
		has, err := inProject(ctx, tx, u.ID)
		if err != nil {
			return nil, err
		}
		if !has {
			if err := insertProject(ctx, tx, in.Project, u.ID); err != nil {
				return nil, err
			}
			events = append(events, in.Project.event(model.ActionProjectCreated, nil, in.Project.members()))
		}
		in.Session.UserID = u.ID
		if err := insertSession(ctx, tx, in.Session); err != nil {
			return nil, err
		}
		started := (&LiveSession{in.Session, u}).event(model.ActionSessionStarted, nil)
		started.after["user_agent"] = in.Session.UserAgent
		events = append(events, started)
		in.Refresh.SessionID = in.Session.ID
		return events, insertRefresh(ctx, tx, in.Refresh)
	})
	return u, err
}

// newTier is the subscription of a new user.
const newTier = "free"

func signInUser(ctx context.Context, tx *sql.Tx, in SignIn) (User, []event, error) {
	super := in.Superuser
	if !super && in.FirstLocal {
		var any bool
		if err := tx.QueryRowContext(ctx, hasSuperuser).Scan(&any); err != nil {
			return User{}, nil, err
		}
		super = !any
	}
	u, err := userByEmail(ctx, tx, in.Email)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		if !in.AllowNew {
			return User{}, nil, ErrNotFound
		}
		u = User{ID: in.NewUserID, Email: in.Email, IsActive: true, IsSuperuser: super, IsVerified: true,
			TokenGrant: in.TokenGrant, Tier: newTier, CreatedAt: cut(in.By.At), UpdatedAt: cut(in.By.At)}
		return u, []event{u.event(model.ActionUserCreated, nil)}, insertUser(ctx, tx, u)
	case err != nil:
		return User{}, nil, err
	case !u.IsActive:
		return User{}, nil, ErrNotFound
	case u.IsVerified && (u.IsSuperuser || !super):
		return u, nil, nil
	}
	before := u.members()
	u.IsVerified, u.IsSuperuser, u.UpdatedAt = true, u.IsSuperuser || super, cut(in.By.At)
	_, err = tx.ExecContext(ctx, `UPDATE users SET is_verified = $2, is_superuser = $3, updated_at = $4 WHERE id = $1`,
		u.ID, u.IsVerified, u.IsSuperuser, millis(u.UpdatedAt))
	return u, []event{u.event(model.ActionUserUpdated, before)}, err
}

// inProject reports whether a user is in any project.
func inProject(ctx context.Context, tx *sql.Tx, userID string) (has bool, err error) {
	err = tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM members m JOIN projects p ON p.id = m.project_id
		WHERE m.user_id = $1 AND p.deleted_at IS NULL)`, userID).Scan(&has)
	return has, err
}

// keepEnded is how long ended sessions and expired refresh tokens are kept, so that
// a token that comes back is recognised.
const keepEnded = 30 * 24 * time.Hour

// PruneLogin drops expired codes, and the sessions and refresh tokens that ended
// over 30 days before now.
func (s *Store) PruneLogin(ctx context.Context, now time.Time) error {
	return s.db.update(ctx, "prune logins", func(ctx context.Context, tx *sql.Tx) error {
		long := millis(now.Add(-keepEnded))
		if _, err := tx.ExecContext(ctx, `DELETE FROM login_codes WHERE expires_at <= $1`, millis(now)); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM refresh_tokens WHERE expires_at < $1`, long); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `DELETE FROM sessions WHERE expires_at < $1 OR revoked_at < $1`, long)
		return err
	})
}

// cut truncates t to what the database stores.
func cut(t time.Time) time.Time { return model.At(t).Time }
