package jwk_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	_ "embed"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io/fs"
	"math/big"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/c2sp/wycheproof"

	"keydeck/model/inspect/internal/tokentest"
	"keydeck/model/inspect/jwa"
	"keydeck/model/inspect/jwk"
	"keydeck/model/inspect/jws"
	"keydeck/model/inspect/jwt"
	"keydeck/model/inspect/lint"
	"keydeck/model/inspect/strict"
)

func TestSecret(t *testing.T) {
	raw := []byte("\xfb\xff\xbe secret?")
	tests := []struct {
		name, text string
		encoding   jwk.Encoding
		want, err  string
	}{
		{"plain", " secret\n", jwk.EncodingPlain, " secret\n", ""},
		{"standard", base64.StdEncoding.EncodeToString(raw), jwk.EncodingBase64, string(raw), ""},
		{"standard without padding", base64.RawStdEncoding.EncodeToString(raw), jwk.EncodingBase64, string(raw), ""},
		{"URL-safe", base64.URLEncoding.EncodeToString(raw), jwk.EncodingBase64, string(raw), ""},
		{"URL-safe without padding", base64.RawURLEncoding.EncodeToString(raw), jwk.EncodingBase64, string(raw), ""},
		{"wrapped", "c2Vj\r\n cmV0\n", jwk.EncodingBase64, "secret", ""},
		{"both alphabets", "+-==", jwk.EncodingBase64, "", "illegal base64"},
		{"not base64", "sec!", jwk.EncodingBase64, "", "illegal base64"},
		{"one sign of padding too few", "c2VjcmV0MQ=", jwk.EncodingBase64, "", "wrong padding"},
		{"three signs of padding", "c2VjcmV0M===", jwk.EncodingBase64, "", "wrong padding"},
		{"hex", "736563726574", jwk.EncodingHex, "secret", ""},
		{"hex with everything", "0x73:65:63 72:65:74\n", jwk.EncodingHex, "secret", ""},
		{"hex in capitals", "0X4A4B", jwk.EncodingHex, "JK", ""},
		{"half a byte", "736", jwk.EncodingHex, "", "odd length"},
		{"not hex", "secret", jwk.EncodingHex, "", "invalid byte"},
		{"empty", "", jwk.EncodingPlain, "", "empty"},
		{"empty base64", " ", jwk.EncodingBase64, "", "empty"},
		{"empty hex", "0x", jwk.EncodingHex, "", "empty"},
		{"PEM", tokentest.Interop().Keys["RSA"].Public, jwk.EncodingPlain, "", "a key in PEM, not a secret"},
		{"no encoding", "secret", "", "", "no encoding"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			k, err := jwk.ReadSecret(tt.text, tt.encoding)
			if tt.err != "" {
				if err == nil || !strings.Contains(err.Error(), tt.err) {
					t.Errorf("error %v, want %q", err, tt.err)
				}
				return
			}
			if err != nil || string(k.Secret) != tt.want || k.Family != jwa.FamilyHMAC {
				t.Errorf("%q, %v, want %q", k.Secret, err, tt.want)
			}
		})
	}
}

func pemOf(t testing.TB, label string, der []byte, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der}))
}

func rsaPEM(t testing.TB, n *big.Int, e int) string {
	t.Helper()
	return pemOf(t, "RSA PUBLIC KEY", x509.MarshalPKCS1PublicKey(&rsa.PublicKey{N: n, E: e}), nil)
}

func certificate(t testing.TB) string {
	t.Helper()
	private := tokentest.Key(t, "ES256").Private.(*ecdsa.PrivateKey)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotAfter: tokentest.Now.Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	return pemOf(t, "CERTIFICATE", der, err)
}

func TestKeys(t *testing.T) {
	in := tokentest.Interop().Keys
	p256 := in["P-256"]
	bit := func(n int) *big.Int {
		return new(big.Int).Add(new(big.Int).Lsh(big.NewInt(1), uint(n-1)), big.NewInt(1))
	}
	p224, err := ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p224DER, err := x509.MarshalPKIXPublicKey(&p224.PublicKey)
	crt := certificate(t)
	block, _ := pem.Decode([]byte(crt))
	octJWK := func(members string) string {
		return `{"kty":"oct","k":"` + tokentest.Base64URL(strings.Repeat("k", 32)) + `",` + members + `}`
	}
	oct := func(kid, secret string) string {
		return `{"kty":"oct","kid":"` + kid + `","k":"` + tokentest.Base64URL(secret) + `"}`
	}
	ec := func(kid string) string {
		return strings.Replace(string(p256.PublicJWK), "{", `{"kid":"`+kid+`",`, 1)
	}
	set := func(keys ...string) string { return `{"keys":[` + strings.Join(keys, ",") + `]}` }
	many := func(n int, key string) string { return set(strings.Repeat(key+",", n-1) + key) }

	tests := []struct {
		name, text string
		want       []string // descriptions
		skipped    []string // a part of each
		err        string   // a part of it
	}{
		{"several PEM blocks", in["RSA"].Public + "text between\n" + p256.Private, []string{"RSA 2048 public key", "EC P-256 private key"}, nil, ""},
		{"text in front", "Bag Attributes\n  friendlyName: x\n" + in["Ed25519"].Public, []string{"Ed25519 public key"}, nil, ""},
		{"a byte order mark in front", "\ufeff" + in["P-521"].Public, []string{"EC P-521 public key"}, nil, ""},
		{"certificate", crt, []string{"EC P-256 public key"}, nil, ""},
		{"certificate in DER", string(block.Bytes), []string{"EC P-256 public key"}, nil, ""},
		{"parameters in front, as openssl has it", "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n" + p256.SEC1, []string{"EC P-256 private key"}, nil, ""},
		{"one good, one encrypted", p256.Public + p256.Encrypted, []string{"EC P-256 public key"}, []string{`"ENCRYPTED PRIVATE KEY": it is encrypted`}, ""},
		{"encrypted", p256.Encrypted, nil, nil, "it is encrypted"},
		{"encrypted, of old", p256.Encrypted1, nil, nil, "it is encrypted"},
		{"OpenSSH private", "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaA==\n-----END OPENSSH PRIVATE KEY-----\n", nil, nil, "OpenSSH's own form"},
		{"OpenSSH public", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI me@here", nil, nil, "an OpenSSH public key"},
		{"a request", "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n", nil, nil, "no key of a known form"},
		{"label of another form", strings.ReplaceAll(p256.Public, "PUBLIC KEY", "PRIVATE KEY"), nil, nil, `"PRIVATE KEY": `},
		{"cut PEM", p256.Public[:100], nil, nil, "the PEM block is broken"},
		{"no PEM block", "-----BEGIN nothing", nil, nil, "the PEM block is broken"},
		{"a curve of no use", pemOf(t, "PUBLIC KEY", p224DER, err), nil, nil, "a key on the curve P-224"},
		{"RSA 1024", rsaPEM(t, bit(1024), 65537), []string{"RSA 1024 public key"}, nil, ""},
		{"RSA 1023", rsaPEM(t, bit(1023), 65537), nil, nil, "an RSA key of 1023 bits"},
		{"RSA 8192", rsaPEM(t, bit(8192), 65537), []string{"RSA 8192 public key"}, nil, ""},
		{"RSA 8193", rsaPEM(t, bit(8193), 65537), nil, nil, "an RSA key of 8193 bits"},
		{"RSA 16384 and a huge exponent", rsaPEM(t, bit(16384), 1<<40+1), nil, nil, "large public exponent"},
		{"exponent over 31 bits", rsaPEM(t, bit(2048), 1<<31+1), nil, nil, "large public exponent"},
		{"exponent of 31 bits", rsaPEM(t, bit(2048), 1<<31-1), []string{"RSA 2048 public key"}, nil, ""},
		{"even exponent", rsaPEM(t, bit(2048), 65536), nil, nil, "exponent 65536"},
		{"even modulus", rsaPEM(t, new(big.Int).Lsh(big.NewInt(1), 2047), 3), nil, nil, "modulus is even"},
		{"RSA 16384", rsaPEM(t, bit(16384), 65537), nil, nil, "an RSA key of 16384 bits"},
		{"DER of that", string(x509.MarshalPKCS1PublicKey(&rsa.PublicKey{N: bit(16384), E: 65537})), nil, nil, "an RSA key of 16384 bits"},
		{"huge block", pemOf(t, "PUBLIC KEY", make([]byte, 1<<20), nil), nil, nil, "1,048,576 bytes"},
		{"huge private block", pemOf(t, "PRIVATE KEY", make([]byte, 1<<14), nil), nil, nil, "16,384 bytes"},
		{"not DER after all", "0\x82hello", nil, nil, "it looks like DER"},
		{"text", "secret", nil, nil, "neither PEM"},
		{"empty", "", nil, nil, "empty"},
		{"white space", " \n", nil, nil, "empty"},
		{"over 8 MiB", strings.Repeat(" ", 8<<20+1), nil, nil, "8,388,609 bytes"},

		{"JWK with everything", " " + octJWK(`"kid":"k","alg":"HS256","use":"sig","key_ops":["sign","verify"],"x":[1]`), []string{"secret of 32 bytes, kid k"}, nil, ""},
		{"JWK for encryption", octJWK(`"use":"enc"`), nil, nil, `it is for use "enc"`},
		{"JWK with key_ops for encryption", octJWK(`"key_ops":["wrapKey"]`), nil, nil, "neither sign nor verify"},
		{"JWK with an algorithm for encryption", octJWK(`"alg":"A256KW"`), nil, nil, `the algorithm "A256KW"`},
		{"JWK with alg none", octJWK(`"alg":"none"`), nil, nil, `the algorithm "none"`},
		{"JWK with an algorithm of another family", octJWK(`"alg":"RS256"`), nil, nil, "it is for RS256, but is a secret of 32 bytes"},
		{"JWK with another curve's algorithm", strings.Replace(string(p256.PublicJWK), "{", `{"alg":"ES384",`, 1), nil, nil, "it is for ES384, but is a EC P-256 public key"},
		{"JWK for ES521, which is ES512", strings.Replace(string(in["P-521"].PublicJWK), "{", `{"alg":"ES521",`, 1), []string{"EC P-521 public key"}, nil, ""},
		{"JWK for ES521 on P-256", strings.Replace(string(p256.PublicJWK), "{", `{"alg":"ES521",`, 1), nil, nil, `the algorithm "ES521"`},
		{"JWK for Ed25519 by that name", strings.Replace(string(in["Ed25519"].PublicJWK), "{", `{"alg":"Ed25519",`, 1), []string{"Ed25519 public key"}, nil, ""},
		{"member twice", octJWK(`"k":"AAAA"`), nil, nil, `member "k" appears twice`},
		{"kid a number", octJWK(`"kid":1`), nil, nil, "kid is not a string"},
		{"key_ops a string", octJWK(`"key_ops":"verify"`), nil, nil, "key_ops is not an array"},
		{"key_ops null", octJWK(`"key_ops":null`), nil, nil, "key_ops is not an array"},
		{"kty missing", `{"k":"AA"}`, nil, nil, "kty is missing"},
		{"kty unknown", `{"kty":"XKP"}`, nil, nil, `unknown kty "XKP"`},
		{"kty in small letters", `{"kty":"rsa"}`, nil, nil, `unknown kty "rsa"`},
		{"k missing", `{"kty":"oct"}`, nil, nil, "k is missing"},
		{"k empty", `{"kty":"oct","k":""}`, nil, nil, "k is empty"},
		{"k with padding", `{"kty":"oct","k":"AA=="}`, nil, nil, "k is not base64url"},
		{"k with spare bits", `{"kty":"oct","k":"AB"}`, nil, nil, "k is not base64url"},
		{"k a number", `{"kty":"oct","k":1}`, nil, nil, "k is not a string"},
		{"crv unknown", `{"kty":"EC","crv":"secp256k1","x":"AA","y":"AA"}`, nil, nil, `unknown crv "secp256k1"`},
		{"X25519", `{"kty":"OKP","crv":"X25519","x":"AA"}`, nil, nil, `unknown crv "X25519"`},
		{"short coordinate", `{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}`, nil, nil, "x has 1 bytes"},
		{"point at zero", `{"kty":"EC","crv":"P-256","x":"` + tokentest.Base64URL(strings.Repeat("\x00", 32)) + `","y":"` + tokentest.Base64URL(strings.Repeat("\x00", 32)) + `"}`, nil, nil, "no point on P-256"},
		{"short Ed25519 key", `{"kty":"OKP","crv":"Ed25519","x":"AA"}`, nil, nil, "1 bytes instead of 32"},
		{"Ed25519 key of small order", `{"kty":"OKP","crv":"Ed25519","x":"` + tokentest.Base64URL("\x01"+strings.Repeat("\x00", 31)) + `"}`, nil, nil, "small order"},
		{"RSA exponent of 100 bits", `{"kty":"RSA","n":"` + tokentest.Base64URL(strings.Repeat("\xff", 256)) + `","e":"` + tokentest.Base64URL(strings.Repeat("\xff", 13)) + `"}`, nil, nil, "e has 104 bits"},
		{"RSA without e", `{"kty":"RSA","n":"` + tokentest.Base64URL(strings.Repeat("\xff", 256)) + `"}`, nil, nil, "e is missing"},
		{"RSA of zero", `{"kty":"RSA","n":"AA","e":"AQAB"}`, nil, nil, "n is zero"},
		{"halves of two keys", strings.Replace(string(p256.JWK), `"d": "`, `"d":"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE","_":"`, 1), nil, nil, "do not belong together"},
		{"RSA halves of two keys", strings.Replace(string(in["RSA"].JWK), `"d": "`, `"d":"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE","_":"`, 1), nil, nil, "its private half is wrong"},
		{"array", `[` + string(p256.PublicJWK) + `]`, nil, nil, "neither PEM"},
		{"JSON of something else", `{"a":1}`, nil, nil, "kty is missing"},
		{"bad JSON", `{"kty":`, nil, nil, "invalid JSON"},

		{"set", set(ec("a"), string(in["Ed25519"].PublicJWK)), []string{"EC P-256 public key, kid a", "Ed25519 public key"}, nil, ""},
		{"set with what is of no use", set(ec("a"), `{"kty":"EC","kid":"b","crv":"P-192"}`, `{"use":"enc","kty":"oct","k":"AA"}`, `7`),
			[]string{"EC P-256 public key, kid a"}, []string{`"b": unknown crv "P-192"`, `3: it is for use "enc"`, `4: JWK: invalid JSON`}, ""},
		{"set of nothing of use", set(`{"kty":"X"}`, `{"kty":"Y"}`), nil, []string{"1: ", "2: "}, `none of use: key 1: unknown kty "X"; and 1 more`},
		{"empty set", set(), nil, nil, "there is no key in it"},
		{"keys an object", `{"keys":{}}`, nil, nil, "keys is not an array"},
		{"keys null", `{"keys":null}`, nil, nil, "keys is not an array"},
		{"one key twice", set(ec("a"), ec("a")), []string{"EC P-256 public key, kid a", "EC P-256 public key, kid a"}, nil, ""},
		{"two keys of one kid", set(oct("a", "1"), oct("a", "2"), oct("b", "3")), []string{"secret of 1 bytes, kid b"}, []string{`"a": another key`, `"a": another key`}, ""},
		{"one kid, and one key is broken", set(oct("a", "1"), `{"kty":"oct","kid":"a","k":"AB"}`, oct("b", "3")), []string{"secret of 1 bytes, kid b"}, []string{`"a": k is not`, `"a": another key`}, ""},
		{"two keys without a kid", set(oct("", "1"), oct("", "2")), []string{"secret of 1 bytes", "secret of 1 bytes"}, nil, ""},
		{"one kid in two families", set(ec("a"), strings.Replace(string(in["RSA"].PublicJWK), "{", `{"kid":"a",`, 1)), []string{"EC P-256 public key, kid a", "RSA 2048 public key, kid a"}, nil, ""},
		{"a secret among public keys", set(oct("s", "1"), ec("a")), []string{"EC P-256 public key, kid a"}, []string{`"s": a secret in a set that also has public keys`}, ""},
		{"10,000 keys are not too many", many(10_000, string(in["Ed25519"].PublicJWK)), nil, nil, ""},
		{"10,001 are", many(10_001, `{"kty":"X"}`), nil, nil, "10001 keys"},
		{"101 private keys", many(101, string(p256.JWK)), nil, nil, "more than 100 private keys"},
		{"101 private keys in PEM", strings.Repeat(p256.Private, 101), nil, nil, "more than 100 private keys"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			keys, skipped, err := jwk.Read([]byte(tt.text), "test")
			if tt.err != "" {
				if err == nil || !strings.Contains(err.Error(), tt.err) {
					t.Errorf("error %v, want %q", err, tt.err)
				}
				if len(keys) > 0 {
					t.Errorf("keys with an error: %v", keys)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, k := range keys {
				got = append(got, k.Describe())
				if k.Source != "test" {
					t.Errorf("source %q", k.Source)
				}
			}
			if tt.want != nil && fmt.Sprint(got) != fmt.Sprint(tt.want) {
				t.Errorf("keys %q, want %q", got, tt.want)
			}
			if len(skipped) != len(tt.skipped) {
				t.Fatalf("skipped %q, want %q", skipped, tt.skipped)
			}
			for i := range skipped {
				if !strings.Contains(skipped[i], tt.skipped[i]) {
					t.Errorf("skipped %q, want %q", skipped[i], tt.skipped[i])
				}
			}
		})
	}
}

func TestGenerateKey(t *testing.T) {
	for _, alg := range jwa.Algorithms {
		k, err := jwk.Generate(nil, alg)
		if err != nil {
			t.Fatal(err)
		}
		if k.ID != k.Thumbprint() || len(k.ID) != 43 || k.Algorithm != alg || k.Family != jwa.FamilyOf(alg) {
			t.Errorf("%s: %+v", alg, k)
		}
		if a, _ := jwa.Lookup(alg); k.Family == jwa.FamilyHMAC && len(k.Secret) != a.Hash.Size() {
			t.Errorf("%s: secret of %d bytes", alg, len(k.Secret))
		}
		if findings := lint.Key(jwt.Token{Algorithm: alg}, k); len(findings) > 0 {
			t.Errorf("%s: %v", alg, findings)
		}
		text, err := k.JWK(true)
		if err != nil {
			t.Fatal(err)
		}
		again := tokentest.ReadKey(t, string(text))
		if !jwk.SameKey(again, k) || again.ID != k.ID || again.Algorithm != alg || again.Use != "sig" {
			t.Errorf("%s: written %s, read %s", alg, text, again.Describe())
		}
		token, err := jws.Sign(`{"alg":"`+alg+`","kid":"`+k.ID+`"}`, tokentest.Claims, k)
		if got := jws.Verify(jwt.Decode(token), []jwk.Key{again}, jws.Expect{Now: tokentest.Now}); err != nil || !got.Good {
			t.Errorf("%s: %+v, %v", alg, got, err)
		}
	}
	if _, err := jwk.Generate(nil, "none"); err == nil {
		t.Error("a key for none")
	}
	if _, err := jwk.Generate(bytes.NewReader(nil), "HS256"); err == nil {
		t.Error("a secret without randomness")
	}
	same := bytes.NewReader(bytes.Repeat([]byte{7}, 32))
	if k, err := jwk.Generate(same, "HS256"); err != nil || !bytes.Equal(k.Secret, bytes.Repeat([]byte{7}, 32)) {
		t.Errorf("secret %v, %v from the given randomness", k.Secret, err)
	}
}

func FuzzKeys(f *testing.F) {
	for _, k := range tokentest.Interop().Keys {
		for _, forms := range []map[string]string{k.PrivateForms, k.PublicForms} {
			for _, text := range forms {
				f.Add([]byte(text))
			}
		}
		f.Add([]byte(k.Encrypted))
	}
	f.Add([]byte(certificate(f)))
	f.Add([]byte(`{"keys":[{"kty":"oct","k":"AAAA","kid":"a"},{"kty":"oct","k":"AAAB","kid":"a"},7]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		keys, _, err := jwk.Read(text, "fuzz")
		if (err == nil) != (len(keys) > 0) {
			t.Errorf("%d keys, %v", len(keys), err)
		}
		for _, k := range keys {
			if k.Thumbprint() == "" || strings.HasPrefix(k.Describe(), "no key") {
				t.Errorf("%+v has no thumbprint or description", k)
			}
			written, err := k.JWK(k.Private != nil || k.Family == jwa.FamilyHMAC)
			if err != nil {
				t.Errorf("%s cannot be written: %v", k.Describe(), err)
				continue
			}
			again, _, err := jwk.Read(written, "again")
			if err != nil || len(again) != 1 || !jwk.SameKey(again[0], k) || again[0].ID != k.ID {
				t.Errorf("written as %s, read again as %v, %v", written, again, err)
			}
			_ = lint.Key(jwt.Token{}, k)
		}
	})
}

// A public key is no secret, in whatever form it is taken for one.
func TestOpenSSHKeyIsNoSecret(t *testing.T) {
	const blob = "AAAAC3NzaC1lZDI1NTE5AAAAIFCOzB4aJ9b2nNxGP4cq0Z0uTJ5uW3m1mJrYkYyWgW0c"
	raw, err := jwk.DecodeBase64(blob)
	if err != nil {
		t.Fatal(err)
	}
	for name, secret := range map[string]string{
		"a line":      "ssh-ed25519 " + blob + " ada@example.com\n",
		"its middle":  blob,
		"binary":      string(raw),
		"SSH2":        "---- BEGIN SSH2 PUBLIC KEY ----\n" + blob + "\n---- END SSH2 PUBLIC KEY ----\n",
		"base64":      base64.StdEncoding.EncodeToString([]byte("ssh-ed25519 " + blob)),
		"PEM, hex":    hex.EncodeToString([]byte(tokentest.Interop().Keys["P-256"].Public)),
		"PEM, base64": base64.StdEncoding.EncodeToString([]byte(tokentest.Interop().Keys["P-256"].Public)),
		"ECDSA":       "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTY= x",
	} {
		k := jwk.Key{Family: jwa.FamilyHMAC, Secret: []byte(secret)}
		v := jws.Verify(jwt.Decode(tokentest.Sign(t, k, "HS256", `{"alg":"HS256"}`, tokentest.Claims)), []jwk.Key{k}, jws.Expect{Now: tokentest.Now})
		if v.Outcome != jws.WrongKey || !strings.Contains(v.Because, "the text of a key taken for one") {
			t.Errorf("%s: %+v", name, v)
		}
	}
	k := jwk.Key{Family: jwa.FamilyHMAC, Secret: []byte("ssh is spoken of in this secret, and that is no fault of it")}
	if v := jws.Verify(jwt.Decode(tokentest.Sign(t, k, "HS256", `{"alg":"HS256"}`, tokentest.Claims)), []jwk.Key{k}, jws.Expect{Now: tokentest.Now}); !v.Good {
		t.Errorf("a secret that speaks of ssh: %+v", v)
	}
}

func TestKeyForms(t *testing.T) {
	for name, k := range tokentest.Interop().Keys {
		whole := tokentest.ReadKey(t, string(k.JWK))
		if got := whole.Thumbprint(); got != k.Thumbprint {
			t.Errorf("%s: thumbprint %s, want %s", name, got, k.Thumbprint)
		}
		for form, text := range k.PrivateForms {
			got := tokentest.ReadKey(t, text)
			if !jwk.SameKey(got, whole) || got.Family != whole.Family || (got.Private == nil) != (got.Family == jwa.FamilyHMAC) {
				t.Errorf("%s as %s: %s", name, form, got.Describe())
			}
		}
		for form, text := range k.PublicForms {
			if got := tokentest.ReadKey(t, text); !jwk.SameKey(got, whole) || got.Private != nil {
				t.Errorf("%s as %s: %s", name, form, got.Describe())
			}
		}
	}
}

// TestKeyWriting wants what is written to be what jose and OpenSSL write, and to
// be read back.
func TestKeyWriting(t *testing.T) {
	members := func(text []byte) (m map[string]any) {
		if err := json.Unmarshal(text, &m); err != nil {
			t.Fatalf("%v in %s", err, text)
		}
		return m
	}
	for name, k := range tokentest.Interop().Keys {
		whole := tokentest.ReadKey(t, string(k.JWK))
		if got, err := whole.JWK(true); err != nil || !reflect.DeepEqual(members(got), members(k.JWK)) {
			t.Errorf("%s: private JWK %s, %v, want %s", name, got, err, k.JWK)
		}
		if k.Secret != "" {
			if _, err := whole.JWK(false); err == nil {
				t.Error("a secret is written as a public JWK")
			}
			if _, err := whole.PEM(true); err == nil {
				t.Error("a secret is written as PEM")
			}
			continue
		}
		if got, err := whole.JWK(false); err != nil || !reflect.DeepEqual(members(got), members(k.PublicJWK)) {
			t.Errorf("%s: public JWK %s, %v, want %s", name, got, err, k.PublicJWK)
		}
		if got, err := whole.PEM(true); err != nil || string(got) != k.Private {
			t.Errorf("%s: private PEM %s, %v, want %s", name, got, err, k.Private)
		}
		if got, err := whole.PEM(false); err != nil || string(got) != k.Public {
			t.Errorf("%s: public PEM %s, %v, want %s", name, got, err, k.Public)
		}
		public := tokentest.ReadKey(t, k.Public)
		if _, err := public.JWK(true); err == nil {
			t.Errorf("%s: a public key is written as a private JWK", name)
		}
		if _, err := public.PEM(true); err == nil {
			t.Errorf("%s: a public key is written as a private PEM", name)
		}
	}
}

func TestMLDSABadJWK(t *testing.T) {
	good, err := tokentest.Key(t, "ML-DSA-44").JWK(true)
	if err != nil {
		t.Fatal(err)
	}
	other, err := jwk.Generate(nil, "ML-DSA-44")
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := other.JWK(true)
	if err != nil {
		t.Fatal(err)
	}
	member := func(key []byte, name string) string {
		o, err := strict.ParseObject(string(key), 2)
		if err != nil {
			t.Fatal(err)
		}
		m, _ := o.Get(name)
		return m.Raw
	}
	change := func(old, replacement string) []byte { return bytes.Replace(good, []byte(old), []byte(replacement), 1) }
	for _, tt := range []struct {
		name string
		jwk  []byte
		want string
	}{
		{"another alg", change(`"ML-DSA-44"`, `"ML-DSA-65"`), "pub is no key for ML-DSA-65: it has 1312 bytes, such a one has 1952"},
		{"no alg", change(`"alg":"ML-DSA-44",`, ``), `unknown alg "" of an AKP key`},
		{"an alg of another kind", change(`"ML-DSA-44"`, `"ES256"`), `unknown alg "ES256" of an AKP key`},
		{"a short seed", change(member(good, "priv"), `"AAAA"`), "priv has 3 bytes, the seed of ML-DSA-44 has 32"},
		{"the seed of another", change(member(good, "priv"), member(foreign, "priv")), "priv and the public half do not belong together"},
		{"no pub", change(`"pub":`, `"bup":`), "pub"},
	} {
		if _, _, err := jwk.Read(tt.jwk, "x"); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
	}
}

func TestBareDER(t *testing.T) {
	for name, k := range tokentest.Interop().Keys {
		for form, text := range map[string]string{"public": k.Public, "private": k.Private} {
			block, _ := pem.Decode([]byte(text))
			if block == nil {
				continue
			}
			lines := strings.Split(strings.TrimSpace(text), "\n")
			bare := strings.Join(lines[1:len(lines)-1], "\n")
			for _, variant := range []string{bare, strings.ReplaceAll(bare, "\n", ""), "  " + strings.TrimRight(bare, "=") + "\n"} {
				if got, want := tokentest.ReadKey(t, variant).Thumbprint(), tokentest.ReadKey(t, text).Thumbprint(); got != want {
					t.Errorf("%s, %s: %s, want %s", name, form, got, want)
				}
			}
			if !jwk.IsPublicKey([]byte(bare)) {
				t.Errorf("%s, %s: as a secret nobody takes it for a key", name, form)
			}
		}
	}
	for _, text := range []string{"M", "MIIB", "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA", strings.Repeat("M", 1000)} {
		if keys, _, err := jwk.Read([]byte(text), "test"); err == nil {
			t.Errorf("%q is read as %v", text, keys)
		}
	}
}

// TestROCA knows the one key of the vectors that has the fingerprint, and takes
// none of the others for one.
func TestROCA(t *testing.T) {
	found := 0
	err := fs.WalkDir(wycheproof.TestVectors, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasPrefix(name, "json_web_") {
			return err
		}
		for _, g := range tokentest.LoadVectors(t, name).TestGroups {
			roca := strings.Contains(g.Comment, "roca")
			keys, _, _ := jwk.Read(g.Private, "")
			for _, k := range keys {
				public, ok := k.Public.(*rsa.PublicKey)
				if !ok {
					continue
				}
				if jwk.IsROCA(public.N) != roca {
					t.Errorf("%s, %s: fingerprint %v", name, g.Comment, !roca)
				}
				if roca {
					found++
				}
			}
		}
		return nil
	})
	if err != nil || found == 0 {
		t.Errorf("%d keys with the fingerprint, %v", found, err)
	}
}
