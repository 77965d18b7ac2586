package tui

import (
	"fmt"
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"keydeck/ui/keymap"
	"keydeck/ui/tui/place"
	"keydeck/ui/tui/shell"
)

// key dispatches a key press to the commands of the top overlay, or to those of the
// screen and then the global ones. A key that is not a command, or is text while text is
// typed, goes to the Update of the screen or overlay.
func (r *Root) key(k tea.KeyPressMsg) tea.Cmd {
	if k.Keystroke() == "ctrl+c" {
		return r.interrupt()
	}
	if r.cramped() && !r.confirmingExit() {
		return r.crampedKey(k)
	}
	top, over := r.sh.Top()
	if over && top.Guarded && r.state.Now.Sub(top.Opened) < shell.GracePeriod {
		return nil
	}
	r.state.Toast = shell.Toast{}
	if cmd, ok := r.tabKey(top.Overlay, k); ok {
		return cmd
	}
	to := r.focused()
	if t, ok := to.(shell.Typing); !ok || !t.Typing() || k.Text == "" {
		cmds := r.bind(to.Commands())
		if over {
			cmds = slices.Concat(cmds, r.bind([]shell.Command{r.suspendCommand()}))
		} else {
			cmds = slices.Concat(cmds, r.globalCommands())
		}
		if c, ok := shell.FindCommand(cmds, k); ok && (c.Run != nil || c.Disabled != "") {
			return r.run(c)
		}
		if over && k.Keystroke() == "esc" {
			r.sh.Close()
			return nil
		}
	}
	return to.Update(k)
}

// tabKey goes to a screen by its key while an overlay is open that lets it.
func (r *Root) tabKey(over shell.Overlay, k tea.KeyPressMsg) (tea.Cmd, bool) {
	o, ok := over.(interface{ GoesToScreens(digit string) bool })
	if !ok || len(k.Text) != 1 || !o.GoesToScreens(k.Text) {
		return nil, false
	}
	c, ok := shell.FindCommand(r.globalCommands(), k)
	if !ok || !strings.HasPrefix(c.ID, "go.") {
		return nil, false
	}
	r.sh.Close()
	return r.run(c), true
}

// crampedKey handles a key press while the window is too small to show what it would
// do: quit and suspend work, nothing else does.
func (r *Root) crampedKey(k tea.KeyPressMsg) tea.Cmd {
	if c, ok := shell.FindCommand(r.globalCommands(), k); ok && (c.ID == "quit" || c.ID == "suspend") {
		return r.run(c)
	}
	return nil
}

func (r *Root) run(c shell.Command) tea.Cmd {
	if c.Disabled != "" {
		r.sh.Notify(shell.Warning, fmt.Sprintf("cannot %s: %s", c.Title, c.Disabled))
		return nil
	}
	return c.Run()
}

// interrupt handles ctrl+c: the first asks as q does, the second quits.
func (r *Root) interrupt() tea.Cmd {
	if r.confirmingQuit() {
		return tea.Quit
	}
	return r.quit()
}

// quit ends the dashboard. It asks first if that stops a server.
func (r *Root) quit() tea.Cmd {
	if !r.stopsServer() {
		return tea.Quit
	}
	effect := []string{"This stops the server on " + r.port() + ". Programs that call it", "get no answer until you start it again."}
	if r.options.Banner != "" {
		effect = []string{"The demo ends, and everything in it is removed."}
	}
	c := shell.NewConfirm(r.sh, "Quit Keydeck?", effect, "stop and quit", func() tea.Cmd { return tea.Quit })
	c.Quits = true
	r.sh.OpenGuarded(c)
	return nil
}

// port is the server's port as ":8000".
func (r *Root) port() string {
	if i := strings.LastIndexByte(r.state.Status.Listen, ':'); i >= 0 {
		return r.state.Status.Listen[i:]
	}
	return "this machine"
}

// bind replaces the default keys of commands by the user's.
func (r *Root) bind(cmds []shell.Command) []shell.Command {
	if len(r.keymap) == 0 {
		return cmds
	}
	out := slices.Clone(cmds)
	for i, c := range out {
		if keys, ok := r.keymap[c.ID]; ok {
			out[i].Key = key.NewBinding()
			if len(keys) > 0 {
				out[i].Key = shell.Keys(keys...)
			}
		}
	}
	return out
}

// screenCommands are the screen's commands, with the user's keys.
func (r *Root) screenCommands() []shell.Command { return r.bind(r.Page().Commands()) }

// globalCommands work on every screen; they have the user's keys.
func (r *Root) globalCommands() []shell.Command { return r.bind(r.defaultGlobals()) }

func (r *Root) defaultGlobals() []shell.Command {
	var cmds []shell.Command
	if r.state.SignedIn {
		signOut := ""
		if r.current == place.Projects {
			signOut = "sign out"
		}
		for i, t := range tabs {
			cmds = append(cmds, shell.Command{ID: "go." + strings.ToLower(t.title), Title: "go to " + t.title, Key: shell.Keys(fmt.Sprint(i + 1)),
				Run: func() tea.Cmd { r.sh.Visit(t.id, nil); return nil }})
		}
		cmds = append(cmds,
			shell.Command{ID: "project.switch", Title: "switch the project", Short: "project", Key: shell.Keys("p"),
				Run: shell.Do(func() { r.sh.AskProject(nil) })},
			r.scopeCommand(),
			shell.Command{ID: "sign.out", Title: "sign out", Short: signOut, Key: shell.Keys("S"), Run: r.askSignOut},
		)
	}
	back := ""
	if len(r.history) == 0 {
		back = "there is no earlier screen"
	}
	// ctrl+k edits where text is typed.
	open := shell.Keys(":", "ctrl+k")
	if t, ok := r.Page().(shell.Typing); ok && t.Typing() {
		open = shell.Keys(":")
	}
	private := "mask hints, secrets and addresses"
	if r.state.Prefs.Private {
		private = "mask nothing any more"
	}
	mouse := "use the mouse"
	if r.state.Prefs.Mouse {
		mouse = "leave the mouse to the terminal"
	}
	return append(cmds,
		shell.Command{ID: "palette", Title: "find a command", Key: open, Run: r.palette},
		shell.Command{ID: "private", Title: private, Key: shell.Keys("*"), Run: r.togglePrivate},
		shell.Command{ID: "mouse", Title: mouse, Key: shell.Keys("M"), Run: r.toggleMouse},
		shell.Command{ID: "theme.next", Title: "change the theme: " + themes[themes[r.state.Prefs.Theme].next].title, Key: shell.Keys("ctrl+t"),
			Run: func() tea.Cmd { return r.setTheme(themes[r.state.Prefs.Theme].next) }},
		shell.Command{ID: "back", Title: "go back", Key: shell.Keys("esc"), Disabled: back, Run: func() tea.Cmd { r.sh.Back(); return nil }},
		shell.Command{ID: "redraw", Title: "draw the screen again", Key: shell.Keys("ctrl+l"), Run: func() tea.Cmd { return tea.ClearScreen }},
		r.suspendCommand(),
		shell.Command{ID: "quit", Title: "quit", Short: "quit", Key: shell.Keys("q", "ctrl+c"), Run: r.quit},
		shell.Command{ID: "help", Title: "show every key of this screen", Short: "help", Key: shell.Keys("?", "f1"), Run: r.help},
	)
}

// scopeCommand goes from the project to all of them and back, on every screen.
func (r *Root) scopeCommand() shell.Command {
	scope, alone := shell.AllProjects, ""
	switch {
	case r.state.Project == nil:
		scope = "one project"
		if len(r.state.Projects) == 0 {
			alone = "there is no project yet"
		}
	case !r.sh.SeesAll():
		alone = "this is the only project"
	}
	return shell.Command{ID: "scope.switch", Title: "show " + scope, Short: scope, Key: shell.Keys("s"), Disabled: alone, Run: shell.Do(r.sh.SwitchScope)}
}

func (r *Root) help() tea.Cmd {
	r.sh.Open(newHelp(r.sh, r.Page().Title(), r.screenCommands(), r.globalCommands()))
	return nil
}

// loadKeymap reads the user's keys before the first frame.
func (r *Root) loadKeymap() {
	if r.options.KeysPath == "" {
		return
	}
	m, problems := keymap.Read(r.options.KeysPath)
	r.keymap = m
	if len(problems) > 0 {
		more := ""
		if n := len(problems) - 1; n > 0 {
			more = fmt.Sprintf("; %d more, all of them by: keydeck config keys", n)
		}
		r.startupWarning("keys: " + problems[0] + more)
	}
}
