package backend

import (
	"context"
	"errors"
	"syscall"
	"time"

	"keydeck/backend/store"
	"keydeck/backend/token"
	"keydeck/model"
)

// retryAfter is what callers are told while the database does not answer.
const retryAfter = 5 * time.Second

// storeError gives an engine's error the shape that rooms above understand;
// what names the thing that was looked for.
func storeError(err error, what string) error {
	var known *model.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return err
	case errors.Is(err, store.ErrNotFound):
		return model.NotFound(what)
	case errors.Is(err, syscall.ENOSPC):
		return &model.Error{Code: model.CodeUnavailable, Reason: model.ReasonUnavailable, RetryAfter: retryAfter,
			Message: "The server's disk is full. Make room on it, then try again.", Cause: err}
	case errors.Is(err, store.ErrUnavailable), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return &model.Error{Code: model.CodeUnavailable, Reason: model.ReasonUnavailable, RetryAfter: retryAfter,
			Message: "The database does not answer. Try again in a moment.", Cause: err}
	}
	return internal(err)
}

// internal is a defect: the caller learns nothing of it.
func internal(err error) error {
	return &model.Error{Code: model.CodeInternal, Reason: model.ReasonInternal, Message: "Internal error", Cause: err}
}

// One text for every refusal of a credential, whatever the cause: the log tells
// them apart, the caller cannot.
func refused(reason model.Reason) error {
	return model.Refused(reason, "The credential is not valid.")
}

// tokenError is a refusal by the strict door.
func tokenError(err error) error {
	var refusal *token.Error
	if errors.As(err, &refusal) {
		e := model.Refused(refusal.Reason, "The credential is not valid.")
		e.Cause = err
		return e
	}
	return internal(err)
}

func gone() error {
	return model.Forbidden(model.ReasonProjectGone, "The account was not found.")
}
