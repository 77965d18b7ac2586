package backend

import (
	"context"

	"keydeck/backend/store"
	"keydeck/model"
)

// EditCredential changes name, note, owner, scopes or expiry of a credential of any
// kind that is not revoked (CodeConflict). Whoever may issue one may edit it.
func (b *Backend) EditCredential(ctx context.Context, p Principal, projectID, id string, c model.CredentialPatch) (model.Credential, error) {
	c, err := b.validPatch(c)
	if err != nil {
		return model.Credential{}, err
	}
	return b.edit(ctx, p, projectID, id, "is revoked; make a new one.", func(of model.Credential) (store.Credential, error) {
		return b.db.UpdateCredential(ctx, b.by(p), of.ProjectID, of.ID, of.Kind, c)
	})
}

// Pause has a credential refused from the next request on, and what was made with it,
// until Resume. Repeating it changes nothing. CodeConflict if it is revoked or has
// expired. Whoever may revoke it may pause it.
func (b *Backend) Pause(ctx context.Context, p Principal, projectID, id string) (model.Credential, error) {
	return b.pause(ctx, p, projectID, id, true)
}

// Resume makes a paused credential good again; see Pause.
func (b *Backend) Resume(ctx context.Context, p Principal, projectID, id string) (model.Credential, error) {
	return b.pause(ctx, p, projectID, id, false)
}

func (b *Backend) pause(ctx context.Context, p Principal, projectID, id string, pause bool) (model.Credential, error) {
	return b.edit(ctx, p, projectID, id, "is revoked or has expired; make a new one.", func(of model.Credential) (store.Credential, error) {
		return b.db.PauseCredential(ctx, b.by(p), of.ProjectID, of.ID, of.Kind, pause)
	})
}

// edit finds a credential, checks that p may change it, changes it and shows it.
// refusal ends the sentence about a credential in a state that does not allow it.
func (b *Backend) edit(ctx context.Context, p Principal, projectID, id, refusal string, change func(of model.Credential) (store.Credential, error)) (model.Credential, error) {
	if err := p.MayWriteKeys(); err != nil {
		return model.Credential{}, err
	}
	c, err := b.Credential(ctx, p, projectID, id)
	if err != nil {
		return c, err
	}
	if _, err := b.mayWrite(ctx, p, c.ProjectID, c.Kind); err != nil {
		return model.Credential{}, err
	}
	if _, err := change(c); err != nil {
		return model.Credential{}, conflict(err, nameOf(c.Kind), "This "+c.Kind.Name()+" "+refusal)
	}
	return b.Credential(ctx, p, projectID, id)
}
