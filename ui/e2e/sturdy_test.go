//go:build unix

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"keydeck/server/client"
)

// TestSturdy is about what befalls a terminal and a server, in a real terminal:
// suspension, signals, a server that is killed and comes back.
func TestSturdy(t *testing.T) {
	needTmux(t)
	bin := build(t)
	t.Run("suspend", func(t *testing.T) { suspend(t, bin) })
	t.Run("signals", func(t *testing.T) { signals(t, bin) })
	t.Run("heals", func(t *testing.T) { heals(t, bin) })
}

// sized is how much of what stty says begins with the terminal's speed and size.
const sized = 7

// suspend: ctrl+z gives the terminal back as it was, fg takes it again, and
// draws everything, at the size that it has by then.
func suspend(t *testing.T, bin string) {
	term := newTerminal(t, bin)
	serve(t, term, bin)
	sane, given := term.stty(), term.modes()
	term.types("keydeck --data data login " + email + "; clear; keydeck --data data")
	term.shows("› Overview", "All is quiet", "? help")
	term.press("M")
	term.shows("the mouse is on")
	term.until("have every mode", func() bool { return strings.HasPrefix(term.modes(), "screen 1 cursor 0 mouse 1") })

	for _, size := range []string{"100x30", "80x24"} {
		term.press("C-z")
		term.lacks("› Overview")
		term.until("have its modes back", func() bool { return term.modes() == given })
		if now := term.stty(); !slices.Equal(now[sized:], sane[sized:]) {
			t.Errorf("while it is suspended stty says %v, want %v", now, sane)
		}
		term.resize(size)
		term.types("fg")
		term.shows("› Overview", "All is quiet", "? help")
		term.until("have every mode again", func() bool { return strings.HasPrefix(term.modes(), "screen 1 cursor 0 mouse 1") })
		w, h, _ := strings.Cut(size, "x")
		term.until("be drawn whole", func() bool {
			lines := strings.Split(strings.TrimRight(term.screen(), "\n"), "\n")
			rule := strings.Repeat("─", number(t, w))
			return len(lines) == number(t, h) && lines[2] == rule && strings.Contains(lines[len(lines)-1], "? help")
		})
	}

	// A paste is one again: line breaks in it press no Enter.
	term.press("4")
	term.shows("Paste a token here")
	term.pastes("eyJhbGciOiJIUzI1NiJ9.\neyJzdWIiOiJ4In0.\nc2ln")
	term.shows("NOT VERIFIED", "HS256")
	term.press("q")
	term.until("be the shell's again", func() bool { return term.modes() == given })
	if now := term.stty(); !slices.Equal(now, sane) {
		t.Errorf("at the end stty says %v, want %v", now, sane)
	}
}

func number(t *testing.T, s string) int {
	t.Helper()
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// signals: however the process is told to go, the terminal is given back. The
// server goes along with SIGTERM where it is the dashboard's own, and stays
// where the terminal has hung up.
func signals(t *testing.T, bin string) {
	tests := []struct {
		name    string
		command string
		signal  syscall.Signal
		own     bool // the server is in the dashboard's process
		stays   bool // the process goes on, without the dashboard
	}{
		{"SIGTERM, own server", "keydeck --data data --listen 127.0.0.1:0", syscall.SIGTERM, true, false},
		{"SIGINT, own server", "keydeck --data data --listen 127.0.0.1:0", syscall.SIGINT, true, false},
		{"SIGHUP, own server", "keydeck --data data --listen 127.0.0.1:0", syscall.SIGHUP, true, true},
		{"SIGTERM, attached", "keydeck attach --data data", syscall.SIGTERM, false, false},
		{"SIGHUP, attached", "keydeck attach --data data", syscall.SIGHUP, false, false},
		{"SIGHUP, held elsewhere", "keydeck --data data", syscall.SIGHUP, false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			term := newTerminal(t, bin)
			if !tt.own {
				serve(t, term, bin)
			}
			sane, given := term.stty(), term.modes()
			term.types("clear; sh -c 'echo $$ >pid; exec " + tt.command + "'; echo left with $?")
			term.shows("Sign in", "● serving")
			raw, err := os.ReadFile(filepath.Join(term.dir, "pid"))
			if err != nil {
				t.Fatal(err)
			}
			if err := syscall.Kill(number(t, strings.TrimSpace(string(raw))), tt.signal); err != nil {
				t.Fatal(err)
			}
			term.lacks("Sign in")
			term.until("have its modes back", func() bool { return term.modes() == given })
			if tt.stays {
				holder, err := client.ReadHolder(term.data())
				if err != nil {
					t.Fatalf("nobody holds the data directory: %v", err)
				}
				call(t, 200, holder.URL, "GET /v1/healthz")
				term.press("C-c") // which is how one gets rid of it there
			}
			term.finds(`left with 0`)
			if now := term.stty(); !slices.Equal(now, sane) {
				t.Errorf("stty says %v, want %v", now, sane)
			}
		})
	}
}

// heals: a server that is killed is said to be lost, and one that comes back is
// found again, by the same login.
func heals(t *testing.T, bin string) {
	term := newTerminal(t, bin)
	start := func() (*exec.Cmd, string) {
		cmd := exec.Command(filepath.Join(bin, "keydeck"), "serve", "--data", term.data(), "--listen", "127.0.0.1:0")
		cmd.Env = term.env
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
		var url string
		term.until("have a server", func() bool {
			holder, err := client.ReadHolder(term.data())
			url = holder.URL
			return err == nil && url != "" && holder.PID == cmd.Process.Pid
		})
		return cmd, url
	}
	first, url := start()
	term.types("keydeck --data data login " + email + "; clear; keydeck attach --data data; echo left with $?")
	term.shows("› Overview", "All is quiet", "● serving "+url)
	term.press("3")
	term.shows("› Requests", "following")

	if err := first.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = first.Wait()
	term.shows("× connection lost, trying again")

	_, url = start()
	term.shows("› Requests", "● serving "+url, "following")
	term.press("s")
	term.shows("all projects")
	call(t, 401, url, "GET /", "Authorization: wrong")
	term.finds(`GET +/ +401 `)
	term.press("q")
	term.finds(`(?m)^left with 0$`)
}
