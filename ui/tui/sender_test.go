package tui

import (
	"strings"
	"testing"
	"time"

	"keydeck/model"
)

func TestReadPasted(t *testing.T) {
	const key = "sk_0123456789"
	access := "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln" // typ at+jwt
	service := "eyJhbGciOiJSUzUxMiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJ4In0.c2ln"    // alg RS512
	session := "eyJhbGciOiJIUzI1NiJ9.eyJzZWNyZXRLZXkiOnt9fQ.c2ln"             // has secretKey
	client := "eyJhbGciOiJIUzI1NiIsImtpZCI6IngifQ.eyJleHAiOjF9.c2ln"
	tests := []struct {
		pasted string
		want   carried
	}{
		{key, carried{kind: model.KindAPIKey, value: key, account: "ABC123"}},
		{" XYZ999:" + key + "\n", carried{kind: model.KindAPIKey, value: key, account: "XYZ999"}},
		{"x-api-key: " + key, carried{header: [2]string{"X-Api-Key", key}}},
		{"authorization:Bearer x", carried{header: [2]string{"Authorization", "Bearer x"}}},
		{"ApiKey abc", carried{header: [2]string{"Authorization", "ApiKey abc"}}},
		{"whatever", carried{header: [2]string{"Authorization", "whatever"}}},
		{access, carried{kind: model.KindAccessToken, value: access}},
		{service, carried{kind: model.KindServiceToken, value: service}},
		{session, carried{kind: model.KindSessionKey, value: session}},
		{client, carried{kind: model.KindClientJWT, value: client}},
	}
	for _, tt := range tests {
		if got := readPasted(tt.pasted, "ABC123"); got != tt.want {
			t.Errorf("%q is read as %+v, want %+v", tt.pasted, got, tt.want)
		}
		for _, part := range readPasted(tt.pasted, "ABC123").masked().header {
			if strings.Contains(part, "0123456789") || strings.Contains(part, "whatever") {
				t.Errorf("%q is shown as %q", tt.pasted, part)
			}
		}
	}
}

// TestSignedJWT: what a JWT secret signs is a JWT that names it.
func TestSignedJWT(t *testing.T) {
	k := heldKey{id: uuid(70), kind: model.KindJWTSecret, secret: "s"}
	got := k.sign(time.Unix(1000, 0))
	const want = "eyJhbGciOiJIUzI1NiIsImtpZCI6IjAxOTAwMDAwLTAwMDAtNzAwMC04MDAwLTAwMDAwMDAwMDA3MCIsInR5cCI6IkpXVCJ9.eyJleHAiOjEwNjAsImlhdCI6MTAwMH0."
	if !strings.HasPrefix(got, want) || tokenKind(got) != model.KindClientJWT {
		t.Errorf("signed %s, want it to begin with %s", got, want)
	}
}
