package tokens

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"keydeck/model/inspect/jwa"
	"keydeck/model/inspect/jwk"
	"keydeck/model/inspect/jws"
	"keydeck/ui/tui/tuitest"
	"keydeck/ui/tui/tuitest/fake"
)

const (
	hs256      = `{"alg":"HS256","typ":"JWT"}`
	sealSecret = "0123456789abcdef"
)

var base64url = base64.RawURLEncoding.EncodeToString

// signedHMAC is signed with longSecret, whatever its payload is.
func signedHMAC(header, payload string) string {
	token, err := jws.Sign(header, payload, jwk.Key{Family: jwa.FamilyHMAC, Secret: []byte(longSecret)})
	if err != nil {
		panic(err)
	}
	return token
}

// fakeClaims end then, a quarter of an hour after they began. The tests' clock
// begins in the year 2000.
func fakeClaims(left time.Duration) string {
	exp := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).Add(left).Unix()
	return fmt.Sprintf(`{"sub":"ada","aud":"shop","iat":%d,"exp":%d}`, exp-900, exp)
}

// noneToken is unsigned and expires in the year 2001.
var noneToken = base64url([]byte(`{"alg":"none"}`)) + "." + base64url([]byte(`{"sub":"bob","exp":978307200}`)) + "."

// payloadToken has another token for a payload.
func payloadToken(inner string) string {
	return base64url([]byte(`{"alg":"HS256","typ":"JWT","cty":"JWT"}`)) + "." + base64url([]byte(inner)) + "." + base64url(bytes.Repeat([]byte{7}, 32))
}

func pairToken(r *tuitest.Rig) {
	raw, err := json.Marshal(map[string]string{"apiKey": signedHMAC(hs256, fakeClaims(-3*time.Minute)), "secretKey": signedHMAC(hs256, fakeClaims(time.Hour))})
	if err != nil {
		panic(err)
	}
	r.Send(tea.PasteMsg{Content: string(raw)})
}

// jsonSignature is one of a token in JSON form.
type jsonSignature struct {
	Protected string          `json:"protected,omitempty"`
	Header    json.RawMessage `json:"header,omitempty"`
	Signature string          `json:"signature"`
}

func jsonForm(payload string, list ...jsonSignature) string {
	raw, err := json.Marshal(map[string]any{"payload": base64url([]byte(payload)), "signatures": list})
	if err != nil {
		panic(err)
	}
	return string(raw)
}

// signatureOf is the signature of a compact token, with a header beside it that it
// does not cover.
func signatureOf(compact, header string) jsonSignature {
	parts := strings.Split(compact, ".")
	return jsonSignature{parts[0], json.RawMessage(header), parts[2]}
}

// jsonHeaders has signatures with headers of every kind, as in RFC 7515, appendix
// A.6, and beyond.
var jsonHeaders = jsonForm(fakeClaims(time.Hour),
	signatureOf(signedHMAC(hs256, fakeClaims(time.Hour)), `{"kid":"2010-12-29"}`),
	signatureOf(signedHMAC(`{"alg":"HS256","kid":"k2"}`, fakeClaims(time.Hour)), ""),
	jsonSignature{"", json.RawMessage(`{"alg":"HS256","kid":"k3"}`), "c2ln"},
	signatureOf(signedHMAC(`{"alg":"HS256","kid":"k4"}`, fakeClaims(time.Hour)), `{"kid":"k5"}`),
)

func hostileClaims() string {
	raw, err := json.Marshal(map[string]any{fake.HostileText: fake.HostileText, "exp": 1})
	if err != nil {
		panic(err)
	}
	return string(raw)
}

func hostileJSON() string {
	raw, err := json.Marshal(map[string]string{"kid": fake.HostileText, fake.HostileText: fake.HostileText})
	if err != nil {
		panic(err)
	}
	return jsonForm(fakeClaims(time.Hour), signatureOf(signedHMAC(hs256, fakeClaims(time.Hour)), string(raw)), jsonSignature{base64url([]byte(`{"alg":"HS256"}`)), raw, fake.HostileText})
}

const jsonSealed = `{"protected":"eyJlbmMiOiJBMTI4R0NNIn0","unprotected":{"jku":"https://issuer.example/keys"},` +
	`"recipients":[{"header":{"alg":"RSA-OAEP","kid":"2011-04-29"},"encrypted_key":"AAAA"},{"header":{"alg":"A128KW","kid":"7"},"encrypted_key":"AAAA"}],` +
	`"iv":"AAAAAAAAAAAAAAAA","ciphertext":"AAAA","tag":"AAAAAAAAAAAAAAAAAAAAAA"}`

// rsaSealed is the header of a token for the holder of an RSA key, which cannot be
// opened here.
const rsaSealed = `{"alg":"RSA-OAEP-256","enc":"A128GCM","kid":"rsa-1"}`

func sealedFor(header string) string {
	return strings.Join([]string{base64url([]byte(header)), base64url(bytes.Repeat([]byte{1}, 256)), base64url(make([]byte, 12)), "AAAA", base64url(make([]byte, 16))}, ".")
}

// sealed is a token that sealSecret opens.
func sealed(plaintext string) string {
	return sealedWith(`{"alg":"dir","enc":"A128GCM"}`, "", []byte(sealSecret), plaintext)
}

// sealedWith encrypts a text with AES-GCM.
func sealedWith(header, encryptedKey string, key []byte, plaintext string) string {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err)
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	iv := bytes.Repeat([]byte{1}, gcm.NonceSize())
	box := gcm.Seal(nil, iv, []byte(plaintext), []byte(base64url([]byte(header))))
	cut := len(box) - gcm.Overhead()
	return strings.Join([]string{base64url([]byte(header)), encryptedKey, base64url(iv), base64url(box[:cut]), base64url(box[cut:])}, ".")
}

// openWith opens the token that is looked at with a shared secret.
func openWith(secret string) func(*tuitest.Rig) {
	return func(r *tuitest.Rig) {
		r.Keys("v")
		r.Send(tea.PasteMsg{Content: secret})
		r.Keys("enter")
	}
}
