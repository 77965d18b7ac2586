package jws_test

import (
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"
	"time"

	"keydeck/model/inspect/internal/tokentest"
	"keydeck/model/inspect/jwk"
	"keydeck/model/inspect/jws"
	"keydeck/model/inspect/jwt"
	"keydeck/model/inspect/verdict"
)

// A key that came in a certificate is good for as long as that is.
func TestCertificateOutOfItsTime(t *testing.T) {
	k := tokentest.Key(t, "ES256")
	signer, ok := k.Private.(crypto.Signer)
	if !ok {
		t.Fatal("no signer")
	}
	certified := func(from, until time.Time) jwk.Key {
		template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: from, NotAfter: until}
		der, err := x509.CreateCertificate(rand.Reader, template, template, signer.Public(), signer)
		if err != nil {
			t.Fatal(err)
		}
		return tokentest.ReadKey(t, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
	}
	token := jwt.Decode(tokentest.Sign(t, k, "ES256", `{"alg":"ES256"}`, tokentest.Claims))
	const year = 365 * 24 * time.Hour
	for _, tt := range []struct {
		name        string
		from, until time.Time
		want        string
	}{
		{"in its time", tokentest.Now.Add(-year), tokentest.Now.Add(year), "verified by test"},
		{"over", tokentest.Now.Add(-4 * year), tokentest.Now.Add(-3*year - 24*time.Hour), "verified by test, and yet not good: the key's certificate expired 3 years ago"},
		{"not begun", tokentest.Now.Add(2 * year), tokentest.Now.Add(3 * year), "verified by test, and yet not good: the key's certificate begins in 730 d"},
	} {
		v := jws.Verify(token, []jwk.Key{certified(tt.from, tt.until)}, jws.Expect{Now: tokentest.Now})
		said := verdict.Of(verdict.Case{Token: &token, Keys: &v, Now: tokentest.Now}).String()
		if said != tt.want || v.Good == strings.Contains(tt.want, "not good") {
			t.Errorf("%s: %s, good %v, want %s", tt.name, said, v.Good, tt.want)
		}
	}
}
