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

// retryAfter is the Retry-After that callers get while the database is unavailable.
const retryAfter = 5 * time.Second

// storeError turns an error of the store into a *model.Error. what names the
// thing that was looked for.
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

// lookupError is storeError, but notFound if there is no such row.
func lookupError(err error, what string, notFound error) error {
	if errors.Is(err, store.ErrNotFound) {
		return notFound
	}
	return storeError(err, what)
}

// internal is an error that the caller can do nothing about and learns nothing
// about.
func internal(err error) error {
	return &model.Error{Code: model.CodeInternal, Reason: model.ReasonInternal, Message: "Internal error", Cause: err}
}

// refused is the refusal of a credential. The text is the same for every reason:
// only the log tells them apart.
func refused(reason model.Reason) error {
	return model.Refused(reason, "The credential is not valid.")
}

// tokenError turns an error of the token package into a refusal.
func tokenError(err error) error {
	if refusal, ok := errors.AsType[*token.Error](err); ok {
		e := model.Refused(refusal.Reason, "The credential is not valid.")
		e.Cause = err
		return e
	}
	return internal(err)
}

func gone() error {
	return model.Forbidden(model.ReasonProjectGone, "The account was not found.")
}
