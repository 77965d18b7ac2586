package model

import (
	"encoding/json"
	"maps"
	"strconv"
	"time"
)

// CredentialState is whether a credential is accepted.
type CredentialState string

const (
	StateActive   CredentialState = "active"
	StateExpiring CredentialState = "expiring" // active, but only for less than ExpiringWithin
	StatePaused   CredentialState = "paused"   // refused until it is resumed
	StateExpired  CredentialState = "expired"
	StateRevoked  CredentialState = "revoked" // even if it has expired since
)

// At is the state at a time after it was asked for: what has not ended may have expired
// since.
func (s CredentialState) At(now time.Time, expires *Time) CredentialState {
	switch {
	case s == StateRevoked, s == StateExpired:
		return s
	case expires != nil && !now.Before(expires.Time):
		return StateExpired
	case s == StatePaused:
		return s
	case expires != nil && expires.Sub(now) < ExpiringWithin:
		return StateExpiring
	}
	return StateActive
}

// Ended reports whether a credential will never be accepted again.
func (s CredentialState) Ended() bool { return s == StateRevoked || s == StateExpired }

// ExpiringWithin is how long before its end a credential is expiring.
const ExpiringWithin = 7 * 24 * time.Hour

// What lists of credentials can be filtered and sorted by. A "-" before a member
// is descending.
var (
	CredentialStates = []CredentialState{StateActive, StateExpiring, StatePaused, StateExpired, StateRevoked}
	CredentialSorts  = []string{"created_at", "-created_at", "updated_at", "-updated_at", "expires_at", "-expires_at",
		"last_used_at", "-last_used_at", "name", "-name"}
)

// NewestFirst is how lists of credentials are sorted by default.
const NewestFirst = "-created_at"

// Credential is a credential of any kind, without its secret. Masked is the key or
// secret, masked; of a pair of secrets it is the first, and MaskedSecret the second.
type Credential struct {
	ID           string          `json:"id"`
	ProjectID    string          `json:"project_id"`
	Kind         Kind            `json:"kind"`
	Name         string          `json:"name"`
	Prefix       string          `json:"prefix"` // "" where there is none to show
	Masked       string          `json:"masked"`
	MaskedSecret *string         `json:"masked_secret"` // null for a single secret
	Scopes       []string        `json:"scopes"`
	Note         string          `json:"note"`  // what it is for, in people's words
	Owner        string          `json:"owner"` // whose it is, likewise
	CreatedBy    Actor           `json:"created_by"`
	LastUsedAt   *Time           `json:"last_used_at"`
	ExpiresAt    *Time           `json:"expires_at"`
	PausedAt     *Time           `json:"paused_at"` // null unless it is paused
	IsActive     bool            `json:"is_active"`
	State        CredentialState `json:"state"`
	CreatedAt    Time            `json:"created_at"`
	UpdatedAt    Time            `json:"updated_at"`
}

// Hint is what may be shown of a credential to recognise it: the masked key, or the kid of
// a JWT secret.
func (c *Credential) Hint() string {
	if c.Kind.Spec().Shown == "kid" {
		return KIDHint(c.ID)
	}
	return c.Masked
}

// KIDHint is both ends of a kid: those of the same minute begin alike.
func KIDHint(id string) string {
	if len(id) <= 8 {
		return "kid " + id
	}
	return "kid " + id[:4] + "…" + id[len(id)-4:]
}

// CredentialFilter selects and sorts credentials. Zero members don't restrict. Q
// matches any part of the name, the masked key, the scopes, the id, the note or the
// owner, ignoring ASCII case.
type CredentialFilter struct {
	ProjectID string
	Kind      Kind
	State     CredentialState
	Q         string
	Sort      string // one of CredentialSorts, "" for NewestFirst

	Cursor string // NextCursor of the page before, "" for the first page
	Limit  int    // 0: DefaultPageLimit; at most MaxPageLimit
}

// Query returns the filter as query parameters of GET /auth/credentials/.
func (f *CredentialFilter) Query() map[string]string {
	q := map[string]string{"project_id": f.ProjectID, "kind": string(f.Kind), "state": string(f.State), "q": f.Q,
		"sort": f.Sort, "cursor": f.Cursor}
	if f.Limit > 0 {
		q["limit"] = strconv.Itoa(f.Limit)
	}
	maps.DeleteFunc(q, func(_, v string) bool { return v == "" })
	return q
}

// CredentialPage is one page of a list of credentials.
type CredentialPage struct {
	Items      []Credential     `json:"items"`
	Pagination CursorPagination `json:"pagination"`
}

// CursorPagination describes a page of a list that is read with a cursor.
// NextCursor is null at the end.
type CursorPagination struct {
	Limit      int     `json:"limit"`
	NextCursor *string `json:"next_cursor"`
}

// CredentialSpec asks for a new credential of any kind. With a nil ExpiresInDays it
// never expires, with nil Scopes it is unrestricted.
type CredentialSpec struct {
	Name          string   `json:"name"`
	ExpiresInDays *int     `json:"expires_in_days"`
	Scopes        []string `json:"scopes"`
}

// CredentialPatch changes a credential. A member that is not set is left alone;
// ExpiresAt set to null removes the expiry.
type CredentialPatch struct {
	Name      Optional[string]   `json:"name,omitzero"`
	Note      Optional[string]   `json:"note,omitzero"`
	Owner     Optional[string]   `json:"owner,omitzero"`
	Scopes    Optional[[]string] `json:"scopes,omitzero"`
	ExpiresAt Optional[Time]     `json:"expires_at,omitzero"`
}

// Revoked is the answer to DELETE. That is idempotent: DeactivatedAt is when it was
// first revoked.
type Revoked struct {
	ID            string `json:"id"`
	IsActive      bool   `json:"is_active"`
	DeactivatedAt Time   `json:"deactivated_at"`
}

// ScopeKeysWrite is the only scope that the server itself checks: a key that has it may
// create and revoke API keys.
const ScopeKeysWrite = "keys:write"

// InspectRequest asks for the server's verdict on a credential: either the bare Token
// or a whole Authorization header value.
type InspectRequest struct {
	Token         string `json:"token,omitempty"`
	Authorization string `json:"authorization,omitempty"`
}

// Signature is the state of a JWT's signature alone, regardless of expiry and
// revocation.
type Signature string

const (
	SignatureGood       Signature = "good"        // made by the key that the kid names
	SignatureBad        Signature = "bad"         // not made by it
	SignatureNotChecked Signature = "not checked" // no JWT, no such key, or not the key's algorithm
)

// Inspection is the server's verdict on a credential. Valid is true only if the server
// would accept it now on a route that takes its Kind; otherwise Reason and Message say
// why not. Members are null if they are unknown, or not for the asking user to know.
type Inspection struct {
	Kind           Kind      `json:"kind"`
	Valid          bool      `json:"valid"`
	Reason         Reason    `json:"reason"`
	Message        string    `json:"message"`
	Algorithm      *string   `json:"algorithm"`
	KID            *string   `json:"kid"`
	Signature      Signature `json:"signature"`
	Key            *string   `json:"key"`       // the key that the kid names, in words: "this server, signing key 2 of 2"
	KeyState       *string   `json:"key_state"` // "next", "active", "retired"; of a JWT secret "in force", "revoked", "expired", "paused", "project deleted"
	CredentialID   *string   `json:"credential_id"`
	CredentialName *string   `json:"credential_name"`
	CredentialHint *string   `json:"credential_hint"`
	ProjectID      *string   `json:"project_id"`
	AccountID      *string   `json:"account_id"`
	UserID         *string   `json:"user_id"`
	Scopes         []string  `json:"scopes"`
	IssuedAt       *Time     `json:"issued_at"`
	NotBefore      *Time     `json:"not_before"`
	ExpiresAt      *Time     `json:"expires_at"`
	RevokedAt      *Time     `json:"revoked_at"`
	LastUsedAt     *Time     `json:"last_used_at"`
}

// KeyState is a server key's stage of life: published but not yet signing, signing, or
// only verifying.
type KeyState string

const (
	KeyNext    KeyState = "next"
	KeyActive  KeyState = "active"
	KeyRetired KeyState = "retired"
)

// SigningKey is the public view of an RS512 signing key. RemoveAt is when a retired key
// leaves the JWKS, after the last token that it signed has expired.
type SigningKey struct {
	ID          string   `json:"id"`
	Algorithm   string   `json:"algorithm"`
	State       KeyState `json:"state"`
	CreatedAt   Time     `json:"created_at"`
	ActivatedAt *Time    `json:"activated_at"`
	RetiredAt   *Time    `json:"retired_at"`
	RemoveAt    *Time    `json:"remove_at"`
}

// JWK is a public RSA key (RFC 7517; RFC 7518, section 6.3).
type JWK struct {
	KeyType   string `json:"kty"`
	Use       string `json:"use"`
	Algorithm string `json:"alg"`
	KeyID     string `json:"kid"`
	N         string `json:"n"`
	E         string `json:"e"`
}

// JWKS is a key set (RFC 7517, section 5). It never contains an HMAC secret.
type JWKS struct {
	Keys []JWK `json:"keys"`
}

// TraceRequest asks what the server would answer to a credential: the bare Token, a
// whole Authorization header value, or, with RequestID, the one in a record of the
// request log. RequestID is the record's id or the X-Request-Id of its answer; if
// several records have that, the newest counts.
type TraceRequest struct {
	Token         string `json:"token,omitempty"`
	Authorization string `json:"authorization,omitempty"`
	RequestID     string `json:"request_id,omitempty"`
}

// TraceStep is what the server would answer to a credential on one route, and why. The
// credential is accepted exactly if Reason is "".
type TraceStep struct {
	Family  string   `json:"family"` // "A" to "D"; "C" also for what Keydeck adds
	Method  string   `json:"method"`
	Route   string   `json:"route"`   // as documented, with its placeholders
	Also    []string `json:"also"`    // other routes that treat every credential alike, such as "GET /auth/projects/"
	Header  string   `json:"header"`  // that it would be sent in, such as "Authorization: Bearer"; "body: apiKey" if it goes into the body
	Status  int      `json:"status"`  // of the refusal (family B's is 200), or 200 if accepted: what the handler then answers depends on the rest of the request
	Reason  Reason   `json:"reason"`  // as in the request log; "" if accepted
	Message string   `json:"message"` // in plain words
}

// Trace is what the server would do with a credential now, route by route.
//
// A record of the request log has no credential to send: Steps is empty, Record is the
// record, Inspection is the state of the credential that it names (not of the token
// that was sent), and Explanation says what happened then and would happen now. Record
// and Explanation are null otherwise.
type Trace struct {
	Inspection  Inspection     `json:"inspection"`
	Steps       []TraceStep    `json:"steps"`
	Record      *RequestRecord `json:"record"`
	Explanation *string        `json:"explanation"`
}

// SignRequest asks for a JWT signed with one of the project's JWT secrets. The server
// sets alg, typ and kid. Claims is a JSON object, which is signed as it was sent, with
// the order of its members and the spelling of its numbers.
type SignRequest struct {
	Claims json.RawMessage `json:"claims"`
}

// SignedToken is the answer to a SignRequest.
type SignedToken struct {
	Token string `json:"token" visible:"-"`
}
