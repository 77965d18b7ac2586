package fake

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"keydeck/model"
)

// AccessToken is a login token that expires then.
func AccessToken(exp time.Time) string {
	enc := base64.RawURLEncoding.EncodeToString
	return enc([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + enc(fmt.Appendf(nil, `{"sub":%q,"exp":%d}`, UUID(1), exp.Unix())) + ".c2ln"
}

// APIKeyHeader is family A's Authorization header for Secret.
func APIKeyHeader() string {
	return "ApiKey " + base64.StdEncoding.EncodeToString([]byte("ABC123:"+Secret))
}

// SignedToken has the shape of a JWT.
func SignedToken(header, claims map[string]any) string {
	part := func(v map[string]any) string {
		raw, _ := json.Marshal(v)
		return base64.RawURLEncoding.EncodeToString(raw)
	}
	return part(header) + "." + part(claims) + ".c2ln"
}

// ServiceToken looks like a service token with so much of its quarter of an hour left
// when the clock of a synctest bubble begins, in the year 2000.
func ServiceToken(left time.Duration) string {
	exp := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).Add(left).Unix()
	return SignedToken(map[string]any{"alg": "RS512", "typ": "JWT", "kid": UUID(90)}, map[string]any{
		"iss": "http://127.0.0.1:8000", "sub": UUID(22), "account_id": "ABC123", "project_id": UUID(11),
		"scope": "keys:write", "iat": exp - 900, "nbf": exp - 900, "exp": exp, "jti": UUID(91),
	})
}

// Accepted is the server's verdict on ServiceToken(14 * time.Minute).
func Accepted(now time.Time) model.Inspection {
	name, hint, account, project, kid, id := "ci-deploy", "sk_9Qtz…b21Xc", "ABC123", UUID(11), UUID(90), UUID(22)
	key, state, alg := "this server, signing key 2 of 2", string(model.KeyActive), "RS512"
	return model.Inspection{Kind: model.KindServiceToken, Valid: true, CredentialName: &name, CredentialHint: &hint, CredentialID: &id,
		Signature: model.SignatureGood, Key: &key, KeyState: &state, Algorithm: &alg,
		AccountID: &account, ProjectID: &project, KID: &kid, Scopes: []string{"keys:write"}, ExpiresAt: model.Ptr(now.Add(14 * time.Minute))}
}

// HugeTokens are about a megabyte each, by what is huge about them.
func HugeTokens() map[string]string {
	enc := base64.RawURLEncoding.EncodeToString
	header := enc([]byte(`{"alg":"HS256"}`))
	many := strings.TrimSuffix(strings.Repeat(`"a":1,`, 120_000), ",")
	return map[string]string{
		"one long value": header + "." + enc([]byte(`{"x":"`+strings.Repeat("long ", 150_000)+`"}`)) + ".c2ln",
		"many members":   header + "." + enc([]byte("{"+many+"}")) + ".c2ln",
		"no token":       strings.Repeat("x\u202e", 200_000),
		"no end":         header + "." + strings.Repeat("A", 1<<20),
	}
}
