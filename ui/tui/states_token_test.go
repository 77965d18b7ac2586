package tui

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/model/inspect/jwa"
	"keydeck/model/inspect/jwk"
	"keydeck/model/inspect/jws"
	"keydeck/model/inspect/strict"
)

// judged by the server, in the ways that there are.
var (
	takes = signed.with(func(f *fake) { f.verdict = accepted(f.now()) })
	ended = signed.with(func(f *fake) {
		f.verdict = accepted(f.now())
		f.verdict.Valid, f.verdict.Reason, f.verdict.ExpiresAt = false, model.ReasonExpired, model.Ptr(f.now().Add(-time.Minute))
	})
	forged = signed.with(func(f *fake) {
		f.verdict = accepted(f.now())
		f.verdict.Valid, f.verdict.Reason, f.verdict.Signature = false, model.ReasonBadSignature, model.SignatureBad
	})
	stranger = signed.with(func(f *fake) {
		f.verdict = model.Inspection{Kind: model.KindUnknown, Reason: model.ReasonUnknownKID, Signature: model.SignatureNotChecked}
	})
	traced = signed.with(func(f *fake) { f.trace = tracedSteps() })
)

var tokenStates = []state{
	{"token-empty", signed, do("4")},
	{"token-typing", signed, do("4", "i", "eyJhbGciOi")},
	{"token", signed, do("4", aToken)},
	{"token-waiting", signed.with(keepsSilent("POST /auth/tokens/inspect")), do("4", aToken, "enter")},
	{"token-unasked", signed.with(refuses("POST /auth/tokens/inspect", databaseFull)), do("4", aToken, "enter")},
	{"token-accepted", takes, do("4", aToken, "enter")},
	{"token-over", takes, do("4", aToken, "enter", 15*time.Minute)},
	{"token-expired", ended, do("4", tea.PasteMsg{Content: fakeService(-time.Minute)}, "enter")},
	{"token-forged", forged, do("4", aToken, "enter")},
	{"token-stranger", stranger, do("4", aToken, "enter")},
	{"token-claims", signed, do("4", aToken, "down", "down")},
	{"token-raw", signed, do("4", aToken, "shift+tab", "shift+tab", "down")},
	{"token-header", signed, do("4", aToken, "shift+tab")},
	{"token-findings", signed, do("4", aToken, "tab", "down")},
	{"token-verdict", takes, do("4", aToken, "enter", "tab", "tab", "end")},
	{"token-alone", signed, do("4", aToken, "z")},
	{"token-resized", signed, do("4", aToken, "shift+tab", "shift+tab", "[", "[", "tab", "tab", "]", "]")},
	{"token-utc", signed, do("4", aToken, "t", "t", 5*time.Second)},
	{"token-ago", signed, do("4", aToken, "t", 5*time.Second)},
	{"token-refused", signed.with(func(f *fake) {
		f.verdict = model.Inspection{Kind: model.KindAPIKey, Reason: model.ReasonRevoked, RevokedAt: model.Ptr(f.now().Add(-time.Hour))}
	}), do("4", tea.PasteMsg{Content: fakeSecret}, "enter")},
	{"token-private", takes, do("4", aToken, "enter", "*")},
	{"token-private-nested", signed, do("4", nestedToken, "*")},
	{"token-key", signed, do("4", tea.PasteMsg{Content: fakeSecret})},
	{"token-broken", signed, do("4", tea.PasteMsg{Content: "eyJhbGciOiJub25lIn0.e30.x.y"})},
	{"token-nothing", signed, do("4", tea.PasteMsg{Content: "hello there"})},
	{"token-hostile", signed, do("4", tea.PasteMsg{Content: signedToken(map[string]any{"alg": "none", evil: evil}, map[string]any{
		evil: evil, "sub": evil, "aud": []string{evil, evil}, "iat": 946684800, "exp": 946688400, "nbf": "x",
	})}, "down")},
	{"token-hostile-verdict", signed.with(hostileVerdict), do("4", tea.PasteMsg{Content: signedToken(map[string]any{"alg": evil, "kid": evil}, map[string]any{"VERIFIED by kid 1": evil})}, "enter", "tab", "tab")},
	{"token-not-yet", signed, do("4", tea.PasteMsg{Content: signedToken(map[string]any{"alg": "RS256", "typ": "JWT", "kid": "k1"}, map[string]any{
		"sub": "ada", "iss": "https://issuer.example.com", "aud": "shop", "iat": 946771200, "nbf": 946771200, "exp": 946857600,
	})})},
	{"token-encrypted", signed, do("4", tea.PasteMsg{Content: "eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0..AAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA"})},
	{"token-nested", signed, do("4", nestedToken, "up")},
	{"token-nested-in", signed, do("4", nestedToken, "up", "enter")},
	{"token-nested-payload", signed, do("4", tea.PasteMsg{Content: payloadToken(signedHMAC(hs256, fakeClaims(-3*time.Minute)))})},
	{"token-nested-deep", signed, do("4", tea.PasteMsg{Content: payloadToken(payloadToken(noneToken))}, "tab")},
	{"token-pair", signed, do("4", pairToken)},
	{"token-nested-hostile", signed, do("4", tea.PasteMsg{Content: payloadToken(signedToken(map[string]any{"alg": evil, "kid": evil}, map[string]any{evil: evil, "exp": 1, "x": signedToken(map[string]any{"alg": evil}, map[string]any{evil: evil})}))}, "tab", "tab")},
	{"token-json", signed, do("4", tea.PasteMsg{Content: jsonToken})},
	{"token-json-headers", signed, do("4", tea.PasteMsg{Content: jsonHeaders}, "home")},
	{"token-json-header", signed, do("4", tea.PasteMsg{Content: jsonHeaders}, "shift+tab", "end")},
	{"token-json-in", signed, do("4", tea.PasteMsg{Content: jsonHeaders}, "home", "enter")},
	{"token-json-hostile", signed, do("4", tea.PasteMsg{Content: hostileJSON()}, "home")},
	{"token-json-encrypted", signed, do("4", tea.PasteMsg{Content: jsonSealed}, "shift+tab")},
	{"token-milliseconds", takes.with(endsAfterAll), do("4", tea.PasteMsg{Content: signedToken(map[string]any{"alg": "RS512"}, map[string]any{"iat": 946684000, "exp": 946688400000})}, "enter")},
	{"token-refused-revoked", signed.with(expiredAndRevoked), do("4", tea.PasteMsg{Content: fakeService(-16 * time.Minute)}, "enter")},
	{"token-known-secret", signed, do("4", tea.PasteMsg{Content: hmacToken("secret")}, "tab")},
	{"token-long", signed, do("4", tea.PasteMsg{Content: signedToken(map[string]any{"alg": "HS256"}, map[string]any{"x": strings.Repeat("long ", 40_000)})})},

	{"token-with", signed, do("4", aToken, "v")},
	{"token-with-secret", signed, do("4", aToken, "v", "right", "tab", "hunter2")},
	{"token-with-key", signed, do("4", aToken, "v", "right", "right", "tab", tea.PasteMsg{Content: fakePEM})},
	{"token-with-key-wrong", signed, do("4", aToken, "v", "right", "right", "tab", "no/such/file.pem", "enter")},
	{"token-with-password", signed, do("4", aToken, "v", "right", "right", "tab", tea.PasteMsg{Content: lockedPEM}, "enter", "h", "o", "r")},
	{"token-with-own", signed, do("4", tea.PasteMsg{Content: ownKeyToken()}, "v", "right", "right", "right")},
	{"token-with-url", signed, do("4", aToken, "v", "right", "right", "right", "right", "tab", "ftp://x", "enter")},
	{"token-with-leeway", signed, do("4", aToken, "v", "right", "tab", "hunter2", "shift+tab", "shift+tab", "x", "enter")},
	{"token-by-secret", signed, do("4", tea.PasteMsg{Content: hmacToken(longSecret)}, withSecretKey(longSecret), "tab", "tab")},
	{"token-by-secret-over", signed, do("4", tea.PasteMsg{Content: hmacToken(longSecret)}, withSecretKey(longSecret), 2*time.Hour)},
	{"token-by-own", signed, do("4", tea.PasteMsg{Content: ownKeyToken()}, "v", "right", "right", "right", "enter")},
	{"token-by-wrong-secret", signed, do("4", tea.PasteMsg{Content: hmacToken(longSecret)}, withSecretKey(longSecret+"x"))},
	{"token-by-secret-milliseconds", signed, do("4", tea.PasteMsg{Content: signedHMAC(hs256, `{"sub":"ada","aud":"shop","iat":946684000,"exp":946688400000}`)}, withSecretKey(longSecret), "tab", "tab")},
	{"token-by-wrong-kind", signed, do("4", aToken, withSecretKey(longSecret))},
	{"token-by-no-key", signed, do("4", tea.PasteMsg{Content: "eyJhbGciOiJub25lIn0.e30."}, withSecretKey(longSecret))},

	{"token-open", signed, do("4", tea.PasteMsg{Content: sealed(`{"sub":"ada"}`)}, "enter")},
	{"token-open-key", signed, do("4", tea.PasteMsg{Content: sealedFor(rsaSealed)}, "v")},
	{"token-open-wrong-key", signed, do("4", tea.PasteMsg{Content: sealed(`{"sub":"ada"}`)}, "enter", "shift+tab", "left", "tab", "no/such/file.pem", "enter")},
	{"token-opening", signed, func(r *rig) {
		do("4", tea.PasteMsg{Content: sealed("x")})(r)
		bench(r).opener = verifier{kind: withSecret, text: "x", encoding: jwk.EncodingPlain, opens: true}
		bench(r).openQ.waiting = true
	}},
	{"token-opened-not", signed, do("4", tea.PasteMsg{Content: sealed(`{"sub":"ada"}`)}, openWith("another secret!!"))},
	{"token-opened", signed, do("4", tea.PasteMsg{Content: sealed(`{"sub":"ada","email":"ada@example.com","iat":946684000,"exp":946684740}`)}, openWith(sealSecret))},
	{"token-opened-nested", signed, do("4", tea.PasteMsg{Content: sealed(signedHMAC(hs256, fakeClaims(time.Hour)))}, openWith(sealSecret))},
	{"token-opened-nested-in", signed, do("4", tea.PasteMsg{Content: sealed(signedHMAC(hs256, fakeClaims(time.Hour)))}, openWith(sealSecret), "enter", withSecretKey(longSecret))},
	{"token-opened-text", signed, do("4", tea.PasteMsg{Content: sealed("Dear Ada,\n\nthe code is 17.\nYours, Charles")}, openWith(sealSecret), "tab", "tab")},
	{"token-opened-bytes", signed, do("4", tea.PasteMsg{Content: sealed("\xff\x00\x1b[2J")}, openWith(sealSecret))},
	{"token-opened-private", signed, do("4", tea.PasteMsg{Content: sealed("Dear Ada")}, openWith(sealSecret), "*")},
	{"token-opened-hostile", signed, do("4", tea.PasteMsg{Content: sealed(hostileClaims())}, openWith(sealSecret))},
	{"token-opened-hostile-text", signed, do("4", tea.PasteMsg{Content: sealed(evil + "\n" + evil)}, openWith(sealSecret))},

	{"token-expected", takes, do("4", aToken, expecting("http://127.0.0.1:8000", ""), "tab", "tab")},
	{"token-unexpected", takes, do("4", aToken, expecting("", "shop"), "tab", "tab")},

	{"token-copy", signed, do("4", aToken, "down", "Y", "down")},
	{"token-history", signed, do("4", tea.PasteMsg{Content: fakeSecret}, 3*time.Minute, aToken, "h", "down")},
	{"token-history-empty", signed, do("4", aToken, "h", "x")},

	{"token-trace", traced, do("4", aToken, "T", "down")},
	{"token-trace-waiting", signed.with(keepsSilent("POST /auth/tokens/trace")), do("4", aToken, "T")},
	{"token-trace-error", signed.with(refuses("POST /auth/tokens/trace", databaseFull)), do("4", aToken, "T")},
	{"token-trace-hostile", signed.with(func(f *fake) { f.trace = hostileTrace() }), do("4", aToken, "T")},
	{"token-trace-many", signed.with(func(f *fake) { f.trace = manySteps() }), do("4", aToken, "T", "end")},

	{"token-edit", signed, do("4", aToken, "e")},
	{"token-edit-new", signed, do("4", "e")},
	{"token-edit-changed", signed, do("4", aToken, "e", changedClaims)},
	{"token-edit-broken", signed, do("4", aToken, "e", "x")},
	{"token-edit-signed", signed, do("4", tea.PasteMsg{Content: hmacToken(longSecret)}, withSecretKey(longSecret), "e", changedClaims)},
	{"token-edit-by-server", signed, do("4", "e", ctrl('s'), "left", "enter")},
	{"token-edit-since", signed, do("4", "e", ctrl('s'), "left", "enter", "down", "down", " ")},
	{"token-edit-refused", signed.with(refuses("POST /auth/jwt-secrets/"+uuid(31)+"/sign", &model.Error{Code: model.CodeConflict, Message: "exp is needed"})),
		do("4", "e", ctrl('s'), "left", "enter")},
	{"token-edit-leave", signed, do("4", aToken, "e", "x", "esc")},
	{"token-edit-hostile", signed, do("4", tea.PasteMsg{Content: signedToken(map[string]any{"alg": "none", evil: evil}, map[string]any{evil: evil})}, "e", changedClaims)},
	{"token-sign", signed, do("4", "e", ctrl('s'))},
	{"token-sign-secret", signed, do("4", "e", ctrl('s'), "tab", "hunter2", "enter")},
	{"token-sign-public", signed, do("4", "e", ctrl('s'), "right", "tab", tea.PasteMsg{Content: fakePEM}, "enter")},
	{"token-sign-server", signed, do("4", "e", ctrl('s'), "left")},
	{"token-sign-viewer", signed.with(viewer), do("4", "e", ctrl('s'), "left")},
	{"token-presets", signed, do("4", "e", ctrl('o'), "down")},
	{"token-preset-asked", signed, do("4", aToken, "e", "x", ctrl('o'), "enter")},
	{"token-keygen", signed, do("4", "e", ctrl('g'), "down", "down", "down")},
}

const longSecret = "a secret of more than thirty-two bytes"

const fakePEM = `-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
-----END PUBLIC KEY-----
`

// hmacToken is signed with a secret, for an hour.
func hmacToken(secret string) string {
	key := jwk.Key{Family: jwa.FamilyHMAC, Secret: []byte(secret)}
	claims := fmt.Sprintf(`{"sub":"ada","aud":"shop","iat":%d,"exp":%d}`, 946684800, 946684800+3600)
	token, err := jws.Sign(`{"alg":"HS256","typ":"JWT"}`, claims, key)
	if err != nil { // too short a secret: by hand
		k := heldKey{id: "k1", secret: secret}
		return k.sign(time.Unix(946684800, 0))
	}
	return token
}

// withSecretKey verifies with a secret.
func withSecretKey(secret string) func(*rig) {
	return func(r *rig) {
		r.keys("v", "right", "tab")
		r.send(tea.PasteMsg{Content: secret})
		r.keys("enter")
	}
}

func nestedToken(r *rig) {
	r.send(tea.PasteMsg{Content: signedToken(map[string]any{"alg": "HS256", "typ": "JWT"}, map[string]any{"act": fakeService(time.Hour), "sub": "ada"})})
}

// jsonToken has two signatures, as in RFC 7515, appendix A.6.
const jsonToken = `{"payload":"eyJpc3MiOiJqb2UifQ","signatures":[{"protected":"eyJhbGciOiJSUzI1NiJ9","signature":"c2ln"},` +
	`{"protected":"eyJhbGciOiJFUzI1NiJ9","signature":"c2ln"}]}`

// changedClaims edits the claims: another one, a new one, and one less.
func changedClaims(r *rig) {
	s := r.root.Page().(*tokenScreen)
	object, _ := strict.ParseObject(s.bench.claims.Value(), 32)
	raw, _ := json.Marshal(map[string]any{"sub": "somebody else", "admin": true, object.Members[0].Name: json.RawMessage(object.Members[0].Raw)})
	s.bench.claims.Set(layoutJSON(string(raw)))
	r.start(s.bench.changed())
	r.settle()
}

// endsAfterAll is what the server says of an exp in milliseconds.
func endsAfterAll(f *fake) { f.verdict.ExpiresAt = model.Ptr(time.Unix(253402300799, 0)) }

// expiredAndRevoked is what the server says of an old token whose secret was revoked.
func expiredAndRevoked(f *fake) {
	key := "the JWT secret web"
	f.verdict = model.Inspection{Kind: model.KindClientJWT, Reason: model.ReasonExpired, Signature: model.SignatureGood, Key: &key,
		ExpiresAt: model.Ptr(f.now().Add(-16 * time.Minute)), RevokedAt: model.Ptr(f.now().Add(-30 * time.Second))}
}

func hostileVerdict(f *fake) {
	e := evil
	f.verdict = model.Inspection{Kind: model.Kind(evil), Signature: model.Signature(evil), Reason: model.Reason(evil), Message: evil, Algorithm: &e, KID: &e, Key: &e, KeyState: &e,
		CredentialID: &e, CredentialName: &e, CredentialHint: &e, ProjectID: &e, AccountID: &e, UserID: &e, Scopes: []string{evil}}
}

func tracedSteps() model.Trace {
	return model.Trace{Inspection: model.Inspection{Kind: model.KindServiceToken}, Steps: []model.TraceStep{
		{Family: "A", Method: "GET", Route: "/v1/datetime/utc-now", Header: "Authorization: Bearer", Status: 200, Message: "It is let in."},
		{Family: "A", Method: "GET", Route: "/v1/token/get", Header: "Authorization: ApiKey", Status: 401, Reason: model.ReasonWrongKind, Message: "A service token buys no other."},
		{Family: "C", Method: "POST", Route: "/auth/api-keys/", Also: []string{"GET /auth/projects/", "GET /auth/requests/"}, Header: "Authorization: Bearer", Status: 401, Reason: model.ReasonWrongKind, Message: "It is signed by this server but is of a kind that authenticates nothing here."},
		{Family: "D", Method: "GET", Route: "/", Header: "Authorization: Bearer", Status: 401, Reason: model.ReasonBadAlgorithm, Message: "Its algorithm is not the one of the key that its kid names."},
	}}
}

func hostileTrace() model.Trace {
	step := model.TraceStep{Family: evil, Method: evil, Route: evil, Also: []string{evil}, Header: evil, Status: 401, Reason: model.Reason(evil), Message: evil}
	return model.Trace{Inspection: model.Inspection{Kind: model.Kind(evil)}, Steps: []model.TraceStep{step, step}}
}
