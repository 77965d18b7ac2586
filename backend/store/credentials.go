package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"keydeck/model"
)

const (
	credentialColumns = `c.id, c.project_id, c.kind, c.name, c.prefix, c.hint, c.scopes, c.digest, c.second_digest, c.second_hint,
		c.sealed, c.created_by, c.created_at, c.updated_at, c.expires_at, c.revoked_at, c.last_used_at, coalesce(c.successor_id, ''),
		c.paused_at, c.note, c.owner`
	selectLive = `SELECT ` + credentialColumns + `, p.account_id, p.name, p.deleted_at
		FROM credentials c JOIN projects p ON p.id = c.project_id`
)

func (c *Credential) dest() []any {
	return []any{&c.ID, &c.ProjectID, &c.Kind, &c.Name, &c.Prefix, &c.Hint, scopes{&c.Scopes}, &c.Digest, &c.SecondDigest, &c.SecondHint,
		&c.Sealed, &c.CreatedBy, at{&c.CreatedAt}, at{&c.UpdatedAt}, atOrNull{&c.ExpiresAt}, atOrNull{&c.RevokedAt}, atOrNull{&c.LastUsedAt},
		&c.SuccessorID, atOrNull{&c.PausedAt}, &c.Note, &c.Owner}
}

func (l *Live) dest() []any {
	return append(l.Credential.dest(), &l.AccountID, &l.ProjectName, atOrNull{&l.ProjectDeletedAt})
}

func scanCredential(row scanner) (c Credential, err error) { return c, row.Scan(c.dest()...) }

// scopes scans the JSON array in a credential's row; null is nil.
type scopes struct{ list *[]string }

func (s scopes) Scan(src any) error {
	*s.list = nil
	switch src := src.(type) {
	case nil:
		return nil
	case string:
		return json.Unmarshal([]byte(src), s.list)
	default:
		return fmt.Errorf("scopes must be text, not %T", src)
	}
}

// scopesJSON is null for nil and a JSON array for everything else.
func scopesJSON(list []string) (any, error) {
	if list == nil {
		return nil, nil
	}
	text, err := json.Marshal(list)
	return string(text), err
}

// CreateCredential writes a new credential of any kind. ErrNotFound: there is
// no such project. ErrConflict: the id or the digest is taken.
func (s *Store) CreateCredential(ctx context.Context, by By, c Credential) error {
	return s.change(ctx, "create credential", &by, func(ctx context.Context, tx *sql.Tx) ([]event, error) {
		return []event{c.event("created", nil)}, insertCredential(ctx, tx, c)
	})
}

// event is an event of a credential, from the members before to those of c.
func (c *Credential) event(verb string, before members) event {
	return event{c.Kind.Action(verb), model.Object{Kind: string(c.Kind), ID: c.ID, Name: c.Name}, c.ProjectID, before, c.members()}
}

func (c *Credential) members() members {
	return members{"name": c.Name, "hint": c.Hint, "note": c.Note, "owner": c.Owner, "scopes": c.Scopes, "expires_at": model.AtOrNil(c.ExpiresAt),
		"paused_at": model.AtOrNil(c.PausedAt), "revoked_at": model.AtOrNil(c.RevokedAt), "successor_id": c.SuccessorID}
}

func insertCredential(ctx context.Context, tx *sql.Tx, c Credential) error {
	list, err := scopesJSON(c.Scopes)
	if err != nil {
		return err
	}
	if _, err := liveProject(ctx, tx, c.ProjectID); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `
		INSERT INTO credentials (id, project_id, kind, name, prefix, hint, scopes, digest, second_digest, second_hint,
			sealed, created_by, created_at, updated_at, expires_at, revoked_at, last_used_at, note, owner)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`,
		c.ID, c.ProjectID, string(c.Kind), c.Name, c.Prefix, c.Hint, list, c.Digest, c.SecondDigest, c.SecondHint,
		c.Sealed, c.CreatedBy, millis(c.CreatedAt), millis(c.UpdatedAt),
		millisOrNull(c.ExpiresAt), millisOrNull(c.RevokedAt), millisOrNull(c.LastUsedAt), c.Note, c.Owner)
	return err
}

// Credentials lists a project's credentials of one kind, newest first, revoked and
// expired ones too.
func (s *Store) Credentials(ctx context.Context, projectID string, kind model.Kind, req model.PageRequest) ([]Credential, int64, error) {
	return page(ctx, s.db, "list credentials", req, scanCredential, credentialColumns,
		`FROM credentials c WHERE c.project_id = $1 AND c.kind = $2`, `c.created_at DESC, c.id DESC`, projectID, string(kind))
}

const selectCredential = `SELECT ` + credentialColumns + ` FROM credentials c WHERE c.id = $1 AND c.project_id = $2 AND c.kind = $3`

// Credential finds one of a project's credentials. ErrNotFound, also if it is
// another project's or of another kind.
func (s *Store) Credential(ctx context.Context, projectID, id string, kind model.Kind) (Credential, error) {
	c, err := scanCredential(s.db.read.QueryRowContext(ctx, selectCredential, id, projectID, string(kind)))
	return c, fail(ctx, "find credential", err)
}

// changeCredential has f change a credential, in one transaction, and returns it as it
// is then. If f reports false, nothing is written. verb names the event. ErrNotFound.
func (s *Store) changeCredential(ctx context.Context, by By, projectID, id string, kind model.Kind, verb string, f func(c *Credential) (bool, error)) (c Credential, err error) {
	err = s.change(ctx, verb+" credential", &by, func(ctx context.Context, tx *sql.Tx) (_ []event, err error) {
		if c, err = scanCredential(tx.QueryRowContext(ctx, selectCredential, id, projectID, string(kind))); err != nil {
			return nil, err
		}
		before := c.members()
		if changed, err := f(&c); err != nil || !changed {
			return nil, err
		}
		return []event{c.event(verb, before)}, c.write(ctx, tx, by.At)
	})
	return c, err
}

// write writes what can change of a credential.
func (c *Credential) write(ctx context.Context, tx *sql.Tx, now time.Time) error {
	c.UpdatedAt = cut(now)
	list, err := scopesJSON(c.Scopes)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `
		UPDATE credentials SET name = $2, note = $3, owner = $4, scopes = $5, expires_at = $6, paused_at = $7, revoked_at = $8,
			successor_id = nullif($9, ''), updated_at = $10 WHERE id = $1`,
		c.ID, c.Name, c.Note, c.Owner, list, millisOrNull(c.ExpiresAt), millisOrNull(c.PausedAt), millisOrNull(c.RevokedAt), c.SuccessorID, millis(now))
	return err
}

// UpdateCredential changes what the patch sets and returns the new row. A name of
// null is ignored: every credential has a name. ErrConflict: it is revoked.
// ErrNotFound.
func (s *Store) UpdateCredential(ctx context.Context, by By, projectID, id string, kind model.Kind, p model.CredentialPatch) (Credential, error) {
	return s.changeCredential(ctx, by, projectID, id, kind, "updated", func(c *Credential) (bool, error) {
		if c.RevokedAt != nil {
			return false, ErrConflict
		}
		for _, text := range []struct {
			in  model.Optional[string]
			out *string
		}{{p.Name, &c.Name}, {p.Note, &c.Note}, {p.Owner, &c.Owner}} {
			if text.in.Value != nil {
				*text.out = *text.in.Value
			}
		}
		if p.Scopes.Set {
			c.Scopes = nil
			if p.Scopes.Value != nil {
				c.Scopes = slices.Clone(*p.Scopes.Value)
			}
		}
		if p.ExpiresAt.Set {
			c.ExpiresAt = nil
			if p.ExpiresAt.Value != nil {
				c.ExpiresAt = new(cut(p.ExpiresAt.Value.Time))
			}
		}
		return true, nil
	})
}

// RevokeCredential ends a credential and returns when. Repeating it returns the
// time of the first call. ErrNotFound.
func (s *Store) RevokeCredential(ctx context.Context, by By, projectID, id string, kind model.Kind) (time.Time, error) {
	c, err := s.changeCredential(ctx, by, projectID, id, kind, "revoked", func(c *Credential) (bool, error) {
		if c.RevokedAt != nil {
			return false, nil
		}
		c.RevokedAt = new(cut(by.At))
		return true, nil
	})
	if err != nil {
		return time.Time{}, err
	}
	return *c.RevokedAt, nil
}

// PauseCredential pauses a credential, or resumes it, and returns the new row.
// Repeating it changes nothing. ErrConflict: it is revoked or has expired. ErrNotFound.
func (s *Store) PauseCredential(ctx context.Context, by By, projectID, id string, kind model.Kind, pause bool) (Credential, error) {
	verb := "resumed"
	if pause {
		verb = "paused"
	}
	return s.changeCredential(ctx, by, projectID, id, kind, verb, func(c *Credential) (bool, error) {
		if c.ended(by.At) {
			return false, ErrConflict
		}
		if pause == (c.PausedAt != nil) {
			return false, nil
		}
		c.PausedAt = nil
		if pause {
			c.PausedAt = new(cut(by.At))
		}
		return true, nil
	})
}

// LiveByDigest finds a credential and its project, in any state, by the SHA-256 of
// the API key, the JWT secret or a key pair's api key. ErrNotFound.
func (s *Store) LiveByDigest(ctx context.Context, kind model.Kind, digest []byte) (l Live, err error) {
	err = s.db.queryPrepared(ctx, "find credential by digest", s.liveByDigest, l.dest(), string(kind), digest)
	return l, err
}

// LiveByID finds a credential of any kind and its project, in any state.
// ErrNotFound.
func (s *Store) LiveByID(ctx context.Context, id string) (l Live, err error) {
	err = s.db.queryPrepared(ctx, "find credential by id", s.liveByID, l.dest(), id)
	return l, err
}
