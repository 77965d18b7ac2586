// Package tokentest makes tokens and keys for the tests of package inspect and of
// those below it.
package tokentest

import (
	"bytes"
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdsa"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"testing"
	"time"

	"filippo.io/mldsa"
	"github.com/c2sp/wycheproof"

	"keydeck/model"
	"keydeck/model/inspect/jwa"
	"keydeck/model/inspect/jwk"
	"keydeck/model/inspect/jwt"
)

func Base64URL(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

// JWS makes a token whose signature has the length that its algorithm makes.
func JWS(header, payload string) string {
	signature := strings.Repeat("signature", 4)[:32]
	if strings.Contains(header, `"alg":"RS`) {
		signature = strings.Repeat(signature, 8)
	}
	return Base64URL(header) + "." + Base64URL(payload) + "." + Base64URL(signature)
}

// JWE makes an encrypted token without an encrypted key.
func JWE(header string) string {
	return Base64URL(header) + ".." + Base64URL("twelve bytes") + "." + Base64URL("ciphertext") + "." + Base64URL("sixteen bytes ok")
}

var (
	StaticKey = model.FormatKey(model.KindAPIKey, strings.Repeat("Ab3", 12)+"x")
	Now       = time.Unix(1_700_000_000, 0)
)

// Sample is a token of the length that tokens have, so that it gets wrapped.
var Sample = JWS(`{"alg":"HS256","typ":"JWT","kid":"0193a1b2-0000-7000-8000-000000000000"}`,
	`{"iss":"https://issuer.example","sub":"0193a1b2-0000-7000-8000-000000000001","aud":"https://api.example","iat":1700000000,"exp":1700000060}`)

// Wrap breaks s into lines of n characters with the indentation in front of all
// but the first.
func Wrap(s string, n int, indent string) string {
	var b strings.Builder
	for i := 0; i < len(s); i += n {
		if i > 0 {
			b.WriteString("\n" + indent)
		}
		b.WriteString(s[i:min(len(s), i+n)])
	}
	return b.String()
}

var (
	Account      = base64.StdEncoding.EncodeToString([]byte("ABC123:" + StaticKey))
	RefreshToken = strings.Repeat("aZ0-_", 17) + "x"
)

func HasRule(t jwt.Token, rule string) bool {
	for _, f := range t.Findings {
		if f.Rule == rule {
			return true
		}
	}
	return false
}

const Signature = "c2lnbmF0dXJlc2lnbmF0dXJlc2lnbmF0dXJlc2lnbmE" // 32 bytes

func Problems(t jwt.Token) string { return fmt.Sprint(t.Problems) }

func Rules(t jwt.Token) string {
	out := make([]string, 0, len(t.Findings))
	for _, f := range t.Findings {
		out = append(out, string(f.Severity)+" "+f.Rule)
	}
	return strings.Join(out, ", ")
}

const Claims = `{"iss":"me","aud":["a","b"],"iat":1699999940,"exp":1700000060}`

// Sign signs any header and payload, however wrong they are.
func Sign(t testing.TB, k jwk.Key, alg, header, payload string) string {
	t.Helper()
	return SignText(t, k, alg, Base64URL(header)+"."+Base64URL(payload))
}

// SignText puts a signature behind any text.
func SignText(t testing.TB, k jwk.Key, alg, signed string) string {
	t.Helper()
	made, err := makeSignature(k, alg, []byte(signed))
	if err != nil {
		t.Fatal(err)
	}
	return signed + "." + Base64URL(string(made))
}

// makeSignature is made by the standard library alone, so that the tests do not check the
// project's signatures with themselves.
func makeSignature(k jwk.Key, alg string, signed []byte) ([]byte, error) {
	hashes := map[string]crypto.Hash{"256": crypto.SHA256, "384": crypto.SHA384, "512": crypto.SHA512}
	hash := hashes[alg[2:]]
	digest := signed
	if hash != 0 && k.Secret == nil {
		h := hash.New()
		h.Write(signed)
		digest = h.Sum(nil)
	}
	switch private := k.Private.(type) {
	case nil:
		mac := hmac.New(hash.New, k.Secret)
		mac.Write(signed)
		return mac.Sum(nil), nil
	case *rsa.PrivateKey:
		if alg[:2] == "PS" {
			return rsa.SignPSS(rand.Reader, private, hash, digest, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash})
		}
		return rsa.SignPKCS1v15(nil, private, hash, digest)
	case *ecdsa.PrivateKey:
		size := (private.Params().BitSize + 7) / 8
		out := make([]byte, 2*size)
		r, s, err := ecdsa.Sign(rand.Reader, private, digest)
		if err != nil {
			return nil, err
		}
		r.FillBytes(out[:size])
		s.FillBytes(out[size:])
		return out, nil
	case crypto.Signer:
		return private.Sign(nil, signed, crypto.Hash(0))
	}
	return nil, fmt.Errorf("no signature with a %T", k.Private)
}

func WithSignature(token string, signature []byte) string {
	return token[:strings.LastIndexByte(token, '.')+1] + Base64URL(string(signature))
}

// InteropKey is a key as OpenSSL and jose wrote it, in every form they have.
type InteropKey struct {
	Secret       string
	Private      string          // PKCS 8
	Public       string          // PKIX
	PKCS1        string          // RSA
	PKCS1Public  string          // RSA
	SEC1         string          // EC
	Encrypted    string          // PKCS 8 with a password
	Encrypted1   string          // SEC 1 with a password
	JWK          json.RawMessage // of jose
	PublicJWK    json.RawMessage
	Thumbprint   string
	PrivateForms map[string]string
	PublicForms  map[string]string
}

//go:embed testdata/interop.json
var interopJSON []byte

// Interop holds keys of OpenSSL and jose, and tokens that PyJWT, jsonwebtoken and
// jose signed with them.
var Interop = sync.OnceValue(func() (out struct {
	Keys      map[string]*InteropKey
	Tokens    []struct{ By, Alg, Key, Token string }
	Encrypted []struct{ Alg, Key, Token string }
}) {
	if err := json.Unmarshal(interopJSON, &out); err != nil {
		panic(err)
	}
	for _, k := range out.Keys {
		k.PrivateForms = map[string]string{"JWK": string(k.JWK), "PKCS 8": k.Private, "PKCS 1": k.PKCS1, "SEC 1": k.SEC1}
		k.PublicForms = map[string]string{"JWK": string(k.PublicJWK), "PKIX": k.Public, "PKCS 1 public": k.PKCS1Public}
		if k.PublicJWK != nil {
			k.PublicForms["JWKS"] = `{"keys":[` + string(k.PublicJWK) + `]}`
			k.PublicForms["PEM in an environment variable"] = strings.ReplaceAll(k.Public, "\n", `\n`)
			k.PublicForms["PEM with Windows line breaks"] = strings.ReplaceAll(k.Public, "\n", "\r\n")
		}
		for _, forms := range []map[string]string{k.PrivateForms, k.PublicForms} {
			for form, text := range forms {
				if block, _ := pem.Decode([]byte(text)); block != nil {
					forms[form+" DER"] = string(block.Bytes)
				} else if text == "" {
					delete(forms, form)
				}
			}
		}
	}
	return out
})

// ReadKey reads a key of interop in one form.
func ReadKey(t testing.TB, text string) jwk.Key {
	t.Helper()
	keys, skipped, err := jwk.Read([]byte(text), "test")
	if err != nil || len(keys) != 1 || len(skipped) != 0 {
		t.Fatalf("%d keys, skipped %v, %v", len(keys), skipped, err)
	}
	return keys[0]
}

// Key is a private key or secret for the algorithm.
func Key(t testing.TB, alg string) jwk.Key {
	t.Helper()
	if a, _ := jwa.Lookup(alg); a.Family == jwa.FamilyMLDSA {
		return MLDSAKey(t, a)
	}
	names := map[jwa.Family]string{jwa.FamilyHMAC: "secret", jwa.FamilyRSA: "RSA", jwa.FamilyEd: "Ed25519"}
	name := names[jwa.FamilyOf(alg)]
	if name == "" {
		name = map[string]string{"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}[alg]
	}
	return ReadKey(t, string(Interop().Keys[name].JWK))
}

// MLDSAKey is the private key for the algorithm whose seed is all ones.
func MLDSAKey(t testing.TB, a jwa.Algorithm) jwk.Key {
	t.Helper()
	private, err := mldsa.NewPrivateKey(a.Parameters, bytes.Repeat([]byte{1}, mldsa.PrivateKeySize))
	if err != nil {
		t.Fatal(err)
	}
	k := jwk.Key{Algorithm: a.Name, Family: jwa.FamilyMLDSA, Public: private.PublicKey(), Private: private}
	k.ID = k.Thumbprint()
	return k
}

// Encrypt makes a JWE with dir and A128GCM, however wrong the header is.
func Encrypt(t testing.TB, key []byte, header string, plaintext []byte) string {
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
	sealed := a.Seal(nil, iv, plaintext, []byte(Base64URL(header)))
	cut := len(sealed) - a.Overhead()
	return strings.Join([]string{Base64URL(header), "", Base64URL(string(iv)), Base64URL(string(sealed[:cut])), Base64URL(string(sealed[cut:]))}, ".")
}

// Vectors is what the JSON Web files of Wycheproof hold.
type Vectors struct {
	NumberOfTests int
	TestGroups    []struct {
		Type    string
		Comment string
		Public  json.RawMessage
		Private json.RawMessage
		Tests   []Vector
	}
}

type Vector struct {
	ID      int `json:"tcId"`
	Comment string
	Result  string
	JWS     json.RawMessage
	JWE     json.RawMessage
	PT      string // of a JWE, in hex
}

// Text is a token as it would be pasted: a compact one without its quotes.
func (v Vector) Text(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	return string(raw)
}

func LoadVectors(t testing.TB, name string) Vectors {
	t.Helper()
	data, err := fs.ReadFile(wycheproof.TestVectors, name)
	if err != nil {
		t.Fatal(err)
	}
	var v Vectors
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, g := range v.TestGroups {
		n += len(g.Tests)
	}
	if n == 0 || n != v.NumberOfTests {
		t.Fatalf("%d tests in %s, it says %d", n, name, v.NumberOfTests)
	}
	return v
}
