package model

import "encoding/json"

// Kind names a kind of credential. The words appear in the API (tokens/inspect)
// and in the request log's scheme member.
type Kind string

const (
	KindAPIKey       Kind = "api_key"       // sk_…, static
	KindJWTSecret    Kind = "jwt_secret"    // HS256 secret; clients sign their own JWTs (D)
	KindKeyPair      Kind = "key_pair"      // apiKey and secretKey JWTs (B)
	KindServiceToken Kind = "service_token" // RS512 JWT made by /v1/token/get (A)
	KindSessionKey   Kind = "session_key"   // HS256 JWT made by authenticateKeys (B)
	KindAccessToken  Kind = "access_token"  // login access token, JWT (C)
	KindRefreshToken Kind = "refresh_token" // opaque (C)
	KindClientJWT    Kind = "client_jwt"    // a JWT that a client signed with a JWT secret (D)
	KindUnknown      Kind = "unknown"
)

// APIKey is a static key as family C documents it, members in that order.
// FullKey is the whole key in the answer to POST and masked ever after.
// IsActive is false once the key is revoked or expired.
type APIKey struct {
	ID         string   `json:"id"`
	Prefix     string   `json:"prefix"`
	Name       string   `json:"name"`
	FullKey    string   `json:"full_key"`
	Scopes     []string `json:"scopes"`
	LastUsedAt *Time    `json:"last_used_at"`
	ExpiresAt  *Time    `json:"expires_at"`
	IsActive   bool     `json:"is_active"`
	CreatedAt  Time     `json:"created_at"`
	UpdatedAt  Time     `json:"updated_at"`
}

// JWTSecret is an HS256 secret. KID equals ID and goes into the header of every
// JWT signed with it. Secret is whole in the answer to POST and masked ever
// after; its bytes, as they stand, are the HMAC key.
type JWTSecret struct {
	ID         string   `json:"id"`
	KID        string   `json:"kid"`
	Name       string   `json:"name"`
	Secret     string   `json:"secret"`
	Scopes     []string `json:"scopes"`
	LastUsedAt *Time    `json:"last_used_at"`
	ExpiresAt  *Time    `json:"expires_at"`
	IsActive   bool     `json:"is_active"`
	CreatedAt  Time     `json:"created_at"`
	UpdatedAt  Time     `json:"updated_at"`
}

// KeyPair is family B's credential: two HS256 JWTs, whole in the answer to POST
// and masked ever after.
type KeyPair struct {
	ID         string   `json:"id"`
	Name       string   `json:"name"`
	APIKey     string   `json:"api_key"`
	SecretKey  string   `json:"secret_key"`
	Scopes     []string `json:"scopes"`
	LastUsedAt *Time    `json:"last_used_at"`
	ExpiresAt  *Time    `json:"expires_at"`
	IsActive   bool     `json:"is_active"`
	CreatedAt  Time     `json:"created_at"`
	UpdatedAt  Time     `json:"updated_at"`
}

// CredentialSpec asks for a new credential of any kind. A nil ExpiresInDays is
// never; nil Scopes is no restriction.
type CredentialSpec struct {
	Name          string   `json:"name"`
	ExpiresInDays *int     `json:"expires_in_days"`
	Scopes        []string `json:"scopes"`
}

// CredentialPatch changes a credential. A member that is not set stays.
// ExpiresAt set to null removes the expiry.
type CredentialPatch struct {
	Name      Optional[string]   `json:"name,omitzero"`
	Scopes    Optional[[]string] `json:"scopes,omitzero"`
	ExpiresAt Optional[Time]     `json:"expires_at,omitzero"`
}

// Revoked is the answer to DELETE: idempotent, DeactivatedAt is the first one.
type Revoked struct {
	ID            string `json:"id"`
	IsActive      bool   `json:"is_active"`
	DeactivatedAt Time   `json:"deactivated_at"`
}

// ScopeKeysWrite is the one scope the server itself asks for: a key that has it
// may create and revoke API keys.
const ScopeKeysWrite = "keys:write"

// InspectRequest asks what the server thinks of a credential: either the bare
// Token or a whole Authorization header value.
type InspectRequest struct {
	Token         string `json:"token,omitempty"`
	Authorization string `json:"authorization,omitempty"`
}

// Signature is what was found out about the signature of a JWT alone, whatever
// time and revocation make of the token.
type Signature string

const (
	SignatureGood       Signature = "good"        // the key that the kid names made it
	SignatureBad        Signature = "bad"         // it did not
	SignatureNotChecked Signature = "not checked" // no JWT, no such key, or not the key's algorithm
)

// Inspection is the server's verdict on a credential. Valid is true only if the
// server would accept it now on a route that takes its Kind; else Reason is the
// request log's word and Message says it plainly. Members that are not known,
// or not the asking user's to know, are null.
type Inspection struct {
	Kind           Kind      `json:"kind"`
	Valid          bool      `json:"valid"`
	Reason         Reason    `json:"reason"`
	Message        string    `json:"message"`
	Algorithm      *string   `json:"algorithm"`
	KID            *string   `json:"kid"`
	Signature      Signature `json:"signature"`
	Key            *string   `json:"key"`       // the key that the kid names, in words: "this server, signing key 2 of 2"
	KeyState       *string   `json:"key_state"` // "next", "active", "retired"; of a JWT secret "in force", "revoked", "expired", "project deleted"
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

// KeyState is where a server key is in its life: published and waiting, signing,
// or verifying only.
type KeyState string

const (
	KeyNext    KeyState = "next"
	KeyActive  KeyState = "active"
	KeyRetired KeyState = "retired"
)

// SigningKey is a public view of one RS512 signing key. RemoveAt is when a
// retired key leaves the JWKS, after the last token it signed has expired.
type SigningKey struct {
	ID          string   `json:"id"`
	Algorithm   string   `json:"algorithm"`
	State       KeyState `json:"state"`
	CreatedAt   Time     `json:"created_at"`
	ActivatedAt *Time    `json:"activated_at"`
	RetiredAt   *Time    `json:"retired_at"`
	RemoveAt    *Time    `json:"remove_at"`
}

// JWK is one public RSA key (RFC 7517, RFC 7518 section 6.3).
type JWK struct {
	KeyType   string `json:"kty"`
	Use       string `json:"use"`
	Algorithm string `json:"alg"`
	KeyID     string `json:"kid"`
	N         string `json:"n"`
	E         string `json:"e"`
}

// JWKS is a key set (RFC 7517, section 5). It never holds an HMAC secret.
type JWKS struct {
	Keys []JWK `json:"keys"`
}

// TraceRequest asks what the server would answer to a credential: either the bare
// Token, or a whole Authorization header value, or, with RequestID, the one that
// a record of the request log speaks of. RequestID is the record's id, or the
// X-Request-Id of its answer; of several records with that one the newest counts.
type TraceRequest struct {
	Token         string `json:"token,omitempty"`
	Authorization string `json:"authorization,omitempty"`
	RequestID     string `json:"request_id,omitempty"`
}

// TraceStep is what the server would answer to a credential on one route that
// takes credentials, and why. It is let in exactly if Reason is "".
type TraceStep struct {
	Family  string   `json:"family"` // "A" to "D"; "C" also for what the project adds
	Method  string   `json:"method"`
	Route   string   `json:"route"`   // as documented, with its placeholders
	Also    []string `json:"also"`    // further routes that treat every credential alike, for example "GET /auth/projects/"
	Header  string   `json:"header"`  // in which it would be sent, for example "Authorization: Bearer"; "body: apiKey" where it goes into the body
	Status  int      `json:"status"`  // of the refusal (family B's is 200), or 200 for "is let in": what the handler then says depends on the rest of the request
	Reason  Reason   `json:"reason"`  // the request log's word, "" if it is let in
	Message string   `json:"message"` // in plain words
}

// Trace is what the server would do with a credential now, route by route.
//
// Of a request in the log there is no credential to send: Steps is empty, Record
// is what the log says, Inspection is the state of the credential that the record
// names (not of the token that was sent), and Explanation puts then and now into
// words. Both are null otherwise.
type Trace struct {
	Inspection  Inspection     `json:"inspection"`
	Steps       []TraceStep    `json:"steps"`
	Record      *RequestRecord `json:"record"`
	Explanation *string        `json:"explanation"`
}

// SignRequest asks for a JWT signed with one of the project's JWT secrets. The
// server writes alg, typ and kid itself. Claims is a JSON object; its members are
// signed in the order and with the numbers in which they stand.
type SignRequest struct {
	Claims json.RawMessage `json:"claims"`
}

// SignedToken is the answer to a SignRequest.
type SignedToken struct {
	Token string `json:"token"`
}
