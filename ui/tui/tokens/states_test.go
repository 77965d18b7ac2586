package tokens

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
	"keydeck/ui/tui/tuitest"
	"keydeck/ui/tui/tuitest/fake"
	"keydeck/ui/tui/wallet"
)

// Answers of the server, of every kind.
var (
	takes = tuitest.SignedIn.With(func(f *fake.Server) { f.Inspection = fake.Accepted(f.Now()) })
	ended = tuitest.SignedIn.With(func(f *fake.Server) {
		f.Inspection = fake.Accepted(f.Now())
		f.Inspection.Valid, f.Inspection.Reason, f.Inspection.ExpiresAt = false, model.ReasonExpired, model.Ptr(f.Now().Add(-time.Minute))
	})
	forged = tuitest.SignedIn.With(func(f *fake.Server) {
		f.Inspection = fake.Accepted(f.Now())
		f.Inspection.Valid, f.Inspection.Reason, f.Inspection.Signature = false, model.ReasonBadSignature, model.SignatureBad
	})
	stranger = tuitest.SignedIn.With(func(f *fake.Server) {
		f.Inspection = model.Inspection{Kind: model.KindUnknown, Reason: model.ReasonUnknownKID, Signature: model.SignatureNotChecked}
	})
	traced = tuitest.SignedIn.With(func(f *fake.Server) { f.Trace = tracedSteps() })
)

var tokenStates = []tuitest.State{
	{Name: "token-empty", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4")},
	{Name: "token-typing", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", "i", "eyJhbGciOi")},
	{Name: "token", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tuitest.PasteToken)},
	{Name: "token-waiting", Opts: tuitest.SignedIn.With(fake.NeverAnswers("POST /auth/tokens/inspect")), Walk: tuitest.Steps("4", tuitest.PasteToken, "enter")},
	{Name: "token-unasked", Opts: tuitest.SignedIn.With(fake.Refuses("POST /auth/tokens/inspect", fake.DatabaseFull)), Walk: tuitest.Steps("4", tuitest.PasteToken, "enter")},
	{Name: "token-accepted", Opts: takes, Walk: tuitest.Steps("4", tuitest.PasteToken, "enter")},
	{Name: "token-over", Opts: takes, Walk: tuitest.Steps("4", tuitest.PasteToken, "enter", 15*time.Minute)},
	{Name: "token-expired", Opts: ended, Walk: tuitest.Steps("4", tea.PasteMsg{Content: fake.ServiceToken(-time.Minute)}, "enter")},
	{Name: "token-forged", Opts: forged, Walk: tuitest.Steps("4", tuitest.PasteToken, "enter")},
	{Name: "token-stranger", Opts: stranger, Walk: tuitest.Steps("4", tuitest.PasteToken, "enter")},
	{Name: "token-claims", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tuitest.PasteToken, "down", "down")},
	{Name: "token-raw", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tuitest.PasteToken, "shift+tab", "shift+tab", "down")},
	{Name: "token-header", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tuitest.PasteToken, "shift+tab")},
	{Name: "token-findings", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tuitest.PasteToken, "tab", "down")},
	{Name: "token-verdict", Opts: takes, Walk: tuitest.Steps("4", tuitest.PasteToken, "enter", "tab", "tab", "end")},
	{Name: "token-alone", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tuitest.PasteToken, "z")},
	{Name: "token-resized", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tuitest.PasteToken, "shift+tab", "shift+tab", "[", "[", "tab", "tab", "]", "]")},
	{Name: "token-utc", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tuitest.PasteToken, "t", "t", 5*time.Second)},
	{Name: "token-ago", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tuitest.PasteToken, "t", 5*time.Second)},
	{Name: "token-refused", Opts: tuitest.SignedIn.With(func(f *fake.Server) {
		f.Inspection = model.Inspection{Kind: model.KindAPIKey, Reason: model.ReasonRevoked, RevokedAt: model.Ptr(f.Now().Add(-time.Hour))}
	}), Walk: tuitest.Steps("4", tea.PasteMsg{Content: fake.Secret}, "enter")},
	{Name: "token-private", Opts: takes, Walk: tuitest.Steps("4", tuitest.PasteToken, "enter", "*")},
	{Name: "token-private-nested", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", nestedToken, "*")},
	{Name: "token-key", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tea.PasteMsg{Content: fake.Secret})},
	{Name: "token-broken", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tea.PasteMsg{Content: "eyJhbGciOiJub25lIn0.e30.x.y"})},
	{Name: "token-nothing", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tea.PasteMsg{Content: "hello there"})},
	{Name: "token-hostile", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tea.PasteMsg{Content: fake.SignedToken(map[string]any{"alg": "none", fake.HostileText: fake.HostileText}, map[string]any{
		fake.HostileText: fake.HostileText, "sub": fake.HostileText, "aud": []string{fake.HostileText, fake.HostileText}, "iat": 946684800, "exp": 946688400, "nbf": "x",
	})}, "down")},
	{Name: "token-hostile-verdict", Opts: tuitest.SignedIn.With(hostileVerdict), Walk: tuitest.Steps("4", tea.PasteMsg{Content: fake.SignedToken(map[string]any{"alg": fake.HostileText, "kid": fake.HostileText}, map[string]any{"VERIFIED by kid 1": fake.HostileText})}, "enter", "tab", "tab")},
	{Name: "token-not-yet", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tea.PasteMsg{Content: fake.SignedToken(map[string]any{"alg": "RS256", "typ": "JWT", "kid": "k1"}, map[string]any{
		"sub": "ada", "iss": "https://issuer.example.com", "aud": "shop", "iat": 946771200, "nbf": 946771200, "exp": 946857600,
	})})},
	{Name: "token-encrypted", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tea.PasteMsg{Content: "eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0..AAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA"})},
	{Name: "token-nested", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", nestedToken, "up")},
	{Name: "token-nested-in", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", nestedToken, "up", "enter")},
	{Name: "token-nested-payload", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tea.PasteMsg{Content: payloadToken(signedHMAC(hs256, fakeClaims(-3*time.Minute)))})},
	{Name: "token-nested-deep", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tea.PasteMsg{Content: payloadToken(payloadToken(noneToken))}, "tab")},
	{Name: "token-pair", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", pairToken)},
	{Name: "token-nested-hostile", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tea.PasteMsg{Content: payloadToken(fake.SignedToken(map[string]any{"alg": fake.HostileText, "kid": fake.HostileText}, map[string]any{fake.HostileText: fake.HostileText, "exp": 1, "x": fake.SignedToken(map[string]any{"alg": fake.HostileText}, map[string]any{fake.HostileText: fake.HostileText})}))}, "tab", "tab")},
	{Name: "token-json", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tea.PasteMsg{Content: jsonToken})},
	{Name: "token-json-headers", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tea.PasteMsg{Content: jsonHeaders}, "home")},
	{Name: "token-json-header", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tea.PasteMsg{Content: jsonHeaders}, "shift+tab", "end")},
	{Name: "token-json-in", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tea.PasteMsg{Content: jsonHeaders}, "home", "enter")},
	{Name: "token-json-hostile", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tea.PasteMsg{Content: hostileJSON()}, "home")},
	{Name: "token-json-encrypted", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tea.PasteMsg{Content: jsonSealed}, "shift+tab")},
	{Name: "token-milliseconds", Opts: takes.With(endsAfterAll), Walk: tuitest.Steps("4", tea.PasteMsg{Content: fake.SignedToken(map[string]any{"alg": "RS512"}, map[string]any{"iat": 946684000, "exp": 946688400000})}, "enter")},
	{Name: "token-refused-revoked", Opts: tuitest.SignedIn.With(expiredAndRevoked), Walk: tuitest.Steps("4", tea.PasteMsg{Content: fake.ServiceToken(-16 * time.Minute)}, "enter")},
	{Name: "token-known-secret", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tea.PasteMsg{Content: hmacToken("secret")}, "tab")},
	{Name: "token-long", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tea.PasteMsg{Content: fake.SignedToken(map[string]any{"alg": "HS256"}, map[string]any{"x": strings.Repeat("long ", 40_000)})})},

	{Name: "token-with", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tuitest.PasteToken, "v")},
	{Name: "token-with-secret", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tuitest.PasteToken, "v", "right", "tab", "hunter2")},
	{Name: "token-with-key", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tuitest.PasteToken, "v", "right", "right", "tab", tea.PasteMsg{Content: fakePEM})},
	{Name: "token-with-key-wrong", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tuitest.PasteToken, "v", "right", "right", "tab", "no/such/file.pem", "enter")},
	{Name: "token-with-password", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tuitest.PasteToken, "v", "right", "right", "tab", tea.PasteMsg{Content: lockedPEM}, "enter", "h", "o", "r")},
	{Name: "token-with-own", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tea.PasteMsg{Content: ownKeyToken()}, "v", "right", "right", "right")},
	{Name: "token-with-url", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tuitest.PasteToken, "v", "right", "right", "right", "right", "tab", "ftp://x", "enter")},
	{Name: "token-with-leeway", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tuitest.PasteToken, "v", "right", "tab", "hunter2", "shift+tab", "shift+tab", "x", "enter")},
	{Name: "token-by-secret", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tea.PasteMsg{Content: hmacToken(longSecret)}, withSecretKey(longSecret), "tab", "tab")},
	{Name: "token-by-secret-over", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tea.PasteMsg{Content: hmacToken(longSecret)}, withSecretKey(longSecret), 2*time.Hour)},
	{Name: "token-by-own", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tea.PasteMsg{Content: ownKeyToken()}, "v", "right", "right", "right", "enter")},
	{Name: "token-by-wrong-secret", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tea.PasteMsg{Content: hmacToken(longSecret)}, withSecretKey(longSecret+"x"))},
	{Name: "token-by-secret-milliseconds", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tea.PasteMsg{Content: signedHMAC(hs256, `{"sub":"ada","aud":"shop","iat":946684000,"exp":946688400000}`)}, withSecretKey(longSecret), "tab", "tab")},
	{Name: "token-by-wrong-kind", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tuitest.PasteToken, withSecretKey(longSecret))},
	{Name: "token-by-no-key", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tea.PasteMsg{Content: "eyJhbGciOiJub25lIn0.e30."}, withSecretKey(longSecret))},

	{Name: "token-open", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tea.PasteMsg{Content: sealed(`{"sub":"ada"}`)}, "enter")},
	{Name: "token-open-key", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tea.PasteMsg{Content: sealedFor(rsaSealed)}, "v")},
	{Name: "token-open-wrong-key", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tea.PasteMsg{Content: sealed(`{"sub":"ada"}`)}, "enter", "shift+tab", "left", "tab", "no/such/file.pem", "enter")},
	{Name: "token-opening", Opts: tuitest.SignedIn, Walk: func(r *tuitest.Rig) {
		tuitest.Steps("4", tea.PasteMsg{Content: sealed("x")})(r)
		workbench(r).opener = verifier{kind: withSecret, text: "x", encoding: jwk.EncodingPlain, opens: true}
		workbench(r).openCall.Pending = true
	}},
	{Name: "token-opened-not", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tea.PasteMsg{Content: sealed(`{"sub":"ada"}`)}, openWith("another secret!!"))},
	{Name: "token-opened", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tea.PasteMsg{Content: sealed(`{"sub":"ada","email":"ada@example.com","iat":946684000,"exp":946684740}`)}, openWith(sealSecret))},
	{Name: "token-opened-nested", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tea.PasteMsg{Content: sealed(signedHMAC(hs256, fakeClaims(time.Hour)))}, openWith(sealSecret))},
	{Name: "token-opened-nested-in", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tea.PasteMsg{Content: sealed(signedHMAC(hs256, fakeClaims(time.Hour)))}, openWith(sealSecret), "enter", withSecretKey(longSecret))},
	{Name: "token-opened-text", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tea.PasteMsg{Content: sealed("Dear Ada,\n\nthe code is 17.\nYours, Charles")}, openWith(sealSecret), "tab", "tab")},
	{Name: "token-opened-bytes", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tea.PasteMsg{Content: sealed("\xff\x00\x1b[2J")}, openWith(sealSecret))},
	{Name: "token-opened-private", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tea.PasteMsg{Content: sealed("Dear Ada")}, openWith(sealSecret), "*")},
	{Name: "token-opened-hostile", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tea.PasteMsg{Content: sealed(hostileClaims())}, openWith(sealSecret))},
	{Name: "token-opened-hostile-text", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tea.PasteMsg{Content: sealed(fake.HostileText + "\n" + fake.HostileText)}, openWith(sealSecret))},

	{Name: "token-expected", Opts: takes, Walk: tuitest.Steps("4", tuitest.PasteToken, expecting("http://127.0.0.1:8000", ""), "tab", "tab")},
	{Name: "token-unexpected", Opts: takes, Walk: tuitest.Steps("4", tuitest.PasteToken, expecting("", "shop"), "tab", "tab")},

	{Name: "token-copy", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tuitest.PasteToken, "down", "Y", "down")},
	{Name: "token-history", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tea.PasteMsg{Content: fake.Secret}, 3*time.Minute, tuitest.PasteToken, "h", "down")},
	{Name: "token-history-empty", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tuitest.PasteToken, "h", "delete")},

	{Name: "token-trace", Opts: traced, Walk: tuitest.Steps("4", tuitest.PasteToken, "T", "down")},
	{Name: "token-trace-waiting", Opts: tuitest.SignedIn.With(fake.NeverAnswers("POST /auth/tokens/trace")), Walk: tuitest.Steps("4", tuitest.PasteToken, "T")},
	{Name: "token-trace-error", Opts: tuitest.SignedIn.With(fake.Refuses("POST /auth/tokens/trace", fake.DatabaseFull)), Walk: tuitest.Steps("4", tuitest.PasteToken, "T")},
	{Name: "token-trace-hostile", Opts: tuitest.SignedIn.With(func(f *fake.Server) { f.Trace = hostileTrace() }), Walk: tuitest.Steps("4", tuitest.PasteToken, "T")},
	{Name: "token-trace-many", Opts: tuitest.SignedIn.With(func(f *fake.Server) { f.Trace = manySteps() }), Walk: tuitest.Steps("4", tuitest.PasteToken, "T", "end")},

	{Name: "token-edit", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tuitest.PasteToken, "e")},
	{Name: "token-edit-new", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", "e")},
	{Name: "token-edit-changed", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tuitest.PasteToken, "e", changedClaims)},
	{Name: "token-edit-broken", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tuitest.PasteToken, "e", "x")},
	{Name: "token-edit-signed", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tea.PasteMsg{Content: hmacToken(longSecret)}, withSecretKey(longSecret), "e", changedClaims)},
	{Name: "token-edit-by-server", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", "e", tuitest.Ctrl('s'), "left", "enter")},
	{Name: "token-edit-since", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", "e", tuitest.Ctrl('s'), "left", "enter", "down", "down", " ")},
	{Name: "token-edit-refused", Opts: tuitest.SignedIn.With(fake.Refuses("POST /auth/jwt-secrets/"+fake.UUID(31)+"/sign", &model.Error{Code: model.CodeConflict, Message: "exp is needed"})),
		Walk: tuitest.Steps("4", "e", tuitest.Ctrl('s'), "left", "enter")},
	{Name: "token-edit-leave", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tuitest.PasteToken, "e", "x", "esc")},
	{Name: "token-edit-hostile", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tea.PasteMsg{Content: fake.SignedToken(map[string]any{"alg": "none", fake.HostileText: fake.HostileText}, map[string]any{fake.HostileText: fake.HostileText})}, "e", changedClaims)},
	{Name: "token-sign", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", "e", tuitest.Ctrl('s'))},
	{Name: "token-sign-secret", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", "e", tuitest.Ctrl('s'), "tab", "hunter2", "enter")},
	{Name: "token-sign-public", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", "e", tuitest.Ctrl('s'), "right", "tab", tea.PasteMsg{Content: fakePEM}, "enter")},
	{Name: "token-sign-server", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", "e", tuitest.Ctrl('s'), "left")},
	{Name: "token-sign-viewer", Opts: tuitest.SignedIn.With(fake.Viewer), Walk: tuitest.Steps("4", "e", tuitest.Ctrl('s'), "left")},
	{Name: "token-presets", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", "e", tuitest.Ctrl('o'), "down")},
	{Name: "token-preset-asked", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", tuitest.PasteToken, "e", "x", tuitest.Ctrl('o'), "enter")},
	{Name: "token-keygen", Opts: tuitest.SignedIn, Walk: tuitest.Steps("4", "e", tuitest.Ctrl('g'), "down", "down", "down")},
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
		k := wallet.Key{ID: "k1", Secrets: []string{secret}}
		return k.Sign(time.Unix(946684800, 0))
	}
	return token
}

// withSecretKey verifies with a secret.
func withSecretKey(secret string) func(*tuitest.Rig) {
	return func(r *tuitest.Rig) {
		r.Keys("v", "right", "tab")
		r.Send(tea.PasteMsg{Content: secret})
		r.Keys("enter")
	}
}

func nestedToken(r *tuitest.Rig) {
	r.Send(tea.PasteMsg{Content: fake.SignedToken(map[string]any{"alg": "HS256", "typ": "JWT"}, map[string]any{"act": fake.ServiceToken(time.Hour), "sub": "ada"})})
}

// jsonToken has two signatures, as in RFC 7515, appendix A.6.
const jsonToken = `{"payload":"eyJpc3MiOiJqb2UifQ","signatures":[{"protected":"eyJhbGciOiJSUzI1NiJ9","signature":"c2ln"},` +
	`{"protected":"eyJhbGciOiJFUzI1NiJ9","signature":"c2ln"}]}`

// changedClaims edits the claims: another one, a new one, and one less.
func changedClaims(r *tuitest.Rig) {
	s := r.Root.Page().(*screen)
	object, _ := strict.ParseObject(s.editor.claims.Value(), 32)
	raw, _ := json.Marshal(map[string]any{"sub": "somebody else", "admin": true, object.Members[0].Name: json.RawMessage(object.Members[0].Raw)})
	s.editor.claims.Set(layoutJSON(string(raw)))
	r.Start(s.editor.changed())
	r.Settle()
}

// endsAfterAll is what the server says of an exp in milliseconds.
func endsAfterAll(f *fake.Server) { f.Inspection.ExpiresAt = model.Ptr(time.Unix(253402300799, 0)) }

// expiredAndRevoked is what the server says of an old token whose secret was revoked.
func expiredAndRevoked(f *fake.Server) {
	key := "the JWT secret web"
	f.Inspection = model.Inspection{Kind: model.KindClientJWT, Reason: model.ReasonExpired, Signature: model.SignatureGood, Key: &key,
		ExpiresAt: model.Ptr(f.Now().Add(-16 * time.Minute)), RevokedAt: model.Ptr(f.Now().Add(-30 * time.Second))}
}

func hostileVerdict(f *fake.Server) {
	e := fake.HostileText
	f.Inspection = model.Inspection{Kind: model.Kind(fake.HostileText), Signature: model.Signature(fake.HostileText), Reason: model.Reason(fake.HostileText), Message: fake.HostileText, Algorithm: &e, KID: &e, Key: &e, KeyState: &e,
		CredentialID: &e, CredentialName: &e, CredentialHint: &e, ProjectID: &e, AccountID: &e, UserID: &e, Scopes: []string{fake.HostileText}}
}

func tracedSteps() model.Trace {
	return model.Trace{Inspection: model.Inspection{Kind: model.KindServiceToken}, Steps: []model.TraceStep{
		{Family: "A", Method: "GET", Route: "/v1/datetime/utc-now", Header: "Authorization: Bearer", Status: 200, Message: "Accepted."},
		{Family: "A", Method: "GET", Route: "/v1/token/get", Header: "Authorization: ApiKey", Status: 401, Reason: model.ReasonWrongKind, Message: "A service token buys no other."},
		{Family: "C", Method: "POST", Route: "/auth/api-keys/", Also: []string{"GET /auth/projects/", "GET /auth/requests/"}, Header: "Authorization: Bearer", Status: 401, Reason: model.ReasonWrongKind, Message: "It is signed by this server but is of a kind that authenticates nothing here."},
		{Family: "D", Method: "GET", Route: "/", Header: "Authorization: Bearer", Status: 401, Reason: model.ReasonBadAlgorithm, Message: "Its algorithm is not the one of the key that its kid names."},
	}}
}

func hostileTrace() model.Trace {
	step := model.TraceStep{Family: fake.HostileText, Method: fake.HostileText, Route: fake.HostileText, Also: []string{fake.HostileText}, Header: fake.HostileText, Status: 401, Reason: model.Reason(fake.HostileText), Message: fake.HostileText}
	return model.Trace{Inspection: model.Inspection{Kind: model.Kind(fake.HostileText)}, Steps: []model.TraceStep{step, step}}
}
