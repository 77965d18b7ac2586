// Package vault protects secrets at rest: it hashes those that only have to be
// recognised, seals those that must be read again, and manages the master key.
//
// Guarantees: a sealed value only opens with the same master key, and for the table,
// column and row that it was sealed for; otherwise it is ErrWrongKey. No error and
// no panic contains key material. A Vault is safe for concurrent use.
package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

var (
	// ErrWrongKey is a value that does not open: it was sealed with another master
	// key, altered, truncated or moved to another row.
	ErrWrongKey = errors.New("vault: sealed with another master key, or altered")
	// ErrNoKey is a missing master key.
	ErrNoKey = errors.New("vault: no master key")
)

// Layout of a sealed value: version, nonce, ciphertext, tag.
const (
	version1  = 1
	nonceSize = 12
	tagSize   = 16
	overhead  = 1 + nonceSize + tagSize
)

// sealInfo is HKDF's info (RFC 5869, section 3.2). Another use of the master key
// must have another info, and so another key.
const sealInfo = "keydeck/vault/seal/aes-256-gcm/v1"

// Vault seals and unseals with a key derived from the master key.
type Vault struct {
	aead   cipher.AEAD
	random io.Reader
}

// Open reads the master key from s, or makes it if s.Create, and returns its vault.
// random must be safe for concurrent use; nil is crypto/rand. ErrNoKey if the key
// file is missing and may not be made.
func Open(s Source, random io.Reader) (*Vault, error) {
	if random == nil {
		random = rand.Reader
	}
	master, err := s.masterKey(random)
	if err != nil {
		return nil, err
	}
	key, err := hkdf.Key(sha256.New, master, nil, sealInfo, 32)
	if err != nil {
		return nil, fmt.Errorf("vault: derive the sealing key: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("vault: set up AES: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("vault: set up GCM: %w", err)
	}
	return &Vault{aead: aead, random: random}, nil
}

// Seal encrypts plain with AES-256-GCM and a random 96-bit nonce, which is safe for
// 2^32 values per master key (NIST SP 800-38D, section 8.3). table, column and row
// are the associated data. The result is 29 bytes longer than plain.
func (v *Vault) Seal(table, column, row string, plain []byte) ([]byte, error) {
	sealed := make([]byte, 1+nonceSize, overhead+len(plain))
	sealed[0] = version1
	nonce := sealed[1:]
	if _, err := io.ReadFull(v.random, nonce); err != nil {
		return nil, fmt.Errorf("vault: draw a nonce: %w", err)
	}
	return v.aead.Seal(sealed, nonce, plain, associatedData(version1, table, column, row)), nil
}

// Unseal opens what Seal made for the same table, column and row. Anything else is
// ErrWrongKey.
func (v *Vault) Unseal(table, column, row string, sealed []byte) ([]byte, error) {
	if len(sealed) < overhead || sealed[0] != version1 {
		return nil, ErrWrongKey
	}
	nonce, box := sealed[1:1+nonceSize], sealed[1+nonceSize:]
	plain, err := v.aead.Open(nil, nonce, box, associatedData(version1, table, column, row))
	if err != nil {
		return nil, ErrWrongKey
	}
	return plain, nil
}

// associatedData encodes the version and the parts. Each part follows its length, so
// that no two lists of parts have the same encoding.
func associatedData(version byte, parts ...string) []byte {
	size := 1
	for _, p := range parts {
		size += 8 + len(p)
	}
	data := append(make([]byte, 0, size), version)
	for _, p := range parts {
		data = binary.BigEndian.AppendUint64(data, uint64(len(p)))
		data = append(data, p...)
	}
	return data
}
