package tui

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"keydeck/server/client"
)

// rig drives the real root model against the fake server, without a terminal.
// It lives in a synctest bubble: commands run in goroutines as they would, the
// clock stands still until the test moves it, and settle waits until nothing is
// left to do.
type rig struct {
	t    *testing.T
	root *Root
	fake *fake
	msgs chan tea.Msg
	raw  []string // what was sent to the terminal past the renderer
	quit bool

	suspended int // how often it was
}

type rigOptions struct {
	Options
	w, h     int
	signedIn bool
	stay     bool // where sign-in leads to, the overview; else at the credentials, or the projects where none is chosen
	url      bool // a server elsewhere: no socket
	down     bool // nobody answers, from the start

	readyAfter time.Duration // the server in this process takes so long to come up
	furnish    func(*fake)
}

func run(t *testing.T, o rigOptions, body func(*rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		now := func() time.Time { return time.Now().UTC() }
		f := newFake(now)
		if o.furnish != nil {
			o.furnish(f)
		}
		where := client.Options{Socket: "/run/keydeck.sock", Transport: f, Now: now}
		if o.url {
			where = client.Options{URL: "http://keys.example.com", Transport: f, Now: now}
		}
		c, err := client.New(where)
		if err != nil {
			t.Fatal(err)
		}
		if o.signedIn {
			if err := c.SignIn(ctx, fakeEmail, fakeCode); err != nil {
				t.Fatal(err)
			}
		}
		f.down = o.down
		o.Client, o.Now = c, now
		if o.Screens.makers == nil {
			o.Screens = Screens
		}
		if o.Environ == nil {
			o.Environ = []string{"TERM=xterm-256color"}
		}
		if o.w == 0 {
			o.w, o.h = 80, 24
		}
		if o.readyAfter > 0 {
			ready := make(chan error)
			o.Ready = ready
			time.AfterFunc(o.readyAfter, func() { close(ready) })
		}
		r := &rig{t: t, root: New(ctx, o.Options), fake: f, msgs: make(chan tea.Msg, 4096)}
		r.start(r.root.Init())
		r.send(tea.WindowSizeMsg{Width: o.w, Height: o.h})
		if o.signedIn && !o.stay && r.root.signedIn {
			to := goal{to: screenCredentials, fresh: true}
			if r.root.project == nil {
				to.to = screenProjects
			}
			r.root.goTo(to)
			r.send(nil)
		}
		body(r)
		r.root.Close()
		cancel()
		time.Sleep(time.Minute) // of the bubble's time: what still ticks comes to its end
	})
}

// start runs a command as Bubble Tea does.
func (r *rig) start(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	go func() {
		if msg := cmd(); msg != nil {
			r.msgs <- msg
		}
	}()
}

func (r *rig) handle(msg tea.Msg) {
	switch msg := msg.(type) {
	case tea.BatchMsg:
		for _, c := range msg {
			r.start(c)
		}
		return
	case tea.QuitMsg:
		r.quit = true
		return
	case tea.SuspendMsg:
		r.suspended++
		return
	case tea.RawMsg:
		r.raw = append(r.raw, fmt.Sprint(msg.Msg))
		return
	}
	_, cmd := r.root.Update(msg)
	r.start(cmd)
}

// settle handles what comes until nothing does, the clock standing still.
func (r *rig) settle() {
	for {
		synctest.Wait()
		select {
		case msg := <-r.msgs:
			r.handle(msg)
		default:
			return
		}
	}
}

func (r *rig) send(msg tea.Msg) {
	r.handle(msg)
	r.settle()
}

// wait moves the clock, a little at a time.
func (r *rig) wait(d time.Duration) {
	step := max(50*time.Millisecond, d/100)
	for end := time.Now().Add(d); time.Now().Before(end); {
		time.Sleep(min(step, time.Until(end)))
		r.settle()
	}
}

var named = map[string]tea.KeyPressMsg{
	"enter": {Code: tea.KeyEnter}, "esc": {Code: tea.KeyEscape}, "tab": {Code: tea.KeyTab}, "up": {Code: tea.KeyUp}, "down": {Code: tea.KeyDown},
	"left": {Code: tea.KeyLeft}, "right": {Code: tea.KeyRight}, "home": {Code: tea.KeyHome}, "end": {Code: tea.KeyEnd}, "pgup": {Code: tea.KeyPgUp}, "pgdown": {Code: tea.KeyPgDown},
	"backspace": {Code: tea.KeyBackspace}, "space": {Code: tea.KeySpace, Text: " "}, "shift+tab": {Code: tea.KeyTab, Mod: tea.ModShift},
	"ctrl+c": {Code: 'c', Mod: tea.ModCtrl}, "ctrl+r": {Code: 'r', Mod: tea.ModCtrl}, "ctrl+u": {Code: 'u', Mod: tea.ModCtrl},
	"ctrl+a": {Code: 'a', Mod: tea.ModCtrl}, "ctrl+k": {Code: 'k', Mod: tea.ModCtrl}, "ctrl+w": {Code: 'w', Mod: tea.ModCtrl}, "ctrl+z": {Code: 'z', Mod: tea.ModCtrl},
}

func press(key string) tea.KeyPressMsg {
	if k, ok := named[key]; ok {
		return k
	}
	r, _ := utf8.DecodeRuneInString(key)
	return tea.KeyPressMsg{Code: r, Text: key}
}

// keys presses keys with a little time between them, so that no overlay takes
// one for a key in flight. A string of several characters that is no key's name
// is typed.
func (r *rig) keys(keys ...string) {
	for _, k := range keys {
		if _, ok := named[k]; ok || utf8.RuneCountInString(k) == 1 {
			r.send(press(k))
			r.wait(graceFor)
			continue
		}
		for _, c := range k {
			r.send(press(string(c)))
		}
	}
}

// screen is the frame as text.
func (r *rig) screen() string { return ansi.Strip(r.root.View().Content) }

func (r *rig) sees(want ...string) {
	r.t.Helper()
	got := r.screen()
	for _, w := range want {
		if !strings.Contains(got, w) {
			r.t.Errorf("the screen lacks %q:\n%s", w, got)
		}
	}
}

func (r *rig) lacks(unwanted ...string) {
	r.t.Helper()
	got := r.screen()
	for _, w := range unwanted {
		if strings.Contains(got, w) {
			r.t.Errorf("the screen has %q:\n%s", w, got)
		}
	}
}
