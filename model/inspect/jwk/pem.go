package jwk

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"

	"filippo.io/mldsa"
	mldsax509 "filippo.io/mldsa/x509" // crypto/x509, and ML-DSA (RFC 9881)

	"keydeck/model/inspect/jwa"
)

// Limits on one key, far more than is needed. A private one is read with
// arithmetic that takes the longer the larger its numbers.
const (
	maxDER        = 64 << 10 // a public key or a certificate
	maxPrivateDER = 8 << 10  // RSA 8192 needs under 5 KiB
)

func isPEM(data []byte) bool { return bytes.Contains(data, []byte("-----BEGIN ")) }

// unfoldPEM gives a PEM text its line breaks: in one that came through an
// environment variable they may be written \n.
func unfoldPEM(data []byte) []byte {
	if bytes.Contains(data, []byte("\n")) {
		return data
	}
	return bytes.ReplaceAll(data, []byte(`\n`), []byte("\n"))
}

// readPEM reads every block of a PEM text.
func readPEM(data []byte) (keys []Key, skipped []string, err error) {
	data = unfoldPEM(data)
	private := 0
	for blocks := 1; ; blocks++ {
		block, rest := pem.Decode(data)
		if block == nil {
			break
		}
		if data = rest; blocks > maxKeys {
			return nil, nil, fmt.Errorf("more than %d PEM blocks", maxKeys)
		}
		if block.Type == "EC PARAMETERS" {
			continue // openssl writes it in front of the key, which names its curve itself
		}
		k, err := parseBlock(block)
		if k.Private != nil {
			if private++; private > maxPrivate {
				return nil, nil, fmt.Errorf("more than %d private keys", maxPrivate)
			}
		}
		if err != nil {
			skipped = append(skipped, fmt.Sprintf("PEM block %.64q: %v", block.Type, err))
			continue
		}
		keys = append(keys, k)
	}
	if len(keys) == 0 && len(skipped) == 0 {
		return nil, nil, errors.New("the PEM block is broken: its base64 cannot be read, or the END line is missing or another one")
	}
	return keys, skipped, nil
}

var errLocked = errors.New(locked + `; "openssl pkey" with the password writes it in the clear`)

// parseBlock reads one block by its label (RFC 7468).
func parseBlock(b *pem.Block) (Key, error) {
	if isLocked(b) {
		return Key{}, errLocked
	}
	if limit := derLimit(strings.HasSuffix(b.Type, "PRIVATE KEY")); len(b.Bytes) > limit {
		return Key{}, tooLongDER(b.Bytes, limit)
	}
	switch b.Type {
	case "PUBLIC KEY":
		return fromParser(mldsax509.ParsePKIXPublicKey(b.Bytes))
	case "RSA PUBLIC KEY":
		return fromParser(x509.ParsePKCS1PublicKey(b.Bytes))
	case "PRIVATE KEY":
		return fromParser(mldsax509.ParsePKCS8PrivateKey(b.Bytes))
	case "RSA PRIVATE KEY":
		return fromParser(x509.ParsePKCS1PrivateKey(b.Bytes))
	case "EC PRIVATE KEY":
		return fromParser(x509.ParseECPrivateKey(b.Bytes))
	case "CERTIFICATE", "X509 CERTIFICATE":
		return ParseCertificate(b.Bytes)
	case "OPENSSH PRIVATE KEY":
		return Key{}, errors.New(`it is in OpenSSH's own form; "ssh-keygen -p -m PKCS8" writes it as PKCS 8`)
	}
	return Key{}, errors.New("it holds no key of a known form")
}

// parseDER tries every form that parseBlock tells by the label.
func parseDER(der []byte) (Key, error) {
	if len(der) > maxDER {
		return Key{}, tooLongDER(der, maxDER)
	}
	if isLockedDER(der) {
		return Key{}, errLocked
	}
	parsers := []struct {
		form    string
		private bool
		parse   func([]byte) (Key, error)
	}{
		{"PKIX", false, func(b []byte) (Key, error) { return fromParser(mldsax509.ParsePKIXPublicKey(b)) }},
		{"PKCS 8", true, func(b []byte) (Key, error) { return fromParser(mldsax509.ParsePKCS8PrivateKey(b)) }},
		{"PKCS 1 public", false, func(b []byte) (Key, error) { return fromParser(x509.ParsePKCS1PublicKey(b)) }},
		{"PKCS 1 private", true, func(b []byte) (Key, error) { return fromParser(x509.ParsePKCS1PrivateKey(b)) }},
		{"SEC 1", true, func(b []byte) (Key, error) { return fromParser(x509.ParseECPrivateKey(b)) }},
		{"certificate", false, ParseCertificate},
	}
	tried := make([]string, 0, len(parsers))
	for _, p := range parsers {
		if len(der) > derLimit(p.private) {
			continue
		}
		k, err := p.parse(der)
		var unfit *unfitKeyError
		if err == nil || errors.As(err, &unfit) {
			return k, err
		}
		tried = append(tried, p.form)
	}
	return Key{}, fmt.Errorf("it looks like DER, but it can be read as none of %s", strings.Join(tried, ", "))
}

func derLimit(private bool) int {
	if private {
		return maxPrivateDER
	}
	return maxDER
}

func tooLongDER(der []byte, limit int) error {
	return fmt.Errorf("%d bytes, which no key needs; at most %d are taken", len(der), limit)
}

// unfitKeyError is a key that was read and is not taken.
type unfitKeyError struct{ why string }

func (e *unfitKeyError) Error() string { return e.why }

// fromParser turns what a parser of crypto/x509 gives into a Key.
func fromParser[T any](parsed T, err error) (Key, error) {
	if err != nil {
		return Key{}, err
	}
	switch key := any(parsed).(type) {
	case *rsa.PublicKey:
		return Key{Family: jwa.FamilyRSA, Public: key}, fitRSA(key)
	case *rsa.PrivateKey:
		return Key{Family: jwa.FamilyRSA, Public: &key.PublicKey, Private: key}, fitRSA(&key.PublicKey)
	case *ecdsa.PublicKey:
		return Key{Family: jwa.FamilyEC, Public: key}, fitEC(key)
	case *ecdsa.PrivateKey:
		return Key{Family: jwa.FamilyEC, Public: &key.PublicKey, Private: key}, fitEC(&key.PublicKey)
	case ed25519.PublicKey:
		return Key{Family: jwa.FamilyEd, Public: key}, fitEd(key)
	case ed25519.PrivateKey:
		public := ed25519.PublicKey(key[ed25519.PrivateKeySize-ed25519.PublicKeySize:])
		return Key{Family: jwa.FamilyEd, Public: public, Private: key}, fitEd(public)
	case *mldsa.PublicKey:
		return Key{Family: jwa.FamilyMLDSA, Algorithm: key.Parameters().String(), Public: key}, nil
	case *mldsa.PrivateKey:
		return Key{Family: jwa.FamilyMLDSA, Algorithm: key.PublicKey().Parameters().String(), Public: key.PublicKey(), Private: key}, nil
	}
	return Key{}, &unfitKeyError{fmt.Sprintf("a %T, which no algorithm here takes", parsed)}
}

// ParseCertificate reads the public key of an X.509 certificate in DER.
func ParseCertificate(der []byte) (Key, error) {
	if len(der) > maxDER {
		return Key{}, tooLongDER(der, maxDER)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return Key{}, err
	}
	k, err := fromParser(certificate.PublicKey, nil)
	k.NotBefore, k.NotAfter = certificate.NotBefore, certificate.NotAfter
	return k, err
}

// PEM is the key as PKIX, or as PKCS 8 if the private one is asked; HMAC has none.
func (k Key) PEM(private bool) ([]byte, error) {
	switch {
	case k.Family == jwa.FamilyHMAC:
		return nil, errors.New("write a key as PEM: there is no PEM form of a secret")
	case private && k.Private == nil:
		return nil, fmt.Errorf("write a key as PEM: %w", ErrNoPrivate)
	case private:
		der, err := mldsax509.MarshalPKCS8PrivateKey(k.Private)
		if err != nil {
			return nil, fmt.Errorf("write a key as PKCS 8: %w", err)
		}
		return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
	}
	der, err := mldsax509.MarshalPKIXPublicKey(k.Public)
	if err != nil {
		return nil, fmt.Errorf("write a key as PKIX: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), nil
}
