package backend

import (
	"sync"
	"testing"

	"keydeck/model"
)

func TestRevocationAgainstBusyReaders(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	w := newWorld(t)
	p, project := w.owner()
	for range 20 {
		key := w.apiKey(p, project, model.CredentialSpec{})
		revoked := make(chan struct{})
		var readers sync.WaitGroup
		for range 8 {
			readers.Go(func() {
				for range 200 {
					after := isClosed(revoked)
					_, err := w.AuthenticateAPIKey(ctx, key.Secrets[0])
					if after && err == nil {
						t.Error("a revoked key was accepted")
						return
					}
					if after {
						return
					}
					w.cache.credentials.invalidate("another id, to keep the fence busy")
				}
			})
		}
		if _, err := w.Revoke(ctx, p, project.ID, key.ID, model.KindAPIKey); err != nil {
			t.Fatal(err)
		}
		close(revoked)
		readers.Wait()
		_, err := w.AuthenticateAPIKey(ctx, key.Secrets[0])
		wantRefusal(t, err, model.CodeUnauthorized, model.ReasonRevoked)
	}
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

func TestASlowReaderDoesNotBringTheOldRowBack(t *testing.T) {
	f := newLiveCache[string](100)
	got, err := f.load("id", func() (string, error) {
		f.invalidate("id") // the change commits while the reader is under way
		return "old", nil
	})
	if err != nil || got != "old" {
		t.Fatalf("got %q, %v", got, err)
	}
	got, _ = f.load("id", func() (string, error) { return "new", nil })
	if got != "new" {
		t.Errorf("remembered %q", got)
	}
	before := f.changes.Load()
	f.invalidate("id")
	f.putUnchanged("id", "old", before)
	if got, _ = f.load("id", func() (string, error) { return "newer", nil }); got != "newer" {
		t.Errorf("kept %q across a change", got)
	}
}

func TestMemoryIsBounded(t *testing.T) {
	g := newBoundedMap[int, int](1600)
	for i := range 100_000 {
		g.put(i, i)
		g.get(7) // in use all the time
	}
	total := 0
	for i := range g.shards {
		total += len(g.shards[i].young) + len(g.shards[i].old)
	}
	if total > 1600 {
		t.Errorf("%d entries are remembered, the bound is 1600", total)
	}
	if _, ok := g.get(7); !ok {
		t.Error("an entry in constant use was forgotten")
	}
}

func TestVerificationGoesOnWithoutTheDatabase(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p, project := w.owner()
	key := w.apiKey(p, project, model.CredentialSpec{})
	fresh := w.apiKey(p, project, model.CredentialSpec{})
	if _, err := w.AuthenticateAPIKey(t.Context(), key.Secrets[0]); err != nil {
		t.Fatal(err)
	}
	if err := w.db.Close(); err != nil {
		t.Fatal(err)
	}
	w.usage.take() // nothing may be left to write when the test ends
	if _, err := w.AuthenticateAPIKey(t.Context(), key.Secrets[0]); err != nil {
		t.Errorf("a known key: %v", err)
	}
	_, err := w.AuthenticateAPIKey(t.Context(), fresh.Secrets[0])
	wantRefusal(t, err, model.CodeUnavailable, model.ReasonUnavailable)
	if err := w.Ready(t.Context()); model.CodeOf(err) != model.CodeUnavailable {
		t.Errorf("ready: %v", err)
	}
}

func BenchmarkAuthenticateAPIKey(b *testing.B) {
	w := newWorld(b)
	p, project := w.owner()
	key := w.apiKey(p, project, model.CredentialSpec{}).Secrets[0]
	b.Run("memory", func(b *testing.B) {
		for b.Loop() {
			if _, err := w.AuthenticateAPIKey(b.Context(), key); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("database", func(b *testing.B) {
		for b.Loop() {
			w.cache = newAuthCache()
			if _, err := w.AuthenticateAPIKey(b.Context(), key); err != nil {
				b.Fatal(err)
			}
		}
	})
}
