package e2e

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/teatest/v2"

	"keydeck/backend"
	"keydeck/model"
	"keydeck/server/daemon"
	"keydeck/ui/cli"
	"keydeck/ui/tui"
	"keydeck/ui/tui/screens"
)

// patience is how long anything may take to show. It is long because it is only
// ever used up by a test that fails.
const patience = 30 * time.Second

// grace is a little more than an overlay that can do harm ignores keys after it
// has opened.
const grace = 350 * time.Millisecond

// dashboard is a server in this process with a dashboard on it, wired as main.go
// wires them. The dashboard's frames and its clock are in the test's hands,
// everything else is real.
type dashboard struct {
	t      *testing.T
	model  *teatest.TestModel
	frames *frames
	ahead  *atomic.Int64 // nanoseconds by which the dashboard's clock is fast
	stall  *sync.Mutex   // while it is held, the dashboard does nothing
	drawn  bytes.Buffer  // what went to the terminal
	status model.Status
	end    func() error // ends the server; nil once it has been called
}

// start starts both on the data directory.
func start(t *testing.T, data string) *dashboard {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	config := daemon.Config{Dir: data, Listen: "127.0.0.1:0", Version: "e2e", Backend: backend.Config{Service: "keydeck"}}
	ready, ended := make(chan model.Status, 1), make(chan error, 1)
	go func() { ended <- daemon.Run(ctx, config, func(s model.Status) { ready <- s }) }()
	d := &dashboard{t: t, frames: &frames{changed: make(chan struct{})}, ahead: &atomic.Int64{}, stall: &sync.Mutex{}}
	d.end = func() error {
		cancel()
		select {
		case err := <-ended:
			return err
		case <-time.After(patience):
			return fmt.Errorf("the server does not end")
		}
	}
	select {
	case d.status = <-ready:
	case err := <-ended:
		t.Fatalf("the server ended with %v", err)
	case <-time.After(patience):
		t.Fatal("the server does not start")
	}

	local, err := cli.NewLocalClient(data, "e2e")
	if err != nil {
		t.Fatal(err)
	}
	environ := []string{"TERM=xterm-256color"}
	root := tui.New(ctx, tui.Options{Screens: screens.All, Client: local, Version: "e2e", OwnsServer: true, Environ: environ,
		Now: func() time.Time {
			d.stall.Lock()
			defer d.stall.Unlock()
			return time.Now().Add(time.Duration(d.ahead.Load()))
		}})
	d.model = teatest.NewTestModel(t, watched{root, d.frames}, teatest.WithInitialTermSize(80, 24),
		teatest.WithProgramOptions(tea.WithEnvironment(environ)))
	t.Cleanup(func() {
		defer local.Close()
		if d.end == nil {
			return
		}
		_ = d.model.Quit()
		d.model.WaitFinished(t, teatest.WithFinalTimeout(patience))
		if err := d.end(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// watched is the root model with its frames noted down. What a terminal makes
// of them is TestInATerminal's subject.
type watched struct {
	*tui.Root
	frames *frames
}

func (w watched) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	_, cmd := w.Root.Update(msg)
	return w, cmd
}

func (w watched) View() tea.View {
	v := w.Root.View()
	w.frames.put(ansi.Strip(v.Content))
	return v
}

// frames holds the last frame, and says when there is another.
type frames struct {
	mu      sync.Mutex
	last    string
	changed chan struct{} // closed and replaced when last changes
}

func (f *frames) put(s string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if s == f.last {
		return
	}
	f.last = s
	close(f.changed)
	f.changed = make(chan struct{})
}

func (f *frames) get() (last string, changed <-chan struct{}) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.last, f.changed
}

// until waits for a frame that passes.
func (d *dashboard) until(what string, pass func(screen string) bool) {
	d.t.Helper()
	late := time.After(patience)
	for {
		screen, changed := d.frames.get()
		if pass(screen) {
			return
		}
		select {
		case <-changed:
		case <-late:
			d.t.Fatalf("the screen does not come to %s:\n%s", what, screen)
		}
	}
}

// sees waits for a frame with all of these texts.
func (d *dashboard) sees(want ...string) {
	d.t.Helper()
	d.until(fmt.Sprintf("show %q", want), func(screen string) bool {
		return !slices.ContainsFunc(want, func(w string) bool { return !strings.Contains(screen, w) })
	})
}

// lacks waits for a frame without the text.
func (d *dashboard) lacks(unwanted string) {
	d.t.Helper()
	d.until(fmt.Sprintf("lack %q", unwanted), func(screen string) bool { return !strings.Contains(screen, unwanted) })
}

// finds waits for a match and gives its groups, or the whole of it where there
// are none.
func (d *dashboard) finds(expression string) []string {
	d.t.Helper()
	re := regexp.MustCompile(expression)
	var found []string
	d.until("match "+expression, func(screen string) bool {
		found = re.FindStringSubmatch(screen)
		return found != nil
	})
	return found[min(1, len(found)-1):]
}

// fills waits for a frame of that size exactly.
func (d *dashboard) fills(w, h int) {
	d.t.Helper()
	d.until(fmt.Sprintf("fill %dx%d", w, h), func(screen string) bool {
		lines := strings.Split(screen, "\n")
		widest := 0
		for _, l := range lines {
			widest = max(widest, ansi.StringWidth(l))
		}
		return len(lines) == h && widest == w
	})
}

var named = map[string]tea.KeyPressMsg{
	"enter": {Code: tea.KeyEnter}, "esc": {Code: tea.KeyEscape}, "tab": {Code: tea.KeyTab}, "shift+tab": {Code: tea.KeyTab, Mod: tea.ModShift},
	"right": {Code: tea.KeyRight}, "left": {Code: tea.KeyLeft}, "up": {Code: tea.KeyUp}, "home": {Code: tea.KeyHome}, "end": {Code: tea.KeyEnd},
}

// press presses keys one after the other. What is neither a key's name nor a
// single letter is typed.
func (d *dashboard) press(keys ...string) {
	for _, k := range keys {
		if msg, ok := named[k]; ok {
			d.model.Send(msg)
		} else if utf8.RuneCountInString(k) == 1 {
			r, _ := utf8.DecodeRuneInString(k)
			d.model.Send(tea.KeyPressMsg{Code: r, Text: k})
		} else {
			d.model.Type(k)
		}
	}
}

// answer waits for an overlay that can do harm, lets the time pass in which it
// takes no key, by the dashboard's clock, and presses.
func (d *dashboard) answer(overlay string, keys ...string) {
	d.t.Helper()
	d.sees(overlay)
	d.ahead.Add(int64(grace))
	d.press(keys...)
}

// resize does what a terminal's window does.
func (d *dashboard) resize(w, h int) {
	d.t.Helper()
	d.model.Send(tea.WindowSizeMsg{Width: w, Height: h})
	d.fills(w, h)
}

var clipboard = regexp.MustCompile(`\x1b\]52;c;([A-Za-z0-9+/=]+)\a`)

// copies presses y and waits for what that puts on the terminal's clipboard.
func (d *dashboard) copies() string {
	d.t.Helper()
	before := len(clipboard.FindAll(d.output(), -1))
	d.press("y")
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for late := time.After(patience); ; {
		if all := clipboard.FindAllSubmatch(d.output(), -1); len(all) > before {
			text, err := base64.StdEncoding.DecodeString(string(all[before][1]))
			if err != nil {
				d.t.Fatalf("copied %q: %v", all[before][1], err)
			}
			return string(text)
		}
		select {
		case <-tick.C:
		case <-late:
			d.t.Fatal("nothing is copied")
		}
	}
}

// output is everything that went to the terminal so far.
func (d *dashboard) output() []byte {
	if _, err := io.Copy(&d.drawn, d.model.Output()); err != nil {
		d.t.Fatal(err)
	}
	return d.drawn.Bytes()
}

// quit leaves the dashboard by its keys, ends the server, and looks at what is
// left of the terminal.
func (d *dashboard) quit(keys ...string) {
	d.t.Helper()
	d.press(keys...)
	d.answer("Quit Keydeck?", "y")
	d.model.WaitFinished(d.t, teatest.WithFinalTimeout(patience))
	end := d.end
	d.end = nil
	if err := end(); err != nil {
		d.t.Fatalf("the server ended with %v", err)
	}
	out := string(d.output())
	for _, mode := range []struct{ what, on, off string }{
		{"the alternate screen", "\x1b[?1049h", "\x1b[?1049l"},
		{"bracketed paste", "\x1b[?2004h", "\x1b[?2004l"},
		{"a hidden cursor", "\x1b[?25l", "\x1b[?25h"},
	} {
		if on, off := strings.LastIndex(out, mode.on), strings.LastIndex(out, mode.off); on < 0 || off < on {
			d.t.Errorf("%s was switched on at %d and off at %d, want on, then off", mode.what, on, off)
		}
	}
}
