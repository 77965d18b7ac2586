package inspect

import (
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"
	"time"
)

// A key that came in a certificate is good for as long as that is.
func TestCertificateOutOfItsTime(t *testing.T) {
	k := testKey(t, "ES256")
	signer, ok := k.Private.(crypto.Signer)
	if !ok {
		t.Fatal("no signer")
	}
	certified := func(from, until time.Time) Key {
		template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: from, NotAfter: until}
		der, err := x509.CreateCertificate(rand.Reader, template, template, signer.Public(), signer)
		if err != nil {
			t.Fatal(err)
		}
		return keyOf(t, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
	}
	token := decode(forge(t, k, "ES256", `{"alg":"ES256"}`, goodClaims))
	const year = 365 * 24 * time.Hour
	for _, tt := range []struct {
		name        string
		from, until time.Time
		want        string
	}{
		{"in its time", now.Add(-year), now.Add(year), "verified by test"},
		{"over", now.Add(-4 * year), now.Add(-3 * year), "verified by test, and yet not good: the key's certificate expired 3 years ago"},
		{"not begun", now.Add(2 * year), now.Add(3 * year), "verified by test, and yet not good: the key's certificate begins in 2 years"},
	} {
		v := Verify(token, []Key{certified(tt.from, tt.until)}, Expect{Now: now})
		if v.String() != tt.want || v.Good == strings.Contains(tt.want, "not good") {
			t.Errorf("%s: %s, good %v, want %s", tt.name, v, v.Good, tt.want)
		}
	}
}
