package reading

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"
)

var now = time.Unix(946684800, 0)

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
