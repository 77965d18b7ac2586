package tui

import (
	"context"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/server/client"
	"keydeck/ui/keymap"
	"keydeck/ui/tui/place"
	"keydeck/ui/tui/shell"
	"keydeck/ui/tui/theme"
	"keydeck/ui/tui/wallet"
)

// Root is the one Bubble Tea model. It owns the state and the screens and brings
// each message to its receiver; it knows nothing of what the screens do.
type Root struct {
	sh      *shell.Shell
	state   *shell.State
	pages   map[place.Screen]shell.Screen
	current place.Screen
	history []place.Screen
	quiet   bool  // the program ends by an error: draw nothing
	fatal   error // why the program ended by itself

	options       Options
	now           func() time.Time
	everConnected bool      // a server has answered since the start
	connectStart  time.Time // when the server was first asked for anything
	loginRejected time.Time // when the stored login last was
	stateFile     stateFile
	saved         []byte // what the state file is known to hold
	keymap        keymap.Map
	dark          *bool // the terminal's background, nil until it has said

	loginCall    shell.Call
	statusCall   shell.Call
	saveCall     shell.Call
	signOutCall  shell.Call
	pingCall     shell.Call
	probeCall    shell.Call
	projectsCall shell.Call
	keysCall     shell.Call
	keys         []wallet.Credential // of all projects, as the palette loaded them last
	ticks        int                 // seconds since the start
}

// New makes the root model. It does no I/O: the first frame does not wait for
// anything.
func New(ctx context.Context, o Options) *Root {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Environ == nil {
		o.Environ = os.Environ()
	}
	st := &shell.State{Context: ctx, Client: o.Client, Version: o.Version, Environ: environ(o.Environ), Theme: theme.Neutral(), Work: &sync.WaitGroup{}, Now: o.Now()}
	r := &Root{sh: shell.New(st), state: st, options: o, now: o.Now, pages: map[place.Screen]shell.Screen{},
		stateFile: stateFile{replace: client.ReplaceFile, path: o.StatePath, turn: make(chan struct{}, 1)}}
	st.Identified, st.Switcher = r.identified, o.Screens.Switcher
	r.applyTheme()
	if o.Ready == nil {
		r.state.Link, r.connectStart = shell.LinkWaiting, r.state.Now
	}
	r.current = place.Start
	r.pages[place.Start] = newStartScreen(r.sh)
	return r
}

type (
	tickMsg  struct{}
	readyMsg struct{ err error }
)

func tick() tea.Cmd { return tea.Tick(time.Second, func(time.Time) tea.Msg { return tickMsg{} }) }

// Init asks for the terminal's background and for the server. The answers come in
// any order, or never.
func (r *Root) Init() tea.Cmd {
	start := r.connect
	if r.options.Ready != nil {
		start = r.waitReady
	}
	return tea.Batch(tick(), tea.RequestBackgroundColor, start())
}

func (r *Root) waitReady() tea.Cmd {
	ctx, ready := r.state.Context, r.options.Ready
	return func() tea.Msg {
		select {
		case err := <-ready:
			return readyMsg{err}
		case <-ctx.Done():
			return nil
		}
	}
}

// Update handles a message, and then goes where a screen wants to.
func (r *Root) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	r.state.Now = r.now()
	cmd := r.route(msg)
	return r, tea.Batch(cmd, r.navigate())
}

func (r *Root) route(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		r.resize(msg.Width, msg.Height)
	case tea.BackgroundColorMsg:
		r.setBackground(msg.IsDark())
	case readyMsg:
		return r.serverReady(msg.err)
	case tickMsg:
		return r.handleTick()
	case tea.KeyPressMsg:
		return r.key(msg)
	case tea.PasteMsg, tea.MouseWheelMsg, tea.MouseClickMsg:
		return r.pasteOrMouse(msg)
	case tea.ResumeMsg:
		return tea.RequestBackgroundColor // it may have been changed meanwhile
	case shell.Reply:
		return r.handleReply(msg)
	}
	return nil
}

// pasteOrMouse handles what makes no sense in a window too small to show anything.
func (r *Root) pasteOrMouse(msg tea.Msg) tea.Cmd {
	if r.cramped() {
		return nil
	}
	switch msg := msg.(type) {
	case tea.MouseWheelMsg:
		return r.wheel(msg)
	case tea.MouseClickMsg:
		return r.click(msg)
	case tea.PasteMsg:
		msg.Content = lineBreaks.Replace(msg.Content)
		if r.pastesToken(msg.Content) {
			r.sh.Visit(place.Tokens, place.Token(msg.Content))
			return nil
		}
		return r.focused().Update(msg)
	}
	return r.focused().Update(msg)
}

// pastesToken reports a paste with a token or a key in it, on a screen that takes no text:
// the workbench shows it.
func (r *Root) pastesToken(pasted string) bool {
	typing, ok := r.Page().(shell.Typing)
	if _, over := r.sh.Top(); over || ok && typing.Typing() || !r.state.SignedIn || r.current == place.Tokens {
		return false
	}
	return model.MaskSecrets(pasted) != pasted
}

// lineBreaks restores the line breaks of a paste: most terminals send a carriage
// return, as the enter key does.
var lineBreaks = strings.NewReplacer("\r\n", "\n", "\r", "\n")

func (r *Root) resize(w, h int) {
	r.state.Size = shell.Rect{W: w, H: h}
	r.state.Body = bodyOf(r.state.Size)
}

func (r *Root) setBackground(dark bool) {
	r.dark = &dark
	r.applyTheme()
}

func (r *Root) serverReady(err error) tea.Cmd {
	if err != nil {
		r.fatal, r.quiet = err, true
		return tea.Quit
	}
	r.state.Link, r.connectStart = shell.LinkWaiting, r.state.Now
	return r.connect()
}

// handleTick runs once a second.
func (r *Root) handleTick() tea.Cmd {
	r.ticks++
	if r.state.Link == shell.LinkWaiting && r.state.Now.Sub(r.connectStart) >= connectTimeout {
		r.state.Link = shell.LinkLost
	}
	if !r.state.Now.Before(r.state.Toast.Until) {
		r.state.Toast = shell.Toast{}
	}
	cmds := []tea.Cmd{tick(), r.heartbeat(), r.saveState(), r.Page().Update(shell.SecondMsg{})}
	if top, ok := r.sh.Top(); ok {
		cmds = append(cmds, top.Update(shell.SecondMsg{}))
	}
	return tea.Batch(cmds...)
}

// receiver gets keys and pastes.
type receiver interface {
	Update(tea.Msg) tea.Cmd
	Commands() []shell.Command
}

func (r *Root) focused() receiver {
	if top, ok := r.sh.Top(); ok {
		return top.Overlay
	}
	return r.Page()
}

func (r *Root) newPage(at place.Screen) shell.Screen {
	if at == place.Start {
		return newStartScreen(r.sh)
	}
	return r.options.Screens.Makers[at](r.sh)
}

// State returns the dashboard's state, for tests.
func (r *Root) State() *shell.State { return r.state }

// Shell returns what the screens are given, for tests.
func (r *Root) Shell() *shell.Shell { return r.sh }

// Page returns the current screen.
func (r *Root) Page() shell.Screen { return r.pages[r.current] }

// Show makes page the current screen, for tests, as if somebody had signed in.
func (r *Root) Show(at place.Screen, page shell.Screen) {
	r.pages[at], r.current, r.state.SignedIn = page, at, true
}

// Close closes all screens.
func (r *Root) Close() {
	for id := range r.pages {
		r.dropPages(id)
	}
}

// handleReply notes what a reply says of the server and of the login, and then has it
// handled.
func (r *Root) handleReply(l shell.Reply) tea.Cmd {
	var check tea.Cmd
	if l.Asked {
		if r.noteOutcome(l.Err) {
			return nil
		}
		check = r.checkMissing(l.Err)
	}
	if !r.isThere(l.To) {
		return check
	}
	return tea.Batch(check, l.Then())
}

// isThere reports whether a screen or overlay that asked for something is still there.
func (r *Root) isThere(to shell.Receiver) bool {
	for _, p := range r.pages {
		if p == to {
			return true
		}
	}
	return to == nil || slices.ContainsFunc(r.state.Overlays, func(o shell.Layer) bool { return o.Overlay == to })
}

// navigate goes where a screen wants to; the screen arrived at may want to go on.
func (r *Root) navigate() tea.Cmd {
	var cmds []tea.Cmd
	if r.state.Switched {
		r.state.Switched = false
		r.dropPages(place.Overview, place.Credentials, place.Requests, place.Members)
		r.history = slices.DeleteFunc(r.history, func(at place.Screen) bool { return at == place.Members }) // whose they were is forgotten
	}
	for r.state.Destination != nil {
		g := *r.state.Destination
		r.state.Destination = nil
		cmds = append(cmds, r.goTo(g))
	}
	return tea.Batch(cmds...)
}

func (r *Root) goTo(g place.Destination) tea.Cmd {
	switch {
	case g.Stay && r.current == place.Members && r.state.Project != nil:
		g.To, g.Arg = place.Members, *r.state.Project
	case g.Stay && r.current == place.Members:
		g.To = place.Projects
	case g.Stay:
		g.To = r.current
	}
	switch {
	case g.Back && len(r.history) == 0:
		return nil
	case g.Back:
		g.To = r.history[len(r.history)-1]
		r.history = r.history[:len(r.history)-1]
	case g.Reset:
		r.history = nil
	case g.To != r.current:
		r.history = append(r.history, r.current)
	}
	r.current = g.To
	var cmds []tea.Cmd
	page, ok := r.pages[g.To]
	if !ok {
		page = r.newPage(g.To)
		r.pages[g.To] = page
		cmds = append(cmds, page.Init())
	} else {
		cmds = append(cmds, page.Update(shell.ShownMsg{}))
	}
	if s, ok := page.(shell.Enterer); ok && !g.Back && g.Arg != nil {
		cmds = append(cmds, s.Enter(g.Arg))
	}
	if g.Then != nil {
		cmds = append(cmds, g.Then())
	}
	return tea.Batch(cmds...)
}

// dropPages closes screens; they are made anew on the next visit.
func (r *Root) dropPages(ids ...place.Screen) {
	for _, id := range ids {
		if c, ok := r.pages[id].(shell.Closer); ok {
			c.Close()
		}
		delete(r.pages, id)
	}
}

// Options of Run and New. Client and Screens are needed, the rest has defaults.
type Options struct {
	Client     *client.Client
	Screens    shell.Screens
	Version    string
	Banner     string // a line in the header, for example of a demo
	OwnsServer bool   // quitting the dashboard stops the server in this process
	Input      io.Reader
	Output     io.Writer
	Environ    []string         // nil: the process's
	Now        func() time.Time // nil: time.Now

	// StatePath is the file that keeps the preferences from one start to the next,
	// KeysPath the one in which people choose other keys; "" for none.
	StatePath, KeysPath string

	// Ready receives an error or is closed when the server in this process is up; an
	// error ends the dashboard with it. nil: the server is up already.
	Ready <-chan error
}

// tabs are the screens on the number keys, in this order.
var tabs = []struct {
	id    place.Screen
	title string
}{
	{place.Overview, "Overview"},
	{place.Credentials, "Credentials"},
	{place.Requests, "Requests"},
	{place.Tokens, "Tokens"},
	{place.Projects, "Projects"},
}
