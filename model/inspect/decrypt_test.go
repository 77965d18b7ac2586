package inspect

import (
	"bytes"
	"compress/flate"
	"crypto/aes"
	"crypto/cipher"
	"strings"
	"testing"
	"time"
)

// seal makes a JWE with dir and A128GCM, however wrong the header is.
func seal(t testing.TB, key []byte, header string, plaintext []byte) string {
	t.Helper()
	block, err := aes.NewCipher(key)
	if err != nil {
		t.Fatal(err)
	}
	a, err := cipher.NewGCM(block)
	if err != nil {
		t.Fatal(err)
	}
	iv := bytes.Repeat([]byte{1}, a.NonceSize())
	sealed := a.Seal(nil, iv, plaintext, []byte(b64(header)))
	cut := len(sealed) - a.Overhead()
	return strings.Join([]string{b64(header), "", base64url(iv), base64url(sealed[:cut]), base64url(sealed[cut:])}, ".")
}

func pack(t testing.TB, text []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestCompression)
	if err == nil {
		_, err = w.Write(text)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestInteropEncrypted opens what jose encrypted.
func TestInteropEncrypted(t *testing.T) {
	if n := len(interop().Encrypted); n != 11 {
		t.Fatalf("%d tokens", n)
	}
	for _, v := range interop().Encrypted {
		k := Key{Family: FamilyHMAC, Secret: []byte("correct horse")}
		if v.Key != "password" {
			k = keyOf(t, string(interop().Keys[v.Key].JWK))
		}
		k.Source = "mine"
		got, err := Decode(v.Token).Decrypt([]Key{k})
		if err != nil || got.Key != "mine" {
			t.Errorf("%s with %s: %v", v.Alg, v.Key, err)
			continue
		}
		if !strings.HasPrefix(v.Alg, "ECDH") {
			if got.Text() != "plain" || got.Nested != nil {
				t.Errorf("%s: %q", v.Alg, got.Plaintext)
			}
			continue
		}
		if got.Nested == nil || !got.Nested.Verify([]Key{testKey(t, "RS256")}, Expect{Now: now}).Good {
			t.Errorf("%s: the token within is not good: %q", v.Alg, got.Plaintext)
		}
		if _, err := Decode(v.Token).Decrypt([]Key{testKey(t, "ES256"), testKey(t, "ES384"), testKey(t, "ES512")}); err != nil {
			t.Errorf("%s among the other curves: %v", v.Alg, err)
		}
	}
}

func TestDecryptRefuses(t *testing.T) {
	key := []byte("0123456789abcdef")
	k := Key{Family: FamilyHMAC, Secret: key}
	const header = `{"alg":"dir","enc":"A128GCM"}`
	good := seal(t, key, header, []byte("plain"))
	with := func(h string) string { return seal(t, key, h, []byte("plain")) }
	change := func(f func(*Key)) Key { k := k; f(&k); return k }
	tests := []struct {
		name, token string
		keys        []Key
		want        string // "" for the plaintext
	}{
		{"good", good, []Key{k}, ""},
		{"packed", seal(t, key, `{"alg":"dir","enc":"A128GCM","zip":"DEF"}`, pack(t, []byte("plain"))), []Key{k}, ""},
		{"its alg in the key", good, []Key{change(func(k *Key) { k.Algorithm, k.Use, k.Operations = "A128GCM", "enc", []string{"decrypt"} })}, ""},
		{"the second key", good, []Key{change(func(k *Key) { k.Secret = bytes.Repeat([]byte("x"), 16) }), k}, ""},
		{"the key that kid names", with(`{"alg":"dir","enc":"A128GCM","kid":"b"}`), []Key{change(func(k *Key) { k.ID, k.Secret = "b", bytes.Repeat([]byte("x"), 16) }), k}, "no key opens it"},
		{"another key", good, []Key{change(func(k *Key) { k.Secret = bytes.Repeat([]byte("x"), 16) })}, "no key opens it"},
		{"a key too long", good, []Key{change(func(k *Key) { k.Secret = bytes.Repeat([]byte("x"), 32) })}, "another length"},
		{"no key", good, nil, "there is no key"},
		{"a key of another kind", good, []Key{testKey(t, "RS256")}, "dir takes a shared key"},
		{"a key for signatures", good, []Key{change(func(k *Key) { k.Use = "sig" })}, `it is for use "sig"`},
		{"a key that wraps", good, []Key{change(func(k *Key) { k.Operations = []string{"wrapKey"} })}, "none of which opens"},
		{"a key for another algorithm", good, []Key{change(func(k *Key) { k.Algorithm = "A128KW" })}, "the key is for"},
		{"changed", good[:len(good)-4] + "AAAA", []Key{k}, "no key opens it"},
		{"short tag", good[:len(good)-6], []Key{k}, "no key opens it"},
		{"padding", good + "==", []Key{k}, "authentication tag"},
		{"a blank within", strings.Replace(good, ".", " .", 1), []Key{k}, "blanks"},
		{"crit", with(`{"alg":"dir","enc":"A128GCM","crit":["x"]}`), []Key{k}, "crit is not supported"},
		{"zip of another kind", with(`{"alg":"dir","enc":"A128GCM","zip":"GZ"}`), []Key{k}, "zip is not DEF"},
		{"zip of nothing packed", with(`{"alg":"dir","enc":"A128GCM","zip":"DEF"}`), []Key{k}, "no key opens it"},
		{"zip of too much", seal(t, key, `{"alg":"dir","enc":"A128GCM","zip":"DEF"}`, pack(t, make([]byte, 64<<20))), []Key{k}, "unpacked it is over"},
		{"alg twice", with(`{"alg":"dir","enc":"A128GCM","alg":"dir"}`), []Key{k}, "appears twice"},
		{"alg a number", with(`{"alg":1,"enc":"A128GCM"}`), []Key{k}, "alg is not a string"},
		{"unknown enc", with(`{"alg":"dir","enc":"A128CTR"}`), []Key{k}, "A128CTR"},
		{"RSA1_5", with(`{"alg":"RSA1_5","enc":"A128GCM"}`), []Key{testKey(t, "RS256")}, `the algorithm "RSA1_5" is not opened here`},
		{"dir with a wrapped key", strings.Replace(good, "..", ".AAAA.", 1), []Key{k}, "no key opens it"},
		{"epk missing", with(`{"alg":"ECDH-ES","enc":"A128GCM"}`), []Key{testKey(t, "ES256")}, "no key opens it"},
		{"epk on another curve", with(`{"alg":"ECDH-ES","enc":"A128GCM","epk":` + string(interop().Keys["P-384"].PublicJWK) + `}`), []Key{testKey(t, "ES256")}, "no key opens it"},
		{"too few rounds", with(`{"alg":"PBES2-HS256+A128KW","enc":"A128GCM","p2c":1,"p2s":"AAAAAAAAAAAAAAA"}`), []Key{k}, "no key opens it"},
		{"rounds for minutes", with(`{"alg":"PBES2-HS256+A128KW","enc":"A128GCM","p2c":2000000000,"p2s":"AAAAAAAAAAAAAAA"}`), []Key{k}, "no key opens it"},
		{"rounds that are no number", with(`{"alg":"PBES2-HS256+A128KW","enc":"A128GCM","p2c":"1000","p2s":"AAAAAAAAAAAAAAA"}`), []Key{k}, "no key opens it"},
		{"a signed token", jws(`{"alg":"HS256"}`, `{}`), []Key{k}, "no encrypted token"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Decode(tt.token).Decrypt(tt.keys)
			if tt.want == "" {
				if err != nil || got.Text() != "plain" {
					t.Errorf("%q, %v", got.Plaintext, err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), tt.want) || got.Plaintext != nil {
				t.Errorf("%q, %v, want %q", got.Plaintext, err, tt.want)
			}
		})
	}
	if got := (Opened{Plaintext: []byte{0xff}}).Text(); got != "" {
		t.Errorf("bytes that are no text read %q", got)
	}
}

func TestDecryptedClaims(t *testing.T) {
	key := []byte("0123456789abcdef")
	k := Key{Family: FamilyHMAC, Secret: key}
	open := func(plain string) Opened {
		t.Helper()
		got, err := Decode(seal(t, key, `{"alg":"dir","enc":"A128GCM"}`, []byte(plain))).Decrypt([]Key{k})
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	bare := open(`{"exp":1}`)
	if bare.Nested != nil || bare.Claims == nil {
		t.Fatalf("bare claims: nested %v, claims %v", bare.Nested, bare.Claims)
	}
	if got := bare.Claims.Clocks(time.Unix(2, 0)).Verdict; got != VerdictExpired {
		t.Errorf("verdict %q, want expired", got)
	}
	if len(bare.Claims.Findings) == 0 {
		t.Error("no aud, and no finding")
	}
	signer := Key{Family: FamilyHMAC, Secret: []byte("an uncommonly good secret, is it?")}
	nested := open(forge(t, signer, "HS256", `{"alg":"HS256"}`, `{"exp":9}`))
	if nested.Claims != nil || nested.Nested == nil {
		t.Fatalf("nested %v, claims %v", nested.Nested, nested.Claims)
	}
	if v := nested.Nested.Verify([]Key{signer}, Expect{Now: time.Unix(2, 0)}); !v.Good {
		t.Errorf("the token within: %s", v)
	}
	if text := open("plain"); text.Claims != nil || text.Nested != nil {
		t.Errorf("text: nested %v, claims %v", text.Nested, text.Claims)
	}
}

func FuzzDecrypt(f *testing.F) {
	key := []byte("0123456789abcdef")
	keys := []Key{{Family: FamilyHMAC, Secret: key}, testKey(f, "ES256"), testKey(f, "RS256")}
	good := seal(f, key, `{"alg":"dir","enc":"A128GCM"}`, []byte("plain"))
	f.Add(good, "")
	for _, v := range interop().Encrypted {
		f.Add(v.Token, "x")
	}
	opened := map[string]bool{good: true}
	for _, v := range interop().Encrypted {
		opened[v.Token] = true
	}
	f.Fuzz(func(t *testing.T, token, tail string) {
		decoded := Decode(token + tail)
		if got, err := decoded.Decrypt(keys); err == nil && !opened[decoded.Raw] {
			t.Errorf("%q was opened: %q", decoded.Raw, got.Plaintext)
		}
	})
}
