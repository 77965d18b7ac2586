package requests

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"keydeck/model"
	"keydeck/ui/tui"
	"keydeck/ui/tui/tuitest"
	"keydeck/ui/tui/tuitest/fake"
)

// filesIn lists a folder, hidden files included.
func filesIn(t *testing.T, dir string) (names []string) {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		names = append(names, e.Name())
	}
	return names
}

// stuckExport begins an export of which the server answers one page and then nothing.
func stuckExport(r *tuitest.Rig, path string) {
	r.Keys("3")
	r.Wait(time.Second)
	r.Server.Mu.Lock()
	r.Server.ScanLimit, r.Server.Scans, r.Server.SilentAfter = 700, 0, 2
	r.Server.Mu.Unlock()
	r.Keys("E", "tab", "ctrl+u", path, "enter")
	r.Wait(2 * time.Second)
}

// TestExportStops checks that progress is shown, and that esc stops it and leaves no
// file.
func TestExportStops(t *testing.T) {
	dir := t.TempDir()
	run(t, tuitest.Options{SignedIn: true, W: 100, H: 30, Seed: func(f *fake.Server) { fake.LogOf(f, 2500) }}, func(r *tuitest.Rig) {
		stuckExport(r, filepath.Join(dir, "half.jsonl"))
		r.Sees("Writing ", "1,400 written, 1,400 read", "esc stop")
		names := filesIn(t, dir)
		if len(names) != 1 || names[0] == "half.jsonl" {
			t.Errorf("while it is written there are %q, want a file of another name", names)
		}
		r.ClickOutside()
		r.Keys("x", "enter")
		r.Sees("Writing ")
		r.Keys("esc")
		r.Sees("! stopped; no file was written")
		r.Lacks("Export requests")
	})
	if names := filesIn(t, dir); len(names) != 0 {
		t.Errorf("%q are left", names)
	}
}

// TestExportEndsWithItsOverlay checks that the end of a login, or of the dashboard,
// leaves no half of a file.
func TestExportEndsWithItsOverlay(t *testing.T) {
	ends := map[string]func(*tuitest.Rig){
		"login":     func(r *tuitest.Rig) { r.Root.Shell().CloseAll() },
		"dashboard": func(r *tuitest.Rig) { r.Root.Shell().CloseAll(); r.Root.State().Work.Wait() },
	}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			run(t, tuitest.Options{SignedIn: true, Seed: func(f *fake.Server) { fake.LogOf(f, 2500) }}, func(r *tuitest.Rig) {
				stuckExport(r, filepath.Join(dir, "half.jsonl"))
				if len(filesIn(t, dir)) != 1 {
					t.Error("nothing is written")
				}
				end(r)
				r.Settle()
			})
			if names := filesIn(t, dir); len(names) != 0 {
				t.Errorf("%q are left", names)
			}
		})
	}
}

func TestExportGoesWhereItIsTold(t *testing.T) {
	home := t.TempDir()
	if err := os.Mkdir(filepath.Join(home, "logs"), 0o700); err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	tests := []struct{ name, want string }{
		{"x", "x.jsonl"},
		{"x.log", "x.log"},
		{"~/x", filepath.Join(home, "x.jsonl")},
		{"~", filepath.Join(home, "requests-20260102-030405.jsonl")},
		{"~/logs", filepath.Join(home, "logs", "requests-20260102-030405.jsonl")},
		{"~/none/", filepath.Join(home, "none", "requests-20260102-030405.jsonl")},
		{"~x", "~x.jsonl"},
		{"../up", filepath.Join("..", "up.jsonl")},
	}
	for _, tt := range tests {
		got, err := exportPath(home, tt.name, defaultExportName(at), ".jsonl")
		if err != nil || filepath.Clean(got) != tt.want {
			t.Errorf("%q goes to %q (%v), want %q", tt.name, got, err, tt.want)
		}
	}
	run(t, tuitest.Options{SignedIn: true, W: 100, H: 30, Seed: fake.OneProject, Options: tui.Options{Environ: []string{"TERM=xterm-256color", "HOME=" + home}}}, func(r *tuitest.Rig) {
		r.Keys("3")
		r.Wait(time.Second)
		r.Keys("E", "tab", "ctrl+u", "~/none/x", "enter")
		r.Sees("there is no directory", "create it or choose another")
		r.Keys("ctrl+u", "~/logs/x", "enter")
		r.Sees("exported 6 requests to ~/logs/x.jsonl")
	})
	stat, err := os.Stat(filepath.Join(home, "logs", "x.jsonl"))
	if err != nil || stat.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v, %v, want one with mode 0600", stat, err)
	}
	if names := filesIn(t, filepath.Join(home, "logs")); len(names) != 1 {
		t.Errorf("beside it there are %q", names)
	}
}

// TestWholeFile checks that a file which was made meanwhile is not overwritten, and
// that a failure leaves nothing.
func TestWholeFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.csv")
	put := func(s string) func(io.Writer) error {
		return func(w io.Writer) error { _, err := io.WriteString(w, s); return err }
	}
	late := func(w io.Writer) error {
		return errors.Join(put("theirs")(w), os.WriteFile(path, []byte("mine"), 0o600))
	}
	var taken *existsError
	if err := createFile(path, late); !errors.As(err, &taken) || taken.free != "a-2.csv" {
		t.Errorf("a file that came meanwhile: %v", err)
	}
	if err := createFile(path, put("theirs")); !errors.As(err, &taken) {
		t.Errorf("a file that is there: %v", err)
	}
	if raw, err := os.ReadFile(path); err != nil || string(raw) != "mine" {
		t.Errorf("the file has %q, %v, want what was in it", raw, err)
	}
	if err := createFile(filepath.Join(dir, "b"), func(io.Writer) error { return syscall.ENOSPC }); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("a full disk: %v", err)
	}
	if names := filesIn(t, dir); len(names) != 1 {
		t.Errorf("%q are left, want a.csv alone", names)
	}
}

func TestExportProblemSaysWhatToDo(t *testing.T) {
	at := func(err error) error {
		return fmt.Errorf("make the file: %w", &fs.PathError{Op: "open", Path: filepath.Join("srv", "\x1b[31mx", "y"), Err: err})
	}
	tests := []struct {
		err  error
		want string
	}{
		{at(syscall.EACCES), "Keydeck may not write in "},
		{at(syscall.EROFS), "choose a directory of your own, such as ~/"},
		{at(syscall.ENOENT), "create it or choose another"},
		{at(syscall.ENOTDIR), "there is no directory "},
		{at(syscall.ENOSPC), "the disk is full, so no file was written"},
		{&model.Error{Code: model.CodeForbidden, Message: "not yours"}, "not yours"},
	}
	for _, tt := range tests {
		if got := exportErrorText(tt.err); !strings.Contains(got, tt.want) || strings.Contains(got, "\x1b") {
			t.Errorf("%v is said as %q, want %q in it", tt.err, got, tt.want)
		}
	}
}
