package server

import (
	"net/http"
	"regexp"
	"strings"

	"keydeck/backend"
	"keydeck/model"
)

// The request log (assets/doc/api.md, section 6.4).

// GET /auth/requests/
func (s *Server) listRequests(w *exchange, r *http.Request, p backend.Principal) error {
	in := check(w, r)
	filter := requestFilter(in)
	if before, ok := in.Query("before"); ok {
		filter.Before = in.UUID("query", "before", before)
	}
	filter.Limit = min(in.QueryInt("limit", model.DefaultRequestLimit, 1), model.MaxRequestsPerGet)
	if err := in.Err(); err != nil {
		return err
	}
	return w.ok(s.backend.Requests(r.Context(), p, filter))
}

// statusPattern is an exact status, or a class of them.
var statusPattern = regexp.MustCompile(`^[1-5](\d\d|[xX][xX])$`)

// requestFilter reads the parameters that the list and the stream share.
func requestFilter(in *input) (f model.RequestFilter) {
	text := func(name string) string {
		s, _ := in.Query(name)
		return s
	}
	f.Method = text("method")
	status := in.QueryPattern("status", statusPattern)
	f.Path, f.Route = text("path"), text("route")
	f.CredentialID, f.ProjectID = text("credential_id"), text("project_id")
	f.Q = text("q")
	f.Since, f.Until = in.QueryTime("since"), in.QueryTime("until")
	f.MinMillis = in.QueryFloat("min_ms")
	if statusPattern.MatchString(status) {
		f.StatusClass = int(status[0] - '0')
		if !strings.ContainsAny(status, "xX") {
			f.Status = f.StatusClass*100 + int(status[1]-'0')*10 + int(status[2]-'0')
			f.StatusClass = 0
		}
	}
	return f
}
