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
	top, over := r.top()
	if over && top.grace && r.at.Sub(top.opened) < graceFor {
		return nil
	}
	r.toast = toast{} // it was seen
	to := r.focused()
	if t, ok := to.(Typing); !ok || !t.Typing() || k.Text == "" {
		cmds := to.Commands()
		if !over {
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

func (r *Root) run(c Command) tea.Cmd {
	if c.Disabled != "" {
		r.say(warned, fmt.Sprintf("cannot %s: %s", c.Title, c.Disabled))
		return nil
	}
	return c.Run()
}

// interrupt is ctrl+c: it asks like q does, and the second one does not ask.
func (r *Root) interrupt() tea.Cmd {
	if top, ok := r.top(); ok {
		if c, ok := top.Overlay.(*confirm); ok && c.quits {
			return tea.Quit
		}
	}
	return r.quit()
}

// quit ends the dashboard, after a question where the server ends with it.
func (r *Root) quit() tea.Cmd {
	if !r.options.OwnsServer || r.link == linkStarting {
		return tea.Quit
	}
	r.openGuarded(&confirm{
		desk:  r.desk,
		title: "Quit Keydeck?",
		lines: []string{"This stops the server on " + r.where() + "; what calls it", "is refused until it is started again."},
		yes:   "stop and quit",
		quits: true,
		run:   func() tea.Cmd { return tea.Quit },
	})
	return nil
}

// where names the server's port for a short question.
func (r *Root) where() string {
	if i := strings.LastIndexByte(r.status.Listen, ':'); i >= 0 {
		return r.status.Listen[i:]
	}
	return "this machine"
}

// global commands work on every screen.
func (r *Root) global() []Command {
	var cmds []Command
	if r.signedIn {
		noProject, signOut := "", ""
		if r.current == screenProjects {
			signOut = "sign out"
		}
		if r.project == nil {
			noProject = "choose a project first"
		}
		for i, t := range tabs {
			c := Command{ID: "go." + strings.ToLower(t.title), Title: "go to " + t.title, Key: on(fmt.Sprint(i + 1)),
				Run: func() tea.Cmd { r.visit(t.id, nil); return nil }}
			if t.id == screenCredentials {
				c.Disabled = noProject
			}
			cmds = append(cmds, c)
		}
		cmds = append(cmds,
			Command{ID: "project.switch", Title: "switch the project", Short: "project", Key: on("p"),
				Run: func() tea.Cmd { r.open(newSwitcher(r.desk)); return nil }},
			Command{ID: "sign.out", Title: "sign out", Short: signOut, Key: on("S"), Run: r.askSignOut},
		)
	}
	suspend := "go to the background; fg comes back"
	if r.options.OwnsServer {
		suspend = "freeze Keydeck and its server; fg thaws"
	}
	back := ""
	if len(r.history) == 0 {
		back = "this is where you came in"
	}
	return append(cmds,
		Command{ID: "back", Title: "go back", Key: on("esc"), Disabled: back, Run: func() tea.Cmd { r.back(); return nil }},
		Command{ID: "redraw", Title: "draw the screen again", Key: on("ctrl+l"), Run: func() tea.Cmd { return tea.ClearScreen }},
		Command{ID: "suspend", Title: suspend, Key: on("ctrl+z"), Run: func() tea.Cmd { return tea.Suspend }},
		Command{ID: "quit", Title: "quit", Short: "quit", Key: on("q", "ctrl+c"), Run: r.quit},
		Command{ID: "help", Title: "show every key of this screen", Short: "help", Key: on("?", "f1"), Run: r.help},
	)
}

func (r *Root) help() tea.Cmd {
	r.open(newHelp(r.desk, r.page().Title(), r.page().Commands(), r.global()))
	return nil
}
