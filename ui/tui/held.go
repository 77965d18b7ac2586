package tui

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/server/client"
)

// heldKey is an API key that was issued in this session of the dashboard. It is
// kept in memory, to send requests with, until the sign-out or the end.
type heldKey struct {
	id, name string
	account  string
	key      string
}

// maxHeld is how many keys and tokens are kept.
const maxHeld = 20

// hold keeps a new API key for replay.
func (d *desk) hold(in issued, p model.Project) {
	for _, part := range in.parts {
		if part.label == "key" {
			d.held = append([]heldKey{{in.id, in.name, p.AccountID, part.value}}, d.held...)
			d.held = d.held[:min(len(d.held), maxHeld)]
		}
	}
}

// authorizationFor is the header value that the key goes into on a path: family
// A's paths take the account id with it, the others the key alone.
func (k heldKey) authorizationFor(path string) string {
	if strings.HasPrefix(strings.ToLower(path), "/v1/") {
		return "ApiKey " + base64.StdEncoding.EncodeToString([]byte(k.account+":"+k.key))
	}
	return k.key
}

// tokenPath is where family A hands out tokens.
const tokenPath = "/v1/token/get"

// heldToken is a token that a call of this dashboard brought.
type heldToken struct{ requestID, token string }

// holdToken keeps the token of an answer for the record of its request.
func (d *desk) holdToken(path string, got client.Replayed) {
	var body struct {
		Token string `json:"token"`
	}
	id := got.Header.Get("X-Request-Id")
	if !strings.EqualFold(strings.TrimRight(path, "/"), tokenPath) || got.Status != http.StatusOK || id == "" ||
		json.Unmarshal(got.Body, &body) != nil || body.Token == "" {
		return
	}
	d.tokens = append([]heldToken{{id, body.Token}}, d.tokens...)
	d.tokens = d.tokens[:min(len(d.tokens), maxHeld)]
}

// tokenOf is the token that a request of this dashboard brought, "" for none.
func (d *desk) tokenOf(r *model.RequestRecord) string {
	for _, t := range d.tokens {
		if r != nil && t.requestID == r.RequestID {
			return t.token
		}
	}
	return ""
}

// tried is the answer to the first call with a new key.
type tried struct {
	client.Replayed
	key heldKey
}

// try makes the first call with a key: it asks for a token. The root goes to
// the call's record when the answer is here.
func (d *desk) try(k heldKey) tea.Cmd {
	return ask(d, nil, &d.tryQ, func(ctx context.Context) (tried, error) {
		got, err := d.client.Replay(ctx, http.MethodGet, tokenPath, k.authorizationFor(tokenPath))
		return tried{got, k}, err
	})
}

func (d *desk) wasTried(t tried, err error) {
	if err != nil {
		d.say(failed, "not tried: "+words(err))
		return
	}
	d.holdToken(tokenPath, t.Replayed)
	d.landOn(t.key, t.Replayed)
	if t.Status == http.StatusOK {
		d.say(said, "it works; T takes the token it brought apart")
	} else {
		d.say(warned, "it was refused: "+http.StatusText(t.Status))
	}
}

// landOn goes to the record of a call that was just made.
func (d *desk) landOn(k heldKey, got client.Replayed) {
	d.visit(screenRequests, landing{onlyCredential{k.id, k.name}, got.Header.Get("X-Request-Id")})
}
