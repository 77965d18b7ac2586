package client

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
)

// SignJWT makes a JWT of family D with a JWT secret (HS256; RFC 7515, appendix A.1). An
// empty kid is left out.
func SignJWT(kid, secret string, claims map[string]int64) string {
	part := func(v any) string {
		raw, _ := json.Marshal(v) // of strings and numbers only
		return base64.RawURLEncoding.EncodeToString(raw)
	}
	signed := part(struct {
		Algorithm string `json:"alg"`
		KeyID     string `json:"kid,omitempty"`
		Type      string `json:"typ"`
	}{"HS256", kid, "JWT"}) + "." + part(claims)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(signed))
	return signed + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}
