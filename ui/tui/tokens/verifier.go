package tokens

import (
	"context"
	"encoding/asn1"
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"keydeck/model/inspect"
	"keydeck/model/inspect/jwk"
	"keydeck/model/inspect/jws"
	"keydeck/ui/fetch"
	"keydeck/ui/text"
	"keydeck/ui/tui/tokens/reading"
)

// keySource is where the keys of a verifier come from.
type keySource int

const (
	withServer keySource = iota // this server's keys
	withSecret
	withKey // PEM, DER, a JWK or a JWKS, as text or as a file's path
	withOwn // the key in the token's header
	withURL // of a JWKS
	withIssuer
)

// verifier verifies tokens, or opens them, and says what is expected of them. Its keys
// are kept in memory only.
type verifier struct {
	kind     keySource
	text     string // as typed or pasted
	password string // of an encrypted key
	encoding jwk.Encoding
	keys     []jwk.Key
	skipped  []string // what was no usable key
	expect   jws.Expect
	opens    bool // it opens encrypted tokens
}

// keySet are the keys, to verify or open tokens with.
func (v *verifier) keySet() reading.Keys {
	return reading.Keys{List: v.keys, Own: v.kind == withOwn, Name: v.describe(), Skipped: v.skipped}
}

// describe says what the verifier is.
func (v *verifier) describe() string {
	switch v.kind {
	case withOwn:
		return "the token's own key"
	case withSecret:
		return fmt.Sprintf("a secret (%s)", v.encoding)
	case withKey, withURL, withIssuer:
		if len(v.keys) == 1 {
			return text.Visible(v.keys[0].Describe() + ", " + v.keys[0].Source)
		}
		if len(v.keys) > 0 {
			return text.Visible(text.Plural(len(v.keys), "key", "keys") + ", " + v.keys[0].Source)
		}
	}
	return "this server's keys"
}

const maxKeyFile = 8 << 20 // bytes

// load reads the keys. It may read a file, or fetch from another server.
func (v verifier) load(ctx context.Context, f *fetch.Client, home string) (_ verifier, err error) {
	where := strings.TrimSpace(v.text)
	var set fetch.Set
	switch v.kind {
	case withServer, withOwn:
	case withSecret:
		var k jwk.Key
		k, err = jwk.ReadSecret(v.text, v.encoding)
		k.Source = "the secret that was typed"
		v.keys = []jwk.Key{k}
	case withURL:
		set, err = f.JWKS(ctx, where)
		v.keys, v.skipped = set.Keys, set.Skipped
	case withIssuer:
		set, err = f.Issuer(ctx, where)
		v.keys, v.skipped = set.Keys, set.Skipped
		if v.expect.Issuer == "" {
			v.expect.Issuer = where
		}
	case withKey:
		data, source := []byte(where), "the key that was pasted"
		if !isKeyText(where) {
			source = "file " + where
			data, err = readKeyFile(where, home)
		}
		if err == nil && v.password != "" {
			data, err = inspect.Unlock(data, []byte(v.password))
		}
		if err == nil {
			read := jwk.Read
			if v.opens {
				read = jwk.ReadForDecryption
			}
			v.keys, v.skipped, err = read(data, source)
		}
	}
	return v, err
}

// isKeyText tells a key from a file name.
func isKeyText(s string) bool {
	return strings.HasPrefix(s, "{") || strings.HasPrefix(s, "-----") || strings.ContainsRune(s, '\n') || isDERText(s)
}

// minDER is shorter than any key, in bytes.
const minDER = 32

// isDERText reports DER in base64 without the lines of PEM: one ASN.1 sequence that is
// as long as the text. No file name is that by chance.
func isDERText(s string) bool {
	s = strings.TrimRight(strings.Join(strings.Fields(s), ""), "=")
	enc := base64.RawStdEncoding
	if strings.ContainsAny(s, "-_") {
		enc = base64.RawURLEncoding
	}
	der, err := enc.DecodeString(s)
	var sequence asn1.RawValue
	if err != nil {
		return false
	}
	rest, err := asn1.Unmarshal(der, &sequence)
	return err == nil && len(rest) == 0 && sequence.Tag == asn1.TagSequence && sequence.IsCompound && len(der) >= minDER
}

func readKeyFile(path, home string) ([]byte, error) {
	if rest, ok := strings.CutPrefix(path, "~"); ok && strings.HasPrefix(rest, string(filepath.Separator)) {
		path = filepath.Join(home, rest)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read the key: %w", err)
	}
	defer func() { _ = f.Close() }()
	if stat, err := f.Stat(); err != nil || !stat.Mode().IsRegular() {
		return nil, fmt.Errorf("read the key: %s is not a file", path)
	}
	data, err := io.ReadAll(io.LimitReader(f, maxKeyFile+1))
	if err != nil {
		return nil, fmt.Errorf("read the key: %w", err)
	}
	return data, nil
}
