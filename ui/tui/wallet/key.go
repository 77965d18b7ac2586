package wallet

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"keydeck/model"
	"keydeck/server/client"
	"keydeck/ui/text"
)

// Key is a credential issued in this session of the dashboard. It is kept in memory, to
// send requests with, until the user signs out.
type Key struct {
	ID, Name string
	Kind     model.Kind
	Account  string
	Project  string   // id
	Secrets  []string `visible:"-"` // as in model.IssuedCredential
}

// Part is one value of a key, as it came from the server.
type Part struct {
	Label string
	Value string `visible:"-"`
}

const labelKID = "kid"

// Secret reports whether the part is secret: all are but the key ID, which is in every
// token.
func (p Part) Secret() bool { return p.Label != labelKID }

// maxKept is the most keys and tokens kept.
const maxKept = 20

// Parts are the values of the key as they were issued.
func (k *Key) Parts() (parts []Part) {
	spec := k.Kind.Spec()
	for i, secret := range k.Secrets {
		parts = append(parts, Part{spec.Secrets[i].Label, secret})
	}
	if spec.Shown == "kid" {
		parts = append(parts, Part{labelKID, k.ID})
	}
	return parts
}

// Hint is enough to recognise the credential.
func (k *Key) Hint() string {
	if k.Kind.Spec().Shown == "kid" {
		return text.Visible(model.KIDHint(k.ID))
	}
	return text.Visible(model.Mask(k.Secrets[0]))
}

// signedLifetime is the lifetime of a JWT that is signed for one request.
const signedLifetime = time.Minute

// Sign makes a JWT of family D with the secret.
func (k *Key) Sign(now time.Time) string {
	return client.SignJWT(k.ID, k.Secrets[0], map[string]int64{"iat": now.Unix(), "exp": now.Add(signedLifetime).Unix()})
}

// SessionPath is the route of family B that issues session keys.
func (k *Key) SessionPath(service string) string {
	return "/" + service + "/" + k.Account + "/v1/authenticateKeys"
}

// ObtainSessionKey obtains a session key with a key pair.
func (k *Key) ObtainSessionKey(ctx context.Context, c *client.Client, service string) (string, error) {
	body, err := json.Marshal(map[string]string{"apiKey": k.Secrets[0], "secretKey": k.Secrets[1]})
	if err != nil {
		return "", fmt.Errorf("write the pair: %w", err)
	}
	got, err := c.Replay(ctx, client.ReplayRequest{Method: http.MethodPost, Path: k.SessionPath(service), Body: body})
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

// TokenPath is the route of family A that issues tokens.
const TokenPath = "/v1/token/get"

// Wallet holds the credentials issued in this session of the dashboard and the tokens
// that its calls returned, newest first.
type Wallet struct {
	Keys   []Key
	Tokens []Token
}

// Add keeps a new credential for replay.
func (w *Wallet) Add(in model.IssuedCredential, p model.Project) Key {
	k := Key{ID: in.ID, Name: in.Name, Kind: in.Kind, Account: p.AccountID, Project: p.ID, Secrets: in.Secrets}
	w.Keys = append([]Key{k}, w.Keys...)
	w.Keys = w.Keys[:min(len(w.Keys), maxKept)]
	return k
}

// Key finds a key by its ID.
func (w *Wallet) Key(id string) (Key, bool) {
	for _, k := range w.Keys {
		if k.ID == id {
			return k, true
		}
	}
	return Key{}, false
}

// AddToken keeps the token in an answer, by the request's ID.
func (w *Wallet) AddToken(path string, got client.Replayed) {
	var body struct {
		Token string `json:"token"`
	}
	id := got.Header.Get("X-Request-Id")
	if !strings.EqualFold(strings.TrimRight(path, "/"), TokenPath) || got.Status != http.StatusOK || id == "" ||
		json.Unmarshal(got.Body, &body) != nil || body.Token == "" {
		return
	}
	w.Tokens = append([]Token{{id, body.Token}}, w.Tokens...)
	w.Tokens = w.Tokens[:min(len(w.Tokens), maxKept)]
}

// Token is the token that a request returned, "" for none.
func (w *Wallet) Token(r *model.RequestRecord) string {
	for _, t := range w.Tokens {
		if r != nil && t.requestID == r.RequestID {
			return t.Token
		}
	}
	return ""
}

// Token is a service token that a call of this dashboard returned.
type Token struct{ requestID, Token string }
