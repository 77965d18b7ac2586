package store

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"keydeck/model"
)

// A method that writes without an event is one of these. What strangers can cause
// without a credential, and what use and time do by themselves, is no event
// (assets/doc/adr/0038-one-event-a-change.md).
var eventless = []string{"AddUse", "Ping", "PruneLogin", "PutCode", "PutMail", "PutMeta", "TryCode", "change", "follow", "migrate"}

func TestEveryChangeIsAnEvent(t *testing.T) {
	var found []string
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if name := entry.Name(); !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || strings.HasPrefix(name, "requests") {
			continue // the log has events of its own
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), entry.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range parsed.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok && fn.Name.Name != "update" && fn.Body != nil && writes(fn.Body) {
				found = append(found, fn.Name.Name)
			}
		}
	}
	slices.Sort(found)
	want(t, "methods that write past Store.change", found, eventless)
}

// writes reports whether a body begins a write transaction, or writes without one.
func writes(body *ast.BlockStmt) (yes bool) {
	ast.Inspect(body, func(n ast.Node) bool {
		if called, ok := n.(*ast.SelectorExpr); ok {
			on, _ := called.X.(*ast.SelectorExpr)
			yes = yes || called.Sel.Name == "update" || (on != nil && on.Sel.Name == "write" && strings.HasPrefix(called.Sel.Name, "Exec"))
		}
		return true
	})
	return yes
}

// A commit that fails: nobody can know in general whether it happened.
func TestACommitThatFailsIsToldOf(t *testing.T) {
	s := openSQLite(t)
	signIn(t, s, "a")
	var told []error
	s.OnChange(func(_ context.Context, _ int64, err error) { told = append(told, err) })
	who := by(now)
	err := s.change(ctx, "break a rule at the commit", &who, func(ctx context.Context, tx *sql.Tx) ([]event, error) {
		if _, err := tx.ExecContext(ctx, `PRAGMA defer_foreign_keys = ON`); err != nil {
			return nil, err
		}
		return nil, insertRefresh(ctx, tx, RefreshToken{Digest: digest("x"), SessionID: "nothing", CreatedAt: now, ExpiresAt: later})
	})
	wantErr(t, "commit", err, ErrConflict)
	want(t, "told", told, []error{err})
}

// killedDir tells a child of TestKilledBetweenCommitAndFollower where its files are.
const killedDir = "KEYDECK_TEST_STORE_KILLED"

// The child renames a project and prints the number of each event that was
// acknowledged, while a follower works on the events, until it is killed.
func TestKilledChild(t *testing.T) {
	dir := os.Getenv(killedDir)
	if dir == "" {
		t.Skip("only a child of TestKilledBetweenCommitAndFollower")
	}
	s := openAt(t, filepath.Join(dir, "keydeck.db"))
	s.OnChange(func(_ context.Context, seq int64, _ error) { fmt.Println("event", seq) })
	go func() {
		for {
			if _, err := followKilled(s, dir); err != nil {
				t.Error(err)
				return
			}
		}
	}()
	for i := 0; ; i++ {
		if err := s.RenameProject(ctx, by(now), "project-a", fmt.Sprint(i)); err != nil {
			t.Fatal(err)
		}
	}
}

// followKilled follows with an effect inside, a row in a table, and one outside, a
// line in a file.
func followKilled(s *Store, dir string) (int, error) {
	return s.follow(ctx, "killed", 3, func(events []model.Event) error {
		f, err := os.OpenFile(filepath.Join(dir, "outside"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		defer f.Close()
		for _, e := range events {
			if _, err := fmt.Fprintln(f, e.Seq); err != nil {
				return err
			}
		}
		return nil
	}, func(ctx context.Context, tx *sql.Tx, events []model.Event) error {
		for _, e := range events {
			if _, err := tx.ExecContext(ctx, `INSERT INTO inside (seq) VALUES ($1)`, e.Seq); err != nil {
				return err
			}
		}
		return nil
	})
}

// Processes are killed again and again between a commit and its follower. Each change
// is followed, in order: exactly once inside the database, at least once outside.
func TestKilledBetweenCommitAndFollower(t *testing.T) {
	t.Parallel()
	kills := 50
	if testing.Short() {
		kills = 5
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "keydeck.db")
	s := must[*Store](t)(Open(ctx, Options{Path: path}))
	signIn(t, s, "a")
	if _, err := s.db.write.ExecContext(ctx, `CREATE TABLE inside (place INTEGER PRIMARY KEY AUTOINCREMENT, seq INTEGER NOT NULL)`); err != nil {
		t.Fatal(err)
	}
	wantErr(t, "close", s.Close(), nil)
	var acknowledged int64
	for range kills {
		acknowledged = max(acknowledged, killedChild(t, dir, 1+rand.IntN(8)))
	}
	s = openAt(t, path)
	for {
		n, err := followKilled(s, dir)
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			break
		}
	}

	newest := must[int64](t)(s.NewestEvent(ctx))
	if acknowledged == 0 || acknowledged > newest {
		t.Fatalf("event %d was acknowledged, the newest one is %d", acknowledged, newest)
	}
	all := make([]int64, newest)
	for i := range all {
		all[i] = int64(i + 1)
	}
	inside := must[[]int64](t)(list(ctx, s.db.read, func(row scanner) (n int64, err error) { return n, row.Scan(&n) }, `SELECT seq FROM inside ORDER BY place`))
	want(t, "inside, exactly once, in order", inside, all)

	text, err := os.ReadFile(filepath.Join(dir, "outside"))
	if err != nil {
		t.Fatal(err)
	}
	var outside []int64 // without what comes again
	for line := range strings.FieldsSeq(string(text)) {
		n, err := strconv.ParseInt(line, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		if len(outside) == 0 || n > outside[len(outside)-1] {
			outside = append(outside, n)
		}
	}
	want(t, "outside, at least once, in order", outside, all)
	t.Logf("%d kills, %d events, %d of them again outside", kills, newest, len(strings.Fields(string(text)))-len(all))
}

// killedChild runs a child until it has had some changes acknowledged, kills it, and
// returns the number of the last event that was.
func killedChild(t *testing.T, dir string, changes int) (last int64) {
	t.Helper()
	child := exec.Command(os.Args[0], "-test.run=^TestKilledChild$")
	child.Env = append(os.Environ(), killedDir+"="+dir)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for changes > 0 && lines.Scan() {
		if number, ok := strings.CutPrefix(lines.Text(), "event "); ok {
			if last, err = strconv.ParseInt(number, 10, 64); err != nil {
				t.Error(err)
			}
			changes--
		} else {
			t.Log(lines.Text())
		}
	}
	if err := child.Process.Kill(); err != nil {
		t.Error(err)
	}
	for lines.Scan() { // what it had acknowledged before the signal came
		if number, ok := strings.CutPrefix(lines.Text(), "event "); ok {
			last, _ = strconv.ParseInt(number, 10, 64)
		}
	}
	_ = child.Wait() // it was killed
	return last
}
