package backend

import (
	"context"
	"crypto/subtle"
	"fmt"
	"io"
	"net/mail"
	"strings"
	"time"

	"github.com/google/uuid"

	keymail "keydeck/backend/mail"
	"keydeck/backend/store"
	"keydeck/backend/token"
	"keydeck/backend/vault"
	"keydeck/model"
)

// tokenGrant is the balance that a new user starts with, in authenticated requests.
const tokenGrant = 1_000_000

// NormalAddress normalises an e-mail address: without surrounding space, in lower
// case. CodeInvalid if mail could not be sent to it.
func NormalAddress(email string) (string, error) {
	email = strings.TrimSpace(email)
	invalid := model.Invalid("email", "This is not an e-mail address.")
	if len(email) > 254 || strings.ContainsFunc(email, func(r rune) bool { return r < 0x20 || r == 0x7f }) {
		return "", invalid
	}
	parsed, err := mail.ParseAddress(email)
	if err != nil || parsed.Address != email || parsed.Name != "" || strings.LastIndexByte(email, '@') > 64 {
		return "", invalid
	}
	return strings.ToLower(email), nil
}

// SendCode makes a sign-in code and mails it after the answer. It treats known,
// unknown and uninvited addresses alike, so that the answer does not tell them
// apart; the mail queue decides whether a mail is sent. Within 60 s of the last
// code it returns CodeRateLimited with RetryAfter.
func (b *Backend) SendCode(ctx context.Context, email string, o Origin) error {
	email, err := NormalAddress(email)
	if err != nil {
		return err
	}
	code, err := vault.NewCode(b.random)
	if err != nil {
		return internal(err)
	}
	nonce := make([]byte, 16)
	if _, err := io.ReadFull(b.random, nonce); err != nil {
		return internal(err)
	}
	mac, err := b.codeMAC(email, code, nonce)
	if err != nil {
		return err
	}
	now := b.Now()
	ok, sentAt, err := b.db.PutCode(ctx, store.LoginCode{
		Email: email, MAC: mac, Nonce: nonce, SentAt: now, ExpiresAt: now.Add(CodeTTL),
	}, now.Add(-CodeResend))
	if err != nil {
		return storeError(err, "code")
	}
	if !ok {
		wait := max(sentAt.Add(CodeResend).Sub(now), time.Second)
		return &model.Error{Code: model.CodeRateLimited, Reason: model.ReasonRateLimited, RetryAfter: wait,
			Message: fmt.Sprintf("A code was sent less than a minute ago. Try again in %d s.", int(wait.Seconds()+0.999))}
	}
	message, err := keymail.CodeMessage(email, code, CodeTTL, now)
	if err != nil {
		return internal(err)
	}
	err = b.queue.Enqueue(message, func(ctx context.Context) bool {
		allowed, err := b.maySignIn(ctx, email, o)
		if err != nil {
			b.log.Error("decide on sending a code", "error", err)
		}
		return allowed
	})
	if err != nil {
		return &model.Error{Code: model.CodeUnavailable, Reason: model.ReasonUnavailable, RetryAfter: CodeResend,
			Message: "Too much mail is waiting. Try again in a minute.", Cause: err}
	}
	return nil
}

// maySignIn decides who gets a code: users, the configured admin, anyone if
// sign-up is open, and whoever can open the socket while there is no superuser.
func (b *Backend) maySignIn(ctx context.Context, email string, o Origin) (bool, error) {
	if b.invited(email) {
		return true, nil
	}
	u, err := b.db.UserByEmail(ctx, email)
	if err == nil {
		return u.IsActive, nil
	}
	if err := storeError(err, "user"); model.CodeOf(err) != model.CodeNotFound {
		return false, err
	}
	return b.mayBootstrap(ctx, o)
}

// invited reports whether the configuration lets an address become a user.
func (b *Backend) invited(email string) bool {
	return b.cfg.OpenSignup || (b.cfg.Admin != "" && email == b.cfg.Admin)
}

// mayBootstrap reports whether this sign-in may make the first superuser: it comes
// over the socket, no admin is configured and there is no superuser yet.
func (b *Backend) mayBootstrap(ctx context.Context, o Origin) (bool, error) {
	if !o.Local || b.cfg.Admin != "" {
		return false, nil
	}
	has, err := b.db.HasSuperuser(ctx)
	return err == nil && !has, storeError(err, "user")
}

func (b *Backend) codeMAC(email, code string, nonce []byte) ([]byte, error) {
	key, ok := b.keys.active(purposeCode)
	if !ok {
		return nil, internal(fmt.Errorf("no key for codes"))
	}
	return vault.CodeMAC(key.Secret, email, code, string(nonce)), nil
}

// wrongCode is the answer to every failed verification, whatever the reason.
func wrongCode(reason model.Reason) error {
	return model.Refused(reason, "The code is wrong or has expired.")
}

// VerifyCode exchanges a code for a login. It counts the try in the database
// before it compares the code.
func (b *Backend) VerifyCode(ctx context.Context, email, code string, o Origin) (model.TokenPair, error) {
	email, err := NormalAddress(email)
	if err != nil {
		return model.TokenPair{}, wrongCode(model.ReasonBadCode)
	}
	sent, err := b.db.TryCode(ctx, email, CodeTries, b.Now())
	if err != nil {
		return model.TokenPair{}, lookupError(err, "code", wrongCode(model.ReasonBadCode))
	}
	mac, err := b.codeMAC(email, strings.Join(strings.Fields(code), ""), sent.Nonce)
	if err != nil {
		return model.TokenPair{}, err
	}
	if subtle.ConstantTimeCompare(mac, sent.MAC) != 1 {
		return model.TokenPair{}, wrongCode(model.ReasonBadCode)
	}
	bootstrap, err := b.mayBootstrap(ctx, o)
	if err != nil {
		return model.TokenPair{}, err
	}
	// The signing key must be there before the code is used up.
	key, err := b.keys.signing(ctx)
	if err != nil {
		return model.TokenPair{}, err
	}
	return b.signIn(ctx, key, store.SignIn{
		By: b.from(o), Email: email, MAC: sent.MAC, AllowNew: bootstrap || b.invited(email),
		Superuser: b.cfg.Admin != "" && email == b.cfg.Admin, FirstLocal: bootstrap, TokenGrant: tokenGrant,
	}, o)
}

// signIn writes user, project, session and refresh token in one transaction.
func (b *Backend) signIn(ctx context.Context, key token.Key, in store.SignIn, o Origin) (model.TokenPair, error) {
	var ids [3]string
	for i := range ids {
		id, err := b.newID()
		if err != nil {
			return model.TokenPair{}, internal(err)
		}
		ids[i] = id
	}
	refresh, err := vault.NewRefreshToken(b.random)
	if err != nil {
		return model.TokenPair{}, internal(err)
	}
	now := in.By.At
	ends := now.Add(SessionIdle)
	in.NewUserID = ids[0]
	in.Session = store.Session{ID: ids[1], IP: o.IP, UserAgent: model.CutText(o.UserAgent, model.MaxLogUserAgent),
		CreatedAt: now, UpdatedAt: now, ExpiresAt: ends}
	in.Refresh = store.RefreshToken{Digest: vault.Digest(refresh), SessionID: ids[1], CreatedAt: now, ExpiresAt: ends}
	user, err := withAccount(b, func(account string) (store.User, error) {
		in.Project = store.Project{ID: ids[2], Name: firstProjectName(in.Email), AccountID: account, CreatedAt: now, UpdatedAt: now}
		return b.db.CompleteSignIn(ctx, in)
	})
	if err != nil {
		return model.TokenPair{}, lookupError(err, "code", wrongCode(model.ReasonNotInvited))
	}
	return b.tokenPair(key, user.ID, ids[1], refresh, now)
}

// firstProjectName is the name of the project that a new user starts with.
func firstProjectName(email string) string {
	local, _, _ := strings.Cut(email, "@")
	return model.CutText(local, model.MaxNameChars-len("'s project")) + "'s project"
}

// RefreshToken exchanges a refresh token for a new pair. If a used token comes
// back, the whole login ends (RFC 9700, section 4.14.2). Every failure has the same text.
func (b *Backend) RefreshToken(ctx context.Context, refresh, userUUID string, o Origin) (model.TokenPair, error) {
	userID, err := uuid.Parse(userUUID)
	if err != nil {
		return model.TokenPair{}, refreshRefused(model.ReasonMalformed)
	}
	digest := vault.Digest(refresh)
	_, _, session, err := b.db.RefreshSession(ctx, digest)
	if err != nil {
		return model.TokenPair{}, lookupError(err, "refresh token", refreshRefused(model.ReasonUnknownKey))
	}
	key, err := b.keys.signing(ctx)
	if err != nil {
		return model.TokenPair{}, err
	}
	next, err := vault.NewRefreshToken(b.random)
	if err != nil {
		return model.TokenPair{}, internal(err)
	}
	by := b.from(o)
	ends := earlier(by.At.Add(SessionIdle), session.CreatedAt.Add(SessionLifetime))
	rotated, reused, err := b.db.RotateRefresh(ctx, by, digest, userID.String(),
		store.RefreshToken{Digest: vault.Digest(next), SessionID: session.ID, CreatedAt: by.At, ExpiresAt: ends}, ends)
	switch {
	case err != nil:
		return model.TokenPair{}, lookupError(err, "refresh token", refreshRefused(model.ReasonSessionEnded))
	case reused:
		return model.TokenPair{}, refreshRefused(model.ReasonReused)
	}
	return b.tokenPair(key, rotated.UserID, rotated.ID, next, by.At)
}

// refreshRefused is the answer to every refresh that fails, whatever the reason.
func refreshRefused(reason model.Reason) error {
	return model.Refused(reason, "The refresh token is not valid.")
}

// RevokeToken ends the login of a refresh token. An unknown one is no error
// (RFC 7009, section 2.2).
func (b *Backend) RevokeToken(ctx context.Context, refresh string, o Origin) error {
	return lookupError(b.db.RevokeRefresh(ctx, b.from(o), vault.Digest(refresh)), "refresh token", nil)
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
