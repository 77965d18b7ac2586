package jwe

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdsa"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"strconv"

	"keydeck/model/inspect/internal/display"
	"keydeck/model/inspect/jwa"
	"keydeck/model/inspect/jwk"
	"keydeck/model/inspect/strict"
)

// content is a value of enc (RFC 7518, section 5).
type content struct {
	keySize int
	open    func(key []byte, e encryptedToken) ([]byte, error)
}

var contents = map[string]content{
	"A128GCM":       {16, openGCM},
	"A192GCM":       {24, openGCM},
	"A256GCM":       {32, openGCM},
	"A128CBC-HS256": {32, openCBC(sha256.New)},
	"A192CBC-HS384": {48, openCBC(sha512.New384)},
	"A256CBC-HS512": {64, openCBC(sha512.New)},
}

func openGCM(key []byte, e encryptedToken) ([]byte, error) {
	return gcm(key, e.iv, e.ciphertext, e.tag, []byte(e.aad))
}

// gcm decrypts AES-GCM with the lengths of RFC 7518, section 5.3: a shorter tag would
// be easier to forge.
func gcm(key, iv, ciphertext, tag, aad []byte) ([]byte, error) {
	const tagSize = 16
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	a, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	if len(iv) != a.NonceSize() || len(tag) != tagSize {
		return nil, errors.New("wrong length of the initialization vector or of the tag")
	}
	return a.Open(nil, iv, append(append([]byte{}, ciphertext...), tag...), aad)
}

// openCBC is AES-CBC with HMAC (RFC 7518, section 5.2.2.2). The tag is checked before
// anything is decrypted, so that the padding reveals nothing.
func openCBC(h func() hash.Hash) func([]byte, encryptedToken) ([]byte, error) {
	return func(key []byte, e encryptedToken) ([]byte, error) {
		macKey, cipherKey := key[:len(key)/2], key[len(key)/2:]
		mac := hmac.New(h, macKey)
		mac.Write([]byte(e.aad))
		mac.Write(e.iv)
		mac.Write(e.ciphertext)
		mac.Write(binary.BigEndian.AppendUint64(nil, uint64(len(e.aad))*8))
		want := mac.Sum(nil)[:len(key)/2]
		if subtle.ConstantTimeCompare(want, e.tag) != 1 {
			return nil, errors.New("wrong tag")
		}
		block, err := aes.NewCipher(cipherKey)
		if err != nil {
			return nil, err
		}
		return jwk.DecryptCBC(block, e.iv, e.ciphertext)
	}
}

// unwrap is the AES key unwrap of RFC 3394, section 2.2.2.
func unwrap(key []byte, size int, wrapped []byte) ([]byte, error) {
	const half, longest = 8, 64 + 8 // the longest content key, and the check block
	if len(key) != size {
		return nil, errKeySize
	}
	if len(wrapped) < 3*half || len(wrapped) > longest || len(wrapped)%half != 0 {
		return nil, errors.New("wrong length of the encrypted key")
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	n := len(wrapped)/half - 1
	check := append([]byte{}, wrapped[:half]...)
	out := append([]byte{}, wrapped[half:]...)
	buffer := make([]byte, 2*half)
	for t := 6 * n; t > 0; t-- {
		r := out[(t-1)%n*half:][:half]
		binary.BigEndian.PutUint64(buffer, binary.BigEndian.Uint64(check)^uint64(t))
		copy(buffer[half:], r)
		block.Decrypt(buffer, buffer)
		copy(check, buffer)
		copy(r, buffer[half:])
	}
	if subtle.ConstantTimeCompare(check, []byte{0xa6, 0xa6, 0xa6, 0xa6, 0xa6, 0xa6, 0xa6, 0xa6}) != 1 {
		return nil, errors.New("wrong check block")
	}
	return out, nil
}

// unwrapGCM decrypts a content key that was encrypted with AES-GCM (RFC 7518, section
// 4.7).
func unwrapGCM(e encryptedToken, key []byte, size int) ([]byte, error) {
	if len(key) != size {
		return nil, errKeySize
	}
	r := strict.MemberReader{Object: e.header}
	iv, tag := r.Bytes("iv"), r.Bytes("tag")
	if r.Err != nil {
		return nil, &headerError{r.Err}
	}
	return gcm(key, iv, e.key, tag, nil)
}

// agreeOn is Diffie-Hellman with the token's epk, and the Concat KDF (RFC 7518,
// section 4.6.2). epk must be on the curve of the key: a point elsewhere would leak
// the key bit by bit (RFC 8725, section 2.5).
func agreeOn(e encryptedToken, k jwk.Key, id string, size int) ([]byte, error) {
	private, ok := k.Private.(*ecdsa.PrivateKey)
	if !ok {
		return nil, jwk.ErrNoPrivate
	}
	m, ok := e.header.Get("epk")
	if !ok {
		return nil, &headerError{errors.New("epk is missing")}
	}
	object, err := strict.ReadObject("epk", []byte(m.Raw))
	if err != nil {
		return nil, &headerError{err}
	}
	ephemeral, err := jwk.Parse(object)
	if err != nil {
		return nil, &headerError{fmt.Errorf("epk: %w", err)}
	}
	public, ok := ephemeral.Public.(*ecdsa.PublicKey)
	if !ok || public.Curve != private.Curve {
		return nil, &headerError{errors.New("epk is not on the curve of the key")}
	}
	mine, err := private.ECDH()
	if err != nil {
		return nil, err
	}
	theirs, err := public.ECDH()
	if err != nil {
		return nil, err
	}
	shared, err := mine.ECDH(theirs)
	if err != nil {
		return nil, err
	}
	var info []byte
	r := strict.MemberReader{Object: e.header}
	field := func(b []byte) { info = append(binary.BigEndian.AppendUint32(info, uint32(len(b))), b...) }
	field([]byte(id))
	for _, name := range []string{"apu", "apv"} {
		var party []byte
		if r.Has(name) {
			party = r.Bytes(name)
		}
		field(party)
	}
	if r.Err != nil {
		return nil, &headerError{r.Err}
	}
	info = binary.BigEndian.AppendUint32(info, uint32(size)*8)
	var out []byte
	for round := uint32(1); len(out) < size; round++ {
		h := sha256.New()
		h.Write(binary.BigEndian.AppendUint32(nil, round))
		h.Write(shared)
		h.Write(info)
		out = h.Sum(out)
	}
	return out[:size], nil
}

// maxSalt is the longest PBES2 salt; the other limits are in package jwa.
const maxSalt = 1 << 10 // bytes

// orNothing is a header value for a message.
func orNothing(raw string) string {
	if raw == "" {
		return "missing"
	}
	return display.Escape(display.Short(raw))
}

// headerError is a fault that everybody can see in the header. Unlike a failure of the
// key it may be reported, as it reveals nothing about the key.
type headerError struct{ err error }

func (e *headerError) Error() string { return "its header: " + e.err.Error() }

// password is PBES2 (RFC 7518, section 4.8), where the secret is a password.
func password(h func() hash.Hash, size int) func(encryptedToken, jwk.Key) ([]byte, error) {
	return func(e encryptedToken, k jwk.Key) ([]byte, error) {
		r := strict.MemberReader{Object: e.header}
		salt := r.Bytes("p2s")
		m, _ := e.header.Get("p2c")
		rounds, err := strconv.Atoi(m.Raw)
		switch {
		case r.Err != nil:
			return nil, &headerError{r.Err}
		case err != nil || rounds < jwa.MinIterations || rounds > jwa.MaxIterations:
			return nil, &headerError{fmt.Errorf("p2c is %s; rounds from %d to %d are taken", orNothing(m.Raw), jwa.MinIterations, jwa.MaxIterations)}
		case len(salt) < jwa.MinSalt || len(salt) > maxSalt:
			return nil, &headerError{fmt.Errorf("p2s has %d bytes; %d to %d are taken", len(salt), jwa.MinSalt, maxSalt)}
		}
		salt = append(append([]byte(e.alg), 0), salt...)
		derived, err := pbkdf2.Key(h, string(k.Secret), salt, rounds, size)
		if err != nil {
			return nil, err
		}
		return unwrap(derived, size, e.key)
	}
}
