package store

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// In the methods of this file, projects are the ids of the projects to look at, or
// nil for all. Deleted projects are left out.

// CredentialDay is how much a credential was used on one day.
type CredentialDay struct {
	ID, ProjectID string
	Requests      int64
	LastUsedAt    *time.Time
}

// among is the condition that a column is one of the projects.
func among(b *sqlBuilder, column string, projects []string) string {
	if projects == nil {
		return "1 = 1"
	}
	if len(projects) == 1 {
		return column + " = " + b.arg(projects[0]) // the form that an index answers best
	}
	text, _ := json.Marshal(projects) // strings always marshal
	return anyOf(column, b.arg(string(text)))
}

// RequestsOn counts the requests of a day (unix day, UTC).
func (s *Store) RequestsOn(ctx context.Context, projects []string, day int64) (n int64, err error) {
	b := &sqlBuilder{}
	text := `SELECT CAST(coalesce(sum(u.requests), 0) AS BIGINT)
		FROM usage u JOIN projects p ON p.id = u.project_id
		WHERE u.day = ` + b.arg(day) + ` AND p.deleted_at IS NULL AND ` + among(b, "u.project_id", projects)
	err = s.db.read.QueryRowContext(ctx, text, b.args...).Scan(&n)
	return n, fail(ctx, "sum the requests of a day", err)
}

// UseOn lists credentials of all kinds and states with their use on a day: the
// last used first, those never used at the end, at most limit of them.
func (s *Store) UseOn(ctx context.Context, projects []string, day int64, limit int) ([]CredentialDay, error) {
	b := &sqlBuilder{}
	return s.useOn(ctx, b, day, among(b, "c.project_id", projects), limit)
}

// UseOf returns the use of one credential on a day. ErrNotFound.
func (s *Store) UseOf(ctx context.Context, id string, day int64) (CredentialDay, error) {
	b := &sqlBuilder{}
	list, err := s.useOn(ctx, b, day, "c.id = "+b.arg(id), 1)
	if err == nil && len(list) == 0 {
		err = fail(ctx, "find the use of a credential", ErrNotFound)
	}
	if err != nil {
		return CredentialDay{}, err
	}
	return list[0], nil
}

func (s *Store) useOn(ctx context.Context, b *sqlBuilder, day int64, condition string, limit int) ([]CredentialDay, error) {
	// Sorting three columns is cheaper than sorting whole rows.
	text := `SELECT c.id, c.project_id, coalesce(u.requests, 0), c.last_used_at FROM (
			SELECT c.id, c.project_id, c.last_used_at FROM credentials c
			WHERE c.project_id IN (SELECT id FROM projects WHERE deleted_at IS NULL) AND ` + condition + `
			ORDER BY coalesce(c.last_used_at, 0) DESC, c.id DESC LIMIT ` + b.arg(limit) + `) c
		LEFT JOIN usage u ON u.credential_id = c.id AND u.day = ` + b.arg(day)
	uses, err := list(ctx, s.db.read, func(row scanner) (u CredentialDay, err error) {
		return u, row.Scan(&u.ID, &u.ProjectID, &u.Requests, atOrNull{&u.LastUsedAt})
	}, text, b.args...)
	// The subquery picks the rows; the join does not keep their order.
	slices.SortFunc(uses, func(x, y CredentialDay) int {
		return cmp.Or(lastUse(y).Compare(lastUse(x)), strings.Compare(y.ID, x.ID))
	})
	return uses, fail(ctx, "list the use of a day", err)
}

func lastUse(u CredentialDay) time.Time {
	if u.LastUsedAt == nil {
		return time.Time{}
	}
	return *u.LastUsedAt
}

// ofAnyProject hides project_id from the query planner, which would otherwise scan
// all credentials of a project instead of the index that has the few wanted ones
// in order.
const ofAnyProject = "(c.project_id || '')"

// Expiring lists active credentials that expire after now and not after until, the
// soonest first, at most limit of them. A credential that has a successor is only
// listed if it was used after the rotation.
func (s *Store) Expiring(ctx context.Context, projects []string, now, until time.Time, limit int) ([]Credential, error) {
	b := &sqlBuilder{}
	text := `SELECT ` + credentialColumns + s.expiring(b, projects, now, until) + ` ORDER BY c.expires_at, c.id LIMIT ` + b.arg(limit)
	rows, err := list(ctx, s.db.read, scanCredential, text, b.args...)
	return rows, fail(ctx, "list what expires", err)
}

// CountExpiring counts what Expiring lists, up to limit.
func (s *Store) CountExpiring(ctx context.Context, projects []string, now, until time.Time, limit int) (int, error) {
	b := &sqlBuilder{}
	n, err := s.countUpTo(ctx, b, s.expiring(b, projects, now, until), limit)
	return n, fail(ctx, "count what expires", err)
}

func (s *Store) expiring(b *sqlBuilder, projects []string, now, until time.Time) string {
	return ` FROM credentials c JOIN projects p ON p.id = c.project_id
		WHERE p.deleted_at IS NULL AND c.revoked_at IS NULL AND c.expires_at IS NOT NULL
			AND c.expires_at > ` + b.arg(millis(now)) + ` AND c.expires_at <= ` + b.arg(millis(until)) + `
			AND (c.successor_id IS NULL OR c.last_used_at > c.updated_at)
			AND ` + among(b, ofAnyProject, projects)
}

// Idle lists active credentials without a successor that were last used before a
// time (or, if never used, made before it), the longest idle first, at most limit
// of them.
func (s *Store) Idle(ctx context.Context, projects []string, now, before time.Time, limit int) ([]Credential, error) {
	b := &sqlBuilder{}
	text := `SELECT ` + credentialColumns + s.idle(b, projects, now, before) + `
		ORDER BY coalesce(c.last_used_at, c.created_at), c.id LIMIT ` + b.arg(limit)
	rows, err := list(ctx, s.db.read, scanCredential, text, b.args...)
	return rows, fail(ctx, "list what is idle", err)
}

// CountIdle counts what Idle lists, up to limit.
func (s *Store) CountIdle(ctx context.Context, projects []string, now, before time.Time, limit int) (int, error) {
	b := &sqlBuilder{}
	n, err := s.countUpTo(ctx, b, s.idle(b, projects, now, before), limit)
	return n, fail(ctx, "count what is idle", err)
}

func (s *Store) idle(b *sqlBuilder, projects []string, now, before time.Time) string {
	return ` FROM credentials c JOIN projects p ON p.id = c.project_id
		WHERE p.deleted_at IS NULL AND c.revoked_at IS NULL AND c.successor_id IS NULL AND (c.expires_at IS NULL OR c.expires_at > ` + b.arg(millis(now)) + `)
			AND coalesce(c.last_used_at, c.created_at) < ` + b.arg(millis(before)) + `
			AND ` + among(b, ofAnyProject, projects)
}

// countUpTo counts the rows of a FROM with its conditions and stops at limit.
func (s *Store) countUpTo(ctx context.Context, b *sqlBuilder, from string, limit int) (n int, err error) {
	text := `SELECT count(*) FROM (SELECT 1` + from + ` LIMIT ` + b.arg(limit) + `) counted`
	return n, s.db.read.QueryRowContext(ctx, text, b.args...).Scan(&n)
}

// CredentialsByID finds credentials of any project, kind and state by id. Unknown
// ids are left out.
func (s *Store) CredentialsByID(ctx context.Context, ids []string) (map[string]Credential, error) {
	found := make(map[string]Credential, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	b := &sqlBuilder{}
	wanted, _ := json.Marshal(ids) // strings always marshal
	text := `SELECT ` + credentialColumns + ` FROM credentials c WHERE ` + anyOf("c.id", b.arg(string(wanted)))
	rows, err := list(ctx, s.db.read, scanCredential, text, b.args...)
	if err != nil {
		return nil, fail(ctx, "find credentials", err)
	}
	for _, c := range rows {
		found[c.ID] = c
	}
	return found, nil
}
