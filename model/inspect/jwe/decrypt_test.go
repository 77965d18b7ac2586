package jwe_test

import (
	"bytes"
	"compress/flate"
	"encoding/hex"
	"strings"
	"testing"

	"keydeck/model/inspect"
	"keydeck/model/inspect/internal/tokentest"
	"keydeck/model/inspect/jwa"
	"keydeck/model/inspect/jwk"
	"keydeck/model/inspect/jws"
	"keydeck/model/inspect/jwt"
)

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
	if n := len(tokentest.Interop().Encrypted); n != 11 {
		t.Fatalf("%d tokens", n)
	}
	for _, v := range tokentest.Interop().Encrypted {
		k := jwk.Key{Family: jwa.FamilyHMAC, Secret: []byte("correct horse")}
		if v.Key != "password" {
			k = tokentest.ReadKey(t, string(tokentest.Interop().Keys[v.Key].JWK))
		}
		k.Source = "mine"
		got, err := inspect.Open(inspect.Decode(v.Token), []jwk.Key{k})
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
		if got.Nested == nil || !jws.Verify(*got.Nested, []jwk.Key{tokentest.Key(t, "RS256")}, jws.Expect{Now: tokentest.Now}).Good {
			t.Errorf("%s: the token within is not good: %q", v.Alg, got.Plaintext)
		}
		if _, err := inspect.Open(inspect.Decode(v.Token), []jwk.Key{tokentest.Key(t, "ES256"), tokentest.Key(t, "ES384"), tokentest.Key(t, "ES512")}); err != nil {
			t.Errorf("%s among the other curves: %v", v.Alg, err)
		}
	}
}

func TestDecryptRefuses(t *testing.T) {
	key := []byte("0123456789abcdef")
	k := jwk.Key{Family: jwa.FamilyHMAC, Secret: key}
	const header = `{"alg":"dir","enc":"A128GCM"}`
	good := tokentest.Encrypt(t, key, header, []byte("plain"))
	with := func(h string) string { return tokentest.Encrypt(t, key, h, []byte("plain")) }
	change := func(f func(*jwk.Key)) jwk.Key { k := k; f(&k); return k }
	tests := []struct {
		name, token string
		keys        []jwk.Key
		want        string // "" for the plaintext
	}{
		{"good", good, []jwk.Key{k}, ""},
		{"packed", tokentest.Encrypt(t, key, `{"alg":"dir","enc":"A128GCM","zip":"DEF"}`, pack(t, []byte("plain"))), []jwk.Key{k}, ""},
		{"its alg in the key", good, []jwk.Key{change(func(k *jwk.Key) { k.Algorithm, k.Use, k.Operations = "A128GCM", "enc", []string{"decrypt"} })}, ""},
		{"the second key", good, []jwk.Key{change(func(k *jwk.Key) { k.Secret = bytes.Repeat([]byte("x"), 16) }), k}, ""},
		{"the key that kid names", with(`{"alg":"dir","enc":"A128GCM","kid":"b"}`), []jwk.Key{change(func(k *jwk.Key) { k.ID, k.Secret = "b", bytes.Repeat([]byte("x"), 16) }), k}, "no key opens it"},
		{"another key", good, []jwk.Key{change(func(k *jwk.Key) { k.Secret = bytes.Repeat([]byte("x"), 16) })}, "no key opens it"},
		{"a key too long", good, []jwk.Key{change(func(k *jwk.Key) { k.Secret = bytes.Repeat([]byte("x"), 32) })}, "another length"},
		{"no key", good, nil, "there is no key"},
		{"a key of another kind", good, []jwk.Key{tokentest.Key(t, "RS256")}, "dir takes a shared key"},
		{"a key for signatures", good, []jwk.Key{change(func(k *jwk.Key) { k.Use = "sig" })}, `it is for use "sig"`},
		{"a key that wraps", good, []jwk.Key{change(func(k *jwk.Key) { k.Operations = []string{"wrapKey"} })}, "none of which opens"},
		{"a key for another algorithm", good, []jwk.Key{change(func(k *jwk.Key) { k.Algorithm = "A128KW" })}, "the key is for"},
		{"changed", good[:len(good)-4] + "AAAA", []jwk.Key{k}, "no key opens it"},
		{"short tag", good[:len(good)-6], []jwk.Key{k}, "no key opens it"},
		{"padding", good + "==", []jwk.Key{k}, "authentication tag"},
		{"a blank within", strings.Replace(good, ".", " .", 1), []jwk.Key{k}, "blanks"},
		{"crit", with(`{"alg":"dir","enc":"A128GCM","crit":["x"]}`), []jwk.Key{k}, "crit is not supported"},
		{"zip of another kind", with(`{"alg":"dir","enc":"A128GCM","zip":"GZ"}`), []jwk.Key{k}, "zip is not DEF"},
		{"zip of nothing packed", with(`{"alg":"dir","enc":"A128GCM","zip":"DEF"}`), []jwk.Key{k}, "no key opens it"},
		{"zip of too much", tokentest.Encrypt(t, key, `{"alg":"dir","enc":"A128GCM","zip":"DEF"}`, pack(t, make([]byte, 64<<20))), []jwk.Key{k}, "unpacked it is over"},
		{"alg twice", with(`{"alg":"dir","enc":"A128GCM","alg":"dir"}`), []jwk.Key{k}, "appears twice"},
		{"alg a number", with(`{"alg":1,"enc":"A128GCM"}`), []jwk.Key{k}, "alg is not a string"},
		{"unknown enc", with(`{"alg":"dir","enc":"A128CTR"}`), []jwk.Key{k}, "A128CTR"},
		{"RSA1_5", with(`{"alg":"RSA1_5","enc":"A128GCM"}`), []jwk.Key{tokentest.Key(t, "RS256")}, `the algorithm "RSA1_5" is not opened here`},
		{"dir with a wrapped key", strings.Replace(good, "..", ".AAAA.", 1), []jwk.Key{k}, "no key opens it"},
		{"epk missing", with(`{"alg":"ECDH-ES","enc":"A128GCM"}`), []jwk.Key{tokentest.Key(t, "ES256")}, "its header: epk is missing"},
		{"epk on another curve", with(`{"alg":"ECDH-ES","enc":"A128GCM","epk":` + string(tokentest.Interop().Keys["P-384"].PublicJWK) + `}`), []jwk.Key{tokentest.Key(t, "ES256")}, "its header: epk is not on the curve of the key"},
		{"too few rounds", with(`{"alg":"PBES2-HS256+A128KW","enc":"A128GCM","p2c":1,"p2s":"AAAAAAAAAAAAAAA"}`), []jwk.Key{k}, "its header: p2c is 1; rounds from 1000 to 1000000 are taken"},
		{"rounds for minutes", with(`{"alg":"PBES2-HS256+A128KW","enc":"A128GCM","p2c":2000000000,"p2s":"AAAAAAAAAAAAAAA"}`), []jwk.Key{k}, "its header: p2c is 2000000000; rounds"},
		{"rounds that are no number", with(`{"alg":"PBES2-HS256+A128KW","enc":"A128GCM","p2c":"1000","p2s":"AAAAAAAAAAAAAAA"}`), []jwk.Key{k}, "its header: p2c is \"1000\"; rounds"},
		{"a signed token", tokentest.JWS(`{"alg":"HS256"}`, `{}`), []jwk.Key{k}, "no encrypted token"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := inspect.Open(inspect.Decode(tt.token), tt.keys)
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
	if got := (inspect.Opened{Plaintext: []byte{0xff}}).Text(); got != "" {
		t.Errorf("bytes that are no text read %q", got)
	}
}

// What a key of another name can open is not what the token asks for.
func TestDecryptGoesByTheKeyID(t *testing.T) {
	key := []byte("0123456789abcdef")
	token := inspect.Decode(tokentest.Encrypt(t, key, `{"alg":"dir","enc":"A128GCM","kid":"a"}`, []byte("plain")))
	named := func(id string) jwk.Key { return jwk.Key{ID: id, Family: jwa.FamilyHMAC, Secret: key} }
	for _, tt := range []struct {
		name string
		keys []jwk.Key
		want string // of the error, "" if it opens
	}{
		{"the one", []jwk.Key{named("b"), named("a")}, ""},
		{"without an id", []jwk.Key{named("b"), named("")}, ""},
		{"of another id", []jwk.Key{named("b")}, `its kid "a" is not that of the key (b)`},
		{"of other ids", []jwk.Key{named("b"), named("c")}, `its kid "a" names none of the 2 keys (b, c)`},
	} {
		_, err := inspect.Open(token, tt.keys)
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
	}
}

func FuzzDecrypt(f *testing.F) {
	key := []byte("0123456789abcdef")
	keys := []jwk.Key{{Family: jwa.FamilyHMAC, Secret: key}, tokentest.Key(f, "ES256"), tokentest.Key(f, "RS256")}
	good := tokentest.Encrypt(f, key, `{"alg":"dir","enc":"A128GCM"}`, []byte("plain"))
	f.Add(good, "")
	for _, v := range tokentest.Interop().Encrypted {
		f.Add(v.Token, "x")
	}
	opened := map[string]bool{good: true}
	for _, v := range tokentest.Interop().Encrypted {
		opened[v.Token] = true
	}
	f.Fuzz(func(t *testing.T, token, tail string) {
		decoded := inspect.Decode(token + tail)
		if got, err := inspect.Open(decoded, keys); err == nil && !opened[decoded.Raw] {
			t.Errorf("%q was opened: %q", decoded.Raw, got.Plaintext)
		}
	})
}

// TestWycheproofEncryption opens every JWE with the group's private key, and wants
// none to pass for a signed token. RSA1_5 is not opened at all.
func TestWycheproofEncryption(t *testing.T) {
	opened, refused := 0, 0
	for _, name := range []string{"json_web_encryption_test.json", "json_web_crypto_test.json"} {
		for _, g := range tokentest.LoadVectors(t, name).TestGroups {
			keys, _, keysErr := jwk.ReadForDecryption(g.Private, "group")
			for _, v := range g.Tests {
				if v.JWE == nil {
					continue
				}
				token := inspect.Decode(v.Text(v.JWE))
				if got := jws.Verify(token, keys, jws.Expect{Now: tokentest.Now}); got.Good || got.Outcome != jws.CannotVerify {
					t.Errorf("%s %d %q: %+v", name, v.ID, v.Comment, got)
				}
				if v.Result == "valid" && (token.Kind != jwt.KindJWE || len(token.Problems) > 0) {
					t.Errorf("%s %d %q: %s with %v", name, v.ID, v.Comment, token.Kind, token.Problems)
				}
				got, err := inspect.Open(token, keys)
				if token.Algorithm == "RSA1_5" {
					if err == nil {
						t.Errorf("%s %d %q: RSA1_5 was opened", name, v.ID, v.Comment)
					}
					continue
				}
				if (err == nil) != (v.Result == "valid") {
					t.Errorf("%s %d %q (%s, %s): %v, keys %v, want %s", name, v.ID, v.Comment, token.Algorithm, token.Encryption, err, keysErr, v.Result)
				}
				if err != nil {
					refused++
					continue
				}
				if opened++; v.PT != "" && hex.EncodeToString(got.Plaintext) != v.PT {
					t.Errorf("%s %d %q: plaintext %x, want %s", name, v.ID, v.Comment, got.Plaintext, v.PT)
				}
			}
		}
	}
	if opened < 30 || refused < 80 {
		t.Errorf("%d opened and %d refused", opened, refused)
	}
}
