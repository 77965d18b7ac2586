// Package backend holds Keydeck's rules: sign-in, projects, credentials,
// tokens, sessions and usage. One method is one action. Every way in (the four
// HTTP families, the dashboard, the commands) ends here, so a rule exists once.
//
// Guarantees:
//   - A credential that was revoked before a call of Authenticate* began is
//     refused by it: what authentication remembers is invalidated after the
//     commit and before the revoking method returns.
//   - Errors are *model.Error. Their Message may be shown to the caller, their
//     Reason and Cause may not.
//   - Nothing here blocks a request on mail, on usage counting or on the
//     request log.
package backend

import (
	"context"
	"io"
	"log/slog"
	"time"

	"keydeck/backend/mail"
	"keydeck/model"
)

// Lifetimes and limits of the rules (api.md, sections 2 to 4).
const (
	CodeTTL         = 10 * time.Minute
	CodeResend      = 60 * time.Second
	CodeTries       = 5
	AccessTTL       = 15 * time.Minute
	SessionIdle     = 30 * 24 * time.Hour // a login unused for this long ends
	SessionLifetime = 90 * 24 * time.Hour // and this long after the sign-in in any case

	ServiceTokenDefault = 900 * time.Second
	ServiceTokenMin     = 60 * time.Second
	ServiceTokenMax     = 3600 * time.Second
)

// Config is what the backend needs to know. Zero values are sensible, except
// Dir, which is required.
type Config struct {
	Dir        string        // the data directory, 0700, made by the caller
	MasterKey  string        // KEYDECK_MASTER_KEY, "" for Dir/master.key
	Issuer     string        // iss of every token: the public URL
	Hostname   string        // hostname member of session keys
	Service    string        // family B's service name, "" for keydeck
	Admin      string        // address that becomes superuser, "" for the first sign-in over the socket
	OpenSignup bool          // any address may sign in
	SessionTTL time.Duration // of session keys, 0: one hour
	Retention  time.Duration // of the request log, 0: seven days
	LogBytes   int64         // size cap of the request log, 0: 1 GiB
	SMTP       *mail.SMTPConfig
	Now        func() time.Time // nil: time.Now
	Random     io.Reader        // nil: crypto/rand
	Log        *slog.Logger     // nil: discarded
}

// Origin says where a request came from. Local is the socket in the data
// directory: whoever can open it owns the box.
type Origin struct {
	Local     bool
	IP        string
	UserAgent string
}

// Principal is who a request acts as. When an Authenticate method refuses a
// credential that it recognised, it returns the principal with the error, for
// the request log only.
type Principal struct {
	Kind         model.Kind // of what was presented: api_key, service_token, session_key, access_token, client_jwt
	CredentialID string     // of the API key, key pair or JWT secret behind it; the session's id for an access token
	Hint         string     // what the log shows of it
	ProjectID    string     // "" for a login
	AccountID    string
	UserID       string // "" for a project's credential
	Superuser    bool
	Scopes       []string // nil: no restriction
}

// IsLogin reports whether a person, not a project's credential, is acting.
func (p Principal) IsLogin() bool { return p.UserID != "" }

// HasScope reports whether the credential names the scope. Nil scopes name none.
func (p Principal) HasScope(scope string) bool {
	for _, s := range p.Scopes {
		if s == scope {
			return true
		}
	}
	return false
}

// Accept is the set of token kinds that a route takes. The kind of a JWT is
// decided by its header alone (typ and the purpose of the kid), never by trying.
type Accept uint8

const (
	AcceptService Accept = 1 << iota // service tokens
	AcceptAccess                     // login access tokens
	AcceptSession                    // session keys
	AcceptClient                     // JWTs signed with a JWT secret
)

// Backend is safe for concurrent use.
type Backend struct{}

// Open opens or makes the databases and keys in c.Dir. Errors name the file and
// say what to do.
func Open(ctx context.Context, c Config) (*Backend, error) { panic("x") }

// Close ends the background work and writes everything down.
func (b *Backend) Close(ctx context.Context) error { panic("x") }

// Ready reports whether the databases answer (GET /readyz, /v1/healthz).
func (b *Backend) Ready(ctx context.Context) error { panic("x") }

func (b *Backend) Now() time.Time { panic("x") }

// AuthenticateAPIKey resolves a static sk_ key (C: x-api-key; D: Authorization).
func (b *Backend) AuthenticateAPIKey(ctx context.Context, key string) (Principal, error) { panic("x") }

// AuthenticateAccountKey resolves family A's pair of account id and key. A good key under another account id is
// CodeForbidden; a key whose project is gone is CodeForbidden with ReasonProjectGone.
func (b *Backend) AuthenticateAccountKey(ctx context.Context, accountID, key string) (Principal, error) {
	panic("x")
}

// AuthenticateToken resolves a JWT of one of the accepted kinds. Missing kid: CodeUnauthorized with ReasonMissingKID
// (family D turns that one into its 500). A token of a project that is gone: CodeForbidden with ReasonProjectGone.
func (b *Backend) AuthenticateToken(ctx context.Context, raw string, accept Accept) (Principal, error) {
	panic("x")
}

// Count notes one request authenticated by p, for last_used_at and usage. It does no I/O.
func (b *Backend) Count(p Principal) { panic("x") }

// Sign-in (C). SendCode answers alike, and as fast, for every address; CodeRateLimited with RetryAfter within 60 s.
func (b *Backend) SendCode(ctx context.Context, email string, o Origin) error { panic("x") }
func (b *Backend) VerifyCode(ctx context.Context, email, code string, o Origin) (model.TokenPair, error) {
	panic("x")
}
func (b *Backend) RefreshToken(ctx context.Context, refresh, userUUID string, o Origin) (model.TokenPair, error) {
	panic("x")
}
func (b *Backend) RevokeToken(ctx context.Context, refresh string) error { panic("x") }

// Me is the signed-in user; a project's credential is CodeForbidden, as in every method below that says so by nature.
func (b *Backend) Me(ctx context.Context, p Principal) (model.User, error) { panic("x") }
func (b *Backend) Sessions(ctx context.Context, p Principal, page model.PageRequest) (model.Page[model.Session], error) {
	panic("x")
}
func (b *Backend) RevokeSession(ctx context.Context, p Principal, id string) (model.Revoked, error) {
	panic("x")
}

// Projects. ids that are not the user's, or no UUID at all, are CodeNotFound.
func (b *Backend) Projects(ctx context.Context, p Principal, page model.PageRequest) (model.Page[model.Project], error) {
	panic("x")
}
func (b *Backend) CreateProject(ctx context.Context, p Principal, name string) (model.Project, error) {
	panic("x")
}
func (b *Backend) RenameProject(ctx context.Context, p Principal, id, name string) (model.Project, error) {
	panic("x")
}
func (b *Backend) DeleteProject(ctx context.Context, p Principal, id string) (model.Revoked, error) {
	panic("x")
}
func (b *Backend) Members(ctx context.Context, p Principal, projectID string, page model.PageRequest) (model.Page[model.Member], error) {
	panic("x")
}
func (b *Backend) AddMember(ctx context.Context, p Principal, projectID, email string, role model.Role) (model.Member, error) {
	panic("x")
}
func (b *Backend) RemoveMember(ctx context.Context, p Principal, projectID, userID string) error {
	panic("x")
}

// Credentials of a project. p is a login, or (API keys only) a credential of that very project: reading always,
// writing with the scope keys:write.
func (b *Backend) APIKeys(ctx context.Context, p Principal, projectID string, page model.PageRequest) (model.Page[model.APIKey], error) {
	panic("x")
}
func (b *Backend) CreateAPIKey(ctx context.Context, p Principal, projectID string, s model.CredentialSpec) (model.APIKey, error) {
	panic("x")
}
func (b *Backend) UpdateAPIKey(ctx context.Context, p Principal, projectID, id string, c model.CredentialPatch) (model.APIKey, error) {
	panic("x")
}
func (b *Backend) RevokeAPIKey(ctx context.Context, p Principal, projectID, id string) (model.Revoked, error) {
	panic("x")
}
func (b *Backend) JWTSecrets(ctx context.Context, p Principal, projectID string, page model.PageRequest) (model.Page[model.JWTSecret], error) {
	panic("x")
}
func (b *Backend) CreateJWTSecret(ctx context.Context, p Principal, projectID string, s model.CredentialSpec) (model.JWTSecret, error) {
	panic("x")
}
func (b *Backend) RevokeJWTSecret(ctx context.Context, p Principal, projectID, id string) (model.Revoked, error) {
	panic("x")
}
func (b *Backend) KeyPairs(ctx context.Context, p Principal, projectID string, page model.PageRequest) (model.Page[model.KeyPair], error) {
	panic("x")
}
func (b *Backend) CreateKeyPair(ctx context.Context, p Principal, projectID string, s model.CredentialSpec) (model.KeyPair, error) {
	panic("x")
}
func (b *Backend) RevokeKeyPair(ctx context.Context, p Principal, projectID, id string) (model.Revoked, error) {
	panic("x")
}

// ServiceToken makes family A's RS512 token for an API key's principal; expires is on the whole second.
func (b *Backend) ServiceToken(ctx context.Context, p Principal, ttl time.Duration) (raw string, expires time.Time, err error) {
	panic("x")
}

// AuthenticateKeys makes family B's session key. Refusals are CodeUnauthorized: ReasonLicenceExpired when the licence is
// over, any other reason otherwise; the principal is the pair's, for the log, where it was recognised.
func (b *Backend) AuthenticateKeys(ctx context.Context, tenant, apiKey, secretKey string) (sessionKey string, p Principal, err error) {
	panic("x")
}

// Server keys. Rotating needs a superuser.
func (b *Backend) JWKS(ctx context.Context) (model.JWKS, error) { panic("x") }
func (b *Backend) SigningKeys(ctx context.Context, p Principal) ([]model.SigningKey, error) {
	panic("x")
}
func (b *Backend) RotateSigning(ctx context.Context, p Principal) ([]model.SigningKey, error) {
	panic("x")
}

// Inspect says what the server thinks of a credential of any kind.
func (b *Backend) Inspect(ctx context.Context, p Principal, in model.InspectRequest) (model.Inspection, error) {
	panic("x")
}

// Request log. Requests and Follow show a login what its projects did, a superuser everything; a ProjectID that is not
// the user's is CodeNotFound. Record does no I/O.
func (b *Backend) Record(r model.RequestRecord) { panic("x") }
func (b *Backend) Requests(ctx context.Context, p Principal, f model.RequestFilter) (model.RequestPage, error) {
	panic("x")
}
func (b *Backend) Follow(ctx context.Context, p Principal, f model.RequestFilter, after string) (Follower, error) {
	panic("x")
}
func (b *Backend) LogStats() model.LogStats { panic("x") }

// Follower is a live view of the request log (requestlog.Subscription).
type Follower interface {
	Next(ctx context.Context, max int) (batch []model.RequestRecord, skipped int64, err error)
	Close()
}

// Local matters, for the socket only.
func (b *Backend) Mailbox(ctx context.Context) ([]model.Mail, error) { panic("x") } // newest first
func (b *Backend) HasLocalMailbox() bool                             { panic("x") }
func (b *Backend) HasUsers(ctx context.Context) (bool, error)        { panic("x") }
