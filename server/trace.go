package server

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"keydeck/backend"
	"keydeck/model"
)

// A trace puts a credential into the header where each route expects it, runs the
// route's own authentication on it, and lets the route's family word the answer:
// there is no second copy of those rules. It doesn't use the credential: nothing is
// counted, logged, spent or signed.

// A routeGroup is a group of routes that treat every credential alike. It is named
// after its first route.
type routeGroup struct {
	route
	also  []string // the other routes
	right right
}

// A right is what a route asks for beyond a good credential, as far as that doesn't
// depend on the rest of the request.
type right uint8

const (
	anyRight right = iota
	writeKeys
	superuser
)

func rightOf(rt *route) right {
	switch {
	case strings.HasPrefix(rt.path, "/auth/api-keys/") && rt.method != http.MethodGet:
		return writeKeys
	case strings.HasPrefix(rt.path, "/auth/signing-keys/"):
		return superuser
	}
	return anyRight
}

// Routes that take a credential in their body, and therefore have no grammar.
const (
	pathAuthenticateKeys = "/{service}/{tenantid}/v1/authenticateKeys"
	pathRefresh          = "/auth/verification/refresh-token"
	pathRevoke           = "/auth/verification/revoke-token"
)

func inBody(rt *route) bool {
	return rt.path == pathAuthenticateKeys || rt.path == pathRefresh || rt.path == pathRevoke
}

// groupRoutes groups the routes that take credentials, in the order of the table.
// A route that takes one in its body is a group of its own.
func groupRoutes(routes []route) []routeGroup {
	var groups []routeGroup
	for _, rt := range routes {
		if rt.local || rt.accepts.open() && !inBody(&rt) {
			continue
		}
		g := routeGroup{route: rt, also: []string{}, right: rightOf(&rt)}
		if i := slices.IndexFunc(groups, g.treatsAlike); i >= 0 {
			groups[i].also = append(groups[i].also, rt.method+" "+rt.path)
			continue
		}
		groups = append(groups, g)
	}
	return groups
}

// treatsAlike reports whether g and other treat every credential alike.
func (g *routeGroup) treatsAlike(other routeGroup) bool {
	return !inBody(&g.route) && !inBody(&other.route) &&
		g.family == other.family && g.right == other.right && g.accepts.equal(&other.accepts)
}

// trace answers a TraceRequest.
func (s *Server) trace(ctx context.Context, p backend.Principal, ask model.TraceRequest) (model.Trace, error) {
	if ask.RequestID != "" {
		return s.backend.TraceRequest(ctx, p, ask.RequestID)
	}
	in := model.InspectRequest{Token: ask.Token, Authorization: ask.Authorization}
	verdict, err := s.backend.Inspect(ctx, p, in)
	if err != nil {
		return model.Trace{}, err
	}
	c, err := s.sendable(ctx, in, verdict.Kind)
	if err != nil {
		return model.Trace{}, err
	}
	out := model.Trace{Inspection: verdict, Steps: make([]model.TraceStep, 0, len(s.groups))}
	for i := range s.groups {
		if s.groups[i].path == pathRevoke && verdict.Kind != model.KindRefreshToken {
			continue // it answers 200 to anything, which says nothing of this credential
		}
		step, err := s.step(ctx, &s.groups[i], c)
		if err != nil {
			return model.Trace{}, err
		}
		out.Steps = append(out.Steps, step)
	}
	return out, nil
}

// sendable is a credential as it can be put into a request.
type sendable struct {
	backend.Presented
	kind    model.Kind
	bare    string // the credential alone: of an ApiKey value its key
	account string // the account id to send an API key with
	given   string // the whole Authorization value that was pasted, "" for a bare credential
}

func (s *Server) sendable(ctx context.Context, in model.InspectRequest, kind model.Kind) (sendable, error) {
	c := sendable{Presented: backend.Present(in), kind: kind, given: strings.Trim(in.Authorization, " \t\r\n")}
	c.bare = c.Value
	if c.Scheme == backend.SchemeAPIKey {
		if account, key, ok := backend.SplitAccountKey(c.Value); ok {
			c.account, c.bare = account, key
		}
		return c, nil
	}
	if model.LooksLikeAPIKey(c.bare) {
		// The owner of a key knows its account, but what was pasted doesn't say it.
		p, err := s.backend.AuthenticateAPIKey(ctx, c.bare)
		if _, _, err := s.answerTo(ctx, &s.groups[0], err); err != nil {
			return c, err
		}
		c.account = p.AccountID
	}
	return c, nil
}

// step is the answer of one group of routes.
func (s *Server) step(ctx context.Context, g *routeGroup, c sendable) (model.TraceStep, error) {
	step := model.TraceStep{Family: familyName(g.family), Method: g.method, Route: g.path, Also: g.also}
	var refusal error
	switch g.path {
	case pathAuthenticateKeys:
		var member string
		member, refusal = s.backend.CheckPairKey(ctx, backend.Unwrapped(c.bare))
		step.Header = "body: " + member
	case pathRefresh:
		step.Header = "body: refresh_token"
		refusal = s.backend.CheckRefresh(ctx, c.bare)
	case pathRevoke:
		step.Header = "body: refresh_token" // 200, used or not (RFC 7009, section 2.2)
	default:
		name, value, label := c.header(&g.accepts)
		step.Header = label
		refusal = s.authenticateAs(ctx, g, name, value)
	}
	var err error
	if step.Status, step.Reason, err = s.answerTo(ctx, g, refusal); err != nil {
		return step, err
	}
	step.Message = g.explain(c, step.Reason)
	if c.given == "" || inBody(&g.route) {
		return step, nil
	}
	_, asGiven, err := s.answerTo(ctx, g, s.authenticateAs(ctx, g, "Authorization", c.given))
	if asGiven != "" && asGiven != step.Reason {
		step.Message += fmt.Sprintf(" In the header as it was given it would be refused as %s.", asGiven)
	}
	return step, err
}

// header says where a credential goes on a route with this grammar: the name of
// the header, its value, and a label for both. A credential that the route doesn't
// take goes where people put it.
func (c *sendable) header(g *grammar) (name, value, label string) {
	const authorization = "Authorization"
	isKey := model.LooksLikeAPIKey(c.bare)
	switch {
	case c.Scheme == backend.SchemeAPIKey && (g.account || !isKey):
		return authorization, "ApiKey " + c.Value, "Authorization: ApiKey"
	case isKey && g.account:
		return authorization, "ApiKey " + base64.StdEncoding.EncodeToString([]byte(c.account+":"+c.bare)), "Authorization: ApiKey"
	case isKey && g.header:
		return "X-Api-Key", c.bare, "x-api-key"
	case isKey:
		return authorization, c.bare, authorization
	case c.Scheme == backend.SchemeBearer || strings.Count(c.bare, ".") >= 2:
		return authorization, "Bearer " + c.bare, "Authorization: Bearer"
	}
	return authorization, c.bare, authorization
}

// unsendable reports whether no header can have this value (RFC 9110, section 5.5).
func unsendable(value string) bool {
	return strings.ContainsFunc(value, func(c rune) bool { return c < ' ' && c != '\t' || c == 0x7f })
}

// errUnsendable stands for the answer that net/http gives to one before routing.
var errUnsendable = &statusError{status: http.StatusBadRequest, code: "bad_request", message: "not a header value", reason: model.ReasonMalformed}

// authenticateAs runs the authentication of a route on one header, and checks the
// right that the route asks for. The error is the refusal.
func (s *Server) authenticateAs(ctx context.Context, g *routeGroup, name, value string) error {
	if unsendable(value) {
		return errUnsendable
	}
	r := (&http.Request{Method: g.method, URL: &url.URL{Path: g.path}, RequestURI: g.path, Proto: "HTTP/1.1",
		Header: http.Header{name: {value}}}).WithContext(ctx)
	if headerBytes(r) > model.MaxHeaderBytes {
		return errHeaderTooLarge
	}
	p, err := s.authenticate(r, &g.accepts)
	if err != nil {
		return err
	}
	switch g.right {
	case writeKeys:
		return s.backend.MayWriteKeys(ctx, p)
	case superuser:
		_, err = s.backend.SigningKeys(ctx, p)
	}
	return err
}

// answerTo returns the status with which the route's family answers a refusal, and
// the reason that the log would have. An error says nothing about the credential:
// the database is down, or the caller has hung up.
func (s *Server) answerTo(ctx context.Context, g *routeGroup, refusal error) (int, model.Reason, error) {
	if refusal == nil {
		return http.StatusOK, "", nil
	}
	f := failureOf(ctx, refusal, nil)
	if f.reason == "" || f.reason == model.ReasonUnavailable || f.reason == model.ReasonInternal {
		return 0, "", refusal
	}
	x := &exchange{ResponseWriter: statusOnly{}, server: s, endpoint: &endpoint{path: g.path}, family: g.family}
	x.answer(f)
	return x.status, f.reason, nil
}

// statusOnly is an http.ResponseWriter that keeps the status and drops the rest.
type statusOnly struct{}

func (statusOnly) Header() http.Header         { return http.Header{} }
func (statusOnly) Write(b []byte) (int, error) { return len(b), nil }
func (statusOnly) WriteHeader(int)             {}

func familyName(f family) string {
	switch f {
	case familyA:
		return "A"
	case familyB:
		return "B"
	case familyC:
		return "C"
	}
	return "D"
}

// explain says in plain words why the group answers so.
func (g *routeGroup) explain(c sendable, reason model.Reason) string {
	only := notInHeaders[c.kind]
	switch {
	case g.path == pathRevoke:
		return "It ends the login of this token."
	case reason == "" && g.path == pathAuthenticateKeys:
		return "Let in, together with the other half of its pair."
	case reason == "" && g.path == pathRefresh:
		return "Let in with its own user_uuid; it is used up by that."
	case reason == "" && c.kind == model.KindAccessToken && len(g.also) > 0:
		return "Let in; in a project it may do what its user's role there allows."
	case reason == "":
		return "Let in."
	case only.text != "" && only.path != g.path:
		return only.text + " Here it is refused as " + string(reason) + "."
	case inBody(&g.route):
		return backend.Explain(reason)
	case unsendable(c.bare):
		return "It holds line breaks or other characters that no header may have."
	case reason == model.ReasonWrongKind, reason == model.ReasonMalformed && c.kind != model.KindUnknown:
		return "This route takes " + g.accepts.wants() + "; this is something else."
	}
	return backend.Explain(reason)
}

// notInHeaders are the credentials that are never sent in a header: the route that
// takes each in its body, "" for none, and how to say so.
var notInHeaders = map[model.Kind]struct{ path, text string }{
	model.KindRefreshToken: {pathRefresh, "A refresh token is only traded, in the body of " + pathRefresh + "."},
	model.KindKeyPair:      {pathAuthenticateKeys, "One half of a key pair is only traded, with the other half, for a session key."},
	model.KindJWTSecret:    {"", "A JWT secret signs JWTs and is never sent itself."},
}

// wants lists what a route takes, in words.
func (g *grammar) wants() string {
	var list []string
	add := func(is bool, what string) {
		if is {
			list = append(list, what)
		}
	}
	add(g.account, "an API key with its account id")
	add(g.rawKey || g.header, "an API key")
	add(g.bearer&backend.AcceptService != 0, "a service token")
	add(g.bearer&backend.AcceptAccess != 0, "a login's access token")
	add(g.bearer&backend.AcceptSession != 0, "a session key")
	add(g.bearer&backend.AcceptClient != 0, "a JWT that is signed with a JWT secret")
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:len(list)-1], ", ") + " or " + list[len(list)-1]
}
