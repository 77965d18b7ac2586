// Package vault keeps secrets at rest: hashing, sealing, the master key.
package vault

import (
	"errors"
	"io"
)

var (
	ErrWrongKey = errors.New("vault: sealed with another master key, or altered")
	ErrNoKey    = errors.New("vault: no master key")
)

// Source says where the master key comes from.
type Source struct {
	Path   string // of master.key, made on first use with mode 0600 if Create
	Value  string // KEYDECK_MASTER_KEY: base64 or hex of 32 bytes; wins over Path
	Create bool   // false when a database already exists: a missing key file is then ErrNoKey
}

type Vault struct{}

func Open(s Source, random io.Reader) (*Vault, error) { panic("x") }

// Seal encrypts with AES-256-GCM; table, column and row are bound as associated data. Unseal fails with ErrWrongKey.
func (v *Vault) Seal(table, column, row string, plain []byte) ([]byte, error)    { panic("x") }
func (v *Vault) Unseal(table, column, row string, sealed []byte) ([]byte, error) { panic("x") }

// Digest is SHA-256, for high-entropy credentials.
func Digest(secret string) []byte { panic("x") }

// CodeMAC is HMAC-SHA256 over the length-prefixed parts.
func CodeMAC(key []byte, parts ...string) []byte { panic("x") }

// Makers of secrets, from random.
func NewAPIKey(random io.Reader) (string, error)       { panic("x") } // model.FormatAPIKey
func NewRefreshToken(random io.Reader) (string, error) { panic("x") } // 86 base64url characters
func NewJWTSecret(random io.Reader) (string, error)    { panic("x") } // 64 base62 characters
func NewCode(random io.Reader) (string, error)         { panic("x") } // six digits, uniform
func NewAccountID(random io.Reader) (string, error)    { panic("x") } // six of A-Z0-9, uniform
