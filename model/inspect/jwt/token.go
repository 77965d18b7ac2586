// Package jwt decodes tokens, and the other credentials of a Keydeck server: it finds
// one in a pasted text, decodes its parts, and says what its times mean.
//
// Any input gives a Token and never a panic, in time linear in its length. What is
// broken is a Problem with its byte offset, and the rest is still there. Signatures
// are for package jws, and everything that is suspicious but well formed for package
// lint.
package jwt

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"keydeck/model"
	"keydeck/model/inspect/internal/display"
	"keydeck/model/inspect/internal/paste"
	"keydeck/model/inspect/strict"
)

// Kind is what an input looks like, by its form alone.
type Kind string

const (
	KindJWS          Kind = "jws"             // compact JWS: a signed JWT
	KindJWE          Kind = "jwe"             // compact JWE: encrypted
	KindJWSJSON      Kind = paste.FormJWS     // JWS in JSON form, with one signature or several (RFC 7515, section 7.2)
	KindJWEJSON      Kind = paste.FormJWE     // JWE in JSON form, for one recipient or several (RFC 7516, section 7.2)
	KindKeyPair      Kind = paste.FormKeyPair // two JWTs, apiKey and secretKey, in one JSON object
	KindAPIKeyHeader Kind = "api_key_header"  // ApiKey base64(account_id:sk_…)
	KindRefreshToken Kind = "refresh_token"   // 86 base64url characters
	KindJWTSecret    Kind = "jwt_secret"      // 64 letters and digits
	KindUnknown      Kind = "unknown"
)

// Description is the kind in words. It takes a JWS to be signed; Token.Description
// checks.
func (k Kind) Description() string {
	if static := model.Kind(k).Spec(); static.Prefix != "" {
		return static.Name
	}
	return cmp.Or(descriptions[k], "nothing known")
}

var descriptions = map[Kind]string{
	KindJWS:          "signed token (JWS, compact)",
	KindJWE:          "encrypted token (JWE, compact)",
	KindJWSJSON:      "signed token (JWS, JSON form)",
	KindJWEJSON:      "encrypted token (JWE, JSON form)",
	KindKeyPair:      "key pair (apiKey and secretKey)",
	KindAPIKeyHeader: "ApiKey credential (account id and API key)",
	KindRefreshToken: "refresh token, by its shape",
	KindJWTSecret:    "JWT secret, by its shape",
}

// IsOpaque reports a kind that is known by its shape alone.
func (k Kind) IsOpaque() bool { return k == KindJWTSecret || k == KindRefreshToken }

// IsToken reports whether the kind has a header.
func (k Kind) IsToken() bool {
	return k == KindJWS || k == KindJWE || k == KindJWSJSON || k == KindJWEJSON
}

// algNone is the algorithm of a token without a signature (RFC 7518, section 3.6).
const algNone = "none"

// Unsigned reports whether a JWS is not signed, by its alg or because the signature is
// empty. Anybody can write such a token.
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

// Token is everything that an input reveals by itself. Fields that its Kind does not
// have are empty. For a token in JSON form, Header is the joint header of the first
// signature or recipient, and Signature is the first one.
type Token struct {
	Kind           Kind        `json:"kind"`
	Raw            string      `json:"-"` // the cleaned input, to which offsets refer; may be a secret
	Algorithm      string      `json:"alg,omitempty"`
	AlgorithmText  string      `json:"alg_text,omitempty"` // in words, "" if unknown
	Encryption     string      `json:"enc,omitempty"`      // of a JWE
	EncryptionText string      `json:"enc_text,omitempty"`
	Type           string      `json:"typ,omitempty"`
	ContentType    string      `json:"cty,omitempty"`
	KeyID          string      `json:"kid,omitempty"`
	Credential     model.Kind  `json:"credential,omitempty"` // of a Keydeck server, by its form; "" for none
	Header         Part        `json:"header"`
	Claims         Part        `json:"claims"`
	Signature      Signature   `json:"signature,omitempty"`
	Detached       bool        `json:"detached,omitempty"`   // the payload is elsewhere (RFC 7515, appendix F)
	Signatures     []Signed    `json:"signatures,omitempty"` // of a JWS in JSON form
	Recipients     []Recipient `json:"recipients,omitempty"` // of a JWE in JSON form
	Nested         []Nested    `json:"nested,omitempty"`     // tokens within this one
	StaticKey      *StaticKey  `json:"api_key,omitempty"`
	Segments       []Segment   `json:"segments,omitempty"` // in the order of the text
	Problems       []Problem   `json:"problems"`
	Findings       []Finding   `json:"findings"`

	// For package lint, which sets Findings:
	Form       strict.Object `json:"-"` // of a token in JSON form or a key pair: the object
	Cleaned    bool          `json:"-"` // line breaks or escapes within the token were removed
	Surrounded bool          `json:"-"` // there was other text around the token
	TooDeep    []string      `json:"-"` // Nested.Where of tokens that were not decoded because they are nested too deep

	incomplete []string // parts that could not be read to their end
}

// Incomplete reports whether the named part could not be read to its end. What seems
// to be missing may come after the fault.
func (t *Token) Incomplete(part string) bool { return slices.Contains(t.incomplete, part) }

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

// Segment is one part of a token: Token.Raw[Start:End], without dots or quotes. In
// JSON form the parts of the second signature are "header 2" and "signature 2".
type Segment struct {
	Name  string `json:"name"`
	Start int    `json:"start"`
	End   int    `json:"end"`
}

// Problem is why a part cannot be read, or why strict verifiers reject it. Offset
// counts bytes from the start of the part: of its base64 text, or of its JSON if the
// message says so; it is -1 if no single byte is wrong. Message is safe to show.
type Problem struct {
	Part    string `json:"part"`
	Offset  int    `json:"offset"`
	Message string `json:"message"`

	kind problemKind
}

// String is the problem in one line: "payload: invalid base64 at byte 17".
func (p Problem) String() string { return p.Part + ": " + p.Message }

// Text is the named segment of Raw, "" if there is none.
func (t *Token) Text(segment string) string {
	text, _ := t.segment(segment)
	return text
}

func (t *Token) segment(name string) (text string, ok bool) {
	for _, s := range t.Segments {
		if s.Name == name {
			return t.Raw[s.Start:s.End], true
		}
	}
	return "", false
}

// Decode extracts a token from a pasted text and decodes it as far as possible. Line
// breaks within it are removed; so are blanks within a line, which are a Problem,
// since strict verifiers reject them. Findings are left to package lint.
func Decode(input string) Token {
	raw, blanks := paste.Clean(input)
	t := read(raw, 0)
	if !t.Kind.IsToken() {
		return t
	}
	before, after, asItStood := strings.Cut(input, raw)
	switch {
	case blanks:
		t.problem("token", -1, "blanks within it were taken out: a strict verifier refuses it as it was pasted")
	case !asItStood && !strings.Contains(paste.WithoutSpace(input), raw) && paste.HasInvisible(input):
		t.problem("token", -1, "invisible characters within it were taken out: a strict verifier refuses it as it was pasted")
	}
	if t.Cleaned = !asItStood; t.Cleaned {
		t.Surrounded = strings.TrimSpace(paste.Strip(paste.WithoutSpace(input))) != raw && beside(input, raw)
	} else {
		t.Surrounded = paste.Strip(before+"x") != "x" || paste.Trim(after) != ""
	}
	return t
}

// beside reports text around a token that was joined over white space.
func beside(input, raw string) bool {
	before, after, found := strings.Cut(paste.WithoutSpace(input), raw)
	return found && (paste.Strip(before+" x") != "x" && !strings.EqualFold(paste.Strip(before), "bearer") || paste.Trim(after) != "")
}

// DecodeExact decodes the input as it is: what Decode would remove is a fault. It is
// for input that was not pasted by a person.
func DecodeExact(raw string) Token { return read(raw, 0) }

// read decodes a cleaned text; depth is the number of tokens around it.
func read(raw string, depth int) Token {
	t := Token{Raw: raw, Kind: KindUnknown, Problems: []Problem{}, Findings: []Finding{}}
	switch {
	case raw == "":
		t.problem("input", -1, "empty")
	case t.readStaticKey():
	case t.readAPIKeyHeader():
	case t.readJSON(depth):
	case isJWTSecret(raw):
		t.Kind = KindJWTSecret
	case isRefreshToken(raw):
		t.Kind = KindRefreshToken
	case strings.Contains(raw, ".") && !strings.HasPrefix(raw, "{") || paste.LooksLikeHeader(raw):
		t.readCompact(depth)
	default:
		t.problem("input", -1, unknownText(raw))
	}
	t.Credential = t.credential()
	return t
}

// unknownText says what an input that is not a credential seems to be.
func unknownText(raw string) string {
	switch {
	case strings.HasPrefix(raw, "-----BEGIN"):
		return "a key or a certificate in PEM, no token: it can be used to verify one"
	case strings.HasPrefix(raw, "{"):
		if object, err := strict.ParseObject(raw, model.MaxJSONDepth); err == nil {
			_, one := object.Get("kty")
			_, set := object.Get("keys")
			if one || set {
				return "a JSON Web Key or a set of them, no token: it can be used to verify one"
			}
		}
		return "JSON, and no token in it"
	}
	return "neither a token in segments nor a key of a known form"
}

// Report is the form for scripts: the token with its clocks, and those of the tokens
// within it. Clocks is nil without times.
type Report struct {
	Token
	Clocks *Clocks `json:"clocks"`
}

// Report adds the clocks at now to the token and to those within it.
func (t Token) Report(now time.Time) Report {
	r := Report{Token: t, Clocks: t.clocks(now)}
	r.Nested = reportNested(t.Nested, now)
	return r
}

func reportNested(list []Nested, now time.Time) []Nested {
	list = slices.Clone(list) // do not change the token's own
	for i := range list {
		n := &list[i]
		n.Clocks, n.Token.Nested = n.Token.clocks(now), reportNested(n.Token.Nested, now)
	}
	return list
}

// clocks is Clocks for a kind that has times, else nil.
func (t *Token) clocks(now time.Time) *Clocks {
	if !t.Kind.hasClaims() {
		return nil
	}
	c := t.Clocks(now)
	return &c
}

// hasClaims reports whether claims of the kind can be read without a key.
func (k Kind) hasClaims() bool { return k == KindJWS || k == KindJWSJSON }

func (t *Token) problem(part string, offset int, message string) {
	t.problemOf(otherProblem, part, offset, message)
}

func (t *Token) problemOf(kind problemKind, part string, offset int, message string) {
	t.Problems = append(t.Problems, Problem{part, offset, display.Escape(message), kind})
}

// fault is a problem that leaves the part incomplete.
func (t *Token) fault(part string, offset int, message string) {
	t.faultOf(otherProblem, part, offset, message)
}

func (t *Token) faultOf(kind problemKind, part string, offset int, message string) {
	t.problemOf(kind, part, offset, message)
	t.incomplete = append(t.incomplete, part)
}
