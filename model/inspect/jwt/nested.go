package jwt

import (
	"slices"
	"strings"

	"keydeck/model"
	"keydeck/model/inspect/internal/display"
	"keydeck/model/inspect/internal/paste"
	"keydeck/model/inspect/strict"
)

// Nested is a token within a token, or one of the two in a key pair. Where is
// "payload", or the escaped name of a claim or member. Offset is where it begins, in
// bytes of the decoded payload, or of Raw for a key pair. Clocks is set in a Report,
// for tokens that have times.
type Nested struct {
	Where  string  `json:"where"`
	Offset int     `json:"offset"`
	Token  Token   `json:"token"`
	Clocks *Clocks `json:"clocks"`
}

const (
	maxNesting = 4  // levels of tokens that are decoded
	maxNested  = 16 // tokens decoded within one token
)

// nest decodes a token within this one. Each layer of base64 is a quarter smaller, so
// the time is linear at any depth.
func (t *Token) nest(where string, offset int, raw string, depth int) {
	if depth+1 >= maxNesting {
		t.TooDeep = append(t.TooDeep, where)
		return
	}
	t.Nested = append(t.Nested, Nested{Where: where, Offset: offset, Token: read(raw, depth+1)})
}

// nestClaims decodes the tokens that are values of claims, at any depth.
func (t *Token) nestClaims(depth int) {
	if !mayHoldToken(t.Claims.Text) {
		return
	}
	for leaf := range strict.Leaves(t.Claims.Text, model.MaxJSONDepth) {
		if len(t.Nested) >= maxNested {
			break
		}
		if len(leaf.Raw) < len(`"e30.e30."`) || leaf.Raw[0] != '"' || !paste.LooksLikeHeader(leaf.Raw[1:]) {
			continue
		}
		text, _ := strict.Member{Raw: leaf.Raw}.Text()
		if dots := strings.Count(text, "."); dots == 2 || dots == 4 {
			t.nest(display.Name(leaf.Name), leaf.Offset+1, text, depth)
		}
	}
}

// DecodeClaims reads claims that have no header and no signature; it is false if the
// text is not an object. Kind is KindJWS, so that Clocks reads their times.
func DecodeClaims(text string) (Token, bool) {
	t := Token{Kind: KindJWS, Problems: []Problem{}, Findings: []Finding{}}
	if t.Claims = t.readObject(SegmentPayload, text, 0); t.Incomplete(SegmentPayload) {
		return Token{}, false
	}
	t.nestClaims(0)
	return t, true
}

// mayHoldToken is a quick check for a string that begins like a token, to save the
// second reading of nearly every payload.
func mayHoldToken(text string) bool {
	for {
		i := strings.Index(text, `"e`)
		if i < 0 {
			return false
		}
		if text = text[i+1:]; paste.LooksLikeHeader(text) {
			return true
		}
	}
}

// credential is which of a Keydeck server's credentials this looks like. It proves
// nothing.
func (t *Token) credential() model.Kind {
	switch t.Kind {
	case KindAPIKeyHeader:
		return model.KindAPIKey
	case KindUnknown:
		return ""
	case KindJWS:
	default: // the others have the server's words, or are no credentials
		if kind := model.Kind(t.Kind); kind.Spec().Name != "" {
			return kind
		}
		return ""
	}
	has := func(names ...string) bool {
		return !slices.ContainsFunc(names, func(name string) bool { _, ok := t.Claims.Get(name); return !ok })
	}
	switch {
	case t.Algorithm == "HS256" && has("apiKey", "secretKey", "exp"):
		return model.KindSessionKey
	case t.Algorithm == "HS256" && has("CustomerId", "nNodeLicenseExpiry"):
		return model.KindKeyPair
	case strings.EqualFold(t.Type, "at+jwt") && has("sid", "client_id"):
		return model.KindAccessToken
	case t.Algorithm == "RS512" && has("account_id", "project_id"):
		return model.KindServiceToken
	case t.Algorithm == "HS256" && model.IsUUID(t.KeyID) && has("exp"):
		return model.KindClientJWT
	}
	return ""
}
