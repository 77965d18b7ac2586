package backend

import (
	"testing"
	"time"

	"keydeck/model"
)

func TestUsageIsCounted(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	w := newWorld(t)
	p, project := w.owner()
	key := w.apiKey(p, project, model.CredentialSpec{})
	acting, _ := w.AuthenticateAPIKey(ctx, key.Secrets[0])
	for range 3 {
		w.clock.Add(time.Second)
		w.Count(acting)
	}
	w.Count(p)
	if err := w.writeUsage(ctx); err != nil {
		t.Fatal(err)
	}
	me, err := w.Me(ctx, p)
	if err != nil || me.Billing.TokensUsed != 3 || me.Billing.TokenBalance != tokenGrant-3 {
		t.Errorf("billing %+v, %v", me.Billing, err)
	}
	page, err := w.CredentialsOfKind(ctx, p, project.ID, model.KindAPIKey, model.PageRequest{})
	if err != nil || page.Items[0].LastUsedAt == nil || !page.Items[0].LastUsedAt.Equal(start.Add(3*time.Second)) {
		t.Errorf("last used %v, %v", page.Items[0].LastUsedAt, err)
	}
}
