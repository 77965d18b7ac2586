package tui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"keydeck/model"
	"keydeck/ui/tui/widget"
)

func (s *requestsScreen) Commands() []Command {
	switch {
	case s.sifting.typing:
		earlier := ""
		if len(s.stored.History) > 0 {
			earlier = "earlier"
		}
		return []Command{
			{ID: "filter.keep", Title: "keep the filter", Short: "keep", Key: on("enter"), Run: s.keepFilter},
			{ID: "filter.leave", Title: "leave the filter as it was", Short: "leave", Key: on("esc"), Run: s.leaveFilter},
			{ID: "filter.complete", Title: "complete the word", Short: "complete", Key: on("tab")},
			{ID: "filter.history", Title: "go through earlier filters", Short: earlier, Key: on("up", "down")},
		}
	case s.finding.typing:
		return []Command{
			{ID: "search.go", Title: "go to what has it", Short: "go", Key: on("enter"), Run: s.keepSearch},
			{ID: "search.drop", Title: "drop the search", Short: "drop", Key: on("esc"), Run: s.dropSearch},
		}
	}
	r := s.selected()
	choose, key := "", ""
	switch {
	case r == nil:
		choose, key = "no request is chosen", "no request is chosen"
	case r.Scheme == model.KindAccessToken || r.Scheme == model.KindRefreshToken:
		key = "it is a login's own call, so there is no credential to go to"
	case r.CredentialID == "":
		key = "the request has no known credential"
	case r.ProjectID != s.projectID() && s.projectName(r.ProjectID) == "":
		key = "its project is not among yours"
	}
	common := []Command{
		{ID: "requests.copy", Title: "copy it as curl, the secret masked", Short: "curl", Key: on("c"), Disabled: choose, Run: s.copyCurl},
		{ID: "requests.credential", Title: "go to its credential", Short: "credential", Key: on("g"), Disabled: key, Run: s.openCredential},
		{ID: "requests.why", Title: "say why it was answered so, and how its credential stands now", Key: on("w"), Disabled: choose,
			Run: func() tea.Cmd { s.visit(screenToken, whyRefused(s.selected().ID)); return nil }},
		{ID: "requests.replay", Title: "send it again, with another credential", Short: "replay", Key: on("R"), Disabled: noReplay(r), Run: s.replay},
	}
	var brought []Command // first of all, where there is a token
	if token := s.wallet.token(r); token != "" {
		brought = append(brought, Command{ID: "requests.token", Title: "take the token it brought apart", Short: "token", Key: on("T"),
			Run: func() tea.Cmd { s.visit(screenToken, pasted(token)); return nil }})
	}
	if s.reads() {
		return slices.Concat([]Command{
			{ID: "details.leave", Title: "go back to the list", Short: "back to the list", Key: on("esc", "enter"), Run: s.leaveDetails},
			{ID: "details.copy", Title: "copy what the cursor is on, whole", Short: "copy this", Key: on("y"), Run: s.copyDetail},
			{ID: "details.next", Title: "go to the next of the details", Short: "next", Key: on("tab"), Run: s.nextDetail},
		}, common, brought, movement())
	}
	var cmds []Command
	if s.paused {
		cmds = append(cmds, Command{ID: "requests.follow", Title: "follow the newest again", Short: "follow", Key: on("end", "G"),
			Run: s.resume})
	}
	if s.searching() {
		cmds = append(cmds, Command{ID: "requests.stop", Title: "stop searching further back", Short: "stop", Key: on("esc"), Run: s.stopSearch})
	}
	if s.past.stalled {
		cmds = append(cmds, Command{ID: "requests.further", Title: "search further back", Short: "further back", Key: on("m"), Run: s.further})
	}
	detail, hint, scope := "open the details", "details", s.nextScope()
	if s.detail || s.beside() {
		detail, hint = "read the details, whole", "read it whole"
	}
	cmds = append(cmds, brought...)
	search := ""
	if s.finding.input.Value() == "" {
		search = "nothing is searched for; / begins"
	}
	cmds = append(cmds,
		Command{ID: "requests.detail", Title: detail, Short: hint, Key: on("enter"), Disabled: choose, Run: s.openDetail},
		Command{ID: "requests.filter", Title: "filter the list", Short: "filter", Key: on("f"), Run: s.startFilter},
		Command{ID: "requests.search", Title: "search in the list", Short: "search", Key: on("/"), Run: s.startSearch},
	)
	cmds = append(cmds, common...)
	cmds = append(cmds,
		Command{ID: "requests.scope", Title: "show " + scope, Short: scope, Key: on("s"), Run: s.widen},
		Command{ID: "requests.columns", Title: "choose the columns", Short: "columns", Key: on("C"), Run: s.chooseColumns},
		Command{ID: "requests.time", Title: "show time as " + s.nextTime(), Key: on("t"), Run: s.turnTime},
		Command{ID: "requests.export", Title: "write what passes the filter to a file", Short: "export", Key: on("E"), Run: s.export},
		Command{ID: "requests.older", Title: "go to the next older match", Key: on("n"), Disabled: search, Run: s.searchOlder},
		Command{ID: "requests.newer", Title: "go to the next newer match", Key: on("N"), Disabled: search, Run: s.searchNewer},
		Command{ID: "requests.pause", Title: "pause or follow", Key: on("space"), Run: s.togglePause},
		Command{ID: "requests.own", Title: "show or hide the dashboard's own calls", Key: on("o"), Run: s.toggleOwn},
		Command{ID: "pane.larger", Title: "make the details larger", Key: on("["), Run: func() tea.Cmd { s.resizePane(+1); return nil }},
		Command{ID: "pane.smaller", Title: "make the details smaller", Key: on("]"), Run: func() tea.Cmd { s.resizePane(-1); return nil }},
	)
	switch {
	case s.searching(): // esc is taken
	case s.detail && !s.beside():
		cmds = append(cmds, Command{ID: "requests.close", Title: "close the details", Key: on("esc"), Run: s.closeDetail})
	case s.finding.input.Value() != "":
		cmds = append(cmds, Command{ID: "search.drop", Title: "drop the search", Short: "unmark", Key: on("esc"), Run: s.dropSearch})
	case s.sifting.input.Value() != "":
		cmds = append(cmds, Command{ID: "filter.drop", Title: "drop the filter", Short: "show all", Key: on("esc"), Run: s.dropFilter})
	}
	return append(cmds, movement()...)
}

func (s *requestsScreen) replay() tea.Cmd {
	s.open(newReplay(s.desk, *s.selected()))
	return nil
}

// openDetail shows the details, and gives them the keys where they are there
// already.
func (s *requestsScreen) openDetail() tea.Cmd {
	if s.detail || s.beside() {
		return s.read()
	}
	s.detail = true
	s.refit()
	return nil
}

func (s *requestsScreen) closeDetail() tea.Cmd {
	s.detail = false
	s.refit()
	return nil
}

// refit keeps the cursor visible when the list has another height.
func (s *requestsScreen) refit() {
	if s.paused {
		s.table.Move(s.table.Cursor, s.records.len(), s.rows())
	} else {
		s.follow()
	}
}

func (s *requestsScreen) copyCurl() tea.Cmd {
	return s.copyOut("the curl line", requestLine(s.selected(), s.url()))
}

func (s *requestsScreen) openCredential() tea.Cmd {
	r := s.selected()
	if r.ProjectID != s.projectID() {
		at := slices.IndexFunc(s.projects, func(p model.Project) bool { return p.ID == r.ProjectID })
		p := s.projects[at]
		s.choose(p)
		s.say(said, "now at the project "+widget.Clip(p.Name, 28)+", where the credential is")
	}
	s.visit(screenCredentials, credentialID(r.CredentialID))
	return nil
}

// nextScope is what s would show: from one credential to its project, and then
// back and forth between the project and all of them.
func (s *requestsScreen) nextScope() string {
	if s.scope.id == "" && !s.all {
		return "all projects"
	}
	return "this project"
}

func (s *requestsScreen) widen() tea.Cmd {
	switch {
	case s.scope.id != "":
		s.scope = onlyCredential{}
	case s.project == nil:
		s.say(warned, "no project is chosen, so all are shown")
		return nil
	default:
		s.all = !s.all
	}
	return s.restart()
}

func (s *requestsScreen) togglePause() tea.Cmd {
	if s.paused {
		return s.resume()
	}
	s.paused = true
	return nil
}

func (s *requestsScreen) toggleOwn() tea.Cmd {
	s.own = !s.own
	s.stored.Own = s.own
	s.sift()
	return nil
}
