package backend

import (
	"context"

	"keydeck/model"
)

// Follower is a live view of the request log (requestlog.Subscription).
type Follower interface {
	// Next waits for records and returns at most max of them, oldest first, and
	// how many were skipped because the reader fell behind.
	Next(ctx context.Context, max int) (batch []model.RequestRecord, skipped int64, err error)
	Close()
}

// scoped narrows a filter to what the login may see: the requests of its projects
// and its own, or everything for a superuser.
func (b *Backend) scoped(ctx context.Context, p Principal, f model.RequestFilter) (model.RequestFilter, error) {
	if err := loginOnly(p); err != nil {
		return f, err
	}
	f.Projects, f.UserID = nil, ""
	if f.ProjectID != "" {
		owner, err := b.projectFor(ctx, p, f.ProjectID, model.RoleViewer)
		if err != nil {
			return f, err
		}
		f.ProjectID = owner.ID
		return f, nil
	}
	if p.Superuser {
		return f, nil
	}
	ids, err := b.db.ProjectIDs(ctx, p.UserID)
	if err != nil {
		return f, storeError(err, "projects")
	}
	f.Projects, f.UserID = append([]string{}, ids...), p.UserID
	return f, nil
}

// Requests reads the log, newest first. A ProjectID that is not the user's is
// CodeNotFound. A page that is not full still has a NextBefore if the search
// stopped before the end of the log.
func (b *Backend) Requests(ctx context.Context, p Principal, f model.RequestFilter) (model.RequestPage, error) {
	f, err := b.scoped(ctx, p, f)
	if err != nil {
		return model.RequestPage{}, err
	}
	if f.Limit < 1 {
		f.Limit = model.DefaultRequestLimit
	}
	f.Limit = min(f.Limit, model.MaxRequestsPerGet)
	wanted := f.Limit
	f.Limit++ // one more shows whether there is an older page
	found, err := b.requests.Query(ctx, f)
	if err != nil {
		return model.RequestPage{}, storeError(err, "requests")
	}
	page := model.RequestPage{Items: found.Records}
	switch {
	case len(found.Records) > wanted:
		page.Items = found.Records[:wanted]
		page.NextBefore = &page.Items[wanted-1].ID
	case found.Stopped != "":
		page.NextBefore, page.Searched = &found.Stopped, found.Looked
	}
	if page.Items == nil {
		page.Items = []model.RequestRecord{}
	}
	return page, nil
}

// Follow follows the log from the record after the given id ("": from now on).
// It decides at the start which projects the login may see.
func (b *Backend) Follow(ctx context.Context, p Principal, f model.RequestFilter, after string) (Follower, error) {
	f, err := b.scoped(ctx, p, f)
	if err != nil {
		return nil, err
	}
	return b.requests.Subscribe(f, after), nil
}
