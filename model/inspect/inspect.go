// Package inspect says what can be said about a token without a server: what
// kind of credential it is, what stands in it, what time makes of it, and what
// about it deserves a second look.
//
// Guarantees: pure functions, no network, no clock of its own, time linear in the
// input. Any input at all gives a Token and never a panic; what is broken is a
// Problem with the byte it was found at, and the rest is shown. No signature is
// checked here and nothing here says otherwise.
//
// A Token's strings are as hostile as the input they come from: whoever shows
// them on a terminal makes them visible first.
package inspect

import (
	"fmt"
	"strings"
	"time"

	"keydeck/model"
)

// Kind is what an input looks like. It is a guess from the form alone.
type Kind string

const (
	KindJWS          Kind = "jws"            // compact JWS: a signed JWT
	KindJWE          Kind = "jwe"            // compact JWE: encrypted
	KindAPIKey       Kind = "api_key"        // sk_…
	KindAPIKeyHeader Kind = "api_key_header" // ApiKey base64(account_id:sk_…)
	KindRefreshToken Kind = "refresh_token"  // 86 base64url characters
	KindUnknown      Kind = "unknown"
)

// Description is the kind in words. Of a JWS it takes for granted that there is a
// signature; Token.Description looks.
func (k Kind) Description() string {
	switch k {
	case KindJWS:
		return "signed token (JWS, compact)"
	case KindJWE:
		return "encrypted token (JWE, compact)"
	case KindAPIKey:
		return "API key"
	case KindAPIKeyHeader:
		return "ApiKey credential (account id and API key)"
	case KindRefreshToken:
		return "refresh token, by its shape"
	}
	return "nothing known"
}

// Unsigned reports whether a token that should be signed is not, by what it says
// of itself or because the signature is empty. Nothing keeps anybody from
// writing such a token.
func (t *Token) Unsigned() bool {
	if t.Kind != KindJWS {
		return false
	}
	none := strings.EqualFold(t.Algorithm, algNone)
	return none || len(t.Segments) == len(jwsSegments) && t.Text(SegmentSignature) == ""
}

// Description says in words what the token is.
func (t *Token) Description() string {
	switch {
	case !t.Unsigned():
		return t.Kind.Description()
	case strings.EqualFold(t.Algorithm, algNone):
		return "unsigned token (alg none)"
	}
	return "unsigned token (the signature is empty)"
}

// Token is everything that an input shows by itself. Members that the Kind does
// not have are empty.
type Token struct {
	Kind      Kind      `json:"kind"`
	Raw       string    `json:"-"` // the cleaned input, which offsets count in; it may be a secret
	Algorithm string    `json:"alg,omitempty"`
	Type      string    `json:"typ,omitempty"`
	KeyID     string    `json:"kid,omitempty"`
	Header    Part      `json:"header"`
	Claims    Part      `json:"claims"`
	Signature Signature `json:"signature,omitempty"`
	APIKey    *APIKey   `json:"api_key,omitempty"`
	Segments  []Segment `json:"segments,omitempty"` // in the order of the text
	Problems  []Problem `json:"problems"`
	Findings  []Finding `json:"findings"`
}

// Segment names.
const (
	SegmentHeader       = "header"
	SegmentPayload      = "payload"
	SegmentSignature    = "signature"
	SegmentEncryptedKey = "encrypted key"
	SegmentIV           = "initialization vector"
	SegmentCiphertext   = "ciphertext"
	SegmentTag          = "authentication tag"
)

var (
	jwsSegments = []string{SegmentHeader, SegmentPayload, SegmentSignature}
	jweSegments = []string{SegmentHeader, SegmentEncryptedKey, SegmentIV, SegmentCiphertext, SegmentTag}
)

// Segment is one part of a compact token: Token.Raw[Start:End], without dots.
type Segment struct {
	Name  string `json:"name"`
	Start int    `json:"start"`
	End   int    `json:"end"`
}

// Problem is something that keeps a part from being read, or that a strict
// verifier refuses it for. Offset counts bytes from the start of the part: of its
// base64 text, or of its JSON if the message says so. It is -1 where no single
// byte is at fault.
type Problem struct {
	Part    string `json:"part"`
	Offset  int    `json:"offset"`
	Message string `json:"message"`
}

// String is the problem in one line: "payload: invalid base64 at byte 17".
func (p Problem) String() string { return p.Part + ": " + p.Message }

// Text is the text of the named segment as it stands in Raw, "" if there is none.
func (t *Token) Text(segment string) string {
	for _, s := range t.Segments {
		if s.Name == segment {
			return t.Raw[s.Start:s.End]
		}
	}
	return ""
}

// Decode cleans input and takes it apart as far as it goes.
func Decode(input string) Token {
	t := Token{Raw: Clean(input), Problems: []Problem{}, Findings: []Finding{}}
	switch {
	case t.Raw == "":
		t.Kind = KindUnknown
		t.problem("input", -1, "empty")
	case t.readAPIKey():
	case t.readAPIKeyHeader():
	case strings.Contains(t.Raw, ".") || strings.HasPrefix(t.Raw, "eyJ"):
		t.readCompact()
	case isRefreshToken(t.Raw):
		t.Kind = KindRefreshToken
	default:
		t.Kind = KindUnknown
		t.problem("input", -1, "neither a token in segments nor a key of a known form")
	}
	return t
}

// Report is the form for scripts: the token, and what time makes of it. Clocks is
// null for what carries no times.
type Report struct {
	Token
	Clocks *Clocks `json:"clocks"`
}

// Report puts the token and its clocks at now together.
func (t Token) Report(now time.Time) Report {
	r := Report{Token: t}
	if t.Kind == KindJWS {
		c := t.Clocks(now)
		r.Clocks = &c
	}
	return r
}

// readCompact takes apart what has segments: five are a JWE, anything else is
// shown as a JWS with as much of it as there is.
func (t *Token) readCompact() {
	t.Kind = KindJWS
	names := jwsSegments
	// Cut off behind a sixth segment: a megabyte of dots is not to become a
	// megabyte of segments.
	texts := strings.SplitN(t.Raw, ".", len(jweSegments)+1)
	if len(texts) == len(jweSegments) {
		t.Kind, names = KindJWE, jweSegments
	}
	start := 0
	for i, text := range texts {
		if i < len(names) {
			t.Segments = append(t.Segments, Segment{names[i], start, start + len(text)})
		}
		start += len(text) + 1
	}
	if len(texts) != len(names) {
		t.problem("token", -1, fmt.Sprintf("%d segments, a signed token has 3 and an encrypted one 5", strings.Count(t.Raw, ".")+1))
	}
	if len(t.Raw) > model.MaxTokenBytes {
		t.finding(Warn, "size", "RFC 9110, section 5.4", "%d bytes: this server takes no token over %d", len(t.Raw), model.MaxTokenBytes)
	}

	t.Header = t.readPart(SegmentHeader)
	t.readHeader()
	t.headerFindings()
	if t.Kind == KindJWE {
		for _, name := range jweSegments[1:] {
			t.decodeSegment(name)
		}
		t.finding(Note, "encrypted", "RFC 7516, section 3", "encrypted: only the header can be read without the key")
		return
	}
	t.Claims = t.readPart(SegmentPayload)
	t.Signature = t.decodeSegment(SegmentSignature)
	t.signatureFindings()
	t.claimsFindings()
}

func (t *Token) readHeader() {
	for _, m := range t.Header.Members {
		if m.Duplicate {
			continue
		}
		text, isString := m.Text()
		if !isString {
			continue
		}
		switch m.Name {
		case "alg":
			t.Algorithm = text
		case "typ":
			t.Type = text
		case "kid":
			t.KeyID = text
		}
	}
}

func (t *Token) problem(part string, offset int, message string) {
	t.Problems = append(t.Problems, Problem{part, offset, message})
}

// broken reports whether the part has a problem.
func (t *Token) broken(part string) bool {
	for _, p := range t.Problems {
		if p.Part == part {
			return true
		}
	}
	return false
}
