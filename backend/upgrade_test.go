package backend

import (
	"archive/zip"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"keydeck/assets"
	"keydeck/backend/store"
)

// eachUpgrade runs a test with the data directory of every earlier version.
func eachUpgrade(t *testing.T, test func(t *testing.T, dir string, x expectations)) {
	archives, err := filepath.Glob(filepath.Join("testdata", "upgrade", "*.zip"))
	if err != nil || len(archives) == 0 {
		t.Fatalf("no data of an earlier version: %v", err)
	}
	for _, archive := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(archive), ".zip"), func(t *testing.T) {
			t.Parallel()
			z, err := zip.OpenReader(archive)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = z.Close() }()
			dir := filepath.Join(t.TempDir(), "data")
			if err := os.CopyFS(dir, z); err != nil {
				t.Fatal(err)
			}
			var x expectations
			raw, err := os.ReadFile(filepath.Join(dir, "expected.json"))
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(raw, &x); err != nil {
				t.Fatal(err)
			}
			if len(x.Credentials) < 36 || len(x.Answers) < 20 {
				t.Fatalf("the fixture has %d credentials and %d answers", len(x.Credentials), len(x.Answers))
			}
			test(t, dir, x)
		})
	}
}

// copyOf is the copy that an upgrade of a fixture makes.
func copyOf(name string, step int) string { return fmt.Sprintf("%s.v%d", name, step) }

func wantCopy(t *testing.T, dir, name string, step int, want bool) {
	t.Helper()
	info, err := os.Stat(filepath.Join(dir, copyOf(name, step)))
	switch {
	case err == nil && !want:
		t.Errorf("%s was copied, and there was nothing to migrate", name)
	case err == nil && info.Mode() != 0o600:
		t.Errorf("the copy of %s has mode %v, want 0600", name, info.Mode())
	case err != nil && (want || !errors.Is(err, fs.ErrNotExist)):
		t.Errorf("copy of %s: %v", name, err)
	}
}

func TestNothingIsLostByAnUpgrade(t *testing.T) {
	eachUpgrade(t, func(t *testing.T, dir string, x expectations) {
		checkNothingLost(t, dir, x)
		wantCopy(t, dir, StateFile, x.StateStep, schemaSteps(t, "state") > x.StateStep)
		wantCopy(t, dir, RequestsFile, x.LogStep, schemaSteps(t, "requests") > x.LogStep)
	})
}

// The next version migrates both databases, and does harm. This version refuses
// what it finds then, names the copies, and has everything once they are back.
func TestAnUpgradeCanBeUndone(t *testing.T) {
	eachUpgrade(t, func(t *testing.T, dir string, x expectations) {
		steps := t.TempDir()
		if err := os.CopyFS(steps, assets.Migrations); err != nil {
			t.Fatal(err)
		}
		for schema, harm := range map[string]string{
			"state":    `DELETE FROM usage; UPDATE credentials SET successor_id = NULL, digest = NULL; DELETE FROM members; DELETE FROM refresh_tokens; DELETE FROM mails`,
			"requests": `DELETE FROM requests`,
		} {
			name := fmt.Sprintf("%04d_next.sql", schemaSteps(t, schema)+1)
			if err := os.WriteFile(filepath.Join(steps, "migrations", schema, name), []byte(harm), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		next := func(name string) store.Options {
			return store.Options{Path: filepath.Join(dir, name), Migrations: os.DirFS(steps)}
		}
		state, log, err := store.OpenBoth(t.Context(), next(StateFile), next(RequestsFile))
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(state.Close(), log.Close()); err != nil {
			t.Fatal(err)
		}
		wantCopy(t, dir, StateFile, x.StateStep, true)
		wantCopy(t, dir, RequestsFile, x.LogStep, true)

		if err := os.Chmod(filepath.Join(dir, MasterFile), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, file := range []struct {
			name string
			step int
		}{{StateFile, x.StateStep}, {RequestsFile, x.LogStep}} {
			b, err := Open(t.Context(), Config{Dir: dir})
			if err == nil {
				_ = b.Close(t.Context())
			}
			saved := filepath.Join(dir, copyOf(file.name, file.step))
			if !errors.Is(err, store.ErrNewer) || !strings.Contains(err.Error(), saved) {
				t.Fatalf("%s of a newer version: got %v, want a refusal that names %s", file.name, err, saved)
			}
			if err := os.Rename(saved, filepath.Join(dir, file.name)); err != nil {
				t.Fatal(err)
			}
		}
		checkNothingLost(t, dir, x)
	})
}
