package store

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"keydeck/assets"
	"keydeck/model"
)

// migrationsAnd gives the embedded migrations and more of them for one schema.
func migrationsAnd(t *testing.T, schema string, texts ...string) fs.FS {
	t.Helper()
	dir := t.TempDir()
	wantErr(t, "copy the migrations", os.CopyFS(dir, assets.Migrations), nil)
	last := len(must[[]migration](t)(file{schema: schema}.migrations(nil)))
	for i, text := range texts {
		name := fmt.Sprintf("%04d_test.sql", last+1+i)
		wantErr(t, "write a migration", os.WriteFile(filepath.Join(dir, schema, name), []byte(text), 0o600), nil)
	}
	return os.DirFS(dir)
}

// crashed gives a database as a killed process leaves it: what is in it is in
// its write-ahead log.
func crashed(t *testing.T, name string, write func(path string)) string {
	t.Helper()
	running, dir := t.TempDir(), t.TempDir()
	write(filepath.Join(running, name))
	for _, suffix := range []string{"", "-wal"} {
		data, err := os.ReadFile(filepath.Join(running, name+suffix))
		if err != nil || len(data) == 0 {
			t.Fatalf("%s%s: %d bytes, %v", name, suffix, len(data), err)
		}
		if err := os.WriteFile(filepath.Join(dir, name+suffix), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, name)
}

func crashedState(t *testing.T) string {
	return crashed(t, "keydeck.db", func(path string) {
		wantErr(t, "write", openAt(t, path).PutMeta(ctx, "x", []byte("kept")), nil)
	})
}

// copied is the suffix of the copy of a database of this program's version.
func copied(t *testing.T, f file) string {
	t.Helper()
	return fmt.Sprintf(".v%d", len(must[[]migration](t)(f.migrations(nil))))
}

// names lists what is beside a database, but for the engine's own files.
func names(t *testing.T, path string) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, e := range entries {
		if name := e.Name(); !strings.HasSuffix(name, "-wal") && !strings.HasSuffix(name, "-shm") {
			list = append(list, name)
		}
	}
	slices.Sort(list)
	return list
}

func TestStateIsCopiedBeforeItIsMigrated(t *testing.T) {
	path := crashedState(t)
	copied := copied(t, stateFile)
	var said strings.Builder
	s, err := Open(ctx, Options{
		Path: path, Migrations: migrationsAnd(t, stateFile.schema, `DELETE FROM meta; CREATE TABLE later (id BIGINT PRIMARY KEY)`),
		Log: slog.New(slog.NewTextHandler(&said, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Meta(ctx, "x")
	wantErr(t, "what the migration deletes", err, ErrNotFound)
	wantErr(t, "close", s.Close(), nil)

	want(t, "files", names(t, path), []string{"keydeck.db", "keydeck.db" + copied})
	info, err := os.Stat(path + copied)
	if err != nil {
		t.Fatal(err)
	}
	want(t, "mode of the copy", info.Mode(), fs.FileMode(0o600))
	if !strings.Contains(said.String(), path+copied) {
		t.Errorf("the log does not name the copy: %s", &said)
	}
	want(t, "in the copy", must[[]byte](t)(openAt(t, path+copied).Meta(ctx, "x")), []byte("kept"))
}

func TestRequestsAreCopiedBeforeTheyAreMigrated(t *testing.T) {
	record := model.RequestRecord{ID: requestID(now, 1), At: model.At(now), Path: "/kept"}
	path := crashed(t, "requests.db", func(path string) {
		wantErr(t, "write", openRequestsAt(t, path).Insert(ctx, []model.RequestRecord{record}), nil)
	})
	r, err := OpenRequests(ctx, Options{Path: path, Migrations: migrationsAnd(t, requestsFile.schema, `DELETE FROM requests`)})
	if err != nil {
		t.Fatal(err)
	}
	want(t, "after the migration", len(must[[]model.RequestRecord](t)(r.Query(ctx, model.RequestFilter{}))), 0)
	wantErr(t, "close", r.Close(), nil)
	kept := openRequestsAt(t, path+copied(t, requestsFile))
	want(t, "in the copy", must[[]model.RequestRecord](t)(kept.Query(ctx, model.RequestFilter{}))[0].Path, "/kept")
}

func TestNothingToMigrateNothingToCopy(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keydeck.db")
	for range 2 { // a new database, and one that is up to date
		s, err := Open(ctx, Options{Path: path})
		if err != nil {
			t.Fatal(err)
		}
		wantErr(t, "close", s.Close(), nil)
		want(t, "files", names(t, path), []string{"keydeck.db"})
	}
}

// Somebody went back to an older version, and upgrades again: both copies are
// worth something.
func TestCopiesAreNotOverwritten(t *testing.T) {
	path := crashedState(t)
	copied := copied(t, stateFile)
	before := []byte("of an earlier upgrade")
	if err := os.WriteFile(path+copied, before, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path+".copying", []byte("half a copy, of a start that was killed"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := Open(ctx, Options{Path: path, Migrations: migrationsAnd(t, stateFile.schema, `DELETE FROM meta`)})
	if err != nil {
		t.Fatal(err)
	}
	wantErr(t, "close", s.Close(), nil)
	want(t, "files", names(t, path), []string{"keydeck.db", "keydeck.db" + copied, "keydeck.db" + copied + "-2"})
	want(t, "the earlier copy", must[[]byte](t)(os.ReadFile(path+copied)), before)
	want(t, "in the new copy", must[[]byte](t)(openAt(t, path+copied+"-2").Meta(ctx, "x")), []byte("kept"))
}

// The name of what is copied may look like a URI, or have characters that mean
// something in one.
func TestCopiesOfOddPaths(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, name := range []string{"file:x", "q?mode=memory.db", "p%41.db", "'\".db"} {
		s, err := Open(ctx, Options{Path: name})
		if err != nil {
			t.Fatal(err)
		}
		wantErr(t, "close", s.Close(), nil)
		s, err = Open(ctx, Options{Path: name, Migrations: migrationsAnd(t, stateFile.schema, `DELETE FROM meta`)})
		if err != nil {
			t.Fatalf("%q: %v", name, err)
		}
		wantErr(t, "close", s.Close(), nil)
		if info, err := os.Stat(name + copied(t, stateFile)); err != nil || info.Size() == 0 {
			t.Errorf("%q: no copy: %v", name, err)
		}
	}
}

func TestWithoutACopyNothingIsMigrated(t *testing.T) {
	path := crashedState(t)
	if err := os.MkdirAll(path+".copying/in the way", 0o700); err != nil {
		t.Fatal(err)
	}
	database, log := must[[]byte](t)(os.ReadFile(path)), must[[]byte](t)(os.ReadFile(path+"-wal"))
	_, err := Open(ctx, Options{Path: path, Migrations: migrationsAnd(t, stateFile.schema, `DELETE FROM meta`)})
	wantErr(t, "open", err, ErrUnavailable)
	if !strings.Contains(err.Error(), "copy keydeck.db before it is migrated") {
		t.Errorf("the message %q does not say that a copy failed", err)
	}
	want(t, "database", must[[]byte](t)(os.ReadFile(path)), database)
	want(t, "write-ahead log", must[[]byte](t)(os.ReadFile(path+"-wal")), log)
}

// A service manager starts a server that fails again and again. That must not
// fill the disk with copies: if one migration fails, nothing is migrated.
func TestFailedMigrations(t *testing.T) {
	for _, c := range []struct {
		name  string
		steps []string
	}{
		{"the first", []string{`DELETE FROM meta; SELECT nonsense`}},
		{"the second", []string{`DELETE FROM meta`, `SELECT nonsense`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := crashedState(t)
			_, err := Open(ctx, Options{Path: path, Migrations: migrationsAnd(t, stateFile.schema, c.steps...)})
			if err == nil || !strings.Contains(err.Error(), "nonsense") {
				t.Fatalf("got error %v, want what the engine says of the migration", err)
			}
			want(t, "files", names(t, path), []string{"keydeck.db"})
			want(t, "meta", must[[]byte](t)(PeekMeta(ctx, Options{Path: path}, "x")), []byte("kept"))
		})
	}
}

func TestNewerNamesTheCopyToGoBackTo(t *testing.T) {
	path := crashedState(t)
	for range 2 {
		s, err := Open(ctx, Options{Path: path, Migrations: migrationsAnd(t, stateFile.schema, `CREATE TABLE later (id BIGINT)`)})
		if err != nil {
			t.Fatal(err)
		}
		wantErr(t, "close", s.Close(), nil)
		_, err = Open(ctx, Options{Path: path})
		wantErr(t, "open with the older version", err, ErrNewer)
		copies := names(t, path)
		newest := filepath.Join(filepath.Dir(path), copies[len(copies)-1])
		if !strings.Contains(err.Error(), newest+" (") {
			t.Errorf("the message %q does not name the newest copy, %s", err, newest)
		}
		// Go back as assets/doc/operations.md, Upgrades, says.
		wantErr(t, "move", os.Rename(path, path+".newer"), nil)
		data := must[[]byte](t)(os.ReadFile(newest))
		wantErr(t, "copy", os.WriteFile(path, data, 0o600), nil)
		wantErr(t, "remove", os.Remove(path+".newer"), nil)
		want(t, "back", must[[]byte](t)(PeekMeta(ctx, Options{Path: path}, "x")), []byte("kept"))
	}
}

// What is wrong with one database leaves the other one as it was, too.
func TestBothAreMigratedOrNeither(t *testing.T) {
	good, bad := `CREATE TABLE later (id BIGINT)`, `SELECT nonsense`
	for _, c := range []struct {
		name            string
		state, requests string // migrations
		spoil           func(t *testing.T, requests string)
		want            string // in the error
	}{
		{"the log is newer", good, good, func(t *testing.T, path string) {
			rawExec(t, path, `INSERT INTO schema_migrations VALUES (42, '0042_future', 0)`)
		}, "newer version"},
		{"the log cannot be copied", good, good, func(t *testing.T, path string) {
			wantErr(t, "block", os.MkdirAll(path+".copying/in the way", 0o700), nil)
		}, "copy requests.db"},
		{"the log cannot be written to", good, good, func(t *testing.T, path string) {
			wantErr(t, "block", os.Mkdir(path+"-shm", 0o700), nil)
		}, "open requests.db"},
		{"the state cannot be migrated", bad, good, nil, "nonsense"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			state, requests := Options{Path: filepath.Join(dir, "keydeck.db")}, Options{Path: filepath.Join(dir, "requests.db")}
			s, r, err := OpenBoth(ctx, state, requests)
			if err != nil {
				t.Fatal(err)
			}
			wantErr(t, "close", errors.Join(s.Close(), r.Close()), nil)
			if c.spoil != nil {
				c.spoil(t, requests.Path)
			}
			before := names(t, state.Path)
			state.Migrations = migrationsAnd(t, stateFile.schema, c.state)
			requests.Migrations = migrationsAnd(t, requestsFile.schema, c.requests)
			if _, _, err := OpenBoth(ctx, state, requests); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got error %v, want one with %q", err, c.want)
			}
			want(t, "files", names(t, state.Path), before)
			openAt(t, state.Path)
			if c.spoil == nil {
				openRequestsAt(t, requests.Path)
			}
		})
	}
}
