package store

import (
	"bytes"
	"database/sql"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"keydeck/model"
)

func openAt(t testing.TB, path string) *Store {
	t.Helper()
	s, err := Open(ctx, Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func openSQLite(t *testing.T) *Store { return openAt(t, filepath.Join(t.TempDir(), "keydeck.db")) }

func openRequestsAt(t testing.TB, path string) *Requests {
	t.Helper()
	r, err := OpenRequests(ctx, Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

func openSQLiteRequests(t testing.TB) *Requests {
	return openRequestsAt(t, filepath.Join(t.TempDir(), "requests.db"))
}

func TestSQLite(t *testing.T)         { testStore(t, openSQLite) }
func TestSQLiteRequests(t *testing.T) { testRequests(t, openSQLiteRequests) }

// files gives name, mode and content of everything in a folder.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		out[e.Name()] = fmt.Sprintf("%v %v %x", info.Mode(), info.ModTime(), data)
	}
	return out
}

func TestFileModes(t *testing.T) {
	dir := t.TempDir()
	old := filepath.Join(dir, "requests.db")
	if err := os.WriteFile(old, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	signIn(t, openAt(t, filepath.Join(dir, "keydeck.db")), "a")
	openRequestsAt(t, old)
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode(); got != 0o600 {
			t.Errorf("%s: got mode %v, want 0600", e.Name(), got)
		}
	}
	want(t, "databases, logs and their indices", len(entries), 6)
}

func TestOddPaths(t *testing.T) {
	for _, name := range []string{"a b.db", "q?mode=memory.db", "h#h.db", "p%41.db", "p%.db", "a+b&c=d;e.db", "ü—名.db", "'\".db", "file:x", "-", ":memory:", "a\nb"} {
		dir := filepath.Join(t.TempDir(), "d?#% ")
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		s, err := Open(ctx, Options{Path: filepath.Join(dir, name)})
		if err != nil {
			t.Errorf("%q: %v", name, err)
			continue
		}
		wantErr(t, name, s.PutMeta(ctx, "x", []byte{1}), nil)
		wantErr(t, name, s.Close(), nil)
		entries, err := os.ReadDir(dir)
		if err != nil || len(entries) != 1 || entries[0].Name() != name {
			t.Errorf("%q: got %v, %v, want that file alone", name, entries, err)
		}
	}
	t.Chdir(t.TempDir())
	s := openAt(t, "relative.db")
	wantErr(t, "relative", s.Ping(ctx), nil)
	if _, err := os.Stat("relative.db"); err != nil {
		t.Error(err)
	}
}

// rawExec runs a statement behind the store's back.
func rawExec(t *testing.T, path, text string) {
	t.Helper()
	source, err := sqliteURI(path, url.Values{"_busy_timeout": {busyTimeout}})
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open(sqliteDriver, source)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(text); err != nil {
		t.Fatal(err)
	}
}

func TestNewerIsLeftAlone(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "keydeck.db")
	s, err := Open(ctx, Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	signIn(t, s, "a")
	wantErr(t, "close", s.Close(), nil)
	rawExec(t, path, `INSERT INTO schema_migrations VALUES (42, '0042_future', 0)`)
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	before := files(t, dir)
	_, err = Open(ctx, Options{Path: path})
	wantErr(t, "open", err, ErrNewer)
	known := len(must[[]migration](t)(stateFile.migrations(nil)))
	for _, number := range []string{"42", fmt.Sprint("knows ", known)} {
		if !strings.Contains(err.Error(), number) {
			t.Errorf("the message %q lacks %q", err, number)
		}
	}
	want(t, "files after", files(t, dir), before)
	want(t, "only one file", len(before), 1)
}

func TestNewerInTheLogIsLeftAlone(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "keydeck.db")
	s := openAt(t, path) // stays open, so the change stays in the write-ahead log
	rawExec(t, path, `INSERT INTO schema_migrations VALUES (42, '0042_future', 0)`)
	wantErr(t, "write", s.PutMeta(ctx, "x", nil), nil)
	crashed := t.TempDir()
	for _, name := range []string{"keydeck.db", "keydeck.db-wal"} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(crashed, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	before := files(t, crashed)
	_, err := Open(ctx, Options{Path: filepath.Join(crashed, "keydeck.db")})
	wantErr(t, "open", err, ErrNewer)
	after := files(t, crashed)
	for name, content := range before {
		if after[name] != content {
			t.Errorf("%s was touched", name)
		}
	}
}

func TestReopen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keydeck.db")
	for i := range 3 {
		s, err := Open(ctx, Options{Path: path})
		if err != nil {
			t.Fatal(err)
		}
		wantErr(t, "write", s.PutMeta(ctx, fmt.Sprint(i), []byte{byte(i)}), nil)
		for j := range i {
			want(t, "what was written before", must[[]byte](t)(s.Meta(ctx, fmt.Sprint(j))), []byte{byte(j)})
		}
		wantErr(t, "close", s.Close(), nil)
	}
}

func TestTwoProcessesStartAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keydeck.db")
	wantRace(t, 4, 4, func(i int) error {
		s, err := Open(ctx, Options{Path: path})
		if err != nil {
			return err
		}
		if err := s.PutMeta(ctx, fmt.Sprint(i), nil); err != nil {
			return err
		}
		return s.Close()
	})
}

func TestCannotOpen(t *testing.T) {
	dir := t.TempDir()
	garbage := filepath.Join(dir, "garbage.db")
	if err := os.WriteFile(garbage, bytes.Repeat([]byte("no database "), 1000), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, path := range map[string]string{
		"no folder":      filepath.Join(dir, "nothing", "keydeck.db"),
		"a folder":       dir,
		"not a database": garbage,
		"a NUL":          filepath.Join(dir, "a\x00b.db"),
	} {
		_, err := Open(ctx, Options{Path: path})
		wantErr(t, name, err, ErrUnavailable)
	}
	want(t, "nothing was made", len(files(t, dir)), 1)
}

func TestReadOnlyFolder(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root writes everywhere")
	}
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	_, err := Open(ctx, Options{Path: filepath.Join(dir, "keydeck.db")})
	wantErr(t, "open", err, ErrUnavailable)
	wantErr(t, "why", err, fs.ErrPermission)
}

func TestReadOnlyDatabase(t *testing.T) {
	s := openSQLite(t)
	if _, err := s.db.write.Exec(`PRAGMA query_only = on`); err != nil {
		t.Fatal(err)
	}
	wantErr(t, "write", s.PutMeta(ctx, "x", nil), ErrUnavailable)
	wantErr(t, "ping", s.Ping(ctx), ErrUnavailable)
	_, err := s.Meta(ctx, "x")
	wantErr(t, "a read goes on", err, ErrNotFound)
}

func TestFull(t *testing.T) {
	s := openSQLite(t)
	signIn(t, s, "a")
	wantErr(t, "ping before", s.Ping(ctx), nil)
	if _, err := s.db.write.Exec(`VACUUM; PRAGMA max_page_count = 1`); err != nil { // rises to the present size
		t.Fatal(err)
	}
	var err error
	written := 0
	for ; err == nil && written < 1000; written++ {
		c := credential(fmt.Sprint(written))
		c.Name = strings.Repeat("x", 1000)
		err = s.CreateCredential(ctx, by(now), c)
	}
	wantErr(t, "write", err, ErrUnavailable)
	wantErr(t, "the disk is what is full", err, syscall.ENOSPC)
	wantErr(t, "ping, though the last one was good a moment ago", s.Ping(ctx), ErrUnavailable)
	_, total, err := s.Credentials(ctx, "project-a", model.KindAPIKey, model.PageRequest{})
	want(t, "reads go on, and what failed is not there", []any{total, err}, []any{int64(written - 1), nil})

	_, err = trySignIn(s, "b", func(in *SignIn) { in.Project.Name = strings.Repeat("x", 100_000) })
	wantErr(t, "sign in", err, ErrUnavailable)
	for what, query := range map[string]string{
		"user": `SELECT count(*) FROM users WHERE email LIKE 'b@%'`, "session": `SELECT count(*) FROM sessions WHERE id = 'session-b'`,
		"used code": `SELECT count(*) FROM login_codes WHERE email LIKE 'b@%' AND used_at IS NOT NULL`,
	} {
		var n int
		if err := s.db.read.QueryRow(query).Scan(&n); err != nil || n != 0 {
			t.Errorf("half a sign-in is left: %s: %d, %v", what, n, err)
		}
	}
	if _, err := s.db.write.Exec(`PRAGMA max_page_count = 100000`); err != nil {
		t.Fatal(err)
	}
	wantErr(t, "ping after", s.Ping(ctx), nil)
}

func TestBusy(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keydeck.db")
	a, b := openAt(t, path), openAt(t, path)
	if _, err := b.db.write.Exec(`PRAGMA busy_timeout = 1`); err != nil {
		t.Fatal(err)
	}
	tx, err := a.db.write.Begin()
	if err != nil {
		t.Fatal(err)
	}
	wantErr(t, "write under another's lock", b.PutMeta(ctx, "x", nil), ErrUnavailable)
	_, err = b.Meta(ctx, "x")
	wantErr(t, "read under another's lock", err, ErrNotFound)
	wantErr(t, "let go", tx.Rollback(), nil)
	wantErr(t, "write", b.PutMeta(ctx, "x", nil), nil)
}

// plan gives SQLite's own words on how it would run a query.
func plan(t *testing.T, db *sql.DB, query string, args ...any) string {
	t.Helper()
	rows, err := db.Query(`EXPLAIN QUERY PLAN `+query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var lines []string
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, detail)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}

func TestHotReadsAreIndexed(t *testing.T) {
	s := openSQLite(t)
	for name, query := range map[string]string{
		"by digest":     selectLive + ` WHERE c.kind = $1 AND c.digest = $2`,
		"by id":         selectLive + ` WHERE c.id = $1`,
		"session":       selectLiveSession + ` WHERE s.id = $1`,
		"refresh token": selectRefreshToken,
		"code":          updateTryCode,
	} {
		if got := plan(t, s.db.read, query, "", "", 0); strings.Contains(got, "SCAN") {
			t.Errorf("%s walks through a table:\n%s", name, got)
		}
	}
}

// TestCredentialListsAreIndexed: a page in the default order comes out of an index,
// which sorts it.
func TestCredentialListsAreIndexed(t *testing.T) {
	s := openSQLite(t)
	after := &CredentialCursor{Sort: model.NewestFirst, Time: 1, ID: "x"}
	for name, q := range map[string]CredentialQuery{
		"one project":      {Projects: []string{"a"}},
		"its next page":    {Projects: []string{"a"}, After: after},
		"its API keys":     {Projects: []string{"a"}, Kinds: []model.Kind{model.KindAPIKey}},
		"several projects": {Projects: []string{"a", "b", "c"}},
		"their next page":  {Projects: []string{"a", "b", "c"}, After: after},
		"all projects":     {},
		"their next":       {After: after},
		"many projects":    {Projects: make([]string, maxArms+1)},
	} {
		for i := range q.Projects {
			if len(q.Projects) > maxArms {
				q.Projects[i] = fmt.Sprint(i)
			}
		}
		q.Sort, q.Limit, q.Now = model.NewestFirst, 10, now
		text, args := q.build()
		got := plan(t, s.db.read, text, args...)
		for line := range strings.Lines(got) {
			scansAll := strings.Contains(line, "SCAN c") && !strings.Contains(line, "SCAN c USING INDEX credentials_newest_of_all") || strings.Contains(line, "SCAN p")
			if scansAll || strings.Contains(line, "TEMP B-TREE FOR ORDER BY") {
				t.Errorf("%s: %sin\n%s\n%s", name, line, got, text)
			}
		}
	}
}

func TestPragmas(t *testing.T) {
	dir := t.TempDir()
	s, r := openAt(t, filepath.Join(dir, "keydeck.db")), openRequestsAt(t, filepath.Join(dir, "requests.db"))
	for _, c := range []struct {
		name, pragma string
		db           *sql.DB
		want         string
	}{
		{"state", "journal_mode", s.db.write, "wal"},
		{"state", "synchronous", s.db.write, "2"},
		{"state", "foreign_keys", s.db.write, "1"},
		{"state", "auto_vacuum", s.db.write, "2"},
		{"log", "journal_mode", r.db.write, "wal"},
		{"log", "synchronous", r.db.write, "1"},
		{"log", "auto_vacuum", r.db.write, "2"},
		{"reader", "query_only", s.db.read, "1"},
		{"reader", "busy_timeout", s.db.read, busyTimeout},
	} {
		var got string
		if err := c.db.QueryRow(`PRAGMA ` + c.pragma).Scan(&got); err != nil || got != c.want {
			t.Errorf("%s: %s: got %q, %v, want %q", c.name, c.pragma, got, err, c.want)
		}
	}
}

func BenchmarkLiveByDigest(b *testing.B) {
	s := openAt(b, filepath.Join(b.TempDir(), "keydeck.db"))
	if _, err := trySignIn(s, "a", nil); err != nil {
		b.Fatal(err)
	}
	for i := range 1000 {
		if err := s.CreateCredential(ctx, by(now), credential(fmt.Sprint(i))); err != nil {
			b.Fatal(err)
		}
	}
	key := digest("500")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.LiveByDigest(ctx, model.KindAPIKey, key); err != nil {
			b.Fatal(err)
		}
	}
}
