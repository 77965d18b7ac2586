package server

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"keydeck/backend"
	"keydeck/model"
	"keydeck/server/pydantic"
)

const jsonType = "application/json"

// An exchange is one request and its answer: the http.ResponseWriter that handlers
// get, and what the request log and the metrics will say. The router makes it, and
// it carries through the mux what would otherwise be context values.
type exchange struct {
	http.ResponseWriter
	server *Server
	local  bool
	began  time.Time
	at     time.Time

	path, requestID, ip string
	trace               [16]byte // random; in hex it is the request id, unless the caller sent one

	endpoint  *endpoint // the path in the routing table
	family    *family
	challenge []string // WWW-Authenticate of a 401
	principal backend.Principal
	reason    model.Reason

	posted *pydantic.Body // what family C has read of the body, nil for nothing

	status int
	bytes  int64
}

func (s *Server) begin(w http.ResponseWriter, r *http.Request, local bool) *exchange {
	x := &exchange{
		ResponseWriter: w, server: s, local: local, began: time.Now(), at: s.backend.Now(),
		path: r.URL.Path,
	}
	_, _ = rand.Read(x.trace[:]) // never returns an error
	x.ip = "local"
	if !local {
		x.ip = s.proxies.client(r)
	}
	x.requestID = r.Header.Get("X-Request-Id")
	if !validRequestID(x.requestID) || model.MaskSecrets(x.requestID) != x.requestID {
		x.requestID = hex.EncodeToString(x.trace[:])
	}
	h := w.Header()
	h.Set("X-Request-Id", x.requestID)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store") // almost every answer is private
	return x
}

// validRequestID reports whether s is 1 to 64 of [A-Za-z0-9._-], which is safe in a
// log line and in a header.
func validRequestID(s string) bool {
	if s == "" || len(s) > model.MaxRequestIDChars {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '.' || c == '_' || c == '-') {
			return false
		}
	}
	return true
}

// traceID is a W3C trace context, as in the traceId of ASP.NET Core.
func (x *exchange) traceID() string {
	var span [8]byte
	_, _ = rand.Read(span[:])
	return fmt.Sprintf("00-%x-%x-00", x.trace, span)
}

// origin is where the request comes from, without the user agent.
func (x *exchange) origin() backend.Origin {
	return backend.Origin{Local: x.local, IP: x.ip, RequestID: x.requestID}
}

// WriteHeader and Write keep the status and count the bytes.
func (x *exchange) WriteHeader(status int) {
	if x.status == 0 && status >= 200 {
		x.status = status
	}
	x.ResponseWriter.WriteHeader(status)
}

func (x *exchange) Write(b []byte) (int, error) {
	if x.status == 0 {
		x.status = http.StatusOK
	}
	n, err := x.ResponseWriter.Write(b)
	x.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController set deadlines and flush.
func (x *exchange) Unwrap() http.ResponseWriter { return x.ResponseWriter }

// json writes v. Nothing is sent until all of v has been encoded.
func (x *exchange) json(status int, contentType string, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode answer: %w", err)
	}
	return x.body(status, contentType, body)
}

func (x *exchange) body(status int, contentType string, body []byte) error {
	h := x.Header()
	h.Set("Content-Type", contentType)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	x.WriteHeader(status)
	_, _ = x.Write(body) // it is not an error that the caller hung up
	return nil
}

// ok answers with 200 and the value in family C's envelope, unless there is an
// error.
func (x *exchange) ok(v any, err error) error {
	if err != nil {
		return err
	}
	return x.data(http.StatusOK, v)
}

// created is ok with 201.
func (x *exchange) created(v any, err error) error {
	if err != nil {
		return err
	}
	return x.data(http.StatusCreated, v)
}

// data answers in family C's envelope.
func (x *exchange) data(status int, v any) error {
	return x.json(status, jsonType, envelope{Success: true, Data: v})
}

func (x *exchange) failureHeaders(f failure) {
	h := x.Header()
	if f.allow != "" {
		h.Set("Allow", f.allow)
	}
	if f.retryAfter > 0 {
		h.Set("Retry-After", retrySeconds(f.retryAfter))
	}
	if f.status == http.StatusUnauthorized {
		for _, c := range x.challenge {
			h.Add("WWW-Authenticate", c)
		}
	}
}

// fail answers with err in the family's shape, unless an answer has already begun.
func (x *exchange) fail(r *http.Request, err error) {
	f := failureOf(r.Context(), err, x.posted)
	x.reason = f.reason
	if f.reason == model.ReasonInternal {
		x.server.log.Error("request failed", slog.String("request_id", x.requestID), slog.String("route", x.endpoint.path),
			slog.Any("error", err))
	}
	if x.status == 0 {
		x.answer(f)
	}
}

func (x *exchange) answer(f failure) {
	if err := x.family.fail(x, f); err != nil {
		x.server.log.Error("answer does not encode", slog.String("request_id", x.requestID), slog.String("route", x.endpoint.path),
			slog.Any("error", err))
		x.WriteHeader(http.StatusInternalServerError)
	}
}

// finish is deferred around every exchange: it recovers from a panic, updates the
// metrics and records the request.
func (x *exchange) finish(r *http.Request) {
	caught := recover()
	if err, _ := caught.(error); caught != nil && !errors.Is(err, http.ErrAbortHandler) {
		x.server.log.Error("panic", slog.String("request_id", x.requestID), slog.String("route", x.endpoint.path),
			slog.Any("panic", caught), slog.String("stack", string(debug.Stack())))
		x.reason = model.ReasonInternal
		if x.status == 0 {
			x.answer(failureOf(r.Context(), nil, nil))
			caught = nil
		}
	}
	if x.status == 0 {
		x.status = http.StatusOK
	}
	if r.Method == http.MethodHead {
		x.bytes = 0
	}
	took := time.Since(x.began)
	x.server.metrics.observe(x.endpoint.path, r.Method, x.status, took)
	if !x.endpoint.unlogged && !x.isOwnRead(r) {
		x.server.backend.Record(x.record(r, took))
	}
	if caught != nil {
		panic(http.ErrAbortHandler) // half an answer has been sent: cut the connection
	}
}

// isOwnRead reports a successful read over the socket by the owner's dashboard or
// commands. It is not recorded: a dashboard reads every few seconds, which would
// drown what the log is there to show. A replayed request is not one of them.
func (x *exchange) isOwnRead(r *http.Request) bool {
	agent := r.UserAgent()
	return x.local && r.Method == http.MethodGet && x.status < http.StatusBadRequest &&
		strings.HasPrefix(agent, "keydeck") && !strings.HasSuffix(agent, model.ReplayMark)
}

func (x *exchange) record(r *http.Request, took time.Duration) model.RequestRecord {
	p := x.principal
	return model.RequestRecord{
		At: model.At(x.at), Method: model.CutText(r.Method, maxLogMethod), Route: x.endpoint.path,
		Path: model.MaskSecrets(x.path), Status: x.status, DurationUS: took.Microseconds(), Bytes: x.bytes,
		RemoteIP: x.ip, UserAgent: model.MaskSecrets(r.UserAgent()), RequestID: x.requestID,
		Scheme: p.Kind, CredentialID: p.CredentialID, CredentialHint: p.Hint, ProjectID: p.ProjectID, UserID: p.UserID,
		Reason: x.reason,
	}
}

// maxLogMethod is the most bytes of a method in the log; a caller can make up any.
const maxLogMethod = 32
