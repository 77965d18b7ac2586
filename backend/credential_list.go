package backend

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"slices"

	"keydeck/backend/store"
	"keydeck/model"
)

// Credentials lists credentials of all kinds, masked, of a project or ("") of all
// that the principal may see. A login sees those of its projects, and a superuser
// those of all; a project's credential sees those of its own project, of the kinds
// that keys manage. A project that is not the principal's is CodeNotFound.
func (b *Backend) Credentials(ctx context.Context, p Principal, f model.CredentialFilter) (model.CredentialPage, error) {
	q, err := b.credentialQuery(ctx, p, f.ProjectID, f.Kind)
	if err != nil {
		return model.CredentialPage{}, err
	}
	q.State, q.Q, q.Sort = f.State, f.Q, cmp.Or(f.Sort, model.NewestFirst)
	if f.Cursor != "" {
		var ok bool
		if q.After, ok = parseCursor(q.Sort, f.Cursor); !ok {
			return model.CredentialPage{}, model.Invalid("cursor", "This is not a cursor of this list.")
		}
	}
	limit := model.PageRequest{Limit: f.Limit}.Normal().Limit
	q.Limit = limit + 1 // one more shows whether there is a next page
	b.flushUsage(ctx)
	rows, err := b.db.ListCredentials(ctx, q)
	if err != nil {
		return model.CredentialPage{}, storeError(err, "credentials")
	}
	page := model.CredentialPage{Items: []model.Credential{}, Pagination: model.CursorPagination{Limit: limit}}
	if len(rows) > limit {
		rows = rows[:limit]
		next := formatCursor(&rows[limit-1].Cursor)
		page.Pagination.NextCursor = &next
	}
	for _, row := range rows {
		page.Items = append(page.Items, listedView(p, row))
	}
	return page, nil
}

// Credential returns a credential of any kind, masked. One that Credentials does
// not list is CodeNotFound.
func (b *Backend) Credential(ctx context.Context, p Principal, projectID, id string) (model.Credential, error) {
	const what = "Credential"
	q, err := b.credentialQuery(ctx, p, projectID, "")
	if err != nil {
		return model.Credential{}, err
	}
	if q.ID, err = canonicalID(id, what); err != nil {
		return model.Credential{}, err
	}
	q.Sort, q.Limit = model.NewestFirst, 1
	b.flushUsage(ctx)
	rows, err := b.db.ListCredentials(ctx, q)
	if err != nil {
		return model.Credential{}, storeError(err, what)
	}
	if len(rows) == 0 {
		return model.Credential{}, model.NotFound(what)
	}
	return listedView(p, rows[0]), nil
}

// credentialQuery selects what the principal may see: exactly what the lists of the
// kinds let it see.
func (b *Backend) credentialQuery(ctx context.Context, p Principal, projectID string, kind model.Kind) (store.CredentialQuery, error) {
	q := store.CredentialQuery{Now: b.Now()}
	if kind != "" {
		q.Kinds = []model.Kind{kind}
	}
	if p.IsLogin() {
		seen, err := b.visible(ctx, p, projectID)
		q.Projects = seen.projects
		return q, err
	}
	own, err := ownProject(p, cmp.Or(projectID, p.ProjectID))
	if err != nil {
		return q, err
	}
	q.Projects = []string{own}
	if q.Kinds == nil {
		q.Kinds = model.CredentialKinds
	}
	q.Kinds = slices.DeleteFunc(slices.Clone(q.Kinds), func(k model.Kind) bool { return !k.Spec().ByKey })
	if len(q.Kinds) == 0 {
		q.Projects = []string{}
	}
	return q, nil
}

// listedView shows a credential with its state, and to a login who issued it.
func listedView(p Principal, c store.ListedCredential) model.Credential {
	out := credentialView(c.Credential, c.State == model.StateActive || c.State == model.StateExpiring)
	out.State, out.CreatedBy = c.State, c.Creator
	if !p.IsLogin() && out.CreatedBy.Kind == "user" {
		out.CreatedBy.Hint = "" // an address is not for programs
	}
	return out
}

// A cursor is the JSON of a store.CredentialCursor in base64url, opaque to callers.
// It grants nothing: it only says where in the caller's own list to go on.
func formatCursor(c *store.CredentialCursor) string {
	text, _ := json.Marshal(c) // strings and numbers always marshal
	return base64.RawURLEncoding.EncodeToString(text)
}

func parseCursor(sort, cursor string) (*store.CredentialCursor, bool) {
	var c store.CredentialCursor
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil || json.Unmarshal(text, &c) != nil || c.Sort != sort || c.ID == "" {
		return nil, false
	}
	return &c, true
}

// ValidCursor reports whether a cursor is one of a list sorted by sort.
func ValidCursor(sort, cursor string) bool {
	_, ok := parseCursor(sort, cursor)
	return ok
}
