package backend

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"keydeck/backend/requestlog"
	"keydeck/backend/store"
	"keydeck/backend/traffic"
	"keydeck/model"
)

// call records a request as the server would.
func (w *world) call(p Principal, status int, reason model.Reason) {
	if reason == "" {
		w.Count(p)
	}
	w.Record(model.RequestRecord{At: model.At(w.Now()), Method: "GET", Route: "/", Status: status, DurationUS: 1000, RemoteIP: "192.0.2.1",
		Scheme: p.Kind, CredentialID: p.CredentialID, CredentialHint: p.Hint, ProjectID: p.ProjectID, UserID: p.UserID, Reason: reason})
}

func TestOverview(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	w := newWorld(t, func(c *Config) { c.OpenSignup = true })
	root, _ := w.owner()
	_, ada := w.signIn("ada@example.com", remote)
	acme, err := w.CreateProject(ctx, ada, "acme")
	if err != nil {
		t.Fatal(err)
	}
	other, err := w.CreateProject(ctx, root, "other")
	if err != nil {
		t.Fatal(err)
	}
	mine := w.apiKey(ada, acme, model.CredentialSpec{Name: "mine", ExpiresInDays: days(5)})
	theirs := w.apiKey(root, other, model.CredentialSpec{Name: "theirs"})
	asMine, _ := w.AuthenticateAPIKey(ctx, mine.Secrets[0])
	asTheirs, _ := w.AuthenticateAPIKey(ctx, theirs.Secrets[0])
	for range 3 {
		w.call(asMine, 200, "")
	}
	w.call(asMine, 401, model.ReasonExpired)
	w.call(asTheirs, 200, "")
	w.call(ada, 200, "")
	w.call(Principal{}, 404, model.ReasonNoRoute)

	tests := []struct {
		name, project string
		who           Principal
		requests      int64
		today         int64
		busiest       []string
		refusals      int
		expiring      int
	}{
		{"a project", acme.ID, ada, 4, 3, []string{"mine"}, 1, 1},
		{"all of hers", "", ada, 5, 3, []string{"mine"}, 1, 1},
		{"everything", "", root, 7, 4, []string{"mine", "theirs"}, 2, 1},
		{"somebody's, by a superuser", acme.ID, root, 4, 3, []string{"mine"}, 1, 1},
		{"an idle one", other.ID, root, 1, 1, []string{"theirs"}, 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o, err := w.Overview(ctx, tt.who, tt.project)
			if err != nil {
				t.Fatal(err)
			}
			if len(o.Minutes) != 60 || o.Minutes[59].Requests != tt.requests || o.Today != tt.today || o.P50 == 0 || o.Log.Recorded != 7 {
				t.Errorf("got %d minutes, the last %+v, today %d, p50 %d, log %+v", len(o.Minutes), o.Minutes[len(o.Minutes)-1], o.Today, o.P50, o.Log)
			}
			var names []string
			for _, c := range o.Busiest {
				names = append(names, c.Name)
				if c.Hint == "" {
					t.Errorf("%s has no hint", c.Name)
				}
			}
			if fmt.Sprint(names) != fmt.Sprint(tt.busiest) || len(o.Refusals) != tt.refusals || len(o.Expiring) != tt.expiring || len(o.Routes) != 1 || o.Unused == nil {
				t.Errorf("got busiest %v, refusals %+v, expiring %+v, routes %+v", names, o.Refusals, o.Expiring, o.Routes)
			}
		})
	}
	for name, project := range map[string]string{"not hers": other.ID, "nobody's": mine.ID, "no UUID": "x"} {
		t.Run(name, func(t *testing.T) {
			_, err := w.Overview(ctx, ada, project)
			wantRefusal(t, err, model.CodeNotFound, model.ReasonNotFound)
			_, err = w.Use(ctx, ada, project)
			wantRefusal(t, err, model.CodeNotFound, model.ReasonNotFound)
			_, err = w.UseOf(ctx, ada, project, mine.ID)
			wantRefusal(t, err, model.CodeNotFound, model.ReasonNotFound)
		})
	}
	t.Run("a key", func(t *testing.T) {
		_, err := w.Overview(ctx, asMine, acme.ID)
		wantRefusal(t, err, model.CodeForbidden, model.ReasonWrongKind)
	})
	t.Run("three months later", func(t *testing.T) {
		w.clock.Add(91 * 24 * time.Hour)
		_, root = w.signIn("owner@example.com", socket)
		o, err := w.Overview(ctx, root, "")
		if err != nil || o.Today != 0 || o.PerSecond != 0 || o.P99 != 0 || len(o.Busiest) != 0 || o.Busiest == nil || o.Routes == nil || o.Refusals == nil {
			t.Errorf("got %+v, %v", o, err)
		}
		if len(o.Expiring) != 0 || len(o.Unused) != 1 || o.Unused[0].CredentialID != theirs.ID || o.Unused[0].Kind != model.KindAPIKey || o.Unused[0].ProjectID != other.ID {
			t.Errorf("expiring %+v, unused %+v", o.Expiring, o.Unused)
		}
	})
}

// The lists of an overview are bounded; how many there are of each is not.
func TestOverviewTotals(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	w := newWorld(t)
	p, project := w.owner()
	const soon, unused, refused = shownAttention + 5, shownAttention + 3, shownRefusals + 2
	for range unused {
		w.apiKey(p, project, model.CredentialSpec{Name: "unused"})
	}
	w.clock.Add(unusedFor + time.Hour)
	_, p = w.signIn("owner@example.com", socket)
	for i := range soon {
		key := w.apiKey(p, project, model.CredentialSpec{Name: "ends", ExpiresInDays: days(1 + i%5)})
		if asKey, _ := w.AuthenticateAPIKey(ctx, key.Secrets[0]); i < refused {
			w.call(asKey, 401, model.ReasonWrongAccount)
		}
	}
	for _, id := range []string{"", project.ID} {
		o, err := w.Overview(ctx, p, id)
		if err != nil {
			t.Fatal(err)
		}
		got := []int{len(o.Expiring), o.ExpiringTotal, len(o.Unused), o.UnusedTotal, len(o.Refusals), o.RefusalsTotal}
		if want := []int{shownAttention, soon, shownAttention, unused, shownRefusals, refused}; !slices.Equal(got, want) {
			t.Errorf("of %q: listed and counted %v, want %v", id, got, want)
		}
	}
}

func TestUse(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	w := newWorld(t, func(c *Config) { c.OpenSignup = true })
	root, project := w.owner()
	_, ada := w.signIn("ada@example.com", remote)
	idle := w.apiKey(root, project, model.CredentialSpec{Name: "idle"})
	key := w.apiKey(root, project, model.CredentialSpec{Name: "busy"})
	p, _ := w.AuthenticateAPIKey(ctx, key.Secrets[0])
	w.call(p, 200, "")
	w.clock.Add(30 * time.Minute)
	w.call(p, 200, "")
	w.call(p, 401, model.ReasonExpired)

	at := model.At(w.Now())
	whole := model.CredentialUse{CredentialID: key.ID, RequestsToday: 2, LastHour: 3, RefusedHour: 1, LastUsedAt: &at,
		Addresses: []model.AddressCount{{RemoteIP: "192.0.2.1", Requests: 3, LastAt: at}}}
	for _, projectID := range []string{"", project.ID} {
		got, err := w.UseOf(ctx, root, projectID, key.ID)
		if err != nil || fmt.Sprint(got) != fmt.Sprint(whole) {
			t.Errorf("in %q: got %+v, %v, want %+v", projectID, got, err, whole)
		}
		list, err := w.Use(ctx, root, projectID)
		if err != nil || len(list) != 2 || list[0].CredentialID != key.ID || list[1].CredentialID != idle.ID {
			t.Fatalf("in %q: got %+v, %v", projectID, list, err)
		}
		short := whole
		short.Addresses = []model.AddressCount{}
		if fmt.Sprint(list[0]) != fmt.Sprint(short) || list[1].LastUsedAt != nil || list[1].Addresses == nil {
			t.Errorf("in %q: got %+v", projectID, list)
		}
	}
	second, err := w.CreateProject(ctx, root, "second")
	if err != nil {
		t.Fatal(err)
	}
	for name, use := range map[string]func() (model.CredentialUse, error){
		"not hers":           func() (model.CredentialUse, error) { return w.UseOf(ctx, ada, "", key.ID) },
		"in another project": func() (model.CredentialUse, error) { return w.UseOf(ctx, root, second.ID, key.ID) },
		"unknown":            func() (model.CredentialUse, error) { return w.UseOf(ctx, root, "", second.ID) },
		"no UUID":            func() (model.CredentialUse, error) { return w.UseOf(ctx, root, "", "x") },
	} {
		if got, err := use(); model.CodeOf(err) != model.CodeNotFound {
			t.Errorf("%s: got %+v, %v", name, got, err)
		}
	}
}

// A server that starts again knows its last hour, and what it records meanwhile
// is counted once.
func TestTrafficIsWarm(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	w := newWorld(t)
	p, project := w.owner()
	key := w.apiKey(p, project, model.CredentialSpec{})
	asKey, _ := w.AuthenticateAPIKey(ctx, key.Secrets[0])
	const before = 1500 // more than one page
	w.clock.Add(-2 * time.Hour)
	w.call(asKey, 200, "")
	w.clock.Add(2 * time.Hour)
	for range before {
		w.call(asKey, 200, "")
	}
	dir := w.cfg.Dir
	if err := w.Close(ctx); err != nil {
		t.Fatal(err)
	}

	state, log, err := store.OpenBoth(ctx, store.Options{Path: dir + "/" + StateFile}, store.Options{Path: dir + "/" + RequestsFile})
	if err != nil {
		t.Fatal(err)
	}
	defer state.Close()
	defer log.Close()
	newest, err := log.Newest(ctx)
	if err != nil {
		t.Fatal(err)
	}
	later, err := requestlog.Open(ctx, log, requestlog.Options{Now: w.clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	r := model.RequestRecord{At: model.At(w.Now()), Status: 200, CredentialID: key.ID, ProjectID: project.ID}
	later.Append(r) // recorded meanwhile, and written before the past was read
	if err := later.Close(ctx); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name   string
		newest string
		most   int
		want   int64
	}{{"all", newest, maxWarm, before + 1}, {"bounded", newest, 1200, 1201}, {"an empty log", "", maxWarm, 1}} {
		counts := traffic.New()
		counts.Record(&r, w.Now())
		n, err := warm(ctx, log, counts, tt.newest, w.clock.Now, tt.most)
		if err != nil || int64(n) != tt.want-1 {
			t.Errorf("%s: read %d, %v, want %d", tt.name, n, err, tt.want-1)
		}
		if got, _ := counts.Credential(key.ID, w.Now()); got.Requests != tt.want {
			t.Errorf("%s: counted %d, want %d", tt.name, got.Requests, tt.want)
		}
	}

	again, err := Open(ctx, Config{Dir: dir, Now: w.clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close(ctx)
	for got := int64(0); got != before+1; { // it is read in the background
		n, _ := again.traffic.Credential(key.ID, w.Now())
		if got = n.Requests; got > before+1 || t.Context().Err() != nil {
			t.Fatalf("counted %d, want %d", got, before+1)
		}
	}
}

func BenchmarkRecord(b *testing.B) {
	w := newWorld(b)
	r := model.RequestRecord{At: model.At(w.Now()), Method: "GET", Route: "/", Path: "/", Status: 200, DurationUS: 150, RemoteIP: "192.0.2.1",
		UserAgent: "bench/1.0", RequestID: "0123456789abcdef0123456789abcdef", Scheme: model.KindAPIKey,
		CredentialID: "019bfa51-7a10-7c3e-9d51-4b1f2a6c8e01", CredentialHint: "sk_GDje…nJfJ8", ProjectID: "84fc585f-073e-4b30-8f74-e650d50c8622"}
	b.ReportAllocs()
	for b.Loop() {
		w.Record(r)
	}
}

// Ten thousand credentials, all in use.
func BenchmarkOverview(b *testing.B) {
	ctx := b.Context()
	w := newWorld(b)
	p, project := w.owner()
	var uses []store.Use
	for i := range 10_000 {
		row, err := w.newRow(w.by(p), store.Project{ID: project.ID}, model.KindAPIKey, model.CredentialSpec{Name: "bench", ExpiresInDays: days(1 + i%100)})
		if err != nil {
			b.Fatal(err)
		}
		row.Digest = fmt.Append(nil, i)
		if err := w.db.CreateCredential(ctx, w.by(p), row); err != nil {
			b.Fatal(err)
		}
		uses = append(uses, store.Use{CredentialID: row.ID, Day: unixDay(w.Now()), Requests: 1, LastUsedAt: w.Now()})
		w.Record(model.RequestRecord{Method: "GET", Status: 200, CredentialID: row.ID, ProjectID: project.ID})
	}
	if err := w.db.AddUse(ctx, uses, nil); err != nil {
		b.Fatal(err)
	}
	b.Run("project", func(b *testing.B) { benchmarkOverview(ctx, b, w, p, project.ID) })
	b.Run("all", func(b *testing.B) { benchmarkOverview(ctx, b, w, p, "") })
	b.Run("use", func(b *testing.B) {
		for b.Loop() {
			if list, err := w.Use(ctx, p, project.ID); err != nil || len(list) != 10_000 {
				b.Fatal(len(list), err)
			}
		}
	})
}

func benchmarkOverview(ctx context.Context, b *testing.B, w *world, p Principal, project string) {
	for b.Loop() {
		if o, err := w.Overview(ctx, p, project); err != nil || o.Today != 10_000 {
			b.Fatal(o, err)
		}
	}
}
