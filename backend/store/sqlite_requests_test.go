package store

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"keydeck/model"
)

func TestPruneShrinksTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "requests.db")
	r, err := OpenRequests(ctx, Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	var all []model.RequestRecord
	for i := range 3000 {
		all = append(all, model.RequestRecord{ID: requestID(now, i), At: model.At(now), Path: strings.Repeat("x", 2000)})
	}
	wantErr(t, "insert", r.Insert(ctx, all), nil)
	must[int64](t)(r.Prune(ctx, time.Time{}, 1<<20))
	wantErr(t, "close", r.Close(), nil)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() > 3<<19 {
		t.Errorf("got a file of %d bytes, want about 1 MiB", info.Size())
	}
}

func TestRequestsFull(t *testing.T) {
	r := openSQLiteRequests(t)
	if _, err := r.db.write.Exec(`PRAGMA max_page_count = 40`); err != nil {
		t.Fatal(err)
	}
	var all []model.RequestRecord
	for i := range 1000 {
		all = append(all, model.RequestRecord{ID: requestID(now, i), At: model.At(now), Path: strings.Repeat("x", 500)})
	}
	wantErr(t, "insert", r.Insert(ctx, all), ErrUnavailable)
	want(t, "half a batch", len(must[[]model.RequestRecord](t)(r.Query(ctx, model.RequestFilter{}))), 0)
	wantErr(t, "a small one", r.Insert(ctx, all[:1]), nil)
}

// TestQueryPlans: no filter sorts the log, and those that have an index use it.
func TestQueryPlans(t *testing.T) {
	r := openSQLiteRequests(t)
	since := model.Ptr(now)
	for _, c := range []struct {
		name  string
		f     model.RequestFilter
		index []string
	}{
		{"all", model.RequestFilter{}, nil},
		{"before", model.RequestFilter{Before: "x"}, []string{"sqlite_autoindex_requests_1 (id<?)"}},
		{"credential", model.RequestFilter{CredentialID: "x"}, []string{"requests_credential (credential_id=?)"}},
		{"credential, before", model.RequestFilter{CredentialID: "x", Before: "x"}, []string{"requests_credential (credential_id=? AND id<?)"}},
		{"project", model.RequestFilter{ProjectID: "x"}, []string{"requests_project (project_id=?)"}},
		{"visible", model.RequestFilter{Projects: []string{"x", "y"}, UserID: "u"}, []string{"requests_project (project_id=?)", "requests_user (user_id=?)"}},
		{"visible, before", model.RequestFilter{Projects: []string{"x"}, UserID: "u", Before: "x"}, []string{"requests_project (project_id=? AND id<?)", "requests_user (user_id=? AND id<?)"}},
		{"many projects", model.RequestFilter{Projects: manyProjects()}, nil},
		{"status", model.RequestFilter{Status: 404}, []string{"requests_status (status=?)"}},
		{"good status", model.RequestFilter{Status: 200}, nil},
		{"class", model.RequestFilter{StatusClass: 5}, []string{"requests_class (<expr>=?)"}},
		{"class, before", model.RequestFilter{StatusClass: 5, Before: "x"}, []string{"requests_class (<expr>=? AND id<?)"}},
		{"good class", model.RequestFilter{StatusClass: 2}, nil},
		{"time", model.RequestFilter{Since: since, Until: since}, []string{"sqlite_autoindex_requests_1 (id>? AND id<?)"}},
		{"text", model.RequestFilter{Path: "/x", Q: "x", Method: "GET", MinMillis: 3}, nil},
		{"all there is", model.RequestFilter{ProjectID: "x", CredentialID: "x", Status: 404, Q: "x"}, []string{"requests_credential (credential_id=?)"}},
		{"project, class", model.RequestFilter{ProjectID: "x", StatusClass: 4}, []string{"requests_class (<expr>=?)"}},
	} {
		for _, ascending := range []bool{false, true} {
			q := requestQuery{filter: c.f, ascending: ascending, limit: 100}
			q.by = q.accessPaths()[0]
			text, args := q.build()
			got := plan(t, r.db.read, text, args...)
			if strings.Contains(got, "TEMP B-TREE") {
				t.Errorf("%s: the log is sorted:\n%s\n%s", c.name, text, got)
			}
			for _, index := range c.index {
				if !strings.Contains(got, index) {
					t.Errorf("%s: got\n%s\nwant the index %s", c.name, got, index)
				}
			}
		}
	}
}

func benchmarkRecords(n int) []model.RequestRecord {
	all := make([]model.RequestRecord, n)
	for i := range all {
		at := now.Add(time.Duration(i) * time.Millisecond)
		all[i] = model.RequestRecord{ID: requestID(at, i), At: model.At(at), Method: "GET", Route: "/auth/api-keys/{key_id}",
			Path: "/auth/api-keys/0192e4a0-0000-7000-8000-000000000000", Status: 200 + i%50/49*204, Reason: model.Reason([]string{"", "expired"}[i%100/99]), DurationUS: int64(i % 900), Bytes: 321,
			RemoteIP: "192.0.2.1", UserAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
			RequestID: "0192e4a0-0000-7000-8000-000000000001", Scheme: model.KindAPIKey, CredentialID: requestID(now, i%100),
			CredentialHint: "sk_GDje…nJfJ8", ProjectID: requestID(now, i%20), UserID: requestID(now, i%10)}
	}
	return all
}

// BenchmarkInsert writes batches of 500; an operation is one record.
func BenchmarkInsert(b *testing.B) {
	r := openSQLiteRequests(b)
	all := benchmarkRecords(b.N)
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < len(all); i += 500 {
		if err := r.Insert(ctx, all[i:min(i+500, len(all))]); err != nil {
			b.Fatal(err)
		}
	}
}

// TestFloorReadsTheIndexAlone: how far back an access path gets is found without
// reading a record, and the engine has no choice between two indices.
func TestFloorReadsTheIndexAlone(t *testing.T) {
	r := openSQLiteRequests(t)
	f := model.RequestFilter{ProjectID: "x", CredentialID: "x", Status: 404, Q: "x", Before: "x"}
	for by, index := range map[accessPath]string{byAll: "sqlite_autoindex_requests_1", byProjects: "requests_project", byCredential: "requests_credential", byStatus: "requests_status"} {
		q := requestQuery{filter: f, by: by, limit: 100}
		text, args := q.buildFloor(1000)
		if got := plan(t, r.db.read, text, args...); !strings.Contains(got, "USING COVERING INDEX "+index) || strings.Contains(got, "TEMP B-TREE") {
			t.Errorf("%s: got\n%s\nwant the covering index %s", text, got, index)
		}
		text, args = q.build()
		if got := plan(t, r.db.read, text, args...); !strings.Contains(got, index+" (") {
			t.Errorf("%s: got\n%s\nwant the index %s", text, got, index)
		}
	}
}

func TestPruneStopsBetweenSteps(t *testing.T) {
	r := openSQLiteRequests(t)
	wantErr(t, "insert", r.Insert(ctx, benchmarkRecords(10)), nil)
	_, err := r.Prune(cancelled(), later, 1)
	if err == nil {
		t.Error("a cancelled prune went on")
	}
	want(t, "records", fmt.Sprint(len(must[[]model.RequestRecord](t)(r.Query(ctx, model.RequestFilter{})))), "10")
}
