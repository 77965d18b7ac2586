package inspect

import (
	_ "embed"
	"encoding/json"
	"encoding/pem"
	"strings"
	"testing"

	"keydeck/model/inspect/internal/tokentest"
	"keydeck/model/inspect/jwk"
)

// One P-256 key, in the clear and encrypted with the password "correct horse": by
// openssl in each of its formats, and by jose as a JWE.
//
//go:embed testdata/locked.json
var lockedJSON []byte

func lockedKeys(t testing.TB) map[string]string {
	t.Helper()
	var all map[string]string
	if err := json.Unmarshal(lockedJSON, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestUnlock(t *testing.T) {
	all := lockedKeys(t)
	want := tokentest.ReadKey(t, all["clear"]).Thumbprint()
	for _, tt := range []struct{ name, err string }{
		{"clear", ""},
		{"p8aes256", ""},
		{"p8aes128sha512", ""},
		{"p8des3sha1", ""},
		{"legacy", ""},
		{"jwe_compact", ""},
		{"jwe_flattened", ""},
		{"p8scrypt", "stretched in a way that is not read here"},
		{"p8v1", "encrypted in a way that is not read here"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := all[tt.name]
			if tt.name != "clear" {
				if _, _, err := jwk.Read([]byte(text), "test"); err == nil {
					t.Error("it is read without the password")
				}
			}
			clear, err := Unlock([]byte(text), []byte("correct horse"))
			if tt.err != "" {
				if err == nil || !strings.Contains(err.Error(), tt.err) {
					t.Errorf("%v, want %q", err, tt.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			k := tokentest.ReadKey(t, string(clear))
			if k.Private == nil || k.Thumbprint() != want {
				t.Errorf("another key: %s", k.Describe())
			}
			// One wrong password in 256 yields valid padding by chance; what it decrypts
			// to must not parse as a key.
			for _, wrong := range []string{"", "correct", "correct horse "} {
				clear, err := Unlock([]byte(text), []byte(wrong))
				if err != nil || tt.name == "clear" {
					continue
				}
				if keys, _, err := jwk.Read(clear, "test"); err == nil {
					t.Errorf("the password %q gives %v", wrong, keys)
				}
			}
		})
	}
	twice := strings.Replace(all["jwe_flattened"], "{", `{"tag":"AAAA",`, 1)
	for name, text := range map[string]string{"no compact form": all["jwe_general"], "a member twice": twice} {
		if got, err := Unlock([]byte(text), []byte("correct horse")); err == nil || !strings.Contains(err.Error(), "which are not read here") {
			t.Errorf("a JWE with %s: %.40q, %v", name, got, err)
		}
	}
	block, _ := pem.Decode([]byte(all["p8aes256"]))
	if _, _, err := jwk.Read(block.Bytes, "test"); !jwk.IsEncrypted(err) {
		t.Errorf("encrypted DER without a password: %v", err)
	}
	clear, err := Unlock(block.Bytes, []byte("correct horse"))
	if err != nil || tokentest.ReadKey(t, string(clear)).Thumbprint() != want {
		t.Errorf("encrypted DER: %v", err)
	}
	if _, _, err := jwk.Read([]byte(all["p8aes256"]), "test"); err == nil || !strings.Contains(err.Error(), "encrypted with a password") {
		t.Errorf("without a password: %v", err)
	}
}

func TestUnlockSeveral(t *testing.T) {
	all := lockedKeys(t)
	public, err := tokentest.ReadKey(t, all["clear"]).PEM(false)
	if err != nil {
		t.Fatal(err)
	}
	clear, err := Unlock([]byte(string(public)+all["p8aes256"]+all["legacy"]), []byte("correct horse"))
	if err != nil {
		t.Fatal(err)
	}
	keys, skipped, err := jwk.Read(clear, "test")
	if err != nil || len(keys) != 3 || len(skipped) != 0 || keys[0].Private != nil || keys[1].Private == nil || keys[2].Private == nil {
		t.Errorf("%d keys, %v, %v", len(keys), skipped, err)
	}
	if _, err := Unlock([]byte(strings.Repeat(all["p8aes128sha512"], 11)), []byte("correct horse")); err == nil || !strings.Contains(err.Error(), "more than 10") {
		t.Errorf("eleven encrypted keys: %v", err)
	}
}

func FuzzUnlock(f *testing.F) {
	for name, text := range lockedKeys(f) {
		if block, _ := pem.Decode([]byte(text)); block != nil && name != "p8aes128sha512" {
			f.Add(block.Bytes)
		}
	}
	f.Fuzz(func(t *testing.T, der []byte) {
		if len(der) > 1<<10 {
			return
		}
		text := pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: der})
		if clear, err := Unlock(text, []byte("wrong")); err == nil {
			_, _, _ = jwk.Read(clear, "test")
		}
	})
}
