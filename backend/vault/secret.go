package vault

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"

	"keydeck/model"
)

// JWTSecretLen is the length of a JWT secret in characters: 381 bits, more than the
// 256 that HS256 needs (RFC 7518, section 3.2).
const JWTSecretLen = 64

const (
	digits    = "0123456789"
	upperCase = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

	refreshTokenBytes = 64 // 86 base64url characters
	codeDigits        = 6
	accountIDChars    = 6
)

// NewStaticKey makes a static key of the kind, of 220 random bits, with check digits
// (model.FormatKey).
func NewStaticKey(random io.Reader, kind model.Kind) (string, error) {
	body, err := randomString(random, "a key", model.Base62, model.KeyRandomLen)
	if err != nil {
		return "", err
	}
	return model.FormatKey(kind, body), nil
}

// NewRefreshToken makes a refresh token: 86 base64url characters, 512 random bits.
func NewRefreshToken(random io.Reader) (string, error) {
	var b [refreshTokenBytes]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "", fmt.Errorf("vault: make a refresh token: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(b[:]), nil
}

// NewJWTSecret makes a secret for HS256: 64 base62 characters. The characters
// themselves are the HMAC key.
func NewJWTSecret(random io.Reader) (string, error) {
	return randomString(random, "a JWT secret", model.Base62, JWTSecretLen)
}

// NewCode makes a sign-in code: six digits, uniformly distributed.
func NewCode(random io.Reader) (string, error) {
	return randomString(random, "a code", digits, codeDigits)
}

// NewAccountID makes an account id: six characters A-Z0-9, uniformly distributed.
// It is not a secret. The caller makes another one if it is taken.
func NewAccountID(random io.Reader) (string, error) {
	return randomString(random, "an account id", upperCase+digits, accountIDChars)
}

var errStuck = errors.New("the random source is stuck")

// randomString picks n characters of alphabet, uniformly distributed. It discards
// bytes above the largest multiple of the alphabet's length: a plain remainder
// would favour the first characters. An error names what was to be made.
func randomString(random io.Reader, what, alphabet string, n int) (string, error) {
	limit := 256 - 256%len(alphabet)
	out := make([]byte, 0, n)
	var pool [64]byte
	// At least three bytes in four are used, so a source that needs more rounds than
	// this is not random.
	for range 64 {
		if _, err := io.ReadFull(random, pool[:]); err != nil {
			return "", fmt.Errorf("vault: make %s: %w", what, err)
		}
		for _, b := range pool {
			if int(b) >= limit {
				continue
			}
			out = append(out, alphabet[int(b)%len(alphabet)])
			if len(out) == n {
				return string(out), nil
			}
		}
	}
	return "", fmt.Errorf("vault: make %s: %w", what, errStuck)
}
