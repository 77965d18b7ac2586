package tuitest

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/ui/tui/wallet"
)

func NewestFirst(list []model.RequestRecord) []model.RequestRecord {
	out := make([]model.RequestRecord, len(list))
	for i := range list {
		out[len(list)-1-i] = list[i]
	}
	return out
}

// Many is a project with n API keys.
func Many(n int) func(*Fake) {
	return func(f *Fake) {
		OneProject(f)
		now := f.Now()
		f.Keys, f.Secrets, f.Pairs = nil, nil, nil
		for i := range n {
			k := model.APIKey{ID: UUID(100_000 + i), Name: fmt.Sprintf("service-%05d", (i*7919)%n), FullKey: "sk_9Qtz…b21Xc", IsActive: i%9 > 0,
				Scopes: []string{"read"}, LastUsedAt: model.Ptr(now.Add(-time.Duration(i) * time.Minute)), CreatedAt: model.At(now.Add(-time.Duration(i) * time.Hour))}
			if i%3 == 0 {
				k.ExpiresAt = model.Ptr(now.Add(time.Duration(i) * time.Hour))
			}
			f.Keys = append(f.Keys, k)
			f.Uses = append(f.Uses, model.CredentialUse{CredentialID: k.ID, RequestsToday: int64(i * 31 % 997)})
		}
	}
}

// Hundreds is a project with 900 keys more, one of which is busy.
func Hundreds(f *Fake) {
	now := f.Now()
	for i := range 900 {
		k := model.APIKey{ID: UUID(200_000 + i), Name: fmt.Sprintf("svc-%04d-worker-of-the-night", i), FullKey: fmt.Sprintf("sk_%04d…%05d", i, i),
			IsActive: true, CreatedAt: model.At(now), UpdatedAt: model.At(now)}
		if i == 899 {
			k.LastUsedAt = model.Ptr(now.Add(-2 * time.Minute))
			f.Uses = append(f.Uses, model.CredentialUse{CredentialID: k.ID, LastHour: 2000, RequestsToday: 2000, LastUsedAt: k.LastUsedAt})
		}
		f.Keys = append(f.Keys, k)
	}
}

// Twins gives all keys one long name; the second followed on the third.
func Twins(f *Fake) {
	for i := range f.Keys {
		f.Keys[i].Name = "billing-exporter-of-the-night-shift"
	}
	f.Keys[2].UpdatedAt = f.Keys[1].CreatedAt
}

// ManyScopes makes the keys have more scopes than a form has room for.
func ManyScopes(f *Fake) {
	for i := range 30 {
		f.Keys[0].Scopes = append(f.Keys[0].Scopes, fmt.Sprintf("catalog:part-%02d:read", i))
	}
}

func BatchOf(from, n int) []model.RequestRecord {
	out := make([]model.RequestRecord, n)
	for i := range out {
		out[i] = Record(from+i, time.Unix(int64(from+i), 0), "GET", fmt.Sprintf("/v1/item/%d", from+i), 200+(from+i)%2, 22, "")
	}
	return out
}

// ApiKeyValue is family A's value for the fake's key.
func ApiKeyValue() string {
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

func AToken(r *Rig) { r.Send(PastedToken()) }

func PastedToken() tea.PasteMsg { return tea.PasteMsg{Content: ServiceTokenFor(14 * time.Minute)} }

// ServiceTokenFor looks like a service token that expires then; it was issued a
// quarter of an hour before it expires. The tests' clock begins in the year 2000.
func ServiceTokenFor(left time.Duration) string {
	exp := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).Add(left).Unix()
	return SignedToken(map[string]any{"alg": "RS512", "typ": "JWT", "kid": UUID(90)}, map[string]any{
		"iss": "http://127.0.0.1:8000", "sub": UUID(22), "account_id": "ABC123", "project_id": UUID(11),
		"scope": "keys:write", "iat": exp - 900, "nbf": exp - 900, "exp": exp, "jti": UUID(91),
	})
}

func Accepted(now time.Time) model.Inspection {
	name, hint, account, project, kid, id := "ci-deploy", "sk_9Qtz…b21Xc", "ABC123", UUID(11), UUID(90), UUID(22)
	key, state, alg := "this server, signing key 2 of 2", string(model.KeyActive), "RS512"
	return model.Inspection{Kind: model.KindServiceToken, Valid: true, CredentialName: &name, CredentialHint: &hint, CredentialID: &id,
		Signature: model.SignatureGood, Key: &key, KeyState: &state, Algorithm: &alg,
		AccountID: &account, ProjectID: &project, KID: &kid, Scopes: []string{"keys:write"}, ExpiresAt: model.Ptr(now.Add(14 * time.Minute))}
}

// Pastes are megabytes that somebody pastes by mistake or in malice.
func Pastes() map[string]string {
	out := Megabytes()
	out["lines of one"] = strings.Repeat("a\n", 100_000)
	out["token in lines of one"] = strings.Join(strings.Split(out["one long value"][:100_000], ""), "\n")
	out["zero width"] = strings.Repeat("\u200b", 1<<20/3)
	out["no UTF-8"] = strings.Repeat("\xff", 1<<20)
	out["escape bytes"] = strings.Repeat("\x1b", 1<<20)
	out["colours"] = strings.Repeat("\x1b[31ma", 1<<20/6)
	return out
}

func Megabytes() map[string]string {
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

func FromAPIKey(k model.APIKey) wallet.Credential {
	return wallet.Shown(ofAPIKey(k))
}
