package server

import (
	"net/http"
	"slices"
)

const (
	corsAllow  = "authorization, content-type, x-api-key, x-project-id, last-event-id"
	corsExpose = "x-request-id, retry-after, www-authenticate"
	corsMaxAge = "600" // seconds; all browsers allow this much
)

// origins are the web origins that may read answers; "*" is any. Credentials mode is
// never allowed: there are no cookies, and callers send their credential themselves.
type origins []string

// allow sets the CORS headers of every answer, including errors.
func (o origins) allow(h http.Header, origin string) {
	if slices.Contains(o, "*") {
		h.Set("Access-Control-Allow-Origin", "*")
	} else {
		h.Add("Vary", "Origin")
		if origin == "" || !slices.Contains(o, origin) {
			return
		}
		h.Set("Access-Control-Allow-Origin", origin)
	}
	h.Set("Access-Control-Expose-Headers", corsExpose)
}

// preflight answers OPTIONS for a path that exists. It needs no credential.
func preflight(w *exchange, methods string) {
	h := w.Header()
	h.Set("Allow", methods)
	if h.Get("Access-Control-Allow-Origin") != "" {
		h.Set("Access-Control-Allow-Methods", methods)
		h.Set("Access-Control-Allow-Headers", corsAllow)
		h.Set("Access-Control-Max-Age", corsMaxAge)
	}
	w.WriteHeader(http.StatusNoContent)
}
