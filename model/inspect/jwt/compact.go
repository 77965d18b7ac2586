package jwt

import (
	"fmt"
	"slices"
	"strings"

	"keydeck/model"
	"keydeck/model/inspect/internal/paste"
	"keydeck/model/inspect/jwa"
)

// readCompact reads a compact token. Five segments are a JWE; anything else is shown
// as a JWS, as far as it goes.
func (t *Token) readCompact(depth int) {
	t.Kind = KindJWS
	names := jwsSegments
	// Split at most into six: a megabyte of dots must not become a megabyte of
	// segments.
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
		t.problemOf(tooLong, "token", -1, fmt.Sprintf("%s bytes long; a Keydeck server takes at most %s", model.Count(int64(len(t.Raw))), model.Count(model.MaxTokenBytes)))
	}

	t.Header = t.readPart(SegmentHeader)
	t.readHeader()
	t.headerProblems(SegmentHeader)
	if t.Kind == KindJWE {
		parts := map[string][]byte{}
		for _, name := range jweSegments[1:] {
			parts[name] = t.decodeSegment(name)
		}
		t.encryptedProblems(parts)
		return
	}
	t.Signature = t.decodeSegment(SegmentSignature)
	t.readPayload(depth)
	// The parts were not read in the order of the text.
	slices.SortStableFunc(t.Problems, func(a, b Problem) int {
		return slices.Index(jwsSegments, a.Part) - slices.Index(jwsSegments, b.Part)
	})
}

// readPayload reads the second segment: claims, another token, nothing (RFC 7515,
// appendix F), or unencoded bytes (RFC 7797).
func (t *Token) readPayload(depth int) {
	before := len(t.Problems)
	var text string
	switch segment := t.Text(SegmentPayload); {
	case len(t.Segments) == len(jwsSegments) && segment == "":
		t.detached()
		return
	case t.unencoded():
		text = segment
	default:
		text = string(t.decodeSegment(SegmentPayload))
	}
	t.payload(text, before, depth)
}

func (t *Token) detached() {
	t.Detached = true
	t.fault(SegmentPayload, 0, "empty: it is kept elsewhere, or it was taken out")
}

// payload reads a decoded payload.
func (t *Token) payload(text string, before, depth int) {
	if inner := strings.TrimSpace(text); paste.LooksLikeHeader(inner) && strings.Count(inner, ".") >= len(jwsSegments)-1 {
		t.Claims = Part{Text: text}
		t.faultOf(holdsToken, SegmentPayload, 0, "holds another token and no claims: a Keydeck server takes no token within a token")
		t.nest("payload", strings.Index(text, inner), inner, depth)
		return
	}
	t.Claims = t.readObject(SegmentPayload, text, before)
	t.nestClaims(depth)
}

// unencoded reports b64 false: the payload is not encoded (RFC 7797, section 3).
func (t *Token) unencoded() bool {
	m, ok := t.Header.Get("b64")
	return ok && m.Raw == "false"
}

func (t *Token) readHeader() {
	for _, m := range t.Header.Members {
		text, isString := m.Text()
		if m.Duplicate || !isString {
			continue
		}
		switch m.Name {
		case "alg":
			t.Algorithm, t.AlgorithmText = text, jwa.Describe(text)
		case "enc":
			t.Encryption, t.EncryptionText = text, jwa.ContentEncryptions[text].Text
		case "typ":
			t.Type = text
		case "cty":
			t.ContentType = text
		case "kid":
			t.KeyID = text
		}
	}
}

// headerProblems is what a Keydeck server rejects a header for (RFC 7515, section 5.2;
// RFC 7797, section 6).
func (t *Token) headerProblems(part string) {
	encrypted := t.Kind == KindJWE || t.Kind == KindJWEJSON
	for _, m := range t.Header.Members {
		if m.Duplicate {
			continue // a problem of its own
		}
		_, isString := m.Text()
		switch m.Name {
		case "alg", "typ", "kid":
			if !isString {
				t.problem(part, m.ValueOffset, fmt.Sprintf("%s at byte %d is not a string", m.Name, m.Offset))
			}
		case "crit":
			t.problemOf(extended, part, m.Offset, fmt.Sprintf("crit at byte %d: a Keydeck server knows no extension, so it must refuse the token", m.Offset))
		case "b64":
			if !encrypted {
				t.problemOf(extended, part, m.Offset, fmt.Sprintf("b64 at byte %d: a Keydeck server takes encoded payloads alone", m.Offset))
			}
		}
	}
	if t.Lacks(part, t.Header, "alg") {
		t.problem(part, -1, "no alg")
	}
	if encrypted && t.Lacks(part, t.Header, "enc") {
		t.problem(part, -1, "no enc")
	}
}

// Lacks reports whether the member is missing from the part. It is false for an
// incomplete part.
func (t *Token) Lacks(part string, p Part, name string) bool {
	_, ok := p.Get(name)
	return !ok && !t.Incomplete(part)
}

// encryptedProblems compares the decoded parts of a JWE with its header (RFC 7516,
// section 5.2; RFC 7518, section 5).
func (t *Token) encryptedProblems(parts map[string][]byte) {
	if enc, ok := jwa.ContentEncryptions[t.Encryption]; ok {
		for _, want := range []struct {
			segment string
			size    int
		}{{SegmentIV, enc.IV}, {SegmentTag, enc.Tag}} {
			if got := len(parts[want.segment]); got != want.size && !t.Incomplete(want.segment) {
				t.problem(want.segment, -1, fmt.Sprintf("%d bytes; %s has %d", got, t.Encryption, want.size))
			}
		}
		if n := len(parts[SegmentCiphertext]); enc.IV == 16 && (n == 0 || n%16 != 0) && !t.Incomplete(SegmentCiphertext) {
			t.problem(SegmentCiphertext, -1, fmt.Sprintf("%d bytes; %s makes whole blocks of 16", n, t.Encryption))
		}
	}
	direct := t.Algorithm == "dir" || t.Algorithm == "ECDH-ES"
	key := len(parts[SegmentEncryptedKey])
	switch _, known := jwa.KeyAlgorithms[t.Algorithm]; {
	case direct && key > 0:
		t.problem(SegmentEncryptedKey, -1, "there must be none with "+t.Algorithm)
	case known && !direct && key == 0 && !t.Incomplete(SegmentEncryptedKey):
		t.problem(SegmentEncryptedKey, -1, "empty, and "+t.Algorithm+" has one")
	}
}

// MaxBytes is the longest token to verify, decrypt or sign. A longer one is still
// decoded.
const MaxBytes = 1 << 20
