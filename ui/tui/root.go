package tui

import (
	"context"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/server/client"
	"keydeck/ui/tui/theme"
)

// Root is the one Bubble Tea model. It owns the desk, the screens and the way
// from a message to the one place it is for; it knows nothing of what the
// screens do.
type Root struct {
	*desk
	pages   map[screenID]Screen
	current screenID
	history []screenID
	quiet   bool  // a panic or a fatal error ends the program: draw nothing
	fatal   error // why the program ended by itself

	options Options
	now     func() time.Time
	met     bool      // a server has answered since the start
	asked   time.Time // when the server was first asked for anything
	refused time.Time // when the kept login last was, while nobody is signed in
	written []byte    // of what survives a restart, to the file
	keymap  keymap
	dark    *bool // the terminal's background, nil until it has said

	statusQ  question[model.Status]
	signOutQ question[none]
	pingQ    question[model.User]
	probeQ   question[client.Replayed]
	goneQ    question[[]model.Project]
	pulse    int // seconds since the start, for what is done every few of them
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
	st := &shared{ctx: ctx, client: o.Client, version: o.Version, environ: environ(o.Environ), th: theme.Neutral(), work: &sync.WaitGroup{}, at: o.Now()}
	r := &Root{desk: newDesk(st), options: o, now: o.Now, pages: map[screenID]Screen{}}
	r.dress()
	if o.Ready == nil {
		r.link, r.asked = linkWaiting, r.at
	}
	r.current = screenStart
	r.pages[screenStart] = newStartScreen(r.desk)
	return r
}

type (
	tickMsg  struct{}
	readyMsg struct{ err error }
)

func tick() tea.Cmd { return tea.Tick(time.Second, func(time.Time) tea.Msg { return tickMsg{} }) }

// Init asks for the terminal's background and for the server, in that order of
// nothing: both answers may come in any order, or never.
func (r *Root) Init() tea.Cmd {
	start := r.begin
	if r.options.Ready != nil {
		start = r.awaitReady
	}
	return tea.Batch(tick(), tea.RequestBackgroundColor, start())
}

func (r *Root) awaitReady() tea.Cmd {
	ctx, ready := r.ctx, r.options.Ready
	return func() tea.Msg {
		select {
		case err := <-ready:
			return readyMsg{err}
		case <-ctx.Done():
			return nil
		}
	}
}

// Update takes one message to where it belongs.
func (r *Root) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	r.at = r.now()
	cmd := r.route(msg)
	return r, tea.Batch(cmd, r.travel())
}

func (r *Root) route(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		r.resize(msg.Width, msg.Height)
	case tea.BackgroundColorMsg:
		r.background(msg.IsDark())
	case readyMsg:
		return r.ready(msg.err)
	case tickMsg:
		return r.second()
	case tea.KeyPressMsg:
		return r.key(msg)
	case tea.PasteMsg, tea.MouseWheelMsg, tea.MouseClickMsg:
		return r.gesture(msg)
	case tea.ResumeMsg:
		return tea.RequestBackgroundColor // it may have been changed meanwhile
	case letter:
		return r.deliver(msg)
	}
	return nil
}

// gesture is a paste or the mouse, which need to be seen to be meant.
func (r *Root) gesture(msg tea.Msg) tea.Cmd {
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
		return r.focused().Update(msg)
	}
	return r.focused().Update(msg)
}

// lineBreaks makes the line breaks of a paste what they were: most terminals send
// the key for enter in their place.
var lineBreaks = strings.NewReplacer("\r\n", "\n", "\r", "\n")

func (r *Root) resize(w, h int) {
	r.size = Rect{w, h}
	r.body = bodyOf(r.size)
}

func (r *Root) background(dark bool) {
	r.dark = &dark
	r.dress()
}

func (r *Root) ready(err error) tea.Cmd {
	if err != nil {
		r.fatal, r.quiet = err, true
		return tea.Quit
	}
	r.link, r.asked = linkWaiting, r.at
	return r.begin()
}

// second is what happens once a second: clocks tick, toasts go, the server is
// looked after.
func (r *Root) second() tea.Cmd {
	r.pulse++
	if r.link == linkWaiting && r.at.Sub(r.asked) >= patience {
		r.link = linkLost
	}
	if !r.at.Before(r.toast.until) {
		r.toast = toast{}
	}
	cmds := []tea.Cmd{tick(), r.heartbeat(), r.remember(), r.Page().Update(secondMsg{})}
	if top, ok := r.top(); ok {
		cmds = append(cmds, top.Update(secondMsg{}))
	}
	return tea.Batch(cmds...)
}

// receiver is what keys and pastes are for.
type receiver interface {
	Update(tea.Msg) tea.Cmd
	Commands() []Command
}

func (r *Root) focused() receiver {
	if top, ok := r.top(); ok {
		return top.Overlay
	}
	return r.Page()
}

// newPage makes the screen of a place.
func (r *Root) newPage(at screenID) Screen {
	if at == screenStart {
		return newStartScreen(r.desk)
	}
	return r.options.Screens.makers[at](r.desk)
}

// Page is the screen that is seen.
func (r *Root) Page() Screen { return r.pages[r.current] }

// Show puts a screen up in its place and goes there, as for somebody who is
// signed in.
func (r *Root) Show(at screenID, page Screen) {
	r.pages[at], r.current, r.signedIn = page, at, true
}

// Close ends what the screens hold open.
func (r *Root) Close() {
	for id := range r.pages {
		r.forget(id)
	}
}

// deliver hands a letter to the screen that waits for it, if it still lives.
// What the letter says of the server and of the login is taken note of first.
func (r *Root) deliver(l letter) tea.Cmd {
	var look tea.Cmd
	if a, ok := l.body.(interface{ failure() error }); ok {
		if r.heard(a.failure()) {
			return nil
		}
		look = r.missed(a.failure())
	}
	return tea.Batch(look, r.hand(l))
}

// hand gives a letter to who waits for it.
func (r *Root) hand(l letter) tea.Cmd {
	if l.to == nil {
		return r.own(l.body)
	}
	for _, p := range r.pages {
		if p == l.to {
			return p.Update(l.body)
		}
	}
	for _, o := range r.overlays {
		if o.Overlay == l.to {
			return o.Update(l.body)
		}
	}
	return nil
}

// travel takes up where a screen wants to go, until nobody wants to go on.
func (r *Root) travel() tea.Cmd {
	var cmds []tea.Cmd
	if r.switched {
		r.switched = false
		r.forget(screenOverview, screenCredentials, screenRequests, screenMembers)
		r.history = nil
	}
	for r.goal != nil {
		g := *r.goal
		r.goal = nil
		cmds = append(cmds, r.arrive(g))
	}
	return tea.Batch(cmds...)
}

func (r *Root) arrive(g goal) tea.Cmd {
	if g.stay && (r.current == screenOverview || r.current == screenRequests) {
		g.to = r.current
	}
	switch {
	case g.needsProject() && r.project == nil:
		r.askProject(g)
		return nil
	case g.back && len(r.history) == 0:
		return nil
	case g.back:
		g.to = r.history[len(r.history)-1]
		r.history = r.history[:len(r.history)-1]
	case g.fresh:
		r.history = nil
	case g.to != r.current:
		r.history = append(r.history, r.current)
	}
	r.current = g.to
	var cmds []tea.Cmd
	page, ok := r.pages[g.to]
	if !ok {
		page = r.newPage(g.to)
		r.pages[g.to] = page
		cmds = append(cmds, page.Init())
	} else {
		cmds = append(cmds, page.Update(shownMsg{}))
	}
	if s, ok := page.(Scoped); ok && !g.back && g.arg != nil {
		cmds = append(cmds, s.Enter(g.arg))
	}
	if g.then != nil {
		cmds = append(cmds, g.then())
	}
	return tea.Batch(cmds...)
}

// forget drops screens, so that they are made anew when next gone to.
func (r *Root) forget(ids ...screenID) {
	for _, id := range ids {
		if c, ok := r.pages[id].(Closer); ok {
			c.Close()
		}
		delete(r.pages, id)
	}
}

// Options of Run and New. Client and Screens are needed, the rest has defaults.
type Options struct {
	Client     *client.Client
	Screens    screens
	Version    string
	Banner     string // a line in the header, for example of a demo
	OwnsServer bool   // quitting the dashboard stops the server in this process
	Input      io.Reader
	Output     io.Writer
	Environ    []string         // nil: the process's
	Now        func() time.Time // nil: time.Now

	// StatePath is the file that keeps what the dashboard remembers from one start
	// to the next, KeysPath the one in which people choose other keys; "" for none.
	StatePath, KeysPath string

	// Ready hears once, by a value or by being closed, that the server in this
	// process is up; an error ends the dashboard with it. nil: it is up already.
	Ready <-chan error
}

// tabs are the screens that a number key goes to, in this order.
var tabs = []struct {
	id    screenID
	title string
}{
	{screenOverview, "Overview"},
	{screenCredentials, "Credentials"},
	{screenRequests, "Requests"},
	{screenToken, "Tokens"},
	{screenProjects, "Projects"},
}

// askProject has a project chosen, on the way to a screen that needs one.
func (r *Root) askProject(then goal) {
	if len(r.projects) == 0 {
		r.visit(screenProjects, nil)
		r.say(warned, "there is no project yet; n makes one")
		return
	}
	r.open(r.options.Screens.switcher(r.desk, &then))
}
