package backend

import (
	"context"
	"encoding/base64"
	"strings"

	"keydeck/backend/store"
	"keydeck/backend/token"
	"keydeck/backend/vault"
	"keydeck/model"
)

// Inspect says whether the server accepts a credential of any kind, and why not.
// It calls the functions that authenticate requests, so it cannot disagree with
// them. Only those who may see its project learn whom a credential belongs to.
func (b *Backend) Inspect(ctx context.Context, p Principal, in model.InspectRequest) (model.Inspection, error) {
	if err := loginOnly(p); err != nil {
		return model.Inspection{}, err
	}
	found := b.inspect(ctx, in)
	if found.err != nil && model.CodeOf(found.err) != model.CodeUnauthorized && model.CodeOf(found.err) != model.CodeForbidden {
		return model.Inspection{}, found.err
	}
	out := model.Inspection{Kind: found.kind, Valid: found.err == nil, Reason: model.ReasonOf(found.err), Signature: model.SignatureNotChecked}
	out.Message = explain(out)
	if found.header != nil {
		out.Algorithm = &found.header.Algorithm
		if found.header.HasKeyID {
			out.KID = &found.header.KeyID
		}
		if claims, err := token.PeekClaims(found.raw); err == nil {
			out.IssuedAt, out.NotBefore, out.ExpiresAt = model.AtOrNil(claims.IssuedAt), model.AtOrNil(claims.NotBefore), model.AtOrNil(claims.ExpiresAt)
		}
		if err := b.addSignature(ctx, p, found, &out); err != nil {
			return model.Inspection{}, err
		}
	}
	return out, b.addOwner(ctx, p, found, &out)
}

// inspected is what was found out about a presented credential.
type inspected struct {
	kind      model.Kind
	raw       string
	header    *token.Header // of a JWT
	principal Principal
	session   *store.LiveSession // of a refresh token
	err       error              // the refusal
}

// inspect recognises a credential by its form, as the routes do.
func (b *Backend) inspect(ctx context.Context, in model.InspectRequest) inspected {
	pasted := Present(in)
	if pasted.Scheme == SchemeAPIKey {
		return b.inspectAccountKey(ctx, pasted.Value)
	}
	raw := pasted.Value
	switch kind := model.StaticKind(raw); {
	case kind != "":
		p, err := b.AuthenticateKey(ctx, kind, raw)
		return inspected{kind: kind, raw: raw, principal: p, err: err}
	case strings.Count(raw, ".") >= 2:
		return b.inspectToken(ctx, raw)
	case len(raw) == refreshLen:
		return b.inspectRefresh(ctx, raw)
	case len(raw) == vault.JWTSecretLen:
		return b.inspectSecret(ctx, raw)
	}
	return inspected{kind: model.KindUnknown, raw: raw, err: refused(model.ReasonMalformed)}
}

// refreshLen is 64 random bytes in base64url.
const refreshLen = 86

func (b *Backend) inspectAccountKey(ctx context.Context, value string) inspected {
	out := inspected{kind: model.KindAPIKey, raw: value}
	account, key, ok := SplitAccountKey(value)
	if !ok {
		out.err = refused(model.ReasonMalformed)
		return out
	}
	out.principal, out.err = b.AuthenticateAccountKey(ctx, account, key)
	return out
}

// SplitAccountKey splits family A's ApiKey value: base64 (standard or URL-safe,
// with or without padding) of account_id:key, split at the first colon.
func SplitAccountKey(value string) (account, key string, ok bool) {
	value = strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(value, "="))
	plain, err := base64.RawStdEncoding.DecodeString(value)
	if err != nil {
		return "", "", false
	}
	return strings.Cut(string(plain), ":")
}

func (b *Backend) inspectToken(ctx context.Context, raw string) inspected {
	out := inspected{kind: model.KindUnknown, raw: raw}
	header, err := token.ParseHeader(raw)
	if whole := Unwrapped(raw); err != nil && whole != raw {
		// Only family B accepts white space, in the halves of a pair.
		if again, againErr := token.ParseHeader(whole); againErr == nil && b.pairPurpose(again) != "" {
			header, err, out.raw = again, nil, whole
		}
	}
	if err != nil {
		out.err = tokenError(err)
		return out
	}
	out.header = &header
	if purpose := b.pairPurpose(header); purpose != "" {
		return b.inspectPairHalf(ctx, out, purpose)
	}
	out.principal, out.err = b.AuthenticateToken(ctx, raw, acceptAll)
	if out.principal.Kind != "" {
		out.kind = out.principal.Kind
	}
	return out
}

// pairPurpose is the half of a key pair that the header's key signs, "" for
// neither.
func (b *Backend) pairPurpose(h token.Header) string {
	key, ok := b.keys.find(h.KeyID)
	if ok && (key.purpose == purposeAPI || key.purpose == purposeSecret) {
		return key.purpose
	}
	return ""
}

// Unwrapped removes ASCII white space from half of a key pair: mails and web pages
// wrap long lines.
func Unwrapped(half string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || '\t' <= r && r <= '\r' {
			return -1
		}
		return r
	}, half)
}

// inspectPairHalf inspects one of the two JWTs of a key pair.
func (b *Backend) inspectPairHalf(ctx context.Context, out inspected, purpose string) inspected {
	out.kind = model.KindKeyPair
	claims, err := b.verifyPairKey(out.raw, purpose)
	if err != nil {
		out.err = err
		return out
	}
	live, err := b.liveCredential(ctx, claims.JTI)
	if err != nil {
		out.err = err
		return out
	}
	out.principal, out.err = principalOf(model.KindKeyPair, live), b.usable(live)
	return out
}

// inspectSecret recognises a JWT secret that was pasted instead of a JWT.
func (b *Backend) inspectSecret(ctx context.Context, raw string) inspected {
	out := inspected{kind: model.KindUnknown, raw: raw}
	live, err := b.db.LiveByDigest(ctx, model.KindJWTSecret, vault.Digest(raw))
	if err != nil {
		out.err = lookupError(err, "JWT secret", refused(model.ReasonMalformed))
		return out
	}
	out.kind, out.principal, out.err = model.KindJWTSecret, principalOf(model.KindJWTSecret, live), b.usable(live)
	return out
}

func (b *Backend) inspectRefresh(ctx context.Context, raw string) inspected {
	out := inspected{kind: model.KindRefreshToken, raw: raw}
	stored, usedAt, session, err := b.db.RefreshSession(ctx, vault.Digest(raw))
	if err != nil {
		return inspected{kind: model.KindUnknown, raw: raw, err: lookupError(err, "refresh token", refused(model.ReasonUnknownKey))}
	}
	out.session = &session
	switch {
	case usedAt != nil:
		out.err = refused(model.ReasonReused)
	case !session.User.IsActive:
		out.err = refused(model.ReasonUserDisabled)
	case !session.Renewable(stored, b.Now()):
		out.err = refused(model.ReasonSessionEnded)
	}
	return out
}

// addOwner fills in whom the credential belongs to, if p may know.
func (b *Backend) addOwner(ctx context.Context, p Principal, found inspected, out *model.Inspection) error {
	if s := found.session; s != nil && (p.Superuser || p.UserID == s.UserID) {
		out.UserID, out.ExpiresAt, out.RevokedAt = &s.UserID, model.Ptr(s.ExpiresAt), model.AtOrNil(s.RevokedAt)
		out.CredentialID, out.LastUsedAt = &s.ID, model.AtOrNil(s.LastUsedAt)
		return nil
	}
	owner := found.principal
	if owner.IsLogin() {
		if p.Superuser || p.UserID == owner.UserID {
			out.UserID, out.CredentialID, out.CredentialHint = &owner.UserID, &owner.CredentialID, &owner.Hint
		}
		return nil
	}
	if owner.CredentialID == "" {
		return nil
	}
	live, err := b.db.LiveByID(ctx, owner.CredentialID) // not from the cache: last used must be current
	if err != nil {
		return storeError(err, "credential")
	}
	if mine, err := b.maySee(ctx, p, live); err != nil || !mine {
		return err
	}
	out.CredentialID, out.CredentialName, out.CredentialHint = &live.ID, &live.Name, &live.Hint
	out.ProjectID, out.AccountID, out.Scopes = &live.ProjectID, &live.AccountID, live.Scopes
	out.RevokedAt, out.LastUsedAt = model.AtOrNil(live.RevokedAt), model.AtOrNil(live.LastUsedAt)
	if out.ExpiresAt == nil {
		out.ExpiresAt = model.AtOrNil(live.ExpiresAt)
	}
	return nil
}

// maySee reports whether p may learn whose a credential is: members of its project
// may, and only superusers if the project is deleted.
func (b *Backend) maySee(ctx context.Context, p Principal, live store.Live) (bool, error) {
	if live.ProjectDeletedAt != nil {
		return p.Superuser, nil
	}
	return b.SameProject(ctx, p, principalOf(live.Kind, live))
}

// explain words a verdict.
func explain(i model.Inspection) string {
	switch {
	case i.Valid && i.Kind == model.KindJWTSecret:
		return "It is a JWT secret in force: sign JWTs with it, and never send it."
	case i.Valid:
		return "This server accepts it."
	}
	return Explain(i.Reason)
}

// Explain words the reason for a refusal.
func Explain(reason model.Reason) string {
	if text := reason.Text().Present; text != "" {
		return text
	}
	return "This server refuses it."
}
