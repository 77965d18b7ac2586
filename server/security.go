package server

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"keydeck/backend"
	"keydeck/model"
	"keydeck/server/pydantic"
)

// Family A, the Security API: tokens for an account's API key, and the time
// (assets/doc/api.md, section 2).

// GET /v1/token/get
func (s *Server) tokenGet(w *exchange, r *http.Request, p backend.Principal) error {
	ttl, err := expiration(r)
	if err != nil {
		return err
	}
	raw, expires, err := s.backend.ServiceToken(r.Context(), p, ttl)
	if err != nil {
		return err
	}
	return w.json(http.StatusOK, jsonType, struct {
		ExpirationUTCTime string `json:"expirationUtcTime"`
		Token             string `json:"token"`
	}{expires.UTC().Format(model.LayoutMillis), raw})
}

// expiration reads expirationInSeconds as ASP.NET Core binds an int, and words the
// error as it does. The case of the name doesn't matter; of several values the first
// one counts.
func expiration(r *http.Request) (time.Duration, error) {
	const (
		name  = "expirationInSeconds"
		least = int(backend.ServiceTokenMin / time.Second)
		most  = int(backend.ServiceTokenMax / time.Second)
	)
	for _, q := range pydantic.ParseQuery(r.URL.RawQuery) {
		if !strings.EqualFold(q.Name, name) {
			continue
		}
		trimmed := strings.TrimSpace(q.Value)
		if trimmed == "" {
			return 0, badParam(name, "The value '%s' is invalid.", q.Value)
		}
		n, err := strconv.Atoi(trimmed)
		switch {
		case err != nil || n > math.MaxInt32 || n < math.MinInt32:
			return 0, badParam(name, "The value '%s' is not valid.", q.Value)
		case n < least || n > most:
			return 0, badParam(name, "The field %s must be between %d and %d.", name, least, most)
		}
		return time.Duration(n) * time.Second, nil
	}
	return backend.ServiceTokenDefault, nil
}

// GET /v1/datetime/utc-now
func (s *Server) utcNow(w *exchange, _ *http.Request, _ backend.Principal) error {
	return w.json(http.StatusOK, jsonType, struct {
		UTCNow string `json:"utcNow"`
	}{s.backend.Now().Format(model.LayoutTicks)})
}

const textType = "text/plain"

// GET /v1/healthz answers with the bare time.
func (s *Server) healthz(w *exchange, r *http.Request, _ backend.Principal) error {
	if err := s.backend.Ready(r.Context()); err != nil {
		w.reason = model.ReasonUnavailable
		w.Header().Set("Retry-After", retrySeconds(0))
		return w.body(http.StatusServiceUnavailable, textType, []byte("the database does not answer"))
	}
	return w.body(http.StatusOK, textType, []byte(s.backend.Now().Format(model.LayoutTicks)))
}
