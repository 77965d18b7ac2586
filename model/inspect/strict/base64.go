package strict

import (
	"encoding/base64"
	"fmt"
	"strings"

	"keydeck/model/inspect/internal/ascii"
)

// Base64URL is base64url without padding and without spare bits (RFC 7515, section 2).
var Base64URL = base64.RawURLEncoding.Strict()

// DecodeAny decodes base64 in either alphabet, padded or not.
func DecodeAny(text string) ([]byte, error) {
	return base64.RawURLEncoding.DecodeString(toURLAlphabet(strings.TrimRight(text, "=")))
}

var urlAlphabet = strings.NewReplacer("+", "-", "/", "_")

func toURLAlphabet(text string) string {
	if strings.IndexByte(text, '+') < 0 && strings.IndexByte(text, '/') < 0 {
		return text // without looking at every byte
	}
	return urlAlphabet.Replace(text)
}

// Fault is one thing wrong with a text, and where.
type Fault struct {
	Offset  int
	Message string // "base64 with padding at byte 12"
	Lost    bool   // it hides what stood there
}

// Repair decodes base64url (RFC 4648, section 5) as far as possible. Padding, the
// standard alphabet and spare bits are faults, since strict verifiers reject them, but
// they are decoded. U+FFFD stands for three bytes that cannot be read.
func Repair(text string) (decoded []byte, faults []Fault) {
	fault := func(lost bool, offset int, format string, args ...any) {
		faults = append(faults, Fault{offset, fmt.Sprintf(format, args...), lost})
	}
	decoded, err := Base64URL.DecodeString(text)
	if err == nil && !strings.ContainsAny(text, "\r\n") { // which encoding/base64 skips
		return decoded, faults
	}
	body := strings.TrimRight(text, "=")
	if len(body) < len(text) {
		fault(false, len(body), "base64 with padding at byte %d", len(body))
	}
	if i := strings.IndexAny(body, "+/"); i >= 0 {
		fault(false, i, "standard base64 alphabet instead of the URL-safe one at byte %d", i)
		body = toURLAlphabet(body)
	}
	if i := strings.IndexFunc(body, ascii.NotBase64URL); i >= 0 {
		fault(true, i, "invalid base64 at byte %d", i)
		if body = withHoles(body, i); len(body)%4 == 1 {
			body = body[:len(body)-1]
		}
	} else if len(body)%4 == 1 {
		fault(true, len(body), "invalid base64 at byte %d: a character is missing or one too many", len(body))
		body = body[:len(body)-1]
	} else if _, err := Base64URL.DecodeString(body); err != nil {
		fault(false, len(body)-1, "base64 with spare bits that are not zero at byte %d", len(body)-1)
	}
	decoded, err = base64.RawURLEncoding.DecodeString(body)
	if err != nil {
		return nil, faults // unreachable: alphabet and length were just checked
	}
	return decoded, faults
}

// hole is base64url of U+FFFD. It replaces a group of four characters, three bytes,
// that cannot be read.
const hole = "77-9"

// withHoles replaces every group that is not base64url with a hole, from the given
// byte on, so that what follows can be read. An incomplete group at the end is
// dropped.
func withHoles(body string, from int) string {
	out := []byte(body)
	for at := from - from%len(hole); at < len(out); at += len(hole) {
		end := min(at+len(hole), len(out))
		if ascii.Span(body[at:end], ascii.IsBase64URL, len(hole)) == end-at {
			continue
		}
		if end-at < len(hole) {
			return string(out[:at])
		}
		copy(out[at:end], hole)
	}
	return string(out)
}
