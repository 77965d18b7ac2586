package tui

import (
	"bytes"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"keydeck/server/client"
)

// breaking is a screen whose command panics, in a goroutine of its own.
type breaking struct{ Screen }

func (breaking) Init() tea.Cmd { return func() tea.Msg { panic("a command that breaks") } }

func TestRunRestoresAfterAPanicInACommand(t *testing.T) {
	makers[screenToken] = func(d *desk) Screen { return breaking{newTokenScreen(d)} }
	defer func() { makers[screenToken] = newTokenScreen }()
	f := newFake(time.Now)
	oneProject(f)
	c, err := client.New(client.Options{Socket: "/run/keydeck.sock", Transport: f})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.SignIn(t.Context(), fakeEmail, fakeCode); err != nil {
		t.Fatal(err)
	}
	in, keys := io.Pipe()
	var out bytes.Buffer
	go func() {
		for !f.called("GET /auth/overview") {
			runtime.Gosched()
		}
		_, _ = keys.Write([]byte("4"))
	}()
	err = Run(t.Context(), Options{Client: c, Input: in, Output: &out, Environ: []string{"TERM=xterm-256color"}})
	if !errors.Is(err, tea.ErrProgramPanic) {
		t.Errorf("Run = %v, want %v", err, tea.ErrProgramPanic)
	}
	if s := out.String(); strings.LastIndex(s, "\x1b[?1049l") < strings.LastIndex(s, "\x1b[?1049h") {
		t.Error("the alternate screen was not left")
	}
}

// TestResumeLooksAtTheTerminalAgain: while Keydeck slept the terminal may have
// got another background, and another size.
func TestResumeLooksAtTheTerminalAgain(t *testing.T) {
	run(t, rigOptions{signedIn: true, furnish: oneProject}, func(r *rig) {
		if cmd := r.root.route(tea.ResumeMsg{}); cmd == nil || cmd() != tea.RequestBackgroundColor() {
			t.Error("the background is not asked for after a resume")
		}
		r.send(tea.WindowSizeMsg{Width: 60, Height: 20})
		checkFrame(t, r.root.View().Content, Rect{60, 20})
	})
}
