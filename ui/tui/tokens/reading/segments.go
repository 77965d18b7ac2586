package reading

import (
	"cmp"
	"fmt"
	"strings"
	"unicode/utf8"

	"keydeck/model/inspect/jwt"
	"keydeck/ui/text"
)

// Segment is one part of the raw token. Text is ASCII, one cell a byte, so that a line
// of a megabyte is found by counting; Slice gives it as it is shown.
type Segment struct {
	Name string
	Part Part
	Text string
}

// Part of a token, for its colour.
type Part int

const (
	NoPart Part = iota
	HeaderPart
	ClaimsPart
	SignaturePart
)

// ellipsis stands in Text for what a mask leaves out: a byte that ascii never gives.
const ellipsis = "\x1a"

// Slice is the text from one byte to another, as it is shown.
func (s Segment) Slice(from, to int) string {
	return strings.ReplaceAll(s.Text[from:to], ellipsis, "…")
}

// segments are the parts of the raw token; anything but a token is one part. A key is
// masked.
func segments(t *jwt.Token) (out []Segment) {
	if !t.Kind.IsToken() {
		input := ascii(t.Raw)
		switch {
		case t.StaticKey != nil:
			input = maskASCII(t.StaticKey.Masked)
		case t.Kind.IsOpaque():
			input = ellipsis
		}
		return []Segment{{"input", NoPart, input}}
	}
	for _, s := range t.Segments {
		p := SignaturePart
		switch {
		case strings.HasPrefix(s.Name, jwt.SegmentHeader):
			p = HeaderPart
		case strings.HasPrefix(s.Name, jwt.SegmentPayload), s.Name == jwt.SegmentCiphertext:
			p = ClaimsPart
		}
		out = append(out, Segment{cmp.Or(segmentNames[s.Name], text.Visible(numbered.Replace(s.Name))), p, ascii(t.Raw[s.Start:s.End])})
	}
	return out
}

// segmentNames have nine cells at most.
var segmentNames = map[string]string{jwt.SegmentPayload: "claims", jwt.SegmentEncryptedKey: "key", jwt.SegmentIV: "vector",
	jwt.SegmentCiphertext: "encrypted", jwt.SegmentTag: "tag"}

// numbered shortens the names of further signatures and recipients.
var numbered = strings.NewReplacer(jwt.SegmentSignature+" ", "sign. ", jwt.SegmentEncryptedKey+" ", "key ", "additional ", "more ")

// ascii is text.Visible with an escape for every character beyond ASCII.
func ascii(s string) string {
	s = text.Visible(s)
	if text.IsASCII(s) {
		return s
	}
	var out strings.Builder
	for _, r := range s {
		switch {
		case r < utf8.RuneSelf:
			out.WriteRune(r)
		case r > 0xffff:
			fmt.Fprintf(&out, `\U%08x`, r)
		default:
			fmt.Fprintf(&out, `\u%04x`, r)
		}
	}
	return out.String()
}

func maskASCII(mask string) string {
	parts := strings.Split(mask, "…")
	for i, p := range parts {
		parts[i] = ascii(p)
	}
	return strings.Join(parts, ellipsis)
}
