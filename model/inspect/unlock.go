package inspect

import (
	"errors"
	"fmt"
	"strings"

	"keydeck/model/inspect/jwa"
	"keydeck/model/inspect/jwe"
	"keydeck/model/inspect/jwk"
	"keydeck/model/inspect/jwt"
)

// Unlock decrypts a text with private keys, for jwk.Read: PEM and DER as jwk.UnlockPEM
// does, and a key in a JWE with PBES2 (RFC 7518, section 4.8). A text without
// encrypted keys is returned unchanged.
func Unlock(data, password []byte) ([]byte, error) {
	out, err := unlock(data, password)
	if err != nil {
		return nil, fmt.Errorf("unlock a key: %w", err)
	}
	return out, nil
}

func unlock(data, password []byte) ([]byte, error) {
	if clear, ok, err := jwk.UnlockPEM(data, password); ok {
		return clear, err
	}
	t := jwt.DecodeExact(strings.TrimSpace(string(data)))
	if t.Kind == jwt.KindJWEJSON {
		compact := t.CompactJWE()
		if compact == "" {
			return nil, errors.New("the JWE in which it is has several recipients, additional data or a header that is not protected, which are not read here, or is no JWE")
		}
		t = jwt.DecodeExact(compact)
	}
	if t.Kind != jwt.KindJWE {
		return data, nil
	}
	plaintext, _, err := jwe.Decrypt(t, []jwk.Key{{Family: jwa.FamilyHMAC, Secret: password}})
	return plaintext, err
}
