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
	"unicode/utf8"

	"keydeck/backend"
	"keydeck/model"
	"keydeck/server/pydantic"
)

const jsonType = "application/json"

// An exchange is one request and its answer: the http.ResponseWriter that the
// handlers get, and what the request log and the metrics will say about it. It
// is made by ServeHTTP, so it carries through the mux what a context would.
type exchange struct {
	http.ResponseWriter
	server *Server
	local  bool
	began  time.Time
	at     time.Time

	path, requestID, ip string
	trace               [16]byte // random; the request id unless one came along

	entry     *entry // the path in the routing table
	family    family
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
	_, _ = rand.Read(x.trace[:]) // never fails
	x.ip = "local"
	if !local {
		x.ip = s.proxies.client(r)
	}
	x.requestID = r.Header.Get("X-Request-Id")
	if !sanePrintedID(x.requestID) || redacted(x.requestID) != x.requestID {
		x.requestID = hex.EncodeToString(x.trace[:])
	}
	h := w.Header()
	h.Set("X-Request-Id", x.requestID)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store") // almost everything carries a secret or says whose it is
	return x
}

// sanePrintedID: 1 to 64 of [A-Za-z0-9._-], so that a request id from outside
// can stand in a log line and a header as it is.
func sanePrintedID(s string) bool {
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

// traceID is a W3C trace context, which is what ASP.NET's traceId holds.
func (x *exchange) traceID() string {
	var span [8]byte
	_, _ = rand.Read(span[:])
	return fmt.Sprintf("00-%x-%x-00", x.trace, span)
}

func (x *exchange) origin(r *http.Request) backend.Origin {
	return backend.Origin{Local: x.local, IP: x.ip, UserAgent: logText(redacted(r.UserAgent()), model.MaxLogUserAgent)}
}

// WriteHeader and Write note what goes out.
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

// Unwrap lets http.ResponseController reach deadlines and Flush.
func (x *exchange) Unwrap() http.ResponseWriter { return x.ResponseWriter }

// json writes v whole: nothing is sent before v is known to encode.
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
	_, _ = x.Write(body) // a caller that hung up is nobody's error
	return nil
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

// fail answers with err in the family's shape, unless the answer has begun.
func (x *exchange) fail(r *http.Request, err error) {
	f := failureOf(r.Context(), err, x.posted)
	x.reason = f.reason
	if f.reason == model.ReasonInternal {
		x.server.log.Error("request failed", slog.String("request_id", x.requestID), slog.String("route", x.entry.path),
			slog.Any("error", err))
	}
	if x.status == 0 {
		x.answer(f)
	}
}

func (x *exchange) answer(f failure) {
	if err := x.family.fail(x, f); err != nil {
		x.server.log.Error("answer does not encode", slog.String("request_id", x.requestID), slog.String("route", x.entry.path),
			slog.Any("error", err))
		x.WriteHeader(http.StatusInternalServerError)
	}
}

// finish is deferred around every exchange: the last net, the metrics and the
// one request-log record.
func (x *exchange) finish(r *http.Request) {
	caught := recover()
	if err, _ := caught.(error); caught != nil && !errors.Is(err, http.ErrAbortHandler) {
		x.server.log.Error("panic", slog.String("request_id", x.requestID), slog.String("route", x.entry.path),
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
	x.server.metrics.observe(x.entry.path, r.Method, x.status, took)
	if !x.entry.unlogged && !x.ownReading(r) {
		x.server.backend.Record(x.record(r, took))
	}
	if caught != nil {
		panic(http.ErrAbortHandler) // cut the connection: half an answer is out
	}
}

// ownReading reports that the owner's own dashboard or commands read something
// over the socket, and were answered. A dashboard asks every few seconds; in the
// log that would drown what it is there to show. What they change is recorded.
func (x *exchange) ownReading(r *http.Request) bool {
	return x.local && r.Method == http.MethodGet && x.status < http.StatusBadRequest && strings.HasPrefix(r.UserAgent(), "keydeck") && !strings.HasSuffix(r.UserAgent(), model.ReplayMark)
}

func (x *exchange) record(r *http.Request, took time.Duration) model.RequestRecord {
	p := x.principal
	return model.RequestRecord{
		At: model.At(x.at), Method: logText(r.Method, maxLogMethod), Route: x.entry.path,
		Path: logText(redacted(x.path), model.MaxLogPath), Status: x.status, DurationUS: took.Microseconds(), Bytes: x.bytes,
		RemoteIP: x.ip, UserAgent: logText(redacted(r.UserAgent()), model.MaxLogUserAgent), RequestID: x.requestID,
		Scheme: p.Kind, CredentialID: p.CredentialID, CredentialHint: p.Hint, ProjectID: p.ProjectID, UserID: p.UserID,
		Reason: x.reason,
	}
}

// maxLogMethod bounds a method in the log, in bytes; callers may make up any.
const maxLogMethod = 32

// logText cuts s to at most limit bytes of valid UTF-8, whole characters only.
func logText(s string, limit int) string {
	if utf8.ValidString(s) && len(s) <= limit {
		return s
	}
	s = strings.ToValidUTF8(s[:min(len(s), limit+utf8.UTFMax)], "\ufffd")
	for len(s) > limit {
		_, size := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-size]
	}
	return s
}
