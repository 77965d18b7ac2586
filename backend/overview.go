package backend

import (
	"context"
	"slices"
	"time"

	"keydeck/backend/store"
	"keydeck/backend/traffic"
	"keydeck/model"
)

// How far an overview (model.Overview) looks ahead and back, and how much of each
// list it shows.
const (
	unusedFor = 90 * 24 * time.Hour

	shownBusiest   = 10
	shownRefusals  = 10
	shownAttention = 20
	shownAddresses = 20
)

// maxUse bounds a list of uses, to those of the credentials used last.
const maxUse = 10_000

// seen is what a login may see of projects: their ids, nil for all, and in the
// counts of the last hour its own requests too.
type visibility struct {
	projects []string
	traffic.View
}

// visible returns what a login may see, narrowed to one project if projectID is
// not "". The rules are those of the request log (see scoped).
func (b *Backend) visible(ctx context.Context, p Principal, projectID string) (visibility, error) {
	f, err := b.scoped(ctx, p, model.RequestFilter{ProjectID: projectID})
	switch {
	case err != nil:
		return visibility{}, err
	case f.ProjectID != "":
		return visibility{[]string{f.ProjectID}, traffic.Of(f.ProjectID)}, nil
	case f.Projects == nil:
		return visibility{nil, traffic.View{All: true}}, nil
	}
	return visibility{f.Projects, traffic.View{Projects: f.Projects, User: f.UserID}}, nil
}

// Overview sums up a project, or ("") all that the login may see. A project that
// is not the user's is CodeNotFound.
func (b *Backend) Overview(ctx context.Context, p Principal, projectID string) (model.Overview, error) {
	seen, err := b.visible(ctx, p, projectID)
	if err != nil {
		return model.Overview{}, err
	}
	b.flushUsage(ctx)
	now := b.Now()
	h := b.traffic.Hour(seen.View, now)
	o := model.Overview{
		At: model.At(now), PerSecond: h.PerSecond, Minutes: h.Minutes, Classes: h.Classes, P50: h.P50, P90: h.P90, P99: h.P99,
		Busiest: first(h.Credentials, shownBusiest), Routes: first(h.Routes, shownBusiest), Refusals: first(h.Refusals, shownRefusals),
		RefusalsTotal: len(h.Refusals), Log: b.LogStats(),
	}
	if o.Today, err = b.db.RequestsOn(ctx, seen.projects, unixDay(now)); err != nil {
		return model.Overview{}, storeError(err, "usage")
	}
	if err := b.needAttention(ctx, seen.projects, now, &o); err != nil {
		return model.Overview{}, err
	}
	return o, b.nameCredentials(ctx, &o)
}

// needAttention fills in what expires soon and what is unused.
func (b *Backend) needAttention(ctx context.Context, projects []string, now time.Time, o *model.Overview) error {
	expiring, n, err := b.db.Expiring(ctx, projects, now, now.Add(model.ExpiringWithin), shownAttention, model.MaxCounted)
	if err != nil {
		return storeError(err, "credentials")
	}
	o.Expiring, o.ExpiringTotal = attention(expiring), n
	unused, n, err := b.db.Idle(ctx, projects, now, now.Add(-unusedFor), shownAttention, model.MaxCounted)
	if err != nil {
		return storeError(err, "credentials")
	}
	o.Unused, o.UnusedTotal = attention(unused), n
	return nil
}

// nameCredentials fills in names and hints of an overview's credentials.
func (b *Backend) nameCredentials(ctx context.Context, o *model.Overview) error {
	var ids []string
	for _, c := range o.Busiest {
		ids = append(ids, c.CredentialID)
	}
	for _, c := range o.Refusals {
		if c.CredentialID != "" {
			ids = append(ids, c.CredentialID)
		}
	}
	found, err := b.db.CredentialsByID(ctx, ids)
	if err != nil {
		return storeError(err, "credentials")
	}
	for i := range o.Busiest {
		c := &o.Busiest[i]
		c.Name, c.Hint = found[c.CredentialID].Name, found[c.CredentialID].Hint
	}
	for i := range o.Refusals {
		c := &o.Refusals[i]
		c.Name, c.Hint = found[c.CredentialID].Name, found[c.CredentialID].Hint
	}
	return nil
}

func attention(rows []store.Credential) []model.Attention {
	list := make([]model.Attention, 0, len(rows))
	for _, c := range rows {
		list = append(list, model.Attention{CredentialID: c.ID, Kind: c.Kind, Name: c.Name, Hint: c.Hint, ProjectID: c.ProjectID,
			LastUsedAt: model.AtOrNil(c.LastUsedAt), ExpiresAt: model.AtOrNil(c.ExpiresAt)})
	}
	return list
}

// Use lists how much each credential of a project, or ("") of all that the login
// may see, is used: the last used first, without addresses.
func (b *Backend) Use(ctx context.Context, p Principal, projectID string) ([]model.CredentialUse, error) {
	seen, err := b.visible(ctx, p, projectID)
	if err != nil {
		return nil, err
	}
	b.flushUsage(ctx)
	now := b.Now()
	rows, err := b.db.UseOn(ctx, seen.projects, unixDay(now), maxUse)
	if err != nil {
		return nil, storeError(err, "usage")
	}
	hour := b.traffic.Credentials(seen.View, now)
	list := make([]model.CredentialUse, 0, len(rows))
	for _, u := range rows {
		list = append(list, useView(u, hour[u.ID], nil))
	}
	return list, nil
}

// UseOf says how much one credential is used, and from where: what revoking it
// would hit. A credential or project that is not the user's is CodeNotFound.
func (b *Backend) UseOf(ctx context.Context, p Principal, projectID, credentialID string) (model.CredentialUse, error) {
	const what = "Credential"
	seen, err := b.visible(ctx, p, projectID)
	if err != nil {
		return model.CredentialUse{}, err
	}
	id, err := canonicalID(credentialID, what)
	if err != nil {
		return model.CredentialUse{}, err
	}
	b.flushUsage(ctx)
	now := b.Now()
	u, err := b.db.UseOf(ctx, id, unixDay(now))
	if err != nil {
		return model.CredentialUse{}, storeError(err, what)
	}
	if !seen.All && !slices.Contains(seen.projects, u.ProjectID) {
		return model.CredentialUse{}, model.NotFound(what)
	}
	count, from := b.traffic.Credential(id, now)
	return useView(u, count, first(from, shownAddresses)), nil
}

func useView(u store.CredentialDay, hour traffic.Count, from []model.AddressCount) model.CredentialUse {
	if from == nil {
		from = []model.AddressCount{}
	}
	return model.CredentialUse{CredentialID: u.ID, RequestsToday: u.Requests, LastHour: hour.Requests, RefusedHour: hour.Refused,
		LastUsedAt: model.AtOrNil(u.LastUsedAt), Addresses: from}
}

// first copies the first n elements of a list. It is never nil.
func first[T any](list []T, n int) []T {
	return append([]T{}, list[:min(n, len(list))]...)
}

func unixDay(t time.Time) int64 { return t.Unix() / 86400 }
