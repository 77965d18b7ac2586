package jwk

import (
	"fmt"
	"slices"

	"keydeck/model/inspect/jwa"
)

// ForSignatures says why a key is not for signatures, nil if it is.
func (k Key) ForSignatures() error {
	if k.Use != "" && k.Use != "sig" {
		return fmt.Errorf("it is for use %.32q, not for signatures", k.Use)
	}
	if k.Operations != nil && !slices.Contains(k.Operations, "verify") && !slices.Contains(k.Operations, "sign") {
		return fmt.Errorf("its key_ops are %.64q, neither sign nor verify", k.Operations)
	}
	if k.Algorithm == "" {
		return nil
	}
	a, ok := jwa.Lookup(k.Algorithm)
	switch {
	case !ok:
		return fmt.Errorf("it is for the algorithm %.32q, which is not one for signatures that is known here", k.Algorithm)
	case !k.Suits(a):
		return fmt.Errorf("it is for %s, but is a %s: %s", a.Name, k.Summary(), a.Takes())
	}
	return nil
}

// ReadForDecryption is Read for keys that decrypt: it skips those that are for
// signatures.
func ReadForDecryption(data []byte, source string) (keys []Key, skipped []string, err error) {
	return keysFor(data, source, Key.ForEncryption)
}

// ForEncryption says why a key is not for decryption, nil if it is.
func (k Key) ForEncryption() error {
	if k.Use != "" && k.Use != "enc" {
		return fmt.Errorf("it is for use %.32q, not for encryption", k.Use)
	}
	mayOpen := func(op string) bool {
		return op == "decrypt" || op == "unwrapKey" || op == "deriveKey" || op == "deriveBits"
	}
	if k.Operations != nil && !slices.ContainsFunc(k.Operations, mayOpen) {
		return fmt.Errorf("its key_ops are %.64q, none of which opens a token", k.Operations)
	}
	return nil
}
