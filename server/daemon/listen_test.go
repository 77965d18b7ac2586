//go:build unix

package daemon

import (
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestListenTCPSaysWhatToDo(t *testing.T) {
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = busy.Close() }()
	tests := []struct{ name, addr, want string }{
		{"busy", busy.Addr().String(), busy.Addr().String() + " is in use by another program; stop that one, or choose another port: --listen 127.0.0.1:8001"},
		{"not ours", "192.0.2.1:8000", "192.0.2.1:8000 is no address of this machine; choose one that is: --listen 127.0.0.1:8000"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l, err := listenTCP(t.Context(), tt.addr, nil)
			if err == nil {
				_ = l.Close()
				t.Fatal("it listens")
			}
			if err.Error() != tt.want {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
		})
	}
}

func TestURLOf(t *testing.T) {
	tests := []struct {
		addr   net.TCPAddr
		secure bool
		want   string
		open   bool
	}{
		{net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8000}, false, "http://127.0.0.1:8000", false},
		{net.TCPAddr{IP: net.IPv6loopback, Port: 8000}, false, "http://[::1]:8000", false},
		{net.TCPAddr{IP: net.IPv4zero, Port: 443}, true, "https://127.0.0.1:443", true},
		{net.TCPAddr{IP: net.IPv6unspecified, Port: 80}, false, "http://127.0.0.1:80", true},
		{net.TCPAddr{IP: net.IPv4(10, 0, 0, 7), Port: 8000}, false, "http://10.0.0.7:8000", true},
	}
	for _, tt := range tests {
		if got := urlOf(&tt.addr, tt.secure); got != tt.want {
			t.Errorf("urlOf(%s) = %s, want %s", &tt.addr, got, tt.want)
		}
		if got := exposed(&tt.addr); got != tt.open {
			t.Errorf("exposed(%s) = %t, want %t", &tt.addr, got, tt.open)
		}
	}
}

func TestListenSocketIsClosedToOthers(t *testing.T) {
	old := syscall.Umask(0) // the worst there is
	defer syscall.Umask(old)
	folder := filepath.Join(shortDir(t), "s")
	if err := makeSocketDir(folder); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, "k.sock")
	l, err := listenSocket(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	for name, want := range map[string]fs.FileMode{folder: 0o700, path: 0o600} {
		if stat, err := os.Lstat(name); err != nil || stat.Mode().Perm() != want {
			t.Errorf("%s: %v, %v, want mode %04o", name, stat.Mode(), err, want)
		}
	}
}

func TestListenSocketReplacesOneLeftBehind(t *testing.T) {
	path := filepath.Join(shortDir(t), "k.sock")
	for range 2 { // Close leaves the file, as a kill does
		l, err := listenSocket(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Lstat(path); err != nil {
			t.Fatalf("the socket went away on Close: %v", err)
		}
	}
}

func TestListenSocketRemovesNothingElse(t *testing.T) {
	path := filepath.Join(shortDir(t), "k.sock")
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := listenSocket(path); err == nil || !strings.Contains(err.Error(), "in the way") {
		t.Errorf("listenSocket over a file: %v, want an error that it is in the way", err)
	}
	if raw, err := os.ReadFile(path); err != nil || string(raw) != "mine" {
		t.Errorf("the file holds %q, %v, want it untouched", raw, err)
	}
}

func TestMakeSocketDirTrustsNobody(t *testing.T) {
	root := shortDir(t)
	open, link, file := filepath.Join(root, "open"), filepath.Join(root, "link"), filepath.Join(root, "file")
	for _, err := range []error{
		os.Mkdir(open, 0o700), os.Chmod(open, 0o777), os.Symlink(root, link), os.WriteFile(file, nil, 0o600),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, dir := range []string{open, link, file} {
		if err := makeSocketDir(dir); err == nil {
			t.Errorf("makeSocketDir(%s) took it", filepath.Base(dir))
		}
	}
	if os.Geteuid() == 0 {
		foreign := filepath.Join(root, "foreign")
		if err := os.Mkdir(foreign, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Chown(foreign, 65534, 65534); err != nil {
			t.Skipf("no chown here: %v", err)
		}
		if err := makeSocketDir(foreign); err == nil {
			t.Error("makeSocketDir took another user's directory")
		}
	}
}
