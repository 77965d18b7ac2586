package model

import (
	"errors"
	"fmt"
	"runtime/debug"
	"time"
)

// Code says what kind of failure an Error is. Each family of the API maps it to a
// status and to its own shape.
type Code string

const (
	CodeInvalid      Code = "invalid"      // the input breaks a rule; Field names it
	CodeBadRequest   Code = "bad_request"  // the request contradicts itself
	CodeUnauthorized Code = "unauthorized" // no credential, or one that is refused
	CodeForbidden    Code = "forbidden"    // a good credential that lacks the right
	CodeNotFound     Code = "not_found"    // does not exist, or is not the caller's
	CodeConflict     Code = "conflict"     // the state does not allow it
	CodeTooLarge     Code = "too_large"    // over a limit such as MaxBodyBytes
	CodeRateLimited  Code = "rate_limited" // RetryAfter says when to come back
	CodeUnavailable  Code = "unavailable"  // the database is full or unreachable
	CodeInternal     Code = "internal"     // a bug
)

// Error is the one error type that crosses packages. The caller sees Code, Message
// and Field; only the log sees Reason and Cause.
type Error struct {
	Code       Code
	Message    string        // plain, safe to show, says what to do next where it can
	Field      string        // the member at fault, with CodeInvalid
	Reason     Reason        // why, for the request log
	RetryAfter time.Duration // with CodeRateLimited and CodeUnavailable
	Cause      error
}

func (e *Error) Error() string {
	if e.Cause != nil {
		return fmt.Sprintf("%s: %v", e.Message, e.Cause)
	}
	return e.Message
}

func (e *Error) Unwrap() error { return e.Cause }

// CodeOf returns the code of the first Error in err's chain, or CodeInternal if there
// is none.
func CodeOf(err error) Code {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return CodeInternal
}

// ReasonOf returns the reason of the first Error in err's chain, or "".
func ReasonOf(err error) Reason {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Reason
	}
	return ""
}

// Recover calls f and returns its error, or, if f panics, an error with the panic and
// its stack.
func Recover(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return f()
}

// Refused is a 401. The caller sees msg, the log reason.
func Refused(reason Reason, msg string) *Error {
	return &Error{Code: CodeUnauthorized, Message: msg, Reason: reason}
}

// Forbidden is a 403.
func Forbidden(reason Reason, msg string) *Error {
	return &Error{Code: CodeForbidden, Message: msg, Reason: reason}
}

// NotFound is a 404 for the named thing, for example "API key".
func NotFound(what string) *Error {
	return &Error{Code: CodeNotFound, Message: what + " not found", Reason: ReasonNotFound}
}

// Invalid is input that breaks a rule; field is the JSON name of the member.
func Invalid(field, msg string) *Error {
	return &Error{Code: CodeInvalid, Field: field, Message: msg, Reason: ReasonInvalidInput}
}

// Reason says in the request log why a request was refused. Operators see it, callers
// never do.
type Reason string

const (
	ReasonMissing        Reason = "missing_credential" // no credential was sent
	ReasonMalformed      Reason = "malformed"          // not in the form of any credential that the route takes
	ReasonBadChecksum    Reason = "bad_checksum"       // an sk_ key that was mistyped
	ReasonUnknownKey     Reason = "unknown_key"
	ReasonExpired        Reason = "expired"
	ReasonNotYetValid    Reason = "not_yet_valid"
	ReasonRevoked        Reason = "revoked"
	ReasonPaused         Reason = "paused"
	ReasonBadSignature   Reason = "bad_signature"
	ReasonBadAlgorithm   Reason = "bad_algorithm"
	ReasonMissingKID     Reason = "missing_kid"
	ReasonUnknownKID     Reason = "unknown_kid"
	ReasonMissingExp     Reason = "missing_exp"
	ReasonBadClaims      Reason = "bad_claims"
	ReasonWrongKind      Reason = "wrong_kind"    // a good credential of a kind that the route does not take
	ReasonWrongAccount   Reason = "wrong_account" // a good key with the wrong account id
	ReasonProjectGone    Reason = "project_gone"
	ReasonUserDisabled   Reason = "user_disabled"
	ReasonSessionEnded   Reason = "session_ended"
	ReasonConflict       Reason = "conflicting_credentials"
	ReasonScope          Reason = "scope" // the key lacks a scope
	ReasonRole           Reason = "role"  // the user's role does not allow it
	ReasonBadCode        Reason = "bad_code"
	ReasonNotInvited     Reason = "not_invited"
	ReasonReused         Reason = "reused" // a used refresh token came back
	ReasonRateLimited    Reason = "rate_limited"
	ReasonNotFound       Reason = "not_found"
	ReasonNoRoute        Reason = "no_route"
	ReasonMethod         Reason = "method"
	ReasonInvalidInput   Reason = "invalid_input"
	ReasonTooLarge       Reason = "too_large"
	ReasonEncoding       Reason = "content_encoding"
	ReasonUnavailable    Reason = "unavailable"
	ReasonInternal       Reason = "internal"
	ReasonPairMismatch   Reason = "pair_mismatch" // the two keys are not a pair, or are swapped
	ReasonLicenceExpired Reason = "licence_expired"
)
