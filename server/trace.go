package server

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"keydeck/backend"
	"keydeck/model"
)

// A trace asks the doors: it puts a credential into a header as each route takes
// it, and runs authenticate, with the route's own grammar, and the route's family
// on it. There is no second copy of the rules that could come to differ. It is no
// use of the credential: nothing is counted, logged, spent or signed.

// A door is a group of routes that treat every credential alike.
type door struct {
	route
	also  []string
	right right
}

// A right is what a route asks for beyond a good credential, as far as it depends
// on nothing else in the request.
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

// Routes that take a credential in their body, and so have no grammar.
const (
	pathAuthenticateKeys = "/{service}/{tenantid}/v1/authenticateKeys"
	pathRefresh          = "/auth/verification/refresh-token"
	pathRevoke           = "/auth/verification/revoke-token"
)

func inBody(rt *route) bool {
	return rt.path == pathAuthenticateKeys || rt.path == pathRefresh || rt.path == pathRevoke
}

// doorsOf groups the routes that take credentials, in the order of the table. A
// door goes by its first route.
func doorsOf(routes []route) []door {
	var doors []door
	known := map[string]int{}
	for _, rt := range routes {
		if rt.local || rt.accepts.open() && !inBody(&rt) {
			continue
		}
		d := door{route: rt, also: []string{}, right: rightOf(&rt)}
		alike := fmt.Sprintf("%T %v %d", rt.family, rt.accepts, d.right)
		if i, ok := known[alike]; ok && !inBody(&rt) {
			doors[i].also = append(doors[i].also, rt.method+" "+rt.path)
			continue
		}
		if !inBody(&rt) {
			known[alike] = len(doors)
		}
		doors = append(doors, d)
	}
	return doors
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
	out := model.Trace{Inspection: verdict, Steps: make([]model.TraceStep, 0, len(s.doors))}
	for i := range s.doors {
		if s.doors[i].path == pathRevoke && verdict.Kind != model.KindRefreshToken {
			continue // it answers 200 to anything, which says nothing of this credential
		}
		step, err := s.step(ctx, &s.doors[i], c)
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
	account string // that an API key would be sent with
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
		// Whoever has a key knows its account; what was pasted does not say it.
		p, err := s.backend.AuthenticateAPIKey(ctx, c.bare)
		if _, _, err := s.answerTo(ctx, &s.doors[0], err); err != nil {
			return c, err
		}
		c.account = p.AccountID
	}
	return c, nil
}

// step asks one door.
func (s *Server) step(ctx context.Context, d *door, c sendable) (model.TraceStep, error) {
	step := model.TraceStep{Family: letterOf(d.family), Method: d.method, Route: d.path, Also: d.also}
	var refusal error
	switch d.path {
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
		name, value, label := c.header(&d.accepts)
		step.Header = label
		refusal = s.knock(ctx, d, name, value)
	}
	var err error
	if step.Status, step.Reason, err = s.answerTo(ctx, d, refusal); err != nil {
		return step, err
	}
	step.Message = d.words(c, step.Reason)
	if c.given == "" || inBody(&d.route) {
		return step, nil
	}
	_, asGiven, err := s.answerTo(ctx, d, s.knock(ctx, d, "Authorization", c.given))
	if asGiven != "" && asGiven != step.Reason {
		step.Message += fmt.Sprintf(" In the header as it was given it would be refused as %s.", asGiven)
	}
	return step, err
}

// header says where a credential goes on a route with the grammar: the header's
// name, its value, and both in words. What the route has no place for goes where
// people put it.
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

// unsendable reports a value that no header can have (RFC 9110, section 5.5).
func unsendable(value string) bool {
	return strings.ContainsFunc(value, func(c rune) bool { return c < ' ' && c != '\t' || c == 0x7f })
}

// errUnsendable is net/http's answer to one, before any route is looked for.
var errUnsendable = &statusError{status: http.StatusBadRequest, code: "bad_request", message: "not a header value", reason: model.ReasonMalformed}

// knock sends a header to a route's authentication, and to the right that the
// route asks for. The error is the refusal.
func (s *Server) knock(ctx context.Context, d *door, name, value string) error {
	if unsendable(value) {
		return errUnsendable
	}
	r := (&http.Request{Method: d.method, URL: &url.URL{Path: d.path}, RequestURI: d.path, Proto: "HTTP/1.1",
		Header: http.Header{name: {value}}}).WithContext(ctx)
	if headerBytes(r) > model.MaxHeaderBytes {
		return errHeaderTooLarge
	}
	p, err := s.authenticate(r, &d.accepts)
	if err != nil {
		return err
	}
	switch d.right {
	case writeKeys:
		return s.backend.MayWriteKeys(ctx, p)
	case superuser:
		_, err = s.backend.SigningKeys(ctx, p)
	}
	return err
}

// answerTo is the status in which the route's family answers a refusal, and the
// log's word for it. An error is no answer to a credential: the database is down,
// or the asker has hung up.
func (s *Server) answerTo(ctx context.Context, d *door, refusal error) (int, model.Reason, error) {
	if refusal == nil {
		return http.StatusOK, "", nil
	}
	f := failureOf(ctx, refusal, nil)
	if f.reason == "" || f.reason == model.ReasonUnavailable || f.reason == model.ReasonInternal {
		return 0, "", refusal
	}
	x := &exchange{ResponseWriter: nowhere{}, server: s, entry: &entry{path: d.path}, family: d.family}
	x.answer(f)
	return x.status, f.reason, nil
}

// nowhere is where the answers go that a trace only wants the status of.
type nowhere struct{}

func (nowhere) Header() http.Header         { return http.Header{} }
func (nowhere) Write(b []byte) (int, error) { return len(b), nil }
func (nowhere) WriteHeader(int)             {}

func letterOf(f family) string {
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

// words say why, in plain words.
func (d *door) words(c sendable, reason model.Reason) string {
	home := homes[c.kind]
	switch {
	case d.path == pathRevoke:
		return "It ends the login of this token."
	case reason == "" && d.path == pathAuthenticateKeys:
		return "Let in, together with the other half of its pair."
	case reason == "" && d.path == pathRefresh:
		return "Let in with its own user_uuid; it is used up by that."
	case reason == "" && c.kind == model.KindAccessToken && len(d.also) > 0:
		return "Let in; in a project it may do what its user's role there allows."
	case reason == "":
		return "Let in."
	case home.elsewhere(d):
		return home.text + " Here it is refused as " + string(reason) + "."
	case inBody(&d.route):
		return backend.Explain(reason)
	case unsendable(c.bare):
		return "It holds line breaks or other characters that no header may have."
	case reason == model.ReasonWrongKind, reason == model.ReasonMalformed && c.kind != model.KindUnknown:
		return "This route takes " + d.accepts.wants() + "; this is something else."
	}
	return backend.Explain(reason)
}

// A home is where a credential that no header takes has its place.
type home struct {
	path string
	text string
}

func (h home) elsewhere(d *door) bool { return h.text != "" && h.path != d.path }

var homes = map[model.Kind]home{
	model.KindRefreshToken: {pathRefresh, "A refresh token is only traded, in the body of " + pathRefresh + "."},
	model.KindKeyPair:      {pathAuthenticateKeys, "One half of a key pair is only traded, with the other half, for a session key."},
	model.KindJWTSecret:    {"", "A JWT secret signs JWTs and is never sent itself."},
}

// wants lists in words what a route takes.
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
