package backend

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"keydeck/backend/store"
	"keydeck/backend/token"
	"keydeck/model"
)

// neverExpires is the licence expiry of a pair without one: the last second of
// the year 9999, which every language can still represent.
const neverExpires = 253402300799

// serviceClaims are the claims of family A's token.
type serviceClaims struct {
	Issuer    string `json:"iss"`
	Subject   string `json:"sub"` // the API key's UUID
	AccountID string `json:"account_id"`
	ProjectID string `json:"project_id"`
	Scope     string `json:"scope,omitempty"` // space-separated (RFC 8693, section 4.2)
	IssuedAt  int64  `json:"iat"`
	NotBefore int64  `json:"nbf"`
	Expires   int64  `json:"exp"`
	ID        string `json:"jti"`
}

// ServiceToken makes family A's RS512 token for an API key's principal. The
// returned expiry is a whole second, and never later than the key's own.
func (b *Backend) ServiceToken(ctx context.Context, p Principal, ttl time.Duration) (string, time.Time, error) {
	if p.Kind != model.KindAPIKey {
		return "", time.Time{}, refused(model.ReasonWrongKind)
	}
	live, err := b.liveCredential(ctx, p.CredentialID)
	if err != nil {
		return "", time.Time{}, err
	}
	key, err := b.keys.signing(ctx)
	if err != nil {
		return "", time.Time{}, err
	}
	id, err := b.newID()
	if err != nil {
		return "", time.Time{}, internal(err)
	}
	now := b.Now().Truncate(time.Second)
	expires := now.Add(ttl)
	if live.ExpiresAt != nil {
		expires = earlier(expires, live.ExpiresAt.Truncate(time.Second))
	}
	raw, err := sign(key, token.TypeJWT, serviceClaims{
		Issuer: b.cfg.Issuer, Subject: p.CredentialID, AccountID: p.AccountID, ProjectID: p.ProjectID,
		Scope: strings.Join(p.Scopes, " "), IssuedAt: now.Unix(), NotBefore: now.Unix(), Expires: expires.Unix(), ID: id,
	})
	return raw, expires, err
}

// accessClaims are the claims of a login access token (RFC 9068).
type accessClaims struct {
	Issuer    string `json:"iss"`
	Audience  string `json:"aud"`
	Subject   string `json:"sub"` // the user's UUID
	ClientID  string `json:"client_id"`
	SessionID string `json:"sid"`
	IssuedAt  int64  `json:"iat"`
	NotBefore int64  `json:"nbf"`
	Expires   int64  `json:"exp"`
	ID        string `json:"jti"`
}

// tokenPair signs the access token that goes with a session's refresh token.
func (b *Backend) tokenPair(key token.Key, userID, sessionID, refresh string, now time.Time) (model.TokenPair, error) {
	id, err := b.newID()
	if err != nil {
		return model.TokenPair{}, internal(err)
	}
	access, err := sign(key, token.TypeAccess, accessClaims{
		Issuer: b.cfg.Issuer, Audience: b.cfg.Issuer, Subject: userID, ClientID: "keydeck", SessionID: sessionID,
		IssuedAt: now.Unix(), NotBefore: now.Unix(), Expires: now.Add(AccessTTL).Unix(), ID: id,
	})
	if err != nil {
		return model.TokenPair{}, err
	}
	return model.TokenPair{AccessToken: access, RefreshToken: refresh, TokenType: "bearer"}, nil
}

// pairClaims are the claims of both JWTs of a key pair, with the member names of
// family B. JTI is the pair's id and ties the two together.
type pairClaims struct {
	CustomerID    string `json:"CustomerId"`
	LicenceExpiry string `json:"nNodeLicenseExpiry"` // epoch seconds
	IssuedAt      int64  `json:"iat"`
	JTI           string `json:"jti"`
}

func (b *Backend) signPair(accountID string, row store.Credential) (apiKey, secretKey string, err error) {
	licence := int64(neverExpires)
	if row.ExpiresAt != nil {
		licence = row.ExpiresAt.Unix()
	}
	claims := pairClaims{CustomerID: accountID, LicenceExpiry: strconv.FormatInt(licence, 10), IssuedAt: row.CreatedAt.Unix(), JTI: row.ID}
	for purpose, out := range map[string]*string{purposeAPI: &apiKey, purposeSecret: &secretKey} {
		key, ok := b.keys.active(purpose)
		if !ok {
			return "", "", errors.New("no key for pairs")
		}
		if *out, err = token.Sign(key.Key, token.TypeJWT, claims); err != nil {
			return "", "", err
		}
	}
	return apiKey, secretKey, nil
}

// sessionClaims are the claims of a session key, with the member names of family B.
type sessionClaims struct {
	APIKey    pairClaims `json:"apiKey"`
	SecretKey pairClaims `json:"secretKey"`
	Hostname  string     `json:"hostname"`
	Expires   int64      `json:"exp"`
	IssuedAt  int64      `json:"iat"`
}

// sessionKey signs a session key for a pair. The key expires no later than the
// licence.
func (b *Backend) sessionKey(live store.Live, api, secret pairClaims) (string, error) {
	key, ok := b.keys.active(purposeSession)
	if !ok {
		return "", internal(errors.New("no key for session keys"))
	}
	now := b.Now()
	expires := now.Add(b.cfg.SessionTTL)
	if live.ExpiresAt != nil {
		expires = earlier(expires, *live.ExpiresAt)
	}
	return sign(key.Key, token.TypeJWT, sessionClaims{
		APIKey: api, SecretKey: secret, Hostname: b.cfg.Hostname, Expires: expires.Unix(), IssuedAt: now.Unix(),
	})
}

func sign(key token.Key, typ string, claims any) (string, error) {
	raw, err := token.Sign(key, typ, claims)
	if err != nil {
		return "", internal(err)
	}
	return raw, nil
}
