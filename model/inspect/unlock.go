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

// Unlock gives a text with private keys in the clear, for Keys to read: each PEM
// block that is encrypted with the password as it would be without (PKCS 8 with
// PBES2 of RFC 8018; the older form with Proc-Type of RFC 1421), and the key in a
// JWE that PBES2 of RFC 7518 encrypts. What is not encrypted stays as it is, so a
// text without encrypted keys comes back unchanged.
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
	if refused := (*jwe.Error)(nil); errors.As(err, &refused) {
		err = refused.Reason
	}
	return plaintext, err
}
