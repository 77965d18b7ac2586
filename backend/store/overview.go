package store

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
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

// among is the condition that a column is one of the values, or true for nil.
func among[T ~string](b *sqlBuilder, column string, values []T) string {
	if values == nil {
		return "1 = 1"
	}
	if len(values) == 1 {
		return column + " = " + b.arg(string(values[0])) // the form that an index answers best
	}
	text, _ := json.Marshal(values) // strings always marshal
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
// soonest first, at most limit of them, and counts them up to most. A credential
// that has a successor is only listed if it was used after the rotation.
func (s *Store) Expiring(ctx context.Context, projects []string, now, until time.Time, limit, most int) ([]Credential, int, error) {
	b := &sqlBuilder{}
	return s.attention(ctx, "list what expires", b, `c.expires_at IS NOT NULL
			AND c.expires_at > `+b.arg(millis(now))+` AND c.expires_at <= `+b.arg(millis(until))+`
			AND (c.successor_id IS NULL OR c.last_used_at > c.updated_at)
			AND `+among(b, ofAnyProject, projects), "c.expires_at", limit, most)
}

// Idle lists active credentials without a successor that were last used before a
// time (or, if never used, made before it), the longest idle first, at most limit
// of them, and counts them up to most.
func (s *Store) Idle(ctx context.Context, projects []string, now, before time.Time, limit, most int) ([]Credential, int, error) {
	b := &sqlBuilder{}
	return s.attention(ctx, "list what is idle", b, `c.successor_id IS NULL AND (c.expires_at IS NULL OR c.expires_at > `+b.arg(millis(now))+`)
			AND coalesce(c.last_used_at, c.created_at) < `+b.arg(millis(before))+`
			AND `+among(b, ofAnyProject, projects), "coalesce(c.last_used_at, c.created_at)", limit, most)
}

// attention lists credentials that are not revoked, and counts them only if the
// list is full. condition has its arguments in b.
func (s *Store) attention(ctx context.Context, verb string, b *sqlBuilder, condition, order string, limit, most int) (rows []Credential, total int, err error) {
	from := ` FROM credentials c JOIN projects p ON p.id = c.project_id
		WHERE p.deleted_at IS NULL AND c.revoked_at IS NULL AND ` + condition
	args, next := slices.Clip(b.args), fmt.Sprintf("$%d", len(b.args)+1)
	rows, err = list(ctx, s.db.read, scanCredential, `SELECT `+credentialColumns+from+` ORDER BY `+order+`, c.id LIMIT `+next, append(args, limit)...)
	if total = len(rows); err == nil && total == limit {
		err = s.db.read.QueryRowContext(ctx, `SELECT count(*) FROM (SELECT 1`+from+` LIMIT `+next+`) counted`, append(args, most)...).Scan(&total)
	}
	return rows, total, fail(ctx, verb, err)
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
