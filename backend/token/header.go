package token

import (
	"encoding/base64"
	"strings"

	"keydeck/model"
	"keydeck/model/inspect"
)

// Header is the strictly read JOSE header of a compact JWS.
type Header struct {
	Algorithm string
	Type      string // as sent
	KeyID     string
	HasKeyID  bool // the member is there and is a string
}

// ParseHeader looks at a compact JWS without a key (RFC 7515, section 5.2): size,
// three base64url segments in the strict alphabet without padding, header a JSON
// object without duplicate members, alg a string, typ and kid strings if there,
// no crit, no b64. It is where missing_kid is told from malformed: a well-formed
// header without kid is no error here. Members that bring their own key (jwk,
// jku, x5u, x5c) are ignored. The error is an *Error.
func ParseHeader(raw string) (Header, error) {
	t, err := open(raw)
	if err != nil {
		return Header{}, err
	}
	return t.header, nil
}

// compact is a compact JWS in parts. Only the header has been read.
type compact struct {
	header    Header
	signed    string // header and payload segments with the dot between: what the signature covers
	payload   string // base64url, alphabet checked
	signature string // base64url, alphabet checked; "" when it is missing
}

// open takes a compact JWS apart, cheapest checks first.
func open(raw string) (compact, *Error) {
	if len(raw) > model.MaxTokenBytes {
		return compact{}, malformed("%d bytes long, at most %d are taken", len(raw), model.MaxTokenBytes)
	}
	first, second, err := dots(raw)
	if err != nil {
		return compact{}, err
	}
	t := compact{signed: raw[:second], payload: raw[first+1 : second], signature: raw[second+1:]}
	head, err := decode("header", raw[:first])
	if err != nil {
		return compact{}, err
	}
	t.header, err = readHeader(head)
	return t, err
}

// dots checks that raw is three segments of base64url and finds the two dots.
// Five segments, a JWE, are as malformed as one.
func dots(raw string) (first, second int, err *Error) {
	first, second = -1, -1
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case 'A' <= c && c <= 'Z', 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '-', c == '_':
		case c == '.' && first < 0:
			first = i
		case c == '.' && second < 0:
			second = i
		case c == '.':
			return 0, 0, malformed("more than three segments")
		default:
			return 0, 0, malformed("character %q at byte %d is not base64url", c, i)
		}
	}
	switch {
	case second < 0:
		return 0, 0, malformed("fewer than three segments")
	case first == 0:
		return 0, 0, malformed("empty header")
	case second == first+1:
		return 0, 0, malformed("empty payload")
	}
	return first, second, nil
}

// strictBase64 refuses spare bits that are not zero: with them one signature
// would have several spellings.
var strictBase64 = base64.RawURLEncoding.Strict()

func decode(part, segment string) ([]byte, *Error) {
	b, err := strictBase64.DecodeString(segment)
	if err != nil {
		return nil, malformed("%s: %v", part, err)
	}
	return b, nil
}

func readHeader(text []byte) (Header, *Error) {
	object, err := readObject("header", text)
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
				return Header{}, malformed("typ is not a string")
			}
		case "kid":
			if h.KeyID, h.HasKeyID = m.Text(); !h.HasKeyID {
				return Header{}, malformed("kid is not a string")
			}
		case "crit", "b64":
			// No extension is understood here, so none may be critical (RFC 7515,
			// section 4.1.11), and a payload is always encoded (RFC 7797).
			return Header{}, malformed("%s is not supported", m.Name)
		}
	}
	if !hasAlg {
		return Header{}, malformed("alg is missing or not a string")
	}
	return h, nil
}

// readObject reads a JSON object without duplicate members at any depth.
func readObject(part string, text []byte) (inspect.Object, *Error) {
	object, err := inspect.ParseObject(string(text), model.MaxJSONDepth)
	if err != nil {
		return inspect.Object{}, malformed("%s: invalid JSON: %v", part, err)
	}
	if len(object.Duplicates) > 0 {
		d := object.Duplicates[0]
		return inspect.Object{}, malformed("%s: member %.64q appears twice, at byte %d", part, d.Name, d.Offset)
	}
	return object, nil
}

// sameType compares two typ values as media types: without regard to case, and
// "application/" may be left out (RFC 7515, section 4.1.9).
func sameType(a, b string) bool { return strings.EqualFold(shortType(a), shortType(b)) }

func shortType(typ string) string {
	const prefix = "application/"
	if len(typ) > len(prefix) && strings.EqualFold(typ[:len(prefix)], prefix) {
		return typ[len(prefix):]
	}
	return typ
}

func malformed(format string, args ...any) *Error {
	return refuse(model.ReasonMalformed, format, args...)
}
