package server

import (
	"fmt"
	"io"
	"net/http"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"keydeck/backend"
	"keydeck/model"
)

// Metrics in the Prometheus text format 0.0.4, written by hand: a counter and a
// histogram are a few atomic adds on the request's path, held by the route
// itself, with no look-up by label. No label carries a tenant's data.

// bounds are the upper bounds of the duration histogram, in seconds.
var bounds = [...]float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}

// methods that have a label of their own; callers may make up any other.
var meteredMethods = [...]string{
	http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPatch, http.MethodDelete, http.MethodOptions, "other",
}

// meters are one route's counters.
type meters struct {
	requests [len(meteredMethods)][6]atomic.Int64 // by method and status class
	buckets  [len(bounds) + 1]atomic.Int64
	nanos    atomic.Int64
}

type metrics struct {
	version, region string
	began           time.Time
	mu              sync.Mutex
	entries         []*entry
}

func newMetrics(version, region string) *metrics {
	return &metrics{version: version, region: region, began: time.Now()}
}

func (m *metrics) add(e *entry) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.entries = append(m.entries, e)
}

func (m *metrics) observe(e *entry, method string, status int, took time.Duration) {
	i := slices.Index(meteredMethods[:], method)
	if i < 0 {
		i = len(meteredMethods) - 1
	}
	e.meters.requests[i][min(max(status/100, 0), 5)].Add(1)
	bucket, _ := slices.BinarySearch(bounds[:], took.Seconds())
	e.meters.buckets[bucket].Add(1)
	e.meters.nanos.Add(int64(took))
}

// GET /metrics
func (s *Server) serveMetrics(w *exchange, _ *http.Request, _ backend.Principal) error {
	var b strings.Builder
	s.metrics.write(&b, s.backend.LogStats())
	return w.body(http.StatusOK, "text/plain; version=0.0.4; charset=utf-8", []byte(b.String()))
}

func (m *metrics) write(out io.Writer, log model.LogStats) {
	m.mu.Lock()
	entries := slices.Clone(m.entries)
	m.mu.Unlock()
	m.requests(out, entries)
	m.durations(out, entries)
	single(out, "keydeck_log_recorded_total", "counter", "Request-log records taken in.", float64(log.Recorded))
	single(out, "keydeck_log_stored_total", "counter", "Request-log records written to the database.", float64(log.Stored))
	single(out, "keydeck_log_dropped_total", "counter", "Request-log records lost because the writer fell behind.", float64(log.Dropped))
	m.process(out)
}

// requests adds up the entries of one path: the socket and TCP have one each.
func (m *metrics) requests(out io.Writer, entries []*entry) {
	head(out, "keydeck_http_requests_total", "counter", "HTTP requests by route, method and class of status.")
	byRoute(entries, func(route string, same []*entry) {
		for i, method := range meteredMethods {
			for class := 1; class <= 5; class++ {
				var n int64
				for _, e := range same {
					n += e.meters.requests[i][class].Load()
				}
				if n > 0 {
					fmt.Fprintf(out, "keydeck_http_requests_total{route=%s,method=%q,status=\"%dxx\"} %d\n", route, method, class, n)
				}
			}
		}
	})
}

func (m *metrics) durations(out io.Writer, entries []*entry) {
	head(out, "keydeck_http_request_duration_seconds", "histogram", "Time to answer, by route.")
	byRoute(entries, func(route string, same []*entry) {
		var total, nanos int64
		for i := range len(bounds) + 1 {
			bound := "+Inf"
			if i < len(bounds) {
				bound = strconv.FormatFloat(bounds[i], 'g', -1, 64)
			}
			for _, e := range same {
				total += e.meters.buckets[i].Load()
			}
			fmt.Fprintf(out, "keydeck_http_request_duration_seconds_bucket{route=%s,le=%q} %d\n", route, bound, total)
		}
		for _, e := range same {
			nanos += e.meters.nanos.Load()
		}
		fmt.Fprintf(out, "keydeck_http_request_duration_seconds_sum{route=%s} %g\n", route, time.Duration(nanos).Seconds())
		fmt.Fprintf(out, "keydeck_http_request_duration_seconds_count{route=%s} %d\n", route, total)
	})
}

func (m *metrics) process(out io.Writer) {
	head(out, "keydeck_build_info", "gauge", "What runs here.")
	fmt.Fprintf(out, "keydeck_build_info{version=%s,region=%s,goversion=%s} 1\n", label(m.version), label(m.region), label(runtime.Version()))
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	single(out, "process_start_time_seconds", "gauge", "When the server started, unix time.", float64(m.began.UnixMilli())/1000)
	single(out, "go_goroutines", "gauge", "Goroutines that exist.", float64(runtime.NumGoroutine()))
	single(out, "go_memstats_heap_alloc_bytes", "gauge", "Heap in use.", float64(mem.HeapAlloc))
	single(out, "go_memstats_sys_bytes", "gauge", "Memory taken from the system.", float64(mem.Sys))
	single(out, "go_memstats_alloc_bytes_total", "counter", "Heap ever allocated.", float64(mem.TotalAlloc))
	single(out, "go_gc_cycles_total", "counter", "Completed garbage collections.", float64(mem.NumGC))
}

// byRoute calls f once for every route that has seen a request, in order.
func byRoute(entries []*entry, f func(route string, same []*entry)) {
	groups := map[string][]*entry{}
	for _, e := range entries {
		seen := false
		for i := range e.meters.buckets {
			seen = seen || e.meters.buckets[i].Load() > 0
		}
		if seen {
			groups[e.path] = append(groups[e.path], e)
		}
	}
	paths := make([]string, 0, len(groups))
	for p := range groups {
		paths = append(paths, p)
	}
	slices.Sort(paths)
	for _, p := range paths {
		f(label(p), groups[p])
	}
}

func head(out io.Writer, name, kind, help string) {
	fmt.Fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind)
}

func single(out io.Writer, name, kind, help string, v float64) {
	head(out, name, kind, help)
	fmt.Fprintf(out, "%s %s\n", name, strconv.FormatFloat(v, 'g', -1, 64))
}

// label quotes a label's value as the format wants it.
func label(v string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(strings.ToValidUTF8(v, "\ufffd")) + `"`
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
