package inspect

import (
	"bytes"
	"compress/flate"
	"crypto/aes"
	"crypto/cipher"
	"slices"
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
		got, err := Open(Decode(v.Token), []Key{k})
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
		if got.Nested == nil || !Verify(*got.Nested, []Key{testKey(t, "RS256")}, Expect{Now: now}).Good {
			t.Errorf("%s: the token within is not good: %q", v.Alg, got.Plaintext)
		}
		if _, err := Open(Decode(v.Token), []Key{testKey(t, "ES256"), testKey(t, "ES384"), testKey(t, "ES512")}); err != nil {
			t.Errorf("%s among the other curves: %v", v.Alg, err)
		}
	}
}

// What is encrypted may be any text, and any text may have a dot in it.
func TestDecryptedTextIsNoToken(t *testing.T) {
	key := []byte("0123456789abcdef")
	for _, text := range []string{"Dear Ada. Yours.", "a.b.c", "..", "x"} {
		o, err := Open(Decode(seal(t, key, `{"alg":"dir","enc":"A128GCM"}`, []byte(text))), []Key{{Family: FamilyHMAC, Secret: key}})
		if err != nil || o.Nested != nil || o.Claims != nil || o.Text() != text {
			t.Errorf("%q: %+v, %v", text, o, err)
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
		{"epk missing", with(`{"alg":"ECDH-ES","enc":"A128GCM"}`), []Key{testKey(t, "ES256")}, "its header: epk is missing"},
		{"epk on another curve", with(`{"alg":"ECDH-ES","enc":"A128GCM","epk":` + string(interop().Keys["P-384"].PublicJWK) + `}`), []Key{testKey(t, "ES256")}, "its header: epk is not on the curve of the key"},
		{"too few rounds", with(`{"alg":"PBES2-HS256+A128KW","enc":"A128GCM","p2c":1,"p2s":"AAAAAAAAAAAAAAA"}`), []Key{k}, "its header: p2c is 1; rounds from 1000 to 1000000 are taken"},
		{"rounds for minutes", with(`{"alg":"PBES2-HS256+A128KW","enc":"A128GCM","p2c":2000000000,"p2s":"AAAAAAAAAAAAAAA"}`), []Key{k}, "its header: p2c is 2000000000; rounds"},
		{"rounds that are no number", with(`{"alg":"PBES2-HS256+A128KW","enc":"A128GCM","p2c":"1000","p2s":"AAAAAAAAAAAAAAA"}`), []Key{k}, "its header: p2c is \"1000\"; rounds"},
		{"a signed token", jws(`{"alg":"HS256"}`, `{}`), []Key{k}, "no encrypted token"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Open(Decode(tt.token), tt.keys)
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
		got, err := Open(Decode(seal(t, key, `{"alg":"dir","enc":"A128GCM"}`, []byte(plain))), []Key{k})
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
	if v := Verify(*nested.Nested, []Key{signer}, Expect{Now: time.Unix(2, 0)}); !v.Good {
		t.Errorf("the token within: %s", v)
	}
	if text := open("plain"); text.Claims != nil || text.Nested != nil {
		t.Errorf("text: nested %v, claims %v", text.Nested, text.Claims)
	}
}

// What a key of another name can open is not what the token asks for.
func TestDecryptGoesByTheKeyID(t *testing.T) {
	key := []byte("0123456789abcdef")
	token := Decode(seal(t, key, `{"alg":"dir","enc":"A128GCM","kid":"a"}`, []byte("plain")))
	named := func(id string) Key { return Key{ID: id, Family: FamilyHMAC, Secret: key} }
	for _, tt := range []struct {
		name string
		keys []Key
		want string // of the error, "" if it opens
	}{
		{"the one", []Key{named("b"), named("a")}, ""},
		{"without an id", []Key{named("b"), named("")}, ""},
		{"of another id", []Key{named("b")}, `its kid "a" is not that of the key (b)`},
		{"of other ids", []Key{named("b"), named("c")}, `its kid "a" names none of the 2 keys (b, c)`},
	} {
		_, err := Open(token, tt.keys)
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
	}
}

func TestOpenAndVerify(t *testing.T) {
	key := []byte("0123456789abcdef")
	opening := []Key{{Family: FamilyHMAC, Secret: key}}
	signer := Key{ID: "s", Family: FamilyHMAC, Secret: []byte("an uncommonly good secret, is it?")}
	within := forge(t, signer, "HS256", `{"alg":"HS256"}`, `{"exp":9,"iss":"me"}`)
	sealed := func(plain string) Token {
		return Decode(seal(t, key, `{"alg":"dir","enc":"A128GCM","cty":"JWT"}`, []byte(plain)))
	}
	e := Expect{Now: time.Unix(2, 0), Issuer: "me"}
	for _, tt := range []struct {
		name    string
		token   Token
		opening []Key
		keys    []Key
		want    string // of the verdict
		fails   bool
	}{
		{"signed within", sealed(within), opening, []Key{signer}, "verified by kid s, and yet not good: it came encrypted; a Keydeck server takes signed tokens alone", false},
		{"signed by another", sealed(within), opening, []Key{{Family: FamilyHMAC, Secret: []byte("another uncommonly good secret...")}}, "bad signature: ", false},
		{"no key to verify with", sealed(within), opening, nil, "not verified", false},
		{"not opened", sealed(within), nil, []Key{signer}, "cannot verify, because it is encrypted, and was not opened", true},
		{"bare claims", sealed(`{"exp":9}`), opening, []Key{signer}, "cannot verify, because what was encrypted is no signed token", false},
		{"encrypted twice", sealed(sealed(within).Raw), opening, []Key{signer}, "cannot verify, because it is encrypted, not signed", false},
		{"not encrypted", Decode(within), opening, []Key{signer}, "cannot verify, because it is encrypted, and was not opened", true},
	} {
		_, v, err := OpenAndVerify(tt.token, tt.opening, tt.keys, e)
		if (err != nil) != tt.fails || v.Good || !strings.HasPrefix(v.String(), tt.want) {
			t.Errorf("%s: %s, good %v, %v, want %q", tt.name, v, v.Good, err, tt.want)
		}
	}
}

func TestExpected(t *testing.T) {
	k := Key{Family: FamilyHMAC, Secret: []byte("an uncommonly good secret, is it?")}
	signed := Decode(forge(t, k, "HS256", `{"alg":"HS256","typ":"JWT"}`, `{"iss":"me","aud":["a","b"],"sub":7}`))
	for _, tt := range []struct {
		name   string
		token  Token
		expect Expect
		want   []Check
	}{
		{"nothing", signed, Expect{}, []Check{}},
		{"all of it", signed, Expect{Issuer: "me", Audience: "b", Type: "jwt"}, []Check{{Claim: "typ", Good: true, Text: `typ is "JWT", as expected`}, {Claim: "iss", Good: true, Text: `iss is "me", as expected`}, {Claim: "aud", Good: true, Text: `aud is "b", as expected`}}},
		{"none of it", signed, Expect{Issuer: "you", Audience: "c"}, []Check{{Claim: "iss", Text: `iss is "me", expected is "you"`}, {Claim: "aud", Text: `aud is ["a","b"], expected is "c"`}}},
		{"no signed token", Decode("sk_1"), Expect{Issuer: "me", Type: "JWT"}, []Check{{Claim: "typ", Text: `typ is "", expected is "JWT"`}, {Claim: "iss", Text: `no iss, expected is "me"`}}},
	} {
		if got := Expected(tt.token, tt.expect); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %+v, want %+v", tt.name, got, tt.want)
		}
	}
}

func TestReportOfNestedTokens(t *testing.T) {
	k := Key{Family: FamilyHMAC, Secret: []byte("an uncommonly good secret, is it?")}
	inner := forge(t, k, "HS256", `{"alg":"HS256"}`, `{"exp":9}`)
	middle := forge(t, k, "HS256", `{"alg":"HS256"}`, `{"exp":99,"inner":"`+inner+`"}`)
	token := Decode(forge(t, k, "HS256", `{"alg":"HS256"}`, `{"token":"`+middle+`"}`))
	r := token.Report(time.Unix(50, 0))
	if got := r.Nested[0].Clocks.Verdict; got != VerdictActive {
		t.Errorf("the token within is %s", got)
	}
	if got := r.Nested[0].Token.Nested[0].Clocks.Verdict; got != VerdictExpired {
		t.Errorf("the token within that is %s", got)
	}
	if token.Nested[0].Clocks != nil || token.Nested[0].Token.Nested[0].Clocks != nil {
		t.Error("a report has written into the token it is of")
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
		if got, err := Open(decoded, keys); err == nil && !opened[decoded.Raw] {
			t.Errorf("%q was opened: %q", decoded.Raw, got.Plaintext)
		}
	})
}

// A line break within base64 is a fault, though the library passes over it.
func TestDecodeStrictRefusesLineBreaks(t *testing.T) {
	for segment, want := range map[string]string{
		"AA\nAA": "x: invalid base64 at byte 2", "AAA=": "x: base64 with padding at byte 3", "AB": "x: base64 with spare bits that are not zero at byte 1", "A": "x: invalid base64 at byte 1: a character is missing or one too many",
	} {
		if _, err := DecodeStrict("x", segment); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %q", segment, err, want)
		}
	}
}
