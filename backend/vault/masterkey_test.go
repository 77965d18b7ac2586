package vault

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
)

func TestKeyFileIsMadeOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "master.key")
	first, err := Open(Source{Path: path, Create: true}, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	stat, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" && stat.Mode().Perm() != 0o600 {
		t.Errorf("mode %04o, want 0600", stat.Mode().Perm())
	}
	if entries, err := os.ReadDir(filepath.Dir(path)); err != nil || len(entries) != 1 {
		t.Errorf("%d files in the directory (%v), want the key alone", len(entries), err)
	}
	sealed, err := first.Seal("t", "c", "r", []byte("x"))
	if err != nil {
		t.Fatal(err)
	}
	for _, create := range []bool{true, false} {
		again, err := Open(Source{Path: path, Create: create}, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := again.Unseal("t", "c", "r", sealed); err != nil {
			t.Errorf("opened again with Create %v: %v", create, err)
		}
	}
}

func TestKeyFileRace(t *testing.T) {
	path := filepath.Join(t.TempDir(), "master.key")
	vaults := make([]*Vault, 16)
	var all sync.WaitGroup
	for i := range vaults {
		all.Go(func() {
			v, err := Open(Source{Path: path, Create: true}, rand.Reader)
			if err != nil {
				t.Error(err)
				return
			}
			vaults[i] = v
		})
	}
	all.Wait()
	if t.Failed() {
		return
	}
	sealed, err := vaults[0].Seal("t", "c", "r", nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range vaults {
		if _, err := v.Unseal("t", "c", "r", sealed); err != nil {
			t.Errorf("vault %d has another key", i)
		}
	}
}

func TestMoveNewDoesNotOverwrite(t *testing.T) {
	dir := t.TempDir()
	from, to := filepath.Join(dir, "from"), filepath.Join(dir, "to")
	for path, text := range map[string]string{from: "new", to: "old"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := renameNew(from, to); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(to); err != nil || string(got) != "old" {
		t.Errorf("the file is %q (%v), want it untouched", got, err)
	}
}

func TestKeyFileRefused(t *testing.T) {
	good := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{1}, 32))
	write := func(text string, mode os.FileMode) func(t *testing.T, path string) {
		return func(t *testing.T, path string) {
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(path, mode); err != nil {
				t.Fatal(err)
			}
		}
	}
	tests := []struct {
		name string
		make func(t *testing.T, path string)
		want string
	}{
		{"group may read", write(good, 0o640), "chmod 600 "},
		{"others may read", write(good, 0o604), "chmod 600 "},
		{"others may write", write(good, 0o602), "chmod 600 "},
		{"empty", write("", 0o600), "it is empty"},
		{"too short", write("AAAA", 0o600), "it holds 3 bytes"},
		{"not base64", write(strings.Repeat("*", 44), 0o600), "neither base64 nor hex"},
		{"a directory", func(t *testing.T, path string) {
			if err := os.Mkdir(path, 0o700); err != nil {
				t.Fatal(err)
			}
		}, "not a regular file"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if runtime.GOOS == "windows" && strings.HasPrefix(tt.want, "chmod") {
				t.Skip("no permission bits")
			}
			path := filepath.Join(t.TempDir(), "master.key")
			tt.make(t, path)
			_, err := Open(Source{Path: path, Create: true}, rand.Reader)
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), path) {
				t.Errorf("error %v, want one with %q and the path", err, tt.want)
			}
		})
	}
}

func TestMissingKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "master.key")
	for _, s := range []Source{{Path: path}, {}} {
		if _, err := Open(s, rand.Reader); !errors.Is(err, ErrNoKey) {
			t.Errorf("Open(%+v) = %v, want ErrNoKey", s, err)
		}
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Error("a key was made without Create")
	}
	if _, err := Open(Source{Path: filepath.Join(path, "deeper"), Create: true}, rand.Reader); err == nil {
		t.Error("a key was made in a directory that is not there")
	}
}

func TestKeyFromValue(t *testing.T) {
	key := bytes.Repeat([]byte{0xfb, 0xef, 0xff, 0x00}, 8) // + and / in base64
	std := base64.StdEncoding.EncodeToString(key)
	url := base64.URLEncoding.EncodeToString(key)
	tests := []struct {
		name, value string
		good        bool
	}{
		{"base64", std, true},
		{"base64, no padding", strings.TrimRight(std, "="), true},
		{"base64url", url, true},
		{"base64url, no padding", strings.TrimRight(url, "="), true},
		{"hex", hex.EncodeToString(key), true},
		{"hex in capitals", strings.ToUpper(hex.EncodeToString(key)), true},
		{"line break", std + "\r\n", true},
		{"31 bytes", base64.StdEncoding.EncodeToString(key[1:]), false},
		{"33 bytes", base64.StdEncoding.EncodeToString(append(key, 1)), false},
		{"64 bytes of hex", hex.EncodeToString(append(key, key...)), false},
		{"half a hex", hex.EncodeToString(key[:31]) + "0", false},
		{"not hex", strings.Repeat("zz", 32), false},
		{"spare bits", std[:42] + "B=", false},
		{"blank", "  ", false},
		{"passphrase", "correct horse battery staple", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := decodeKey(tt.value)
			if (err == nil) != tt.good {
				t.Fatalf("error %v, want good = %v", err, tt.good)
			}
			if tt.good && !bytes.Equal(got, key) {
				t.Errorf("key %x, want %x", got, key)
			}
			_, err = Open(Source{Value: tt.value}, rand.Reader)
			if (err == nil) != tt.good {
				t.Errorf("Open: %v, want good = %v", err, tt.good)
			}
			if text := strings.TrimSpace(tt.value); err != nil && text != "" && strings.Contains(err.Error(), text) {
				t.Errorf("the error shows the value: %v", err)
			}
		})
	}
}

func TestValueWinsOverPath(t *testing.T) {
	path := filepath.Join(t.TempDir(), "master.key")
	if _, err := Open(Source{Path: path, Value: strings.Repeat("00", 32), Create: true}, rand.Reader); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Error("a key file was made although the key came from the environment")
	}
}
