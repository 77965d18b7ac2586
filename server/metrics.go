package server

import (
	"net/http"
	"runtime"
	"slices"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"keydeck/backend"
	"keydeck/model"
)

// meteredMethods have a label of their own. Callers can make up any other method.
var meteredMethods = []string{
	http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPatch, http.MethodDelete, http.MethodOptions,
}

// metrics are this server's, in a registry of their own. No label has a tenant's data.
type metrics struct {
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
	handler  http.Handler
}

func newMetrics(version, region string, log func() model.LogStats) *metrics {
	m := &metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "keydeck_http_requests_total",
			Help: "HTTP requests by route, method and class of status."}, []string{"route", "method", "status"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "keydeck_http_request_duration_seconds",
			Help:    "Time to answer, by route.",
			Buckets: []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"route"}),
	}
	count := func(name, help string, of func(model.LogStats) int64) prometheus.Collector {
		return prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, func() float64 { return float64(of(log())) })
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{Name: "keydeck_build_info", Help: "What runs here.",
		ConstLabels: prometheus.Labels{"version": version, "region": region, "goversion": runtime.Version()}})
	build.Set(1)
	registry := prometheus.NewRegistry()
	registry.MustRegister(m.requests, m.duration, build,
		count("keydeck_log_recorded_total", "Request-log records taken in.", func(s model.LogStats) int64 { return s.Recorded }),
		count("keydeck_log_stored_total", "Request-log records written to the database.", func(s model.LogStats) int64 { return s.Stored }),
		count("keydeck_log_dropped_total", "Request-log records lost because the writer fell behind.", func(s model.LogStats) int64 { return s.Dropped }),
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.handler = promhttp.HandlerFor(registry, promhttp.HandlerOpts{DisableCompression: true})
	return m
}

func (m *metrics) observe(route, method string, status int, took time.Duration) {
	if !slices.Contains(meteredMethods, method) {
		method = "other"
	}
	m.requests.WithLabelValues(route, method, strconv.Itoa(status/100)+"xx").Inc()
	m.duration.WithLabelValues(route).Observe(took.Seconds())
}

// GET /metrics
func (s *Server) serveMetrics(w *exchange, r *http.Request, _ backend.Principal) error {
	s.metrics.handler.ServeHTTP(w, r)
	return nil
}

// GET /readyz
func (s *Server) readyz(w *exchange, r *http.Request, _ backend.Principal) error {
	if err := s.backend.Ready(r.Context()); err != nil {
		return &model.Error{Code: model.CodeUnavailable, Reason: model.ReasonUnavailable, Message: "the database does not answer", Cause: err}
	}
	return w.data(http.StatusOK, struct {
		Ready bool `json:"ready"`
	}{true})
}
