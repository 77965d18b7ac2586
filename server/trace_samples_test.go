package server

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"keydeck/model"
)

// sample is one credential in one state.
type sample struct {
	name   string
	ask    model.TraceRequest
	owner  person                  // whose project and user id go with it
	pair   *model.IssuedCredential // of a half
	kind   model.Kind              // that the inspection must find
	reason model.Reason            // that the inspection must give
	last   bool                    // sending it changes other samples
}

// samples are credentials of each kind in each state that can be brought about
// from outside. The second one is a login of a superuser's, for asking.
func (b *testServer) samples(t *testing.T) ([]sample, person) {
	const write = `{"name":"short","expires_in_days":1}`
	super := b.person("owner@example.com")
	early := b.person("ada@example.com")
	shortKey := data[model.IssuedCredential](t, b.do("POST", "/auth/api-keys/", write, early.bearer, early.projectLine))
	shortPair := data[model.IssuedCredential](t, b.do("POST", "/auth/key-pairs/", write, early.bearer, early.projectLine))
	shortSecret := data[model.IssuedCredential](t, b.do("POST", "/auth/jwt-secrets/", write, early.bearer, early.projectLine))
	oldService := b.serviceToken(t, early.accountValue)
	oldSession := b.sessionKey(early)
	b.clock.Add(25 * time.Hour)

	// again is the same person with a login of now.
	again := func(p person) person {
		fresh := b.signIn(p.email)
		p.pair, p.bearer = fresh.pair, fresh.bearer
		return p
	}
	super = again(super)
	p := again(early)
	ended := b.signIn("ada@example.com")
	b.do("POST", "/auth/verification/revoke-token", fmt.Sprintf(`{"refresh_token":%q}`, ended.pair.RefreshToken))
	used := b.signIn("ada@example.com")
	b.do("POST", "/auth/verification/refresh-token", fmt.Sprintf(`{"refresh_token":%q,"user_uuid":%q}`, used.pair.RefreshToken, used.id))
	spare := b.signIn("ada@example.com")

	// What is revoked, and a project that is deleted, belong to somebody else.
	gone, late := b.person("gone@example.com"), b.person("late@example.com")
	goneService, lateService := b.serviceToken(t, gone.accountValue), b.serviceToken(t, late.accountValue)
	goneSession, lateSession := b.sessionKey(gone), b.sessionKey(late)
	p, super = again(p), again(super)
	b.do("DELETE", "/auth/projects/"+gone.project.ID, "", gone.bearer)
	for _, path := range []string{"api-keys/" + late.key.ID, "key-pairs/" + late.keyPair.ID, "jwt-secrets/" + late.secret.ID} {
		if a := b.do("DELETE", "/auth/"+path, "", late.bearer, late.projectLine); a.status != 200 {
			t.Fatalf("revoke %s: %d %s", path, a.status, a.body)
		}
	}
	b.clock.Add(time.Minute) // so that nothing was issued in this very second

	service, session := b.serviceToken(t, p.accountValue), b.sessionKey(p)
	ahead := b.clock.Now().Add(time.Hour).Unix()
	signed := func(s model.IssuedCredential, claims string) string { return signedJWT(s.ID, s.Secrets[0], claims) }
	good := fmt.Sprintf(`{"exp":%d}`, ahead)
	bare := func(s string) model.TraceRequest { return model.TraceRequest{Token: s} }
	whole := func(s string) model.TraceRequest {
		return model.TraceRequest{Authorization: strings.TrimPrefix(s, "Authorization: ")}
	}
	none := model.KindUnknown
	unknownKey := model.FormatKey(model.KindAPIKey, strings.Repeat("7", model.KeyRandomLen))
	mistyped := p.key.Secrets[0][:10] + strings.Repeat("x", len(p.key.Secrets[0])-10)
	return []sample{
		{name: "key", ask: bare(p.key.Secrets[0]), owner: p, kind: model.KindAPIKey},
		{name: "key with keys:write", ask: bare(p.writer.Secrets[0]), owner: p, kind: model.KindAPIKey},
		{name: "key: expired", ask: bare(shortKey.Secrets[0]), owner: p, kind: model.KindAPIKey, reason: model.ReasonExpired},
		{name: "key: revoked", ask: bare(late.key.Secrets[0]), owner: late, kind: model.KindAPIKey, reason: model.ReasonRevoked},
		{name: "key: project gone", ask: bare(gone.key.Secrets[0]), owner: gone, kind: model.KindAPIKey, reason: model.ReasonProjectGone},
		{name: "key: unknown", ask: bare(unknownKey), owner: p, kind: model.KindAPIKey, reason: model.ReasonUnknownKey},
		{name: "key: mistyped", ask: bare(mistyped), owner: p, kind: model.KindAPIKey, reason: model.ReasonBadChecksum},
		{name: "key: cut off", ask: bare("sk_abc"), owner: p, kind: model.KindAPIKey, reason: model.ReasonMalformed},
		{name: "ApiKey", ask: whole(p.accountValue), owner: p, kind: model.KindAPIKey},
		{name: "ApiKey: another account", ask: whole(accountLine("ZZZZZZ", p.key.Secrets[0])), owner: p, kind: model.KindAPIKey, reason: model.ReasonWrongAccount},
		{name: "ApiKey: no base64", ask: whole("aPiKeY \t ###"), owner: p, kind: model.KindAPIKey, reason: model.ReasonMalformed},
		{name: "ApiKey: no key in it", ask: whole("ApiKey eDp5"), owner: p, kind: model.KindAPIKey, reason: model.ReasonMalformed},
		{name: "Bearer and a key", ask: whole("Bearer " + p.key.Secrets[0]), owner: p, kind: model.KindAPIKey},

		{name: "service token", ask: bare(service), owner: p, kind: model.KindServiceToken},
		{name: "service token: expired", ask: bare(oldService), owner: p, kind: model.KindServiceToken, reason: model.ReasonExpired},
		{name: "service token: key revoked", ask: bare(lateService), owner: late, kind: model.KindServiceToken, reason: model.ReasonRevoked},
		{name: "service token: project gone", ask: bare(goneService), owner: gone, kind: model.KindServiceToken, reason: model.ReasonProjectGone},
		{name: "service token: altered", ask: bare(altered(service)), owner: p, kind: model.KindServiceToken, reason: model.ReasonBadSignature},
		{name: "service token: header", ask: whole("Bearer " + service), owner: p, kind: model.KindServiceToken},

		{name: "access token", ask: bare(p.pair.AccessToken), owner: p, kind: model.KindAccessToken},
		{name: "access token of a superuser", ask: bare(super.pair.AccessToken), owner: super, kind: model.KindAccessToken},
		{name: "access token: expired", ask: bare(early.pair.AccessToken), owner: p, kind: model.KindAccessToken, reason: model.ReasonExpired},
		{name: "access token: signed out", ask: bare(ended.pair.AccessToken), owner: p, kind: model.KindAccessToken, reason: model.ReasonSessionEnded},
		{name: "access token: altered", ask: bare(altered(p.pair.AccessToken)), owner: p, kind: model.KindAccessToken, reason: model.ReasonBadSignature},

		{name: "session key", ask: bare(session), owner: p, kind: model.KindSessionKey},
		{name: "session key: header", ask: whole(session), owner: p, kind: model.KindSessionKey},
		{name: "session key: expired", ask: bare(oldSession), owner: p, kind: model.KindSessionKey, reason: model.ReasonExpired},
		{name: "session key: pair revoked", ask: bare(lateSession), owner: late, kind: model.KindSessionKey, reason: model.ReasonRevoked},
		{name: "session key: project gone", ask: bare(goneSession), owner: gone, kind: model.KindSessionKey, reason: model.ReasonProjectGone},

		{name: "client JWT", ask: bare(signed(p.secret, good)), owner: p, kind: model.KindClientJWT},
		{name: "client JWT: expired", ask: bare(signed(p.secret, `{"exp":1}`)), owner: p, kind: model.KindClientJWT, reason: model.ReasonExpired},
		{name: "client JWT: not yet", ask: bare(signed(p.secret, fmt.Sprintf(`{"exp":%d,"nbf":%d}`, ahead+9, ahead))), owner: p, kind: model.KindClientJWT, reason: model.ReasonNotYetValid},
		{name: "client JWT: no exp", ask: bare(signed(p.secret, `{}`)), owner: p, kind: model.KindClientJWT, reason: model.ReasonMissingExp},
		{name: "client JWT: exp is text", ask: bare(signed(p.secret, `{"exp":"soon"}`)), owner: p, kind: model.KindClientJWT, reason: model.ReasonBadClaims},
		{name: "client JWT: claims are no object", ask: bare(signed(p.secret, `[]`)), owner: p, kind: model.KindClientJWT, reason: model.ReasonMalformed},
		{name: "client JWT: secret expired", ask: bare(signed(shortSecret, good)), owner: p, kind: model.KindClientJWT, reason: model.ReasonExpired},
		{name: "client JWT: secret revoked", ask: bare(signed(late.secret, good)), owner: late, kind: model.KindClientJWT, reason: model.ReasonRevoked},
		{name: "client JWT: project gone", ask: bare(signed(gone.secret, good)), owner: gone, kind: model.KindClientJWT, reason: model.ReasonProjectGone},
		{name: "client JWT: altered", ask: bare(altered(signed(p.secret, good))), owner: p, kind: model.KindClientJWT, reason: model.ReasonBadSignature},
		{name: "client JWT: another's secret", ask: bare(signedJWT(p.secret.ID, super.secret.Secrets[0], good)), owner: p, kind: model.KindClientJWT, reason: model.ReasonBadSignature},
		{name: "client JWT: unknown kid", ask: bare(signedJWT(nobody, p.secret.Secrets[0], good)), owner: p, kind: none, reason: model.ReasonUnknownKID},
		{name: "client JWT: no kid", ask: bare(jws(`{"alg":"HS256"}`, good, p.secret.Secrets[0])), owner: p, kind: none, reason: model.ReasonMissingKID},
		{name: "client JWT: kid is a number", ask: bare(jws(`{"alg":"HS256","kid":7}`, good, p.secret.Secrets[0])), owner: p, kind: none, reason: model.ReasonMalformed},
		{name: "client JWT: alg none", ask: bare(jws(fmt.Sprintf(`{"alg":"none","kid":%q}`, p.secret.ID), good, p.secret.Secrets[0])), owner: p, kind: model.KindClientJWT, reason: model.ReasonBadAlgorithm},
		{name: "no JWT", ask: bare("a.b.c"), owner: p, kind: none, reason: model.ReasonMalformed},
		{name: "JWE", ask: bare("a.b.c.d.e"), owner: p, kind: none, reason: model.ReasonMalformed},
		{name: "a token as long as may be", ask: bare(strings.Repeat("a", model.MaxTokenBytes-4) + ".b.c"), owner: p, kind: none, reason: model.ReasonMalformed},

		{name: "apiKey of a pair", ask: bare(p.keyPair.Secrets[0]), owner: p, pair: &p.keyPair, kind: model.KindKeyPair},
		{name: "secretKey of a pair", ask: bare(p.keyPair.Secrets[1]), owner: p, pair: &p.keyPair, kind: model.KindKeyPair},
		{name: "pair: licence over", ask: bare(shortPair.Secrets[1]), owner: p, pair: &shortPair, kind: model.KindKeyPair, reason: model.ReasonExpired},
		{name: "pair: revoked", ask: bare(late.keyPair.Secrets[0]), owner: late, pair: &late.keyPair, kind: model.KindKeyPair, reason: model.ReasonRevoked},
		{name: "pair: project gone", ask: bare(gone.keyPair.Secrets[0]), owner: gone, pair: &gone.keyPair, kind: model.KindKeyPair, reason: model.ReasonProjectGone},
		{name: "pair: altered", ask: bare(altered(p.keyPair.Secrets[0])), owner: p, pair: &p.keyPair, kind: model.KindKeyPair, reason: model.ReasonBadSignature},

		{name: "JWT secret", ask: bare(p.secret.Secrets[0]), owner: p, kind: model.KindJWTSecret},
		{name: "garbage", ask: bare("hello"), owner: p, kind: none, reason: model.ReasonMalformed},
		{name: "garbage in two words", ask: whole("Basic dTpw"), owner: p, kind: none, reason: model.ReasonMalformed},
		{name: "Bearer and garbage", ask: whole("bearer hello"), owner: p, kind: none, reason: model.ReasonMalformed},

		{name: "refresh token: unknown", ask: bare(strings.Repeat("r", 86)), owner: p, kind: none, reason: model.ReasonUnknownKey},
		{name: "refresh token: signed out", ask: bare(ended.pair.RefreshToken), owner: p, kind: model.KindRefreshToken, reason: model.ReasonSessionEnded},
		{name: "refresh token", ask: bare(spare.pair.RefreshToken), owner: p, kind: model.KindRefreshToken, last: true},
		{name: "refresh token: used", ask: bare(used.pair.RefreshToken), owner: p, kind: model.KindRefreshToken, reason: model.ReasonReused, last: true},
	}, super
}

func (b *testServer) serviceToken(t *testing.T, line string) string {
	t.Helper()
	var got struct{ Token string }
	decode(t, b.do("GET", "/v1/token/get", "", line).body, &got)
	if got.Token == "" {
		t.Fatal("no service token")
	}
	return got.Token
}

// altered changes the signature of a JWT.
func altered(raw string) string {
	i := strings.LastIndexByte(raw, '.') + 1
	swap := byte('A')
	if raw[i] == swap {
		swap = 'B'
	}
	return raw[:i] + string(swap) + raw[i+1:]
}

func signedJWT(kid, secret, claims string) string {
	return jws(fmt.Sprintf(`{"alg":"HS256","typ":"JWT","kid":%q}`, kid), claims, secret)
}

// jws signs as a client does it that knows nothing of this server's code.
func jws(header, claims, secret string) string {
	b64 := base64.RawURLEncoding.EncodeToString
	signed := b64([]byte(header)) + "." + b64([]byte(claims))
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(signed))
	return signed + "." + b64(mac.Sum(nil))
}
