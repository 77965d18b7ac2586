package tui

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/server/client"
)

// hold keeps a new credential for replay.
func (d *desk) hold(in issued, p model.Project) {
	k := heldKey{id: in.id, name: in.name, kind: in.kind, account: p.AccountID, project: p.ID}
	for _, part := range in.parts {
		switch part.label {
		case "key", "secret", "apiKey":
			k.secret = part.value
		case "secretKey":
			k.partner = part.value
		}
	}
	d.held = append([]heldKey{k}, d.held...)
	d.held = d.held[:min(len(d.held), maxHeld)]
}

// holding is the kept key with an id, if there is one.
func (d *desk) holding(id string) (heldKey, bool) {
	for _, k := range d.held {
		if k.id == id {
			return k, true
		}
	}
	return heldKey{}, false
}

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
		header := takingOf(tokenPath).headers(carried{kind: k.kind, value: k.secret, account: k.account}, "")
		got, err := d.client.SendAgain(ctx, client.Again{Method: http.MethodGet, Path: tokenPath, Header: header})
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
