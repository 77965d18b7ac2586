package shell

import (
	"context"
	"net/http"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/server/client"
	"keydeck/ui/tui/place"
	"keydeck/ui/tui/wallet"
)

// Access is how the route of a logged request takes a credential.
func (sh *Shell) Access(r *model.RequestRecord) wallet.Access {
	return wallet.AccessOf(sh.state.Routes, r)
}

// FirstCall is the simplest call that shows that a kind of credential works; false if no
// route takes it as it is.
func (sh *Shell) FirstCall(kind model.Kind) (wallet.Access, bool) {
	return wallet.FirstCall(sh.state.Routes, kind)
}

// TokenCall is the call that gets a token for a kind of credential; false if none does.
func (sh *Shell) TokenCall(kind model.Kind) (wallet.Access, bool) {
	return wallet.TokenCall(sh.state.Routes, kind)
}

// Try makes a call with a key, the one that gets a token if there is one. The root then
// goes to the call's record.
func (sh *Shell) Try(k wallet.Key) tea.Cmd {
	access, token := sh.TokenCall(k.Kind)
	if !token {
		access, _ = sh.FirstCall(k.Kind)
	}
	return Ask(sh, nil, &sh.state.TryCall, func(ctx context.Context) (client.Replayed, error) {
		header := access.Headers(wallet.Presented{Kind: k.Kind, Value: k.Secrets[0], Account: k.Account}, "")
		return sh.state.Client.Replay(ctx, client.ReplayRequest{Method: http.MethodGet, Path: access.Route.Route, Header: header})
	}, Quiet(func(got client.Replayed, err error) {
		if err != nil {
			sh.Notify(Failure, "not tried: "+ErrorText(err))
			return
		}
		sh.state.Wallet.AddToken(access.Route.Route, got)
		sh.ShowCall(k, got)
		switch {
		case got.Status != http.StatusOK:
			sh.Notify(Warning, "the server refused it: "+http.StatusText(got.Status))
		case token:
			sh.Notify(Success, "it works; T shows what is in the token that it returned")
		default:
			sh.Notify(Success, "it works")
		}
	}))
}

// ShowCall goes to the record of a call just made.
func (sh *Shell) ShowCall(k wallet.Key, got client.Replayed) {
	if k.ID == "" && sh.state.Project != nil { // the call belongs to no project
		sh.SwitchToAll()
	}
	sh.Visit(place.Requests, place.RequestOf{RequestsOf: place.RequestsOf{ID: k.ID, Name: k.Name}, RequestID: got.Header.Get("X-Request-Id")})
}
