package server

import (
	"net/http"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"keydeck/model"
	"keydeck/server/pydantic"
)

// A family is one of the four documented APIs (assets/doc/api.md, section 1.1), which
// differ in the shape of their errors.
type family struct {
	name string
	fail func(w *exchange, f failure) error
}

var (
	familyA = &family{"A", failA}
	familyB = &family{"B", failB}
	familyC = &family{"C", failC}
	familyD = &family{"D", failD}
)

type problem struct {
	Type    string              `json:"type"`
	Title   string              `json:"title"`
	Status  int                 `json:"status"`
	Detail  string              `json:"detail,omitempty"`
	Errors  map[string][]string `json:"errors,omitempty"`
	TraceID string              `json:"traceId"`
}

// rfc9110 maps a status to the section that defines it, as in ASP.NET Core's type.
var rfc9110 = map[int]string{
	400: "15.5.1", 401: "15.5.2", 403: "15.5.4", 404: "15.5.5", 405: "15.5.6", 409: "15.5.10", 413: "15.5.14",
	415: "15.5.16", 422: "15.5.21", 500: "15.6.1", 503: "15.6.4",
}

// failA writes application/problem+json (RFC 9457), as ASP.NET Core does.
func failA(w *exchange, f failure) error {
	if f.status == http.StatusUnprocessableEntity {
		f.status = http.StatusBadRequest
	}
	p := problem{Title: http.StatusText(f.status), Status: f.status, TraceID: w.traceID()}
	switch section, ok := rfc9110[f.status]; {
	case ok:
		p.Type = "https://tools.ietf.org/html/rfc9110#section-" + section
	case f.status == http.StatusTooManyRequests:
		p.Type = "https://tools.ietf.org/html/rfc6585#section-4"
	case f.status == http.StatusRequestHeaderFieldsTooLarge:
		p.Type = "https://tools.ietf.org/html/rfc6585#section-5"
	}
	switch {
	case f.param != "":
		p.Title = "One or more validation errors occurred."
		p.Errors = map[string][]string{f.param: {f.message}}
	case f.status == http.StatusBadRequest:
		p.Detail = f.message
	}
	w.failureHeaders(f)
	return w.json(f.status, "application/problem+json", p)
}

// sessionKeyAnswer is every answer of family B: always these four members.
type sessionKeyAnswer struct {
	Status      bool   `json:"status"`
	ErrorCode   string `json:"errorCode"`
	ErrorString string `json:"errorString"`
	SessionKey  string `json:"sessionKey"`
}

func failB(w *exchange, f failure) error {
	answer := sessionKeyAnswer{ErrorString: f.message}
	status := f.status
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden:
		// Its clients read status, and their HTTP libraries throw away the body of a
		// 4xx: a refusal is a 200 with the documented code.
		status, answer.ErrorCode = http.StatusOK, "500"
		answer.ErrorString = "Invalid API key / Secret key"
		if f.reason == model.ReasonLicenceExpired {
			answer.ErrorString = "TokenExpiredError: jwt expired"
		}
	case http.StatusUnprocessableEntity:
		status, answer.ErrorCode = http.StatusBadRequest, "400"
	default:
		answer.ErrorCode = strconv.Itoa(status)
	}
	w.failureHeaders(f)
	return w.json(status, jsonType, answer)
}

// envelope is every answer of family C but a 422, which has FastAPI's own body.
type envelope struct {
	Success bool           `json:"success"`
	Data    any            `json:"data"`
	Error   *envelopeError `json:"error"`
}

type envelopeError struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

type failedEnvelope struct {
	envelope
	Detail string `json:"detail"`
}

func failC(w *exchange, f failure) error {
	if f.details != nil {
		w.failureHeaders(f)
		return w.json(http.StatusUnprocessableEntity, jsonType, struct {
			Detail pydantic.Errors `json:"detail"`
		}{f.details})
	}
	if f.reason == model.ReasonProjectGone && f.status == http.StatusForbidden {
		// Only family A tells a deleted project from an unknown key.
		f = failure{status: http.StatusUnauthorized, code: string(model.CodeUnauthorized), message: refused}
	}
	w.failureHeaders(f)
	return w.json(f.status, jsonType, failedEnvelope{
		envelope: envelope{Data: struct{}{}, Error: &envelopeError{f.code, f.message}},
		Detail:   f.message,
	})
}

// failD writes {"error": "…"}.
func failD(w *exchange, f failure) error {
	switch {
	case f.reason == model.ReasonMissingKID:
		// Documented like this: the only 500 that is not a defect.
		f.status, f.message = http.StatusInternalServerError, "jwt token is missing 'kid' header parameter"
	case f.status == http.StatusUnauthorized, f.status == http.StatusForbidden:
		f.status, f.message = http.StatusUnauthorized, "unauthorized"
	case f.status == http.StatusUnprocessableEntity:
		f.status = http.StatusBadRequest
	case f.message == http.StatusText(f.status):
		f.message = strings.ToLower(f.message)
	default:
		// Its messages begin in lower case.
		first, size := utf8.DecodeRuneInString(f.message)
		f.message = string(unicode.ToLower(first)) + f.message[size:]
	}
	w.failureHeaders(f)
	return w.json(f.status, jsonType, struct {
		Error string `json:"error"`
	}{f.message})
}
