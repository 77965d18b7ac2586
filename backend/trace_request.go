package backend

import (
	"context"
	"fmt"
	"strings"
	"time"

	"keydeck/backend/store"
	"keydeck/model"
)

// TraceRequest explains why a request in the log was answered as it was, and what
// state its credential is in now. id is the record's, or the X-Request-Id of its
// answer. A record that p may not see is CodeNotFound.
//
// It explains the past from the record and from dates (revoked, expired), since
// nothing else of the past is kept. The log holds no tokens, so it does not say
// whether a token itself would still be accepted.
func (b *Backend) TraceRequest(ctx context.Context, p Principal, id string) (model.Trace, error) {
	record, err := b.findRecord(ctx, p, id)
	if err != nil {
		return model.Trace{}, err
	}
	past := pastRequest{record: record}
	if err := b.addCredential(ctx, &past); err != nil {
		return model.Trace{}, err
	}
	out := model.Trace{Steps: []model.TraceStep{}, Record: &record}
	out.Inspection = model.Inspection{Kind: model.KindUnknown, Reason: record.Reason, Signature: model.SignatureNotChecked,
		Message: "The log names no credential for this request."}
	if found := past.found; found != nil {
		out.Inspection.Kind, out.Inspection.Valid, out.Inspection.Reason = found.kind, found.err == nil, model.ReasonOf(found.err)
		out.Inspection.Message = Explain(out.Inspection.Reason)
		if found.err == nil {
			out.Inspection.Message = "It is in force."
		}
		if err := b.addOwner(ctx, p, *found, &out.Inspection); err != nil {
			return model.Trace{}, err
		}
	}
	text := past.explainThen() + " " + past.explainNow(b.Now())
	out.Explanation = &text
	return out, nil
}

// findRecord finds the record with an id, or the newest with an X-Request-Id.
func (b *Backend) findRecord(ctx context.Context, p Principal, id string) (model.RequestRecord, error) {
	f, err := b.scoped(ctx, p, model.RequestFilter{})
	if err != nil {
		return model.RequestRecord{}, err
	}
	missing := model.NotFound("Request")
	if id == "" {
		return model.RequestRecord{}, missing
	}
	if model.IsUUID(id) {
		exact, lower := f, strings.ToLower(id)
		exact.Before, exact.Limit = lower+"0", 1 // a string between this id and the next greater one
		found, err := b.requests.Query(ctx, exact)
		if err != nil {
			return model.RequestRecord{}, storeError(err, "request")
		}
		if r := found.Records; len(r) == 1 && r[0].ID == lower {
			return r[0], nil
		}
	}
	// No index covers request ids, so the log is read page by page.
	for f.Q, f.Limit = id, model.MaxRequestsPerGet; ; {
		found, err := b.requests.Query(ctx, f)
		if err != nil {
			return model.RequestRecord{}, storeError(err, "request")
		}
		for _, r := range found.Records {
			if r.RequestID == id {
				return r, nil
			}
		}
		if found.Stopped == "" {
			return model.RequestRecord{}, missing
		}
		f.Before = found.Stopped
	}
}

// pastRequest is a record of the log and the current state of the credential that
// it names.
type pastRequest struct {
	record  model.RequestRecord
	found   *inspected         // nil: the record names no credential, or one that no longer exists
	live    *store.Live        // of a project's credential
	session *store.LiveSession // of a login
}

// addCredential reads the current state of the credential that the record names.
func (b *Backend) addCredential(ctx context.Context, past *pastRequest) error {
	r := &past.record
	if r.CredentialID == "" {
		return nil
	}
	if r.UserID != "" {
		session, err := b.db.LiveSession(ctx, r.CredentialID)
		if err != nil {
			return lookupError(err, "session", nil)
		}
		past.session = &session
		past.found = &inspected{kind: model.KindAccessToken, session: &session}
		switch {
		case session.RevokedAt != nil || !b.Now().Before(session.ExpiresAt):
			past.found.err = refused(model.ReasonSessionEnded)
		case !session.User.IsActive:
			past.found.err = refused(model.ReasonUserDisabled)
		}
		return nil
	}
	live, err := b.db.LiveByID(ctx, r.CredentialID)
	if err != nil {
		return lookupError(err, "credential", nil)
	}
	past.live = &live
	past.found = &inspected{kind: live.Kind, principal: principalOf(live.Kind, live), err: b.usable(live)}
	return nil
}

// noun names the credential's kind: "API key".
func (past *pastRequest) noun() string {
	if past.session != nil {
		return "login"
	}
	return past.live.Kind.Name()
}

// explainThen says why the request was answered as it was.
func (past *pastRequest) explainThen() string {
	r := &past.record
	at := r.At.Time
	switch r.Reason {
	case "":
		if r.Status >= 400 {
			return fmt.Sprintf("It was answered with %d for another reason than its credential.", r.Status)
		}
		return "The credential was accepted."
	case model.ReasonExpired, model.ReasonLicenceExpired:
		switch {
		case past.live != nil && past.live.ExpiresAt != nil && !at.Before(*past.live.ExpiresAt):
			return fmt.Sprintf("The %s had expired %s earlier.", past.noun(), model.Span(at.Sub(*past.live.ExpiresAt)))
		case past.found != nil && r.Scheme == past.found.kind && past.session == nil:
			return fmt.Sprintf("The %s had expired; its expiry has been changed since then.", past.noun())
		}
		return "The token itself had expired; the log does not say when."
	case model.ReasonRevoked:
		if past.live != nil && past.live.RevokedAt != nil {
			return fmt.Sprintf("The %s had been revoked %s earlier.", past.noun(), model.Span(at.Sub(*past.live.RevokedAt)))
		}
	case model.ReasonSessionEnded:
		if s := past.session; s != nil && s.RevokedAt != nil && !at.Before(*s.RevokedAt) {
			return fmt.Sprintf("The login had ended %s earlier.", model.Span(at.Sub(*s.RevokedAt)))
		}
	}
	if text := r.Reason.Text().Present; text != "" {
		return fmt.Sprintf("It was refused (%s). %s", r.Reason, text)
	}
	return fmt.Sprintf("It was refused (%s) for another reason than its credential.", r.Reason)
}

// explainNow says what state the credential is in, and whether that would change
// the answer.
func (past *pastRequest) explainNow(now time.Time) string {
	r := &past.record
	switch {
	case r.CredentialID == "":
		return "The log names no credential, so whether it would be accepted now is unknown; paste it in Tokens to find out."
	case past.found == nil:
		return "The credential no longer exists."
	}
	what := past.noun()
	switch model.ReasonOf(past.found.err) {
	case model.ReasonRevoked:
		return fmt.Sprintf("The %s was revoked %s.", what, model.Distance(*past.live.RevokedAt, now))
	case model.ReasonExpired:
		return fmt.Sprintf("The %s expired %s.", what, model.Distance(*past.live.ExpiresAt, now))
	case model.ReasonPaused:
		return fmt.Sprintf("The %s is paused now, for %s.", what, model.Span(now.Sub(*past.live.PausedAt)))
	case model.ReasonProjectGone:
		return "Its project has been deleted since."
	case model.ReasonSessionEnded:
		return "The login has ended."
	case model.ReasonUserDisabled:
		return "Its user is disabled."
	}
	switch {
	case r.Scheme != past.found.kind || past.session != nil:
		return fmt.Sprintf("The %s behind it is valid now; the log cannot tell whether the token itself still is: paste it in Tokens to find out.", what)
	case r.Reason == "" || r.Reason == model.ReasonExpired || r.Reason == model.ReasonRevoked || r.Reason == model.ReasonPaused || r.Reason == model.ReasonProjectGone || r.Reason == model.ReasonLicenceExpired:
		return fmt.Sprintf("The %s is valid now and would be accepted.", what)
	}
	return fmt.Sprintf("The %s is valid now, so only a different request or other rights would change the answer.", what)
}
