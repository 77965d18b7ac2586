package tui

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
)

// key dispatches a key press: the overlay first, then the text being typed,
// then the screen's commands, then the global ones. What is no command goes to
// the screen or overlay as it is.
func (r *Root) key(k tea.KeyPressMsg) tea.Cmd {
	if k.Keystroke() == "ctrl+c" {
		return r.interrupt()
	}
	if r.cramped() && !r.leaving() {
		return r.keyUnseen(k)
	}
	top, over := r.top()
	if over && top.grace && r.at.Sub(top.opened) < graceFor {
		return nil
	}
	r.toast = toast{} // it was seen
	to := r.focused()
	if t, ok := to.(Typing); !ok || !t.Typing() || k.Text == "" {
		cmds := r.keymap.bind(to.Commands())
		if over {
			cmds = slices.Concat(cmds, r.keymap.bind([]Command{r.suspendCommand()}))
		} else {
			cmds = slices.Concat(cmds, r.global())
		}
		if c, ok := find(cmds, k); ok && (c.Run != nil || c.Disabled != "") {
			return r.run(c)
		}
		if over && k.Keystroke() == "esc" {
			r.close()
			return nil
		}
	}
	return to.Update(k)
}

// keyUnseen is a key press while the window is too small to show what it would
// do: it may quit or suspend, and nothing else.
func (r *Root) keyUnseen(k tea.KeyPressMsg) tea.Cmd {
	if c, ok := find(r.global(), k); ok && (c.ID == "quit" || c.ID == "suspend") {
		return r.run(c)
	}
	return nil
}

func (r *Root) run(c Command) tea.Cmd {
	if c.Disabled != "" {
		r.say(warned, fmt.Sprintf("cannot %s: %s", c.Title, c.Disabled))
		return nil
	}
	return c.Run()
}

// interrupt is ctrl+c: it asks like q does, and the second one does not ask.
func (r *Root) interrupt() tea.Cmd {
	if r.quitting() {
		return tea.Quit
	}
	return r.quit()
}

// quit ends the dashboard, after a question where the server ends with it.
func (r *Root) quit() tea.Cmd {
	if !r.stopsWithUs() {
		return tea.Quit
	}
	effect := []string{"This stops the server on " + r.where() + "; what calls it", "is refused until it is started again."}
	c := newConfirm(r.desk, "Quit Keydeck?", effect, "stop and quit", func() tea.Cmd { return tea.Quit })
	c.quits = true
	r.openGuarded(c)
	return nil
}

// where names the server's port for a short question.
func (r *Root) where() string {
	if i := strings.LastIndexByte(r.status.Listen, ':'); i >= 0 {
		return r.status.Listen[i:]
	}
	return "this machine"
}

// here are the commands of the screen, with the keys that were chosen for them.
func (r *Root) here() []Command { return r.keymap.bind(r.Page().Commands()) }

// global commands work on every screen, with the keys that were chosen for them.
func (r *Root) global() []Command { return r.keymap.bind(r.globals()) }

func (r *Root) globals() []Command {
	var cmds []Command
	if r.signedIn {
		signOut := ""
		if r.current == screenProjects {
			signOut = "sign out"
		}
		for i, t := range tabs {
			cmds = append(cmds, Command{ID: "go." + strings.ToLower(t.title), Title: "go to " + t.title, Key: on(fmt.Sprint(i + 1)),
				Run: func() tea.Cmd { r.visit(t.id, nil); return nil }})
		}
		cmds = append(cmds,
			Command{ID: "project.switch", Title: "switch the project", Short: "project", Key: on("p"),
				Run: func() tea.Cmd { r.open(r.options.Screens.switcher(r.desk, nil)); return nil }},
			Command{ID: "sign.out", Title: "sign out", Short: signOut, Key: on("S"), Run: r.askSignOut},
		)
	}
	back := ""
	if len(r.history) == 0 {
		back = "this is where you came in"
	}
	// What edits text is left alone where text is typed.
	open := on(":", "ctrl+k")
	if t, ok := r.Page().(Typing); ok && t.Typing() {
		open = on(":")
	}
	private := "mask hints, secrets and addresses"
	if r.stored.Private {
		private = "mask nothing any more"
	}
	mouse := "use the mouse"
	if r.stored.Mouse {
		mouse = "leave the mouse to the terminal"
	}
	return append(cmds,
		Command{ID: "palette", Title: "find a command", Key: open, Run: r.palette},
		Command{ID: "private", Title: private, Key: on("*"), Run: r.turnPrivate},
		Command{ID: "mouse", Title: mouse, Key: on("M"), Run: r.turnMouse},
		Command{ID: "theme.next", Title: "change the theme: " + themes[themes[r.stored.Theme].next].title, Key: on("ctrl+t"),
			Run: func() tea.Cmd { return r.wear(themes[r.stored.Theme].next) }},
		Command{ID: "back", Title: "go back", Key: on("esc"), Disabled: back, Run: func() tea.Cmd { r.back(); return nil }},
		Command{ID: "redraw", Title: "draw the screen again", Key: on("ctrl+l"), Run: func() tea.Cmd { return tea.ClearScreen }},
		r.suspendCommand(),
		Command{ID: "quit", Title: "quit", Short: "quit", Key: on("q", "ctrl+c"), Run: r.quit},
		Command{ID: "help", Title: "show every key of this screen", Short: "help", Key: on("?", "f1"), Run: r.help},
	)
}

func (r *Root) help() tea.Cmd {
	r.open(newHelp(r.desk, r.Page().Title(), r.here(), r.global()))
	return nil
}
