package inspect

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"keydeck/model"
)

// Part is a header or a set of claims: its JSON as decoded, and the members that
// could be read, in the order of the text.
type Part struct {
	Text string
	Object
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
	if span(name, isBase64URL, len(name)) == len(name) {
		return append(append(append(out, '"'), name...), '"'), nil
	}
	quoted, err := json.Marshal(name)
	if err != nil {
		return nil, fmt.Errorf("inspect: marshal a member's name: %w", err)
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
	object, err := ParseObject(p.Text, model.MaxJSONDepth)
	p.Object = object
	// Text that was cut at bad base64 is bad JSON too; saying so twice helps nobody.
	var bad *SyntaxError
	if errors.As(err, &bad) && !t.cutOff(before) {
		t.fault(name, bad.Offset, fmt.Sprintf("invalid JSON at byte %d: %s", bad.Offset, bad.Message))
	}
	if len(object.Duplicates) > 0 {
		d := object.Duplicates[0]
		t.problem(name, d.Offset, fmt.Sprintf("member %s at byte %d is there twice", short(strconv.QuoteToASCII(d.Name)), d.Offset))
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

var (
	strictBase64  = base64.RawURLEncoding.Strict()
	lenientBase64 = base64.RawURLEncoding
)

// decodeLenient decodes base64 of either alphabet, padded or not.
func decodeLenient(text string) ([]byte, error) {
	return lenientBase64.DecodeString(toURLAlphabet(strings.TrimRight(text, "=")))
}

// toURLAlphabet makes standard base64 URL-safe. What is so already is not copied.
func toURLAlphabet(text string) string {
	if strings.IndexByte(text, '+') < 0 && strings.IndexByte(text, '/') < 0 {
		return text
	}
	out := []byte(text)
	for i, c := range out {
		switch c {
		case '+':
			out[i] = '-'
		case '/':
			out[i] = '_'
		}
	}
	return string(out)
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

// decodeText is decodeSegment for a text that need not be a segment.
func (t *Token) decodeText(name, text string) []byte {
	decoded, err := strictBase64.DecodeString(text)
	if err == nil && !strings.ContainsAny(text, "\r\n") { // which the library passes over
		return decoded
	}
	body := strings.TrimRight(text, "=")
	if len(body) < len(text) {
		t.fault(name, len(body), fmt.Sprintf("base64 with padding at byte %d", len(body)))
	}
	if i := strings.IndexAny(body, "+/"); i >= 0 {
		t.fault(name, i, fmt.Sprintf("standard base64 alphabet instead of the URL-safe one at byte %d", i))
		body = toURLAlphabet(body)
	}
	if i := strings.IndexFunc(body, notBase64URL); i >= 0 {
		t.fault(name, i, fmt.Sprintf("%s at byte %d", badBase64, i))
		if body = withHoles(body, i); len(body)%4 == 1 {
			body = body[:len(body)-1]
		}
	} else if len(body)%4 == 1 {
		t.fault(name, len(body), fmt.Sprintf("%s at byte %d: a character is missing or one too many", badBase64, len(body)))
		body = body[:len(body)-1]
	} else if _, err := strictBase64.DecodeString(body); err != nil {
		t.fault(name, len(body)-1, fmt.Sprintf("base64 with spare bits that are not zero at byte %d", len(body)-1))
	}
	decoded, err = lenientBase64.DecodeString(body)
	if err != nil {
		return nil // cannot be: alphabet and length were just checked
	}
	return decoded
}

// hole is base64url of U+FFFD, which stands for the three bytes of a group that
// cannot be read.
const hole = "77-9"

// withHoles puts a hole for every group that holds what is no base64url, from the
// given byte on, so that what stands behind it can be read. An unfinished group at
// the end is left out.
func withHoles(body string, from int) string {
	out := []byte(body)
	for at := from - from%len(hole); at < len(out); at += len(hole) {
		end := min(at+len(hole), len(out))
		if span(body[at:end], isBase64URL, len(hole)) == end-at {
			continue
		}
		if end-at < len(hole) {
			return string(out[:at])
		}
		copy(out[at:end], hole)
	}
	return string(out)
}

func notBase64URL(r rune) bool {
	return !('A' <= r && r <= 'Z' || 'a' <= r && r <= 'z' || '0' <= r && r <= '9' || r == '-' || r == '_')
}
