package backend

import (
	"slices"

	"keydeck/model"
)

// Origin is where a request came from. Local means the socket in the data
// directory: whoever can open it controls the server.
type Origin struct {
	Local     bool
	IP        string // "local" for the socket
	RequestID string
	UserAgent string // only of a sign-in
}

// Principal is who a request acts as. An Authenticate method that refuses a
// credential it has recognised returns the principal with the error; only the
// request log may use it then.
type Principal struct {
	Kind         model.Kind // of the credential presented: api_key, service_token, session_key, access_token, client_jwt
	CredentialID string     // of the project's credential behind it; the session's id for an access token
	Hint         string     // the part of it that the log shows
	ProjectID    string     // "" for a login
	AccountID    string
	UserID       string // "" for a project's credential
	Superuser    bool
	Scopes       []string // nil: no restriction
	Origin       Origin   // for the events of what it changes
}

// IsLogin reports whether a person is acting, not a project's credential.
func (p Principal) IsLogin() bool { return p.UserID != "" }

// HasScope reports whether the credential names the scope. Nil scopes restrict
// nothing, but they name none either: a leaked key must not mint keys.
func (p Principal) HasScope(scope string) bool { return slices.Contains(p.Scopes, scope) }

// Accept is the set of token kinds that a route takes. The kind of a JWT is
// decided by its header alone (typ and the purpose of the kid), never by trying.
type Accept uint8

const (
	AcceptService Accept = 1 << iota // service tokens
	AcceptAccess                     // login access tokens
	AcceptSession                    // session keys
	AcceptClient                     // JWTs signed with a JWT secret

	acceptAll = AcceptService | AcceptAccess | AcceptSession | AcceptClient
)

// TokenKinds are the kinds of tokens, in the order of their bits in Accept.
var TokenKinds = []model.Kind{model.KindServiceToken, model.KindAccessToken, model.KindSessionKey, model.KindClientJWT}

// Takes reports whether a kind is in the set.
func (a Accept) Takes(k model.Kind) bool {
	i := slices.Index(TokenKinds, k)
	return i >= 0 && a&(1<<i) != 0
}
