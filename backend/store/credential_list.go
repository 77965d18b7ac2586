package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"keydeck/model"
)

// CredentialQuery selects credentials of any kind. Zero members don't restrict.
// Credentials of deleted projects are left out, but only if Projects is nil: the
// ids in it are of projects that exist.
type CredentialQuery struct {
	Projects []string // nil: all
	ID       string
	Kinds    []model.Kind
	State    model.CredentialState
	Q        string // any part of name, hint, scopes, id, note or owner, ignoring ASCII case
	Sort     string // one of model.CredentialSorts
	After    *CredentialCursor
	Limit    int
	Now      time.Time // decides the states
}

// CredentialCursor is the position of a credential in a list sorted by Sort. It
// stays where it is whatever is inserted or changed.
type CredentialCursor struct {
	Sort string `json:"s"`
	Time int64  `json:"t,omitempty"` // what it is sorted by, in unix milliseconds
	Text string `json:"n,omitempty"` // the same, if it is sorted by name
	ID   string `json:"id"`
}

func (c *CredentialCursor) key() any {
	if strings.TrimPrefix(c.Sort, "-") == "name" {
		return c.Text
	}
	return c.Time
}

// ListedCredential is a credential with its state at the time of the query.
type ListedCredential struct {
	Credential
	State   model.CredentialState
	Creator model.Actor
	Cursor  CredentialCursor
}

// credentialStates are the conditions of the states, in SQL; the first that holds
// decides. NOW is the time of the query, SOON when a credential no longer expires
// soon.
var credentialStates = []struct {
	state model.CredentialState
	when  string
}{
	{model.StateRevoked, "c.revoked_at IS NOT NULL"},
	{model.StateExpired, "c.expires_at <= NOW"},
	{model.StatePaused, "c.paused_at IS NOT NULL"},
	{model.StateExpiring, "c.expires_at < SOON"},
	{model.StateActive, "1 = 1"},
}

// credentialSortKeys are what lists are sorted by. What never expires comes after
// all that does, and what was never used before all that was.
var credentialSortKeys = map[string]string{
	"created_at":   "c.created_at",
	"updated_at":   "c.updated_at",
	"expires_at":   "coalesce(c.expires_at, 9223372036854775807)",
	"last_used_at": "coalesce(c.last_used_at, 0)",
	"name":         "lower(c.name)",
}

// creator is who issued a credential: a user with an address, or a credential with a
// hint.
const creator = `coalesce((SELECT maker.kind FROM credentials maker WHERE maker.id = c.created_by), 'user'),
	coalesce((SELECT email FROM users WHERE users.id = c.created_by), (SELECT maker.hint FROM credentials maker WHERE maker.id = c.created_by), '')`

// ListCredentials lists credentials of all kinds.
func (s *Store) ListCredentials(ctx context.Context, q CredentialQuery) ([]ListedCredential, error) {
	text, args := q.build()
	if text == "" {
		return []ListedCredential{}, nil
	}
	rows, err := list(ctx, s.db.read, func(row scanner) (c ListedCredential, err error) {
		c.Cursor.Sort = q.Sort
		key := any(&c.Cursor.Time)
		if _, text := c.Cursor.key().(string); text {
			key = &c.Cursor.Text
		}
		err = row.Scan(append(c.dest(), &c.State, &c.Creator.Kind, &c.Creator.Hint, key)...)
		c.Cursor.ID, c.Creator.ID = c.ID, c.CreatedBy
		return c, err
	}, text, args...)
	return rows, fail(ctx, "list credentials of all kinds", err)
}

// build returns the SQL and its arguments, or "" if nothing can pass. Each project
// is one arm of a UNION ALL, as in requestQuery.build.
func (q *CredentialQuery) build() (string, []any) {
	b := &sqlBuilder{}
	column, descending := strings.CutPrefix(q.Sort, "-")
	key, direction, next := credentialSortKeys[column], "", ">"
	if descending {
		direction, next = " DESC", "<"
	}
	state := q.stateCase(b)
	var common []string
	add := func(condition string) { common = append(common, condition) }
	if q.ID != "" {
		add("c.id = " + b.arg(q.ID))
	}
	if len(q.Kinds) > 0 {
		add(among(b, "c.kind", q.Kinds))
	}
	if q.State != "" {
		add(state + " = " + b.arg(string(q.State)))
	}
	if q.Q != "" {
		add(containsText(b, q.Q, "c.name", "c.hint", "c.second_hint", "c.id", "coalesce(c.scopes, '')", "c.note", "c.owner"))
	}
	if q.After != nil {
		add(fmt.Sprintf("(%s, c.id) %s (%s, %s)", key, next, b.arg(q.After.key()), b.arg(q.After.ID)))
	}
	projects := q.projectConditions(b)
	if len(projects) == 0 {
		return "", nil
	}
	arms := make([]string, 0, len(projects))
	for _, project := range projects {
		arms = append(arms, `SELECT `+credentialColumns+`, `+state+` AS state, `+creator+`, `+key+` AS sort_key
			FROM credentials c WHERE `+strings.Join(append([]string{project}, common...), " AND "))
	}
	return strings.Join(arms, " UNION ALL ") + ` ORDER BY sort_key` + direction + `, id` + direction + ` LIMIT ` + b.arg(q.Limit), b.args
}

// projectConditions are disjoint conditions which together select the projects.
func (q *CredentialQuery) projectConditions(b *sqlBuilder) []string {
	if q.Projects == nil {
		return []string{"EXISTS (SELECT 1 FROM projects p WHERE p.id = " + ofAnyProject + " AND p.deleted_at IS NULL)"}
	}
	projects := unique(q.Projects)
	if len(projects) > maxArms {
		return []string{among(b, ofAnyProject, projects)}
	}
	var all []string
	for _, id := range projects {
		all = append(all, "c.project_id = "+b.arg(id))
	}
	return all
}

func (q *CredentialQuery) stateCase(b *sqlBuilder) string {
	text := "CASE"
	for _, s := range credentialStates {
		text += " WHEN " + s.when + " THEN '" + string(s.state) + "'"
	}
	return strings.NewReplacer("NOW", b.arg(millis(q.Now)), "SOON", b.arg(millis(q.Now.Add(model.ExpiringWithin)))).Replace(text) + " END"
}
