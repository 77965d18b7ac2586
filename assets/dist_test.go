package assets_test

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// TestBuildArchive builds this machine's archive, checks it against SHA256SUMS, and
// runs what is in it: the server starts on a new data directory, serves, and has
// everything on disk when SIGTERM has ended it.
func TestBuildArchive(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a binary")
	}
	if runtime.GOOS != "linux" {
		t.Skip("assets/dist/build is tested on Linux")
	}
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("assets/dist/build needs bash: ", err)
	}
	out := t.TempDir()
	build := exec.Command("bash", "dist/build", "-o", out, "linux/"+runtime.GOARCH)
	build.Env = append(os.Environ(), "VERSION=1.2.3-test")
	if said, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}

	name := "keydeck_1.2.3-test_linux_" + runtime.GOARCH
	archive, err := os.ReadFile(filepath.Join(out, name+".tar.gz"))
	if err != nil {
		t.Fatal(err)
	}
	sums, err := os.ReadFile(filepath.Join(out, "SHA256SUMS"))
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(archive)
	if got, want := string(sums), hex.EncodeToString(sum[:])+"  "+name+".tar.gz\n"; got != want {
		t.Errorf("SHA256SUMS is %q, want %q", got, want)
	}
	if said, err := exec.Command("tar", "-C", out, "-xzf", filepath.Join(out, name+".tar.gz")).CombinedOutput(); err != nil {
		t.Fatalf("unpack the archive: %v: %s", err, said)
	}
	for _, file := range []string{"README.txt", "CHANGELOG.md", "keydeck.service"} {
		if !exists(filepath.Join(out, name, file)) {
			t.Errorf("the archive has no %s", file)
		}
	}

	data := filepath.Join(out, "data")
	keydeck := func(args ...string) *exec.Cmd {
		cmd := exec.Command(filepath.Join(out, name, "keydeck"), args...)
		cmd.Env = []string{"KEYDECK_DATA=" + data, "KEYDECK_LISTEN=127.0.0.1:0"}
		return cmd
	}
	run := func(args ...string) string {
		t.Helper()
		said, err := keydeck(args...).CombinedOutput()
		if err != nil {
			t.Fatalf("keydeck %s: %v: %s", strings.Join(args, " "), err, said)
		}
		return string(said)
	}
	if got := run("version"); got != "keydeck 1.2.3-test\n" {
		t.Errorf("keydeck version says %q", got)
	}

	url, stop := serve(t, keydeck("serve"))
	for path, want := range map[string]int{"/readyz": http.StatusOK, "/": http.StatusUnauthorized} {
		resp, err := http.Get(url + path)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("GET %s is %s, want %d", path, resp.Status, want)
		}
	}
	stop()
	for _, pattern := range []string{"*-wal", "*.sock", "server.json"} {
		if left, _ := filepath.Glob(filepath.Join(data, pattern)); left != nil {
			t.Errorf("the server left %v behind", left)
		}
	}

	_, stop = serve(t, keydeck("serve"))
	defer stop()
	run("login", "you@example.com")
	if log := run("requests", "--json", "--status", "401"); !strings.Contains(log, `"path":"/"`) {
		t.Errorf("after a restart, the log of refused requests is %q", log)
	}
}

// serve starts keydeck serve. It returns the server's URL, and stop, which ends the
// server by SIGTERM and waits.
func serve(t *testing.T, server *exec.Cmd) (url string, stop func()) {
	t.Helper()
	var log strings.Builder
	server.Stderr = &log
	stdout, err := server.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Process.Kill() })
	line, err := bufio.NewReader(stdout).ReadString('\n')
	serving := regexp.MustCompile(`^serving (http://\S+) `).FindStringSubmatch(line)
	if serving == nil {
		_ = server.Process.Kill()
		_ = server.Wait()
		t.Fatalf("the server says %q (%v): %s", line, err, log.String())
	}
	return serving[1], func() {
		t.Helper()
		if err := server.Process.Signal(syscall.SIGTERM); err != nil {
			t.Error(err)
		}
		if err := server.Wait(); err != nil {
			t.Errorf("the server ends with %v: %s", err, log.String())
		}
	}
}
