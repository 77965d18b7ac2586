package vault

import (
	"crypto/hmac"
	"crypto/sha256"
)

// Digest is the SHA-256 of secret, 32 bytes. It is stored in place of credentials
// that have too much entropy to be guessed from a hash.
func Digest(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

// CodeMAC is the HMAC-SHA256 of the length-prefixed parts, 32 bytes. It is stored
// in place of a six-digit code, which could be guessed from a plain hash. Compare
// with hmac.Equal.
func CodeMAC(key []byte, parts ...string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write(associatedData(version1, parts...))
	return mac.Sum(nil)
}
