package backend

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"keydeck/backend/token"
	"keydeck/model"
)

func TestRotationUnderLoadRefusesNoValidToken(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	w := newWorld(t)
	p, project := w.owner()
	key := w.apiKey(p, project, model.CredentialSpec{})
	acting, err := w.AuthenticateAPIKey(ctx, key.Secrets[0])
	if err != nil {
		t.Fatal(err)
	}
	old, _, err := w.ServiceToken(ctx, acting, ServiceTokenMax)
	if err != nil {
		t.Fatal(err)
	}
	stop := make(chan struct{})
	var load sync.WaitGroup
	for range 4 {
		load.Go(func() {
			for !isClosed(stop) {
				raw, _, err := w.ServiceToken(ctx, acting, ServiceTokenMin)
				if err != nil {
					t.Errorf("sign: %v", err)
					return
				}
				for _, r := range []string{raw, old} {
					if _, err := w.AuthenticateToken(ctx, r, AcceptService); err != nil {
						t.Errorf("refused a valid token: %v", err)
						return
					}
				}
			}
		})
	}
	before, err := w.JWKS(ctx)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := w.RotateSigning(ctx, p)
	close(stop)
	load.Wait()
	if err != nil {
		t.Fatal(err)
	}
	if len(before.Keys) != 2 || len(keys) != 3 {
		t.Fatalf("%d keys before, %d after", len(before.Keys), len(keys))
	}
	states := []model.KeyState{keys[0].State, keys[1].State, keys[2].State}
	if fmt.Sprint(states) != "[retired active next]" || keys[1].ID != before.Keys[1].KeyID {
		t.Errorf("states %v; the active key was not published before", states)
	}
	header, _ := token.ParseHeader(old)
	if header.KeyID != keys[0].ID {
		t.Error("the old token was not signed by the retired key")
	}
	w.clock.Add(ServiceTokenMax - time.Second)
	if _, err := w.AuthenticateToken(ctx, old, AcceptService); err != nil {
		t.Errorf("a second before its end, after the rotation: %v", err)
	}
	w.clock.Add(model.ClockSkew + 2*time.Second)
	if err := w.keys.prune(ctx); err != nil {
		t.Fatal(err)
	}
	set, err := w.JWKS(ctx)
	if err != nil || len(set.Keys) != 2 {
		t.Errorf("%d keys are published after the retired one's end, %v", len(set.Keys), err)
	}
}
