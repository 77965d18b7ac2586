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
	"slices"
	"strings"

	"filippo.io/mldsa"
	mldsax509 "filippo.io/mldsa/x509" // crypto/x509, and ML-DSA (RFC 9881)

	"keydeck/model"
	"keydeck/model/inspect/jwa"
)

// Limits on one key, far above what is needed. Reading a private one takes arithmetic
// that gets slower with the size of its numbers.
const (
	maxDER        = 64 << 10 // a public key or a certificate
	maxPrivateDER = 8 << 10  // RSA 8192 needs under 5 KiB
)

func isPEM(data []byte) bool { return bytes.Contains(data, []byte("-----BEGIN ")) }

// unfoldPEM restores the line breaks of a PEM text: one that came through an
// environment variable may have them written as \n.
func unfoldPEM(data []byte) []byte {
	if bytes.Contains(data, []byte("\n")) {
		return data
	}
	return bytes.ReplaceAll(data, []byte(`\n`), []byte("\n"))
}

// readPEM reads every block of a PEM text.
func readPEM(data []byte) (keys []Key, skipped []error, err error) {
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
			continue // openssl writes it before the key, which names its curve itself
		}
		k, err := parseBlock(block)
		if k.Private != nil {
			if private++; private > maxPrivate {
				return nil, nil, fmt.Errorf("more than %d private keys", maxPrivate)
			}
		}
		if err != nil {
			skipped = append(skipped, fmt.Errorf("PEM block %.64q: %w", block.Type, err))
			continue
		}
		keys = append(keys, k)
	}
	if len(keys) == 0 && len(skipped) == 0 {
		return nil, nil, errors.New("the PEM block is broken: its base64 cannot be read, or the END line is missing or another one")
	}
	return keys, skipped, nil
}

var errEncrypted = fmt.Errorf(`%w; "openssl pkey" with the password writes it in the clear`, errEncryptedJWK)

// parseBlock reads one block by its label (RFC 7468).
func parseBlock(b *pem.Block) (Key, error) {
	if isEncrypted(b) {
		return Key{}, errEncrypted
	}
	if limit := derLimit(strings.HasSuffix(b.Type, "PRIVATE KEY")); len(b.Bytes) > limit {
		return Key{}, tooLongDER(b.Bytes, limit)
	}
	for _, c := range containers {
		if slices.Contains(c.labels, b.Type) {
			return c.parse(b.Bytes)
		}
	}
	if b.Type == "OPENSSH PRIVATE KEY" {
		return Key{}, errors.New(`it is in OpenSSH's own form; "ssh-keygen -p -m PKCS8" writes it as PKCS 8`)
	}
	return Key{}, errors.New("it holds no key of a known form")
}

// containers are the forms of a key in DER, with their labels in PEM.
var containers = []struct {
	form    string
	labels  []string
	private bool
	parse   func([]byte) (Key, error)
}{
	{"PKIX", []string{"PUBLIC KEY"}, false, func(b []byte) (Key, error) { return fromParser(mldsax509.ParsePKIXPublicKey(b)) }},
	{"PKCS 8", []string{"PRIVATE KEY"}, true, func(b []byte) (Key, error) { return fromParser(mldsax509.ParsePKCS8PrivateKey(b)) }},
	{"PKCS 1 public", []string{"RSA PUBLIC KEY"}, false, func(b []byte) (Key, error) { return fromParser(x509.ParsePKCS1PublicKey(b)) }},
	{"PKCS 1 private", []string{"RSA PRIVATE KEY"}, true, func(b []byte) (Key, error) { return fromParser(x509.ParsePKCS1PrivateKey(b)) }},
	{"SEC 1", []string{"EC PRIVATE KEY"}, true, func(b []byte) (Key, error) { return fromParser(x509.ParseECPrivateKey(b)) }},
	{"certificate", []string{"CERTIFICATE", "X509 CERTIFICATE"}, false, ParseCertificate},
}

// parseDER tries every container.
func parseDER(der []byte) (Key, error) {
	if len(der) > maxDER {
		return Key{}, tooLongDER(der, maxDER)
	}
	if isEncryptedDER(der) {
		return Key{}, errEncrypted
	}
	tried := make([]string, 0, len(containers))
	for _, c := range containers {
		if len(der) > derLimit(c.private) {
			continue
		}
		k, err := c.parse(der)
		if _, unusable := errors.AsType[*unusableKeyError](err); err == nil || unusable {
			return k, err
		}
		tried = append(tried, c.form)
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
	return fmt.Errorf("%s bytes, more than any key needs; the limit is %s", model.Count(int64(len(der))), model.Count(int64(limit)))
}

// unusableKeyError rejects a key that could be read.
type unusableKeyError struct{ why string }

func (e *unusableKeyError) Error() string { return e.why }

// fromParser makes a Key of what a parser of crypto/x509 returns.
func fromParser[T any](parsed T, err error) (Key, error) {
	if err != nil {
		return Key{}, err
	}
	switch key := any(parsed).(type) {
	case *rsa.PublicKey:
		return Key{Family: jwa.FamilyRSA, Public: key}, checkRSA(key)
	case *rsa.PrivateKey:
		return Key{Family: jwa.FamilyRSA, Public: &key.PublicKey, Private: key}, checkRSA(&key.PublicKey)
	case *ecdsa.PublicKey:
		return Key{Family: jwa.FamilyEC, Public: key}, checkEC(key)
	case *ecdsa.PrivateKey:
		return Key{Family: jwa.FamilyEC, Public: &key.PublicKey, Private: key}, checkEC(&key.PublicKey)
	case ed25519.PublicKey:
		return Key{Family: jwa.FamilyEd, Public: key}, checkEd25519(key)
	case ed25519.PrivateKey:
		public := ed25519.PublicKey(key[ed25519.PrivateKeySize-ed25519.PublicKeySize:])
		return Key{Family: jwa.FamilyEd, Public: public, Private: key}, checkEd25519(public)
	case *mldsa.PublicKey:
		return Key{Family: jwa.FamilyMLDSA, Algorithm: key.Parameters().String(), Public: key}, nil
	case *mldsa.PrivateKey:
		return Key{Family: jwa.FamilyMLDSA, Algorithm: key.PublicKey().Parameters().String(), Public: key.PublicKey(), Private: key}, nil
	}
	return Key{}, &unusableKeyError{fmt.Sprintf("a %T, which no algorithm here takes", parsed)}
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

// PEM is the key as PKIX, or as PKCS 8 if private. A secret has no PEM form.
func (k Key) PEM(private bool) ([]byte, error) {
	switch {
	case k.Family == jwa.FamilyHMAC:
		return nil, errors.New("write a key as PEM: there is no PEM form of a secret")
	case private && k.Private == nil:
		return nil, fmt.Errorf("write a key as PEM: %w", ErrNoPrivate)
	}
	form, block := "PKIX", &pem.Block{Type: "PUBLIC KEY"}
	var err error
	if private {
		form, block.Type = "PKCS 8", "PRIVATE KEY"
		block.Bytes, err = mldsax509.MarshalPKCS8PrivateKey(k.Private)
	} else {
		block.Bytes, err = mldsax509.MarshalPKIXPublicKey(k.Public)
	}
	if err != nil {
		return nil, fmt.Errorf("write a key as %s: %w", form, err)
	}
	return pem.EncodeToMemory(block), nil
}
