package jwt

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"keydeck/model"
	"keydeck/model/inspect/internal/ascii"
	"keydeck/model/inspect/internal/display"
	"keydeck/model/inspect/strict"
)

// Part is a header or a set of claims: the decoded JSON, and the members that could be
// read, in the order of the text.
type Part struct {
	Text string
	strict.Object
}

// MarshalJSON writes the members as an object, values unchanged, in the order of the
// text; null if there are none.
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

// appendName writes a member's name in quotes. Few names need escapes.
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

// Signature is the bytes of a signature. In JSON they are base64url, as in the token.
type Signature []byte

// MarshalText encodes the signature without padding.
func (s Signature) MarshalText() ([]byte, error) {
	return base64.RawURLEncoding.AppendEncode(nil, s), nil
}

// readPart decodes a segment that holds a JSON object. Of a broken one it keeps what
// precedes the fault.
func (t *Token) readPart(name string) Part {
	before := len(t.Problems)
	return t.readObject(name, string(t.decodeSegment(name)), before)
}

// readObject reads a part's JSON; before is the number of problems before it was
// decoded. Duplicate members are a problem, because strict verifiers reject them.
func (t *Token) readObject(name, text string, before int) Part {
	object, err := strict.ParseObject(text, model.MaxJSONDepth)
	if t.cutOff(before) {
		err = nil // broken base64 makes broken JSON; one problem is enough
	}
	t.objectProblems(name, &object, err)
	return Part{text, object}
}

// objectProblems says what strict.ParseObject found wrong.
func (t *Token) objectProblems(part string, object *strict.Object, err error) {
	if bad, ok := errors.AsType[*strict.SyntaxError](err); ok {
		t.fault(part, bad.Offset, fmt.Sprintf("invalid JSON at byte %d: %s", bad.Offset, bad.Message))
	}
	if len(object.Duplicates) > 0 {
		d := object.Duplicates[0]
		t.problem(part, d.Offset, fmt.Sprintf("member %s at byte %d is there twice", display.Quote(d.Name), d.Offset))
	}
}

// cutOff reports whether a problem from the given one on lost part of a segment.
func (t *Token) cutOff(since int) bool {
	return slices.ContainsFunc(t.Problems[since:], func(p Problem) bool { return p.kind == lostBytes })
}

// decodeText decodes base64url that need not be a segment.
func (t *Token) decodeText(name, text string) []byte {
	decoded, faults := strict.Repair(text)
	for _, f := range faults {
		kind := otherProblem
		if f.Lost {
			kind = lostBytes
		}
		t.faultOf(kind, name, f.Offset, f.Message)
	}
	return decoded
}

// decodeSegment decodes a segment. What strict verifiers reject in its base64url is a
// problem, and is decoded as far as possible.
func (t *Token) decodeSegment(name string) []byte {
	text, ok := t.segment(name)
	if !ok {
		t.faultOf(lostBytes, name, -1, "missing")
		return nil
	}
	return t.decodeText(name, text)
}
