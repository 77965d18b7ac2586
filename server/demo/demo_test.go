package demo

import (
	"context"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"keydeck/backend"
	"keydeck/model"
	"keydeck/server"
	"keydeck/server/client"
)

// TestHistory makes the history of a demo and looks at it from the present.
func TestHistory(t *testing.T) {
	dir, now := t.TempDir(), time.Now()
	c, err := makeHistory(t.Context(), dir, now, 1)
	if err != nil {
		t.Fatal(err)
	}
	present := &clock{at: now}
	b, err := backend.Open(t.Context(), backend.Config{Dir: dir, Admin: owner, Now: present.now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close(context.WithoutCancel(t.Context())) })
	srv := server.New(server.Config{Backend: b, TrustedProxies: trusted, Status: func() model.Status { return model.Status{} }, Stop: func() {}})
	local, err := client.New(client.Options{URL: pastURL, Transport: handlerTransport{srv.Local()}, Now: present.now})
	if err != nil {
		t.Fatal(err)
	}
	if err := signIn(t.Context(), local); err != nil {
		t.Fatal(err)
	}

	t.Run("credentials", func(t *testing.T) {
		keys, err := local.Credentials(t.Context(), model.CredentialFilter{ProjectID: c.projects[shop].ID, Kind: model.KindAPIKey})
		if err != nil {
			t.Fatal(err)
		}
		active := map[string]bool{}
		for _, k := range keys {
			active[k.Name] = k.IsActive
			if k.CreatedAt.After(now.Add(-20 * day)) {
				t.Errorf("%s was made on %v, which is no history", k.Name, k.CreatedAt)
			}
		}
		want := map[string]bool{"web shop": true, "mobile app": true, "partner: Northwind": true, "provisioning": true,
			"legacy importer": true, "load test": true, "summer campaign": false, "old CI": false}
		for name, is := range want {
			if got, ok := active[name]; !ok || got != is {
				t.Errorf("%s: active %v (there %v), want %v", name, got, ok, is)
			}
		}
	})
	t.Run("attention", func(t *testing.T) {
		o, err := local.Overview(t.Context(), "")
		if err != nil {
			t.Fatal(err)
		}
		names := func(list []model.Attention) (out []string) {
			for _, a := range list {
				out = append(out, a.Name)
			}
			slices.Sort(out)
			return out
		}
		if got, want := names(o.Expiring), []string{"auditor 2026", "partner: Northwind"}; !slices.Equal(got, want) {
			t.Errorf("expiring %q, want %q", got, want)
		}
		if got, want := names(o.Unused), []string{"legacy importer", "load test", "nightly backup"}; !slices.Equal(got, want) {
			t.Errorf("unused %q, want %q", got, want)
		}
		if len(o.Expiring) > 0 {
			if left := o.Expiring[0].ExpiresAt.Sub(now); left < 47*time.Hour || left > 49*time.Hour {
				t.Errorf("the first key ends in %v, want two days", left)
			}
		}
	})
	t.Run("members", func(t *testing.T) {
		members, err := local.Members(t.Context(), c.projects[shop].ID, model.PageRequest{})
		if err != nil || len(members.Items) != 3 {
			t.Errorf("%d members (%v), want 3", len(members.Items), err)
		}
	})
	t.Run("log", func(t *testing.T) {
		var oldest model.RequestRecord
		f, n := model.RequestFilter{Limit: 500}, 0
		for {
			page, err := local.Requests(t.Context(), f)
			if err != nil {
				t.Fatal(err)
			}
			n += len(page.Items)
			oldest = page.Items[len(page.Items)-1]
			if page.NextBefore == nil {
				break
			}
			f.Before = *page.NextBefore
		}
		if n < 2000 || oldest.At.After(now.Add(-5*day)) {
			t.Errorf("%d requests since %v, want 2000 and more over five days", n, oldest.At)
		}
		since := model.At(now.Add(-50 * time.Minute))
		recent, err := local.Requests(t.Context(), model.RequestFilter{Since: &since, Limit: 1000})
		if err != nil || len(recent.Items) < 500 { // a rush of eleven minutes at one a second
			t.Errorf("%d requests in the last minutes (%v), want 500 and more", len(recent.Items), err)
		}
	})
	testScenarios(t, c, handlerTransport{srv.Public()}, local, present)
}

// testScenarios runs every scenario once and checks its record in the log.
func testScenarios(t *testing.T, c *seed, transport handlerTransport, local *client.Client, at *clock) {
	for i := range scenarios {
		p := &scenarios[i]
		t.Run(p.name, func(t *testing.T) {
			at.move(at.now().Add(time.Second))
			tr := generatorFor(c, pastURL, transport, at.now)
			got, err := tr.send(t.Context(), p, p.from[0])
			if err != nil || got != p.status {
				t.Fatalf("status %d (%v), want %d", got, err, p.status)
			}
			page, err := local.Requests(t.Context(), model.RequestFilter{Q: p.agent, Limit: 1})
			if err != nil || len(page.Items) != 1 {
				t.Fatalf("%d records of %s (%v)", len(page.Items), p.agent, err)
			}
			if r := page.Items[0]; r.Reason != p.reason || r.RemoteIP != p.from[0] || r.Status != p.status {
				t.Errorf("the log has status %d, reason %q, from %s; want %d, %q, from %s", r.Status, r.Reason, r.RemoteIP, p.status, p.reason, p.from[0])
			}
		})
	}
}

// TestPick checks that every scenario comes up, and mostly good ones.
func TestPick(t *testing.T) {
	tr := generatorFor(&seed{}, "", nil, time.Now)
	tr.rand = rand.New(rand.NewPCG(1, 2))
	seen, good := map[string]int{}, 0
	const draws = 20_000
	for range draws {
		p, from := tr.pick(scenarios)
		if !slices.Contains(p.from, from) {
			t.Fatalf("%s calls from %s, which is none of its addresses", p.name, from)
		}
		seen[p.name]++
		if p.status < 400 {
			good++
		}
	}
	for i := range scenarios {
		if seen[scenarios[i].name] == 0 {
			t.Errorf("%s never comes up", scenarios[i].name)
		}
	}
	if share := float64(good) / draws; share < 0.75 || share > 0.95 {
		t.Errorf("%.0f %% of the calls are good, want most but not all", 100*share)
	}
}

// TestRun checks that nothing is left behind, however the demo ends.
func TestRun(t *testing.T) {
	broken := errors.New("broken")
	var url, dir string
	tests := []struct {
		name string
		rate int
		show Show
		want string // part of the error, "" for none
	}{
		{"left", 10, func(ctx context.Context, c *client.Client, s Scene) error {
			url, dir = s.URL, s.Dir
			if info, err := os.Stat(s.Dir); err != nil || info.Mode().Perm() != 0o700 {
				t.Errorf("the directory has %v (%v), want 0700", info.Mode(), err)
			}
			me, err := c.Me(ctx)
			if err != nil || me.Email != owner || !me.IsSuperuser {
				t.Errorf("signed in as %+v (%v), want %s as superuser", me, err, owner)
			}
			return awaitTraffic(ctx, c)
		}, ""},
		{"failed", 0, func(context.Context, *client.Client, Scene) error { return broken }, "broken"},
		{"panicked", 0, func(context.Context, *client.Client, Scene) error { panic("oops") }, "oops"},
		{"stopped", 1, func(ctx context.Context, c *client.Client, _ Scene) error {
			if err := c.Stop(ctx); err != nil {
				return err
			}
			<-ctx.Done()
			return nil
		}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			temp := t.TempDir()
			t.Setenv("TMPDIR", temp)
			err := Run(t.Context(), Config{Listen: "127.0.0.1:0", Rate: tt.rate, Version: "test"}, tt.show)
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
			left, err := filepath.Glob(filepath.Join(temp, "*"))
			if err != nil || len(left) > 0 {
				t.Errorf("left behind: %q (%v)", left, err)
			}
		})
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) || !strings.HasPrefix(url, "http://127.0.0.1:") {
		t.Errorf("served %s on %q, which is still there: %v", url, dir, err)
	}
}

// awaitTraffic follows the log until callers have been refused and served.
func awaitTraffic(ctx context.Context, c *client.Client) error {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	stream, err := c.StreamRequests(ctx, model.RequestFilter{}, "")
	if err != nil {
		return err
	}
	defer func() { _ = stream.Close() }()
	good, refused := false, false
	for !good || !refused {
		e, err := stream.Next()
		if err != nil {
			return err
		}
		if r := e.Record; r != nil && r.RemoteIP != "local" {
			good, refused = good || r.Status == 200, refused || r.Reason != ""
		}
	}
	return nil
}

func TestRunRefusesARate(t *testing.T) {
	for _, rate := range []int{-1, MaxRate + 1} {
		err := Run(t.Context(), Config{Listen: "127.0.0.1:0", Rate: rate}, func(context.Context, *client.Client, Scene) error { return nil })
		if err == nil {
			t.Errorf("%d requests a second are allowed", rate)
		}
	}
}

func TestStagingStops(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := Run(ctx, Config{Listen: "127.0.0.1:0"}, func(context.Context, *client.Client, Scene) error { return nil })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want canceled", err)
	}
	if left, _ := filepath.Glob(filepath.Join(temp, "*")); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}
