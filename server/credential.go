package server

import (
	"net/http"
	"slices"
	"strings"

	"keydeck/backend"
	"keydeck/model"
)

// A grammar says which credentials a route takes and how they are written. A value
// is never tried on verifiers that the route's grammar does not name.
type grammar struct {
	account bool           // Authorization: ApiKey base64(account_id:key)
	rawKeys []model.Kind   // Authorization: sk_…
	raw     backend.Accept // Authorization: <jwt>
	bearer  backend.Accept // Authorization: Bearer <jwt>
	header  bool           // x-api-key: sk_…

	body     model.Kind // the handler reads one of this kind from the body
	anything bool       // whatever is in the body, the answer is the same (RFC 7009, section 2.2)

	challenges []string // WWW-Authenticate of a 401
}

// The grammars of the routes (assets/doc/api.md, section 1.3). A session key is
// accepted wherever a project's credential is, raw or after Bearer; a service token
// only in family A.
var (
	openToAll = grammar{}

	accountKey = grammar{account: true, challenges: []string{"ApiKey"}}

	accountKeyOrToken = grammar{account: true, raw: backend.AcceptSession,
		bearer:     backend.AcceptService | backend.AcceptAccess | backend.AcceptSession,
		challenges: []string{"ApiKey", "Bearer"}}

	keyOrClientJWT = grammar{rawKeys: []model.Kind{model.KindAPIKey}, raw: backend.AcceptSession,
		bearer: backend.AcceptClient | backend.AcceptSession, challenges: []string{"Bearer"}}

	login = grammar{bearer: backend.AcceptAccess, challenges: []string{"Bearer"}}

	loginOrKey = grammar{raw: backend.AcceptSession, bearer: backend.AcceptAccess | backend.AcceptSession,
		header: true, challenges: []string{"Bearer"}}

	pairInBody    = grammar{body: model.KindKeyPair}
	refreshInBody = grammar{body: model.KindRefreshToken}
	revokeInBody  = grammar{body: model.KindRefreshToken, anything: true}
)

// open reports whether nobody is asked for a credential in a header.
func (g *grammar) open() bool { return len(g.challenges) == 0 }

// accepted lists what the grammar takes in a header. A kind that it takes in two ways
// has the shorter one first.
func (g *grammar) accepted() []model.Acceptance {
	list := []model.Acceptance{}
	add := func(is bool, kind model.Kind, header model.Carrier) {
		if is {
			list = append(list, model.Acceptance{Kind: kind, Header: header})
		}
	}
	add(g.account, model.KindAPIKey, model.CarrierAccountKey)
	for _, kind := range g.rawKeys {
		add(true, kind, model.CarrierRaw)
	}
	add(g.header, model.KindAPIKey, model.CarrierKeyHeader)
	for _, kind := range backend.TokenKinds {
		add(g.raw.Takes(kind), kind, model.CarrierRaw)
		add(g.bearer.Takes(kind), kind, model.CarrierBearer)
	}
	return list
}

var (
	errNoCredential = model.Refused(model.ReasonMissing, refused)
	errMalformed    = model.Refused(model.ReasonMalformed, refused)
	errWrongKind    = model.Refused(model.ReasonWrongKind, refused)
	errConflict     = &model.Error{Code: model.CodeBadRequest, Reason: model.ReasonConflict,
		Message: "the request carries credentials that do not belong together; send one"}
)

// refused is the one message for every credential that is not accepted.
const refused = "Could not validate credentials"

// authenticate reads the credential of r. If the credential was recognised but
// refused, the principal is returned with the error, for the log.
func (s *Server) authenticate(r *http.Request, g *grammar) (backend.Principal, error) {
	header, keys := r.Header.Values("Authorization"), r.Header.Values("X-Api-Key")
	if len(header) > 1 || len(keys) > 1 {
		return backend.Principal{}, errConflict // it is not for us to choose which one counts
	}
	switch {
	case len(header) == 0 && g.header && len(keys) == 1:
		p, err := s.backend.AuthenticateAPIKey(r.Context(), strings.TrimSpace(keys[0]))
		return p, hideReason(err)
	case len(header) == 0:
		return backend.Principal{}, errNoCredential
	}
	p, err := s.authorization(r, g, header[0])
	if err != nil || len(keys) == 0 {
		return p, hideReason(err)
	}
	return p, s.checkAPIKeyHeader(r, g, p, strings.TrimSpace(keys[0]))
}

// checkAPIKeyHeader checks that the x-api-key sent along with p's credential belongs
// to the same project. Where the route takes no x-api-key, an unknown one is
// ignored: it may be meant for a proxy.
func (s *Server) checkAPIKeyHeader(r *http.Request, g *grammar, p backend.Principal, key string) error {
	other, err := s.backend.AuthenticateAPIKey(r.Context(), key)
	if err != nil {
		if g.header || model.CodeOf(err) == model.CodeUnavailable {
			return hideReason(err)
		}
		return nil
	}
	if asked := r.Header.Get("X-Project-Id"); g.header && asked != "" && p.IsLogin() && !strings.EqualFold(asked, other.ProjectID) {
		return errConflict
	}
	same := p.ProjectID == other.ProjectID
	if p.IsLogin() {
		if same, err = s.backend.SameProject(r.Context(), p, other); err != nil {
			return err
		}
	}
	if !same {
		return errConflict
	}
	return nil
}

// hideReason gives every refused credential the same message; the reason is for the
// log alone.
func hideReason(err error) error {
	if err != nil && model.CodeOf(err) == model.CodeUnauthorized {
		return &model.Error{Code: model.CodeUnauthorized, Message: refused, Reason: model.ReasonOf(err), Cause: err}
	}
	return err
}

// authorization reads one Authorization value. The scheme word is
// case-insensitive; any number of spaces may follow it.
func (s *Server) authorization(r *http.Request, g *grammar, value string) (backend.Principal, error) {
	none := backend.Principal{}
	value = strings.Trim(value, " \t")
	if value == "" {
		return none, errNoCredential
	}
	scheme, rest, found := value, "", false
	if i := strings.IndexAny(value, " \t"); i >= 0 {
		scheme, rest, found = value[:i], strings.Trim(value[i:], " \t"), true
	}
	switch {
	case !found:
		return s.withoutScheme(r, g, value)
	case strings.EqualFold(scheme, "ApiKey") && g.account:
		account, key, ok := backend.SplitAccountKey(rest)
		if !ok {
			return none, errMalformed
		}
		return s.backend.AuthenticateAccountKey(r.Context(), account, key)
	case strings.EqualFold(scheme, "Bearer") && g.bearer != 0:
		if model.StaticKind(rest) != "" {
			return none, errWrongKind
		}
		return s.backend.AuthenticateToken(r.Context(), rest, g.bearer)
	case strings.EqualFold(scheme, "ApiKey"), strings.EqualFold(scheme, "Bearer"):
		return none, errWrongKind
	}
	return none, errMalformed
}

// withoutScheme reads an Authorization value that has no scheme word.
func (s *Server) withoutScheme(r *http.Request, g *grammar, value string) (backend.Principal, error) {
	none := backend.Principal{}
	switch kind := model.StaticKind(value); {
	case slices.Contains(g.rawKeys, kind):
		return s.backend.AuthenticateKey(r.Context(), kind, value)
	case kind != "":
		return none, errWrongKind
	case g.raw == 0 || strings.Count(value, ".") != 2:
		return none, errMalformed
	}
	p, err := s.backend.AuthenticateToken(r.Context(), value, g.raw)
	if model.ReasonOf(err) == model.ReasonMissingKID {
		// Family D answers 500 for a missing kid after Bearer only; without the scheme
		// word this is an unknown static token.
		err = errMalformed
	}
	return p, err
}
