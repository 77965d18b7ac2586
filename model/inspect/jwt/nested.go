package jwt

import (
	"strings"

	"keydeck/model"
	"keydeck/model/inspect/internal/display"
	"keydeck/model/inspect/strict"
)

// Nested is a token within a token, or one of the two of a key pair. Where says
// in which part it stands: "payload", or the name of a claim or member, escaped. Offset is
// where it begins, in bytes from the start of the decoded payload, or of Raw for a
// key pair.
//
// Clocks are there in a Report, for what carries times.
type Nested struct {
	Where  string  `json:"where"`
	Offset int     `json:"offset"`
	Token  Token   `json:"token"`
	Clocks *Clocks `json:"clocks"`
}

const (
	maxNesting = 4  // tokens around a token that is still taken apart
	maxNested  = 16 // tokens in one token that are taken apart
)

// nest takes a token within this one apart. Each layer of base64 takes a quarter,
// so the time stays linear whatever the depth.
func (t *Token) nest(where string, offset int, raw string, depth int) {
	if depth+1 >= maxNesting {
		t.Deeper = append(t.Deeper, where)
		return
	}
	t.Nested = append(t.Nested, Nested{Where: where, Offset: offset, Token: read(raw, depth+1)})
}

// nestClaims takes the tokens apart that are values of claims, at any depth.
func (t *Token) nestClaims(depth int) {
	if !mayHoldToken(t.Claims.Text) {
		return
	}
	strict.Leaves(t.Claims.Text, model.MaxJSONDepth, func(l strict.Leaf) {
		if len(t.Nested) >= maxNested || len(l.Raw) < len(`"e30.e30."`) || l.Raw[0] != '"' || !LooksLikeHeader(l.Raw[1:]) {
			return
		}
		if text, _ := (strict.Member{Raw: l.Raw}).Text(); strings.Count(text, ".") == 2 || strings.Count(text, ".") == 4 {
			t.nest(display.Name(l.Name), l.Offset+1, text, depth)
		}
	})
}

// DecodeClaims reads a text as claims that no header and no signature go with; it is
// false for what is no object. The Kind is KindJWS, which is what Clocks reads times
// of.
func DecodeClaims(text string) (Token, bool) {
	t := Token{Kind: KindJWS, Problems: []Problem{}, Findings: []Finding{}}
	if t.Claims = t.readObject(SegmentPayload, text, 0); t.Incomplete(SegmentPayload) {
		return Token{}, false
	}
	t.nestClaims(0)
	return t, true
}

// mayHoldToken is a quick look for a string that begins like a token. Nearly no
// payload has one, and need not be read again for it.
func mayHoldToken(text string) bool {
	for {
		i := strings.Index(text, `"e`)
		if i < 0 {
			return false
		}
		if text = text[i+1:]; LooksLikeHeader(text) {
			return true
		}
	}
}

// credential is which of this server's credentials the form is that of. Nothing
// is proved by it.
func (t *Token) credential() model.Kind {
	switch t.Kind {
	case KindAPIKey, KindAPIKeyHeader:
		return model.KindAPIKey
	case KindRefreshToken:
		return model.KindRefreshToken
	case KindJWTSecret:
		return model.KindJWTSecret
	case KindKeyPair:
		return model.KindKeyPair
	case KindJWS:
	default:
		return ""
	}
	has := func(names ...string) bool {
		for _, name := range names {
			if _, ok := t.Claims.Get(name); !ok {
				return false
			}
		}
		return true
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
	case t.Algorithm == "HS256" && isUUID(t.KeyID) && has("exp"):
		return model.KindClientJWT
	}
	return ""
}

func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		if dash := i == 8 || i == 13 || i == 18 || i == 23; dash != (s[i] == '-') {
			return false
		}
	}
	return strings.Trim(s, "0123456789abcdefABCDEF-") == ""
}
