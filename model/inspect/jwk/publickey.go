package jwk

import (
	"bytes"
	"encoding/hex"
	"slices"
	"strings"
)

// isOpenSSH reports an OpenSSH public key: in one line, as SSH2 (RFC 4716), or in
// binary (RFC 4253, section 6.6).
func isOpenSSH(data []byte) bool {
	return slices.ContainsFunc([]string{"ssh-rsa ", "ssh-dss ", "ssh-ed25519 ", "ecdsa-sha2-nistp", "sk-ssh-ed25519@", "sk-ecdsa-sha2-", "---- BEGIN SSH2", "\x00\x00\x00\x07ssh-", "\x00\x00\x00\x0bssh-", "\x00\x00\x00\x13ecdsa-sha2-", "AAAAB3NzaC", "AAAAC3NzaC", "AAAAE2VjZHNh"},
		func(begin string) bool { return bytes.HasPrefix(data, []byte(begin)) })
}

// IsPublicKey reports whether a secret is the text of a key in PEM, DER, JWK or
// OpenSSH form, as it is or in base64 or hex.
func IsPublicKey(secret []byte) bool {
	if isKeyForm(secret) {
		return true
	}
	text := strings.TrimSpace(string(secret))
	if plain, err := decodeBase64(text); err == nil && isKeyForm(plain) {
		return true
	}
	plain, err := hex.DecodeString(text)
	return err == nil && isKeyForm(plain)
}

func isKeyForm(secret []byte) bool {
	const shortest = 44 // Ed25519 in DER
	if len(secret) < shortest || isPEM(secret) || isOpenSSH(secret) {
		return isPEM(secret) || isOpenSSH(secret)
	}
	_, _, err := readKeys(secret, Key.ForSignatures)
	return err == nil
}
