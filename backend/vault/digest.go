package vault

import (
	"crypto/hmac"
	"crypto/sha256"
)

// Digest is SHA-256 of secret, 32 bytes: what is stored of a credential that
// has so much entropy that guessing it from the hash is out of the question.
func Digest(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

// CodeMAC is HMAC-SHA256 over the length-prefixed parts, 32 bytes: what is
// stored of a six-digit code, which a bare hash would give away. Compare with
// hmac.Equal.
func CodeMAC(key []byte, parts ...string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write(associatedData(version1, parts...))
	return mac.Sum(nil)
}
