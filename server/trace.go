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
	also []string // the other routes
}

// groupRoutes groups the routes that take credentials, in the order of the table.
// A route that takes one in its body is a group of its own.
func groupRoutes(routes []route) []routeGroup {
	var groups []routeGroup
	for _, rt := range routes {
		if rt.local || rt.accepts.open() && rt.accepts.body == "" {
			continue
		}
		g := routeGroup{route: rt, also: []string{}}
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
	return g.accepts.body == "" && other.accepts.body == "" && g.family == other.family &&
		g.right.scope == other.right.scope && (g.right.role == roleSuperuser) == (other.right.role == roleSuperuser) && slices.Equal(g.accepts.accepted(), other.accepts.accepted())
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
		if a := &s.groups[i].accepts; a.anything && a.body != verdict.Kind {
			continue // its answer says nothing of this credential
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
	if kind := model.StaticKind(c.bare); kind != "" {
		// The owner of a key knows its account, but what was pasted doesn't say it.
		p, err := s.backend.AuthenticateKey(ctx, kind, c.bare)
		if _, _, err := s.answerTo(ctx, &s.groups[0], err); err != nil {
			return c, err
		}
		c.account = p.AccountID
	}
	return c, nil
}

// step is the answer of one group of routes.
func (s *Server) step(ctx context.Context, g *routeGroup, c sendable) (model.TraceStep, error) {
	step := model.TraceStep{Family: g.family.name, Method: g.method, Route: g.path, Also: g.also}
	var refusal error
	switch g.accepts.body {
	case model.KindKeyPair:
		var member string
		member, refusal = s.backend.CheckPairKey(ctx, backend.Unwrapped(c.bare))
		step.Header = "body: " + member
	case model.KindRefreshToken:
		step.Header = "body: refresh_token"
		if !g.accepts.anything {
			refusal = s.backend.CheckRefresh(ctx, c.bare)
		}
	default:
		var name, value string
		name, value, step.Header = c.header(&g.accepts)
		refusal = s.authenticateAs(ctx, g, name, value)
	}
	var err error
	if step.Status, step.Reason, err = s.answerTo(ctx, g, refusal); err != nil {
		return step, err
	}
	step.Message = g.explain(c, step.Reason)
	if c.given == "" || g.accepts.body != "" {
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
	static := model.StaticKind(c.bare)
	isKey := static == model.KindAPIKey
	carrier, value := model.CarrierRaw, c.bare
	switch {
	case c.Scheme == backend.SchemeAPIKey && (g.account || static == ""):
		carrier, value = model.CarrierAccountKey, c.Value
	case isKey && g.account:
		carrier, value = model.CarrierAccountKey, base64.StdEncoding.EncodeToString([]byte(c.account+":"+c.bare))
	case isKey && g.header:
		carrier = model.CarrierKeyHeader
	case static != "":
	case c.Scheme == backend.SchemeBearer || strings.Count(c.bare, ".") >= 2:
		carrier = model.CarrierBearer
	}
	name, value = carrier.Header(value)
	return name, value, string(carrier)
}

// unsendable reports whether no header can have this value (RFC 9110, section 5.5).
func unsendable(value string) bool {
	return strings.ContainsFunc(value, func(c rune) bool { return c < ' ' && c != '\t' || c == 0x7f })
}

// errUnsendable stands for the answer that net/http gives to one before routing.
var errUnsendable = &failure{status: http.StatusBadRequest, code: "bad_request", message: "not a header value", reason: model.ReasonMalformed}

// authenticateAs runs the authentication of a route on one header, and checks the
// right that the route asks for. The error is the refusal.
func (s *Server) authenticateAs(ctx context.Context, g *routeGroup, name, value string) error {
	if unsendable(value) {
		return errUnsendable
	}
	r := (&http.Request{Method: g.method, URL: &url.URL{Path: g.path}, RequestURI: g.path, Proto: "HTTP/1.1",
		Header: http.Header{http.CanonicalHeaderKey(name): {value}}}).WithContext(ctx)
	if headerBytes(r) > model.MaxHeaderBytes {
		return errHeaderTooLarge
	}
	p, err := s.authenticate(r, &g.accepts)
	if err != nil {
		return err
	}
	switch {
	case g.right.scope != "":
		return p.MayWriteKeys()
	case g.right.role == roleSuperuser:
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

// explain says in plain words why the group answers so.
func (g *routeGroup) explain(c sendable, reason model.Reason) string {
	inBody := g.accepts.body != ""
	switch {
	case g.accepts.anything:
		return "It ends the login of this token."
	case reason == "" && g.accepts.body == model.KindRefreshToken:
		return "Let in with its own user_uuid; it is used up by that."
	case reason == "" && inBody:
		return "Let in, together with the other half of its pair."
	case reason == "" && c.kind == model.KindAccessToken && len(g.also) > 0:
		return "Let in; in a project it may do what its user's role there allows."
	case reason == "":
		return "Let in."
	case g.accepts.body != c.kind && notInHeaders(c.kind) != "":
		return notInHeaders(c.kind) + " Here it is refused as " + string(reason) + "."
	case inBody:
		return backend.Explain(reason)
	case unsendable(c.bare):
		return "It holds line breaks or other characters that no header may have."
	case reason == model.ReasonWrongKind, reason == model.ReasonMalformed && c.kind != model.KindUnknown:
		return "This route takes " + g.accepts.wants() + "; this is something else."
	}
	return backend.Explain(reason)
}

// notInHeaders says why a kind of credential is never sent in a header, "" if it is.
func notInHeaders(kind model.Kind) string {
	carried := kind.Spec().Carried
	switch {
	case kind == model.KindRefreshToken:
		return "A refresh token is only traded, in a body, for the next tokens."
	case carried == "" || carried == kind:
		return ""
	}
	what := model.Article(kind.Name())
	return strings.ToUpper(what[:1]) + what[1:] + " is never sent itself; requests carry " + model.Article(carried.Name()) + " made with it."
}

// wants lists what a route takes, in words.
func (g *grammar) wants() string {
	var list []string
	for _, a := range g.accepted() {
		what := model.Article(a.Kind.Name())
		if a.Header == model.CarrierAccountKey {
			what += " with its account id"
		}
		if !slices.Contains(list, what) {
			list = append(list, what)
		}
	}
	return model.AnyOf(list)
}
