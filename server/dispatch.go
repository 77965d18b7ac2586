package server

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"keydeck/backend"
	"keydeck/model"
)

// A handler decodes, calls the backend and encodes. p is the authenticated caller,
// the zero Principal on an open route. The route's family writes an error.
type handler func(w *exchange, r *http.Request, p backend.Principal) error

// An endpoint is one path of the routing table with its methods.
type endpoint struct {
	path     string  // as documented, "" for an unknown path
	family   *family // nil: the one that the path looks like (familyOf)
	methods  map[string]func(*exchange, *http.Request) error
	allow    string
	unlogged bool
}

// A router is the handler for one listener, built at start.
type router struct {
	server  *Server
	local   bool
	mux     *http.ServeMux
	unknown *endpoint
}

func (s *Server) handler(local bool) http.Handler {
	f := &router{server: s, local: local, mux: http.NewServeMux(), unknown: &endpoint{}}
	endpoints := map[string]*endpoint{}
	for _, rt := range s.routes {
		if rt.local && !local {
			continue
		}
		e := endpoints[rt.path]
		if e == nil {
			e = &endpoint{path: rt.path, family: rt.family, unlogged: rt.local, methods: map[string]func(*exchange, *http.Request) error{}}
			endpoints[rt.path] = e
			f.mount(e)
		}
		e.methods[rt.method] = s.run(rt)
	}
	for _, e := range endpoints {
		if get := e.methods[http.MethodGet]; get != nil {
			e.methods[http.MethodHead] = get
		}
		e.allow = allowed(e)
	}
	f.mux.Handle("/", f.unknown)
	return f
}

// mount registers a path with and without its trailing slash.
func (f *router) mount(e *endpoint) {
	if bare := strings.TrimSuffix(e.path, "/"); bare != "" {
		f.mux.Handle(bare, e)
	}
	f.mux.Handle(strings.TrimSuffix(e.path, "/")+"/{$}", e)
}

func allowed(e *endpoint) string {
	methods := append(slices.Collect(maps.Keys(e.methods)), http.MethodOptions)
	slices.Sort(methods)
	return strings.Join(methods, ", ")
}

// run makes the function that serves a route: authentication, then the handler.
func (s *Server) run(rt route) func(*exchange, *http.Request) error {
	return func(w *exchange, r *http.Request) error {
		if rt.accepts.open() {
			return rt.handle(w, r, backend.Principal{})
		}
		w.challenge = rt.accepts.challenges
		p, err := s.authenticate(r, &rt.accepts)
		p.Origin = w.origin()
		w.principal = p
		if err != nil {
			return err
		}
		s.backend.Count(p)
		return rt.handle(w, r, p)
	}
}

func (f *router) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := f.server.begin(w, r, f.local)
	x.endpoint = f.unknown
	f.server.origins.allow(w.Header(), r.Header.Get("Origin"))
	path, known := canonicalPath(r.URL.Path, f.server.service)
	if !known {
		f.unknown.ServeHTTP(x, r)
		return
	}
	if path != r.URL.Path || r.URL.RawPath != "" {
		// The mux only knows decoded paths in their canonical form.
		again := *r
		again.URL = &url.URL{Path: path, RawQuery: r.URL.RawQuery}
		r = &again
	}
	f.mux.ServeHTTP(x, r)
}

// ServeHTTP serves one exchange; w is the one that router.ServeHTTP made.
func (e *endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := w.(*exchange)
	x.endpoint, x.family = e, e.family
	if x.family == nil {
		x.family = familyOf(x.path, x.server.service)
	}
	defer x.finish(r)
	if err := e.serve(x, r); err != nil {
		x.fail(r, err)
	}
}

func (e *endpoint) serve(w *exchange, r *http.Request) error {
	switch {
	case headerBytes(r) > model.MaxHeaderBytes:
		return errHeaderTooLarge
	case encoded(r.Header):
		return errEncoding
	case r.ContentLength > model.MaxBodyBytes:
		return errBodyTooLarge
	}
	if err := bounded(w, r); err != nil {
		return err
	}
	switch run := e.methods[r.Method]; {
	case e.methods == nil:
		return errNoRoute
	case r.Method == http.MethodOptions:
		preflight(w, e.allow)
		return nil
	case run == nil:
		return methodNotAllowed(e.allow)
	default:
		return run(w, r)
	}
}

// bounded reads a body of unknown length, so that one over the limit is rejected
// even where the handler would not read it.
func bounded(w http.ResponseWriter, r *http.Request) error {
	if r.ContentLength >= 0 {
		return nil
	}
	raw, err := readBody(w, r)
	r.Body = io.NopCloser(bytes.NewReader(raw))
	return err
}

// headerBytes is the size of the request line and the header on the wire.
func headerBytes(r *http.Request) int {
	const separators = len(": \r\n")
	n := len(r.Method) + len(r.RequestURI) + len(r.Proto) + separators + len("Host") + len(r.Host) + separators
	for name, values := range r.Header {
		for _, v := range values {
			n += len(name) + len(v) + separators
		}
	}
	return n
}

func encoded(h http.Header) bool {
	for _, v := range h["Content-Encoding"] {
		for part := range strings.SplitSeq(v, ",") {
			if part = strings.TrimSpace(part); part != "" && !strings.EqualFold(part, "identity") {
				return true
			}
		}
	}
	return false
}
