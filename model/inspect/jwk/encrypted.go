package jwk

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/des" //nolint:gosec // only to read what others encrypted with it
	"crypto/pbkdf2"
	"crypto/sha1" //nolint:gosec // the default of PBKDF2 in PKCS 5, where it is safe
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"hash"
	"strings"
)

// UnlockPEM decrypts the private keys of a PEM or DER text, for Read: PKCS 8 with
// PBES2 (RFC 8018), and the older PEM form with Proc-Type (RFC 1421). PEM blocks that
// are not encrypted stay as they are. ok is false for a text that is neither PEM nor
// an encrypted key in DER.
func UnlockPEM(data, password []byte) (clear []byte, ok bool, err error) {
	switch {
	case len(data) > maxKeysBytes:
		return nil, true, fmt.Errorf("%d bytes, at most %d are taken", len(data), maxKeysBytes)
	case isPEM(data):
		clear, err = unlockPEM(data, password)
	case isEncryptedDER(data):
		clear, err = unlockPKCS8(data, password)
	default:
		return nil, false, nil
	}
	return clear, true, err
}

var errEncryptedJWK = errors.New("it is encrypted with a password")

// IsEncrypted reports an error of Read that says the key is encrypted with a password.
func IsEncrypted(err error) bool { return errors.Is(err, errEncryptedJWK) }

// unlockPEM decrypts each block of a PEM text.
func unlockPEM(data, password []byte) ([]byte, error) {
	data = unfoldPEM(data)
	var out bytes.Buffer
	found := 0
	for rest := data; ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		if isEncrypted(block) {
			if found++; found > maxEncrypted {
				return nil, fmt.Errorf("more than %d encrypted keys", maxEncrypted)
			}
			clear, err := unlockBlock(block, password)
			if err != nil {
				return nil, err
			}
			block = clear
		}
		if err := pem.Encode(&out, block); err != nil {
			return nil, err
		}
	}
	if found == 0 {
		return data, nil
	}
	return out.Bytes(), nil
}

// maxEncrypted bounds how often a password is stretched.
const maxEncrypted = 10

// isEncrypted reports a block that is encrypted with a password.
func isEncrypted(b *pem.Block) bool {
	return b.Type == "ENCRYPTED PRIVATE KEY" || strings.Contains(b.Headers["Proc-Type"], "ENCRYPTED")
}

var errPassword = errors.New("the password is another one, or the key is damaged")

func unlockBlock(b *pem.Block, password []byte) (*pem.Block, error) {
	if len(b.Bytes) > maxPrivateDER {
		return nil, tooLongDER(b.Bytes, maxPrivateDER)
	}
	if b.Type != "ENCRYPTED PRIVATE KEY" {
		der, err := x509.DecryptPEMBlock(b, password) //nolint:staticcheck // deprecated for writing; people have keys in this form
		if err != nil {
			return nil, errPassword
		}
		return &pem.Block{Type: b.Type, Bytes: der}, nil
	}
	der, err := unlockPKCS8(b.Bytes, password)
	if err != nil {
		return nil, err
	}
	return &pem.Block{Type: "PRIVATE KEY", Bytes: der}, nil
}

// The structures of RFC 5958, section 3, and RFC 8018, appendix A.
type (
	encryptedPrivateKeyInfo struct {
		Algorithm pkix.AlgorithmIdentifier
		Data      []byte
	}
	pbes2Parameters struct {
		KeyDerivation pkix.AlgorithmIdentifier
		Encryption    pkix.AlgorithmIdentifier
	}
	pbkdf2Parameters struct {
		Salt       []byte
		Iterations int
		KeyLength  int                      `asn1:"optional"`
		PRF        pkix.AlgorithmIdentifier `asn1:"optional"`
	}
)

const (
	oidPBES2  = "1.2.840.113549.1.5.13"
	oidPBKDF2 = "1.2.840.113549.1.5.12"
)

// hmacHashes are the pseudorandom functions of PBKDF2 by object identifier.
var hmacHashes = map[string]func() hash.Hash{
	"":                    sha1.New, // the default
	"1.2.840.113549.2.7":  sha1.New,
	"1.2.840.113549.2.8":  sha256.New224,
	"1.2.840.113549.2.9":  sha256.New,
	"1.2.840.113549.2.10": sha512.New384,
	"1.2.840.113549.2.11": sha512.New,
}

// blockCiphers are the ciphers by object identifier, all in CBC mode.
var blockCiphers = map[string]struct {
	keySize int
	make    func(key []byte) (cipher.Block, error)
}{
	"2.16.840.1.101.3.4.1.2":  {16, aes.NewCipher},
	"2.16.840.1.101.3.4.1.22": {24, aes.NewCipher},
	"2.16.840.1.101.3.4.1.42": {32, aes.NewCipher},
	"1.2.840.113549.3.7":      {24, des.NewTripleDESCipher},
}

// maxRounds of PBKDF2 take about a second.
const maxRounds = 2_000_000

// isEncryptedDER reports an EncryptedPrivateKeyInfo.
func isEncryptedDER(data []byte) bool {
	var info encryptedPrivateKeyInfo
	return len(data) > 0 && len(data) <= maxPrivateDER && data[0] == 0x30 && unmarshal(data, &info) == nil && strings.HasPrefix(info.Algorithm.Algorithm.String(), "1.2.840.113549.1.")
}

// unlockPKCS8 decrypts an EncryptedPrivateKeyInfo.
func unlockPKCS8(der, password []byte) ([]byte, error) {
	var info encryptedPrivateKeyInfo
	var scheme pbes2Parameters
	var stretch pbkdf2Parameters
	if err := unmarshal(der, &info); err != nil {
		return nil, err
	}
	if oid := info.Algorithm.Algorithm.String(); oid != oidPBES2 {
		return nil, fmt.Errorf(`encrypted in a way that is not read here (%s); "openssl pkey" with its password writes it in the clear`, oid)
	}
	if err := unmarshal(info.Algorithm.Parameters.FullBytes, &scheme); err != nil {
		return nil, err
	}
	if oid := scheme.KeyDerivation.Algorithm.String(); oid != oidPBKDF2 {
		return nil, fmt.Errorf(`its password is stretched in a way that is not read here (%s, scrypt if it ends in 11591.4.11); "openssl pkey" with its password writes it in the clear`, oid)
	}
	if err := unmarshal(scheme.KeyDerivation.Parameters.FullBytes, &stretch); err != nil {
		return nil, err
	}
	prf := ""
	if stretch.PRF.Algorithm != nil {
		prf = stretch.PRF.Algorithm.String()
	}
	newHash, knownHash := hmacHashes[prf]
	c, knownCipher := blockCiphers[scheme.Encryption.Algorithm.String()]
	var iv []byte
	if err := unmarshal(scheme.Encryption.Parameters.FullBytes, &iv); err != nil {
		return nil, err
	}
	switch {
	case !knownHash:
		return nil, fmt.Errorf("unknown pseudorandom function %s", prf)
	case !knownCipher:
		return nil, fmt.Errorf("unknown cipher %s", scheme.Encryption.Algorithm)
	case stretch.Iterations < 1 || stretch.Iterations > maxRounds:
		return nil, fmt.Errorf("%d rounds; 1 to %d are taken", stretch.Iterations, maxRounds)
	case stretch.KeyLength != 0 && stretch.KeyLength != c.keySize:
		return nil, fmt.Errorf("a key of %d bytes for a cipher with %d", stretch.KeyLength, c.keySize)
	}
	key, err := pbkdf2.Key(newHash, string(password), stretch.Salt, stretch.Iterations, c.keySize)
	if err != nil {
		return nil, err
	}
	block, err := c.make(key)
	if err != nil {
		return nil, err
	}
	return DecryptCBC(block, iv, info.Data)
}

// unmarshal reads DER that nothing follows.
func unmarshal(der []byte, into any) error {
	rest, err := asn1.Unmarshal(der, into)
	if err == nil && len(rest) > 0 {
		err = errors.New("bytes behind its end")
	}
	if err != nil {
		return fmt.Errorf("its encryption cannot be read: %w", err)
	}
	return nil
}

// DecryptCBC also removes the padding of PKCS 7, which is how a wrong password is
// noticed.
func DecryptCBC(block cipher.Block, iv, data []byte) ([]byte, error) {
	size := block.BlockSize()
	if len(iv) != size || len(data) == 0 || len(data)%size != 0 {
		return nil, errors.New("its encryption cannot be read: no whole blocks")
	}
	plain := make([]byte, len(data))
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(plain, data)
	n := int(plain[len(plain)-1])
	if n < 1 || n > size || !bytes.Equal(plain[len(plain)-n:], bytes.Repeat([]byte{byte(n)}, n)) {
		return nil, errPassword
	}
	return plain[:len(plain)-n], nil
}
