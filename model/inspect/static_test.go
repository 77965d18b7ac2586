package inspect_test

import (
	"strings"
	"testing"

	"keydeck/model"
	"keydeck/model/inspect"
	"keydeck/model/inspect/jwt"
)

// TestStaticKeysAreFound pastes a key of every static kind as people have it.
func TestStaticKeysAreFound(t *testing.T) {
	for _, kind := range model.CredentialKinds {
		if kind.Spec().Prefix == "" {
			continue
		}
		key := model.FormatKey(kind, strings.Repeat("Ab3", 12)+"x")
		for name, pasted := range map[string]string{
			"bare":    key,
			"curl":    "curl -i http://127.0.0.1:8000/ -H 'Authorization: " + key + "'",
			"header":  "x-api-key: " + key,
			"env":     "KEY=" + key,
			"mail":    "Here is the key:\n\n" + key + "\n\nBye",
			"wrapped": key[:30] + "\n" + key[30:],
		} {
			got := inspect.Decode(pasted)
			if got.Raw != key || got.Kind != jwt.Kind(kind) || got.Credential != kind || got.StaticKey == nil || got.StaticKey.Checksum != jwt.ChecksumGood {
				t.Errorf("%s, %s: %q of kind %s, credential %s", kind, name, got.Raw, got.Kind, got.Credential)
			}
			if got.Kind.Description() != kind.Name() {
				t.Errorf("%s is described as %q", kind, got.Kind.Description())
			}
		}
	}
}
