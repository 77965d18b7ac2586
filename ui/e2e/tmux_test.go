package e2e

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"keydeck/ui/cli"
)

// terminal is a real one, 80x24: a tmux server of the test's own with one shell
// in it. keydeck is on the shell's path, its data directory is data.
type terminal struct {
	t      *testing.T
	dir    string // where the shell is
	socket string // tmux's
	env    []string
}

// needTmux skips where there is no tmux, but never in CI.
func needTmux(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("tmux"); err == nil {
		return
	}
	if os.Getenv("CI") != "" {
		t.Fatal("tmux is not installed, and CI must have it")
	}
	t.Skip("tmux is not installed, so the dashboard is not tried in a real terminal; install tmux to run this test")
}

// build makes the real binary and gives the folder that it is in.
func build(t *testing.T) string {
	t.Helper()
	bin := t.TempDir()
	cmd := exec.CommandContext(t.Context(), "go", "build", "-buildvcs=false", "-o", filepath.Join(bin, "keydeck"), "keydeck")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return bin
}

// environ is what the shell gets, and commands beside it: nothing of the
// developer's own Keydeck or tmux.
func environ(t *testing.T, bin string) []string {
	t.Helper()
	return []string{"PATH=" + bin + string(filepath.ListSeparator) + os.Getenv("PATH"), "HOME=" + t.TempDir(), "TMPDIR=" + os.TempDir(),
		"TERM=xterm-256color", "LC_ALL=C.UTF-8", "TZ=UTC"}
}

func newTerminal(t *testing.T, bin string) *terminal {
	t.Helper()
	// Not t.TempDir: the path of a socket must be short.
	sockets, err := os.MkdirTemp("", "kd-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(sockets) })
	term := &terminal{t: t, dir: t.TempDir(), socket: fmt.Sprintf("keydeck-e2e-%d", os.Getpid())}
	term.env = append(environ(t, bin), "TMUX_TMPDIR="+sockets)
	t.Cleanup(term.kill)
	term.tmux("-u", "-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24", "-c", term.dir, "/bin/sh")
	term.tmux("set-option", "-g", "status", "off")
	term.tmux("set-option", "-s", "set-clipboard", "on")
	term.tmux("resize-window", "-x", "80", "-y", "24")
	term.types("cd '" + term.dir + "'; echo ready: $?") // a login shell may go elsewhere
	term.shows("ready: 0")
	return term
}

// kill ends the tmux server. A server of Keydeck's that a failed test has left
// serves on when its terminal vanishes, so that is stopped first.
func (term *terminal) kill() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if local, err := cli.NewLocalClient(term.data(), "e2e"); err == nil {
		_ = local.Stop(ctx) // mostly there is none
		local.Close()
	}
	if out, err := term.command(ctx, "kill-server").CombinedOutput(); err != nil {
		term.t.Errorf("tmux kill-server: %v: %s", err, out)
	}
}

func (term *terminal) data() string { return filepath.Join(term.dir, "data") }

func (term *terminal) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "tmux", append([]string{"-L", term.socket}, args...)...)
	cmd.Env = term.env
	return cmd
}

func (term *terminal) tmux(args ...string) string {
	term.t.Helper()
	out, err := term.command(term.t.Context(), args...).CombinedOutput()
	if err != nil {
		term.t.Fatalf("tmux %s: %v: %s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// types types text and Enter, as one does in a shell.
func (term *terminal) types(text string) {
	term.t.Helper()
	term.tmux("send-keys", "-l", "--", text)
	term.press("Enter")
}

// press presses keys by tmux's names for them.
func (term *terminal) press(keys ...string) {
	term.t.Helper()
	term.tmux(append([]string{"send-keys"}, keys...)...)
}

// pastes pastes as a terminal does: bracketed, where the program wants that.
func (term *terminal) pastes(text string) {
	term.t.Helper()
	term.tmux("set-buffer", "-b", "paste", "--", text)
	term.tmux("paste-buffer", "-p", "-d", "-b", "paste")
}

func (term *terminal) screen() string {
	term.t.Helper()
	return term.tmux("capture-pane", "-p")
}

// until asks again and again for what should be.
func (term *terminal) until(what string, pass func() bool) {
	term.t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for late := time.After(patience); !pass(); {
		select {
		case <-tick.C:
		case <-late:
			term.t.Fatalf("the terminal does not come to %s:\n%s", what, term.screen())
		}
	}
}

// shows waits for a screen with all of these texts.
func (term *terminal) shows(want ...string) {
	term.t.Helper()
	term.until(fmt.Sprintf("show %q", want), func() bool {
		screen := term.screen()
		return !slices.ContainsFunc(want, func(w string) bool { return !strings.Contains(screen, w) })
	})
}

// lacks waits for a screen without the text.
func (term *terminal) lacks(unwanted string) {
	term.t.Helper()
	term.until(fmt.Sprintf("lack %q", unwanted), func() bool { return !strings.Contains(term.screen(), unwanted) })
}

// finds waits for a match and gives its groups, or the whole of it where there
// are none.
func (term *terminal) finds(expression string) []string {
	term.t.Helper()
	re := regexp.MustCompile(expression)
	var found []string
	term.until("match "+expression, func() bool {
		found = re.FindStringSubmatch(term.screen())
		return found != nil
	})
	return found[min(1, len(found)-1):]
}

// answer waits for an overlay that can do harm, and for the time in which it
// takes no key, and presses.
func (term *terminal) answer(overlay string, keys ...string) {
	term.t.Helper()
	term.shows(overlay)
	// The overlay was open before it could be seen: a key that is pressed so much
	// later is taken, however slow the machine.
	select {
	case <-time.After(grace):
	case <-term.t.Context().Done():
	}
	term.press(keys...)
}

// resize changes the window's size, which the program hears of by SIGWINCH.
func (term *terminal) resize(size string) {
	term.t.Helper()
	w, h, _ := strings.Cut(size, "x")
	term.tmux("resize-window", "-x", w, "-y", h)
}

// modes are those of the terminal that a program must give back: the alternate
// screen, the cursor, the mouse.
func (term *terminal) modes() string {
	term.t.Helper()
	return strings.TrimSpace(term.tmux("display-message", "-p", "screen #{alternate_on} cursor #{cursor_flag} mouse #{mouse_any_flag} keypad #{keypad_flag}"))
}

// stty asks the shell for the line settings.
func (term *terminal) stty() []string {
	term.t.Helper()
	name := filepath.Join(term.dir, "stty.txt")
	if err := os.RemoveAll(name); err != nil {
		term.t.Fatal(err)
	}
	term.types("stty -a >stty.tmp && mv stty.tmp stty.txt")
	var raw []byte
	term.until("write its settings down", func() (ok bool) {
		var err error
		raw, err = os.ReadFile(name)
		return err == nil
	})
	return strings.Fields(string(raw))
}
