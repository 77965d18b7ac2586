// Package server is the HTTP door: it decodes, calls the backend and encodes.
// Four documented APIs (families A to D of api.md) share one routing table; each
// route names its family, which writes every error in its own shape.
//
// Guarantees: every request leaves exactly one record in the request log (the
// owner's /local/* and nothing else excepted), no answer is a 5xx but the ones
// the contract names, no redirect is ever sent, and a path answers with and
// without its trailing slash.
package server

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"keydeck/backend"
	"keydeck/model"
)

// Config is what the server needs to know. Backend is required; Status and Stop
// are, too, for a handler that is served on the local socket.
type Config struct {
	Backend        *backend.Backend
	Service        string         // family B's service name, "" for keydeck
	CORSOrigins    []string       // nil: any
	TrustedProxies []netip.Prefix // whose X-Forwarded-For is believed
	PublicURL      string         // the server in /openapi.json, "" for wherever it was read from
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
	doors   []door          // the routes that take a credential, for traces
	streams context.Context // done when the live streams must end
	end     context.CancelFunc
	beat    time.Duration // between two looks of a stream at its login
}

// New makes a server. It opens nothing and starts nothing.
func New(c Config) *Server {
	s := &Server{backend: c.Backend, config: c, service: c.Service, origins: c.CORSOrigins,
		proxies: c.TrustedProxies, log: c.Log, beat: streamBeat}
	if s.service == "" {
		s.service = "keydeck"
	}
	if s.origins == nil {
		s.origins = origins{"*"}
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	s.metrics = newMetrics(c.Version, c.Region, s.backend.LogStats)
	s.routes = s.table()
	s.doors = doorsOf(s.routes)
	s.streams, s.end = context.WithCancel(context.Background())
	return s
}

// Public is the handler for TCP: everything but /local/*.
func (s *Server) Public() http.Handler { return s.handler(false) }

// Local is the handler for the socket in the data directory, whose callers own
// the box: everything, and /local/*.
func (s *Server) Local() http.Handler { return s.handler(true) }

// EndStreams ends the live streams; a clean shutdown would wait for them for ever.
func (s *Server) EndStreams() { s.end() }

// Time limits of a connection. Live streams lift the last two for themselves.
const (
	headerTimeout = 10 * time.Second
	idleTimeout   = 2 * time.Minute
	readTimeout   = 30 * time.Second
	writeTimeout  = 30 * time.Second
)

// transportHeaderBytes is where net/http itself cuts a header off, with an answer
// in nobody's shape. It is far over our own limit so that a caller who is merely
// over that one gets the family's 431.
const transportHeaderBytes = 1 << 20

// HTTPServer makes the server for one of the handlers. Its Shutdown ends the
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
