// Package server is the HTTP API: it decodes, calls the backend and encodes. Four
// documented APIs share one routing table: family A (Security API), B (session
// keys), C (login, users and API keys, and all that Keydeck adds) and D (greeting).
// Each route names its family, which writes every error in its own shape. The contract
// is assets/doc/api.md.
//
// Guarantees: every request leaves exactly one record in the request log, except
// the owner's own calls of /local/* and reads over the socket; the only 5xx answers
// are those in the documentation; there are no redirects; and a path answers with
// and without its trailing slash.
package server

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"keydeck/backend"
	"keydeck/model"
)

// Config configures a Server. Backend is required, and for the handler on the local
// socket Status and Stop are too.
type Config struct {
	Backend        *backend.Backend
	Service        string         // family B's service name, "" for keydeck
	CORSOrigins    []string       // nil: any
	TrustedProxies []netip.Prefix // whose X-Forwarded-For is believed
	PublicURL      string         // the server named in /openapi.json, "" for the one that it was read from
	Region         string         // shown there and in /metrics
	Version        string
	Status         func() model.Status
	Stop           func() // ends the process; called after the answer, must not block
	Log            *slog.Logger
}

// Server holds what all requests share. It is safe for concurrent use.
type Server struct {
	backend *backend.Backend
	config  Config
	service string
	origins origins
	proxies proxies
	metrics *metrics
	log     *slog.Logger

	routes  []route
	groups  []routeGroup    // the routes that take a credential, for traces
	streams context.Context // done when the live streams must end
	end     context.CancelFunc
	recheck time.Duration // how often a stream checks that its login still holds
}

// New makes a Server. It opens nothing and starts nothing.
func New(c Config) *Server {
	s := &Server{backend: c.Backend, config: c, service: cmp.Or(c.Service, "keydeck"), origins: c.CORSOrigins,
		proxies: c.TrustedProxies, log: cmp.Or(c.Log, slog.New(slog.DiscardHandler)), recheck: streamRecheck}
	if s.origins == nil {
		s.origins = origins{"*"}
	}
	s.metrics = newMetrics(c.Version, c.Region, s.backend.LogStats)
	s.routes = s.table()
	s.groups = groupRoutes(s.routes)
	s.streams, s.end = context.WithCancel(context.Background())
	return s
}

// Public is the handler for TCP: everything except /local/*.
func (s *Server) Public() http.Handler { return s.handler(false) }

// Local is the handler for the socket in the data directory, whose callers own the
// machine: everything including /local/*.
func (s *Server) Local() http.Handler { return s.handler(true) }

// EndStreams ends the live streams, for which a clean shutdown would wait forever.
func (s *Server) EndStreams() { s.end() }

// Time limits of a connection. A live stream lifts the last two for itself.
const (
	headerTimeout = 10 * time.Second
	idleTimeout   = 2 * time.Minute
	readTimeout   = 30 * time.Second
	writeTimeout  = 30 * time.Second
)

// transportHeaderBytes is the limit of net/http itself, whose answer has no family's
// shape. It is far above model.MaxHeaderBytes, so that a caller who only exceeds
// that one gets the family's own 431.
const transportHeaderBytes = 1 << 20

// HTTPServer makes the http.Server for one of the handlers. Its Shutdown ends the
// live streams first.
func (s *Server) HTTPServer(h http.Handler) *http.Server {
	srv := &http.Server{
		Handler: h, ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout,
		IdleTimeout: idleTimeout, MaxHeaderBytes: transportHeaderBytes,
		DisableGeneralOptionsHandler: true, // OPTIONS * is a path like any other
		ErrorLog:                     slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
	srv.RegisterOnShutdown(s.EndStreams)
	return srv
}
