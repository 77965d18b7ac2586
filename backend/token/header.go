package token

import (
	"keydeck/model"
	"keydeck/model/inspect/strict"
)

// Header is the JOSE header of a compact JWS.
type Header struct {
	Algorithm string
	Type      string // as sent
	KeyID     string
	HasKeyID  bool // the member is there and is a string
}

// ParseHeader reads the header of a compact JWS as strictly as strict.ReadCompact.
// A header without kid is not an error, so that callers can tell a missing kid from
// a malformed token. The error is an *Error.
func ParseHeader(raw string) (Header, error) {
	t, err := parse(raw)
	if err != nil {
		return Header{}, err
	}
	return Header(t.Header), nil
}

// compact is a compact JWS in parts, of which only the header is decoded.
type compact struct{ strict.Compact }

// parse splits a compact JWS and reads its header. The cheapest checks come first.
func parse(raw string) (compact, *Error) {
	if len(raw) > model.MaxTokenBytes {
		return compact{}, malformed("%d bytes long, at most %d are taken", len(raw), model.MaxTokenBytes)
	}
	c, err := strict.ReadCompact(raw)
	if err != nil {
		return compact{}, malformed("%v", err)
	}
	if c.Payload == "" {
		return compact{}, malformed("empty payload")
	}
	return compact{c}, nil
}

func decode(part, segment string) ([]byte, *Error) {
	b, err := strict.Decode(part, segment)
	if err != nil {
		return nil, malformed("%v", err)
	}
	return b, nil
}

// readObject reads a JSON object without duplicate members at any depth.
func readObject(part string, text []byte) *Error {
	if _, err := strict.ReadObject(part, text); err != nil {
		return malformed("%v", err)
	}
	return nil
}

func malformed(format string, args ...any) *Error {
	return refuse(model.ReasonMalformed, format, args...)
}
