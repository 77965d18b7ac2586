package backend

import (
	"context"
	"strings"

	"keydeck/backend/token"
	"keydeck/backend/vault"
	"keydeck/model"
)

// The scheme words of an Authorization value, in lower case.
const (
	SchemeAPIKey = "apikey"
	SchemeBearer = "bearer"
)

// Presented is a credential as it was pasted, taken apart.
type Presented struct {
	Scheme string // SchemeAPIKey, SchemeBearer or ""
	Value  string // what follows the scheme word; everything without one
}

// Present takes a pasted credential apart as the grammar of the routes does.
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

// The members of family B's body, in which the halves of a pair are sent.
const (
	MemberAPIKey    = "apiKey"
	MemberSecretKey = "secretKey"
)

// CheckPairKey says what AuthenticateKeys would make of one half of a key pair,
// sent to its pair's own tenant together with a good other half, and in which
// member it would be sent. Nothing is signed and nothing is counted.
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

// CheckRefresh says what RefreshToken would answer to a refresh token that comes
// with its own user, and leaves it, used or not, as it is.
func (b *Backend) CheckRefresh(ctx context.Context, refresh string) error {
	stored, usedAt, session, err := b.db.RefreshSession(ctx, vault.Digest(refresh))
	err = storeError(err, "refresh token")
	switch {
	case err != nil && model.CodeOf(err) == model.CodeNotFound:
		return refreshRefused(model.ReasonUnknownKey)
	case err != nil:
		return err
	case usedAt != nil:
		return refreshRefused(model.ReasonReused)
	case !session.Renewable(stored, b.Now()):
		return refreshRefused(model.ReasonSessionEnded)
	}
	return nil
}

// MayWriteKeys says whether a credential may create and revoke the API keys of its
// own project. What a login may do depends on its role in the project it names, so
// a login is not refused here.
func (b *Backend) MayWriteKeys(ctx context.Context, p Principal) error {
	if p.IsLogin() {
		return nil
	}
	_, err := b.mayWrite(ctx, p, p.ProjectID, model.KindAPIKey)
	return err
}
