package server

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"

	"keydeck/model"
	"keydeck/server/pydantic"
)

// A failure is what a family needs to write an error in its own shape. As an error it
// is one of the transport or of a parameter, not of a backend rule.
type failure struct {
	status     int
	code       string // for programs: family C's error.code
	message    string // safe to show
	reason     model.Reason
	retryAfter time.Duration
	allow      string // with 405

	details pydantic.Errors // listed in C's 422
	param   string          // that the message is about, listed in A's 400
}

func (f *failure) Error() string { return f.message }

var (
	errNoRoute = &failure{status: http.StatusNotFound, code: "not_found", message: "Not Found", reason: model.ReasonNoRoute}

	errHeaderTooLarge = &failure{status: http.StatusRequestHeaderFieldsTooLarge, code: "header_too_large",
		message: "the request header is over 16 KiB", reason: model.ReasonTooLarge}

	errBodyTooLarge = &model.Error{Code: model.CodeTooLarge, Reason: model.ReasonTooLarge, Message: "the body is over 64 KiB"}

	errEncoding = &failure{status: http.StatusUnsupportedMediaType, code: "unsupported_encoding",
		message: "Content-Encoding other than identity is not supported", reason: model.ReasonEncoding}
)

// boundTokens rejects tokens over model.MaxTokenBytes that come in a body. In a
// header the limit of the header itself is enough.
func boundTokens(tokens ...string) error {
	for _, t := range tokens {
		if len(t) > model.MaxTokenBytes {
			return &model.Error{Code: model.CodeTooLarge, Reason: model.ReasonTooLarge, Message: "the token is over 16 KiB"}
		}
	}
	return nil
}

// badParam is a query parameter that family A rejects.
func badParam(name, format string, args ...any) error {
	return &failure{status: http.StatusBadRequest, code: "invalid", message: fmt.Sprintf(format, args...),
		reason: model.ReasonInvalidInput, param: name}
}

func methodNotAllowed(allow string) error {
	return &failure{status: http.StatusMethodNotAllowed, code: "method_not_allowed", message: "Method Not Allowed",
		reason: model.ReasonMethod, allow: allow}
}

// clientGone is the status in the log if the caller hung up before the answer. nginx
// made it known; no caller ever sees it.
const clientGone = 499

// statusOf maps the backend's codes to the statuses of families A and C. B and D
// deviate where their documentation does.
var statusOf = map[model.Code]int{
	model.CodeInvalid:      http.StatusUnprocessableEntity,
	model.CodeBadRequest:   http.StatusBadRequest,
	model.CodeUnauthorized: http.StatusUnauthorized,
	model.CodeForbidden:    http.StatusForbidden,
	model.CodeNotFound:     http.StatusNotFound,
	model.CodeConflict:     http.StatusConflict,
	model.CodeTooLarge:     http.StatusRequestEntityTooLarge,
	model.CodeRateLimited:  http.StatusTooManyRequests,
	model.CodeUnavailable:  http.StatusServiceUnavailable,
}

// failureOf turns any error of a handler into a failure. An unexpected one is a 500
// that tells the caller nothing. body is the one that was read, nil for none.
func failureOf(ctx context.Context, err error, body *pydantic.Body) failure {
	var (
		own   *failure
		input pydantic.Errors
		e     *model.Error
	)
	switch {
	case errors.As(err, &own):
		return *own
	case errors.As(err, &input):
		return failure{status: http.StatusUnprocessableEntity, code: "invalid", message: "Validation Error",
			reason: model.ReasonInvalidInput, details: input}
	case ctx.Err() != nil:
		return failure{status: clientGone, code: "gone", message: "the caller hung up"}
	case errors.As(err, &e) && statusOf[e.Code] != 0:
		f := failure{status: statusOf[e.Code], code: string(e.Code), message: e.Message, reason: e.Reason, retryAfter: e.RetryAfter}
		if e.Code == model.CodeInvalid {
			f.details = body.ValueError(e.Field, e.Message)
		}
		if e.Code == model.CodeUnavailable {
			f.retryAfter = max(f.retryAfter, time.Second)
			if f.reason == "" {
				f.reason = model.ReasonUnavailable
			}
		}
		return f
	}
	return failure{status: http.StatusInternalServerError, code: string(model.CodeInternal),
		message: "Internal Server Error", reason: model.ReasonInternal}
}

// retrySeconds formats d for Retry-After, rounded up so that nobody retries early.
func retrySeconds(d time.Duration) string {
	return strconv.Itoa(max(1, int(math.Ceil(d.Seconds()))))
}
