package tui_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/exp/teatest/v2"

	"keydeck/server/client"
	"keydeck/ui/tui"
	"keydeck/ui/tui/place"
	"keydeck/ui/tui/screens"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/tuitest/fake"
)

func fakeClient(t *testing.T) *client.Client {
	t.Helper()
	f := fake.New(time.Now)
	fake.OneProject(f)
	c, err := client.New(client.Options{Socket: "/run/keydeck.sock", Transport: f})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestProgram walks a sign-in through the real program.
func TestProgram(t *testing.T) {
	tm := teatest.NewTestModel(t, tui.New(t.Context(), tui.Options{Screens: screens.All, Client: fakeClient(t), Environ: []string{"TERM=xterm-256color"}}), teatest.WithInitialTermSize(80, 24))
	wait := func(want string) {
		t.Helper()
		teatest.WaitFor(t, tm.Output(), func(out []byte) bool { return bytes.Contains(out, []byte(want)) }, teatest.WithDuration(5*time.Second))
	}
	wait("Sign in")
	tm.Type(fake.Email)
	tm.Send(tea.KeyPressMsg{Code: tea.KeyEnter})
	wait("another code in")
	tm.Type(fake.Code)
	tm.Send(tea.KeyPressMsg{Code: tea.KeyEnter})
	wait("All is quiet")
	tm.Send(tea.KeyPressMsg{Code: 'q', Text: "q"})
	tm.WaitFinished(t, teatest.WithFinalTimeout(5*time.Second))
}

// TestRunEnds checks that a cancelled context and a server that does not start are
// reported as such, and that the terminal gets its modes back.
func TestRunEnds(t *testing.T) {
	busy := errors.New("port 8000 is taken")
	failed := make(chan error, 1)
	failed <- busy
	tests := []struct {
		name  string
		ready <-chan error
		end   bool
		want  error
	}{
		{"context", nil, true, nil},
		{"server does not start", failed, false, busy},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			in, keys := io.Pipe()
			defer keys.Close()
			out, err := os.CreateTemp(t.TempDir(), "screen")
			if err != nil {
				t.Fatal(err)
			}
			defer out.Close()
			if tt.end {
				time.AfterFunc(100*time.Millisecond, cancel)
			}
			err = tui.Run(ctx, tui.Options{Screens: screens.All, Client: fakeClient(t), Input: in, Output: out, Environ: []string{"TERM=xterm-256color"}, Ready: tt.ready})
			if !errors.Is(err, tt.want) || tt.want == nil && err != nil {
				t.Errorf("Run = %v, want %v", err, tt.want)
			}
			screen, err := os.ReadFile(out.Name())
			if err != nil {
				t.Fatal(err)
			}
			if on, off := strings.LastIndex(string(screen), "\x1b[?1049h"), strings.LastIndex(string(screen), "\x1b[?1049l"); on >= 0 && off < on {
				t.Error("the alternate screen was not left")
			}
		})
	}
}

func TestRunRestoresAfterAPanic(t *testing.T) {
	restoresAfterPanic(t, func(*shell.Shell) shell.Screen { panic("a screen that breaks") })
}

// restoresAfterPanic runs the dashboard with a screen that panics, goes to it, and
// checks that the terminal is restored.
func restoresAfterPanic(t *testing.T, broken func(*shell.Shell) shell.Screen) {
	t.Helper()
	list := screens.All
	list.Makers = maps.Clone(list.Makers)
	list.Makers[place.Tokens] = broken
	f := fake.New(time.Now)
	fake.OneProject(f)
	c, err := client.New(client.Options{Socket: "/run/keydeck.sock", Transport: f})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.SignIn(t.Context(), fake.Email, fake.Code); err != nil {
		t.Fatal(err)
	}
	in, keys := io.Pipe()
	var out bytes.Buffer
	go func() {
		for !f.Called("GET /auth/overview") {
			runtime.Gosched()
		}
		_, _ = keys.Write([]byte("\x1b[48;24;80;0;0t4")) // the terminal's size, told in band, and a key
	}()
	err = tui.Run(t.Context(), tui.Options{Screens: list, Client: c, Input: in, Output: &out, Environ: []string{"TERM=xterm-256color"}})
	if !errors.Is(err, tea.ErrProgramPanic) {
		t.Errorf("Run = %v, want %v", err, tea.ErrProgramPanic)
	}
	if s := out.String(); strings.LastIndex(s, "\x1b[?1049l") < strings.LastIndex(s, "\x1b[?1049h") {
		t.Error("the alternate screen was not left")
	}
}
