package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"keydeck/model"
)

const (
	sessionColumns     = `s.id, s.user_id, s.ip, s.user_agent, s.created_at, s.updated_at, s.last_used_at, s.revoked_at, s.expires_at`
	selectLiveSession  = `SELECT ` + sessionColumns + `, ` + userColumns + ` FROM sessions s JOIN users u ON u.id = s.user_id`
	selectRefreshToken = `SELECT r.digest, r.session_id, r.created_at, r.expires_at, r.used_at, ` + sessionColumns + `, ` + userColumns + `
		FROM refresh_tokens r JOIN sessions s ON s.id = r.session_id JOIN users u ON u.id = s.user_id WHERE r.digest = $1`
)

func (s *Session) dest() []any {
	return []any{&s.ID, &s.UserID, &s.IP, &s.UserAgent, at{&s.CreatedAt}, at{&s.UpdatedAt},
		atOrNull{&s.LastUsedAt}, atOrNull{&s.RevokedAt}, at{&s.ExpiresAt}}
}

func (l *LiveSession) dest() []any { return append(l.Session.dest(), l.User.dest()...) }

func scanSession(row scanner) (s Session, err error) { return s, row.Scan(s.dest()...) }

// refreshRow is a refresh token with its session and user.
type refreshRow struct {
	token  RefreshToken
	usedAt *time.Time
	live   LiveSession
}

func (r *refreshRow) dest() []any {
	return append([]any{&r.token.Digest, &r.token.SessionID, at{&r.token.CreatedAt}, at{&r.token.ExpiresAt}, atOrNull{&r.usedAt}},
		r.live.dest()...)
}

// Renewable reports whether an unused refresh token of the session may be exchanged
// for the next one.
func (l LiveSession) Renewable(t RefreshToken, now time.Time) bool {
	return t.ExpiresAt.After(now) && l.RevokedAt == nil && l.ExpiresAt.After(now) && l.User.IsActive
}

// RotateRefresh marks the token old of user userID used, writes next into its
// session and extends the session until sessionExpires, in one transaction.
// ErrNotFound if the token is unknown, expired or another user's, or if its
// session has ended or its user is inactive. If it was used before, however long
// ago, the whole session is revoked, reused is true and err is nil.
func (s *Store) RotateRefresh(ctx context.Context, by By, old []byte, userID string, next RefreshToken, sessionExpires time.Time) (sess LiveSession, reused bool, err error) {
	err = s.change(ctx, "rotate refresh token", &by, func(ctx context.Context, tx *sql.Tx) ([]event, error) {
		var r refreshRow
		if err := tx.QueryRowContext(ctx, selectRefreshToken, blob(old)).Scan(r.dest()...); err != nil {
			return nil, err
		}
		l := &r.live
		if l.UserID != userID {
			return nil, ErrNotFound
		}
		// Of two callers with the same token, the second one updates no row.
		err := affected(tx.ExecContext(ctx, `UPDATE refresh_tokens SET used_at = $2 WHERE digest = $1 AND used_at IS NULL`,
			blob(old), millis(by.At)))
		if errors.Is(err, ErrNotFound) {
			reused = true // nobody knows by whom: the server ends the session
			events, err := endSession(ctx, tx, model.ActionSessionReuse, l, by.At)
			sess = *l
			return events, err
		}
		if err != nil {
			return nil, err
		}
		if !l.Renewable(r.token, by.At) {
			return nil, ErrNotFound // rolls the update back
		}
		next.SessionID = l.ID
		if err := insertRefresh(ctx, tx, next); err != nil {
			return nil, err
		}
		by.orUser(l.User)
		before := l.members()
		used := cut(by.At)
		l.ExpiresAt, l.UpdatedAt, l.LastUsedAt = cut(sessionExpires), used, &used
		sess = *l
		_, err = tx.ExecContext(ctx, `UPDATE sessions SET expires_at = $2, updated_at = $3, last_used_at = $3 WHERE id = $1`,
			l.ID, millis(sessionExpires), millis(by.At))
		e := l.event(model.ActionSessionRefreshed, before)
		e.after["last_used_at"] = model.At(used) // where the session's end is reached, nothing else may differ
		return []event{e}, err
	})
	if err != nil {
		return LiveSession{}, false, err
	}
	return sess, reused, nil
}

// RevokeRefresh ends the session of a refresh token, used or not. It may be
// repeated. ErrNotFound: the token is unknown.
func (s *Store) RevokeRefresh(ctx context.Context, by By, digest []byte) error {
	_, err := s.revokeSession(ctx, by, ` JOIN refresh_tokens r ON r.session_id = s.id WHERE r.digest = $1`, blob(digest))
	return err
}

// Sessions lists the sessions of a user that were not revoked, newest first. It
// includes expired ones until PruneLogin drops them: compare ExpiresAt.
func (s *Store) Sessions(ctx context.Context, userID string, req model.PageRequest) ([]Session, int64, error) {
	return page(ctx, s.db, "list sessions", req, scanSession, sessionColumns,
		`FROM sessions s WHERE s.user_id = $1 AND s.revoked_at IS NULL`, `s.created_at DESC, s.id DESC`, userID)
}

// RevokeSession ends a session of the user and returns when. Repeating it returns
// the time of the first call. ErrNotFound, also for another user's session.
func (s *Store) RevokeSession(ctx context.Context, by By, userID, id string) (time.Time, error) {
	return s.revokeSession(ctx, by, ` WHERE s.id = $1 AND s.user_id = $2`, id, userID)
}

// revokeSession ends the session that the condition selects.
func (s *Store) revokeSession(ctx context.Context, by By, condition string, args ...any) (revokedAt time.Time, err error) {
	err = s.change(ctx, "revoke session", &by, func(ctx context.Context, tx *sql.Tx) ([]event, error) {
		var l LiveSession
		if err := tx.QueryRowContext(ctx, selectLiveSession+condition, args...).Scan(l.dest()...); err != nil {
			return nil, err
		}
		by.orUser(l.User)
		events, err := endSession(ctx, tx, model.ActionSessionEnded, &l, by.At)
		revokedAt = *l.RevokedAt
		return events, err
	})
	return revokedAt, err
}

// LiveSession reads a session and its user, ended or not. ErrNotFound.
func (s *Store) LiveSession(ctx context.Context, id string) (l LiveSession, err error) {
	err = s.db.queryPrepared(ctx, "find session", s.liveSession, l.dest(), id)
	return l, err
}

// RefreshSession reads a refresh token: its row, when it was used (nil: never), and
// its session. ErrNotFound.
func (s *Store) RefreshSession(ctx context.Context, digest []byte) (RefreshToken, *time.Time, LiveSession, error) {
	var r refreshRow
	err := s.db.queryPrepared(ctx, "find refresh token", s.refreshToken, r.dest(), blob(digest))
	return r.token, r.usedAt, r.live, err
}

// endSession ends a session, if it has not ended, and sets when it did.
func endSession(ctx context.Context, tx *sql.Tx, action model.Action, l *LiveSession, now time.Time) ([]event, error) {
	if l.RevokedAt != nil {
		return nil, nil
	}
	before := l.members()
	l.UpdatedAt = cut(now)
	l.RevokedAt = &l.UpdatedAt
	_, err := tx.ExecContext(ctx, `UPDATE sessions SET revoked_at = $2, updated_at = $2 WHERE id = $1`, l.ID, millis(now))
	return []event{l.event(action, before)}, err
}

// event is an event of a session, from the members before to those of l.
func (l *LiveSession) event(action model.Action, before members) event {
	return event{action, model.Object{Kind: "session", ID: l.ID, Name: l.User.Email}, "", before, l.members()}
}

func (l *LiveSession) members() members {
	return members{"expires_at": model.At(l.ExpiresAt), "revoked_at": model.AtOrNil(l.RevokedAt)}
}

func insertSession(ctx context.Context, tx *sql.Tx, s Session) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO sessions (id, user_id, ip, user_agent, created_at, updated_at, last_used_at, revoked_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		s.ID, s.UserID, s.IP, s.UserAgent, millis(s.CreatedAt), millis(s.UpdatedAt),
		millisOrNull(s.LastUsedAt), millisOrNull(s.RevokedAt), millis(s.ExpiresAt))
	return err
}

func insertRefresh(ctx context.Context, tx *sql.Tx, t RefreshToken) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO refresh_tokens (digest, session_id, created_at, expires_at) VALUES ($1, $2, $3, $4)`,
		blob(t.Digest), t.SessionID, millis(t.CreatedAt), millis(t.ExpiresAt))
	return err
}
