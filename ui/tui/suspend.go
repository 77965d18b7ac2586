package tui

import tea "charm.land/bubbletea/v2"

// suspendCommand works wherever keys are pressed, in overlays and in text too.
func (r *Root) suspendCommand() Command {
	title := "go to the background; fg comes back"
	if r.stopsWithUs() {
		title = "freeze Keydeck and its server; fg thaws"
	}
	return Command{ID: "suspend", Title: title, Key: on("ctrl+z"), Run: r.suspend}
}

// stopsWithUs reports a server in this process that is up.
func (r *Root) stopsWithUs() bool { return r.options.OwnsServer && r.link != linkStarting }

// suspend hands the terminal back to the shell: after a question where a server
// is in this process and would stand still with it, where the second press is a
// yes.
func (r *Root) suspend() tea.Cmd {
	if !r.stopsWithUs() {
		return tea.Suspend
	}
	if top, _ := r.top(); isSuspension(top.Overlay) {
		r.close()
		return tea.Suspend
	}
	lines := []string{"The server in this process, on " + r.where() + ", would stop answering until fg: what calls it waits, or gives up."}
	if r.options.Banner == "" {
		lines = append(lines, "", "keydeck serve, with keydeck attach beside it, keeps it up.")
	}
	c := newConfirm(r.desk, "Suspend Keydeck?", lines, "suspend", func() tea.Cmd { return tea.Suspend })
	c.suspends = true
	r.openGuarded(c)
	return nil
}

func isSuspension(o Overlay) bool {
	c, ok := o.(*confirm)
	return ok && c.suspends
}
