package model

import (
	"hash/crc32"
	"strings"
)

// An API key is "sk_", 37 random base62 characters (220 bits) and the CRC-32 (IEEE) of
// all that as 6 base62 digits: 46 characters. The check digits reject a typing error
// without a database lookup, and let a leak scanner recognise a key offline. They
// prove nothing: only the hash in the database decides.
const (
	APIKeyPrefix     = "sk_"
	apiKeyRandom     = 37
	apiKeyCheck      = 6
	APIKeyLen        = len(APIKeyPrefix) + apiKeyRandom + apiKeyCheck
	Base62           = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	APIKeyRandomLen  = apiKeyRandom
	apiKeyPrefixShow = 8
	apiKeySuffixShow = 5
)

// FormatAPIKey makes a key from its random part, which must be APIKeyRandomLen base62
// characters.
func FormatAPIKey(random string) string {
	body := APIKeyPrefix + random
	return body + checkDigits(body)
}

// LooksLikeAPIKey reports whether s begins as an API key does.
func LooksLikeAPIKey(s string) bool { return strings.HasPrefix(s, APIKeyPrefix) }

// CheckAPIKey says why s cannot be an API key: ReasonMalformed for a wrong
// length or alphabet, ReasonBadChecksum for a typing error, "" if it can be one.
func CheckAPIKey(s string) Reason {
	if len(s) != APIKeyLen || !LooksLikeAPIKey(s) {
		return ReasonMalformed
	}
	for i := len(APIKeyPrefix); i < len(s); i++ {
		if strings.IndexByte(Base62, s[i]) < 0 {
			return ReasonMalformed
		}
	}
	body := s[:APIKeyLen-apiKeyCheck]
	if checkDigits(body) != s[APIKeyLen-apiKeyCheck:] {
		return ReasonBadChecksum
	}
	return ""
}

// APIKeyShownPrefix is what a key shows of itself as its prefix: the first eight
// characters.
func APIKeyShownPrefix(s string) string {
	return s[:min(len(s), apiKeyPrefixShow)]
}

func checkDigits(body string) string {
	sum := crc32.ChecksumIEEE([]byte(body))
	var out [apiKeyCheck]byte
	for i := len(out) - 1; i >= 0; i-- {
		out[i] = Base62[sum%62]
		sum /= 62
	}
	return string(out[:])
}
