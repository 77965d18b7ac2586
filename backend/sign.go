package backend

import (
	"context"
	"encoding/json"
	"errors"

	"keydeck/backend/store"
	"keydeck/backend/token"
	"keydeck/model"
	"keydeck/model/inspect/strict"
)

// SignJWT signs claims, a JSON object, with one of the project's JWT secrets. The
// server sets alg, typ and kid and leaves the claims as they are. Whoever may
// issue a JWT secret may sign with one. Claims that family D would refuse now are
// not signed: CodeInvalid names the claim. A secret that is revoked or expired is
// CodeConflict. Signing does not count as use of the secret, and the claims are
// not logged.
func (b *Backend) SignJWT(ctx context.Context, p Principal, projectID, id string, claims json.RawMessage) (model.SignedToken, error) {
	const kind = model.KindJWTSecret
	owner, err := b.mayWrite(ctx, p, projectID, kind)
	if err != nil {
		return model.SignedToken{}, err
	}
	if id, err = canonicalID(id, nameOf(kind)); err != nil {
		return model.SignedToken{}, err
	}
	row, err := b.db.Credential(ctx, owner.ID, id, kind)
	if err != nil {
		return model.SignedToken{}, storeError(err, nameOf(kind))
	}
	if err := b.maySignWith(row); err != nil {
		return model.SignedToken{}, err
	}
	if err := plainClaims(claims); err != nil {
		return model.SignedToken{}, err
	}
	key, err := b.secretKey(row)
	if err != nil {
		return model.SignedToken{}, err
	}
	raw, err := token.Sign(key, token.TypeJWT, claims)
	if err == nil {
		_, err = token.Verify(raw, key, b.tokenRules(model.KindClientJWT)) // by the rules that requests are held to
	}
	if err != nil {
		return model.SignedToken{}, notSigned(err)
	}
	return model.SignedToken{Token: raw}, nil
}

// maySignWith refuses a secret whose JWTs the server would refuse.
func (b *Backend) maySignWith(row store.Credential) error {
	var why string
	switch {
	case row.RevokedAt != nil:
		why = "This JWT secret is revoked; make a new one."
	case row.PausedAt != nil:
		why = "This JWT secret is paused; resume it first."
	case !isActive(row, b.Now()):
		why = "This JWT secret has expired; make a new one."
	default:
		return nil
	}
	return &model.Error{Code: model.CodeConflict, Message: why}
}

// plainClaims refuses claims that are not a strict JSON object or that have a
// member twice, before anything is signed.
func plainClaims(claims json.RawMessage) error {
	if len(claims) > model.MaxTokenBytes {
		return errLongToken
	}
	object, err := strict.ParseObject(string(claims), model.MaxJSONDepth)
	if syntax, ok := errors.AsType[*strict.SyntaxError](err); ok {
		return model.Invalid("claims", "The claims are not a JSON object: "+syntax.Message+".")
	}
	if err != nil {
		return internal(err)
	}
	if len(object.Duplicates) > 0 {
		return model.Invalid("claims", "A member appears twice in the claims; which one counts is not sure.")
	}
	return nil
}

var errLongToken = model.Invalid("claims", "The signed token would be over 16 KiB, which no door takes.")

// notSigned says which claim the server would refuse. It quotes at most the value
// at fault, to the caller who sent it.
func notSigned(err error) error {
	refusal, ok := errors.AsType[*token.Error](err)
	if !ok {
		return internal(errors.New("sign: the claims do not encode")) // err may quote them
	}
	switch refusal.Reason {
	case model.ReasonTooLarge:
		return errLongToken
	case model.ReasonMissingExp:
		return model.Invalid("claims.exp", "exp is missing; the server takes no token without an end.")
	case model.ReasonExpired:
		return model.Invalid("claims.exp", "exp does not lie ahead; the server would refuse the token as expired.")
	case model.ReasonNotYetValid:
		return model.Invalid("claims", "nbf or iat lies ahead; the server would refuse the token as not yet valid.")
	case model.ReasonBadClaims:
		return model.Invalid("claims", "The server would refuse these claims: "+refusal.Detail+".")
	}
	return internal(err)
}
