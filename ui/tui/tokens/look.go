package tokens

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"keydeck/model"
	"keydeck/model/inspect"
	"keydeck/model/inspect/jwt"
	"keydeck/ui/text"
)

// looked is a token that was taken apart and made fit to be shown, once: what is
// drawn at every frame is drawn from here.
type looked struct {
	token    jwt.Token
	timed    jwt.Token // the same with its times alone
	at       time.Time // when it was first looked at
	segments []segment
	header   []member
	claims   []member // what stands within it first
	notes    []note   // of each token in it the worst first
	inner    []inner  // the tokens within
	origin   string   // of one that was gone into: what it is
	known    []note   // that its secret is well known, once that was looked for

	server   *model.Inspection // what this server says, nil until it has answered
	held     *held             // what was expected besides, when the server was asked; nil for nothing
	checked  *checked          // what the keys say that were chosen, nil until they were tried
	opened   *opening          // how it went to open it, nil if nobody has tried
	problem  string            // why neither could be asked
	answered time.Time
}

// segment is a part of the token as it stands, in printable ASCII and leftOut.
type segment struct {
	name string
	part part
	text string
}

// part of a token, for its colour.
type part int

const (
	partNone part = iota
	partHeader
	partClaims
	partSignature
)

// note is a finding, or something that keeps the token from being read.
type note struct {
	word, text, reference string
	severity              jwt.Severity // "" for what is broken
}

const (
	bigToken   = 64 << 10 // from here on a token is taken apart off the Update loop
	maxToken   = 2 << 20  // longer ones are no tokens
	maxTyped   = 8 << 10  // what is typed is decoded at every key
	maxShown   = 64 << 10 // of a part, in bytes; copying gives all of it
	maxValue   = 4 << 10  // of a member
	maxMembers = 1000     // of a part
	maxNotes   = 100
)

// lookAt takes an input apart. It may be slow: a token may have 1 MiB.
func lookAt(input string, at time.Time) *looked { return lookInto(inspect.Decode(pairOf(input)), at) }

// printedPair is a key pair as the command line prints it: each key on a line,
// behind its name.
var printedPair = regexp.MustCompile(`^\s*apiKey[ \t]+([\w.-]+)\s+secretKey[ \t]+([\w.-]+)\s*$`)

// pairOf brings a key pair that the command line printed into the form in which it
// is sent. Anything else stays what it is.
func pairOf(input string) string {
	if len(input) > 2*model.MaxTokenBytes {
		return input
	}
	if keys := printedPair.FindStringSubmatch(input); keys != nil {
		return `{"apiKey":"` + keys[1] + `","secretKey":"` + keys[2] + `"}`
	}
	return input
}

func lookInto(t jwt.Token, at time.Time) *looked {
	l := &looked{token: t, timed: timesOf(&t), at: at, segments: segmentsOf(&t), header: headerRows(&t)}
	l.inner = insideOf(&t, "")
	for i := range l.inner[:min(len(t.Nested), maxInner)] {
		in := &l.inner[i]
		l.claims = append(l.claims, in.row(text.Visible(in.token.Description())))
	}
	l.claims = append(append(l.claims, signatureRows(&t)...), recipientRows(&t)...)
	l.claims = append(l.claims, cleanMembers(t.Claims)...)
	l.notes = append(notesOn(&t, ""), innerNotes(l.inner)...)
	return l
}

// lookWithin looks at a token that one goes into.
func lookWithin(in *inner, at time.Time) *looked {
	l := lookInto(*in.token, at)
	l.origin = in.origin
	if len(in.outside) > 0 {
		l.header = append(l.header, member{name: "beside", value: "not protected, and left out", ours: true})
		l.header = append(l.header, in.outside...)
		l.notes = append(l.notes, note{"note", "its unprotected header is shown, and left out of what is verified: the signature does not cover it", "RFC 7515, section 7.2.1", jwt.Note})
	}
	return l
}

func cleanFindings(list []jwt.Finding) (out []note) {
	for _, f := range list[:min(len(list), maxNotes)] {
		out = append(out, note{text.Visible(string(f.Severity)), text.Visible(f.Text), text.Visible(f.Reference), f.Severity})
	}
	slices.SortStableFunc(out, func(a, b note) int { return cmp.Compare(a.rank(), b.rank()) })
	return out
}

// rank orders notes, the worst first.
func (n note) rank() int {
	return slices.Index([]jwt.Severity{"", jwt.Danger, jwt.Warn, jwt.Note}, n.severity)
}

// segmentsOf are the parts of the token as it stands; of what is no token all of
// it is one. A key is masked.
func segmentsOf(t *jwt.Token) (out []segment) {
	if !t.Kind.IsToken() {
		switch {
		case t.APIKey != nil:
			return []segment{{"input", partNone, maskedText(t.APIKey.Masked)}}
		case t.Kind == jwt.KindRefreshToken || t.Kind == jwt.KindJWTSecret:
			return []segment{{"input", partNone, maskedText(text.TokenHint(t.Raw))}}
		}
		return []segment{{"input", partNone, printable(t.Raw)}}
	}
	for _, s := range t.Segments {
		p := partSignature
		switch {
		case strings.HasPrefix(s.Name, jwt.SegmentHeader):
			p = partHeader
		case strings.HasPrefix(s.Name, jwt.SegmentPayload), s.Name == jwt.SegmentCiphertext:
			p = partClaims
		}
		out = append(out, segment{shortSegment(s.Name), p, printable(t.Raw[s.Start:s.End])})
	}
	return out
}

// shortSegment names a part in the nine cells that the raw token has for it.
func shortSegment(name string) string {
	switch name {
	case jwt.SegmentPayload:
		return "claims"
	case jwt.SegmentEncryptedKey:
		return "key"
	case jwt.SegmentIV:
		return "vector"
	case jwt.SegmentCiphertext:
		return "encrypted"
	case jwt.SegmentTag:
		return "tag"
	}
	return text.Visible(strings.NewReplacer(jwt.SegmentSignature+" ", "sign. ", jwt.SegmentEncryptedKey+" ", "key ", "additional ", "more ").Replace(name))
}

// printable is text.Visible in ASCII, so that every character has one cell and a
// row of a text of a megabyte is found by counting.
func printable(s string) string {
	s = text.Visible(s)
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return escapeAbove(s)
		}
	}
	return s
}

// leftOut stands in the text of a segment for what a mask leaves out: a byte that
// printable never gives, so that it has one cell.
const leftOut = "\x1a"

// maskedText is printable for a mask.
func maskedText(mask string) string {
	parts := strings.Split(mask, "…")
	for i, p := range parts {
		parts[i] = printable(p)
	}
	return strings.Join(parts, leftOut)
}

// drawn is a piece of a segment's text as it is shown.
func drawn(piece string) string { return strings.ReplaceAll(piece, leftOut, "…") }

func escapeAbove(s string) string {
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

// hint is enough of it to recognise it, masked.
func (l *looked) hint() string {
	if k := l.token.APIKey; k != nil {
		return text.Visible(k.Masked)
	}
	return text.TokenHint(l.token.Raw)
}

// kindWords says what it is by its shape.
func (l *looked) kindWords() string { return text.Visible(l.token.Description()) }
