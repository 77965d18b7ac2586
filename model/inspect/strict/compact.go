package strict

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"keydeck/model"
)

// Compact is a compact JWS that passed the strict reading: three base64url segments,
// and a header that a verifier can act on. Payload and signature are still encoded;
// their alphabet has been checked.
type Compact struct {
	Header    Header
	Signed    string // header and payload segments with the dot between them: what the signature covers
	Payload   string // "" if empty
	Signature string // "" if missing
}

// Header is the JOSE header of a compact JWS.
type Header struct {
	Algorithm string
	Type      string // as sent
	KeyID     string
	HasKeyID  bool // kid is present, and a string
}

// ReadCompact splits a compact JWS as the server's verifier does (RFC 7515, section
// 5.2): three base64url segments in the strict alphabet without padding, white space
// or spare bits; the header a JSON object without duplicate members at any depth; alg
// a string; typ and kid strings if present; no crit, no b64. Members that bring a key
// with the token (jwk, jku, x5u, x5c) are ignored. The error says in plain words what
// is wrong.
func ReadCompact(raw string) (Compact, error) {
	first, second, err := dots(raw)
	if err != nil {
		return Compact{}, err
	}
	head, err := Decode("header", raw[:first])
	if err != nil {
		return Compact{}, err
	}
	c := Compact{Signed: raw[:second], Payload: raw[first+1 : second], Signature: raw[second+1:]}
	if c.Header, err = ReadHeader(head); err != nil {
		return Compact{}, err
	}
	return c, nil
}

// dots checks that raw is three segments of base64url and finds the two dots. Five
// segments, which is a JWE, are as malformed as one.
func dots(raw string) (first, second int, err error) {
	first, second = -1, -1
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case 'A' <= c && c <= 'Z', 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '-', c == '_':
		case c == '.' && first < 0:
			first = i
		case c == '.' && second < 0:
			second = i
		case c == '.':
			return 0, 0, fmt.Errorf("more than three segments")
		default:
			r, _ := utf8.DecodeRuneInString(raw[i:])
			return 0, 0, fmt.Errorf("character %+q at byte %d of the token is not base64url", r, i)
		}
	}
	switch {
	case second < 0:
		return 0, 0, fmt.Errorf("fewer than three segments")
	case first == 0:
		return 0, 0, fmt.Errorf("empty header")
	}
	return first, second, nil
}

// Decode decodes base64url without padding. It rejects spare bits that are not zero,
// with which one signature would have several spellings. part names the segment in the
// error.
func Decode(part, segment string) ([]byte, error) {
	b, err := Base64URL.DecodeString(segment)
	if err != nil || strings.ContainsAny(segment, "\r\n") { // which encoding/base64 skips
		_, faults := Repair(segment)
		return nil, errors.New(part + ": " + faults[0].Message)
	}
	return b, nil
}

func ReadHeader(text []byte) (Header, error) {
	object, err := ReadObject("header", text)
	if err != nil {
		return Header{}, err
	}
	var h Header
	var hasAlg bool
	for _, m := range object.Members {
		switch m.Name {
		case "alg":
			h.Algorithm, hasAlg = m.Text()
		case "typ":
			var ok bool
			if h.Type, ok = m.Text(); !ok {
				return Header{}, fmt.Errorf("typ is not a string")
			}
		case "kid":
			if h.KeyID, h.HasKeyID = m.Text(); !h.HasKeyID {
				return Header{}, fmt.Errorf("kid is not a string")
			}
		case "crit", "b64":
			// No extension is understood here, so none may be critical (RFC 7515,
			// section 4.1.11), and a payload is always encoded (RFC 7797).
			return Header{}, fmt.Errorf("%s is not supported", m.Name)
		}
	}
	if !hasAlg {
		return Header{}, fmt.Errorf("alg is missing or not a string")
	}
	return h, nil
}

// ReadObject reads a JSON object that has no duplicate members at any depth and is at
// most model.MaxJSONDepth levels deep. part names the text in the error.
func ReadObject(part string, text []byte) (Object, error) {
	object, err := ParseObject(string(text), model.MaxJSONDepth)
	if err != nil {
		return Object{}, fmt.Errorf("%s: invalid JSON: %w", part, err)
	}
	if len(object.Duplicates) > 0 {
		d := object.Duplicates[0]
		return Object{}, fmt.Errorf("%s: member %.64q appears twice, at byte %d", part, d.Name, d.Offset)
	}
	return object, nil
}

// SameType compares two typ values as media types: case does not count, and
// "application/" may be left out (RFC 7515, section 4.1.9).
func SameType(a, b string) bool { return strings.EqualFold(shortType(a), shortType(b)) }

func shortType(typ string) string {
	const prefix = "application/"
	if len(typ) > len(prefix) && strings.EqualFold(typ[:len(prefix)], prefix) {
		return typ[len(prefix):]
	}
	return typ
}
