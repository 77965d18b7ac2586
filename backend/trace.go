package backend

import (
	"context"
	"strings"

	"keydeck/backend/token"
	"keydeck/backend/vault"
	"keydeck/model"
)

// Schemes of an Authorization value, in lower case.
const (
	SchemeAPIKey = "apikey"
	SchemeBearer = "bearer"
)

// Presented is a pasted credential, split into scheme and value.
type Presented struct {
	Scheme string // SchemeAPIKey, SchemeBearer or ""
	Value  string // what follows the scheme, or everything if there is none
}

// Present splits a pasted credential as the routes do.
func Present(in model.InspectRequest) Presented {
	value := in.Token
	if in.Authorization != "" {
		value = in.Authorization
	}
	value = strings.TrimSpace(value)
	if i := strings.IndexAny(value, " \t"); i >= 0 {
		switch scheme := strings.ToLower(value[:i]); scheme {
		case SchemeAPIKey, SchemeBearer:
			return Presented{scheme, strings.TrimSpace(value[i:])}
		}
	}
	return Presented{Value: value}
}

// Members of family B's request body that carry the halves of a pair.
const (
	MemberAPIKey    = "apiKey"
	MemberSecretKey = "secretKey"
)

// CheckPairKey says what AuthenticateKeys would say to one half of a key pair, if
// it came for the pair's own tenant with a good other half, and which member the
// half belongs in. It signs nothing and counts nothing.
func (b *Backend) CheckPairKey(ctx context.Context, raw string) (member string, err error) {
	member, purpose := MemberAPIKey, purposeAPI
	if header, err := token.ParseHeader(raw); err == nil {
		if key, ok := b.keys.find(header.KeyID); ok && key.purpose == purposeSecret {
			member, purpose = MemberSecretKey, purposeSecret
		}
	}
	claims, err := b.verifyPairKey(raw, purpose)
	if err != nil {
		return member, err
	}
	live, err := b.liveCredential(ctx, claims.JTI)
	if err != nil {
		return member, err
	}
	half := pairHalf{raw, live.Digest, claims}
	if purpose == purposeSecret {
		half.digest = live.SecondDigest
	}
	return member, b.checkPair(live, live.AccountID, half)
}

// CheckRefresh says what RefreshToken would say to a refresh token that comes with
// its own user. It does not use the token up.
func (b *Backend) CheckRefresh(ctx context.Context, refresh string) error {
	stored, usedAt, session, err := b.db.RefreshSession(ctx, vault.Digest(refresh))
	switch {
	case err != nil:
		return lookupError(err, "refresh token", refreshRefused(model.ReasonUnknownKey))
	case usedAt != nil:
		return refreshRefused(model.ReasonReused)
	case !session.Renewable(stored, b.Now()):
		return refreshRefused(model.ReasonSessionEnded)
	}
	return nil
}

// MayWriteKeys refuses a project's credential without the scope keys:write. What a
// login may do depends on its role in the project it names, so a login is not refused
// here.
func (p Principal) MayWriteKeys() error {
	if p.IsLogin() || p.HasScope(model.ScopeKeysWrite) {
		return nil
	}
	return model.Forbidden(model.ReasonScope, "The key lacks the scope "+model.ScopeKeysWrite+".")
}
