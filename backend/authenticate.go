package backend

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"keydeck/backend/store"
	"keydeck/backend/token"
	"keydeck/backend/vault"
	"keydeck/model"
)

// AuthenticateAPIKey resolves an sk_ key (family C sends it as x-api-key).
func (b *Backend) AuthenticateAPIKey(ctx context.Context, key string) (Principal, error) {
	return b.AuthenticateKey(ctx, model.KindAPIKey, key)
}

// AuthenticateKey resolves a static key of a kind; one of another kind is malformed.
func (b *Backend) AuthenticateKey(ctx context.Context, kind model.Kind, key string) (Principal, error) {
	live, err := b.resolveKey(ctx, kind, key)
	if err != nil {
		return Principal{Kind: kind}, err
	}
	return principalOf(kind, live), b.usable(live)
}

// AuthenticateAccountKey resolves family A's pair of account id and key. A good
// key under another account id is CodeForbidden; a key of a deleted project is
// CodeForbidden with ReasonProjectGone.
func (b *Backend) AuthenticateAccountKey(ctx context.Context, accountID, key string) (Principal, error) {
	p, err := b.AuthenticateAPIKey(ctx, key)
	if err != nil {
		return p, err
	}
	if subtle.ConstantTimeCompare([]byte(accountID), []byte(p.AccountID)) != 1 {
		return p, model.Forbidden(model.ReasonWrongAccount, "The account was not found.")
	}
	return p, nil
}

// AuthenticateToken resolves a JWT of one of the accepted kinds. A missing kid is
// CodeUnauthorized with ReasonMissingKID (which family D answers with 500). A
// token of a deleted project is CodeForbidden with ReasonProjectGone.
func (b *Backend) AuthenticateToken(ctx context.Context, raw string, accept Accept) (Principal, error) {
	known, err := b.resolveToken(ctx, raw, accept)
	if err != nil {
		return b.principalForLog(ctx, known), err
	}
	now := b.Now()
	if known.kind == model.KindAccessToken {
		return b.login(ctx, known, now)
	}
	live, err := b.liveCredential(ctx, known.credentialID)
	if err != nil {
		return Principal{Kind: known.kind}, err
	}
	p := principalOf(known.kind, live)
	if err := known.inTime(now); err != nil {
		return p, err
	}
	return p, b.usable(live)
}

// principalForLog names the credential that the kid of a refused client JWT
// points to. Nothing proves that the credential signed it, so only the request
// log may see it.
func (b *Backend) principalForLog(ctx context.Context, known fact) Principal {
	p := Principal{Kind: known.kind}
	if known.kind == model.KindClientJWT && known.credentialID != "" {
		if live, err := b.liveCredential(ctx, known.credentialID); err == nil {
			p = principalOf(known.kind, live)
		}
	}
	return p
}

func (f fact) inTime(now time.Time) error {
	if !f.expires.IsZero() && !now.Before(f.expires) {
		return refused(model.ReasonExpired)
	}
	if now.Add(model.ClockSkew).Before(f.notBefore) {
		return refused(model.ReasonNotYetValid)
	}
	return nil
}

// usable refuses a credential that is revoked, expired or paused, or whose project is
// deleted.
func (b *Backend) usable(live store.Live) error {
	switch {
	case live.RevokedAt != nil:
		return refused(model.ReasonRevoked)
	case live.ExpiresAt != nil && !b.Now().Before(*live.ExpiresAt):
		return refused(model.ReasonExpired)
	case live.PausedAt != nil:
		return refused(model.ReasonPaused)
	case live.ProjectDeletedAt != nil:
		return gone()
	}
	return nil
}

func principalOf(kind model.Kind, live store.Live) Principal {
	return Principal{
		Kind: kind, CredentialID: live.ID, Hint: live.Hint,
		ProjectID: live.ProjectID, AccountID: live.AccountID, Scopes: live.Scopes,
	}
}

// login resolves an access token to its user, if session and user are still
// active.
func (b *Backend) login(ctx context.Context, known fact, now time.Time) (Principal, error) {
	p := Principal{Kind: known.kind, CredentialID: known.sessionID, UserID: known.userID}
	if err := known.inTime(now); err != nil {
		return p, err
	}
	live, err := b.cache.sessions.load(known.sessionID, func() (store.LiveSession, error) {
		live, err := b.db.LiveSession(ctx, known.sessionID)
		return live, lookupError(err, "session", refused(model.ReasonSessionEnded))
	})
	switch {
	case err != nil:
		return p, err
	case live.RevokedAt != nil || !now.Before(live.ExpiresAt) || live.UserID != known.userID:
		return p, refused(model.ReasonSessionEnded)
	case !live.User.IsActive:
		return p, refused(model.ReasonUserDisabled)
	}
	p.Hint = live.User.Email
	p.Superuser = live.User.IsSuperuser
	return p, nil
}

// resolveKey finds the credential of a static key: it checks the check digits first,
// then the cache, then makes one indexed read.
func (b *Backend) resolveKey(ctx context.Context, kind model.Kind, key string) (store.Live, error) {
	if model.StaticKind(key) != kind {
		return store.Live{}, refused(model.ReasonMalformed)
	}
	if reason := model.CheckKey(key); reason != "" {
		return store.Live{}, refused(reason)
	}
	digest := sha256.Sum256([]byte(key))
	if known, ok := b.cache.facts.get(digest); ok {
		return b.liveCredential(ctx, known.credentialID)
	}
	before := b.cache.credentials.changes.Load()
	live, err := b.db.LiveByDigest(ctx, kind, digest[:])
	if err != nil {
		return store.Live{}, lookupError(err, "key", refused(model.ReasonUnknownKey))
	}
	b.cache.facts.put(digest, fact{kind: kind, credentialID: live.ID})
	b.cache.credentials.putUnchanged(live.ID, live, before)
	return live, nil
}

// liveCredential returns the current state of a credential.
func (b *Backend) liveCredential(ctx context.Context, id string) (store.Live, error) {
	return b.cache.credentials.load(id, func() (store.Live, error) {
		live, err := b.db.LiveByID(ctx, id)
		return live, lookupError(err, "credential", refused(model.ReasonUnknownKey))
	})
}

// resolveToken verifies a JWT and finds whom it stands for. The fact's kind is set
// as soon as it is known, also with an error.
func (b *Backend) resolveToken(ctx context.Context, raw string, accept Accept) (fact, error) {
	digest := sha256.Sum256([]byte(raw))
	if known, ok := b.cache.facts.get(digest); ok && slices.Contains(TokenKinds, known.kind) {
		if !accept.Takes(known.kind) {
			return fact{kind: known.kind}, refused(model.ReasonWrongKind)
		}
		return known, nil
	}
	header, err := token.ParseHeader(raw)
	if err != nil {
		return fact{}, tokenError(err)
	}
	if !header.HasKeyID {
		return fact{}, refused(model.ReasonMissingKID)
	}
	known, key, err := b.keyFor(ctx, header)
	if err != nil {
		return known, err
	}
	if !accept.Takes(known.kind) {
		return known, refused(model.ReasonWrongKind)
	}
	claims, err := token.Verify(raw, key, b.tokenRules(known.kind))
	if err != nil {
		return known, tokenError(err)
	}
	if known, err = known.complete(claims); err != nil {
		return known, err
	}
	b.cache.facts.put(digest, known)
	return known, nil
}

// keyFor picks the one key that may verify a token, by its kid alone. The fact
// has the kind of the token, provided that the signature is good.
func (b *Backend) keyFor(ctx context.Context, h token.Header) (fact, token.Key, error) {
	if k, ok := b.keys.find(h.KeyID); ok {
		switch k.purpose {
		case purposeSession:
			return fact{kind: model.KindSessionKey}, k.Key, nil
		case purposeAPI, purposeSecret:
			return fact{kind: model.KindKeyPair}, k.Key, nil
		case purposeSigning:
			if strings.TrimPrefix(strings.ToLower(h.Type), "application/") == token.TypeAccess {
				return fact{kind: model.KindAccessToken}, k.Key, nil
			}
			return fact{kind: model.KindServiceToken}, k.Key, nil
		}
	}
	if !model.IsUUID(h.KeyID) {
		return fact{}, token.Key{}, refused(model.ReasonUnknownKID)
	}
	live, err := b.liveCredential(ctx, strings.ToLower(h.KeyID))
	if model.ReasonOf(err) == model.ReasonUnknownKey || (err == nil && live.Kind != model.KindJWTSecret) {
		return fact{}, token.Key{}, refused(model.ReasonUnknownKID)
	}
	if err != nil {
		return fact{}, token.Key{}, err
	}
	key, err := b.secretKey(live.Credential)
	return fact{kind: model.KindClientJWT, credentialID: live.ID}, key, err
}

// secretKey unseals a JWT secret.
func (b *Backend) secretKey(row store.Credential) (token.Key, error) {
	secret, err := b.vault.Unseal("credentials", "sealed", row.ID, row.Sealed)
	if err != nil {
		return token.Key{}, internal(err)
	}
	return token.Key{ID: row.ID, Algorithm: token.HS256, Secret: secret}, nil
}

// tokenRules are the rules for tokens of a kind. They leave iss out: the key
// proves who issued the token, and the public URL may change while tokens are
// valid.
func (b *Backend) tokenRules(kind model.Kind) token.Rules {
	return token.Rules{Now: b.Now(), Leeway: model.ClockSkew, Type: typeOf(kind)}
}

func typeOf(k model.Kind) string {
	switch k {
	case model.KindAccessToken:
		return token.TypeAccess
	case model.KindServiceToken, model.KindSessionKey:
		return token.TypeJWT
	}
	return "" // a client's own JWT may say what it likes
}

// complete fills in whom the token stands for, from verified claims.
func (f fact) complete(c token.Claims) (fact, error) {
	if c.ExpiresAt != nil {
		f.expires = *c.ExpiresAt
	}
	if c.NotBefore != nil {
		f.notBefore = *c.NotBefore
	}
	switch f.kind {
	case model.KindServiceToken:
		f.credentialID = c.Subject
	case model.KindAccessToken:
		f.userID = c.Subject
		f.sessionID, _ = c.Raw["sid"].(string)
	case model.KindSessionKey:
		pair, _ := c.Raw["apiKey"].(map[string]any)
		f.credentialID, _ = pair["jti"].(string)
	}
	if f.credentialID == "" && f.sessionID == "" {
		return f, refused(model.ReasonBadClaims)
	}
	return f, nil
}

// AuthenticateKeys makes family B's session key. Refusals are CodeUnauthorized,
// with ReasonLicenceExpired if the licence has expired. If the pair was
// recognised, the principal is the pair's also with an error, for the log.
func (b *Backend) AuthenticateKeys(ctx context.Context, tenant, apiKey, secretKey string) (string, Principal, error) {
	p := Principal{Kind: model.KindKeyPair}
	api, err := b.verifyPairKey(apiKey, purposeAPI)
	if err != nil {
		return "", p, err
	}
	secret, err := b.verifyPairKey(secretKey, purposeSecret)
	if err != nil {
		return "", p, err
	}
	live, err := b.liveCredential(ctx, api.JTI)
	if err != nil {
		return "", p, err
	}
	p = principalOf(model.KindKeyPair, live)
	err = b.checkPair(live, tenant, pairHalf{apiKey, live.Digest, api}, pairHalf{secretKey, live.SecondDigest, secret})
	if err != nil {
		return "", p, err
	}
	raw, err := b.sessionKey(live, api, secret)
	return raw, p, err
}

// pairHalf is one of the two JWTs of a pair, with verified claims, and the digest
// that it must have.
type pairHalf struct {
	raw    string
	digest []byte
	claims pairClaims
}

// checkPair compares halves with their pair's state and with the tenant.
func (b *Backend) checkPair(live store.Live, tenant string, halves ...pairHalf) error {
	if live.Kind != model.KindKeyPair {
		return refused(model.ReasonPairMismatch)
	}
	for _, h := range halves {
		if subtle.ConstantTimeCompare(vault.Digest(h.raw), h.digest) != 1 {
			return refused(model.ReasonPairMismatch)
		}
	}
	for _, h := range halves {
		if tenant != live.AccountID || h.claims.CustomerID != tenant {
			return refused(model.ReasonWrongAccount)
		}
	}
	err := b.usable(live)
	if model.ReasonOf(err) == model.ReasonExpired {
		err = refused(model.ReasonLicenceExpired)
	}
	return err
}

// verifyPairKey verifies one of the two JWTs of a pair; purpose says which.
func (b *Backend) verifyPairKey(raw, purpose string) (pairClaims, error) {
	header, err := token.ParseHeader(raw)
	if err != nil {
		return pairClaims{}, tokenError(err)
	}
	key, ok := b.keys.find(header.KeyID)
	switch {
	case !ok:
		return pairClaims{}, refused(model.ReasonUnknownKID)
	case key.purpose != purpose:
		return pairClaims{}, refused(model.ReasonPairMismatch)
	}
	claims, err := token.Verify(raw, key.Key, token.Rules{Now: b.Now(), Leeway: model.ClockSkew, Type: token.TypeJWT, NoExpiry: true})
	if err != nil {
		return pairClaims{}, tokenError(err)
	}
	var out pairClaims
	plain, err := json.Marshal(claims.Raw)
	if err == nil {
		err = json.Unmarshal(plain, &out)
	}
	if err != nil || out.JTI == "" {
		return pairClaims{}, refused(model.ReasonBadClaims)
	}
	return out, nil
}
