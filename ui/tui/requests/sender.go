package requests

import (
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

// sender is one of the things that a request can be sent again with: a
// credential that was issued in this session, a token that a call brought, the
// login of the dashboard, what a person pastes, or nothing.
type sender struct {
	label, hint string
	kind        model.Kind  // of what is sent, "" for nothing
	key         *wallet.Key // that it comes from
	token       string      // that is sent as it is
	login       bool
	paste       bool
}

// senders are what there is to send with, and the first of them that the route
// takes.
func senders(sh *shell.Shell, t wallet.Accepts) (list []sender, first int) {
	for i := range sh.Wallet().Keys {
		k := &sh.Wallet().Keys[i]
		list = append(list, sender{label: text.Kind(k.Kind) + " " + k.Name, hint: k.Hint(), kind: k.Presents(), key: k})
	}
	if len(sh.Wallet().Tokens) > 0 {
		newest := sh.Wallet().Tokens[0].Token
		list = append(list, sender{label: "the newest service token", hint: text.TokenHint(newest), kind: model.KindServiceToken, token: newest})
	}
	list = append(list, sender{label: "the login of " + sh.User().Email, kind: model.KindAccessToken, login: true}, sender{paste: true}, sender{label: "no credential"})
	takes := func(s sender) bool { _, ok := t.Schemes[s.kind]; return ok && s.key != nil }
	if first = slices.IndexFunc(list, takes); first < 0 {
		takes = func(s sender) bool { _, ok := t.Schemes[s.kind]; return ok || s.paste && t.WhyNone == "" }
		if first = slices.IndexFunc(list, takes); first < 0 {
			first = len(list) - 1
		}
	}
	return list, first
}

// accountAndKey is an API key with its account id in front, as family A wants
// them.
var accountAndKey = regexp.MustCompile(`^([A-Z0-9]{6}):(sk_.*)$`)

// readPasted tells what was pasted: a whole header line, an Authorization value
// with its scheme, or a credential by itself, which is then sent in the way that
// the route takes one of its kind. account is of the project that is looked at.
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
	if model.LooksLikeAPIKey(pasted) {
		return wallet.Presented{Kind: model.KindAPIKey, Account: account, Value: pasted}
	}
	if kind := tokenKind(pasted); kind != model.KindUnknown {
		return wallet.Presented{Kind: kind, Value: pasted}
	}
	return wallet.Presented{Header: [2]string{"Authorization", pasted}}
}

// tokenKind guesses the kind of a JWT of this server by what it says of itself.
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

// shipment is a request that is ready to be sent, and what of it can be shown.
type preparedRequest struct {
	request     client.ReplayRequest
	key         *wallet.Key      // that it is sent with, nil for something else
	buysSession bool             // the key is a pair, and its session key is bought first
	accepts     wallet.Accepts   // of its route
	presented   wallet.Presented // empty of a login and of a pair
	headers     [][2]string      // headers, in the order and with the hints that are shown
	sessionPath string           // the path at which a pair buys its session key
}

// ship makes a request of the log ready to be sent with s.
func (p *replay) prepare(s sender) preparedRequest {
	t := wallet.AcceptedAt(p.record.Path)
	out := preparedRequest{key: s.key, accepts: t, request: client.ReplayRequest{Method: p.record.Method, Path: p.record.Path, AsLogin: s.login}}
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
		switch s.key.Kind {
		case model.KindJWTSecret:
			shown.Value = "<a JWT signed now, " + s.key.Hint() + ">"
			out.presented = wallet.Presented{Kind: s.kind, Value: s.key.Sign(p.sh.Now())}
		case model.KindKeyPair:
			shown.Value = "<session key>"
			out.buysSession, out.sessionPath = true, s.key.SessionPath(p.sh.Service())
		default:
			out.presented = wallet.Presented{Kind: s.kind, Value: s.key.Secret, Account: s.key.Account}
		}
	}
	out.request.Header = t.Headers(out.presented, p.projectFor(s.key))
	out.headers = t.Masked(shown, p.projectFor(s.key))
	return out
}

// send sends a shipment. A pair buys its session key first.
func (s *preparedRequest) send(ctx context.Context, c *client.Client, service, project string) (client.Replayed, error) {
	if s.buysSession {
		session, err := s.key.BuySession(ctx, c, service)
		if err != nil {
			return client.Replayed{}, err
		}
		s.request.Header = s.accepts.Headers(wallet.Presented{Kind: model.KindSessionKey, Value: session}, project)
	}
	return c.Replay(ctx, s.request)
}

// accountID is the one that an API key of no known project is sent with: that of
// the request's project, else of the one that is looked at.
func (p *replay) accountID() string {
	for _, known := range p.sh.Projects() {
		if known.ID == p.record.ProjectID {
			return known.AccountID
		}
	}
	if p.sh.Project() != nil {
		return p.sh.Project().AccountID
	}
	return ""
}

// projectFor is the project that a request names where it must name one: the
// same as before, where the log knows it.
func (p *replay) projectFor(k *wallet.Key) string {
	switch {
	case p.record.ProjectID != "":
		return p.record.ProjectID
	case k != nil:
		return k.Project
	}
	return p.sh.ProjectID()
}

// warnings say what is to be known before a shipment is sent.
func (s *preparedRequest) warnings(kind model.Kind) (out []string) {
	if changes(s.request.Method) {
		out = append(out, s.request.Method+" changes something. You are asked once more.")
	}
	_, taken := s.accepts.Schemes[kind]
	switch {
	case s.accepts.WhyNone != "" && (kind != "" || s.presented.Header[0] != ""):
		out = append(out, "This route takes no credential: "+s.accepts.WhyNone+".")
	case s.accepts.WhyNone != "" && changes(s.request.Method):
		out = append(out, "This route takes no credential: "+s.accepts.WhyNone+".")
	case s.accepts.WhyNone == "" && kind != "" && kind != model.KindUnknown && !taken:
		out = append(out, "This route takes no "+text.Kind(kind)+", only "+model.Article(s.accepts.Kinds())+": expect a refusal.")
	}
	return out
}

// changes reports a method that changes something at the server (RFC 9110,
// section 9.2.1).
func changes(method string) bool {
	return method != http.MethodGet && method != http.MethodHead && method != http.MethodOptions
}

// noReplay says why a request of the log cannot be sent again, "" if it can.
func replayDenied(r *model.RequestRecord) string {
	switch {
	case r == nil:
		return "no request is chosen"
	case changes(r.Method) && r.Route == "":
		return "no route takes it, and " + r.Method + " is not tried out"
	case strings.Contains(r.Path, `\`) || !strings.HasPrefix(r.Path, "/"):
		return "its path has characters that are shown as escapes"
	}
	return ""
}
