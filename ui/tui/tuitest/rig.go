// Package tuitest runs the dashboard in tests: the real root and its screens against
// a fake server, without a terminal, on a clock that the test moves. A test is given
// a Rig, presses keys on it and looks at the screen. What can be seen is listed as
// States, one table a package: Golden draws each at every size and in every theme and
// holds it to the rules, and Hints presses every key that it offers.
//
// Everything runs in a synctest bubble: when a method of Rig returns, all that it has
// set off is done, and no time has passed but by Wait.
package tuitest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"keydeck/server/client"
	"keydeck/ui/tui"
	"keydeck/ui/tui/place"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/tuitest/fake"
)

// Rig is a dashboard in the hands of a test.
type Rig struct {
	T         *testing.T
	Root      *tui.Root
	Server    *fake.Server
	Raw       []string // what was sent to the terminal past the renderer
	Quit      bool
	Suspended int // how often it was

	msgs chan tea.Msg
}

// Options say how a dashboard begins: at 80x24, signed out, unless they say otherwise.
type Options struct {
	tui.Options
	W, H       int
	SignedIn   bool               // at the credentials, or at the projects where none is chosen
	AtOverview bool               // where sign-in leads to, instead
	Remote     bool               // the server is elsewhere, not behind a socket
	Down       bool               // nobody answers, from the start
	ReadyAfter time.Duration      // how long the server in this process takes to come up
	Seed       func(*fake.Server) // fills the server
}

// With seeds the server further.
func (o Options) With(more ...func(*fake.Server)) Options {
	before := o.Seed
	o.Seed = func(f *fake.Server) {
		if before != nil {
			before(f)
		}
		for _, m := range more {
			m(f)
		}
	}
	return o
}

// RunWith is Run with the given screens.
func RunWith(screens shell.Screens) func(*testing.T, Options, func(*Rig)) {
	return func(t *testing.T, o Options, body func(*Rig)) {
		t.Helper()
		o.Screens = screens
		Run(t, o, body)
	}
}

// Run runs body on a dashboard, and closes it.
func Run(t *testing.T, o Options, body func(*Rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		now := func() time.Time { return time.Now().UTC() }
		f := fake.New(now)
		if o.Seed != nil {
			o.Seed(f)
		}
		where := client.Options{Socket: "/run/keydeck.sock", Transport: f, Now: now}
		if o.Remote {
			where = client.Options{URL: "http://keys.example.com", Transport: f, Now: now}
		}
		c, err := client.New(where)
		if err != nil {
			t.Fatal(err)
		}
		if o.SignedIn {
			if err := c.SignIn(ctx, fake.Email, fake.Code); err != nil {
				t.Fatal(err)
			}
		}
		f.Down = o.Down
		o.Client, o.Now = c, now
		if o.Environ == nil {
			o.Environ = []string{"TERM=xterm-256color"}
		}
		if o.W == 0 {
			o.W, o.H = 80, 24
		}
		if o.ReadyAfter > 0 {
			ready := make(chan error)
			o.Ready = ready
			time.AfterFunc(o.ReadyAfter, func() { close(ready) })
		}
		r := &Rig{T: t, Root: tui.New(ctx, o.Options), Server: f, msgs: make(chan tea.Msg, 4096)}
		r.Start(r.Root.Init())
		r.Send(tea.WindowSizeMsg{Width: o.W, Height: o.H})
		if o.SignedIn && !o.AtOverview && r.Root.State().SignedIn {
			to := place.Destination{To: place.Credentials, Reset: true}
			if r.Root.State().Project == nil {
				to.To = place.Projects
			}
			r.Root.Shell().GoTo(to)
			r.Send(nil)
		}
		body(r)
		r.Root.Close()
		cancel()
		time.Sleep(time.Minute) // of the bubble's time: what still ticks comes to its end
	})
}

// Start runs a command as Bubble Tea does.
func (r *Rig) Start(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	go func() {
		if msg := cmd(); msg != nil {
			r.msgs <- msg
		}
	}()
}

// Handle handles one message as Bubble Tea does.
func (r *Rig) Handle(msg tea.Msg) {
	switch msg := msg.(type) {
	case tea.BatchMsg:
		for _, c := range msg {
			r.Start(c)
		}
		return
	case tea.QuitMsg:
		r.Quit = true
		return
	case tea.SuspendMsg:
		r.Suspended++
		return
	case tea.RawMsg:
		r.Raw = append(r.Raw, fmt.Sprint(msg.Msg))
		return
	}
	_, cmd := r.Root.Update(msg)
	r.Start(cmd)
}

// Settle handles what comes until nothing does, the clock standing still.
func (r *Rig) Settle() {
	for {
		synctest.Wait()
		select {
		case msg := <-r.msgs:
			r.Handle(msg)
		default:
			return
		}
	}
}

// Send handles a message and what comes of it.
func (r *Rig) Send(msg tea.Msg) {
	r.Handle(msg)
	r.Settle()
}

// Wait moves the clock, a little at a time.
func (r *Rig) Wait(d time.Duration) {
	step := max(50*time.Millisecond, d/100)
	for end := time.Now().Add(d); time.Now().Before(end); {
		time.Sleep(min(step, time.Until(end)))
		r.Settle()
	}
}

var named = map[string]tea.KeyPressMsg{
	"enter": {Code: tea.KeyEnter}, "esc": {Code: tea.KeyEscape}, "tab": {Code: tea.KeyTab}, "up": {Code: tea.KeyUp}, "down": {Code: tea.KeyDown},
	"left": {Code: tea.KeyLeft}, "right": {Code: tea.KeyRight}, "home": {Code: tea.KeyHome}, "end": {Code: tea.KeyEnd}, "pgup": {Code: tea.KeyPgUp}, "pgdown": {Code: tea.KeyPgDown},
	"backspace": {Code: tea.KeyBackspace}, "space": {Code: tea.KeySpace, Text: " "}, "shift+tab": {Code: tea.KeyTab, Mod: tea.ModShift},
	"ctrl+c": {Code: 'c', Mod: tea.ModCtrl}, "ctrl+r": {Code: 'r', Mod: tea.ModCtrl}, "ctrl+u": {Code: 'u', Mod: tea.ModCtrl},
	"ctrl+a": {Code: 'a', Mod: tea.ModCtrl}, "ctrl+k": {Code: 'k', Mod: tea.ModCtrl}, "ctrl+p": {Code: 'p', Mod: tea.ModCtrl}, "ctrl+w": {Code: 'w', Mod: tea.ModCtrl}, "ctrl+z": {Code: 'z', Mod: tea.ModCtrl},
}

// Key is the press of a key, by name or by what it types, as a terminal reports it: a
// capital is its small letter with shift.
func Key(key string) tea.KeyPressMsg {
	if k, ok := named[key]; ok {
		return k
	}
	r, _ := utf8.DecodeRuneInString(key)
	k := tea.KeyPressMsg{Code: unicode.ToLower(r), Text: key}
	if unicode.IsUpper(r) {
		k.ShiftedCode, k.Mod = r, tea.ModShift
	}
	return k
}

// Keys presses keys with a little time between them, so that no overlay takes
// one for a key in flight. A string of several characters that is not a key's name
// is typed.
func (r *Rig) Keys(keys ...string) {
	for _, k := range keys {
		if _, ok := named[k]; ok || utf8.RuneCountInString(k) == 1 {
			r.Send(Key(k))
			r.Wait(shell.GracePeriod)
			continue
		}
		for _, c := range k {
			r.Send(Key(string(c)))
		}
	}
}

// Screen is the frame as text.
func (r *Rig) Screen() string { return ansi.Strip(r.Root.View().Content) }

// Sees wants texts on the screen.
func (r *Rig) Sees(want ...string) {
	r.T.Helper()
	got := r.Screen()
	for _, w := range want {
		if !strings.Contains(got, w) {
			r.T.Errorf("the screen lacks %q:\n%s", w, got)
		}
	}
}

// Lacks wants texts not to be on the screen.
func (r *Rig) Lacks(unwanted ...string) {
	r.T.Helper()
	got := r.Screen()
	for _, w := range unwanted {
		if strings.Contains(got, w) {
			r.T.Errorf("the screen has %q:\n%s", w, got)
		}
	}
}

// Focused is the overlay on top, or else the screen.
func (r *Rig) Focused() any {
	if top, ok := r.Root.Shell().Top(); ok {
		return top.Overlay
	}
	return r.Root.Page()
}

// PasteToken pastes TokenPaste.
func PasteToken(r *Rig) { r.Send(TokenPaste()) }

// TokenPaste is a service token that is valid for 14 minutes.
func TokenPaste() tea.PasteMsg { return tea.PasteMsg{Content: fake.ServiceToken(14 * time.Minute)} }

// Ctrl is the press of a letter with ctrl.
func Ctrl(c rune) tea.KeyPressMsg { return tea.KeyPressMsg{Code: c, Mod: tea.ModCtrl} }
