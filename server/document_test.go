package server

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"

	"keydeck/assets"
)

// openAPIChecks compares the OpenAPI document with the server, in both directions:
// every answer that any test of this package receives must be documented and match
// its schema, and by the end of a full run every documented answer must have been
// received.
type openAPIChecks struct {
	doc    *openapi3.T
	router routers.Router

	mu    sync.Mutex
	seen  map[string]bool // "GET /path 200"
	wrong []string
}

var document = sync.OnceValue(func() *openAPIChecks {
	text, err := assets.OpenAPIJSON()
	if err != nil {
		panic(err)
	}
	doc, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		panic(err)
	}
	doc.Servers = nil
	router, err := legacy.NewRouter(doc)
	if err != nil {
		panic(err)
	}
	for _, kind := range []string{"text/html", "text/javascript", "text/css", "image/svg+xml", "text/event-stream"} {
		openapi3filter.RegisterBodyDecoder(kind, openapi3filter.PlainBodyDecoder)
	}
	return &openAPIChecks{doc: doc, router: router, seen: map[string]bool{}}
})

// answered checks one answer against the document. Paths that are not in the document
// (unknown ones, other spellings) and methods that a path doesn't have are skipped.
func (p *openAPIChecks) answered(c call, a answer) {
	method, target := c.method, c.target
	if method == http.MethodHead {
		return // documented as GET
	}
	r := httptest.NewRequest(http.MethodGet, "http://keydeck.test/", nil)
	r.Method = method
	path, query, _ := strings.Cut(target, "?")
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") {
		return
	}
	r.URL.Path, r.URL.RawQuery = path, query
	p.mu.Lock()
	defer p.mu.Unlock()
	route, params, err := p.router.FindRoute(r)
	if err != nil || a.status == http.StatusMethodNotAllowed || unknownPath(route, a) {
		return
	}
	p.seen[fmt.Sprintf("%s %s %d", method, route.Path, a.status)] = true
	input := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route},
		Status:                 a.status, Header: a.header, Options: &openapi3filter.Options{IncludeResponseStatus: true},
	}
	input.SetBodyBytes([]byte(a.body))
	if err := openapi3filter.ValidateResponse(context.Background(), input); err != nil && len(p.wrong) < 20 {
		p.wrong = append(p.wrong, fmt.Sprintf("%s %s answered %d %.300s\n%v", method, target, a.status, a.body, err))
	}
}

// unknownPath recognises the 404 of a path that only the document's router takes for a
// documented one, such as a service of another name.
func unknownPath(route *routers.Route, a answer) bool {
	return a.status == http.StatusNotFound && route.Operation.Responses.Value("404") == nil
}

// verdict is the exit code after the tests: 1 if the server and its document disagree.
func (p *openAPIChecks) verdict(code int) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, w := range p.wrong {
		fmt.Fprintln(os.Stderr, "not as documented:", w)
		code = max(code, 1)
	}
	if code != 0 || !wholeRun() {
		return code
	}
	for _, missing := range p.unseen() {
		fmt.Fprintln(os.Stderr, "documented, but no test received it:", missing)
		code = 1
	}
	return code
}

// wholeRun reports whether all tests run, so that an answer that was not seen doesn't
// occur.
func wholeRun() bool {
	for _, name := range []string{"test.run", "test.skip", "test.fuzz", "test.bench", "test.list"} {
		if flag.Lookup(name).Value.String() != "" {
			return false
		}
	}
	return !testing.Short()
}

// fleeting answers only occur in the first second of a new server, while it makes its
// signing keys, and no test can stop that second.
var fleeting = map[string]bool{"GET /.well-known/jwks.json 503": true, "POST /auth/signing-keys/rotate 409": true}

func (p *openAPIChecks) unseen() []string {
	var missing []string
	for path, item := range p.doc.Paths.Map() {
		for method, operation := range item.Operations() {
			for status := range operation.Responses.Map() {
				if _, err := strconv.Atoi(status); err != nil {
					missing = append(missing, method+" "+path+" "+status+" is no status")
				} else if answer := method + " " + path + " " + status; !p.seen[answer] && !fleeting[answer] {
					missing = append(missing, answer)
				}
			}
		}
	}
	slices.Sort(missing)
	return missing
}

type operation struct{ method, path string }

// TestEveryRouteIsDocumented and every documented operation is a route.
func TestEveryRouteIsDocumented(t *testing.T) {
	documented := map[operation]bool{}
	for path, item := range document().doc.Paths.Map() {
		for method := range item.Operations() {
			documented[operation{method, path}] = true
		}
	}
	delete(documented, operation{http.MethodOptions, "/"}) // a preflight answers on every path
	served := map[operation]bool{}
	for _, r := range newTestServer(t).server.Routes() {
		served[operation{r.Method, r.Route}] = true
		if !documented[operation{r.Method, r.Route}] {
			t.Errorf("%s %s is served and not documented", r.Method, r.Route)
		}
	}
	for r := range documented {
		if !served[r] {
			t.Errorf("%s %s is documented and not served", r.method, r.path)
		}
	}
}
