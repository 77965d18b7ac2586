package model

import (
	"hash/crc32"
	"strings"
)

// A static key is sent as it is: the prefix of its kind ("sk_" of an API key), 37 random
// base62 characters (220 bits) and the CRC-32 (IEEE) of all that as 6 base62 digits. The
// check digits reject a typing error without a database lookup, and let a leak scanner
// recognise a key offline. They prove nothing: only the hash in the database decides.
const (
	Base62        = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	KeyRandomLen  = 37
	keyCheck      = 6
	keyPrefixShow = 8
	keySuffixShow = 5
)

// KeyLen is the length of a static key of the kind.
func KeyLen(kind Kind) int { return len(kind.Spec().Prefix) + KeyRandomLen + keyCheck }

// FormatKey makes a static key of the kind from its random part, which must be
// KeyRandomLen base62 characters.
func FormatKey(kind Kind, random string) string {
	body := kind.Spec().Prefix + random
	return body + checkDigits(body)
}

// StaticKind is the kind of static key that s begins like, "" for none.
func StaticKind(s string) Kind {
	for _, spec := range staticKinds {
		if strings.HasPrefix(s, spec.Prefix) {
			return spec.Kind
		}
	}
	return ""
}

// CheckKey says why s cannot be a static key: ReasonMalformed for a wrong prefix, length
// or alphabet, ReasonBadChecksum for a typing error, "" if it can be one.
func CheckKey(s string) Reason {
	kind := StaticKind(s)
	if kind == "" || len(s) != KeyLen(kind) || strings.Trim(s[len(kind.Spec().Prefix):], Base62) != "" {
		return ReasonMalformed
	}
	body := s[:len(s)-keyCheck]
	if checkDigits(body) != s[len(body):] {
		return ReasonBadChecksum
	}
	return ""
}

// KeyShownPrefix is what a static key shows of itself as its prefix: the first eight
// characters.
func KeyShownPrefix(s string) string { return s[:min(len(s), keyPrefixShow)] }

func checkDigits(body string) string {
	sum := crc32.ChecksumIEEE([]byte(body))
	var out [keyCheck]byte
	for i := len(out) - 1; i >= 0; i-- {
		out[i] = Base62[sum%62]
		sum /= 62
	}
	return string(out[:])
}
