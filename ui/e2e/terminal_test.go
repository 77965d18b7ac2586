package e2e

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"keydeck/server/client"
	"keydeck/ui/cli"
)

// TestInATerminal drives the real binary in a real terminal.
func TestInATerminal(t *testing.T) {
	needTmux(t)
	bin := build(t)
	t.Run("keydeck", func(t *testing.T) { walk(t, bin) })
	t.Run("attach", func(t *testing.T) { attach(t, bin) })
}

// walk is the flow's main steps, and what is left when it is over.
func walk(t *testing.T, bin string) {
	term := newTerminal(t, bin)
	sane := term.stty()
	for _, flag := range []string{"echo", "icanon", "isig", "opost"} {
		if !slices.Contains(sane, flag) {
			t.Fatalf("before: %s is off in %v", flag, sane)
		}
	}
	given := term.modes()
	term.types("keydeck --data data --listen 127.0.0.1:0; echo left with $?")

	// Sign in with the code from the mailbox.
	term.shows("Sign in", "superuser", "● serving")
	url := term.finds(`serving (http://127\.0\.0\.1:\d+)`)[0]
	if now := term.modes(); !strings.HasPrefix(now, "screen 1 ") {
		t.Errorf("the dashboard is not on the alternate screen: %s", now)
	}
	term.types(email)
	term.shows("another code in")
	code := term.finds(`(\d)(\d)(\d) (\d)(\d)(\d)  valid for`)
	term.press("Tab", "Enter")
	term.shows(strings.Join(code[:3], " ") + "   " + strings.Join(code[3:], " "))
	term.press("Enter")
	term.shows("› Overview", "All is quiet")
	term.press("2")
	term.shows("› Credentials", "No credential yet")

	// Issue a key, see it, copy it.
	term.press("n")
	term.shows("Issue a credential")
	term.types("ci-deploy")
	term.answer("New API key: ci-deploy", "v")
	key := term.finds(apiKey)[0]
	term.shows("-H 'Authorization: sk_…'")
	term.press("y")
	term.shows("copied the key", "OSC 52", "tmux must allow it: set -g set-clipboard") // which it does here
	term.until("have the key on its clipboard", func() bool {
		copied, err := term.command(t.Context(), "show-buffer").Output() // fails while there is none
		return err == nil && string(copied) == key
	})
	term.press("Escape")
	term.lacks("New API key") // or the next key would be taken for Alt and that key
	term.finds(`ci-deploy +sk_`)

	// Calls arrive.
	term.press("5")
	account := term.finds(`([A-Z0-9]{6}) +owner`)[0]
	term.press("3")
	term.shows("› Requests", "this project", "following")
	bearer := member(t, call(t, 200, url, "GET /v1/token/get", apiKeyHeader(account, key)), "token")
	term.finds(`GET +/v1/token/get +200 .*ci-deploy`)
	call(t, 200, url, "GET /", "Authorization: "+key)
	term.finds(`GET +/ +200 .*ci-deploy`)
	term.resize("140x40")
	term.finds(`agent +e2e/1`) // the details stand beside the list
	term.resize("60x20")
	term.finds(`▌[0-9:.]+ +GET +/ +200`)
	term.resize("80x24")
	term.finds(`GET +/ +200 .*ci-deploy`)

	// The token is decoded, then judged.
	term.press("4")
	term.shows("Paste a token here")
	term.pastes(bearer)
	term.shows("NOT VERIFIED", "RS512")
	term.press("Enter")
	term.shows("accepted by this server", "service token of ci-deploy")

	// Revoke the key; it is refused, and so is its token.
	term.press("2")
	term.finds(`▌ ?ci-deploy`)
	term.press("x")
	term.shows("Pause or revoke API key ci-deploy?", "From 127.0.0.1 (")
	term.answer("Type ci-deploy to go on")
	term.types("ci-deploy")
	term.finds(`ci-deploy .* revoked`)
	term.press("3")
	term.shows("› Requests", "following")
	call(t, 401, url, "GET /", "Authorization: "+key)
	term.finds(`GET +/ +401 .*ci-deploy +revoked`)
	term.press("4")
	term.shows("› Token")
	term.press("Enter")
	term.shows("REFUSED by this server", "revoked")

	// Quitting takes the server along and gives the terminal back.
	term.press("q")
	term.answer("Quit Keydeck?", "y")
	term.finds(`(?m)^left with 0$`)
	if screen := term.screen(); !strings.Contains(screen, "ready: 0") || strings.Contains(screen, "› Token") {
		t.Errorf("the shell's screen is not back:\n%s", screen)
	}
	if now := term.modes(); now != given {
		t.Errorf("the terminal has %s, want %s", now, given)
	}
	if now := term.stty(); !slices.Equal(now, sane) {
		t.Errorf("stty says %v, want %v", now, sane)
	}
	isGone(t, term.data(), url)
}

// isGone makes sure that nobody serves the data directory.
func isGone(t *testing.T, data, url string) {
	t.Helper()
	socket, err := client.SocketPath(data)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{socket, filepath.Join(data, client.HolderFile)} {
		if _, err := os.Lstat(name); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s is still there: %v", name, err)
		}
	}
	if conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://")); err == nil {
		_ = conn.Close()
		t.Errorf("somebody still listens on %s", url)
	}
}

// attach: where a server holds the data directory already, keydeck is its
// dashboard, and leaves without it.
func attach(t *testing.T, bin string) {
	term := newTerminal(t, bin)
	url := serve(t, term, bin)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	local, err := cli.NewLocalClient(term.data(), "e2e")
	if err != nil {
		t.Fatal(err)
	}
	defer local.Close()
	before, err := local.Status(ctx)
	if err != nil {
		t.Fatal(err)
	}

	// A shell that is signed in has signed the dashboard in as well.
	term.types("keydeck --data data login " + email + "; keydeck --data data; echo left with $?")
	term.shows("› Overview", "All is quiet", "● serving "+url)
	term.press("q") // there is nothing to ask: the server stays
	term.finds(`(?m)^left with 0$`)
	if now := term.modes(); !strings.HasPrefix(now, "screen 0 cursor 1 ") {
		t.Errorf("the terminal has %s, want its own screen and the cursor", now)
	}
	after, err := local.Status(ctx)
	if err != nil {
		t.Fatalf("the server went with the dashboard: %v", err)
	}
	if after.PID != before.PID || after.StartedAt != before.StartedAt {
		t.Errorf("process %d serves since %s, want %d since %s", after.PID, after.StartedAt, before.PID, before.StartedAt)
	}
	call(t, 200, url, "GET /v1/healthz")
}

// serve runs keydeck serve until the test ends, and gives its URL.
func serve(t *testing.T, term *terminal, bin string) string {
	t.Helper()
	cmd := exec.Command(filepath.Join(bin, "keydeck"), "serve", "--data", term.data(), "--listen", "127.0.0.1:0")
	cmd.Env = term.env
	var said strings.Builder
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		late := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() })
		defer late.Stop()
		if err := <-ended; err != nil {
			t.Errorf("keydeck serve: %v: %s", err, said.String())
		}
	})
	var url string
	term.until("have a server", func() bool {
		holder, err := client.ReadHolder(term.data())
		url = holder.URL
		return err == nil && url != ""
	})
	return url
}
