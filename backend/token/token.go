// Package token is the one strict door to golang-jwt.
package token

import (
	"crypto/rsa"
	"io"
	"time"

	"keydeck/model"
)

// Algorithms the server knows. One key has one.
const (
	RS512 = "RS512"
	HS256 = "HS256"
)

// Types in the header's typ.
const (
	TypeJWT    = "JWT"    // service tokens, session keys, key pairs
	TypeAccess = "at+jwt" // login access tokens (RFC 9068)
)

// Key is one key with its one algorithm.
type Key struct {
	ID        string
	Algorithm string
	Secret    []byte          // HS256, at least 32 bytes
	Private   *rsa.PrivateKey // RS512, to sign
	Public    *rsa.PublicKey  // RS512, to verify
}

// Header is the strictly read JOSE header of a compact JWS.
type Header struct {
	Algorithm string
	Type      string // as sent
	KeyID     string
	HasKeyID  bool // the member is there and is a string
}

// Error is a refusal; Reason is the request log's word.
type Error struct {
	Reason model.Reason
	Detail string
}

func (e *Error) Error() string { panic("x") }

// ParseHeader looks at a compact JWS without a key: size, three base64url segments in strict alphabet without
// padding, header a JSON object without duplicate members, alg a string, kid a string if there, no crit, no b64.
// It is where missing_kid is told from malformed: a well-formed header without kid is no error here.
func ParseHeader(raw string) (Header, error) { panic("x") }

// Rules for Verify. Zero Leeway is allowed.
type Rules struct {
	Now      time.Time
	Type     string        // required typ, "" for any (compared without regard to case, "application/" prefix dropped)
	Issuer   string        // required iss, "" for any
	NoExpiry bool          // exp may be missing (key pairs carry none); otherwise it is required
	Leeway   time.Duration // on nbf and iat only, never on exp
}

// Claims of a verified token. Raw has every member; numbers are json.Number.
type Claims struct {
	Issuer, Subject, ID            string
	IssuedAt, NotBefore, ExpiresAt *time.Time
	Raw                            map[string]any
}

// Verify checks raw with the one key: header again, alg equals the key's, key fit for use (HMAC at least 32 bytes,
// RSA at least 2048 bits), signature, then times. Reasons: malformed, bad_algorithm, bad_signature, expired,
// not_yet_valid, missing_exp, bad_claims, wrong_kind (typ).
func Verify(raw string, key Key, rules Rules) (Claims, error) { panic("x") }

// Sign makes a compact JWS with typ and kid (no kid when key.ID is ""). claims is marshalled as it stands, so member order is the struct's.
func Sign(key Key, typ string, claims any) (string, error) { panic("x") }

// PeekClaims reads the claims of a token without verifying anything, for logs and inspection only.
func PeekClaims(raw string) (Claims, error) { panic("x") }

func NewRSA(random io.Reader, id string) (Key, error) { panic("x") } // RSA-3072
func MarshalRSA(k Key) ([]byte, error)                { panic("x") } // PKCS #8 DER
func ParseRSA(id string, der []byte) (Key, error)     { panic("x") }
func PublicJWK(k Key) model.JWK                       { panic("x") }
