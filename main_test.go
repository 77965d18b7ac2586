package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/emersion/go-smtp"
	"github.com/rogpeppe/go-internal/testscript"
	_ "modernc.org/sqlite"

	"keydeck/server/client"
)

// The scripts in assets/script run the real binary: this test binary, started
// under the name keydeck, is main.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"keydeck": main})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "assets/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			home := filepath.Join(env.WorkDir, "home")
			env.Setenv("HOME", home)
			env.Setenv("XDG_CONFIG_HOME", filepath.Join(home, "config"))
			env.Setenv("KEYDECK_DATA", filepath.Join(env.WorkDir, "data"))
			env.Setenv("KEYDECK_LISTEN", "127.0.0.1:0")
			env.Setenv("TZ", "UTC")
			state := &scriptState{servers: map[string]*process{}}
			env.Values[stateKey{}] = state
			env.Defer(state.end)
			return os.Mkdir(home, 0o700)
		},
		Condition: func(cond string) (bool, error) {
			if cond == "root" {
				return os.Geteuid() == 0, nil
			}
			return false, fmt.Errorf("unknown condition %q", cond)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"start": cmdStart, "startdemo": cmdStartDemo, "end": cmdEnd, "exits": cmdExits, "http": cmdHTTP, "keep": cmdKeep,
			"base64": cmdBase64, "hs256": cmdHS256, "smtp": cmdSMTP, "occupy": cmdOccupy,
			"snapshot": cmdSnapshot, "untouched": cmdUntouched, "mode": cmdMode, "newer": cmdNewer, "await": cmdAwait,
		},
	})
}

type stateKey struct{}

// scriptState is what one script has under way.
type scriptState struct {
	servers   map[string]*process
	mail      *inbox
	snapshots map[string]snapshot
	closers   []io.Closer
}

func (s *scriptState) end() {
	for _, p := range s.servers {
		_ = p.cmd.Process.Kill()
		<-p.done
	}
	for _, c := range s.closers {
		_ = c.Close()
	}
}

func stateOf(ts *testscript.TestScript) *scriptState {
	return ts.Value(stateKey{}).(*scriptState)
}

// process is a server in the background.
type process struct {
	cmd    *exec.Cmd
	stderr *lines
	done   chan struct{} // closed when it has ended
	err    error
}

type lines struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

const patience = 30 * time.Second

// cmdStart is: start NAME [ARG...]. It runs keydeck serve in the background until
// it says that it serves, and puts its URL into $URL.
func cmdStart(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: start NAME [ARG...]")
	}
	launch(ts, args[0], append([]string{"serve"}, args[1:]...))
}

// cmdStartDemo is: startdemo NAME [ARG...]. It is start for keydeck demo without
// its dashboard.
func cmdStartDemo(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: startdemo NAME [ARG...]")
	}
	launch(ts, args[0], append([]string{"demo", "--headless"}, args[1:]...))
}

func launch(ts *testscript.TestScript, name string, args []string) {
	program, err := exec.LookPath("keydeck")
	ts.Check(err)
	cmd := exec.Command(program, args...)
	cmd.Dir = ts.MkAbs(".")
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "TZ", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "KEYDECK_DATA", "KEYDECK_LISTEN",
		"KEYDECK_SMTP", "KEYDECK_SMTP_FILE", "KEYDECK_MASTER_KEY", "KEYDECK_MASTER_KEY_FILE", "KEYDECK_SIGNUP", "KEYDECK_ADMIN"} {
		if v := ts.Getenv(name); v != "" {
			cmd.Env = append(cmd.Env, name+"="+v)
		}
	}
	p := &process{cmd: cmd, stderr: &lines{}, done: make(chan struct{})}
	cmd.Stderr = p.stderr
	stdout, err := cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(cmd.Start())
	first := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(stdout).ReadString('\n')
		first <- line
		_, _ = io.Copy(io.Discard, stdout)
		p.err = cmd.Wait()
		close(p.done)
	}()
	stateOf(ts).servers[name] = p
	select {
	case line := <-first:
		said := regexp.MustCompile(`^serving (https?://\S+) \(socket (\S+)\)\n$`).FindStringSubmatch(line)
		if said == nil {
			ts.Fatalf("the server said %q, and %s", line, p.stderr)
		}
		ts.Setenv("URL", said[1])
		ts.Setenv("SOCKET", said[2])
	case <-time.After(patience):
		ts.Fatalf("the server does not start: %s", p.stderr)
	}
}

// cmdEnd is: end NAME [term|int|kill]. It waits for a server to end, after the
// signal if one is named; unless it was killed, its exit code must be 0.
func cmdEnd(ts *testscript.TestScript, neg bool, args []string) {
	p := stateOf(ts).servers[args[0]]
	if neg || p == nil {
		ts.Fatalf("no server %s", args[0])
	}
	killed := len(args) > 1 && args[1] == "kill"
	if len(args) > 1 {
		signals := map[string]os.Signal{"term": syscall.SIGTERM, "int": syscall.SIGINT, "kill": syscall.SIGKILL}
		ts.Check(p.cmd.Process.Signal(signals[args[1]]))
	}
	select {
	case <-p.done:
	case <-time.After(patience):
		ts.Fatalf("the server does not end: %s", p.stderr)
	}
	delete(stateOf(ts).servers, args[0])
	if !killed && p.err != nil {
		ts.Fatalf("the server ended with %v: %s", p.err, p.stderr)
	}
	_, _ = fmt.Fprint(ts.Stderr(), p.stderr)
}

// cmdExits is: exits CODE PROGRAM [ARG...]. A failure must say why on exactly one
// line that begins with "keydeck: ".
func cmdExits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM [ARG...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
	said := ts.ReadFile("stderr")
	if want != 0 && (strings.Count(said, "\n") != 1 || !strings.HasPrefix(said, "keydeck: ")) {
		ts.Fatalf("said %q, want one line that begins with keydeck:", said)
	}
}

// cmdHTTP is: http STATUS METHOD URL [HEADER: VALUE...] [@BODY]. The body of the
// answer is its standard output, the header its standard error.
func cmdHTTP(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: http STATUS METHOD URL [HEADER: VALUE...] [@BODY]")
	}
	var header, body = http.Header{}, ""
	for _, a := range args[3:] {
		if text, ok := strings.CutPrefix(a, "@"); ok {
			body = text
			header.Set("Content-Type", "application/json")
			continue
		}
		name, value, _ := strings.Cut(a, ": ")
		header.Set(name, value)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, args[1], args[2], strings.NewReader(body))
	ts.Check(err)
	req.Header = header
	res, err := http.DefaultClient.Do(req)
	ts.Check(err)
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	ts.Check(err)
	_, _ = ts.Stdout().Write(raw)
	ts.Check(res.Header.Write(ts.Stderr()))
	if got := strconv.Itoa(res.StatusCode); got != args[0] {
		ts.Fatalf("%s %s: status %s, want %s: %s", args[1], args[2], got, args[0], raw)
	}
}

// cmdKeep is: keep VARIABLE [REGEXP]. It puts standard output, or the first group
// of the expression in it, into a variable.
func cmdKeep(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: keep VARIABLE [REGEXP]")
	}
	text := strings.TrimSpace(ts.ReadFile("stdout"))
	if len(args) > 1 {
		found := regexp.MustCompile(args[1]).FindStringSubmatch(text)
		if found == nil {
			ts.Fatalf("no %s in %s", args[1], text)
		}
		text = found[1]
	}
	ts.Setenv(args[0], text)
}

// cmdBase64 is: base64 VARIABLE TEXT.
func cmdBase64(ts *testscript.TestScript, _ bool, args []string) {
	ts.Setenv(args[0], base64.StdEncoding.EncodeToString([]byte(args[1])))
}

// cmdHS256 is: hs256 VARIABLE KID SECRET. It makes what a client of family D
// makes: a JWT with a kid and an exp.
func cmdHS256(ts *testscript.TestScript, _ bool, args []string) {
	ts.Setenv(args[0], client.SignJWT(args[1], args[2], map[string]int64{"exp": time.Now().Add(time.Hour).Unix()}))
}

// cmdOccupy is: occupy VARIABLE. It listens on a port and says which.
func cmdOccupy(ts *testscript.TestScript, _ bool, args []string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	s := stateOf(ts)
	s.closers = append(s.closers, l)
	ts.Setenv(args[0], l.Addr().String())
}

// inbox is an SMTP server that keeps what it gets.
type inbox struct {
	mu   sync.Mutex
	got  map[string]string // address: last message
	news chan struct{}     // closed and replaced when something comes
}

func (i *inbox) put(to, text string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.got[to] = text
	close(i.news)
	i.news = make(chan struct{})
}

func (i *inbox) last(to string) (string, <-chan struct{}) {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.got[to], i.news
}

type envelope struct {
	inbox *inbox
	to    []string
}

func (e *envelope) Reset()                                    { e.to = nil }
func (e *envelope) Logout() error                             { return nil }
func (e *envelope) Mail(string, *smtp.MailOptions) error      { return nil }
func (e *envelope) Rcpt(to string, _ *smtp.RcptOptions) error { e.to = append(e.to, to); return nil }
func (e *envelope) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	for _, to := range e.to {
		e.inbox.put(to, string(raw))
	}
	return err
}

// cmdSMTP is: smtp start, which runs an SMTP server and puts its URL into $SMTP,
// or smtp code ADDRESS, which waits for a mail and prints the code in it.
func cmdSMTP(ts *testscript.TestScript, _ bool, args []string) {
	s := stateOf(ts)
	switch args[0] {
	case "start":
		s.mail = &inbox{got: map[string]string{}, news: make(chan struct{})}
		server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &envelope{inbox: s.mail}, nil }))
		server.Domain = "localhost"
		l, err := net.Listen("tcp", "127.0.0.1:0")
		ts.Check(err)
		s.closers = append(s.closers, server)
		go func() { _ = server.Serve(l) }()
		ts.Setenv("SMTP", "smtp://"+l.Addr().String()+"?from=keydeck@example.com&tls=none")
	case "code":
		late := time.After(patience)
		for {
			text, news := s.mail.last(args[1])
			if code := regexp.MustCompile(`\r\n([0-9]{6})\r\n`).FindStringSubmatch(text); code != nil {
				_, _ = fmt.Fprintln(ts.Stdout(), code[1])
				return
			}
			select {
			case <-news:
			case <-late:
				ts.Fatalf("no mail with a code for %s, the last was %q", args[1], text)
			}
		}
	}
}

// digests are the contents of the files below dir. The lock is left out: taking
// it leaves an empty file.
func digests(ts *testscript.TestScript, dir string, ignored []string) map[string]string {
	out := map[string]string{}
	ts.Check(filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() || entry.Name() == "lock" {
			return err
		}
		for _, pattern := range ignored {
			if match, err := filepath.Match(pattern, entry.Name()); match || err != nil {
				return err
			}
		}
		raw, err := os.ReadFile(path)
		sum := sha256.Sum256(raw)
		out[path] = hex.EncodeToString(sum[:])
		return err
	}))
	return out
}

// snapshot is what a directory held, but for files that match one of ignored.
type snapshot struct {
	ignored []string
	digests map[string]string
}

// cmdSnapshot is: snapshot DIR [IGNORED...]. It remembers the files for untouched;
// IGNORED are patterns of files that a running server may change.
func cmdSnapshot(ts *testscript.TestScript, _ bool, args []string) {
	s := stateOf(ts)
	if s.snapshots == nil {
		s.snapshots = map[string]snapshot{}
	}
	s.snapshots[args[0]] = snapshot{args[1:], digests(ts, ts.MkAbs(args[0]), args[1:])}
}

// cmdUntouched is: untouched DIR. No file has come, gone or changed since the
// snapshot.
func cmdUntouched(ts *testscript.TestScript, _ bool, args []string) {
	before := stateOf(ts).snapshots[args[0]]
	after := digests(ts, ts.MkAbs(args[0]), before.ignored)
	for path, sum := range before.digests {
		if after[path] != sum {
			ts.Fatalf("%s has changed or is gone", path)
		}
	}
	for path := range after {
		if before.digests[path] == "" {
			ts.Fatalf("%s is new", path)
		}
	}
}

// cmdMode is: mode MODE FILE...
func cmdMode(ts *testscript.TestScript, _ bool, args []string) {
	for _, name := range args[1:] {
		stat, err := os.Lstat(ts.MkAbs(name))
		ts.Check(err)
		if got := fmt.Sprintf("%04o", stat.Mode().Perm()); got != args[0] {
			ts.Fatalf("%s has mode %s, want %s", name, got, args[0])
		}
	}
}

// cmdNewer is: newer DATABASE. It makes a database look as if a later version had
// migrated it.
func cmdNewer(ts *testscript.TestScript, _ bool, args []string) {
	db, err := sql.Open("sqlite", ts.MkAbs(args[0]))
	ts.Check(err)
	_, err = db.Exec(`INSERT INTO schema_migrations (version, name, applied_at) VALUES (9999, 'from the future', 0)`)
	ts.Check(errors.Join(err, db.Close()))
}

// cmdAwait is: await REGEXP PROGRAM [ARG...]. It runs the program again until
// its standard output matches, for what a server does a moment later.
func cmdAwait(ts *testscript.TestScript, _ bool, args []string) {
	want := regexp.MustCompile(args[0])
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for late := time.After(patience); ; {
		ts.Check(ts.Exec(args[1], args[2:]...))
		if want.MatchString(ts.ReadFile("stdout")) {
			return
		}
		select {
		case <-tick.C:
		case <-late:
			ts.Fatalf("never saw %s", args[0])
		}
	}
}

// A terminal that vanishes takes the dashboard with it, not the server.
func TestTerminalVanishes(t *testing.T) {
	program, err := exec.LookPath("keydeck")
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "kd") // short enough for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	data := filepath.Join(dir, "data")
	environ := append(os.Environ(), "KEYDECK_DATA="+data, "KEYDECK_LISTEN=127.0.0.1:0", "TERM=xterm-256color")

	dashboard := exec.CommandContext(t.Context(), program)
	dashboard.Env = environ
	terminal, err := pty.StartWithSize(dashboard, &pty.Winsize{Rows: 24, Cols: 80})
	if err != nil {
		t.Skipf("no pseudo-terminal here: %v", err)
	}
	ended := make(chan error, 1)
	go func() { ended <- dashboard.Wait() }()
	drawn := make(chan struct{})
	go func() {
		var screen strings.Builder
		piece := make([]byte, 4<<10)
		for {
			n, err := terminal.Read(piece)
			if err != nil {
				return
			}
			before := strings.Contains(screen.String(), "Sign in")
			screen.Write(piece[:n])
			if !before && strings.Contains(screen.String(), "Sign in") {
				close(drawn)
			}
		}
	}()
	select {
	case <-drawn:
	case err := <-ended:
		t.Fatalf("the dashboard ended: %v", err)
	case <-time.After(patience):
		t.Fatal("the dashboard shows no sign-in")
	}

	if err := terminal.Close(); err != nil { // the window is closed
		t.Fatal(err)
	}
	keydeck := func(args ...string) string {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), program, args...)
		cmd.Env = environ
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("keydeck %v: %v: %s", args, err, out)
		}
		return string(out)
	}
	if got := keydeck("status"); !strings.Contains(got, fmt.Sprintf("process   %d\n", dashboard.Process.Pid)) {
		t.Errorf("status: %s, want the process %d", got, dashboard.Process.Pid)
	}
	select {
	case err := <-ended:
		t.Fatalf("the server ended with its terminal: %v", err)
	default:
	}
	keydeck("login", "you@example.com")
	keydeck("stop")
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("ended with %v, want exit code 0", err)
		}
	case <-time.After(patience):
		t.Error("the process does not end when it is told to stop")
	}
}
