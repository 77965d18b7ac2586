package jwt

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"keydeck/model"
	"keydeck/model/inspect/internal/ascii"
	"keydeck/model/inspect/internal/display"
	"keydeck/model/inspect/strict"
)

// Part is a header or a set of claims: its JSON as decoded, and the members that
// could be read, in the order of the text.
type Part struct {
	Text string
	strict.Object
}

// MarshalJSON writes the members as an object, each value as it stood, in the
// order of the text; null if there are none to show.
func (p Part) MarshalJSON() ([]byte, error) {
	if len(p.Members) == 0 && strings.TrimSpace(p.Text) != "{}" {
		return []byte("null"), nil
	}
	out := []byte{'{'}
	for i, m := range p.Members {
		if i > 0 {
			out = append(out, ',')
		}
		var err error
		if out, err = appendName(out, m.Name); err != nil {
			return nil, err
		}
		out = append(append(out, ':'), m.Raw...)
	}
	return append(out, '}'), nil
}

// appendName writes a member's name in quotes. Nearly every name stands for itself.
func appendName(out []byte, name string) ([]byte, error) {
	if ascii.Span(name, ascii.IsBase64URL, len(name)) == len(name) {
		return append(append(append(out, '"'), name...), '"'), nil
	}
	quoted, err := json.Marshal(name)
	if err != nil {
		return nil, fmt.Errorf("marshal a member's name: %w", err)
	}
	return append(out, quoted...), nil
}

// Signature is the bytes of a signature; in JSON they are base64url, as in the
// token.
type Signature []byte

// MarshalText encodes the signature without padding.
func (s Signature) MarshalText() ([]byte, error) {
	return base64.RawURLEncoding.AppendEncode(nil, s), nil
}

// readPart decodes a segment that holds a JSON object. Of a broken one it keeps
// what stands before the fault.
func (t *Token) readPart(name string) Part {
	before := len(t.Problems)
	return t.readObject(name, string(t.decodeSegment(name)), before)
}

// readObject reads a part's JSON; before is how many problems there were before
// it was decoded. Members that are there twice are a problem, because a strict
// verifier refuses them.
func (t *Token) readObject(name, text string, before int) Part {
	p := Part{Text: text}
	object, err := strict.ParseObject(p.Text, model.MaxJSONDepth)
	p.Object = object
	// Text that was cut at bad base64 is bad JSON too; saying so twice helps nobody.
	var bad *strict.SyntaxError
	if errors.As(err, &bad) && !t.cutOff(before) {
		t.fault(name, bad.Offset, fmt.Sprintf("invalid JSON at byte %d: %s", bad.Offset, bad.Message))
	}
	if len(object.Duplicates) > 0 {
		d := object.Duplicates[0]
		t.problem(name, d.Offset, fmt.Sprintf("member %s at byte %d is there twice", display.Short(strconv.QuoteToASCII(d.Name)), d.Offset))
	}
	return p
}

// cutOff reports whether a problem since the given one lost a part of a segment.
func (t *Token) cutOff(since int) bool {
	for _, p := range t.Problems[since:] {
		if strings.HasPrefix(p.Message, badBase64) || strings.HasPrefix(p.Message, noSegment) {
			return true
		}
	}
	return false
}

// The two problems that leave a segment incomplete.
const (
	badBase64 = "invalid base64"
	noSegment = "missing"
)

// decodeText decodes a base64url text that need not be a segment.
func (t *Token) decodeText(name, text string) []byte {
	decoded, faults := strict.Repair(text)
	for _, f := range faults {
		t.fault(name, f.Offset, f.Message)
	}
	return decoded
}

// decodeSegment decodes a segment's base64url. Padding, the standard alphabet and
// spare bits are problems, since a strict verifier refuses them, and are decoded
// all the same; of anything else that is no base64 a sign stands for the three bytes
// that it spoils.
func (t *Token) decodeSegment(name string) []byte {
	var text string
	var there bool
	for _, s := range t.Segments {
		if s.Name == name {
			text, there = t.Raw[s.Start:s.End], true
		}
	}
	if !there {
		t.fault(name, -1, noSegment)
		return nil
	}
	return t.decodeText(name, text)
}
