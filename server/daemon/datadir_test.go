package daemon

import (
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gofrs/flock"

	"keydeck/model"
	"keydeck/server/client"
)

var discard = slog.New(slog.DiscardHandler)

func TestMakeDir(t *testing.T) {
	tests := []struct {
		name  string
		mode  fs.FileMode // 0: the directory is not there
		files []string
		want  fs.FileMode
		err   string
	}{
		{name: "made", want: 0o700},
		{name: "closed already", mode: 0o700, files: []string{"anything"}, want: 0o700},
		{name: "empty and open", mode: 0o755, want: 0o700},
		{name: "ours and open", mode: 0o770, files: []string{"keydeck.db", "anything"}, want: 0o700},
		{name: "ours by its key", mode: 0o755, files: []string{"master.key"}, want: 0o700},
		{name: "somebody's and open", mode: 0o755, files: []string{"thesis.txt"}, want: 0o755, err: "chmod 700"},
		{name: "somebody's and writable", mode: 0o777, files: []string{"thesis.txt"}, want: 0o777, err: "mode 0777"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "data")
			if tt.mode != 0 {
				if err := os.Mkdir(dir, 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.Chmod(dir, tt.mode); err != nil { // the umask has no say
					t.Fatal(err)
				}
			}
			for _, name := range tt.files {
				if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			err := makeDir(dir, discard)
			if (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
				t.Errorf("makeDir: %v, want %q", err, tt.err)
			}
			stat, err := os.Stat(dir)
			if err != nil {
				t.Fatal(err)
			}
			if got := stat.Mode().Perm(); got != tt.want {
				t.Errorf("mode %04o, want %04o", got, tt.want)
			}
		})
	}
}

func TestMakeDirOnAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := makeDir(path, discard); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("makeDir on a file: %v, want an error that names it", err)
	}
}

func TestLockDirIsHeldByOne(t *testing.T) {
	dir := t.TempDir()
	first, err := lockDir(dir, "/run/k.sock")
	if err != nil {
		t.Fatal(err)
	}
	if err := first.setURL("http://127.0.0.1:8000"); err != nil {
		t.Fatal(err)
	}

	_, err = lockDir(dir, "/run/other.sock")
	var held *HeldError
	if !errors.As(err, &held) {
		t.Fatalf("second lockDir: %v, want a HeldError", err)
	}
	want := client.Holder{PID: os.Getpid(), Started: first.holder.Started, URL: "http://127.0.0.1:8000", Socket: "/run/k.sock"}
	if held.Dir != dir || held.Holder != want {
		t.Errorf("held %s by %+v, want %s by %+v", held.Dir, held.Holder, dir, want)
	}
	if stat, err := os.Stat(filepath.Join(dir, client.HolderFile)); err != nil || stat.Mode().Perm() != 0o600 {
		t.Errorf("note: %v, %v, want mode 0600", stat, err)
	}

	if err := first.release(); err != nil {
		t.Fatal(err)
	}
	if _, err := client.ReadHolder(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("note after release: %v, want none", err)
	}
	again, err := lockDir(dir, "/run/k.sock")
	if err != nil {
		t.Fatalf("lockDir after release: %v", err)
	}
	if err := again.release(); err != nil {
		t.Error(err)
	}
}

func TestLockDirIgnoresTheNoteOfTheDead(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, client.HolderFile), []byte(`{"pid":1,"url":"http://127.0.0.1:1"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	h, err := lockDir(dir, "/run/k.sock")
	if err != nil {
		t.Fatalf("lockDir: %v", err)
	}
	defer func() { _ = h.release() }()
	if got, err := client.ReadHolder(dir); err != nil || got.PID != os.Getpid() {
		t.Errorf("note %+v, %v, want this process's", got, err)
	}
}

// A lock without a holder file belongs to a process that is starting or ending:
// lockDir waits for it.
func TestLockDirWaitsForAHolderThatLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		leaving := flock.New(filepath.Join(dir, lockFile))
		if ok, err := leaving.TryLock(); err != nil || !ok {
			t.Fatalf("lock: %t, %v", ok, err)
		}
		time.AfterFunc(time.Second, func() { _ = leaving.Unlock() })
		h, err := lockDir(dir, "/run/k.sock")
		if err != nil {
			t.Fatalf("lockDir: %v", err)
		}
		if err := h.release(); err != nil {
			t.Error(err)
		}
	})
}

func TestLockDirGivesUpOnAHolderWithoutAName(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		silent := flock.New(filepath.Join(dir, lockFile))
		if ok, err := silent.TryLock(); err != nil || !ok {
			t.Fatalf("lock: %t, %v", ok, err)
		}
		defer func() { _ = silent.Unlock() }()
		start := time.Now()
		_, err := lockDir(dir, "/run/k.sock")
		var held *HeldError
		if !errors.As(err, &held) || held.Holder.PID != 0 {
			t.Errorf("lockDir: %v, want a HeldError without a name", err)
		}
		if waited := time.Since(start); waited < lockPatience || waited > 2*lockPatience {
			t.Errorf("waited %s, want about %s", waited, lockPatience)
		}
	})
}

func TestHeldErrorSaysWhatToDo(t *testing.T) {
	started := time.Now().Add(-48 * time.Hour)
	tests := []struct {
		name string
		err  HeldError
		want string
	}{
		{"serving", HeldError{"/d", client.Holder{PID: 1234, Started: model.At(started), URL: "http://127.0.0.1:8000"}},
			"/d is held by process 1234 (http://127.0.0.1:8000) since " + started.Local().Format("2006-01-02 15:04") + "; stop it with: keydeck stop, or attach: keydeck attach"},
		{"starting", HeldError{"/d", client.Holder{PID: 1234, Started: model.At(started)}},
			"/d is held by process 1234 (starting) since " + started.Local().Format("2006-01-02 15:04") + "; stop it with: keydeck stop, or attach: keydeck attach"},
		{"nameless", HeldError{Dir: "/d"}, "/d is held by another process that has not said who it is; try again in a moment"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.err.Error(); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestClockSince(t *testing.T) {
	now := time.Date(2026, 3, 4, 15, 0, 0, 0, time.Local)
	if got := timeOfDay(now.Add(-3*time.Hour+3*time.Minute), now); got != "12:03" {
		t.Errorf("today: %s, want 12:03", got)
	}
	if got := timeOfDay(now.Add(-24*time.Hour), now); got != "2026-03-03 15:00" {
		t.Errorf("yesterday: %s, want the date in front", got)
	}
}
