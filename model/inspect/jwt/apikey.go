package jwt

import (
	"cmp"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"keydeck/model"
	"keydeck/model/inspect/internal/ascii"
	"keydeck/model/inspect/internal/paste"
	"keydeck/model/inspect/strict"
)

// Checksum is what an API key's check digits say. They prove only that the key was not
// mistyped.
type Checksum string

const (
	ChecksumGood  Checksum = "good"
	ChecksumWrong Checksum = "wrong" // mistyped
	ChecksumNone  Checksum = "none"  // wrong length or alphabet, so there are no digits to check
)

// StaticKey is what an sk_ key reveals by itself. AccountID is the id it was sent with,
// "" for a bare key.
type StaticKey struct {
	Masked    string   `json:"masked"`
	Checksum  Checksum `json:"checksum"`
	AccountID string   `json:"account_id,omitempty"`
}

// readStaticKey reads a bare static key, and reports whether the input is one.
func (t *Token) readStaticKey() bool {
	kind := model.StaticKind(t.Raw)
	if kind == "" {
		return false
	}
	t.Kind = Kind(kind)
	t.StaticKey = t.checkKey(t.Raw)
	return true
}

// readAPIKeyHeader reads the ApiKey scheme: base64 of the account id, a colon and the
// key. Without the scheme the input is taken for that only if an sk_ key is inside.
func (t *Token) readAPIKeyHeader() bool {
	value, named := strings.CutPrefix(t.Raw, paste.SchemeAPIKey)
	decoded, err := strict.DecodeAny(value)
	account, key, pair := strings.Cut(string(decoded), ":")
	if !named && (err != nil || !pair || model.StaticKind(key) == "") {
		return false
	}
	t.Kind = KindAPIKeyHeader
	start := len(t.Raw) - len(value)
	t.Segments = []Segment{{"credential", start, len(t.Raw)}}
	bad, corrupt := errors.AsType[base64.CorruptInputError](err)
	switch {
	case model.StaticKind(value) != "":
		t.problem("credential", -1, "the key stands there as it is: it has to be base64 of the account id, a colon and the key")
		t.StaticKey = t.checkKey(value)
	case corrupt:
		t.problem("credential", int(bad), fmt.Sprintf("invalid base64 at byte %d", int(bad)))
	case !pair:
		t.problem("credential", -1, "no colon between account id and key")
	default:
		t.StaticKey = t.checkKey(key)
		t.StaticKey.AccountID = account
	}
	return true
}

func (t *Token) checkKey(key string) *StaticKey {
	k := &StaticKey{Masked: model.Mask(key), Checksum: ChecksumGood}
	switch model.CheckKey(key) {
	case model.ReasonBadChecksum:
		k.Checksum = ChecksumWrong
		t.problem("key", -1, "the check digits do not fit: a typing error, or not a key of Keydeck")
	case model.ReasonMalformed:
		k.Checksum = ChecksumNone
		kind := cmp.Or(model.StaticKind(key), model.KindAPIKey)
		prefix := kind.Spec().Prefix
		t.problem("key", -1, fmt.Sprintf("not %s and %d letters and digits: incomplete, or not a key of Keydeck", prefix, model.KeyLen(kind)-len(prefix)))
	}
	return k
}

// jwtSecretChars is the length of a JWT secret made by a Keydeck server.
const jwtSecretChars = 64

// isJWTSecret goes by the shape alone: digits and letters of both cases, which sets it
// apart from a digest in hexadecimal.
func isJWTSecret(s string) bool {
	return len(s) == jwtSecretChars && strings.Trim(s, model.Base62) == "" &&
		strings.ContainsAny(s, "GHIJKLMNOPQRSTUVWXYZ") && strings.ContainsAny(s, "ghijklmnopqrstuvwxyz") && strings.ContainsAny(s, "0123456789")
}

// isRefreshToken goes by the shape alone.
func isRefreshToken(s string) bool {
	return len(s) == paste.RefreshTokenChars && strings.IndexFunc(s, ascii.NotBase64URL) < 0
}
