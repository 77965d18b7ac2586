package backend

import (
	"context"
	"fmt"

	"keydeck/backend/token"
	"keydeck/model"
)

// addSignature says which key the kid names and whether it made the signature.
// The verdict alone does not show that: the signature of an expired token may
// still be good.
func (b *Backend) addSignature(ctx context.Context, p Principal, found inspected, out *model.Inspection) error {
	if !found.header.HasKeyID {
		return nil
	}
	known, key, err := b.keyFor(ctx, *found.header)
	if err != nil {
		if code := model.CodeOf(err); code == model.CodeUnauthorized || code == model.CodeForbidden {
			return nil // the kid names no key
		}
		return err
	}
	switch err := token.VerifySignature(found.raw, key); {
	case err == nil:
		out.Signature = model.SignatureGood
	case model.ReasonOf(tokenError(err)) == model.ReasonBadSignature:
		out.Signature = model.SignatureBad
	}
	if known.kind != model.KindClientJWT {
		where, state := b.keys.describe(key.ID)
		out.Key, out.KeyState = &where, &state
		return nil
	}
	return b.addSecret(ctx, p, known.credentialID, out)
}

// describe says which of the server's own keys it is, and its state.
func (s *keySet) describe(id string) (where, state string) {
	key, _ := s.find(id)
	switch key.purpose {
	case purposeSigning:
		list := s.published()
		for i, k := range list {
			if k.ID == id {
				return fmt.Sprintf("this server, signing key %d of %d", i+1, len(list)), string(key.row.State)
			}
		}
		return "this server, signing key", string(key.row.State) // pruned just now
	case purposeSession:
		return "this server, key for session keys", string(key.row.State)
	case purposeAPI:
		return "this server, key for the API keys of key pairs", string(key.row.State)
	case purposeSecret:
		return "this server, key for the secret keys of key pairs", string(key.row.State)
	}
	return "this server", string(key.row.State)
}

// addSecret names the JWT secret, to those who may see its project.
func (b *Backend) addSecret(ctx context.Context, p Principal, id string, out *model.Inspection) error {
	where := "a JWT secret of this server"
	out.Key = &where
	live, err := b.liveCredential(ctx, id)
	if err != nil {
		return err
	}
	mine, err := b.maySee(ctx, p, live)
	if err != nil || !mine {
		return err
	}
	where = fmt.Sprintf("JWT secret %q of project %q", live.Name, live.ProjectName)
	state := "in force"
	switch model.ReasonOf(b.usable(live)) {
	case model.ReasonRevoked:
		state = "revoked"
	case model.ReasonExpired:
		state = "expired"
	case model.ReasonPaused:
		state = "paused"
	case model.ReasonProjectGone:
		state = "project deleted"
	}
	out.KeyState = &state
	return nil
}
