package tui

import (
	"context"
	"net/http"

	tea "charm.land/bubbletea/v2"

	"keydeck/server/client"
)

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
		got, err := d.client.Replay(ctx, client.ReplayRequest{Method: http.MethodGet, Path: tokenPath, Header: header})
		return tried{got, k}, err
	})
}

func (d *desk) wasTried(t tried, err error) {
	if err != nil {
		d.say(failed, "not tried: "+words(err))
		return
	}
	d.wallet.addToken(tokenPath, t.Replayed)
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
