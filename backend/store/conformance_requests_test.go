package store

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"keydeck/model"
)

// testRequests is what every engine's request log must do, as testStore is for
// the state.
func testRequests(t *testing.T, open func(t testing.TB) *Requests) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, *Requests)
	}{
		{"round trip", testRequestRoundTrip},
		{"pages", testRequestPages},
		{"agrees with Match", testRequestMatch},
		{"odd ids", testRequestOddIDs},
		{"search in steps", testRequestSearch},
		{"prune by age", testPruneAge},
		{"prune by size", testPruneSize},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.run(t, open(t))
		})
	}
	t.Run("closed", func(t *testing.T) {
		r := open(t)
		wantErr(t, "close", r.Close(), nil)
		wantErr(t, "insert", r.Insert(ctx, []model.RequestRecord{{ID: requestID(now, 1)}}), ErrUnavailable)
		_, err := r.Query(ctx, model.RequestFilter{})
		wantErr(t, "query", err, ErrUnavailable)
		_, err = r.Newest(ctx)
		wantErr(t, "newest", err, ErrUnavailable)
		_, err = r.Prune(ctx, now, 0)
		wantErr(t, "prune", err, ErrUnavailable)
	})
}

// requestID is a UUIDv7 of a time; n orders those of one millisecond.
func requestID(at time.Time, n int) string {
	ms := at.UnixMilli()
	return fmt.Sprintf("%08x-%04x-7%03x-8000-%012x", ms>>16, ms&0xffff, n>>16&0xfff, n&0xffff)
}

func ids(records []model.RequestRecord) []string {
	out := []string{}
	for _, r := range records {
		out = append(out, r.ID)
	}
	return out
}

func testRequestRoundTrip(t *testing.T, r *Requests) {
	want(t, "newest of none", must[string](t)(r.Newest(ctx)), "")
	full := model.RequestRecord{ID: requestID(now, 1), At: model.At(now), Method: "GET", Route: "/x/{id}", Path: "/x/ü\x00%_", Status: 403,
		DurationUS: math.MaxInt64, Bytes: 1 << 40, RemoteIP: "::1", UserAgent: "名前", RequestID: "r", Scheme: model.KindAPIKey,
		CredentialID: "c", CredentialHint: "sk_abcd…vwxyz", ProjectID: "p", UserID: "u", Reason: model.ReasonExpired}
	bare := model.RequestRecord{ID: requestID(now, 2), At: model.At(now)}
	for range 2 { // the second time all are there already
		wantErr(t, "insert", r.Insert(ctx, []model.RequestRecord{full, bare}), nil)
	}
	wantErr(t, "insert none", r.Insert(ctx, nil), nil)
	changed := full
	changed.Path = "/changed"
	wantErr(t, "insert again", r.Insert(ctx, []model.RequestRecord{changed}), nil)
	got := must[[]model.RequestRecord](t)(r.Query(ctx, model.RequestFilter{}))
	want(t, "newest first", got, []model.RequestRecord{bare, full})
	want(t, "oldest first", must[[]model.RequestRecord](t)(r.Since(ctx, "", model.RequestFilter{}, 9)), []model.RequestRecord{full, bare})
	want(t, "newest", must[string](t)(r.Newest(ctx)), bare.ID)
}

func testRequestPages(t *testing.T, r *Requests) {
	const n = 1100
	var all []model.RequestRecord
	for i := range n {
		all = append(all, model.RequestRecord{ID: requestID(now, i), At: model.At(now), ProjectID: "abc"[i%3 : i%3+1]})
	}
	wantErr(t, "insert", r.Insert(ctx, all), nil)
	for _, c := range []struct{ limit, want int }{{0, 100}, {-1, 100}, {1, 1}, {1000, 1000}, {1001, 1001}, {math.MaxInt, 1001}} {
		want(t, fmt.Sprint("limit ", c.limit), len(must[[]model.RequestRecord](t)(r.Query(ctx, model.RequestFilter{Limit: c.limit}))), c.want)
	}
	for _, c := range []struct {
		name string
		f    model.RequestFilter
		want int
	}{
		{"all", model.RequestFilter{Limit: 7}, n},
		{"one project", model.RequestFilter{Limit: 7, ProjectID: "a"}, 367},
		{"visible projects", model.RequestFilter{Limit: 7, Projects: []string{"c", "a", "a", "nothing"}}, 733},
		{"no project", model.RequestFilter{Limit: 7, Projects: []string{}}, 0},
	} {
		seen, last := 0, "~"
		for f := c.f; ; f.Before = last {
			page := must[[]model.RequestRecord](t)(r.Query(ctx, f))
			for i := range page {
				if page[i].ID >= last || !f.Match(&page[i]) {
					t.Fatalf("%s: %v is out of place after %s", c.name, page[i], last)
				}
				last = page[i].ID
			}
			if seen += len(page); len(page) < f.Limit {
				break
			}
		}
		want(t, c.name+", backwards", seen, c.want)
		seen, last = 0, ""
		for {
			page := must[[]model.RequestRecord](t)(r.Since(ctx, last, c.f, 50))
			for i := range page {
				if page[i].ID <= last {
					t.Fatalf("%s: %s is out of place after %s", c.name, page[i].ID, last)
				}
				last = page[i].ID
			}
			if seen += len(page); len(page) < 50 {
				break
			}
		}
		want(t, c.name+", forwards", seen, c.want)
	}
	want(t, "since the last", ids(must[[]model.RequestRecord](t)(r.Since(ctx, all[n-2].ID, model.RequestFilter{}, 9))), []string{all[n-1].ID})
	want(t, "no limit is none", ids(must[[]model.RequestRecord](t)(r.Since(ctx, "", model.RequestFilter{}, 0))), []string{})
}

// testRequestMatch asks the engine and model.RequestFilter.Match the same
// random questions about the same random records.
func testRequestMatch(t *testing.T, r *Requests) {
	rnd := rand.New(rand.NewPCG(1, 2))
	pick := func(list ...string) string { return list[rnd.IntN(len(list))] }
	words := []string{"", "a", "A", "/A", "/a/B", "%", "_", "\\", "/a%", "a_", "\\%", "ä", "Ä", "/ÄÖ", "[a]", "*", "?", "'", "K", "k", "\u212a", "\n", "\n\x01\x02", "a\n", "sk_GDje…nJfJ8", "é", "e\u0301", "�"}
	at := func() model.Time { return model.At(now.Add(time.Duration(rnd.IntN(40)-20) * time.Millisecond)) }
	var all []model.RequestRecord
	for i := range 200 {
		all = append(all, model.RequestRecord{
			ID: requestID(now.Add(time.Duration(i/10)*time.Millisecond), i), At: at(),
			Method: pick("GET", "get", "POST", "K"), Path: pick(words...) + pick(words...), Route: pick("", "/", "/v1/", "/V1/"), Status: rnd.IntN(700) - 50,
			DurationUS: int64(rnd.IntN(5000)) - 10, RemoteIP: pick("::1", "192.0.2.1"), UserAgent: pick(words...) + pick(words...), RequestID: pick(words...),
			CredentialID: pick("", "c1", "C1"), CredentialHint: pick(words...), ProjectID: pick("", "p1", "p2", "P1"), UserID: pick("", "u1", "u2"),
			Reason: model.Reason(pick("", "expired", "EXPIRED")),
		})
	}
	wantErr(t, "insert", r.Insert(ctx, all), nil)
	slices.Reverse(all)
	maybe := func(fill func()) {
		if rnd.IntN(4) == 0 {
			fill()
		}
	}
	found := 0
	for range 600 {
		var f model.RequestFilter
		maybe(func() { f.Method = pick("get", "Post", "\u212a", "k") })
		maybe(func() { f.Route = pick("/", "/v1/", "/v") })
		maybe(func() { f.Status = rnd.IntN(700) - 50 })
		maybe(func() { f.StatusClass = rnd.IntN(8) - 1 })
		maybe(func() { f.Path = pick(words...) })
		maybe(func() { f.CredentialID = pick("c1", "C1", "c1\x00") })
		maybe(func() { f.ProjectID = pick("p1", "P1", "p3") })
		maybe(func() { f.Q = pick(words...) + pick("", "", "\x00", pick(words...)) })
		maybe(func() { v := at(); v.Time = v.Add(time.Duration(rnd.IntN(3)-1) * time.Microsecond); f.Since = &v })
		maybe(func() { v := at(); v.Time = v.Add(time.Duration(rnd.IntN(3)-1) * time.Microsecond); f.Until = &v })
		maybe(func() { f.MinMillis = rnd.Float64()*6 - 1 })
		maybe(func() {
			f.Projects = [][]string{{}, {"p1"}, {"p1", "p2", "p1"}, {"", "p2"}, manyProjects()}[rnd.IntN(5)]
			maybe(func() { f.UserID = pick("u1", "u2", "u3") })
		})
		maybe(func() { f.Before = all[rnd.IntN(len(all))].ID })
		f.Limit = 1 + rnd.IntN(200)

		matching := []model.RequestRecord{}
		for i := range all {
			if len(matching) < f.Limit && (f.Before == "" || all[i].ID < f.Before) && f.Match(&all[i]) {
				matching = append(matching, all[i])
			}
		}
		found += len(matching)
		got, err := r.Query(ctx, f)
		if err != nil {
			t.Fatalf("%+v: %v", f, err)
		}
		if !slices.Equal(got, matching) {
			t.Fatalf("%+v (since %v, until %v):\n got %v\nwant %v", f, f.Since, f.Until, ids(got), ids(matching))
		}
		if got := searchAll(t, r, f, 1+rnd.IntN(60)); !slices.Equal(got, matching) {
			t.Fatalf("%+v (since %v, until %v), in steps:\n got %v\nwant %v", f, f.Since, f.Until, ids(got), ids(matching))
		}
	}
	if found < 1000 {
		t.Errorf("the questions found %d records: too few to prove anything", found)
	}
}

// searchAll is Query in steps that look at no more than so many records each.
func searchAll(t *testing.T, r *Requests, f model.RequestFilter, rows int) []model.RequestRecord {
	t.Helper()
	all := []model.RequestRecord{}
	for {
		found := must[Found](t)(r.Search(ctx, f, rows))
		all = append(all, found.Records...)
		f.Limit -= len(found.Records)
		if found.Stopped == "" || f.Limit == 0 {
			return all
		}
		if n := len(found.Records); found.Looked != rows || n > rows || n > 0 && found.Records[n-1].ID < found.Stopped ||
			f.Before != "" && found.Stopped >= f.Before {
			t.Fatalf("%+v stopped at %s after %d of %d records and %d hits", f, found.Stopped, found.Looked, rows, n)
		}
		f.Before = found.Stopped
	}
}

// testRequestSearch: what a page may look at bounds it, unless an index leads to
// its records alone.
func testRequestSearch(t *testing.T, r *Requests) {
	const n = 400
	var all []model.RequestRecord
	for i := range n {
		record := model.RequestRecord{ID: requestID(now, i), At: model.At(now), Path: "/x", Status: 200, ProjectID: "big", CredentialID: "often"}
		if i < 3 {
			record.ProjectID, record.Status, record.CredentialID = "small", 401, "seldom"
		}
		all = append(all, record)
	}
	wantErr(t, "insert", r.Insert(ctx, all), nil)
	for _, c := range []struct {
		name  string
		f     model.RequestFilter
		found int
		ends  bool
	}{
		{"all", model.RequestFilter{Limit: 9}, 9, true},
		{"one status", model.RequestFilter{Status: 401}, 3, true},
		{"one project", model.RequestFilter{ProjectID: "small"}, 3, true},
		{"one credential", model.RequestFilter{CredentialID: "seldom"}, 3, true},
		{"a status without an index", model.RequestFilter{Status: 201}, 0, false},
		{"text", model.RequestFilter{Q: "nowhere"}, 0, false},
		{"text that fills the page", model.RequestFilter{Q: "/x", Limit: 9}, 9, true},
		{"text in a small project", model.RequestFilter{Q: "/x", ProjectID: "small"}, 3, true},
		{"text in a big project", model.RequestFilter{Q: "nowhere", ProjectID: "big"}, 0, false},
		{"two ways, one short", model.RequestFilter{CredentialID: "often", ProjectID: "small"}, 0, true},
		{"three ways, one short", model.RequestFilter{CredentialID: "often", ProjectID: "big", Status: 401}, 0, true},
		{"visible, by way of the status", model.RequestFilter{Projects: []string{"big", "small"}, StatusClass: 4}, 3, true},
		{"nothing visible", model.RequestFilter{Projects: []string{}, Q: "x"}, 0, true},
	} {
		got := must[Found](t)(r.Search(ctx, c.f, 50))
		want(t, c.name+", records", len(got.Records), c.found)
		want(t, c.name+", to the end", got.Stopped == "", c.ends)
	}
}

func manyProjects() []string {
	list := []string{"p1", "", "P1"}
	for i := range 2 * maxArms {
		list = append(list, fmt.Sprint("other", i))
	}
	return list
}

// testRequestOddIDs: a time filter is right also for ids that carry another
// time than the record, or none.
func testRequestOddIDs(t *testing.T, r *Requests) {
	for i, id := range []string{requestID(now, 1), requestID(now.Add(-1000*time.Hour), 1), requestID(now.Add(1000*time.Hour), 1), "no uuid", "~"} {
		wantErr(t, "insert", r.Insert(ctx, []model.RequestRecord{{ID: id, At: model.At(now)}}), nil)
		for name, f := range map[string]model.RequestFilter{
			"since": {Since: model.Ptr(now)}, "until": {Until: model.Ptr(later)}, "both": {Since: model.Ptr(now), Until: model.Ptr(later)},
		} {
			want(t, name+" with "+id, len(must[[]model.RequestRecord](t)(r.Query(ctx, f))), i+1)
		}
	}
	for _, extreme := range []model.Time{model.FromMillis(math.MinInt64), model.FromMillis(math.MaxInt64)} {
		for _, f := range []model.RequestFilter{{Since: &extreme}, {Until: &extreme}} {
			got := must[[]model.RequestRecord](t)(r.Query(ctx, f))
			want(t, fmt.Sprint("extreme ", extreme.Year()), len(got) == 5, f.Match(&model.RequestRecord{At: model.At(now)}))
		}
	}
}

func testPruneAge(t *testing.T, r *Requests) {
	const n = 3 * pruneStep / 2
	var all []model.RequestRecord
	for i := range n + 2 {
		at := now
		if i >= n {
			at = later
		}
		all = append(all, model.RequestRecord{ID: requestID(at, i), At: model.At(at)})
	}
	wantErr(t, "insert", r.Insert(ctx, all), nil)
	want(t, "nothing is that old", must[int64](t)(r.Prune(ctx, now, 0)), int64(0))
	want(t, "no age, no size", must[int64](t)(r.Prune(ctx, time.Time{}, 0)), int64(0))
	want(t, "old ones", must[int64](t)(r.Prune(ctx, later, 0)), int64(n))
	want(t, "what is left", ids(must[[]model.RequestRecord](t)(r.Since(ctx, "", model.RequestFilter{}, 9))), ids(all[n:]))
	want(t, "all", must[int64](t)(r.Prune(ctx, later.Add(time.Millisecond), 0)), int64(2))
}

func testPruneSize(t *testing.T, r *Requests) {
	const n = 3000
	var all []model.RequestRecord
	for i := range n {
		all = append(all, model.RequestRecord{ID: requestID(now, i), At: model.At(now), Path: strings.Repeat("x", 1000)})
	}
	wantErr(t, "insert", r.Insert(ctx, all), nil)
	want(t, "small enough", must[int64](t)(r.Prune(ctx, time.Time{}, 1<<30)), int64(0))
	dropped := must[int64](t)(r.Prune(ctx, time.Time{}, 2<<20))
	if dropped < n/4 || dropped > n*3/4 {
		t.Errorf("got %d of %d dropped (some 4 MB down to 2), want about half", dropped, n)
	}
	oldest := must[[]model.RequestRecord](t)(r.Since(ctx, "", model.RequestFilter{}, 1))
	want(t, "the oldest went", ids(oldest), []string{requestID(now, int(dropped))})
	want(t, "to nothing", must[int64](t)(r.Prune(ctx, time.Time{}, 1)), n-dropped)
}
