package token

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"keydeck/model"
)

var (
	now    = time.Unix(1_700_000_000, 0)
	secret = []byte(strings.Repeat("0123456789abcdef", 4))
	hmacID = Key{ID: "k", Algorithm: HS256, Secret: secret}
	rules  = Rules{Now: now, Leeway: 30 * time.Second}
)

// testRSA makes the one RSA key of the tests, of the smallest size taken.
var testRSA = sync.OnceValue(func() Key {
	private, err := rsa.GenerateKey(rand.Reader, minRSABits)
	if err != nil {
		panic(err)
	}
	return rsaKey("r", private)
})

func b64(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

// forge signs any header and payload with key, however wrong they are.
func forge(t testing.TB, key Key, header, payload string) string {
	t.Helper()
	return forgeRaw(t, key, b64(header)+"."+b64(payload))
}

func forgeRaw(t testing.TB, key Key, signed string) string {
	t.Helper()
	method, material, refusal := key.signer()
	if refusal != nil {
		t.Fatal(refusal)
	}
	signature, err := method.Sign(signed, material)
	if err != nil {
		t.Fatal(err)
	}
	return signed + "." + base64.RawURLEncoding.EncodeToString(signature)
}

// reason is the word of a refusal, "" for none. Any other kind of error fails the
// test.
func reason(t testing.TB, err error) model.Reason {
	t.Helper()
	if err == nil {
		return ""
	}
	var refusal *Error
	if !errors.As(err, &refusal) || refusal.Detail == "" {
		t.Fatalf("error %v (%T), want an *Error with a detail", err, err)
	}
	return refusal.Reason
}
