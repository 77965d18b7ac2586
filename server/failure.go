package server

import (
	"context"
	"errors"
	"math"
	"net/http"
	"strconv"
	"time"

	"keydeck/model"
	"keydeck/server/pydantic"
)

// A failure is an error on its way out: what every family needs to write it in
// its own shape.
type failure struct {
	status     int
	code       string // a word for programs (family C's error.code)
	message    string // safe to show
	reason     model.Reason
	retryAfter time.Duration
	allow      string // with 405

	details pydantic.Errors // C: what a 422 lists
	param   *paramError     // A: what a 400 lists
}

// statusError is a failure of the transport, which no backend rule knows.
type statusError struct {
	status  int
	code    string
	message string
	reason  model.Reason
	allow   string
}

func (e *statusError) Error() string { return e.message }

// paramError is a query parameter that family A refuses.
type paramError struct{ name, message string }

func (e *paramError) Error() string { return e.message }

var (
	errNoRoute = &statusError{status: http.StatusNotFound, code: "not_found", message: "Not Found", reason: model.ReasonNoRoute}

	errHeaderTooLarge = &statusError{status: http.StatusRequestHeaderFieldsTooLarge, code: "header_too_large",
		message: "the request header is over 16 KiB", reason: model.ReasonTooLarge}

	errBodyTooLarge = &model.Error{Code: model.CodeTooLarge, Reason: model.ReasonTooLarge, Message: "the body is over 64 KiB"}

	errEncoding = &statusError{status: http.StatusUnsupportedMediaType, code: "unsupported_encoding",
		message: "Content-Encoding other than identity is not supported", reason: model.ReasonEncoding}
)

// boundTokens refuses tokens in a body that are over the limit of section 7; in a
// header the limit of the header itself holds.
func boundTokens(tokens ...string) error {
	for _, t := range tokens {
		if len(t) > model.MaxTokenBytes {
			return &model.Error{Code: model.CodeTooLarge, Reason: model.ReasonTooLarge, Message: "the token is over 16 KiB"}
		}
	}
	return nil
}

func methodNotAllowed(allow string) error {
	return &statusError{status: http.StatusMethodNotAllowed, code: "method_not_allowed", message: "Method Not Allowed",
		reason: model.ReasonMethod, allow: allow}
}

// clientGone is the status in the log when the caller hung up first. It is the
// one that nginx made known; no caller ever sees it.
const clientGone = 499

// statusOf is the status of each of the backend's codes in families A and C. B
// and D depart from it where their documents do.
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

// failureOf turns any error of a handler into a failure. What nobody foresaw is
// a 500 that tells the caller nothing. body is the one that was read, nil for none.
func failureOf(ctx context.Context, err error, body *pydantic.Body) failure {
	var (
		transport *statusError
		param     *paramError
		input     pydantic.Errors
		e         *model.Error
	)
	switch {
	case errors.As(err, &transport):
		return failure{status: transport.status, code: transport.code, message: transport.message,
			reason: transport.reason, allow: transport.allow}
	case errors.As(err, &param):
		return failure{status: http.StatusBadRequest, code: "invalid", message: param.message,
			reason: model.ReasonInvalidInput, param: param}
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

// retrySeconds rounds up: a caller that obeys must not come back too early.
func retrySeconds(d time.Duration) string {
	return strconv.Itoa(max(1, int(math.Ceil(d.Seconds()))))
}
