package client

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"keydeck/model"
)

func TestSocketPath(t *testing.T) {
	runtimeDir := t.TempDir()
	long := "/" + strings.Repeat("d", 100)
	private := "keydeck-" + strconv.Itoa(os.Getuid())
	tests := []struct {
		name, dir, runtime, tmp string
		want                    string // the folder
		derived                 bool
	}{
		{name: "short", dir: "/var/lib/keydeck", tmp: "/tmp", want: "/var/lib/keydeck"},
		{name: "longest that fits", dir: "/" + strings.Repeat("d", 100-2-len(socketFile)), tmp: "/tmp",
			want: "/" + strings.Repeat("d", 100-2-len(socketFile))},
		{name: "long, with a runtime directory", dir: long, runtime: runtimeDir, tmp: "/tmp", want: runtimeDir + "/keydeck", derived: true},
		{name: "long, without", dir: long, tmp: "/var/tmp", want: "/var/tmp/" + private, derived: true},
		{name: "runtime directory that is not there", dir: long, runtime: "/nowhere", tmp: "/var/tmp", want: "/var/tmp/" + private, derived: true},
		{name: "relative runtime directory", dir: long, runtime: "run", tmp: "/var/tmp", want: "/var/tmp/" + private, derived: true},
		{name: "long everywhere", dir: long, runtime: long, tmp: long, want: "/tmp/" + private, derived: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv("XDG_RUNTIME_DIR", tt.runtime)
			t.Setenv("TMPDIR", tt.tmp)
			got, err := SocketPath(tt.dir)
			if err != nil {
				t.Fatal(err)
			}
			if filepath.Dir(got) != tt.want {
				t.Errorf("socket in %s, want %s", filepath.Dir(got), tt.want)
			}
			if derived := filepath.Base(got) != socketFile; derived != tt.derived {
				t.Errorf("socket %s: name derived = %t, want %t", got, derived, tt.derived)
			}
			if len(got) > 100 {
				t.Errorf("socket path has %d bytes, want at most 100", len(got))
			}
		})
	}
}

func TestSocketPathIsOneForOneDirectory(t *testing.T) {
	root := t.TempDir()
	dir := filepath.Join(root, strings.Repeat("d", 120))
	link := filepath.Join(root, strings.Repeat("l", 120))
	other := filepath.Join(root, strings.Repeat("o", 120))
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(dir, link); err != nil {
		t.Fatal(err)
	}
	direct, err := SocketPath(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := SocketPath(link); got != direct {
		t.Errorf("through a link: %s, want %s", got, direct)
	}
	if got, _ := SocketPath(other); got == direct {
		t.Errorf("two directories share the socket %s", got)
	}
}

func TestFindSocketBelievesTheNote(t *testing.T) {
	dir := t.TempDir()
	computed, err := SocketPath(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := FindSocket(dir); err != nil || got != computed {
		t.Errorf("without a note: %s, %v, want %s", got, err, computed)
	}
	if _, err := ReadHolder(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("ReadHolder without a note: %v, want os.ErrNotExist", err)
	}
	want := Holder{PID: 42, Started: model.At(time.Unix(1700000000, 0)), URL: "http://127.0.0.1:8000", Socket: "/run/x.sock"}
	raw, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	note := filepath.Join(dir, HolderFile)
	if err := os.WriteFile(note, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := ReadHolder(dir); err != nil || got != want {
		t.Errorf("ReadHolder = %+v, %v, want %+v", got, err, want)
	}
	if got, err := FindSocket(dir); err != nil || got != want.Socket {
		t.Errorf("with a note: %s, %v, want %s", got, err, want.Socket)
	}
	if err := os.WriteFile(note, []byte("{half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := FindSocket(dir); err != nil || got != computed {
		t.Errorf("with a broken note: %s, %v, want %s", got, err, computed)
	}
}
