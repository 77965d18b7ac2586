package store

import (
	"time"

	"keydeck/model"
)

// User is a person. The caller normalises Email. Tier is the name of the
// subscription, TokenGrant the number of requests that it allows.
type User struct {
	ID, Email, FullName               string
	IsActive, IsSuperuser, IsVerified bool
	TokenGrant                        int64
	Tier                              string
	CreatedAt, UpdatedAt              time.Time
}

// LoginCode is the only valid sign-in code of an address.
type LoginCode struct {
	Email     string // normalised
	MAC       []byte // HMAC of the code
	Nonce     []byte
	Tries     int // counted before the comparison
	SentAt    time.Time
	ExpiresAt time.Time
}

// Session is one login of a user: a family of refresh tokens.
type Session struct {
	ID, UserID, IP, UserAgent string
	CreatedAt, UpdatedAt      time.Time
	LastUsedAt, RevokedAt     *time.Time
	ExpiresAt                 time.Time
}

// RefreshToken is one token of a session's family.
type RefreshToken struct {
	Digest               []byte // SHA-256
	SessionID            string
	CreatedAt, ExpiresAt time.Time
}

// Project has the role of the user that it was read for, "" if it was read for none.
type Project struct {
	ID, Name, AccountID  string
	Role                 model.Role
	CreatedAt, UpdatedAt time.Time
}

// Credential is a credential that a project issues, of any kind.
type Credential struct {
	ID, ProjectID        string
	Kind                 model.Kind
	Name, Prefix, Hint   string
	Note, Owner          string   // what it is for, and whose it is, in people's words
	Scopes               []string // nil: null
	Digest, SecondDigest []byte   // SHA-256 of the key; of a pair's api key and secret key; nil for a JWT secret
	SecondHint           string   // hint of a pair's secret key
	Sealed               []byte   // JWT secret, sealed
	CreatedBy            string
	CreatedAt, UpdatedAt time.Time
	ExpiresAt            *time.Time
	PausedAt             *time.Time // nil unless it is paused
	RevokedAt            *time.Time
	LastUsedAt           *time.Time
	SuccessorID          string // of the credential that it was rotated to, "" for none; only RotateCredential sets it
}

// Live is what authentication must know about a credential's current state, read in
// one indexed query (credential join project).
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

// ServerKey is a key of the server itself. Purpose is "signing" (RS512), "session",
// "pair-api", "pair-secret" (HS256) or "code" (HMAC).
type ServerKey struct {
	ID, Purpose, Algorithm string
	State                  model.KeyState
	Sealed                 []byte
	CreatedAt              time.Time
	ActivatedAt, RetiredAt *time.Time
}

// Use is a coalesced count of requests by one credential on one day.
type Use struct {
	CredentialID string
	Day          int64 // unix day, UTC
	Requests     int64
	LastUsedAt   time.Time
}

// Mail is one message of the local mailbox.
type Mail struct {
	ID, To, Subject string
	Sealed          []byte // sealed JSON of text and code
	At              time.Time
	ExpiresAt       *time.Time
}

// SignIn is what CompleteSignIn writes in one transaction.
type SignIn struct {
	By         By // the actor is filled in: the user
	Email      string
	MAC        []byte // of the code that was compared; ErrNotFound if it is no longer the valid one
	NewUserID  string // used when the address has no user yet
	AllowNew   bool   // false: an address without a user is refused with ErrNotFound
	Superuser  bool   // the user becomes superuser (configured admin)
	FirstLocal bool   // the user becomes superuser if there is no superuser at all
	TokenGrant int64
	Project    Project // made if the user is in no project; Role is ignored: owner
	Session    Session // UserID is filled in
	Refresh    RefreshToken
}
