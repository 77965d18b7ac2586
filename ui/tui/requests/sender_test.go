package requests

import (
	"strings"
	"testing"
	"time"

	"keydeck/model"
	"keydeck/ui/tui/tuitest/fake"
	"keydeck/ui/tui/wallet"
)

func TestReadPasted(t *testing.T) {
	const key = "sk_0123456789"
	access := "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln" // typ at+jwt
	service := "eyJhbGciOiJSUzUxMiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJ4In0.c2ln"    // alg RS512
	session := "eyJhbGciOiJIUzI1NiJ9.eyJzZWNyZXRLZXkiOnt9fQ.c2ln"             // has secretKey
	client := "eyJhbGciOiJIUzI1NiIsImtpZCI6IngifQ.eyJleHAiOjF9.c2ln"
	tests := []struct {
		Token string
		want  wallet.Presented
	}{
		{key, wallet.Presented{Kind: model.KindAPIKey, Value: key, Account: "ABC123"}},
		{" XYZ999:" + key + "\n", wallet.Presented{Kind: model.KindAPIKey, Value: key, Account: "XYZ999"}},
		{"x-api-key: " + key, wallet.Presented{Header: [2]string{"X-Api-Key", key}}},
		{"authorization:Bearer x", wallet.Presented{Header: [2]string{"Authorization", "Bearer x"}}},
		{"ApiKey abc", wallet.Presented{Header: [2]string{"Authorization", "ApiKey abc"}}},
		{"whatever", wallet.Presented{Header: [2]string{"Authorization", "whatever"}}},
		{access, wallet.Presented{Kind: model.KindAccessToken, Value: access}},
		{service, wallet.Presented{Kind: model.KindServiceToken, Value: service}},
		{session, wallet.Presented{Kind: model.KindSessionKey, Value: session}},
		{client, wallet.Presented{Kind: model.KindClientJWT, Value: client}},
	}
	for _, tt := range tests {
		if got := readPasted(tt.Token, "ABC123"); got != tt.want {
			t.Errorf("%q is read as %+v, want %+v", tt.Token, got, tt.want)
		}
		for _, part := range readPasted(tt.Token, "ABC123").Masked().Header {
			if strings.Contains(part, "0123456789") || strings.Contains(part, "whatever") {
				t.Errorf("%q is shown as %q", tt.Token, part)
			}
		}
	}
}

// TestSignedJWT: what a JWT secret signs is a JWT that names it.
func TestSignedJWT(t *testing.T) {
	k := wallet.Key{ID: fake.UUID(70), Kind: model.KindJWTSecret, Secrets: []string{"s"}}
	got := k.Sign(time.Unix(1000, 0))
	const want = "eyJhbGciOiJIUzI1NiIsImtpZCI6IjAxOTAwMDAwLTAwMDAtNzAwMC04MDAwLTAwMDAwMDAwMDA3MCIsInR5cCI6IkpXVCJ9.eyJleHAiOjEwNjAsImlhdCI6MTAwMH0."
	if !strings.HasPrefix(got, want) || tokenKind(got) != model.KindClientJWT {
		t.Errorf("signed %s, want it to begin with %s", got, want)
	}
}

// TestPastedStaticKeys: a pasted key of every static kind keeps its kind.
func TestPastedStaticKeys(t *testing.T) {
	for _, kind := range model.CredentialKinds {
		if kind.Spec().Prefix == "" {
			continue
		}
		key := model.FormatKey(kind, strings.Repeat("Ab3", 12)+"x")
		if got := readPasted(" "+key+"\n", "ABC123"); got.Kind != kind || got.Value != key || got.Account != "ABC123" {
			t.Errorf("%s: %+v", kind, got)
		}
	}
}
