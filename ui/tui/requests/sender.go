package requests

import (
	"cmp"
	"context"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"keydeck/model"
	"keydeck/model/inspect"
	"keydeck/model/inspect/jwt"
	"keydeck/server/client"
	"keydeck/ui/text"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/wallet"
)

// sender is what a request can be replayed with: a credential issued in this
// session, a token a call returned, the dashboard's login, a pasted credential, or
// nothing.
type sender struct {
	label, hint string
	kind        model.Kind // of what is sent, "" for nothing
	key         *wallet.Key
	token       string
	login       bool
	paste       bool
}

// senders are the senders there are, and the first of them the route accepts.
func senders(sh *shell.Shell, t wallet.Access) (list []sender, first int) {
	for i := range sh.Wallet().Keys {
		k := &sh.Wallet().Keys[i]
		list = append(list, sender{label: k.Kind.Name() + " " + k.Name, hint: k.Hint(), kind: k.Kind.Spec().Carried, key: k})
	}
	if len(sh.Wallet().Tokens) > 0 {
		newest := sh.Wallet().Tokens[0].Token
		list = append(list, sender{label: "the newest service token", hint: text.Visible(model.Mask(newest)), kind: model.KindServiceToken, token: newest})
	}
	list = append(list, sender{label: "the login of " + sh.User().Email, kind: model.KindAccessToken, login: true}, sender{paste: true}, sender{label: "no credential"})
	accepted := func(s sender) bool { _, ok := t.Accepted(s.kind); return ok }
	first = slices.IndexFunc(list, func(s sender) bool { return accepted(s) && s.key != nil })
	if first < 0 {
		first = slices.IndexFunc(list, func(s sender) bool { return accepted(s) || s.paste && t.NoneReason() == "" })
	}
	if first < 0 {
		first = len(list) - 1
	}
	return list, first
}

// accountAndKey is an API key after its account id.
var accountAndKey = regexp.MustCompile(`^([A-Z0-9]{6}):(sk_.*)$`)

// readPasted recognises a header line, an Authorization value with its scheme, or
// a bare credential, which is sent the way the route accepts its kind. account is
// for an API key without one.
func readPasted(pasted, account string) wallet.Presented {
	pasted = strings.TrimSpace(pasted)
	for _, name := range []string{"Authorization", "X-Api-Key"} {
		if head, rest, ok := strings.Cut(pasted, ":"); ok && strings.EqualFold(strings.TrimSpace(head), name) {
			return wallet.Presented{Header: [2]string{name, strings.TrimSpace(rest)}}
		}
	}
	if m := accountAndKey.FindStringSubmatch(pasted); m != nil {
		return wallet.Presented{Kind: model.KindAPIKey, Account: m[1], Value: m[2]}
	}
	if kind := model.StaticKind(pasted); kind != "" {
		return wallet.Presented{Kind: kind, Account: account, Value: pasted}
	}
	if kind := tokenKind(pasted); kind != model.KindUnknown {
		return wallet.Presented{Kind: kind, Value: pasted}
	}
	return wallet.Presented{Header: [2]string{"Authorization", pasted}}
}

// tokenKind guesses the kind of a JWT from its header and claims.
func tokenKind(s string) model.Kind {
	t := inspect.Decode(s)
	if t.Kind != jwt.KindJWS || t.Raw != s {
		return model.KindUnknown
	}
	if _, ok := t.Claims.Get("secretKey"); ok {
		return model.KindSessionKey
	}
	switch {
	case strings.EqualFold(t.Type, "at+jwt"):
		return model.KindAccessToken
	case strings.HasPrefix(t.Algorithm, "RS"):
		return model.KindServiceToken
	}
	return model.KindClientJWT
}

// preparedRequest is a request ready to be sent.
type preparedRequest struct {
	request     client.ReplayRequest
	key         *wallet.Key      // nil if it is sent with something else
	access      wallet.Access    // to its route
	presented   wallet.Presented // empty for the login and for a key pair
	headers     [][2]string      // as they are shown, with hints for secrets
	sessionPath string           // where a key pair buys its session key, "" for others
}

func (p *replay) prepare(s sender) preparedRequest {
	t := p.sh.Access(&p.record)
	out := preparedRequest{key: s.key, access: t, request: client.ReplayRequest{Method: p.record.Method, Path: p.record.Path, AsLogin: s.login}}
	shown := wallet.Presented{Kind: s.kind, Value: s.hint, Account: p.accountID()}
	switch {
	case s.login:
		shown.Value = "<access token>"
	case s.paste:
		out.presented = readPasted(p.header.Value(), p.accountID())
		shown = out.presented.Masked()
	case s.token != "":
		out.presented = wallet.Presented{Kind: s.kind, Value: s.token}
	case s.key != nil:
		shown.Account = s.key.Account
		switch s.kind {
		case model.KindClientJWT:
			shown.Value = "<a JWT signed now, " + s.key.Hint() + ">"
			out.presented = wallet.Presented{Kind: s.kind, Value: s.key.Sign(p.sh.Now())}
		case model.KindSessionKey:
			shown.Value = "<session key>"
			out.sessionPath = s.key.SessionPath(p.sh.Service())
		default:
			out.presented = wallet.Presented{Kind: s.kind, Value: s.key.Secrets[0], Account: s.key.Account}
		}
	}
	out.request.Header = t.Headers(out.presented, p.projectFor(s.key))
	out.headers = t.Masked(shown, p.projectFor(s.key))
	return out
}

// send sends the request. A key pair buys its session key first.
func (s *preparedRequest) send(ctx context.Context, c *client.Client, service, project string) (client.Replayed, error) {
	if s.sessionPath != "" {
		session, err := s.key.ObtainSessionKey(ctx, c, service)
		if err != nil {
			return client.Replayed{}, err
		}
		s.request.Header = s.access.Headers(wallet.Presented{Kind: model.KindSessionKey, Value: session}, project)
	}
	return c.Replay(ctx, s.request)
}

// accountID is the account of the request's project, else of the current one.
func (p *replay) accountID() string {
	if project := cmp.Or(p.sh.ProjectByID(p.record.ProjectID), p.sh.Project()); project != nil {
		return project.AccountID
	}
	return ""
}

// projectFor is the project a request names if it must: the logged one, else that
// of the key, else the current one.
func (p *replay) projectFor(k *wallet.Key) string {
	switch {
	case p.record.ProjectID != "":
		return p.record.ProjectID
	case k != nil:
		return k.Project
	}
	return p.sh.ProjectID()
}

// warnings are what to know before sending a credential of the given kind.
func (s *preparedRequest) warnings(kind model.Kind) (out []string) {
	if changes(s.request.Method) {
		out = append(out, s.request.Method+" changes data, so you will be asked to confirm.")
	}
	_, taken := s.access.Accepted(kind)
	switch {
	case s.access.NoneReason() != "" && (kind != "" || s.presented.Header[0] != "" || changes(s.request.Method)):
		out = append(out, "This route takes no credential: "+s.access.NoneReason()+".")
	case s.access.NoneReason() == "" && kind != "" && kind != model.KindUnknown && !taken:
		out = append(out, "This route takes no "+kind.Name()+", only "+model.Article(s.access.Kinds())+": expect a refusal.")
	}
	return out
}

// changes reports a method that changes something at the server (RFC 9110,
// section 9.2.1).
func changes(method string) bool {
	return method != http.MethodGet && method != http.MethodHead && method != http.MethodOptions
}

// replayDenied says why a request cannot be replayed, "" if it can.
func replayDenied(r *model.RequestRecord) string {
	switch {
	case r == nil:
		return "no request is selected"
	case changes(r.Method) && r.Route == "":
		return "no route takes it, so " + r.Method + " is not sent"
	case strings.Contains(r.Path, `\`) || !strings.HasPrefix(r.Path, "/"):
		return "its path has characters that cannot be sent as shown"
	}
	return ""
}
