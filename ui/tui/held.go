package tui

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"keydeck/model"
	"keydeck/server/client"
	"keydeck/ui/text"
)

// heldKey is a credential that was issued in this session of the dashboard. It is
// kept in memory, to send requests with, until the sign-out or the end.
type heldKey struct {
	id, name string
	kind     model.Kind // an API key, a JWT secret or a key pair
	account  string
	project  string // id
	secret   string // the key, or the secret, or the apiKey of a pair
	partner  string // the secretKey of a pair
}

// maxHeld is how many keys and tokens are kept.
const maxHeld = 20

// parts are the values of the key as they came when it was issued.
func (k *heldKey) parts() []secretPart {
	switch k.kind {
	case model.KindJWTSecret:
		return []secretPart{{"secret", k.secret}, {labelKID, k.id}}
	case model.KindKeyPair:
		return []secretPart{{"apiKey", k.secret}, {"secretKey", k.partner}}
	}
	return []secretPart{{"key", k.secret}}
}

// sends is the kind of what goes into a request with the credential: a pair buys
// a session key first, and a JWT secret signs a JWT.
func (k *heldKey) sends() model.Kind {
	switch k.kind {
	case model.KindKeyPair:
		return model.KindSessionKey
	case model.KindJWTSecret:
		return model.KindClientJWT
	}
	return k.kind
}

// hint is enough to recognise the credential.
func (k *heldKey) hint() string {
	switch k.kind {
	case model.KindKeyPair:
		return text.TokenHint(k.secret)
	case model.KindJWTSecret:
		return "kid " + shortID(text.Visible(k.id))
	}
	return model.MaskAPIKey(k.secret)
}

// signedFor is how long a JWT lasts that is signed to send one request.
const signedFor = time.Minute

// sign makes a JWT of family D with the secret (RFC 7515, appendix A.1).
func (k *heldKey) sign(now time.Time) string {
	part := func(v any) string {
		raw, _ := json.Marshal(v) // of strings and numbers only
		return base64.RawURLEncoding.EncodeToString(raw)
	}
	signed := part(map[string]string{"alg": "HS256", "typ": "JWT", "kid": k.id}) + "." +
		part(map[string]int64{"iat": now.Unix(), "exp": now.Add(signedFor).Unix()})
	mac := hmac.New(sha256.New, []byte(k.secret))
	mac.Write([]byte(signed))
	return signed + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// sessionPath is where family B sells session keys.
func (k *heldKey) sessionPath(service string) string {
	return "/" + service + "/" + k.account + "/v1/authenticateKeys"
}

// buySession turns a key pair into a session key.
func (k *heldKey) buySession(ctx context.Context, c *client.Client, service string) (string, error) {
	body, err := json.Marshal(map[string]string{"apiKey": k.secret, "secretKey": k.partner})
	if err != nil {
		return "", fmt.Errorf("write the pair: %w", err)
	}
	got, err := c.Replay(ctx, client.ReplayRequest{Method: http.MethodPost, Path: k.sessionPath(service), Body: body})
	if err != nil {
		return "", err
	}
	var out struct {
		ErrorString string `json:"errorString"`
		SessionKey  string `json:"sessionKey"`
	}
	if json.Unmarshal(got.Body, &out) != nil || out.SessionKey == "" {
		return "", &model.Error{Code: model.CodeBadRequest, Message: "the pair buys no session key: " + cmp.Or(out.ErrorString, http.StatusText(got.Status))}
	}
	return out.SessionKey, nil
}

// tokenPath is where family A hands out tokens.
const tokenPath = "/v1/token/get"

// wallet holds what was issued in this session of the dashboard, and the tokens
// that its calls brought, newest first.
type wallet struct {
	keys   []heldKey
	tokens []heldToken
}

// add keeps a new credential for replay.
func (w *wallet) add(in issued, p model.Project) {
	k := heldKey{id: in.id, name: in.name, kind: in.kind, account: p.AccountID, project: p.ID}
	for _, part := range in.parts {
		switch part.label {
		case "key", "secret", "apiKey":
			k.secret = part.value
		case "secretKey":
			k.partner = part.value
		}
	}
	w.keys = append([]heldKey{k}, w.keys...)
	w.keys = w.keys[:min(len(w.keys), maxHeld)]
}

// key is the kept one with an id, if there is one.
func (w *wallet) key(id string) (heldKey, bool) {
	for _, k := range w.keys {
		if k.id == id {
			return k, true
		}
	}
	return heldKey{}, false
}

// addToken keeps the token of an answer for the record of its request.
func (w *wallet) addToken(path string, got client.Replayed) {
	var body struct {
		Token string `json:"token"`
	}
	id := got.Header.Get("X-Request-Id")
	if !strings.EqualFold(strings.TrimRight(path, "/"), tokenPath) || got.Status != http.StatusOK || id == "" ||
		json.Unmarshal(got.Body, &body) != nil || body.Token == "" {
		return
	}
	w.tokens = append([]heldToken{{id, body.Token}}, w.tokens...)
	w.tokens = w.tokens[:min(len(w.tokens), maxHeld)]
}

// token is the one that a request of this dashboard brought, "" for none.
func (w *wallet) token(r *model.RequestRecord) string {
	for _, t := range w.tokens {
		if r != nil && t.requestID == r.RequestID {
			return t.token
		}
	}
	return ""
}

// heldToken is a service token that a call of this dashboard brought.
type heldToken struct{ requestID, token string }
