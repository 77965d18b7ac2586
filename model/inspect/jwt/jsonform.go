package jwt

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"keydeck/model"
	"keydeck/model/inspect/internal/display"
	"keydeck/model/inspect/internal/paste"
	"keydeck/model/inspect/strict"
)

// Signed is one signature of a JWS in JSON form, with its own headers (RFC 7515,
// section 7.2.1). Compact is the same signature as a compact token; "" if it has none,
// because the payload is detached or a header is unprotected.
type Signed struct {
	Protected   Part      `json:"protected"`
	Unprotected Part      `json:"header"`
	Algorithm   string    `json:"alg,omitempty"`
	KeyID       string    `json:"kid,omitempty"`
	Signature   Signature `json:"signature"`
	Compact     string    `json:"-"`
	Joint       Joint     `json:"-"`
}

// Recipient is a recipient of a JWE in JSON form (RFC 7516, section 7.2.1).
type Recipient struct {
	Header    Part   `json:"header"` // per recipient; the shared one is in Token.Header
	Algorithm string `json:"alg,omitempty"`
	KeyID     string `json:"kid,omitempty"`
	Joint     Joint  `json:"-"`
}

// Joint is a token in JSON form from the view of one signature or recipient: with the
// JOSE header, which is the union of its protected and unprotected headers (RFC 7515,
// section 4; RFC 7516, section 4). Repeated lists the members that are in more than
// one of them.
type Joint struct {
	Token    Token
	Repeated []string
}

// segmentAdditional is the additional authenticated data of a JWE in JSON form.
const segmentAdditional = "additional data"

// maxEntries is how many signatures or recipients are shown. No real token has more.
const maxEntries = 32

// maxJoined is how many members of a header in JSON form are read.
const maxJoined = 1000

// readJSON reads a credential in JSON form, and reports whether the input is one.
func (t *Token) readJSON(depth int) bool {
	if !strings.HasPrefix(t.Raw, "{") {
		return false
	}
	object, err := strict.ParseObject(t.Raw, model.MaxJSONDepth)
	kind := Kind(paste.FormOf(&object))
	if kind == "" {
		return false
	}
	t.Kind, t.Form = kind, object
	t.objectProblems("token", &object, err)
	f := form{Token: t, object: object, depth: depth}
	switch kind {
	case KindJWSJSON:
		f.readSigned()
	case KindJWEJSON:
		f.readEncrypted()
	default:
		f.readPair()
	}
	slices.SortFunc(t.Segments, func(a, b Segment) int { return a.Start - b.Start })
	return true
}

// form is a token in JSON form while it is read.
type form struct {
	*Token
	object strict.Object
	depth  int
}

// text reads a member that is a string, and makes a segment of it. base is the offset
// in Raw of the object that has the member.
func (f *form) text(o *strict.Object, member, segment string, base int) (string, bool) {
	m, ok := o.Get(member)
	if !ok {
		return "", false
	}
	s, isString := m.Text()
	if !isString {
		f.fault(segment, -1, member+" is not a string")
		return "", false
	}
	if len(s) == len(m.Raw)-2 { // no escapes, so the text is in Raw as it is
		start := base + m.ValueOffset + 1
		f.Segments = append(f.Segments, Segment{segment, start, start + len(s)})
	}
	return s, true
}

// headerMember reads a member that is an unprotected header.
func (f *form) headerMember(o *strict.Object, member, part string) Part {
	m, ok := o.Get(member)
	if !ok {
		return Part{}
	}
	object, err := strict.ParseObject(m.Raw, model.MaxJSONDepth)
	if err != nil {
		f.fault(part, -1, member+" is not an object")
	}
	return Part{Text: m.Raw, Object: object}
}

// entry is one element of signatures or recipients, or in the flattened form the
// object itself.
type entry struct {
	strict.Object
	base int
}

// entries lists the signatures or recipients. The flattened form has one.
func (f *form) entries(member string) []entry {
	m, general := f.object.Get(member)
	if !general {
		return []entry{{f.object, 0}}
	}
	items := strict.Elements(m.Raw, model.MaxJSONDepth)
	if len(items) == 0 {
		f.fault("token", m.Offset, member+" is empty, or no array")
	}
	if len(items) > maxEntries {
		f.problem("token", m.Offset, fmt.Sprintf("%d %s, of which %d are shown", len(items), member, maxEntries))
	}
	var out []entry
	for i, item := range items[:min(len(items), maxEntries)] {
		object, err := strict.ParseObject(item.Raw, model.MaxJSONDepth)
		base := m.ValueOffset + item.Offset
		if err != nil {
			f.fault("token", base, fmt.Sprintf("element %d of %s is not an object", i+1, member))
			continue
		}
		out = append(out, entry{object, base})
	}
	return out
}

// Numbered is the name of a part of the i-th signature or recipient, from 0.
func Numbered(name string, i int) string {
	if i == 0 {
		return name
	}
	return fmt.Sprintf("%s %d", name, i+1)
}

// joint reads the headers of one entry into a Token with their union (RFC 7515,
// section 4).
func (f *form) joint(i int, parts ...Part) Joint {
	name := Numbered(SegmentHeader, i)
	var repeated []string
	sub := Token{Kind: f.Kind, Raw: f.Raw, incomplete: slices.Clone(f.incomplete)}
	seen := map[string]bool{}
	for _, p := range parts {
		if len(p.Members) > maxJoined {
			sub.fault(name, -1, fmt.Sprintf("%d members in a header, of which %d are shown", len(p.Members), maxJoined))
			p.Members = p.Members[:maxJoined]
		}
		for _, m := range p.Members {
			if seen[m.Name] && !m.Duplicate {
				sub.problem(name, -1, fmt.Sprintf("%s stands in two headers", display.Quote(m.Name)))
				repeated = append(repeated, m.Name)
				m.Duplicate = true
			}
			seen[m.Name] = true
			sub.Header.Members = append(sub.Header.Members, m)
		}
	}
	if text, err := json.Marshal(sub.Header); err == nil {
		sub.Header.Text = string(text)
	}
	sub.readHeader()
	sub.headerProblems(name)
	for _, p := range parts[1:] {
		if _, ok := p.Get("crit"); ok {
			sub.problem(name, -1, "crit must be protected")
		}
	}
	return Joint{sub, repeated}
}

// adopt takes over the problems of an entry, and the header of the first one.
func (f *form) adopt(i int, sub *Token) {
	f.Problems = append(f.Problems, sub.Problems...)
	if i == 0 {
		f.Header, f.Algorithm, f.AlgorithmText = sub.Header, sub.Algorithm, sub.AlgorithmText
		f.Encryption, f.EncryptionText = sub.Encryption, sub.EncryptionText
		f.Type, f.ContentType, f.KeyID = sub.Type, sub.ContentType, sub.KeyID
	}
}

func (f *form) readSigned() {
	payload, there := f.text(&f.object, "payload", SegmentPayload, 0)
	unencoded := false
	list := f.entries("signatures")
	for i, e := range list {
		name := Numbered(SegmentHeader, i)
		before := len(f.Problems)
		var protected Part
		text, has := f.text(&e.Object, "protected", name, e.base)
		if has && text != "" {
			protected = f.readObject(name, string(f.decodeText(name, text)), before)
		}
		unprotected := f.headerMember(&e.Object, "header", name)
		joint := f.joint(i, protected, unprotected)
		sub := &joint.Token
		signature, has := f.text(&e.Object, "signature", Numbered(SegmentSignature, i), e.base)
		if !has {
			f.faultOf(lostBytes, Numbered(SegmentSignature, i), -1, "missing")
		}
		sub.Signature = f.decodeText(Numbered(SegmentSignature, i), signature)
		f.adopt(i, sub)
		s := Signed{Protected: protected, Unprotected: unprotected, Algorithm: sub.Algorithm, KeyID: sub.KeyID, Signature: sub.Signature, Joint: joint}
		if there && payload != "" && len(unprotected.Members) == 0 && !strings.Contains(text+payload+signature, ".") {
			s.Compact = text + "." + payload + "." + signature
		}
		f.Signatures = append(f.Signatures, s)
		unencoded = unencoded || sub.unencoded()
	}
	if len(f.Signatures) > 0 {
		f.Signature = f.Signatures[0].Signature
	}
	before := len(f.Problems)
	switch {
	case !there || payload == "":
		f.detached()
		return
	case !unencoded:
		payload = string(f.decodeText(SegmentPayload, payload))
	}
	f.payload(payload, before, f.depth)
}

func (f *form) readEncrypted() {
	before := len(f.Problems)
	var protected Part
	if text, ok := f.text(&f.object, "protected", SegmentHeader, 0); ok && text != "" {
		protected = f.readObject(SegmentHeader, string(f.decodeText(SegmentHeader, text)), before)
	}
	shared := f.headerMember(&f.object, "unprotected", SegmentHeader)
	parts := map[string][]byte{}
	for _, m := range []struct{ member, segment string }{{"iv", SegmentIV}, {"ciphertext", SegmentCiphertext}, {"tag", SegmentTag}, {"aad", segmentAdditional}} {
		if text, ok := f.text(&f.object, m.member, m.segment, 0); ok {
			parts[m.segment] = f.decodeText(m.segment, text)
		}
	}
	list := f.entries("recipients")
	for i, e := range list {
		own := f.headerMember(&e.Object, "header", Numbered(SegmentHeader, i))
		joint := f.joint(i, protected, shared, own)
		sub := &joint.Token
		key := Numbered(SegmentEncryptedKey, i)
		if text, ok := f.text(&e.Object, "encrypted_key", key, e.base); ok {
			parts[SegmentEncryptedKey] = f.decodeText(key, text)
		}
		if i == 0 {
			sub.encryptedProblems(parts)
		}
		f.adopt(i, sub)
		f.Recipients = append(f.Recipients, Recipient{Header: own, Algorithm: sub.Algorithm, KeyID: sub.KeyID, Joint: joint})
	}
}

// readPair reads the two JWTs of a key pair.
func (f *form) readPair() {
	for _, names := range [][2]string{{"apiKey", "secretKey"}, {"api_key", "secret_key"}} {
		for _, name := range names {
			if text, ok := f.text(&f.object, name, name, 0); ok {
				m, _ := f.object.Get(name)
				f.nest(name, m.ValueOffset+1, paste.Squeeze(text), f.depth)
			}
		}
	}
}

// IsJWE reports whether a text has the form of a JWE, compact or JSON.
func IsJWE(text string) bool {
	if strings.HasPrefix(text, "{") {
		object, _ := strict.ParseObject(text, model.MaxJSONDepth)
		return paste.FormOf(&object) == paste.FormJWE
	}
	return paste.LooksLikeHeader(text) && strings.Count(text, ".") == len(jweSegments)-1
}

// CompactJWE is the compact form of a JWE in JSON form; "" if it has none because of
// several recipients, an unprotected header or additional data.
func (t *Token) CompactJWE() string {
	object, err := strict.ReadObject("token", []byte(t.Raw))
	if err != nil || len(t.Recipients) != 1 || len(t.Recipients[0].Header.Members) > 0 {
		return ""
	}
	for _, name := range []string{"unprotected", "header", "aad"} {
		if _, ok := object.Get(name); ok {
			return ""
		}
	}
	parts := make([]string, 0, len(jweSegments))
	for _, name := range jweSegments {
		parts = append(parts, t.Text(name))
	}
	return strings.Join(parts, ".")
}
