package reading

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"keydeck/model"
)

var now = time.Unix(946684800, 0)

// TestRefusalSaysWhen: how long ago stands behind the reason that it belongs to, and a
// revocation is told as well.
func TestRefusalSaysWhen(t *testing.T) {
	for _, tt := range []struct {
		name    string
		reason  model.Reason
		revoked bool
		want    string
	}{
		{"revoked", model.ReasonRevoked, true, "was revoked, or the key that made it, 30 s ago"},
		{"expired", model.ReasonExpired, false, "had expired, 16 min ago"},
		{"expired and revoked", model.ReasonExpired, true, "had expired, 16 min ago; and it, or its key, was revoked 30 s ago"},
		{"no exp", model.ReasonMissingExp, true, "one without an end is not taken; and it, or its key, was revoked 30 s ago"},
		{"signature", model.ReasonBadSignature, true, "does not fit the token; and it, or its key, was revoked 30 s ago"},
		{"signature alone", model.ReasonBadSignature, false, "does not fit the token"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := model.Inspection{Kind: model.KindClientJWT, Reason: tt.reason, ExpiresAt: model.Ptr(now.Add(-16 * time.Minute))}
			if tt.revoked {
				in.RevokedAt = model.Ptr(now.Add(-30 * time.Second))
			}
			c := Context{Now: now}
			if got := c.refusal(&in); !strings.HasSuffix(got, tt.want) {
				t.Errorf("got %q, want it to end in %q", got, tt.want)
			}
		})
	}
}

// compact is an unsigned token.
func compact(claims string) string {
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(`{"alg":"none"}`)) + "." + encode([]byte(claims)) + "."
}

// TestNestedTokensAreBounded: of a token full of tokens no more are told of than anybody
// reads.
func TestNestedTokensAreBounded(t *testing.T) {
	claims := map[string]string{}
	for i := range 26 {
		claims[string(rune('a'+i))] = compact(`{"sub":"bob"}`)
	}
	raw, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	got := Decode(compact(compact(string(raw))), now).Nested
	if len(got) != maxNested || got[0].Where != "in payload" || !strings.HasPrefix(got[1].Where, "in payload, in claim ") {
		t.Errorf("%d nested tokens, first %q, then %q", len(got), got[0].Where, got[1].Where)
	}
}

func TestOnlyAPrintedPairIsJoined(t *testing.T) {
	token := compact("{}")
	want := `{"apiKey":"` + token + `","secretKey":"` + token + `"}`
	if got := joinPair("apiKey     " + token + "\nsecretKey  " + token + "\n"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	for _, other := range []string{"apiKey " + token, "secretKey a apiKey b", "apiKey a secretKey b c", token} {
		if got := joinPair(other); got != other {
			t.Errorf("%q became %q", other, got)
		}
	}
}
