package traffic

import (
	"fmt"
	"reflect"
	"strconv"
	"sync"
	"testing"
	"time"

	"keydeck/model"
)

// noon begins a minute and a step of five.
var noon = time.Date(2026, 3, 29, 12, 0, 0, 0, time.UTC)

// record is a request with a credential of a project.
func record(project, credential string, at time.Time) model.RequestRecord {
	return model.RequestRecord{At: model.At(at), Method: "GET", Route: "/", Status: 200, DurationUS: 1000,
		RemoteIP: "192.0.2.1", CredentialID: credential, ProjectID: project}
}

func refused(r model.RequestRecord, status int, why model.Reason) model.RequestRecord {
	r.Status, r.Reason = status, why
	return r
}

func (t *Traffic) take(now time.Time, records ...model.RequestRecord) {
	for i := range records {
		t.Record(&records[i], now)
	}
}

func want(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\n got %+v\nwant %+v", what, got, want)
	}
}

func TestEachReaderSeesTheirOwn(t *testing.T) {
	c := New()
	login := model.RequestRecord{At: model.At(noon), Method: "GET", Route: "/auth/overview", Status: 200, CredentialID: "session", UserID: "ada"}
	stranger := model.RequestRecord{At: model.At(noon), Method: "BREW", Status: 404, Reason: model.ReasonNoRoute}
	c.take(noon,
		record("acme", "k1", noon), record("acme", "k1", noon), refused(record("acme", "k2", noon), 401, model.ReasonExpired),
		record("other", "k3", noon), login, stranger)

	k := func(id string, n int64) model.CredentialCount {
		return model.CredentialCount{CredentialID: id, Requests: n}
	}
	tests := []struct {
		name        string
		view        View
		classes     [6]int64
		credentials []model.CredentialCount
		routes      []model.RouteCount
		refusals    []model.RefusalCount
	}{
		{"everything", View{All: true}, [6]int64{2: 4, 4: 2}, []model.CredentialCount{k("k1", 2), k("k2", 1), k("k3", 1)},
			[]model.RouteCount{{Method: "GET", Route: "/", Requests: 4}, {Method: "other", Requests: 1}, {Method: "GET", Route: "/auth/overview", Requests: 1}},
			[]model.RefusalCount{{Reason: model.ReasonExpired, CredentialID: "k2", Requests: 1}, {Reason: model.ReasonNoRoute, Requests: 1}}},
		{"a project", Of("acme"), [6]int64{2: 2, 4: 1}, []model.CredentialCount{k("k1", 2), k("k2", 1)},
			[]model.RouteCount{{Method: "GET", Route: "/", Requests: 3}},
			[]model.RefusalCount{{Reason: model.ReasonExpired, CredentialID: "k2", Requests: 1}}},
		{"two projects and a login", View{Projects: []string{"acme", "other"}, User: "ada"}, [6]int64{2: 4, 4: 1},
			[]model.CredentialCount{k("k1", 2), k("k2", 1), k("k3", 1)},
			[]model.RouteCount{{Method: "GET", Route: "/", Requests: 4}, {Method: "GET", Route: "/auth/overview", Requests: 1}},
			[]model.RefusalCount{{Reason: model.ReasonExpired, CredentialID: "k2", Requests: 1}}},
		{"nothing", View{}, [6]int64{}, nil, nil, nil},
		{"a project without an id", Of(""), [6]int64{}, nil, nil, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := c.Hour(tt.view, noon)
			want(t, "classes", h.Classes, tt.classes)
			want(t, "credentials", h.Credentials, tt.credentials)
			want(t, "routes", h.Routes, tt.routes)
			want(t, "refusals", h.Refusals, tt.refusals)
		})
	}
	want(t, "counts of credentials", c.Credentials(Of("acme"), noon), map[string]Count{"k1": {2, 0}, "k2": {1, 1}})
}

func TestMinutesAndRate(t *testing.T) {
	c := New()
	for i := range 20 { // one a second, the last at 12:00:19
		c.take(noon.Add(time.Duration(i)*time.Second), record("acme", "k", noon.Add(time.Duration(i)*time.Second)))
	}
	failed := record("acme", "k", noon.Add(-30*time.Minute))
	failed.Status = 500
	now := noon.Add(20 * time.Second)
	c.take(now, failed, refused(record("acme", "k", noon.Add(-59*time.Minute)), 403, model.ReasonScope),
		record("acme", "k", noon.Add(-time.Hour)),                         // too old
		record("acme", "k", now.Add(time.Hour)),                           // a caller's clock is not ours: now
		model.RequestRecord{ProjectID: "acme", Status: 99, Method: "GET"}) // no time: now

	h := c.Hour(Of("acme"), now)
	if len(h.Minutes) != 60 {
		t.Fatalf("got %d minutes", len(h.Minutes))
	}
	want(t, "first", h.Minutes[0], model.MinuteCount{At: model.At(noon.Add(-59 * time.Minute)), Requests: 1, Refused: 1})
	want(t, "half past", h.Minutes[29], model.MinuteCount{At: model.At(noon.Add(-30 * time.Minute)), Requests: 1, Failed: 1})
	want(t, "under way", h.Minutes[59], model.MinuteCount{At: model.At(noon), Requests: 22})
	want(t, "classes", h.Classes, [6]int64{2: 21, 4: 1, 5: 1})
	want(t, "a second", h.PerSecond, 1.0)
	want(t, "a second, later", c.Hour(Of("acme"), now.Add(5*time.Second)).PerSecond, 0.7)
	want(t, "a second, much later", c.Hour(Of("acme"), now.Add(time.Minute)).PerSecond, 0.0)
}

func TestTheHourPasses(t *testing.T) {
	c := New()
	c.take(noon, refused(record("acme", "k", noon), 401, model.ReasonRevoked))
	for _, tt := range []struct {
		after time.Duration
		want  int64
	}{{0, 1}, {59*time.Minute + 59*time.Second, 1}, {time.Hour, 0}, {48 * time.Hour, 0}} {
		now := noon.Add(tt.after)
		h := c.Hour(View{All: true}, now)
		var sum int64
		for _, m := range h.Minutes {
			sum += m.Requests
		}
		n, from := c.Credential("k", now)
		got := []int64{sum, h.Classes[4], int64(len(h.Credentials)), int64(len(h.Routes)), int64(len(h.Refusals)), n.Requests, n.Refused, int64(len(from)), min(h.P50, 1)}
		for i := range got {
			if got[i] != tt.want {
				t.Errorf("after %v: got %v, want all %d", tt.after, got, tt.want)
				break
			}
		}
	}
	c.take(noon.Add(48*time.Hour), record("acme", "k", noon.Add(48*time.Hour)))
	n, _ := c.Credential("k", noon.Add(48*time.Hour))
	want(t, "counted anew", n, Count{1, 0})
}

// A clock that is set back starts the hour anew; one that is a little unsteady
// loses nothing.
func TestClockSetBack(t *testing.T) {
	c := New()
	c.take(noon, record("acme", "k", noon))
	c.take(noon.Add(-time.Second), record("acme", "k", noon.Add(-time.Second)))
	n, _ := c.Credential("k", noon)
	want(t, "a second back", n.Requests, int64(2))
	back := noon.Add(-30 * 24 * time.Hour)
	for range 3 {
		c.take(back, record("acme", "k", back))
	}
	n, _ = c.Credential("k", back)
	want(t, "a month back", n.Requests, int64(3))
	h := c.Hour(Of("acme"), back)
	want(t, "minutes", h.Minutes[59].Requests, int64(3))
	want(t, "rate", c.Hour(Of("acme"), back.Add(time.Second)).PerSecond, 0.3)
	want(t, "latency", h.P99 > 0, true)
}

func TestPercentiles(t *testing.T) {
	c := New()
	r := record("acme", "k", noon)
	for i := range 100 {
		r.DurationUS = int64(i+1) * 1000
		c.take(noon, r)
	}
	r.Route, r.DurationUS = streamRoute, int64(time.Hour/time.Microsecond)
	c.take(noon, r)
	h := c.Hour(Of("acme"), noon)
	for _, tt := range []struct {
		name      string
		got, want int64
	}{{"p50", h.P50, 50_000}, {"p90", h.P90, 90_000}, {"p99", h.P99, 99_000}} {
		if off := tt.got - tt.want; off > tt.want/15 || off < -tt.want/15 {
			t.Errorf("%s: got %d µs, want %d to 6.7 %%", tt.name, tt.got, tt.want)
		}
	}
}

func TestBuckets(t *testing.T) {
	last := -1
	for us := int64(0); us < 1<<29; us += us/64 + 1 {
		b := bucket(us)
		if b < last || b >= buckets {
			t.Fatalf("%d µs is in bucket %d after %d", us, b, last)
		}
		last = b
		if m := middle(b); b < buckets-1 && (m-us > us/15+1 || us-m > us/15+1) {
			t.Errorf("%d µs counts as %d", us, m)
		}
	}
	want(t, "the last", last, buckets-1)
	want(t, "before time", bucket(-1), 0)
}

func TestAddresses(t *testing.T) {
	c := New()
	from := func(ip string, at time.Time, times int) {
		r := record("acme", "k", at)
		r.RemoteIP = ip
		for range times {
			c.take(at, r)
		}
	}
	from("192.0.2.1", noon, 3)
	from("192.0.2.2", noon.Add(time.Second), 5)
	from("", noon, 1)
	_, got := c.Credential("k", noon.Add(time.Minute))
	want(t, "addresses", got, []model.AddressCount{
		{RemoteIP: "192.0.2.2", Requests: 5, LastAt: model.At(noon.Add(time.Second))},
		{RemoteIP: "192.0.2.1", Requests: 3, LastAt: model.At(noon)},
	})
	// A flood of addresses pushes out what is idle, never what is in use.
	for i := range 10 * maxSourcesEach {
		at := noon.Add(time.Minute + time.Duration(i)*time.Millisecond)
		from(fmt.Sprintf("2001:db8::%x", i), at, 1)
		from("192.0.2.2", at, 1)
	}
	_, got = c.Credential("k", noon.Add(2*time.Minute))
	want(t, "number", len(got), maxSourcesEach)
	want(t, "in use", []any{got[0].RemoteIP, got[0].Requests}, []any{"192.0.2.2", int64(5 + 10*maxSourcesEach)})
	_, got = c.Credential("nobody", noon)
	want(t, "of nobody", got, []model.AddressCount(nil))
}

// What the log remembers and what happens meanwhile are added up, and the past
// pushes out nothing that is newer.
func TestRemember(t *testing.T) {
	c := New()
	c.credentials.max = 3
	c.take(noon, record("acme", "live", noon))
	for i, id := range []string{"a", "live", "b", "c", "a"} { // newest first
		r := record("acme", id, noon.Add(-time.Duration(i+1)*time.Minute))
		c.Remember(&r, noon)
	}
	all := c.Credentials(Of("acme"), noon)
	want(t, "credentials", all, map[string]Count{"live": {2, 0}, "a": {2, 0}, "b": {1, 0}})
	want(t, "requests", c.Hour(Of("acme"), noon).Classes[2], int64(6))
	for _, id := range []string{"x", "y"} { // the oldest go first: b, then a
		c.take(noon, record("acme", id, noon))
	}
	want(t, "pushed out", c.Credentials(Of("acme"), noon), map[string]Count{"live": {2, 0}, "x": {1, 0}, "y": {1, 0}})

	crowd := New()
	for i := range maxSourcesEach + 1 {
		r := record("acme", "k", noon.Add(-time.Duration(i)*time.Second))
		r.RemoteIP = fmt.Sprint("192.0.2.", i)
		crowd.Remember(&r, noon)
	}
	_, from := crowd.Credential("k", noon)
	for _, p := range from {
		if p.RemoteIP == fmt.Sprint("192.0.2.", maxSourcesEach) {
			t.Error("an older address took the place of a newer one")
		}
	}
}

func TestMemoryIsBounded(t *testing.T) {
	c := New()
	c.scopes.max, c.credentials.max, c.routes.max, c.refusals.max = 10, 20, 30, 30
	for i := range 500 {
		r := refused(record(fmt.Sprint("p", i), fmt.Sprint("k", i), noon), 401, model.ReasonExpired)
		r.Route = fmt.Sprint("/", i)
		for j := range 3 {
			r.RemoteIP = fmt.Sprint("192.0.2.", j)
			c.take(noon, r)
		}
	}
	want(t, "sizes", []int{len(c.scopes.slots), len(c.scopes.index), len(c.credentials.slots), len(c.credentials.index), len(c.routes.index), len(c.refusals.index), c.sources},
		[]int{10, 10, 20, 20, 30, 30, 60})
	h := c.Hour(View{All: true}, noon)
	want(t, "over all, nothing is lost", h.Classes[4], int64(1500))
	want(t, "the newest stay", c.Hour(Of("p499"), noon).Classes[4], int64(3))
	want(t, "the oldest went", c.Hour(Of("p0"), noon).Classes[4], int64(0))
}

// TestStrangersAreBounded: at the real limits, with everything about each request new.
func TestStrangersAreBounded(t *testing.T) {
	const strangers = 2 * maxSources
	c := New()
	for i := range strangers {
		n := strconv.Itoa(i)
		r := refused(record(n, n, noon), 401, model.ReasonExpired)
		r.Route, r.RemoteIP = n, n
		c.take(noon, r)
	}
	want(t, "sizes", []int{len(c.scopes.slots), len(c.scopes.index), len(c.credentials.slots), len(c.credentials.index), len(c.routes.index), len(c.refusals.index)},
		[]int{maxScopes, maxScopes, maxCredentials, maxCredentials, maxRoutes, maxRefusals})
	if c.sources > maxSources {
		t.Errorf("%d addresses are kept, want at most %d", c.sources, maxSources)
	}
	want(t, "over all, nothing is lost", c.Hour(View{All: true}, noon).Classes[4], int64(strangers))
}

func TestPlacesOfAllAreBounded(t *testing.T) {
	c := New()
	c.sources = maxSources - 1
	for _, ip := range []string{"192.0.2.1", "192.0.2.2"} {
		r := record("acme", "k", noon)
		r.RemoteIP = ip
		c.take(noon, r)
	}
	other := record("acme", "other", noon)
	c.take(noon, other)
	_, from := c.Credential("k", noon)
	want(t, "the last place is kept in use", []any{len(from), from[0].RemoteIP}, []any{1, "192.0.2.2"})
	n, from := c.Credential("other", noon)
	want(t, "counted without an address", []any{n.Requests, len(from)}, []any{int64(1), 0})
}

// Many write while others read: the race detector looks on, and nothing is lost.
func TestConcurrently(t *testing.T) {
	c := New()
	const writers, each = 4, 500
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				r := record("acme", fmt.Sprint("k", w, "-", i), noon)
				c.Record(&r, noon)
				c.Remember(&r, noon)
			}
		})
	}
	wg.Go(func() {
		for i := range 20 {
			c.Hour(View{All: true}, noon)
			c.Credentials(Of("acme"), noon)
			c.Credential(fmt.Sprint("k0-", i), noon)
		}
	})
	wg.Wait()
	h := c.Hour(Of("acme"), noon)
	want(t, "requests", h.Classes[2], int64(2*writers*each))
	want(t, "credentials", len(h.Credentials), writers*each)
}

func BenchmarkRecord(b *testing.B) {
	c := New()
	records := make([]model.RequestRecord, 1000)
	for i := range records {
		records[i] = record(fmt.Sprintf("84fc585f-073e-4b30-8f74-e650d50c86%02d", i%10), fmt.Sprintf("019bfa51-7a10-7c3e-9d51-4b1f2a6c8%03d", i), noon)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		c.Record(&records[i%len(records)], noon)
	}
}

func BenchmarkHour(b *testing.B) {
	c := New()
	for i := range 10_000 {
		r := record("acme", fmt.Sprintf("019bfa51-7a10-7c3e-9d51-4b1f2a6%05d", i), noon)
		c.Record(&r, noon)
	}
	for b.Loop() {
		c.Hour(Of("acme"), noon)
	}
}
