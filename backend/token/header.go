package token

import (
	"keydeck/model"
	"keydeck/model/inspect/strict"
)

// Header is the JOSE header of a compact JWS.
type Header = strict.Header

// ParseHeader reads the header of a compact JWS as strictly as strict.ReadCompact.
// A header without kid is not an error, so that callers can tell a missing kid from
// a malformed token. The error is an *Error.
func ParseHeader(raw string) (Header, error) {
	t, err := parse(raw)
	return t.Header, err
}

// parse splits a compact JWS and reads its header. The cheapest checks come first.
func parse(raw string) (strict.Compact, error) {
	if len(raw) > model.MaxTokenBytes {
		return strict.Compact{}, malformed("%d bytes long, at most %d are taken", len(raw), model.MaxTokenBytes)
	}
	c, err := strict.ReadCompact(raw)
	if err != nil {
		return strict.Compact{}, malformed("%v", err)
	}
	if c.Payload == "" {
		return strict.Compact{}, malformed("empty payload")
	}
	return c, nil
}

func decode(part, segment string) ([]byte, error) {
	b, err := strict.Decode(part, segment)
	if err != nil {
		return nil, malformed("%v", err)
	}
	return b, nil
}

// readObject reads a JSON object without duplicate members at any depth.
func readObject(part string, text []byte) error {
	if _, err := strict.ReadObject(part, text); err != nil {
		return malformed("%v", err)
	}
	return nil
}

func malformed(format string, args ...any) error {
	return refuse(model.ReasonMalformed, format, args...)
}
