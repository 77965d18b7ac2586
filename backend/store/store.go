// Package store is the only room that knows SQL.
package store

import (
	"context"
	"errors"
	"time"

	"keydeck/model"
)

// Errors that callers branch on. Everything else that goes wrong in the engine
// (disk full, read-only, unreachable, corrupt) is wrapped in ErrUnavailable.
var (
	ErrNotFound    = errors.New("store: no such row")
	ErrConflict    = errors.New("store: the row already exists")
	ErrUnavailable = errors.New("store: the database does not answer")
	ErrNewer       = errors.New("store: the database was written by a newer version")
)

type User struct {
	ID, Email, FullName               string
	IsActive, IsSuperuser, IsVerified bool
	TokenGrant                        int64
	Tier                              string
	CreatedAt, UpdatedAt              time.Time
}

// LoginCode is the one living code of an address.
type LoginCode struct {
	Email     string // normalised
	MAC       []byte // HMAC of the code
	Nonce     []byte
	Tries     int // counted before the comparison
	SentAt    time.Time
	ExpiresAt time.Time
}

type Session struct {
	ID, UserID, IP, UserAgent string
	CreatedAt, UpdatedAt      time.Time
	LastUsedAt, RevokedAt     *time.Time
	ExpiresAt                 time.Time
}

type RefreshToken struct {
	Digest               []byte // SHA-256
	SessionID            string
	CreatedAt, ExpiresAt time.Time
}

// Project with the role of the asking user ("" where none was asked for).
type Project struct {
	ID, Name, AccountID  string
	Role                 model.Role
	CreatedAt, UpdatedAt time.Time
	DeletedAt            *time.Time
}

// Credential is a row of the one table for API keys, JWT secrets and key pairs.
type Credential struct {
	ID, ProjectID        string
	Kind                 model.Kind
	Name, Prefix, Hint   string
	Scopes               []string // nil: null
	Digest, SecondDigest []byte   // SHA-256 of the key; of a pair's api key and secret key; nil for a JWT secret
	SecondHint           string   // hint of a pair's secret key
	Sealed               []byte   // JWT secret, sealed
	CreatedBy            string
	CreatedAt, UpdatedAt time.Time
	ExpiresAt            *time.Time
	RevokedAt            *time.Time
	LastUsedAt           *time.Time
}

// Live is what authentication must know about a credential's present state,
// read in one indexed query (credential join project).
type Live struct {
	Credential
	AccountID        string
	ProjectName      string
	ProjectDeletedAt *time.Time
}

// LiveSession is a login session joined with its user.
type LiveSession struct {
	Session
	User User
}

// ServerKey is a key of the server itself. Purpose is one of "signing" (RS512),
// "session", "pair" (HS256) and "code" (HMAC).
type ServerKey struct {
	ID, Purpose, Algorithm string
	State                  model.KeyState
	Sealed                 []byte
	CreatedAt              time.Time
	ActivatedAt, RetiredAt *time.Time
}

// Use is a coalesced count of requests by one credential on one day.
type Use struct {
	CredentialID, ProjectID string
	Day                     int64 // unix day, UTC
	Requests                int64
	LastUsedAt              time.Time
}

type Mail struct {
	ID, To, Subject string
	Sealed          []byte // sealed JSON of text and code
	At              time.Time
	ExpiresAt       *time.Time
}

// SignIn is everything that CompleteSignIn writes in one transaction.
type SignIn struct {
	Email      string
	MAC        []byte // of the code that was compared; claimed only if it is still the living one
	Now        time.Time
	NewUserID  string // used when the address has no user yet
	AllowNew   bool   // false: an address without a user is refused with ErrNotFound
	Superuser  bool   // the user becomes superuser (configured admin)
	FirstLocal bool   // the user becomes superuser if there is no superuser at all
	TokenGrant int64
	Project    Project // made if the user is in no project; Role is ignored: owner
	Session    Session // UserID is filled in
	Refresh    RefreshToken
}

// Options of Open.
type Options struct {
	Path    string // of keydeck.db
	Readers int    // 0: 4
}

// Store is the state database. All methods are safe for concurrent use. Times
// are passed in, never taken from the engine.
type Store struct{}

func Open(ctx context.Context, o Options) (*Store, error) { panic("x") }
func (s *Store) Close() error                             { panic("x") }
func (s *Store) Ping(ctx context.Context) error           { panic("x") } // a read and proof that a write would be possible (not read-only, not full)

// Meta values: small named blobs, for example the sealed check of the master key.
func (s *Store) Meta(ctx context.Context, name string) ([]byte, error)        { panic("x") } // ErrNotFound
func (s *Store) PutMeta(ctx context.Context, name string, value []byte) error { panic("x") } // insert only: ErrConflict

// Users.
func (s *Store) UserByEmail(ctx context.Context, email string) (User, error) { panic("x") }
func (s *Store) UserByID(ctx context.Context, id string) (User, error)       { panic("x") }
func (s *Store) HasUsers(ctx context.Context) (bool, error)                  { panic("x") } // any verified user
func (s *Store) HasSuperuser(ctx context.Context) (bool, error)              { panic("x") }

// Codes. PutCode replaces the address's code unless one was sent after notAfter
// (then: false, and sentAt of the living one, nothing is written); one atomic statement.
func (s *Store) PutCode(ctx context.Context, c LoginCode, notAfter time.Time) (ok bool, sentAt time.Time, err error) {
	panic("x")
}

// TryCode counts a try and returns the code, if it is unused, not expired and had fewer than maxTries; else ErrNotFound.
func (s *Store) TryCode(ctx context.Context, email string, maxTries int, now time.Time) (LoginCode, error) {
	panic("x")
}

// CompleteSignIn claims the code (ErrNotFound if it was used or replaced meanwhile), finds or makes the user
// (verified from now on), gives it a first project, and writes session and refresh token. An inactive user: ErrNotFound.
func (s *Store) CompleteSignIn(ctx context.Context, in SignIn) (User, error) { panic("x") }
func (s *Store) PruneLogin(ctx context.Context, now time.Time) error         { panic("x") } // expired codes, refresh tokens of sessions ended over 30 days ago, …

// Sessions. RotateRefresh is one transaction: the token old of user userID is marked used and next is written.
// Unknown, expired, other user's, ended session or inactive user: ErrNotFound. Used before: the whole session is
// revoked and reused is true (err nil).
func (s *Store) RotateRefresh(ctx context.Context, old []byte, userID string, next RefreshToken, sessionExpires, now time.Time) (sess LiveSession, reused bool, err error) {
	panic("x")
}
func (s *Store) RevokeRefresh(ctx context.Context, digest []byte, now time.Time) (sessionID string, err error) {
	panic("x")
} // ends the session; ErrNotFound
func (s *Store) Sessions(ctx context.Context, userID string, page model.PageRequest) ([]Session, int64, error) {
	panic("x")
} // living ones, newest first
func (s *Store) RevokeSession(ctx context.Context, userID, id string, now time.Time) (revokedAt time.Time, err error) {
	panic("x")
}                                                                                // idempotent: the first time; ErrNotFound
func (s *Store) LiveSession(ctx context.Context, id string) (LiveSession, error) { panic("x") }
func (s *Store) RefreshSession(ctx context.Context, digest []byte) (RefreshToken, *time.Time, LiveSession, error) {
	panic("x")
} // look at a refresh token: row, used at, session; ErrNotFound

// Projects. Deleted ones are not found by any of these but ProjectByAccount.
func (s *Store) Projects(ctx context.Context, userID string, page model.PageRequest) ([]Project, int64, error) {
	panic("x")
} // of a user, newest first
func (s *Store) AllProjects(ctx context.Context, userID string, page model.PageRequest) ([]Project, int64, error) {
	panic("x")
}                                                                                        // for superusers; Role "" where the user is no member
func (s *Store) ProjectIDs(ctx context.Context, userID string) ([]string, error)         { panic("x") }
func (s *Store) Project(ctx context.Context, id, userID string) (Project, error)         { panic("x") } // Role "" if no member
func (s *Store) ProjectByAccount(ctx context.Context, accountID string) (Project, error) { panic("x") }
func (s *Store) CreateProject(ctx context.Context, p Project, ownerID string) error      { panic("x") } // ErrConflict: the account id is taken
func (s *Store) RenameProject(ctx context.Context, id, name string, now time.Time) error { panic("x") }
func (s *Store) DeleteProject(ctx context.Context, id string, now time.Time) error       { panic("x") } // soft
func (s *Store) Members(ctx context.Context, projectID string, page model.PageRequest) ([]model.Member, int64, error) {
	panic("x")
} // oldest first
// AddMember finds or makes the (unverified) user of the address and gives it the role; an existing membership gets the new role.
func (s *Store) AddMember(ctx context.Context, projectID string, u User, role model.Role, now time.Time) (model.Member, error) {
	panic("x")
}                                                                                 // ErrConflict: it would leave no owner
func (s *Store) RemoveMember(ctx context.Context, projectID, userID string) error { panic("x") } // ErrNotFound; ErrConflict: the last owner

// Credentials.
func (s *Store) CreateCredential(ctx context.Context, c Credential) error { panic("x") }
func (s *Store) Credentials(ctx context.Context, projectID string, kind model.Kind, page model.PageRequest) ([]Credential, int64, error) {
	panic("x")
} // newest first
func (s *Store) Credential(ctx context.Context, projectID, id string, kind model.Kind) (Credential, error) {
	panic("x")
}
func (s *Store) UpdateCredential(ctx context.Context, projectID, id string, kind model.Kind, p model.CredentialPatch, now time.Time) (Credential, error) {
	panic("x")
}
func (s *Store) RevokeCredential(ctx context.Context, projectID, id string, kind model.Kind, now time.Time) (time.Time, error) {
	panic("x")
} // idempotent: the first time
func (s *Store) LiveByDigest(ctx context.Context, kind model.Kind, digest []byte) (Live, error) {
	panic("x")
}                                                                      // hot, prepared
func (s *Store) LiveByID(ctx context.Context, id string) (Live, error) { panic("x") } // hot, prepared

// Usage. AddUse adds counts, moves last_used_at forward only, in one transaction.
func (s *Store) AddUse(ctx context.Context, uses []Use, sessions map[string]time.Time) error {
	panic("x")
}
func (s *Store) TokensUsed(ctx context.Context, userID string) (int64, error) { panic("x") } // over the projects the user is in

// Server keys.
func (s *Store) ServerKeys(ctx context.Context) ([]ServerKey, error) { panic("x") }
func (s *Store) PutServerKey(ctx context.Context, k ServerKey) error { panic("x") } // ErrConflict: purpose already has a key in that state (next, active)
// RotateServerKey is one transaction: active becomes retired, next becomes active, fresh becomes next. ErrConflict when there is no next key.
func (s *Store) RotateServerKey(ctx context.Context, purpose string, fresh ServerKey, now time.Time) error {
	panic("x")
}
func (s *Store) PruneServerKeys(ctx context.Context, purpose string, retiredBefore time.Time) (int64, error) {
	panic("x")
}

// Mailbox.
func (s *Store) PutMail(ctx context.Context, m Mail, keep int) error  { panic("x") } // and drop all but the newest keep
func (s *Store) Mails(ctx context.Context, limit int) ([]Mail, error) { panic("x") } // newest first
