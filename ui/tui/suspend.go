package tui

import (
	tea "charm.land/bubbletea/v2"

	"keydeck/ui/tui/shell"
)

// suspendCommand works everywhere, in overlays and in text inputs too.
func (r *Root) suspendCommand() shell.Command {
	title := "suspend Keydeck; fg resumes it"
	if r.stopsServer() {
		title = "suspend Keydeck and its server; fg resumes them"
	}
	return shell.Command{ID: "suspend", Title: title, Key: shell.Keys("ctrl+z"), Run: r.suspend}
}

// stopsServer reports that a server in this process would stop with it.
func (r *Root) stopsServer() bool { return r.options.OwnsServer && r.state.Link != shell.LinkStarting }

// suspend stops the process. It asks first if that freezes a server; the second press
// is a yes.
func (r *Root) suspend() tea.Cmd {
	if !r.stopsServer() {
		return tea.Suspend
	}
	if top, _ := r.sh.Top(); isSuspension(top.Overlay) {
		r.sh.Close()
		return tea.Suspend
	}
	lines := []string{"The server in this process, on " + r.port() + ", would stop answering until fg resumes it; callers wait or give up."}
	if r.options.Banner == "" {
		lines = append(lines, "", "To keep the server up, run keydeck serve, and keydeck attach beside it.")
	}
	c := shell.NewConfirm(r.sh, "Suspend Keydeck?", lines, "suspend", func() tea.Cmd { return tea.Suspend })
	c.Suspends = true
	r.sh.OpenGuarded(c)
	return nil
}

func isSuspension(o shell.Overlay) bool {
	c, ok := o.(*shell.Confirm)
	return ok && c.Suspends
}
