package inspect

import (
	"errors"
	"fmt"
	"strings"
)

// Unlock gives a text with private keys in the clear, for Keys to read: each PEM
// block that is encrypted with the password as it would be without (PKCS 8 with
// PBES2 of RFC 8018; the older form with Proc-Type of RFC 1421), and the key in a
// JWE that PBES2 of RFC 7518 encrypts. What is not encrypted stays as it is, so a
// text without encrypted keys comes back unchanged.
func Unlock(data, password []byte) ([]byte, error) {
	out, err := unlock(data, password)
	if err != nil {
		return nil, fmt.Errorf("inspect: unlock a key: %w", err)
	}
	return out, nil
}

func unlock(data, password []byte) ([]byte, error) {
	if clear, ok, err := UnlockPEM(data, password); ok {
		return clear, err
	}
	t := decodeExact(strings.TrimSpace(string(data)))
	if t.Kind == KindJWEJSON {
		compact := t.CompactJWE()
		if compact == "" {
			return nil, errors.New("the JWE in which it is has several recipients, additional data or a header that is not protected, which are not read here, or is no JWE")
		}
		t = decodeExact(compact)
	}
	if t.Kind != KindJWE {
		return data, nil
	}
	plaintext, _, err := Decrypt(t, []Key{{Family: FamilyHMAC, Secret: password}})
	if refused := (*DecryptError)(nil); errors.As(err, &refused) {
		err = refused.Reason
	}
	return plaintext, err
}
