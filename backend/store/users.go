package store

import (
	"context"
	"database/sql"

	"keydeck/model"
)

const userColumns = `u.id, u.email, u.full_name, u.is_active, u.is_superuser, u.is_verified, u.token_grant, u.tier, u.created_at, u.updated_at`

func (u *User) dest() []any {
	return []any{&u.ID, &u.Email, &u.FullName, &u.IsActive, &u.IsSuperuser, &u.IsVerified, &u.TokenGrant, &u.Tier,
		at{&u.CreatedAt}, at{&u.UpdatedAt}}
}

// UserByEmail finds a user by the normalised address. ErrNotFound.
func (s *Store) UserByEmail(ctx context.Context, email string) (User, error) {
	return s.user(ctx, "find user by e-mail", `SELECT `+userColumns+` FROM users u WHERE u.email = $1`, email)
}

// UserByID finds a user. ErrNotFound.
func (s *Store) UserByID(ctx context.Context, id string) (User, error) {
	return s.user(ctx, "find user", `SELECT `+userColumns+` FROM users u WHERE u.id = $1`, id)
}

func (s *Store) user(ctx context.Context, verb, query string, arg string) (u User, err error) {
	err = s.db.read.QueryRowContext(ctx, query, arg).Scan(u.dest()...)
	return u, fail(ctx, verb, err)
}

// HasUsers reports whether anybody has ever signed in (any verified user).
func (s *Store) HasUsers(ctx context.Context) (bool, error) {
	return s.exists(ctx, "look for users", `SELECT EXISTS (SELECT 1 FROM users WHERE is_verified)`)
}

// HasSuperuser reports whether there is a superuser.
func (s *Store) HasSuperuser(ctx context.Context) (bool, error) {
	return s.exists(ctx, "look for a superuser", hasSuperuser)
}

const hasSuperuser = `SELECT EXISTS (SELECT 1 FROM users WHERE is_superuser)`

func (s *Store) exists(ctx context.Context, verb, query string) (yes bool, err error) {
	err = s.db.read.QueryRowContext(ctx, query).Scan(&yes)
	return yes, fail(ctx, verb, err)
}

func userByEmail(ctx context.Context, tx *sql.Tx, email string) (u User, err error) {
	err = tx.QueryRowContext(ctx, `SELECT `+userColumns+` FROM users u WHERE u.email = $1`, email).Scan(u.dest()...)
	return u, err
}

func insertUser(ctx context.Context, tx *sql.Tx, u User) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO users (id, email, full_name, is_active, is_superuser, is_verified, token_grant, tier, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		u.ID, u.Email, u.FullName, u.IsActive, u.IsSuperuser, u.IsVerified, u.TokenGrant, u.Tier,
		millis(u.CreatedAt), millis(u.UpdatedAt))
	return err
}

func (u *User) object() model.Object { return model.Object{Kind: "user", ID: u.ID, Name: u.Email} }

// event is an event of a user, from the members before to those of u.
func (u *User) event(action model.Action, before members) event {
	return event{action, u.object(), "", before, u.members()}
}

func (u *User) members() members {
	return members{"email": u.Email, "is_active": u.IsActive, "is_superuser": u.IsSuperuser, "is_verified": u.IsVerified}
}
