package token

import (
	"encoding/base64"
	"encoding/json"
	"fmt"

	"keydeck/model"
)

// joseHeader is what Sign writes, in this order.
type joseHeader struct {
	Algorithm string `json:"alg"`
	Type      string `json:"typ"`
	KeyID     string `json:"kid,omitempty"`
}

// Sign makes a compact JWS with typ and kid (no kid if key.ID is ""). claims must
// marshal to a JSON object, whose member order is kept. Sign refuses a key that
// Verify would refuse, and claims that would make the token too long for it.
func Sign(key Key, typ string, claims any) (string, error) {
	method, material, err := key.signer()
	if err != nil {
		return "", err
	}
	header, err := json.Marshal(joseHeader{key.Algorithm, typ, key.ID})
	if err != nil {
		return "", fmt.Errorf("token: marshal the header: %w", err)
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", fmt.Errorf("token: marshal the claims: %w", err)
	}
	if err := readObject("payload", payload); err != nil {
		return "", err
	}
	b64 := base64.RawURLEncoding
	raw := make([]byte, 0, b64.EncodedLen(len(header))+b64.EncodedLen(len(payload))+b64.EncodedLen(512)+2)
	raw = b64.AppendEncode(raw, header)
	raw = append(raw, '.')
	raw = b64.AppendEncode(raw, payload)
	signature, err := method.Sign(string(raw), material)
	if err != nil {
		return "", fmt.Errorf("token: sign with %s: %w", key.Algorithm, err)
	}
	raw = append(raw, '.')
	raw = b64.AppendEncode(raw, signature)
	if len(raw) > model.MaxTokenBytes {
		return "", refuse(model.ReasonTooLarge, "the signed token has %d bytes, at most %d are taken", len(raw), model.MaxTokenBytes)
	}
	return string(raw), nil
}
